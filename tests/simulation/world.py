"""Problems whose pass rates and lengths are known, and draws that are a pure function of problem and number.

Pass rates come from two places: the 53 problems with 16 rollouts of a real model in the project's data (a Beta fitted to their counts, since
53 problems are too few to stand for 15,000), and the table of DART-Math's release (reference, section 1.7: queries and mean fail rate
by level), scattered within a level by a Beta of strength 3.
"""

from __future__ import annotations

import gzip
import json
import math
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

from dartkit.records import Problem
from tests.conftest import make_problem

# Level: queries and mean of the correct samples wanted at k_p = 192, whose share of 192 is the mean fail rate.
DART_LEVELS = {
    "gsm8k": (7473, 8.49), "1": (565, 14.28), "2": (1349, 33.52), "3": (1592, 54.94), "4": (1690, 79.59), "5": (2304, 107.06),
}  # fmt: skip
STRENGTH = 3.0
MEAN_TOKENS = 480.3  # of a response of DART-Math-Hard
SPREAD = 0.6  # of the logarithm of a length
LONGEST = 2048


MASK = (1 << 64) - 1
QUANTILES = 4096
_NORMAL = NormalDist()


def _lengths(mean: float) -> list[int]:
    """Return the quantiles of a log-normal length of this mean, cut at the longest."""
    middle = math.log(mean) - SPREAD**2 / 2
    cuts = ((index + 0.5) / QUANTILES for index in range(QUANTILES))
    return [max(1, min(LONGEST, round(math.exp(middle + SPREAD * _NORMAL.inv_cdf(cut))))) for cut in cuts]


RIGHT_TOKENS, WRONG_TOKENS = (
    _lengths(MEAN_TOKENS),
    _lengths(1.4 * MEAN_TOKENS),
)  # wrong ones are longer, as in every real set


def mix(value: int) -> int:
    """Scramble 64 bits (the finaliser of splitmix64)."""
    value = (value + 0x9E3779B97F4A7C15) & MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


@dataclass(frozen=True, slots=True)
class World:
    """Problems with their pass rates."""

    problems: list[Problem]
    rates: dict[str, float]
    numbers: dict[str, int]

    def draw(self, problem: str, number: int) -> tuple[bool, int]:
        """Return whether the draw is correct and how many tokens it has."""
        noise = mix((self.numbers[problem] << 32) + number)
        right = (noise >> 11) * 2.0**-53 < self.rates[problem]
        return right, (RIGHT_TOKENS if right else WRONG_TOKENS)[mix(noise) >> 52]


def make_world(rates: list[float]) -> World:
    """Return problems with these pass rates."""
    problems = [make_problem(f"problem {index}", str(index)) for index in range(len(rates))]
    keyed = {item.problem_id: rate for item, rate in zip(problems, rates, strict=True)}
    return World(problems, keyed, {item.problem_id: index for index, item in enumerate(problems)})


def dart_rates(count: int, seed: int = 0) -> list[float]:
    """Return pass rates for so many problems, in the shares of DART-Math's levels."""
    rng = random.Random(seed)
    total = sum(queries for queries, _ in DART_LEVELS.values())
    rates: list[float] = []
    for queries, wanted in DART_LEVELS.values():
        fail = wanted / 192
        rates += [
            rng.betavariate(STRENGTH * (1 - fail), STRENGTH * fail)
            for _ in range(round(count * queries / total))
        ]
    return rates


def rollout_rates(folder: Path, count: int, seed: int = 0) -> list[float]:
    """Return pass rates for so many problems, from the Beta that is likeliest for the counts of the Polaris rollouts."""
    from dartkit.difficulty.prior import fit_prior

    counts: dict[str, list[bool]] = defaultdict(list)
    with gzip.open(
        folder / "outputs_polaris_rollouts16" / "responses.jsonl.gz", "rt", encoding="utf-8"
    ) as lines:
        for line in lines:
            row = json.loads(line)
            counts[row["question_id"]].append(bool(row["correct"]))
    a, b = fit_prior([(sum(right), len(right)) for right in counts.values()])
    rng = random.Random(seed)
    return [rng.betavariate(a, b) for _ in range(count)]
