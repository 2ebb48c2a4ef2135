"""What a list of rewards pays for, by outcome and length, worked out from the settings before anything is drawn.

A completion is idealised as an outcome, a number of tokens, and a text of the wanted form that repeats nothing; characters are
tokens times a stated ratio. At the token limit it is cut. Rewards that only a run can know (`model`, `python`) count as 0
and are named. For a length n, with R(right, n) and R(wrong, n) the sums of what the two earn:

    break-even accuracy   p with  p R(right, n) + (1 - p) R(wrong, n) = 0
    better than cut       the least p with  p R(right, n) + (1 - p) R(wrong, n) >= R(cut)
    longer pays below     p with  p dR(right) + (1 - p) dR(wrong) = 0, d the change from n to the next length
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dartkit.reward_settings import (
    CosineReward,
    FormatReward,
    ModelReward,
    OverlongReward,
    PythonReward,
    RewardSettings,
    VerifierReward,
)
from dartkit.rl.rewards.cosine import cosine_limit, cosine_reward
from dartkit.rl.rewards.lengths import Measure
from dartkit.rl.rewards.overlong import overlong_penalty

if TYPE_CHECKING:
    from dartkit.records import Outcome

STEPS = 8
UNKNOWN = (ModelReward, PythonReward)


@dataclass(frozen=True, slots=True)
class World:
    """What the rewards depend on besides themselves."""

    max_tokens: int
    characters_per_token: float = 4.0

    def lengths(self, rewards: Sequence[RewardSettings], steps: int = STEPS) -> list[int]:
        """Return lengths in tokens from 0 to just below the first limit that any reward has, evenly."""
        end = max(1, min([self.max_tokens, *(self._limit(reward) for reward in rewards)]))
        return sorted({*(end * step // steps for step in range(steps)), end - 1})

    def _limit(self, reward: RewardSettings) -> int:
        if not isinstance(reward, CosineReward):
            return self.max_tokens
        limit = cosine_limit(reward, self.max_tokens)
        reached = limit.amount - reward.margin
        return reached if limit.unit == "tokens" else int(reached / self.characters_per_token)


def earned(reward: RewardSettings, outcome: Outcome, tokens: int, world: World, *, cut: bool) -> float:
    """Return what one reward pays for an idealised completion, times its weight."""
    return reward.weight * _value(reward, outcome, tokens, world, cut=cut) + 0.0


def _value(reward: RewardSettings, outcome: Outcome, tokens: int, world: World, *, cut: bool) -> float:
    if isinstance(reward, VerifierReward):
        return reward.earns(outcome)
    if isinstance(reward, OverlongReward):
        return overlong_penalty(tokens, max_tokens=world.max_tokens, buffer_tokens=reward.buffer_tokens)
    if isinstance(reward, CosineReward):
        limit = cosine_limit(reward, world.max_tokens)
        amount = tokens if limit.unit == "tokens" else round(tokens * world.characters_per_token)
        return cosine_reward(outcome, Measure(amount, limit.unit), cut=cut, limit=limit, settings=reward)
    if isinstance(reward, FormatReward):
        return reward.mismatch if cut or outcome == "no_answer" else reward.match
    return 0.0  # repetition: nothing repeats; model and function: not known


def total(
    rewards: Sequence[RewardSettings], outcome: Outcome, tokens: int, world: World, *, cut: bool = False
) -> float:
    """Return what all rewards of the whole sample pay for an idealised completion."""
    return sum(earned(reward, outcome, tokens, world, cut=cut) for reward in rewards)


def cut_reward(rewards: Sequence[RewardSettings], world: World) -> float:
    """Return what a completion earns that the token limit cut before it answered."""
    return total(rewards, "truncated", world.max_tokens, world, cut=True)


@dataclass(frozen=True, slots=True)
class LengthRow:
    """What answers of one length earn. None: no accuracy between 0 and 1 does it."""

    tokens: int
    right: float
    wrong: float
    break_even: float | None
    better_than_cut: float | None
    longer_pays_below: float | None


def length_rows(rewards: Sequence[RewardSettings], world: World) -> list[LengthRow]:
    """Return one row for each length, from 0 to just below the limit."""
    lengths = world.lengths(rewards)
    pays = [(total(rewards, "correct", n, world), total(rewards, "incorrect", n, world)) for n in lengths]
    cut = cut_reward(rewards, world)
    rows = []
    for place, (tokens, (right, wrong)) in enumerate(zip(lengths, pays, strict=True)):
        following = pays[place + 1] if place + 1 < len(pays) else None
        rows.append(
            LengthRow(
                tokens,
                right,
                wrong,
                accuracy_for(0.0, right, wrong),
                accuracy_for(cut, right, wrong),
                None if following is None else _turning_point(following[0] - right, following[1] - wrong),
            )
        )
    return rows


def accuracy_for(wanted: float, right: float, wrong: float) -> float | None:
    """Return the least accuracy from 0 to 1 whose expected reward is at least `wanted`, None where there is none."""
    if wrong >= wanted:
        return 0.0
    return (wanted - wrong) / (right - wrong) if right >= wanted else None


def _turning_point(right: float, wrong: float) -> float | None:
    """Return the accuracy below which a longer answer earns more, given what length changes for each kind of answer.

    0 where it never does; 1 where it always does; None where length changes nothing, or pays above an accuracy instead.
    """
    if wrong > 0.0 >= right:
        return wrong / (wrong - right)
    if wrong <= 0.0 and right <= 0.0:
        return 0.0 if wrong < 0.0 or right < 0.0 else None
    return 1.0 if wrong > 0.0 else None
