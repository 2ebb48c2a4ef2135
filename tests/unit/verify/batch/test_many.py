"""`verify_many`: the verdicts of one process from several, in order, whatever a pair does to its process.

Outcomes are known by hand: n/2 is 2n/4 and never (n+1)/2. Trouble is made by `troubled_worker`, which replaces the check of the
real worker program for a few words.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dartkit.errors import EnvironmentProblem, UsageError
from dartkit.verify import Limits, Pair, Policy, Verdict, pool
from dartkit.verify.batch import many, verify_entries, verify_many
from dartkit.verify.batch.chunks import ChunkJudge, Patience, patience_of, worker_command
from dartkit.verify.batch.many import (
    CHUNK_CHARACTERS,
    CHUNK_PAIRS,
    CHUNK_SECONDS,
    CHUNKS_AHEAD,
    MOST_PAIRS,
    Chunks,
    spread,
)
from dartkit.verify.batch.verdict_rows import verdict_columns, verdicts_of
from dartkit.verify.policy import DEFAULT
from dartkit.verify.pool import WorkerPool
from dartkit.verify.wire import decode_line, encode_line

TROUBLED = Path(__file__).with_name("troubled_worker.py")
IMPATIENT = Patience(chunk=0.6, alone=2.0)
SLOW_MACHINE = Limits(timeout_seconds=20.0)


def pairs(count: int) -> list[Pair]:
    """Return pairs of which every third is wrong."""
    return [Pair(f"\\frac{{{n}}}{{2}}", f"{n + 1}/2" if n % 3 == 0 else f"{2 * n}/4") for n in range(count)]


def expected(count: int) -> list[str]:
    return ["incorrect" if n % 3 == 0 else "correct" for n in range(count)]


def troubled_judge(workers: int = 1, patience: Patience = IMPATIENT, memory_mib: int = 1024) -> ChunkJudge:
    """Return a judge whose workers hang, crash or raise on demand."""
    [program, *_, settings] = worker_command(DEFAULT, Limits(memory_mib=memory_mib))
    return ChunkJudge(WorkerPool([program, str(TROUBLED), settings], workers, many.LONGEST_REPLY), patience)


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 500, 5_000])
def test_order_and_number(workers: int, count: int) -> None:
    """Below, at and above a first chunk of 64, and so many that chunks grow."""
    assert [verdict.outcome for verdict in verify_many(pairs(count), workers=workers)] == expected(count)


def test_all_cores_are_the_default() -> None:
    assert [verdict.outcome for verdict in verify_many(iter(pairs(130)))] == expected(130)
    assert 1 <= many.cores() <= (os.cpu_count() or 1)


TEXTS = [
    "5", "", "  ", "\u00bd", "\ud800", "\ud83d\ude00", "\U0001f600", "5\x00", "a\nb", "\r\n", "\u2028", "\u0085", "\\boxed{5}",
    '{"a": 1}', "\ufeff5", "\x1b[31m", "x" * 70_000, "\\sqrt{8}", "\u0665", "5\u202e", "\udcff",
]  # fmt: skip


def test_any_text_has_the_verdict_of_one_process() -> None:
    """Each text against each: lone surrogates, two of them that would make one character, separators, controls, long ones."""
    crossed = [Pair(one, other, "answer") for one in TEXTS for other in TEXTS]
    here = list(verify_many(crossed, workers=1, limits=SLOW_MACHINE))
    there = list(verify_many(crossed, workers=2, limits=SLOW_MACHINE))
    assert [replace(verdict, seconds=0.0) for verdict in there] == [
        replace(verdict, seconds=0.0) for verdict in here
    ]
    for pair, verdict in zip(crossed, there, strict=True):
        if verdict.extracted is not None:
            assert verdict.extracted == pair.prediction


def test_form_policy_and_limits_reach_the_workers() -> None:
    """28% is 28 for the loose rule only; a bare answer is not searched for a box, a response is."""
    percent = [Pair("28\\%", "28")]
    for policy, outcome in ((Policy(), "correct"), (Policy(percent="strict"), "incorrect")):
        assert [verdict.outcome for verdict in verify_many(percent, workers=2, policy=policy)] == [outcome]
    response = Pair("it is 7, no, it is \\boxed{9}", "9")
    [as_response, bare] = verify_many(
        [response._replace(form="response"), response._replace(form="answer")], workers=2
    )
    assert (as_response.outcome, as_response.extracted) == ("correct", "9")
    assert bare.extracted == response.prediction


@pytest.mark.parametrize("workers", [0, -1])
def test_no_workers_is_refused_at_the_call(workers: int) -> None:
    with pytest.raises(UsageError, match=f"at least 1, not {workers}"):
        verify_many([], workers=workers)


class Counted:
    """Pairs without end that know how many were taken."""

    def __init__(self) -> None:
        self.taken = 0

    def __iter__(self) -> Iterator[Pair]:
        while True:
            self.taken += 1
            yield Pair("1/2", "0.5")


def test_pairs_are_read_a_bounded_number_ahead() -> None:
    """An endless input gives verdicts, with three chunks for each worker read ahead; closing ends the processes."""
    source = Counted()
    verdicts = verify_many(source, workers=2)
    for number in range(1, 1001):
        assert next(verdicts).outcome == "correct"
        assert source.taken <= number + CHUNKS_AHEAD * 2 * MOST_PAIRS + MOST_PAIRS
    verdicts.close()  # type: ignore[attr-defined]  # it is a generator
    with pytest.raises(StopIteration):
        next(verdicts)


def test_in_one_process_each_verdict_comes_before_the_next_pair_is_read() -> None:
    source = Counted()
    verdicts = verify_many(source, workers=1)
    for number in range(1, 20):
        next(verdicts)
        assert source.taken == number


def test_closing_ends_the_workers() -> None:
    judge = troubled_judge(workers=2)
    verdicts = spread(Counted(), _same, judge, 2)
    next(verdicts)
    pids = judge.pool.pids
    assert pids
    verdicts.close()
    assert judge.pool.pids == []
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_closing_does_not_wait_for_what_hangs() -> None:
    """The first chunk is fine, all others hang for a minute; a reader that wants one verdict is done at once."""
    judge = troubled_judge(workers=4, patience=Patience(60.0, 60.0))
    verdicts = spread([*pairs(64), *[Pair("HANG", "1")] * 2_000], _same, judge, 4)
    assert next(verdicts)[1] is not None
    begun = time.perf_counter()
    verdicts.close()
    assert time.perf_counter() - begun < 5.0
    assert judge.pool.pids == []


def test_an_error_of_the_input_ends_the_verdicts() -> None:
    with pytest.raises(KeyError, match="row 200"):
        list(verify_many(_broken_source(), workers=2))


def _broken_source() -> Iterator[Pair]:
    yield from pairs(200)
    raise KeyError("row 200")


def _same(pair: Pair) -> Pair:
    return pair


def test_entries_without_a_pair_keep_their_place() -> None:
    """Numbers divisible by 5 have no pair; 64 of them in a row make a chunk with nothing to ask."""
    source = [*range(150), *([0] * 130), 1, 2]
    judged = list(verify_entries(source, _pair_of_number, workers=2))
    assert [entry for entry, _ in judged] == source
    for number, verdict in judged:
        assert (verdict is None) == (number % 5 == 0)
        assert verdict is None or verdict.extracted == str(number)


def _pair_of_number(number: int) -> Pair | None:
    return Pair(str(number), str(number)) if number % 5 else None


def test_chunks_are_short_where_texts_are_long() -> None:
    """Texts of 0.4 of the limit: the third closes a chunk; short ones fill 64 places."""
    long = Pair("x" * int(CHUNK_CHARACTERS * 0.4), "1")
    sizes = [len(chunk) for chunk in Chunks([long] * 7 + pairs(130), _same)]
    assert sizes == [3, 3, CHUNK_PAIRS, CHUNK_PAIRS, 7 + 130 - 6 - 2 * CHUNK_PAIRS]


@pytest.mark.parametrize(
    ("seconds", "sizes"),
    [
        (CHUNK_SECONDS / 10_000, [64, 128, 256, 512, 512, 512]),
        (CHUNK_SECONDS / 200, [64, 128, 128, 128, 128, 128]),
        (CHUNK_SECONDS * 2, [64, 32, 16, 8, 4, 2, 1, 1, 1]),
    ],
    ids=["fast", "so many in the time", "slow"],
)
def test_chunks_follow_the_time_that_their_pairs_take(seconds: float, sizes: list[int]) -> None:
    """Doubled while a chunk takes less than half of its time, halved where it takes more: 64, 128, … by hand."""
    chunks = Chunks(Counted(), _same)
    found = []
    for chunk in chunks:
        found.append(len(chunk))
        if len(found) == len(sizes):
            break
        chunks.learn([Verdict("correct", "exact", "r", seconds)] * len(chunk))
    assert found == sizes


def test_columns_carry_every_field() -> None:
    """Verdicts with a distinct value in each field, and with none, survive the way through columns and JSON."""
    full = Verdict("undecided", "symbolic", "r", 1.5, 5, "e", "p", "q", ("hedged", "late"), "d")
    bare = Verdict("error", "none", "s", 0.25)
    sent = [full, bare, full, replace(full, flags=("late",)), replace(full, extracted="\ud800")]
    found = verdicts_of(decode_line(encode_line(verdict_columns(sent))))
    assert found == sent
    assert [type(verdict) for verdict in found] == [Verdict] * 5
    assert [hash(verdict) for verdict in found] == [hash(verdict) for verdict in sent]
    assert len({str(getattr(full, name)) for name in Verdict.__slots__}) == 10


# Pairs that take their process down.

TROUBLE = {
    "HANG": ("timeout", "worker-timeout"),
    "SPIN": ("timeout", "worker-timeout"),
    "DIE": ("error", "worker-died"),
    "EAT": ("error", "check-failed"),
    "RAISE": ("error", "check-failed"),
}


@pytest.mark.parametrize("word", sorted(TROUBLE))
def test_only_the_culprit_is_hurt(word: str) -> None:
    """In the middle of a chunk: 20 true verdicts before, one named outcome, 20 true verdicts after."""
    judge = troubled_judge()
    begun = time.perf_counter()
    found = judge.judge([*pairs(20), Pair(word, "5"), *pairs(20)])
    seconds = time.perf_counter() - begun
    judge.stop()
    assert [verdict.outcome for verdict in found] == [*expected(20), TROUBLE[word][0], *expected(20)]
    culprit = found[20]
    assert (culprit.outcome, culprit.rule) == TROUBLE[word]
    assert culprit.reward is None
    assert culprit.detail
    assert seconds < IMPATIENT.chunk + IMPATIENT.alone + 5.0


def test_several_culprits_in_one_chunk() -> None:
    judge = troubled_judge()
    words = ["DIE", "1", "HANG", "1", "1", "DIE", "DIE", "RAISE", "1"]
    found = judge.judge([Pair(word, "1") for word in words])
    judge.stop()
    outcomes = {"1": "correct", "DIE": "error", "HANG": "timeout", "RAISE": "error"}
    assert [verdict.outcome for verdict in found] == [outcomes[word] for word in words]


def test_trouble_in_two_workers_keeps_the_order() -> None:
    """Every 70th of 700 pairs kills its worker."""
    source = [Pair("DIE", "1") if n % 70 == 69 else pair for n, pair in enumerate(pairs(700))]
    truth = ["error" if n % 70 == 69 else outcome for n, outcome in enumerate(expected(700))]
    judged = list(spread(source, _same, troubled_judge(2, Patience(30.0, 30.0)), 2))
    assert [pair for pair, _ in judged] == source
    assert [verdict.outcome for _, verdict in judged if verdict] == truth


def test_workers_are_replaced_after_their_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three chunks each, of which the last is never sent to a worker that will be replaced: no verdict is lost or doubled."""
    monkeypatch.setattr(pool, "TASKS_PER_WORKER", 3)
    judged = list(spread(pairs(1_500), _same, troubled_judge(2, Patience(30.0, 30.0)), 2))
    assert [pair for pair, _ in judged] == pairs(1_500)
    assert [verdict.outcome for _, verdict in judged if verdict] == expected(1_500)


