"""Laws of the verifier: extraction never raises, equality is reflexive and symmetric, and agrees with exact fractions."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.settings import VerifierSettings
from dartkit.text.tokens import TooLong, render, tokenize
from dartkit.verify import Verifier, answer_kind, extract_answer
from dartkit.verify.finding import Finding, Question
from dartkit.verify.ladder import Ladder
from dartkit.verify.syntax import Node

PIECES = st.sampled_from(
    ["\\boxed{", "{", "}", "\\frac", "\\sqrt", "\\text{", "\\left(", "(", ")", "[", "]", "\\{", "\\}", "1", "23", "0.5", "x", "y", "+",
     "-", "=", "<", "\\le ", "^", "_", ",", " and ", " or ", "%", "$", "\\pi", "\\infty", "\\cup ", "!", ":", "&", "\\\\",
     "\\begin{pmatrix}", "\\end{pmatrix}", "<think>", "</think>", "<answer>", "</answer>", "####", "The answer is ", " cm", "B", "\\pm ",
     "½", "²", "\\", "|", "'", "\n"]
)  # fmt: skip
SNIPPETS = st.lists(PIECES, max_size=14).map("".join)
TEXTS = st.one_of(st.text(max_size=200), SNIPPETS)
FRACTIONS = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**4)


def _undecided(question: Question, left: Node, right: Node, tolerance: float) -> Finding:
    """Stand at the end of the ladder where only its own rungs are under test: nothing symbolic is told."""
    return Finding(None, "none", "not-asked")


LADDER = Ladder(_undecided, percent=True)
VERIFIER = Verifier()


def _notations(value: Fraction) -> list[str]:
    top, bottom = value.numerator, value.denominator
    return [
        f"{top}/{bottom}",
        f"\\frac{{{top}}}{{{bottom}}}",
        f"${top * 3}/{bottom * 3}$",
        f"x = \\dfrac{{{-top}}}{{{-bottom}}}",
    ]


@given(TEXTS)
def test_extraction_never_raises_and_points_into_the_text(text: str) -> None:
    """Whatever comes out lies inside the completion."""
    found = extract_answer(text)
    if found is not None:
        assert found.text.strip()
        assert 0 <= found.start <= len(text)


@given(TEXTS, TEXTS)
def test_comparison_is_symmetric_and_never_raises(left: str, right: str) -> None:
    """Swapping the sides changes nothing, for text of any kind."""
    assert LADDER.compare(left, right).equal == LADDER.compare(right, left).equal


@given(TEXTS.filter(lambda text: bool(text.strip())))
def test_every_answer_is_itself(text: str) -> None:
    """Reflexive for all texts, readable or not."""
    assert VERIFIER.check_answer(text, text).outcome == "correct"


@given(TEXTS)
def test_kinds_and_rendering_never_raise(text: str) -> None:
    """Every text has a kind; rendering what was cut loses nothing that cutting again would find."""
    answer_kind(text)
    try:
        once = render(tokenize(text))
    except TooLong:
        return
    assert isinstance(once, str)


@given(FRACTIONS, FRACTIONS)
def test_numbers_agree_with_exact_fractions(first: Fraction, second: Fraction) -> None:
    """All notations of a number are equal, and two numbers are equal exactly when their fractions are."""
    for one in _notations(first):
        assert VERIFIER.check_answer(one, str(first)).outcome == "correct"
        expected = "correct" if first == second else "incorrect"
        assert VERIFIER.check_answer(one, str(second)).outcome == expected


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=6))
@settings(max_examples=60)
def test_sets_ignore_order_and_tuples_do_not(values: list[int]) -> None:
    """Brute force: a rotation is the same set; it is the same tuple only if the list is equal to it."""
    turned = values[1:] + values[:1]
    as_set = ["\\{" + ", ".join(map(str, part)) + "\\}" for part in (values, turned)]
    as_tuple = ["(" + ", ".join(map(str, part)) + ")" for part in (values, turned)]
    assert VERIFIER.check_answer(*as_set).outcome == "correct"
    assert VERIFIER.check_answer(*as_tuple).outcome == ("correct" if values == turned else "incorrect")
