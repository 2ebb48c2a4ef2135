"""What a setting of the sampler is worth, from its draws of some problems, and which of several is best.

accuracy     mean over problems of correct / judged draws, with a 95 % interval over problems
coverage     chance that at least one of n draws is correct: share of problems with a correct one among n judged
diversity    mean distance of two correct completions of a problem (see `diversity`), over problems with at least two
yield        correct draws in 1,000 completion tokens
new yield    effective number of correct completions (see `diversity`) in 1,000 completion tokens

The recommended setting has the highest new yield on the hard problems, which are the same for all settings: there samples are scarce, and
a correct sample that repeats another one teaches nothing. A setting is within noise of it where the 95 % interval of the difference
holds 0, by a bootstrap over problems that draws the same problems for both.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from dartkit.difficulty.rates import NOT_JUDGED
from dartkit.evaluate.diversity import measure_diversity
from dartkit.evaluate.metrics import mean_figure
from dartkit.records import Outcome

RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class TriedDraw:
    """One draw at one setting; `answer` is the answer's normal form, None without one."""

    outcome: Outcome
    completion: str
    tokens: int
    answer: str | None


@dataclass(frozen=True, slots=True)
class ProblemScore:
    """One problem at one setting."""

    judged: int
    correct: int
    tokens: int
    truncated: int
    draws: int
    distinct_correct: int
    effective: float
    distance: float | None
    distinct_answers: int
    answers: int

    @property
    def rate(self) -> float | None:
        """Pass rate; None where nothing could be judged."""
        return self.correct / self.judged if self.judged else None


def score_problem(draws: Sequence[TriedDraw]) -> ProblemScore:
    """Return what the draws of one problem at one setting come to."""
    judged = [draw for draw in draws if draw.outcome not in NOT_JUDGED]
    diversity = measure_diversity([draw.completion for draw in judged if draw.outcome == "correct"])
    answers = [
        "\x00gold" if draw.outcome == "correct" else draw.answer for draw in draws if draw.answer is not None
    ]
    return ProblemScore(
        judged=len(judged),
        correct=diversity.completions,
        tokens=sum(draw.tokens for draw in draws),
        truncated=sum(draw.outcome == "truncated" for draw in draws),
        draws=len(draws),
        distinct_correct=diversity.distinct,
        effective=diversity.effective,
        distance=diversity.mean_distance,
        distinct_answers=len(set(answers)),
        answers=len(answers),
    )


Scores = Mapping[str, ProblemScore]
"""Problem -> its score at one setting."""


def describe_setting(scores: Scores, hard: Sequence[str]) -> dict[str, Any]:
    """Return the figures of one setting, JSON-ready.

    Args:
        scores: Each problem's score.
        hard: The hard problems.
    """
    items = list(scores.values())
    rates = [item.rate for item in items if item.rate is not None]
    distances = [item.distance for item in items if item.distance is not None]
    draws, correct = sum(item.draws for item in items), sum(item.correct for item in items)
    answers = [item.distinct_answers / item.answers for item in items if item.answers]
    return {
        "draws": draws,
        "tokens": sum(item.tokens for item in items),
        "accuracy": mean_figure(rates).as_list(),
        "coverage": mean_figure([float(item.correct > 0) for item in items if item.judged]).as_list(),
        "truncated": _share(sum(item.truncated for item in items), draws),
        "distinct_answers": round(fmean(answers), 4) if answers else None,
        "distinct_correct": _share(sum(item.distinct_correct for item in items), correct),
        "diversity": round(fmean(distances), 4) if distances else None,
        "yield": _per_1000(float(correct), items),
        "new_yield": _per_1000(sum(item.effective for item in items), items),
        "new_yield_hard": _per_1000(
            sum(scores[key].effective for key in hard), [scores[key] for key in hard]
        ),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _per_1000(amount: float, items: Sequence[ProblemScore]) -> float | None:
    tokens = sum(item.tokens for item in items)
    return round(1000 * amount / tokens, 4) if tokens else None


def hard_problems(settings: Sequence[Scores], below: float) -> list[str]:
    """Return the problems whose mean pass rate over all settings is under a bound; all of them where none is."""
    hard = []
    for problem in settings[0]:
        rates = [rate for scores in settings if (rate := scores[problem].rate) is not None]
        if not rates or fmean(rates) < below:
            hard.append(problem)
    return hard or list(settings[0])


def recommend(settings: Sequence[Scores], problems: Sequence[str], *, seed: int = 0) -> tuple[int, list[int]]:
    """Return the setting with the highest new yield on these problems, and those within noise of it.

    Args:
        settings: Scores at each setting, all of the same problems.
        problems: The problems that decide.
        seed: Seed of the bootstrap.
    """
    rates = [_rate([scores[key] for key in problems]) for scores in settings]
    best = max(range(len(settings)), key=lambda index: rates[index])
    rng = random.Random(seed)
    gaps: list[list[float]] = [[] for _ in settings]
    for _ in range(RESAMPLES):
        chosen = rng.choices(problems, k=len(problems))
        drawn = [_rate([scores[key] for key in chosen]) for scores in settings]
        for index, rate in enumerate(drawn):
            gaps[index].append(drawn[best] - rate)
    close = []
    for index, gap in enumerate(gaps):
        ordered = sorted(gap)
        if index != best and ordered[int(0.025 * RESAMPLES)] <= 0.0:
            close.append(index)
    return best, close


def _rate(items: Sequence[ProblemScore]) -> float:
    tokens = sum(item.tokens for item in items)
    return sum(item.effective for item in items) / tokens if tokens else 0.0