def test_detail_names_what_happened() -> None:
    judge = troubled_judge()
    [hung, died, raised, ate] = judge.judge([Pair(word, "1") for word in ("HANG", "DIE", "RAISE", "EAT")])
    judge.stop()
    assert hung.detail == "no verdict in 2 s; the worker was killed"
    assert hung.seconds == pytest.approx(2.0, abs=1.5)
    assert died.detail == "the worker ended, perhaps at its memory limit"
    assert raised.detail == "cannot check this pair: ValueError: a bug in a rule"
    assert ate.detail is not None
    assert "MemoryError" in ate.detail


def test_a_machine_without_symbolic_workers_stops_the_work() -> None:
    """What no pair can be blamed for is raised, with its fix."""
    judge = troubled_judge()
    with pytest.raises(EnvironmentProblem, match="did not start") as stopped:
        judge.judge([Pair("1", "1"), Pair("NO SYMPY", "1")])
    judge.stop()
    assert stopped.value.fix == "Install it."


def test_a_program_that_does_not_start_stops_the_work() -> None:
    judge = ChunkJudge(WorkerPool([sys.executable, "-c", "pass"], 1), IMPATIENT)
    with pytest.raises(EnvironmentProblem, match="did not start"):
        list(spread(pairs(3), _same, judge, 1))


