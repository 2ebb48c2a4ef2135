"""A file of pairs from its first line to the last row of verdicts, with what is to be known of them at the end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, dataclass, field
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from dartkit.events import EventSink, StageFinished, StageProgress, StageStarted
from dartkit.ids import content_id
from dartkit.verify.batch.lines import BROKEN, Line, RowStyle, answer_row, encode_row, read_lines
from dartkit.verify.batch.many import verify_entries
from dartkit.verify.batch.part_file import PartFile
from dartkit.verify.batch.source import read_file, scan_content
from dartkit.verify.limits import Limits
from dartkit.verify.policy import DEFAULT, Policy
from dartkit.verify.verifier import Verifier

STAGE = "verify pairs"
FLUSH_SECONDS = 0.25


class Sink(Protocol):
    """Where rows go."""

    def write(self, line: bytes, /) -> object:
        """Take a line."""
        ...

    def flush(self) -> object:
        """Hand on what was taken."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """How pairs are checked and what their rows say.

    Attributes:
        policy: What counts as the same answer.
        limits: What one comparison may cost.
        workers: Processes; None is one for each core.
        style: What the rows say.
    """

    policy: Policy = DEFAULT
    limits: Limits = field(default_factory=Limits)
    workers: int | None = None
    style: RowStyle = field(default_factory=RowStyle)

    def fingerprint(self, digest: str) -> str:
        """Return what identifies the rows of an input with this digest, except their seconds."""
        verifier = Verifier(self.policy).verifier_id
        return content_id(
            "pairs",
            {
                "input": digest,
                "verifier": verifier,
                "limits": asdict(self.limits),
                "style": asdict(self.style),
            },
        )


@dataclass(slots=True)
class Tally:
    """What the rows so far say together."""

    outcomes: Counter[str] = field(default_factory=Counter)
    broken: int = 0
    first_broken: str | None = None

    @property
    def lines(self) -> int:
        """How many rows there are."""
        return self.outcomes.total()

    def add(self, row: dict[str, Any]) -> None:
        """Count a row."""
        self.outcomes[row["outcome"]] += 1
        if row["rule"] == BROKEN:
            self.broken += 1
            self.first_broken = self.first_broken or row.get("detail")

    def as_dict(self) -> dict[str, Any]:
        """Return the counts for JSON."""
        return {
            "lines": self.lines,
            "outcomes": dict(sorted(self.outcomes.items())),
            "broken": self.broken,
            "first_broken": self.first_broken,
        }


def judge_file(source: Path | BinaryIO, target: Path, job: Job, events: EventSink) -> Tally:
    """Answer a file or a stream of pairs by a file of rows. With a file, go on where an earlier call of the same job was cut.

    Raises:
        DataError: when the source cannot be read.
        EnvironmentProblem: when the target cannot be written, or this machine cannot start a worker process.
    """
    content = scan_content(source) if isinstance(source, Path) else None
    lines = read_file(source) if isinstance(source, Path) else read_lines(source)
    total = content.lines if content else None
    begun = time.monotonic()
    tally = Tally()
    with PartFile(target, job.fingerprint(content.digest) if content else None) as part:
        for row in part.keep_complete_rows():
            tally.add(row)
        events.emit(StageStarted(STAGE, "pairs", total, tally.lines))
        judge_lines(islice(lines, tally.lines, None), part, job, tally, events, total=total)
        part.finish()
    events.emit(StageFinished(STAGE, dict(sorted(tally.outcomes.items())), time.monotonic() - begun))
    return tally


def judge_lines(
    lines: Iterable[Line],
    sink: Sink,
    job: Job,
    tally: Tally,
    events: EventSink,
    *,
    total: int | None = None,
    flush_seconds: float = FLUSH_SECONDS,
) -> None:
    """Write a row for each line, in order. With one worker and `flush_seconds` 0 each row is out before the next line is read.

    Raises:
        EnvironmentProblem: when this machine cannot start a worker process.
    """
    flushed = time.monotonic()
    judged = verify_entries(
        lines, attrgetter("pair"), workers=job.workers, policy=job.policy, limits=job.limits
    )
    with closing(judged):
        for line, verdict in judged:
            row = answer_row(line, verdict, job.style)
            sink.write(encode_row(row))
            tally.add(row)
            if time.monotonic() - flushed >= flush_seconds:
                sink.flush()
                flushed = time.monotonic()
                events.emit(StageProgress(STAGE, tally.lines, total, {"correct": tally.outcomes["correct"]}))
    sink.flush()
