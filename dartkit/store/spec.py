"""What a table is: its record, its key, and which row of a key outdates another."""

from __future__ import annotations

from dataclasses import dataclass

from dartkit.records import Problem, Record, Sample, Verdict
from dartkit.store.winners import Rank, rank_samples, rank_verdicts


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table's name, record class, key columns and the rank of a row among rows of its key.

    `repeated` names text columns with few values: they are read through a dictionary, and only they are written through one.
    """

    name: str
    record: type[Record]
    key: tuple[str, ...]
    rank: Rank | None = None
    rank_columns: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


TABLES = {
    spec.name: spec
    for spec in (
        TableSpec("problems", Problem, ("problem_id",)),
        TableSpec(
            "samples",
            Sample,
            ("sample_id",),
            rank_samples,
            ("finish_reason", "max_tokens"),
            repeated=(
                "problem_id",
                "sampler_id",
                "phase",
                "finish_reason",
                "engine",
                "created_at",
                "worker",
            ),
        ),
        TableSpec(
            "verdicts",
            Verdict,
            ("sample_id", "answer_id", "verifier_id"),
            rank_verdicts,
            ("outcome",),
            repeated=("answer_id", "verifier_id", "outcome", "method"),
        ),
    )
}