def test_patience_leaves_room_for_the_symbolic_tier() -> None:
    """A worker may be silent longer than its symbolic tier may take, and on a second try also while that starts."""
    for seconds in (0.5, 1.0, 60.0):
        patience = patience_of(Limits(timeout_seconds=seconds))
        assert patience.chunk >= seconds + 4
        assert patience.alone >= patience.chunk + 20


def test_symbolic_comparisons_in_workers() -> None:
    """2 cos(pi/5) is the golden ratio, and is not 1.6; whichever tier decides, it decides in a worker's process too."""
    source = [
        Pair("2\\cos\\frac{\\pi}{5}", "\\frac{1+\\sqrt5}{2}"),
        Pair("2\\cos\\frac{\\pi}{5}", "1.6"),
    ]
    found = [verdict.outcome for verdict in verify_many(source * 40, workers=2, limits=SLOW_MACHINE)]
    assert found == ["correct", "incorrect"] * 40


def test_many_at_once_in_one_process() -> None:
    """Two iterators interleaved do not mix."""
    first = verify_many(pairs(200), workers=2)
    second = verify_many([Pair("1", "2")] * 200, workers=2)
    mixed = [(one.outcome, other.outcome) for one, other in zip(first, second, strict=True)]
    assert mixed == [(outcome, "incorrect") for outcome in expected(200)]
