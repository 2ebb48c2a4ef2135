"""The limits of reading: 65,536 characters, 20,000 tokens, depth 200. At a limit a text is read; past it only its identity counts."""

from __future__ import annotations

import pytest

from dartkit.text.tokens import MAX_CHARACTERS, MAX_TOKENS, TooLong, tokenize
from dartkit.verify import equal
from dartkit.verify.reading.grammar import MAX_DEPTH
from dartkit.verify.reading.syntax import Unreadable, parse
from tests.unit.verify.hostile.checking import in_time, timed


def test_the_limits_are_what_the_documentation_says() -> None:
    assert (MAX_CHARACTERS, MAX_TOKENS, MAX_DEPTH) == (65_536, 20_000, 200)


def test_characters() -> None:
    """One numeral of 65,536 digits is one token; of one digit more, it is too long."""
    assert len(tokenize("7" * 65_536)) == 1
    with pytest.raises(TooLong, match="65537 characters"):
        tokenize("7" * 65_537)


def test_tokens() -> None:
    """`x+x+…` of 20,000 signs has as many tokens; with one more it is too long."""
    assert len(tokenize("x+" * 10_000)) == 20_000
    with pytest.raises(TooLong, match="more than 20000 tokens"):
        tokenize("x+" * 10_000 + "x")


@pytest.mark.parametrize(
    ("opened", "middle", "closed"),
    [("(", "5", ")"), ("\\sqrt{", "2", "}"), ("\\frac{1}{", "5", "}"), ("2^{", "1", "}"), ("|", "x", "|"), ("\\lfloor ", "x", "\\rfloor ")],
)  # fmt: skip
def test_depth(opened: str, middle: str, closed: str) -> None:
    """Fifty levels are read; 250 are not; neither needs more of Python's stack than there is."""
    times = 1 if opened == "|" else 50
    parse(tokenize(opened * times + middle + closed * times))
    with pytest.raises(Unreadable):
        parse(tokenize(opened * 250 + middle + closed * 250))


@pytest.mark.parametrize(
    "piece", ["!°", "\\bmod 7 ", "^2", "'", "_1", "°", "-", "\\cdot -", "*(1", "/2", "^-"]
)
def test_long_chains_are_read_or_refused(piece: str) -> None:
    """A chain that grows to one side must not pass the recursion limit when its tree is worked through.

    On a slow machine the clock may end the longest, which take half a second on a good one. The others take 0.1 s at most.
    """
    for times in (10, 150, 199, 201, 1_000, 5_000):
        text = "x" + piece * times + ("1" if piece[-1] in "-" else "")
        other = f"{text}+1"
        for left, right in ((text, other), (text, "7"), (text, f"{text} ")):
            verdict = in_time(lambda left=left, right=right: equal(left, right, form="answer"))  # type: ignore[misc]
            late = ("timeout",) if times == 5_000 else ()
            assert verdict.outcome in ("correct", "incorrect", "undecided", *late)


def test_too_long_is_undecided_unless_identical() -> None:
    """The text that is too long is equal to itself; of two that differ nothing is said."""
    text = "1+" * 33_000
    assert equal(text, text, form="answer").outcome == "correct"
    for other in (text + "2", text[2:], "5"):
        found = equal(text, other, form="answer")
        assert (found.outcome, found.rule) == ("undecided", "too-long")


@pytest.mark.parametrize(
    "piece",
    [
        "{",
        "\\boxed{",
        "\\frac{",
        "\\text{",
        "(",
        "\\left(",
        "\\begin{pmatrix}",
        "$",
        "\\[",
        "<think>",
        "<answer>",
    ],
)
def test_unbalanced_64_kilobytes(piece: str) -> None:
    """Nothing is closed, with and without a number at the end; the number 43 is not in it."""
    text = piece * (65_500 // len(piece))
    for form in ("answer", "response"):
        for whole in (text, text + "7", "7" + text):
            assert timed(lambda whole=whole, form=form: equal(whole, "43", form=form)).outcome != "correct"  # type: ignore[misc]
