"""From verdicts to the difficulty of a problem.

fail rate = wrong draws / draws that could be judged (DART-Math, arXiv 2407.13690, section 3.2). Draws whose verdict is
`undecided`, `timeout` or `error` say nothing about the model and leave the denominator; truncated and answerless draws are
failures of the model and stay in it. Only a fixed number of draws gives an unbiased rate: draws made until k were correct
read high (a true 0.05 reads 0.065), which is why the phase of every draw is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from dartkit.difficulty.consensus import Same, find_consensus
from dartkit.difficulty.intervals import jeffreys_interval, wilson_interval
from dartkit.records import Difficulty, Outcome

NOT_JUDGED: frozenset[Outcome] = frozenset({"undecided", "timeout", "error"})


@dataclass(frozen=True, slots=True)
class JudgedDraw:
    """What the estimate needs to know of one draw.

    Attributes:
        outcome: The verdict against the gold answer.
        answer: Normal form of the answer where the verifier gives one, else the answer as written; None without an answer.
        completion_tokens: Length of the completion.
        written: The answer as written, which a verifier can read again.
    """

    outcome: Outcome
    answer: str | None
    completion_tokens: int | None
    written: str | None = None


def rate_problem(
    problem_id: str,
    sampler_id: str,
    verifier_id: str,
    draws: Sequence[JudgedDraw],
    *,
    interval: Literal["wilson", "jeffreys"] = "jeffreys",
    confidence: float = 0.95,
    same: Same | None = None,
) -> Difficulty:
    """Return the difficulty of one problem; with no judged draw the rates are None and the interval is (0, 1).

    Args:
        problem_id: The problem.
        sampler_id: Who drew.
        verifier_id: Who judged.
        draws: All draws of the problem.
        interval: Which interval of the pass rate.
        confidence: Its coverage.
        same: Says whether two answers are equal, for the majority answer; None goes by normal forms alone.
    """
    judged = [draw for draw in draws if draw.outcome not in NOT_JUDGED]
    n_correct = sum(draw.outcome == "correct" for draw in judged)
    n = len(judged)
    bounds = wilson_interval if interval == "wilson" else jeffreys_interval
    low, high = bounds(n_correct, n, confidence)
    tokens = [draw.completion_tokens for draw in draws if draw.completion_tokens is not None]
    consensus = find_consensus(draws, same)
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
        majority_answer=consensus.answer,
        majority_share=consensus.share,
        majority_agrees=consensus.agrees,
    )
