"""Look for work that grows faster than length: `python -m tests.fuzz.growth [SECONDS]`.

Each family of hostile texts doubles from 8 KB to 64 KB (and from 2.4 K to 19 K characters, which stays below the limit of
tokens) for comparison, extraction and every named grader; then random pairs and triples of pieces, repeated, for SECONDS.
Printed is what more than triples at a doubling, or takes longer than a limit. The tests count calls instead of seconds,
so that they say the same on every machine; time spent inside one regular expression shows only in seconds.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from types import FrameType
from typing import NamedTuple

from dartkit.verify import extract_answer
from dartkit.verify.named import OWN, names, resolve
from tests.fuzz.checking import POLICIES, make_verifier
from tests.fuzz.pieces import PIECES
from tests.unit.verify.hostile.families import FAMILIES, make

SIZES = ((2_400, 4_800, 9_600, 19_200), (8_000, 16_000, 32_000, 64_000))
RATIO = 3.0
_VERIFIER = make_verifier(POLICIES[0])

Work = Callable[[str], object]


class Scale(NamedTuple):
    """What a cost means: below `noticeable` a ratio says nothing, above `slow` any cost is too much."""

    noticeable: float
    slow: float
    unit: str


TIME = Scale(0.05, 0.8, "s")
CALLS = Scale(20_000, 4_000_000, "calls")


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


def calls(work: Work, text: str) -> int:
    """Return how many functions the work calls, those of C included: the same number each time."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work(text)
    finally:
        sys.setprofile(before)
    return count


def suspicion(costs: Sequence[float], scale: Scale = TIME) -> str:
    """Return what is wrong with the costs of a doubling text; nothing where nothing is."""
    ratios = [after / max(before, scale.noticeable / 25) for before, after in pairwise(costs)]
    worst = max(
        (ratio for ratio, cost in zip(ratios, costs[1:], strict=True) if cost > scale.noticeable), default=0.0
    )
    if worst <= RATIO and max(costs) <= scale.slow:
        return ""
    return " ".join(f"{cost:.3f}" for cost in costs) + f" {scale.unit}, largest ratio {worst:.1f}"


def suspects(
    families: tuple[str, ...] = FAMILIES, scales: tuple[tuple[int, ...], ...] = SIZES
) -> Iterator[str]:
    """Yield a line for each family and work whose time grows too fast."""
    for name, work in works().items():
        for family in families:
            for sizes in scales:
                texts = [make(family, size) for size in sizes]
                if suspicion([seconds(work, text) for text in texts]):
                    found = suspicion([seconds(work, text, runs=6) for text in texts])  # not for a stutter
                    if found:
                        yield f"{name}: {family}: {found}"


def counted_suspects(families: tuple[str, ...], sizes: tuple[int, ...]) -> Iterator[str]:
    """Yield a line for each family and work whose number of calls grows too fast."""
    for name, work in works().items():
        for family in families:
            found = suspicion([calls(work, make(family, size)) for size in sizes], CALLS)
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
        try:
            spent = seconds(timed[name], text, runs=1)
            spent = spent if spent <= TIME.slow else seconds(timed[name], text, runs=4)
        except Exception as error:  # noqa: BLE001  (a search reports what it meets and goes on)
            yield f"{name}: {type(error).__name__} for {text[:60]!r} … {text[-20:]!r}"
            continue
        if spent > TIME.slow:
            yield f"{name}: {spent:.2f} s for {len(text)} characters of {text[:60]!r} … {text[-20:]!r}"


def counted_random_suspects(count: int, seed: int) -> Iterator[str]:
    """Yield a line for each of so many repetitions that calls too much when it is doubled."""
    source, timed = random.Random(seed), works()
    names_of = list(timed)
    for _ in range(count):
        short, name = random_repetition(source, source.choice((3_000, 9_000))), source.choice(names_of)
        found = suspicion([calls(timed[name], short * times) for times in (1, 2)], CALLS)
        if found:
            yield f"{name}: {found} for {short[:60]!r} … {short[-20:]!r}"


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
