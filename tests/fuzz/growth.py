"""Look for time that grows faster than length: `python -m tests.fuzz.growth [SECONDS]`.

Each family of hostile texts doubles from 8 KB to 64 KB (and from 2.4 K to 19 K characters, which stays below the limit of
tokens) for comparison, extraction and every named grader; then random pairs and triples of pieces, repeated, for SECONDS.
Printed is what more than triples at a doubling, or takes longer than a limit.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

from dartkit.verify import extract_answer
from dartkit.verify.named import OWN, names, resolve
from tests.fuzz.checking import POLICIES, make_verifier
from tests.fuzz.pieces import PIECES
from tests.unit.verify.hostile.families import FAMILIES, make

SIZES = ((2_400, 4_800, 9_600, 19_200), (8_000, 16_000, 32_000, 64_000))
RATIO = 3.0
NOTICEABLE = 0.05  # seconds below which a ratio is noise
SLOW = 0.8  # seconds for any text
_VERIFIER = make_verifier(POLICIES[0])
_NOISE = 0.002

Work = Callable[[str], object]


def works() -> dict[str, Work]:
    """Return what is timed, by name."""
    timed: dict[str, Work] = {
        "answer": lambda text: _VERIFIER.check_answer(text, "7"),
        "two answers": lambda text: _VERIFIER.check_answer(text, f"{text[:-1]}8"),
        "extraction": extract_answer,
        "response": lambda text: _VERIFIER.check(text, "7"),
    }
    for listed in names():
        if listed.name != OWN:
            timed[listed.name] = _asked(listed.name)
    return timed


def _asked(name: str) -> Work:
    grader = resolve(name)
    return lambda text: (grader.check(text, "7"), grader.check_answer(text, "7"))


def seconds(work: Work, text: str, runs: int = 2) -> float:
    """Return the processor time of the fastest of some runs."""
    spent: list[float] = []
    for _ in range(runs):
        begun = time.thread_time()
        work(text)
        spent.append(time.thread_time() - begun)
    return min(spent)


def suspicion(costs: list[float]) -> str:
    """Return what is wrong with the times of a doubling text; nothing where nothing is."""
    ratios = [after / max(before, _NOISE) for before, after in pairwise(costs)]
    worst = max(
        (ratio for ratio, cost in zip(ratios, costs[1:], strict=True) if cost > NOTICEABLE), default=0.0
    )
    if worst <= RATIO and max(costs) <= SLOW:
        return ""
    return " ".join(f"{cost:.3f}" for cost in costs) + f" s, largest ratio {worst:.1f}"


def suspects(
    families: tuple[str, ...] = FAMILIES, scales: tuple[tuple[int, ...], ...] = SIZES
) -> Iterator[str]:
    """Yield a line for each family and work that grows too fast."""
    for name, work in works().items():
        for family in families:
            for sizes in scales:
                texts = [make(family, size) for size in sizes]
                if suspicion([seconds(work, text) for text in texts]):
                    found = suspicion([seconds(work, text, runs=6) for text in texts])  # not for a stutter
                    if found:
                        yield f"{name}: {family}: {found}"


def random_repetition(source: random.Random, size: int) -> str:
    """Return two or three pieces, repeated one after another or in turn."""
    first, second, third = (source.choice(PIECES) for _ in range(3))
    half = size // 2
    ways = (
        first * (half // len(first)) + second * (half // len(second)),
        (first + second) * (size // len(first + second)),
        (first + second + third) * (size // len(first + second + third)),
        first * (half // len(first)) + third + second * (half // len(second)),
    )
    return source.choice(ways)


def random_suspects(limit_seconds: float, seed: int) -> Iterator[str]:
    """Yield a line for each slow repetition found in so many seconds."""
    source, end = random.Random(seed), time.monotonic() + limit_seconds
    timed = works()
    while time.monotonic() < end:
        text = random_repetition(source, source.choice((6_000, 19_000, 64_000)))
        name = source.choice(list(timed))
        begun = time.thread_time()
        try:
            timed[name](text)
        except Exception as error:  # noqa: BLE001  (a search reports what it meets and goes on)
            yield f"{name}: {type(error).__name__} for {text[:60]!r} … {text[-20:]!r}"
        spent = time.thread_time() - begun
        if spent > SLOW:
            yield f"{name}: {spent:.2f} s for {len(text)} characters of {text[:60]!r} … {text[-20:]!r}"


def main(arguments: list[str]) -> None:
    """Print the suspects and how long the search took."""
    begun = time.monotonic()
    for line in suspects():
        print(line, flush=True)
    for line in random_suspects(float(arguments[0]) if arguments else 60.0, seed=int(time.time())):
        print(line, flush=True)
    print(f"searched for {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
