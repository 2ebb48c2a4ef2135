"""Two verifiers on the samples of one run: where do they differ, and by which rules?

Verdicts that the run holds are used, the others are computed; the run is altered only where that is asked for. Memory grows with
the number of samples by their outcomes only, and by a few texts for every disagreement.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from dartkit.errors import UsageError
from dartkit.events import EventSink, StageProgress, StageStarted
from dartkit.records import FinishReason, Outcome, Problem, Sample, from_row
from dartkit.records import Verdict as VerdictRecord
from dartkit.verify import Grader, Verdict

if TYPE_CHECKING:
    from dartkit.run import RunDir

STAGE = "verify-audit"
BATCH = 512
REPORT_SECONDS = 0.25
_PROVISIONAL = ("timeout", "error")
_COLUMNS = ("sample_id", "answer_id", "verifier_id", "outcome", "extracted")


@dataclass(frozen=True, slots=True)
class Side:
    """What one verifier says of one sample. `rule` is known only where the verdict was computed here."""

    outcome: Outcome
    extracted: str | None
    rule: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A sample that two verifiers judge differently."""

    sample_id: str
    problem_id: str
    answer_kind: str
    gold: str
    first: Side
    second: Side


@dataclass(slots=True)
class Audit:
    """What the comparison found.

    Attributes:
        samples: Samples compared.
        without_gold: Samples left out because their problem has no gold answer.
        computed: Verdicts that the run did not hold.
        confusion: Samples by the outcomes of the first and the second verifier.
        disagreements: Every sample with two outcomes, in the order of the run.
    """

    samples: int = 0
    without_gold: int = 0
    computed: int = 0
    confusion: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    disagreements: list[Disagreement] = field(default_factory=list)


class _Case(NamedTuple):
    sample: Sample
    problem: Problem
    gold: str


class _Judge:
    """One verifier, and the verdicts of it that the run holds."""

    def __init__(self, run: RunDir, grader: Grader, *, write: bool) -> None:
        self.grader = grader
        self.computed = 0
        self._run = run
        self._write = write
        self._held: dict[tuple[str, str], Side] = {}

    def hold(self, row: dict[str, str]) -> None:
        """Take note of a verdict of the run."""
        side = Side(row["outcome"], row["extracted"])  # type: ignore[arg-type]  # the table holds outcomes only
        self._held[row["sample_id"], row["answer_id"]] = side

    def look_up(self, case: _Case) -> Side | None:
        """Return the verdict that the run holds, unless it is provisional: out of time, or of a draw that was redone since."""
        side = self._held.get((case.sample.sample_id, case.problem.answer_id or ""))
        if side is None or side.outcome in _PROVISIONAL:
            return None
        return None if side.outcome == "truncated" and case.sample.finish_reason == "stop" else side

    def check(self, case: _Case) -> Verdict:
        """Judge a sample now."""
        reason: FinishReason = case.sample.finish_reason
        return self.grader.check(case.sample.completion, case.gold, finish_reason=reason)

    def settle(self, case: _Case, verdict: Verdict) -> Side:
        """Count a verdict that was computed, and store it where that was asked for."""
        self.computed += 1
        if self._write and case.problem.answer_id is not None:
            record: VerdictRecord = verdict.record(
                sample_id=case.sample.sample_id,
                answer_id=case.problem.answer_id,
                verifier_id=self.grader.verifier_id,
            )
            self._run.append(record)
        return _side_of(verdict)


def audit_run(
    run: RunDir, first: Grader, second: Grader, events: EventSink, *, write: bool = False, workers: int = 1
) -> Audit:
    """Compare two verifiers on every sample of a run that has a gold answer.

    Args:
        run: The run.
        first: The verifier that is in use.
        second: The one to compare it with.
        events: Who hears of progress.
        write: Add the verdicts that were computed to the run.
        workers: Threads that check; they help where a verifier works in other processes.

    Raises:
        UsageError: when both are the same verifier, or the run has no samples.
    """
    if first.verifier_id == second.verifier_id:
        raise UsageError(
            "the two verifiers are the same, with the same options",
            fix="Name another one, another version or another option: --against dartkit:percent=strict",
        )
    judges = (_Judge(run, first, write=write), _Judge(run, second, write=write))
    _hold_verdicts(run, judges)
    total = sum(1 for _ in run.rows("samples", ("sample_id", "finish_reason", "max_tokens")))
    if total == 0:
        raise UsageError(
            "this run has no samples to compare verdicts of",
            where=str(run.path),
            fix=f"Draw some, or load some: dartkit load samples {run.path} FILE",
        )
    events.emit(StageStarted(STAGE, "samples", total))
    audit = Audit()
    reported = time.monotonic()
    with ThreadPoolExecutor(workers, thread_name_prefix="audit") as pool:
        for batch in _batches(run, audit):
            _audit_batch(batch, judges, pool, audit)
            if time.monotonic() - reported > REPORT_SECONDS:
                reported = time.monotonic()
                events.emit(_progress(audit, total))
    audit.computed = sum(judge.computed for judge in judges)
    events.emit(_progress(audit, total))
    return audit


def _progress(audit: Audit, total: int) -> StageProgress:
    done = audit.samples + audit.without_gold
    return StageProgress(STAGE, done, total, {"differ": len(audit.disagreements)})


def _hold_verdicts(run: RunDir, judges: tuple[_Judge, _Judge]) -> None:
    by_id = {judge.grader.verifier_id: judge for judge in judges}
    for row in run.rows("verdicts", _COLUMNS):
        judge = by_id.get(row["verifier_id"])
        if judge is not None:
            judge.hold(row)


def _batches(run: RunDir, audit: Audit) -> Iterator[list[_Case]]:
    """Yield the samples with a gold answer in groups, and count the others."""
    batch: list[_Case] = []
    for row in run.rows("samples"):
        problem = run.problems_by_id.get(row["problem_id"])
        if problem is None or problem.answer is None:
            audit.without_gold += 1
            continue
        batch.append(_Case(from_row(Sample, row), problem, problem.answer))
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _audit_batch(
    batch: list[_Case], judges: tuple[_Judge, _Judge], pool: ThreadPoolExecutor, audit: Audit
) -> None:
    sides: list[list[Side]] = []
    for judge in judges:
        held = [judge.look_up(case) for case in batch]
        missing = [case for case, side in zip(batch, held, strict=True) if side is None]
        verdicts = iter(list(pool.map(judge.check, missing)))
        sides.append(
            [side or judge.settle(case, next(verdicts)) for case, side in zip(batch, held, strict=True)]
        )
    for case, first, second in zip(batch, *sides, strict=True):
        audit.samples += 1
        audit.confusion[first.outcome, second.outcome] += 1
        if first.outcome != second.outcome:
            explain = partial(_with_rule, case)
            audit.disagreements.append(
                Disagreement(
                    sample_id=case.sample.sample_id,
                    problem_id=case.problem.problem_id,
                    answer_kind=case.problem.answer_kind,
                    gold=case.gold,
                    first=explain(judges[0], first),
                    second=explain(judges[1], second),
                )
            )


def _with_rule(case: _Case, judge: _Judge, side: Side) -> Side:
    """Find out the rule of a verdict that the run held, by judging again; the outcome stays the one that was held."""
    if side.rule is not None:
        return side
    verdict = judge.check(case)
    if verdict.outcome != side.outcome:
        return replace(side, rule="stored", detail=f"judged again it is {verdict.outcome}")
    return _side_of(verdict)


def _side_of(verdict: Verdict) -> Side:
    return Side(verdict.outcome, verdict.extracted, verdict.rule, verdict.detail)
