"""From verdicts to the difficulty of a problem.

fail rate = wrong draws / draws that could be judged (DART-Math, arXiv 2407.13690, section 3.2). Draws whose verdict is
`undecided`, `timeout` or `error` say nothing about the model and leave the denominator; truncated and answerless draws are
failures of the model and stay in it. Only a fixed number of draws gives an unbiased rate: draws made until k were correct
read high (a true 0.05 reads 0.065), which is why the phase of every draw is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median, stdev
from typing import Literal

from dartkit.difficulty.consensus import Same, find_consensus
from dartkit.difficulty.intervals import credible_interval, jeffreys_interval, wilson_interval
from dartkit.difficulty.prior import Prior, fit_prior
from dartkit.errors import UsageError
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
    interval: Literal["wilson", "jeffreys"] = "wilson",
    confidence: float = 0.95,
    same: Same | None = None,
    extra: Sequence[JudgedDraw] = (),
) -> Difficulty:
    """Return the difficulty of one problem; with no judged draw the rates are None and the interval is (0, 1).

    The shrunk estimate is not filled in: it needs all problems (see `shrink`).

    Args:
        problem_id: The problem.
        sampler_id: Who drew.
        verifier_id: Who judged.
        draws: The draws of the probe, of a number fixed beforehand.
        interval: Which interval of the pass rate.
        confidence: Its coverage.
        same: Says whether two answers are equal, for the majority answer; None goes by normal forms alone.
        extra: Draws that were made because of what the probe gave: they are kept out of the raw rate.
    """
    judged = [draw for draw in draws if draw.outcome not in NOT_JUDGED]
    n_correct = sum(draw.outcome == "correct" for draw in judged)
    n = len(judged)
    further = [draw for draw in extra if draw.outcome not in NOT_JUDGED]
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
        mean_completion_tokens=fmean(tokens) if tokens else None,
        sd_completion_tokens=stdev(tokens) if len(tokens) > 1 else None,
        n_extra=len(further),
        n_extra_correct=sum(draw.outcome == "correct" for draw in further),
    )


def judged_counts(record: Difficulty) -> tuple[int, int]:
    """Return (correct, judged) over the probe and the second round: what a posterior may use."""
    judged = record.n_samples - record.n_undecided
    return (record.n_correct + (record.n_extra_correct or 0), judged + (record.n_extra or 0))


def measured_fail_rate(record: Difficulty, rate: Literal["raw", "shrunk"]) -> float | None:
    """Return the fail rate that targets follow; None where no draw could be judged.

    Raises:
        UsageError: when the shrunk rate is asked for and the table is older than it.
    """
    if rate == "raw" or record.pass_rate is None:
        return record.fail_rate
    if record.shrunk_pass_rate is None:
        raise UsageError(
            "this difficulty table has no shrunk pass rates",
            fix="Run dartkit estimate again: it draws nothing that is there and rates everything anew.",
        )
    return 1 - record.shrunk_pass_rate


def shrink(records: Iterable[Difficulty], confidence: float = 0.95) -> tuple[list[Difficulty], Prior]:
    """Fill in the shrunk estimates: posterior mean and interval of each pass rate under the prior that fits all records.

    A problem without a judged draw gets the prior's mean and the interval (0, 1). A posterior depends on the draws and not on why they
    were made, so that draws of a second round, made of some problems because of the first, do not bias it; the same holds
    for the fit of the prior.

    Returns:
        The records, and the prior.
    """
    rated = list(records)
    prior = fit_prior(judged_counts(record) for record in rated)
    return [_shrink_one(record, prior, confidence) for record in rated], prior


def _shrink_one(record: Difficulty, prior: Prior, confidence: float) -> Difficulty:
    correct, judged = judged_counts(record)
    low, high = credible_interval(correct, judged, prior, confidence)
    mean = (prior.a + correct) / (prior.strength + judged)
    return replace(record, shrunk_pass_rate=mean, shrunk_low=low, shrunk_high=high)
