"""dart-math against the original: verdicts and normal forms recorded by running it.

`dart_math_verdicts.json` holds pairs made for this test (`by_hand`: one for each rule; `drawn`: by a random generator of
expressions, intervals, lists and broken notation) and what `dart_math.eval.EvaluatorMath` of hkust-nlp/dart-math 219b324
said of them, with sympy 1.12.1 and antlr4-python3-runtime 4.11.1, exceptions counted as False as in its batch mode.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dartkit.verify.named.dart_math.equality import compare
from dartkit.verify.named.dart_math.grader import DartMath
from dartkit.verify.named.dart_math.normalise import normal_answer
from dartkit.verify.named.dart_math.trees import Unreadable

FOLDER = Path(__file__).parent


class Recorded(NamedTuple):
    """One pair and what upstream said of it; a normal form is None where upstream raised."""

    form: str
    gold: str
    prediction: str
    equal: bool
    gold_form: str | None
    prediction_form: str | None


def load(part: str) -> list[Recorded]:
    document: dict[str, Any] = json.loads((FOLDER / "dart_math_verdicts.json").read_text(encoding="utf-8"))
    return [Recorded(*row) for row in document[part]]


def verdict_of(pair: Recorded) -> bool:
    grader = DartMath()
    if pair.form == "completion":
        return grader.check(pair.prediction, pair.gold).outcome == "correct"
    return grader.check_answer(pair.prediction, pair.gold).outcome == "correct"


def normal_form(text: str) -> str | None:
    try:
        return normal_answer(text, lambda first, second: compare(first, second, depth=1).equal)
    except Unreadable:
        return None


@pytest.mark.parametrize("pair", load("by_hand"), ids=lambda pair: f"{pair.gold}|{pair.prediction}"[:60])
def test_every_pair_made_for_a_rule(pair: Recorded) -> None:
    """All of them, without exception."""
    assert verdict_of(pair) is pair.equal


def test_drawn_pairs() -> None:
    """At least 99 % of what a generator made; the rest are gamma functions, poles and noise of floats in sympy."""
    pairs = load("drawn")
    agreed = sum(verdict_of(pair) is pair.equal for pair in pairs)
    assert len(pairs) >= 300
    assert agreed >= 0.99 * len(pairs)


def test_both_verdicts_are_well_represented() -> None:
    """A grader that always said the same would fail the test above."""
    for part in ("by_hand", "drawn"):
        equal = sum(pair.equal for pair in load(part))
        assert 0.25 * len(load(part)) < equal < 0.8 * len(load(part))


@pytest.mark.parametrize("part", ["by_hand", "drawn"])
def test_normal_forms_of_gold_answers(part: str) -> None:
    """Letter by letter."""
    for pair in load(part):
        assert normal_form(pair.gold) == pair.gold_form, pair.gold


def test_normal_forms_of_predictions() -> None:
    """Letter by letter, of bare answers; those of completions depend on the extraction, which the verdicts cover."""
    for pair in load("by_hand") + load("drawn"):
        if pair.form == "answer":
            assert normal_form(pair.prediction) == pair.prediction_form, pair.prediction
