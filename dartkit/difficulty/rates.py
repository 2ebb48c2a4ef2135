"""From verdicts to the difficulty of a problem.

fail rate = wrong draws / draws that could be judged (DART-Math, arXiv 2407.13690, section 3.2). Draws whose verdict is
`undecided`, `timeout` or `error` say nothing about the model and leave the denominator; truncated and answerless draws are
failures of the model and stay in it. Only a fixed number of draws gives an unbiased rate: draws made until k were correct
read high (a true 0.05 reads 0.065), which is why the phase of every draw is stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from dartkit.difficulty.intervals import jeffreys_interval, wilson_interval
from dartkit.records import Difficulty, Outcome

NOT_JUDGED: frozenset[Outcome] = frozenset({"undecided", "timeout", "error"})


@dataclass(frozen=True, slots=True)
class JudgedDraw:
    """What the estimate needs to know of one draw."""

    outcome: Outcome
    answer: str | None
    completion_tokens: int | None


def rate_problem(
    problem_id: str,
    sampler_id: str,
    verifier_id: str,
    draws: Sequence[JudgedDraw],
    *,
    interval: Literal["wilson", "jeffreys"] = "jeffreys",
    confidence: float = 0.95,
) -> Difficulty:
    """Return the difficulty of one problem; with no judged draw the rates are None and the interval is (0, 1)."""
    judged = [draw for draw in draws if draw.outcome not in NOT_JUDGED]
    n_correct = sum(draw.outcome == "correct" for draw in judged)
    n = len(judged)
    bounds = wilson_interval if interval == "wilson" else jeffreys_interval
    low, high = bounds(n_correct, n, confidence)
    tokens = [draw.completion_tokens for draw in draws if draw.completion_tokens is not None]
    answer, share, agrees = _majority(draws)
    return Difficulty(
        problem_id=problem_id,
        sampler_id=sampler_id,
        verifier_id=verifier_id,
        n_samples=len(draws),
        n_correct=n_correct,
        n_undecided=len(draws) - n,
        pass_rate=n_correct / n if n else None,
        fail_rate=1 - n_correct / n if n else None,
        ci_low=low,
        ci_high=high,
        n_truncated=sum(draw.outcome == "truncated" for draw in draws),
        median_completion_tokens=float(median(tokens)) if tokens else None,
        majority_answer=answer,
        majority_share=share,
        majority_agrees=agrees,
    )


def _majority(draws: Sequence[JudgedDraw]) -> tuple[str | None, float | None, bool | None]:
    """Return the most frequent answer, its share of all draws, and whether it is the gold answer.

    All correct draws count as one answer, whatever their spelling. A tie has no majority.
    """
    votes = Counter("\x00gold" if draw.outcome == "correct" else draw.answer for draw in draws if draw.answer)
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None, None, None
    winner, count = ranked[0]
    agrees = winner == "\x00gold"
    shown = (
        next(draw.answer for draw in draws if draw.outcome == "correct" and draw.answer) if agrees else winner
    )
    return shown, count / len(draws), agrees
