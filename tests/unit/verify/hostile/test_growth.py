"""Time grows with length and no faster: every family at sizes up to 64 KB, as answer, reference and response."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from dartkit.verify import equal, extract_answer
from tests.unit.verify.hostile.checking import LIMIT_SECONDS, NOT_CORRECT, timed
from tests.unit.verify.hostile.families import FAMILIES, make

SIZES = (1_000, 19_000, 65_000)  # below all limits; near the limit of 20,000 tokens; near that of 64 KB
_EXTRACTION_SECONDS = 1.5  # tells one that runs away, a second try allowed


@pytest.mark.parametrize("family", FAMILIES)
def test_answer_of_any_length(family: str) -> None:
    """Against a number that no family is, in both orders, and in a box."""
    for size in SIZES:
        text = make(family, size)
        assert timed(lambda text=text: equal(text, "43", form="answer")).outcome in NOT_CORRECT  # type: ignore[misc]
        assert timed(lambda text=text: equal("43", text, form="answer")).outcome in NOT_CORRECT  # type: ignore[misc]
        assert timed(lambda text=text: equal(f"\\boxed{{{text}}}", "43")).outcome in NOT_CORRECT  # type: ignore[misc]


@pytest.mark.parametrize("family", FAMILIES)
def test_two_long_answers(family: str) -> None:
    """A long answer equals itself and is compared with one that ends otherwise within the limit."""
    for size in SIZES:
        text = make(family, size)
        if text.strip():
            assert timed(lambda text=text: equal(text, text, form="answer")).outcome == "correct"  # type: ignore[misc]
        timed(lambda text=text: equal(text, text[:-1] + "8", form="answer"))  # type: ignore[misc]


@pytest.mark.parametrize("family", FAMILIES)
def test_extraction_from_responses_of_any_length(family: str) -> None:
    """64 KB and 256 KB take no more than the limit; only the last 64 KB are read."""
    for size in (65_000, 256_000):
        text = make(family, size)
        assert _fastest(lambda text=text: extract_answer(text)) <= _EXTRACTION_SECONDS  # type: ignore[misc]
    assert timed(lambda: equal(make(family, 65_000), "43", form="response")).outcome in NOT_CORRECT


def _fastest(work: Callable[[], object]) -> float:
    """Return the processor time of the fastest of up to three runs."""
    fastest = LIMIT_SECONDS
    for _ in range(3):
        begun = time.thread_time()
        work()
        fastest = min(fastest, time.thread_time() - begun)
        if fastest <= _EXTRACTION_SECONDS:
            break
    return fastest


def test_families_have_the_size_they_are_asked_for() -> None:
    """Within a piece of it, for small and large sizes; and no two families are the same text."""
    for family in FAMILIES:
        for size in SIZES:
            assert size - 60 <= len(make(family, size)) <= size
    assert len({make(family, 1_000) for family in FAMILIES}) == len(FAMILIES) > 130
