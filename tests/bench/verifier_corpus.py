"""Speed, latency and F1 of the verifier on the pairs of tests/corpus, beside Math-Verify on the same pairs where it is installed.

CPU seconds are those of this process and of the workers it started, without their start; the peer counts its own.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from dartkit.verify import Verifier
from dartkit.verify.api import check
from tests.bench.row import Row
from tests.corpus import peer
from tests.corpus.build import corpus
from tests.corpus.case import Case
from tests.corpus.sample import sample
from tests.corpus.score import tallies, whole
from tests.unit.verify.hostile.families import FAMILIES, make

OF_EACH_KIND = 20  # pairs for the peer, which takes some hundredths of a second for each
GROUP = 8  # answers to one reference, as reinforcement learning draws them
RUNS = 3
LONG_SIZES = (19_000, 65_000)  # near the limit of 20,000 tokens; near that of 64 KB
LIMIT_MS = {"p50": 0.5, "p99": 10.0, "max": 1200.0}
REPEATED_LIMIT = 0.5


def rows() -> list[Row]:
    """Return all rows; those that need the peer are left out, with a line on stderr, where it is not installed."""
    cases = list(corpus())
    found = [*_whole_corpus(cases), *_long_texts(), *_repeated_references(cases)]
    if peer.is_installed():
        return [*found, *_side_by_side(sample(cases, OF_EACH_KIND))]
    sys.stderr.write(f"rows beside Math-Verify left out. {peer.REASON}\n")
    return found


def cpu_seconds() -> float:
    """Return the CPU seconds of this process, of its children that have ended, and of those that live."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages) + sum(map(_living, _children()))


def _children() -> list[str]:
    """Return the process numbers of living children; none where the system does not list them."""
    lists = Path("/proc/self/task").glob("*/children")
    return [number for path in lists for number in path.read_text(encoding="ascii").split()]


def _living(number: str) -> float:
    """Return the CPU seconds of a child and of its own children that have ended."""
    fields = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _whole_corpus(cases: Sequence[Case]) -> list[Row]:
    seconds, tiers = [], []
    with Verifier() as verifier:
        _start_worker(verifier)
        began = cpu_seconds()
        for case in cases:
            before = time.perf_counter()
            tiers.append(check(verifier, case.pair).tier)
            seconds.append(time.perf_counter() - before)
        spent = cpu_seconds() - began
    cuts = statistics.quantiles(seconds, n=100)
    latency = {"p50": cuts[49], "p99": cuts[98], "max": max(seconds)}
    last = sum(tier == 5 for tier in tiers) / len(cases)
    speed = len(cases) / spent
    return [
        Row("verdicts, corpus pairs, one process", speed, "per CPU second", speed / 570, "the target of 570"),
        Row("corpus pairs that start the last tier", last, "share", last / 0.01, "the limit of 1 %"),
        *(Row(f"latency, corpus pairs, {name}", 1e3 * latency[name], "ms", 1e3 * latency[name] / limit, f"the limit of {limit:g} ms") for name, limit in LIMIT_MS.items()),
    ]  # fmt: skip


def _start_worker(verifier: Verifier) -> None:
    """Reach the last tier once, so that the start of its process is not counted."""
    verifier.check_answer("\\lim_{x\\to 0} \\frac{\\sin x}{x}", "1")


def _long_texts() -> list[Row]:
    """The slowest check of texts of every hostile family at the limits of size, against a number and against another."""
    slowest = 0.0
    with Verifier() as verifier:
        _start_worker(verifier)
        for family in FAMILIES:
            for size in LONG_SIZES:
                text = make(family, size)
                for other in ("43", text[:-1] + "8"):
                    before = time.perf_counter()
                    verifier.check_answer(text, other)
                    slowest = max(slowest, time.perf_counter() - before)
    limit = LIMIT_MS["max"]
    return [
        Row("latency, hostile families, max", 1e3 * slowest, "ms", 1e3 * slowest / limit, f"the limit of {limit:g} ms")
    ]  # fmt: skip


def _repeated_references(cases: Sequence[Case]) -> list[Row]:
    """Eight distinct answers to one reference by one verifier, against a fresh verifier for each; best of several runs of both."""
    groups: dict[str, list[str]] = {}
    for case in cases:
        if case.form == "answer":
            groups.setdefault(case.reference, []).append(case.prediction)
    wanted = [(reference, texts[:GROUP]) for reference, texts in groups.items() if len(texts) >= GROUP]
    if not wanted:
        return []
    shared = min(_group_seconds(wanted, GROUP) for _ in range(RUNS))
    alone = min(_group_seconds(wanted, 1) for _ in range(RUNS))
    return [
        Row(f"{GROUP} answers to one reference", 1e6 * shared / len(wanted), "us of CPU", shared / alone, f"{GROUP} single calls (limit {REPEATED_LIMIT})"),
    ]  # fmt: skip


def _group_seconds(groups: Sequence[tuple[str, list[str]]], at_once: int) -> float:
    """Measure all groups with a verifier for so many answers at once."""
    began = time.process_time()
    for reference, texts in groups:
        for start in range(0, len(texts), at_once):
            with Verifier() as verifier:
                for text in texts[start : start + at_once]:
                    verifier.check_answer(text, reference)
    return time.process_time() - began


def _side_by_side(cases: Sequence[Case]) -> list[Row]:
    theirs = peer.ask(cases)
    with Verifier() as verifier:
        _start_worker(verifier)
        began = cpu_seconds()
        ours = [check(verifier, case.pair).equal for case in cases]
        spent = cpu_seconds() - began
    speed = len(cases) / spent
    peer_speed = len(cases) / sum(verdict.seconds for verdict in theirs)
    mine, peers = tallies(cases, ours), tallies(cases, [verdict.equal for verdict in theirs])
    made = [Row(f"verdicts, {len(cases)} pairs of the corpus", speed, "per CPU second", speed / peer_speed, f"Math-Verify, {peer_speed:.0f}")]  # fmt: skip
    for name, tally in {"all kinds": whole(mine.values()), **mine}.items():
        other = whole(peers.values()) if name == "all kinds" else peers[name]
        made.append(Row(f"F1, {name}", tally.f1, "F1", tally.f1 / max(other.f1, 1e-9), f"Math-Verify, {other.f1:.3f}"))  # fmt: skip
    return made
