"""Long texts that are easy all the same: the reference to the letter, sets in another order, brackets without use, signs.

How the truth is known: the two sides are made from the same pieces, or from pieces of which one is changed.
"""

from __future__ import annotations

import random

import pytest

from dartkit.verify import equal
from dartkit.verify.api import Form, Pair, is_response
from dartkit.verify.verdict import Verdict
from tests.fuzz.growth import calls

FORMS: tuple[Form, ...] = ("answer", "response", "auto")
CALLS = 3_000_000  # of Python and C functions, for one check; one of these takes a tenth


def counted(left: str, right: str, form: Form = "answer") -> Verdict:
    """Return the verdict of a check that makes no more than so many calls."""
    found: list[Verdict] = []
    assert calls(lambda text: found.append(equal(text, right, form=form)), left) <= CALLS
    return found[0]


def _set(elements: list[str]) -> str:
    return "\\{" + ",".join(elements) + "\\}"


def _matrix(cell: str, size: int, gap: str = "&") -> str:
    rows = "\\\\".join(gap.join([cell] * size) for _ in range(size))
    return f"\\begin{{pmatrix}}{rows}\\end{{pmatrix}}"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "text",
    ["(" * 5_000 + "5" + ")" * 5_000, "a b " * 100_000, _matrix("1", 200), "1+" * 40_000 + "1", "6 or 8", "0." + "142857" * 50_000, "\\pm 1 " * 64, "<think>" * 9_000],
    ids=["brackets", "words", "matrix", "sum", "hedge", "digits", "signs", "thoughts"],
)  # fmt: skip
def test_the_reference_to_the_letter(text: str, form: Form) -> None:
    """Whatever its length, and with space around it."""
    verdict = counted(f" {text}\n", text, form)
    assert (verdict.outcome, verdict.rule, verdict.tier) == ("correct", "same-text", 0)


def test_an_answer_that_was_cut_off_or_failed_is_not_saved_by_its_text() -> None:
    """The rule above is for whole texts only."""
    from dartkit.verify import Verifier

    with Verifier() as verifier:
        assert verifier.check("5", "5", finish_reason="length").outcome == "truncated"
        assert verifier.check("5", "5", finish_reason="error").outcome == "error"
        assert verifier.check(" ", " ").outcome == "no_answer"


def test_sets_of_two_thousand() -> None:
    """In any order and spelling; and one element too many is never correct."""
    elements = [str(number) for number in range(2_000)]
    mixed = random.Random(7).sample(elements, len(elements))
    assert counted(_set(mixed), _set(elements)).outcome == "correct"
    assert counted(_set([f"{element}.0" for element in mixed]), _set(elements)).outcome == "correct"
    assert counted(_set([*mixed, "-1"]), _set(elements)).outcome != "correct"


def test_matrices_beyond_the_limits() -> None:
    """Spaces that part nothing do not count; those between letters do."""
    assert counted(_matrix("1", 200, " & "), _matrix("1", 200)).outcome == "correct"
    assert counted(_matrix("1", 200, " & "), _matrix("2", 200)).outcome == "undecided"
    assert counted("1 2 " * 30_000, "12 " * 30_000).outcome == "undecided"


@pytest.mark.parametrize("pairs", [1, 13, 100, 5_000])
def test_brackets_without_use(pairs: int) -> None:
    """However many; but those of a tuple stay."""
    opened, closed = "(" * pairs, ")" * pairs
    assert counted(f"{opened}x+1{closed}", "x+1").outcome == "correct"
    assert counted(f"{opened}1,2{closed}", "(1,2)").outcome == "correct"
    assert counted(f"{opened}1,2{closed}", "(2,1)").outcome == "incorrect"
    assert counted(f"{opened}1{closed}+{opened}2{closed}", "4").outcome != "correct"


def test_very_many_signs() -> None:
    """Twenty signs are 2^20 tuples, which are not built; as a list they are forty numbers."""
    ones = ",".join(["1"] * 20)
    assert counted("(" + ",".join(["\\pm 1"] * 20) + ")", f"({ones})").outcome != "correct"
    both = ",".join(f"\\pm {number}" for number in range(1, 21))
    assert counted(both, ",".join(f"{-number},{number}" for number in range(20, 0, -1))).outcome == "correct"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(x-1)" * 80, False),
        ("1, 2, " * 60, False),
        ("\\sin x+\\cos x+" * 40 + "1", False),
        ("sin x + cos x or " * 30, False),
        ("We multiply both sides by the number of apples that are left over. " * 6 + "So 5", True),
        ("我们把两边都乘以剩下的苹果的数量，" * 20 + "所以是5", True),
        ("short", False),
    ],
)
def test_what_is_a_response(text: str, expected: bool) -> None:
    """A long formula or list is an answer; a text with a dozen words is a response."""
    assert is_response(Pair(text, "5")) is expected


@pytest.mark.parametrize("text", ["1e1e1e1e1", "1e" * 20_000 + "1", "7e99999", "5e-1e3"])
def test_what_is_glued_to_letters_is_no_number(text: str) -> None:
    for reference in ("1", "5", "7", "3"):
        assert counted(f"So it is {text}", reference, "response").outcome != "correct"
