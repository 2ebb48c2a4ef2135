"""The cosine length reward against figures worked out from the paper's equation, and the typed lengths it measures with."""

from __future__ import annotations

import math
from typing import Any

import pytest
from pydantic import ValidationError

from dartkit.records import FinishReason, Outcome
from dartkit.reward_settings import CosineReward, Length
from dartkit.rl.rewards.cosine import CosineLength
from dartkit.rl.rewards.lengths import Measure, UnitMismatch
from tests.unit.rl.rewards.samples import PROBLEM, make_sample

PAPER_LIMIT = 14336


def value(
    tokens: int, outcome: Outcome, finish: FinishReason = "stop", *, limit: int = PAPER_LIMIT, **changes: Any
) -> float:
    reward = CosineLength(CosineReward(**changes), max_tokens=limit)
    sample = make_sample("x" * 100, tokens=tokens, outcome=outcome, finish_reason=finish)
    return reward.score(PROBLEM, [sample])[0].value


@pytest.mark.parametrize(
    ("tokens", "right", "wrong"),
    [
        (0, 2.0, -10.0),
        (3584, 1.853553391, -8.535533906),  # cos(pi / 4) = 0.7071067812
        (7168, 1.5, -5.0),
        (10752, 1.146446609, -1.464466094),
        (14335, 1.000000012, -0.000000120),
        (14336, -10.0, -10.0),
        (20000, -10.0, -10.0),
    ],
)
def test_figures_of_the_paper(tokens: int, right: float, wrong: float) -> None:
    """Defaults r0c 2, rLc 1, r0w -10, rLw 0, exceed -10, at quarters of 14336 by hand; f(0) = r0; no climb past the limit."""
    assert value(tokens, "correct") == pytest.approx(right, abs=1e-8)
    assert value(tokens, "incorrect") == pytest.approx(wrong, abs=1e-8)


def test_the_margin_of_the_authors_code() -> None:
    """`gen_len + 16 >= Lmax`: 14319 is the last length below the limit, 14320 exceeds, for right answers too."""
    assert value(14319, "correct", margin=16) == pytest.approx(1.0, abs=1e-5)
    assert value(14320, "correct", margin=16) == -10.0
    assert value(14320, "correct") == pytest.approx(1.0, abs=1e-5)


def test_a_cut_completion_exceeds_wherever_the_limit_is() -> None:
    assert value(100, "correct", "length", max_length=Length(tokens=5000)) == -10.0
    assert value(100, "truncated", "length", exceed=-3.0) == -3.0


@pytest.mark.parametrize("tokens", [0, 1, 250, 500, 999])
def test_convention_of_trl_and_open_r1(tokens: int) -> None:
    """Theirs: min + (max - min) (1 + cos(pi n / 1000)) / 2, with min and max changed places for wrong answers, -1..-0.5 and 0.5..1."""
    bend = 1 + math.cos(math.pi * tokens / 1000)
    changes: dict[str, Any] = {
        "correct_short": 1.0,
        "correct_long": 0.5,
        "wrong_short": -1.0,
        "wrong_long": -0.5,
    }
    assert value(tokens, "correct", limit=1000, **changes) == pytest.approx(0.5 + 0.25 * bend, abs=1e-12)
    assert value(tokens, "incorrect", limit=1000, **changes) == pytest.approx(-0.5 - 0.25 * bend, abs=1e-12)


def test_could_not_tell_is_wrong_or_what_is_stated() -> None:
    assert value(7168, "timeout") == pytest.approx(-5.0)
    assert value(7168, "undecided", could_not_tell=-1.5) == -1.5
    assert value(7168, "incorrect", could_not_tell=-1.5) == pytest.approx(-5.0)


def test_direction_is_checked() -> None:
    """open-r1's configuration had wrong 0 to -0.5, which punishes long wrong answers more: refused unless it is meant."""
    with pytest.raises(ValidationError, match=r"wrong_short.*allow_reversed"):
        CosineReward(wrong_short=0.0, wrong_long=-0.5)
    with pytest.raises(ValidationError, match=r"correct_short.*allow_reversed"):
        CosineReward(correct_short=0.0, correct_long=10.0)
    assert value(7168, "correct", correct_short=0.0, correct_long=10.0, allow_reversed=True) == 5.0


def test_characters_and_tokens_never_mix() -> None:
    """Limit 400 characters: a text of 100 is a quarter, whatever its tokens; and units cannot be compared."""
    expected = 1 + 0.5 * (1 + math.cos(math.pi / 4))
    assert value(9999, "correct", max_length=Length(characters=400)) == pytest.approx(expected)
    with pytest.raises(UnitMismatch, match="100 characters against 400 tokens"):
        Measure(100, "characters").reaches(Measure(400, "tokens"))
    with pytest.raises(UnitMismatch):
        Measure(100, "tokens").share_of(Measure(400, "characters"))


@pytest.mark.parametrize("given", [{}, {"tokens": 3, "characters": 3}, {"tokens": 0}, {"words": 3}])
def test_a_length_has_one_unit(given: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Length.model_validate(given)
