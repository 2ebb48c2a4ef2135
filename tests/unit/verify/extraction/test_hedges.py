r"""Answers that leave alternatives open never become one value. Read off the completions by eye."""

from __future__ import annotations

import pytest

from dartkit.records import AnswerKind
from dartkit.verify.extraction import extract_answer

HEDGED: tuple[tuple[str, AnswerKind | None, tuple[str, ...]], ...] = (
    ("The answer is either 6 or 8.", None, ("6", "8")),
    ("The answer is 4 or possibly 5.", None, ("4", "5")),
    ("The answer is 6 or maybe 8", None, ("6", "8")),
    ("The answer is 6, or perhaps 8.", None, ("6", "8")),
    ("The answer is 6, or it could be 8.", None, ("6", "8")),
    ("The answer is 6 or 8 or 10.", None, ("6", "8", "10")),
    ("The answer is $3$ or $5$.", None, ("3", "5")),
    ("The answer is either $\\frac{1}{2}$ or $\\frac{1}{3}$.", None, ("\\frac{1}{2}", "\\frac{1}{3}")),
    ("The answer could be 5 or 7.", None, ("5", "7")),
    ("It could be 5 or 7.", None, ("5", "7")),
    ("So there are 5 or 7 ways.", None, ("5", "7")),
    ("Either 5 or 6 is right.", None, ("5", "6")),
    ("The possible values are 3, 4 or 5.", None, ("3", "4", "5")),
    ("The answer is that she needs 5 or 6 more days.", "integer", ("5", "6")),
    ("The answer is that she needs either $5$ or maybe $6$ more days.", "integer", ("5", "6")),
    ("The answer is x = 2 or x = 3.", None, ("x = 2", "x = 3")),
    ("The answer is x = 2 or maybe x = 3.", "set", ("x = 2", "x = 3")),
    ("The answer is Friday or Saturday.", "text", ("Friday", "Saturday")),
    ("The answer is either Friday or maybe Saturday.", "text", ("Friday", "Saturday")),
    ("The answer is A or B.", "choice", ("A", "B")),
    ("The answer is B or C.", "choice", ("B", "C")),
    ("The answer is (B) or (C).", "choice", ("(B)", "(C)")),
    ("It is either (A) or (B).", "choice", ("(A)", "(B)")),
    ("So (A) or (B) is the correct answer.", "choice", ("(A)", "(B)")),
    ("Die Antwort ist 3 oder 4.", None, ("3", "4")),
    ("La réponse est 3 ou 4.", None, ("3", "4")),
    ("答案是 3 或 4。", None, ("3", "4")),
    ("答案是3或者4。", None, ("3", "4")),
    ("<answer>3 or 4</answer>", None, ("3", "4")),
    ("#### 3 or 4", None, ("3", "4")),
    ("**3 or 4**", None, ("3", "4")),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "hint", "parts"), HEDGED)
def test_all_alternatives_are_kept(completion: str, hint: AnswerKind | None, parts: tuple[str, ...]) -> None:
    """Joined by `or`, without the words of doubt, and all in `others`."""
    found = extract_answer(completion, hint=hint)
    assert found is not None
    assert (found.text, found.others) == (" or ".join(parts), parts)
    assert "hedged" in found.flags
    assert completion.startswith(parts[0], found.start)


@pytest.mark.parametrize(
    ("completion", "hint", "text"),
    [
        ("The answer is x = 2 or x = 3.", "set", "x = 2 or x = 3"),
        ("The answer is x < 2 or x > 3.", "interval", "x < 2 or x > 3"),
        ("The answer is $x=2$ or $x=3$.", "equation", "x=2 or x=3"),
    ],
)
def test_a_list_is_no_hedge(completion: str, hint: AnswerKind, text: str) -> None:
    """For a gold answer that is a list, `or` belongs to the answer."""
    found = extract_answer(completion, hint=hint)
    assert found is not None
    assert (found.text, found.flags) == (text, ())


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("The answer is 5 or more.", "5 or more"),
        ("The answer is 5 or less", "5 or less"),
        ("x is 5 or so", "5"),
        ("There are 2 or 3 ways, so 6 in all.", "6"),
        ("We add 5 or subtract 3, which leaves 9.", "9"),
        ("For 5 people the answer is 6.", "6"),
        ("The answer is orange.", "orange"),
    ],
)
def test_no_hedge(completion: str, text: str) -> None:
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.flags) == (text, ())
