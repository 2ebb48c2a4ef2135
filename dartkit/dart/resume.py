"""Going on: what the draws on disk say of each problem, read in columns so that millions of draws take seconds.

Only ids, numbers and outcomes are read. A draw without a verdict, because a kill came between the two or because another verifier is
asked now, is the one kind whose completion is read, so that it can be checked and need not be drawn again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dartkit.outcomes import read_outcomes
from dartkit.records import Outcome, Problem, Sample, from_row
from dartkit.run import RunDir

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = (
    "sample_id",
    "problem_id",
    "draw_index",
    "finish_reason",
    "max_tokens",
    "phase",
    "completion_tokens",
)


@dataclass(frozen=True)
class StoredDraws:
    """The draws of one sampler that are on disk and count.

    `table` has one row for each: sample_id, place (of its problem in the list that was asked for), draw_index, phase,
    completion_tokens, and outcome, which is null for one without a verdict.
    """

    run: RunDir
    table: pa.Table

    def spent(self, phase: str) -> tuple[int, int]:
        """Return draws and completion tokens of a phase, which count against a budget."""
        import pyarrow as pa
        import pyarrow.compute as pc

        own = self.table.filter(pc.equal(pc.cast(self.table["phase"], pa.string()), phase))
        return len(own), pc.sum(own["completion_tokens"]).as_py() or 0

    @cached_property
    def unjudged(self) -> frozenset[str]:
        """Ids of the draws without a verdict."""
        import pyarrow.compute as pc

        return frozenset(self.table["sample_id"].filter(pc.is_null(self.table["outcome"])).to_pylist())

    def unjudged_samples(self) -> Iterator[Sample]:
        """Yield the draws without a verdict, with their completions; few are in memory at once."""
        if not self.unjudged:
            return iter(())
        rows = self.run.rows("samples")
        return (from_row(Sample, row) for row in rows if row["sample_id"] in self.unjudged)

    def outcomes(self) -> Iterator[tuple[int, list[tuple[int, Outcome]]]]:
        """Yield the place of each problem that has judged draws, with their numbers and outcomes in order of number."""
        import pyarrow.compute as pc

        judged = self.table.filter(pc.is_valid(self.table["outcome"])).select(
            ["place", "draw_index", "outcome"]
        )
        if not len(judged):
            return
        order = pc.sort_indices(judged, sort_keys=[("place", "ascending"), ("draw_index", "ascending")])
        places, indices = (judged[name].combine_chunks().take(order) for name in ("place", "draw_index"))
        outcomes = judged["outcome"].combine_chunks().dictionary_encode()
        names: list[Any] = outcomes.dictionary.to_pylist()
        codes = outcomes.indices.take(order)
        start = 0
        for run in places.value_counts().to_pylist():  # sorted, so each value is one stretch
            count = run["counts"]
            numbers = indices.slice(start, count).to_pylist()
            named = [names[code] for code in codes.slice(start, count).to_pylist()]
            yield run["values"], list(zip(numbers, named, strict=True))
            start += count


def read_stored_draws(
    run: RunDir, problems: Sequence[Problem], *, sampler_id: str, verifier_id: str, max_tokens: int
) -> StoredDraws:
    """Read the draws of one sampler for these problems, with the outcomes of one verifier.

    A verdict of `truncated` does not count for a draw that was made again since and stopped by itself.

    A draw that was aborted, or that ended by length under a smaller limit than `max_tokens`, does not count: it will be made again.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    draws = run.columns("samples", COLUMNS, where={"sampler_id": sampler_id})
    asked = draws["problem_id"].combine_chunks()
    ids = pa.array([problem.problem_id for problem in problems], pa.string())
    places = pc.index_in(asked.dictionary, ids).take(asked.indices)
    reason = pc.cast(draws["finish_reason"], pa.string())
    by_length = pc.equal(reason, "length")
    short = pc.and_(by_length, pc.less(pc.fill_null(draws["max_tokens"], 0), max_tokens))
    again = pc.or_(pc.equal(reason, "abort"), short)
    draws = draws.append_column("place", places).append_column("by_length", by_length)
    draws = draws.filter(pc.and_(pc.is_valid(places), pc.invert(again)))
    golds = {problem.problem_id: problem.answer_id for problem in problems}
    outcome = read_outcomes(run, draws, golds, verifier_id)
    outdated = pc.and_(pc.equal(outcome, "truncated"), pc.invert(draws["by_length"]))
    outcome = pc.if_else(pc.fill_null(outdated, False), pa.scalar(None, pa.string()), outcome)
    draws = draws.drop_columns(["problem_id", "max_tokens", "finish_reason", "by_length"])
    return StoredDraws(run, draws.append_column("outcome", outcome))
