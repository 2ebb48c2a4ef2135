"""Answers and splits, checked by a reader that works a problem out from its words.

The reader shares no code with the generator. It recognises a sentence by the words a person would
go by; what it cannot place is an error, so that a new template cannot slip past the tests.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import pytest

from dartkit.tiny.problems import FAMILIES, HELD_OUT_FAMILIES, HELD_OUT_LEVELS, LEVELS, generate_problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dartkit.tiny.problems import TinyProblem

Split = Literal["train", "test"]
ALL_FAMILIES = FAMILIES + HELD_OUT_FAMILIES
ALL_LEVELS = LEVELS + HELD_OUT_LEVELS
LARGEST_VALUE = {1: 20, 2: 30, 3: 50, 4: 99, 5: 200, 6: 200, 7: 250}

NUMBER = re.compile(r"\d+")
SENTENCE_END = re.compile(r"(?<=[.?])\s")
GAIN = re.compile(r"buys|finds|another|earns|receives|wins|get on|board the|gets")
LOSS = re.compile(r"gives away|loses|sells|spends|pays|lends|get off|leave the")
SHARING = re.compile(r"equal")


def after(value: Fraction, event: str) -> Fraction:
    """Work out what a sentence leaves of a value."""
    match [Fraction(number) for number in NUMBER.findall(event)]:
        case [] if re.search(r"\bhalf\b", event, re.IGNORECASE):
            return value - value / 2
        case [count, size]:
            return value + sum([size] * int(count))
        case [number] if SHARING.search(event):
            return value / number
        case [number] if "times as" in event:
            return value * number
        case [number] if GAIN.search(event) and not LOSS.search(event):
            return value + number
        case [number] if LOSS.search(event) and not GAIN.search(event):
            return value - number
    raise ValueError(f"cannot tell what happens in {event!r}")


def read(text: str) -> tuple[Fraction, list[str]]:
    """Split a problem into its first value and its events."""
    opening, *events, question = SENTENCE_END.split(text)
    assert re.match(r"How m|With how many", question), question
    (start,) = NUMBER.findall(opening)
    return Fraction(start), events


def values(text: str) -> list[Fraction]:
    """List the running value of a problem, from its start to its answer."""
    start, events = read(text)
    running = [start]
    for event in events:
        running.append(after(running[-1], event))
    return running


def draw(
    per_level: int, split: Split, families: Sequence[str] = ALL_FAMILIES, levels: Sequence[int] = ALL_LEVELS
) -> list[TinyProblem]:
    """Draw problems of one seed."""
    return list(
        generate_problems(families=families, levels=levels, per_level=per_level, split=split, seed=11)
    )


def skeleton(problem: TinyProblem) -> tuple[object, ...]:
    """Reduce a text to what its twins in other words share: numbers and operations.

    An operation is known by what it does to two large values, and packs by their sorted numbers.
    """
    start, events = read(problem.text)
    effects = [
        (after(Fraction(9000), event), after(Fraction(7000), event), sorted(NUMBER.findall(event))[:-1])
        for event in events
    ]
    return (start, str(effects))


@pytest.mark.parametrize("family", ALL_FAMILIES)
@pytest.mark.parametrize("split", ["train", "test"])
def test_the_answer_is_what_the_text_says(family: str, split: Split) -> None:
    for problem in draw(300, split, families=(family,)):
        assert str(values(problem.text)[-1]) == problem.answer, problem.text


def test_values_are_whole_and_within_the_cap_of_the_level() -> None:
    for problem in draw(400, "train"):
        running = values(problem.text)
        assert len(running) == problem.level + 1
        assert all(value.denominator == 1 for value in running)
        assert min(running) >= 2
        assert max(running) <= LARGEST_VALUE[problem.level], problem.text


def test_no_structure_is_in_both_splits() -> None:
    train = {skeleton(problem) for problem in draw(2000, "train", levels=(1, 2, 3))}
    test = {skeleton(problem) for problem in draw(2000, "test", levels=(1, 2, 3))}
    assert len(train) > 1500
    assert len(test) > 500
    assert not train & test


def test_the_split_does_not_depend_on_the_family() -> None:
    for family in ALL_FAMILIES:
        others = tuple(name for name in ALL_FAMILIES if name != family)
        train = {skeleton(problem) for problem in draw(900, "train", others, levels=(1,))}
        test = {skeleton(problem) for problem in draw(900, "test", (family,), levels=(1,))}
        assert len(test) > 50
        assert not train & test, family


def test_about_one_structure_in_five_is_a_test_structure() -> None:
    train = len({skeleton(problem) for problem in draw(5000, "train", levels=(1,))})
    test = len({skeleton(problem) for problem in draw(5000, "test", levels=(1,))})
    assert 0.12 < test / (train + test) < 0.28
