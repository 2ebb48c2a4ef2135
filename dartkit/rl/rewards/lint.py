"""Warnings about a list of rewards: which hacks it pays for (Demystifying Long CoT sections 4.2 to 4.5), before a run.

Each rule compares figures of `incentives`; docs/rewards.md says which and why. A warning is no error: some papers' own settings
have one on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dartkit.reward_settings import (
    CosineReward,
    FormatReward,
    RepetitionReward,
    RewardSettings,
    SparseRepetitionReward,
    VerifierReward,
    reward_name,
)
from dartkit.rl.rewards.incentives import UNKNOWN, World, cut_reward, earned, total

if TYPE_CHECKING:
    from dartkit.records import Outcome

TINY = 1e-9  # of a difference that is only rounding
GRID = 64
SHORT_CUTS: tuple[tuple[Outcome, str], ...] = (
    ("no_answer", "giving no answer"),
    ("undecided", "an answer that the verifier cannot decide"),
    ("timeout", "an answer that makes the verifier run out of time"),
    ("error", "an answer that makes the verifier fail"),
)


@dataclass(frozen=True, slots=True)
class Warned:
    """One thing a list of rewards pays for that nobody wants."""

    rule: str
    text: str
    advice: str


@dataclass(frozen=True, slots=True)
class _Case:
    """A list with the figures that several rules need: what each length from 0 to just below the limit earns."""

    rewards: tuple[RewardSettings, ...]
    world: World
    lengths: tuple[int, ...]
    right: tuple[float, ...]
    wrong: tuple[float, ...]


def lint(rewards: Sequence[RewardSettings], world: World) -> list[Warned]:
    """Return the warnings for a list of rewards, in the order of the rules; rewards of weight 0 are left out."""
    counted = tuple(reward for reward in rewards if reward.weight != 0.0)
    lengths = tuple(world.lengths(counted, GRID))
    case = _Case(
        counted,
        world,
        lengths,
        tuple(total(counted, "correct", n, world) for n in lengths),
        tuple(total(counted, "incorrect", n, world) for n in lengths),
    )
    return [warning for rule in RULES for warning in rule(case)]


def _needs_no_answer(case: _Case) -> Iterator[Warned]:
    if not any(isinstance(reward, VerifierReward | CosineReward) for reward in case.rewards):
        yield Warned(
            "no-correctness",
            "no reward looks at whether the answer is right",
            "Add `{kind: verifier}`, unless a reward of your own does it.",
        )


def _wrong_beats_right(case: _Case) -> Iterator[Warned]:
    best, at_best = max(zip(case.wrong, case.lengths, strict=True))
    worst, at_worst = min(zip(case.right, case.lengths, strict=True))
    if _pays(case) and best >= worst - TINY:
        yield Warned(
            "wrong-beats-right",
            f"a wrong answer of {at_best} tokens earns {best:.3g}, a right one of {at_worst} tokens {worst:.3g}",
            "Move the values of right and wrong answers apart.",
        )


def _longer_wrong(case: _Case) -> Iterator[Warned]:
    gain, begin, end = _largest_gain(case.wrong, case.lengths)
    if gain <= TINY:
        return
    guarded = any(isinstance(item, RepetitionReward | SparseRepetitionReward) for item in case.rewards)
    yield Warned(
        "longer-wrong-pays",
        f"a wrong answer gains {gain:.3g} by growing from {begin} to {end} tokens"
        + ("" if guarded else ", and nothing charges for repeating text"),
        "Meant so in the cosine reward; keep a `repetition` reward beside it and watch the length of wrong answers.",
    )


def _longer_right(case: _Case) -> Iterator[Warned]:
    gain, begin, end = _largest_gain(case.right, case.lengths)
    if gain > TINY:
        yield Warned(
            "longer-right-pays",
            f"a right answer gains {gain:.3g} by growing from {begin} to {end} tokens: lengths will explode",
            "Let `correct_short` be at least `correct_long`.",
        )


def _giving_up(case: _Case) -> Iterator[Warned]:
    cut = cut_reward(case.rewards, case.world)
    worst, tokens = min(zip(case.wrong, case.lengths, strict=True))
    if cut > worst + TINY:
        yield Warned(
            "giving-up-pays",
            f"running into the token limit earns {cut:.3g}, a wrong answer of {tokens} tokens {worst:.3g}",
            "Let the limit cost at least what the worst wrong answer costs: `exceed`, `truncated`, `overlong`.",
        )


def _no_exceed(case: _Case) -> Iterator[Warned]:
    for reward in case.rewards:
        if isinstance(reward, CosineReward) and reward.weight > 0.0 and reward.exceed >= 0.0:
            yield Warned(
                "no-exceed-penalty",
                f"'{reward_name(reward)}' pays {reward.exceed:g} at the length limit",
                "Set `exceed` below every other value (paper: -10).",
            )


def _weak_repetition(case: _Case) -> Iterator[Warned]:
    """Compare, for every stretch of text, what repeating it costs with what its length gains a wrong answer."""
    penalties = [item for item in case.rewards if isinstance(item, RepetitionReward | SparseRepetitionReward)]
    if not penalties:
        return
    for start, begin in enumerate(case.lengths):
        for stop in range(start + 1, len(case.lengths)):
            end = case.lengths[stop]
            gain = case.wrong[stop] - case.wrong[start]
            cost = sum(_cost_of_repeating(item, begin, end) for item in penalties)
            if gain > max(cost, 0.0) + TINY:
                yield Warned(
                    "weak-repetition-penalty",
                    f"a wrong answer that grows from {begin} to {end} tokens by repeating itself gains {gain:.3g} and pays {cost:.3g}",
                    "Raise the penalty or its weight, or lower what length gains.",
                )
                return


def _cost_of_repeating(reward: RepetitionReward | SparseRepetitionReward, begin: int, end: int) -> float:
    """Return the undiscounted cost of `end - begin` tokens that repeat something, after `begin` that do not."""
    share = 1.0 if isinstance(reward, RepetitionReward) else 1.0 / end
    return -reward.weight * reward.penalty * (end - begin) * share


def _without_correctness(case: _Case) -> Iterator[Warned]:
    """Compare what can be had by form or by another judge with what being right is worth at its least."""
    worth = min(right - wrong for right, wrong in zip(case.right, case.wrong, strict=True))
    for reward in case.rewards:
        name = reward_name(reward)
        if isinstance(reward, FormatReward):
            span = abs(reward.weight * (reward.match - reward.mismatch))
            if span >= worth - TINY:
                yield Warned(
                    "maximum-without-correctness",
                    f"'{name}' is worth {span:.3g} to any answer, being right is worth {worth:.3g}",
                    "Lower its weight until being right is worth more.",
                )
        elif isinstance(reward, UNKNOWN):
            yield Warned(
                "unknown-reward",
                f"'{name}' is not in these figures; a wrong answer may earn its maximum",
                f"Keep its spread times {abs(reward.weight):g} below {worth:.3g}, what being right is worth at least.",
            )


def _cannot_tell(case: _Case) -> Iterator[Warned]:
    for outcome, what in SHORT_CUTS:
        gains = [
            (total(case.rewards, outcome, n, case.world) - wrong, n)
            for n, wrong in zip(case.lengths, case.wrong, strict=True)
        ]
        gain, tokens = max(gains)
        if gain > TINY:
            yield Warned(
                f"{outcome.replace('_', '-')}-pays",
                f"{what} earns {gain:.3g} more than a wrong answer (at {tokens} tokens)",
                "Let it earn what a wrong answer earns, or less.",
            )


def _negative_weight(case: _Case) -> Iterator[Warned]:
    for reward in case.rewards:
        if reward.weight < 0.0:
            yield Warned(
                "negative-weight",
                f"'{reward_name(reward)}' has weight {reward.weight:g}: it pays for the opposite",
                "Make it positive, or 0 to measure only.",
            )


RULES: tuple[Callable[[_Case], Iterator[Warned]], ...] = (
    _needs_no_answer, _wrong_beats_right, _longer_wrong, _longer_right, _giving_up, _no_exceed, _weak_repetition,
    _without_correctness, _cannot_tell, _negative_weight,
)  # fmt: skip


def _pays(case: _Case) -> bool:
    """Say whether anything looks at correctness, so that right and wrong can be compared at all."""
    return any(isinstance(reward, VerifierReward | CosineReward) for reward in case.rewards)


def _largest_gain(values: Sequence[float], lengths: Sequence[int]) -> tuple[float, int, int]:
    """Return the largest rise from one length to a later one, and the two lengths."""
    best = (0.0, 0, 0)
    low, at = values[0], lengths[0]
    for value, length in zip(values, lengths, strict=True):
        if value - low > best[0]:
            best = (value - low, at, length)
        if value < low:
            low, at = value, length
    return best


def reward_span(reward: RewardSettings, world: World) -> tuple[float, float] | None:
    """Return the least and the most a reward adds to the sum, over outcomes and lengths; None where that is not known.

    Of the dense penalty: a token's return, discounted.
    """
    if isinstance(reward, UNKNOWN):
        return None
    if isinstance(reward, RepetitionReward):
        tokens, gamma = world.max_tokens, reward.gamma
        depth = tokens if gamma == 1.0 else (1.0 - gamma**tokens) / (1.0 - gamma)
        return _ordered(reward.weight * reward.penalty * depth, 0.0)
    if isinstance(reward, SparseRepetitionReward):
        return _ordered(reward.weight * reward.penalty, 0.0)
    outcomes: tuple[Outcome, ...] = ("correct", "incorrect", "no_answer", "undecided", "timeout", "error")
    values = [
        earned(reward, outcome, n, world, cut=False) for outcome in outcomes for n in world.lengths([reward])
    ]
    ends: tuple[Outcome, ...] = ("truncated", "correct")
    values += [earned(reward, outcome, world.max_tokens, world, cut=True) for outcome in ends]
    return min(values), max(values)


def _ordered(first: float, second: float) -> tuple[float, float]:
    return min(first, second) + 0.0, max(first, second) + 0.0
