"""Wrong answers next to right ones; each was written by hand and is wrong whatever the policy leaves out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.records import AnswerKind
from dartkit.verify import Policy
from dartkit.verify.gold import decoys, near_misses
from tests.unit.verify.gold.test_writings import KINDS, TEXTS

CASES: list[tuple[str, AnswerKind, dict[str, str]]] = [
    ("7", "integer", {"another digit": "8", "one more": "7 + 1", "the other sign": "-7"}),
    ("-39", "integer", {"another digit": "-38", "one more": "-39 + 1", "the other sign": "39"}),
    ("0", "integer", {"another digit": "1", "one more": "0 + 1"}),  # -0 is 0
    ("0.0", "decimal", {"another digit": "1.0", "one more": "0.0 + 1"}),
    (r"\frac{3}{4}", "rational", {"another digit": r"\frac{4}{4}", "one more": r"\frac{3}{4} + 1", "the other sign": r"-\frac{3}{4}"}),
    ("12/5", "rational", {"another digit": "13/5", "one more": "12/5 + 1", "the other sign": "-12/5"}),
    ("x+1", "expression", {"another digit": "x+2", "one more": "x+1 + 1"}),  # a sum may be its own negative
    (r"2\sqrt{3}", "expression", {"another digit": r"3\sqrt{3}", "one more": r"2\sqrt{3} + 1",
                                  "the other sign": r"-2\sqrt{3}"}),
    (r"\pm 3", "expression", {"another digit": r"\pm 4"}),
    (r"28\%", "integer", {"another digit": r"29\%", "the other sign": r"-28\%"}),  # 28% + 1 may be read as 29% or 1.28
    (r"5\text{ cm}", "integer", {"another digit": r"6\text{ cm}"}),
    ("y = 2x", "equation", {"another digit": "y = 3x", "one more": "y = 2x + 1"}),
    ("(1, 2)", "tuple", {"another digit": "(2, 2)", "the first two swapped": "(2, 1)", "the last element missing": "1"}),
    ("(1, 1)", "tuple", {"another digit": "(2, 1)", "the last element missing": "1"}),
    ("(a, b, c)", "tuple", {"the first two swapped": "(b, a, c)", "the last element missing": "(a, b)"}),
    ("1, 2, 3", "set", {"another digit": "2, 2, 3", "the last element missing": "1, 2"}),
    (r"\{4,6\}", "set", {"another digit": r"\{5,6\}", "the last element missing": r"\{4\}"}),
    ("[0, 1)", "interval", {"another digit": "[1, 1)", "another bracket": "(0, 1)"}),
    (r"(-\infty, 2]", "interval", {"another digit": r"(-\infty, 3]", "another bracket": r"(-\infty, 2)"}),
    (r"(-\infty, \infty)", "interval", {}),
    (r"(-1, 0) \cup (2, 3)", "interval", {"another digit": r"(-2, 0) \cup (2, 3)",
                                          "intersection for union": r"(-1, 0) \cap (2, 3)"}),
    ("B", "choice", {"another letter": "C"}),
    (r"\text{(E)}", "choice", {"another letter": "A"}),
    (r"\text{Yes}", "boolean", {"the opposite": "no"}),
    ("False", "boolean", {"the opposite": "true"}),
    ("Paris", "text", {}),
    ("The answer is 7 if you count them all", "integer", {}),  # nobody knows which part of a sentence matters
    ("x = 1, y = 2", "set", {"another digit": "x = 2, y = 2"}),
    (r"\boxed{7}", "integer", {}),  # the box of a completion would hold another box, and the inner one counts
    ("x_{1}", "expression", {"one more": "x_{1} + 1", "the other sign": "-x_{1}"}),
    ("43_5", "integer", {"another digit": "44_5", "one more": "43_5 + 1", "the other sign": "-43_5"}),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "kind", "expected"), CASES, ids=lambda value: str(value)[:24])
def test_near_misses(gold: str, kind: AnswerKind, expected: dict[str, str]) -> None:
    assert {item.name: item.text for item in near_misses(gold, kind)} == expected


def test_what_the_policy_allows_is_no_miss() -> None:
    """With a tolerance 8 may be near enough to 7; where order does not count, (2, 1) is right."""
    loose = Policy(tolerance=0.2)
    assert [item.name for item in near_misses("7", "integer", loose)] == ["the other sign"]
    unordered = Policy(order="unordered")
    names = [item.name for item in near_misses("(1, 2)", "tuple", unordered)]
    assert names == ["another digit", "the last element missing"]


def test_decoys_are_a_number_and_words() -> None:
    assert [item.text for item in decoys()] == ["-86413.25", r"\text{purple umbrellas}"]


@given(TEXTS, st.sampled_from(KINDS))
def test_any_text_is_taken(gold: str, kind: AnswerKind) -> None:
    """No text raises; no near miss is the answer itself."""
    texts = [item.text for item in near_misses(gold, kind)]
    assert len(set(texts)) == len(texts)
    assert gold.strip() not in texts
