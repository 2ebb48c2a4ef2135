"""Which problems and samples an export takes, and where all the others went.

A selection is a join over the run's tables, so nothing is lost by it: the funnel's steps add up from what was loaded or
drawn to what is exported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from dartkit.dart.strategies import strategy_name
from dartkit.errors import UsageError
from dartkit.ids import normalize_text
from dartkit.records import Outcome, Problem, from_row
from dartkit.store.winners import count_values, plain
from dartkit.strategy_settings import Vanilla

if TYPE_CHECKING:
    import pyarrow as pa

    from dartkit.run import RunDir
    from dartkit.stage_settings import ExportSftSettings
    from dartkit.strategy_settings import StrategySettings

PHASE_ORDER = {"probe": 0, "given": 1, "synth": 2}
_SAMPLE_COLUMNS = ("sample_id", "problem_id", "sampler_id", "draw_index", "phase", "completion")
Row = dict[str, Any]


@dataclass(slots=True)
class Funnel:
    """Counts that add up: what came in, what each step took away, what is left."""

    start: str
    entered: int
    lost: Counter[str] = field(default_factory=Counter)

    def lose(self, step: str, count: int = 1) -> None:
        """Take items away at a step."""
        self.lost[step] += count

    @property
    def left(self) -> int:
        """What no step took away."""
        return self.entered - self.lost.total()

    def steps(self) -> list[Row]:
        """Return the steps in the order in which they first took something away, as facts store them."""
        lost = [{"step": step, "rows": -count} for step, count in self.lost.items() if count]
        return [{"step": self.start, "rows": self.entered}, *lost, {"step": "exported", "rows": self.left}]


@dataclass(frozen=True)
class Judgement:
    """The outcomes that the newest verifier of a run gave: sample_id, answer_id and outcome of each verdict."""

    verifier_id: str | None
    table: pa.Table

    def of(self, sample_id: str, answer_id: str | None) -> Outcome | None:
        """Return the outcome of a sample against an answer; None where this verifier has not judged it."""
        return None if answer_id is None else self._outcomes.get((sample_id, answer_id))

    @cached_property
    def _outcomes(self) -> dict[tuple[str, str], Outcome]:
        columns = (self.table[name].to_pylist() for name in ("sample_id", "answer_id", "outcome"))
        return {(sample, answer): outcome for sample, answer, outcome in zip(*columns, strict=True)}

    def counts(self) -> Counter[str]:
        """Return how many verdicts have each outcome, in the order in which outcomes first occur."""
        return count_values(self.table["outcome"])

    def correct_ids(self) -> pa.ChunkedArray:
        """Return the ids of the samples that were found correct against some answer."""
        import pyarrow.compute as pc

        return self.table["sample_id"].filter(pc.equal(plain(self.table["outcome"]), "correct"))


def read_judgement(run: RunDir) -> Judgement:
    """Read the verdicts of the verifier that wrote the last row of the table, and those of the judge that completes it.

    A mixture of verifiers would let two samples of one problem be judged by different rules.
    """
    import pyarrow as pa

    from dartkit.verify.judge.stage import judged_verdicts, newest_verifier

    newest = newest_verifier(run)
    columns = ("sample_id", "answer_id", "outcome")
    table = run.columns("verdicts", columns, where={"verifier_id": newest or ""})
    judged = {} if newest is None else judged_verdicts(run, newest)
    if not judged:
        return Judgement(newest, table)
    rows = {(row["sample_id"], row["answer_id"]): row for row in table.to_pylist()}
    rows.update((key, {name: getattr(found, name) for name in columns}) for key, found in judged.items())
    schema = pa.schema([(name, pa.string()) for name in columns])
    return Judgement(newest, pa.Table.from_pylist(list(rows.values()), schema=schema))


def correct_sample_ids(run: RunDir) -> set[str]:
    """Return the samples, of any phase, that the newest verifier found correct against their problem's own gold answer."""
    judgement = read_judgement(run)
    gold = {row["problem_id"]: row["answer_id"] for row in run.rows("problems", ("problem_id", "answer_id"))}
    return {
        row["sample_id"]
        for row in run.rows("samples", ("sample_id", "problem_id"))
        if judgement.of(row["sample_id"], gold.get(row["problem_id"])) == "correct"
    }


def select_problems(run: RunDir, splits: Iterable[str]) -> tuple[list[Problem], Funnel]:
    """Return the problems of the splits that no stage dropped, of all shards, in the order they were loaded.

    Raises:
        UsageError: when no problem of these splits exists.
    """
    everything = [from_row(Problem, row) for row in run.rows("problems")]
    wanted = set(splits)
    loaded = [problem for problem in everything if problem.source_split in wanted]
    if not loaded:
        present = ", ".join(sorted({problem.source_split for problem in everything})) or "none"
        raise UsageError(
            f"the run has no problems in the splits {', '.join(sorted(wanted))}; splits: {present}",
            where=str(run.path),
            fix=f"Name one of its splits, or load problems: dartkit load files {run.path} FILE",
        )
    dropped = run.dropped("problem")
    funnel = Funnel("loaded", len(loaded))
    kept = []
    for problem in loaded:
        decision = dropped.get(problem.problem_id)
        if decision is None:
            kept.append(problem)
        else:
            funnel.lose(f"dropped by {decision.stage}: {decision.rule}")
    return kept, funnel


class Cap(NamedTuple):
    """What a strategy takes of a problem: draws with lower numbers than `draws`, and of those `correct` (None: all).

    Only draws of its own sampler have its numbers; None where the targets are too old to name it.
    """

    draws: int
    correct: int | None
    sampler_id: str | None = None


def _caps(run: RunDir, strategy: StrategySettings | None) -> dict[str, Cap] | None:
    """Return what a strategy takes of each problem; None where nothing limits it.

    A strategy stops at a number of its own; draws beyond it belong to other strategies or were in flight when it stopped.

    Raises:
        UsageError: when the strategy was neither planned nor drawn in this run.
    """
    if strategy is None:
        return None
    targets = [target for target in run.targets() if target.strategy == strategy_name(strategy)]
    if not targets:
        raise UsageError(
            f"this run has no targets of the strategy '{strategy_name(strategy)}'",
            where=str(run.path / "targets.parquet"),
            fix="Run plan or synth with this strategy first, or export without a strategy.",
        )
    counts_draws = isinstance(strategy, Vanilla)
    return {
        target.problem_id: Cap(
            target.n_draws, None if counts_draws else target.target_correct, target.sampler_id
        )
        for target in targets
    }


@dataclass(frozen=True, slots=True)
class SampleSelection:
    """The chosen samples of each problem, in export order, with the verifier that chose and the funnel of samples."""

    by_problem: dict[str, list[Row]]
    verifier_id: str | None
    funnel: Funnel


def select_samples(run: RunDir, problems: list[Problem], settings: ExportSftSettings) -> SampleSelection:
    """Choose the correct samples of these problems: by phase (probe, given, synth), then draw index.

    Raises:
        UsageError: see `_caps`.
    """
    caps = _caps(run, settings.strategy)
    judgement = read_judgement(run)
    dropped = run.dropped("sample")
    gold = {problem.problem_id: problem.answer_id for problem in problems}
    funnel = Funnel("drawn for these problems", 0)
    candidates: dict[str, list[Row]] = {}
    for row in run.rows("samples", _SAMPLE_COLUMNS):
        if row["phase"] not in settings.phases or row["problem_id"] not in gold:
            continue
        funnel.entered += 1
        outcome = judgement.of(row["sample_id"], gold[row["problem_id"]])
        decision = dropped.get(row["sample_id"])
        if outcome is None:
            funnel.lose("without a verdict")
        elif outcome != "correct":
            funnel.lose(f"not correct: {outcome}")
        elif decision is not None:
            funnel.lose(f"dropped by {decision.stage}: {decision.rule}")
        elif caps is not None and not _is_within(row, caps):
            funnel.lose("beyond the strategy's draws")
        else:
            candidates.setdefault(row["problem_id"], []).append(row)
    chosen = {}
    for problem_id, rows in candidates.items():
        cap = None if caps is None else caps.get(problem_id, Cap(0, 0)).correct
        chosen[problem_id] = _take(rows, cap, distinct=settings.distinct, funnel=funnel)
    return SampleSelection(chosen, judgement.verifier_id, funnel)


def _is_within(row: Row, caps: dict[str, Cap]) -> bool:
    """Say whether a strategy takes a draw by its number; given draws have numbers of their own and always count."""
    cap = caps.get(row["problem_id"])
    if row["phase"] == "given" or cap is None:
        return bool(row["phase"] == "given")
    return row["draw_index"] < cap.draws and cap.sampler_id in (None, row["sampler_id"])


def _take(rows: list[Row], cap: int | None, *, distinct: bool, funnel: Funnel) -> list[Row]:
    """Return the samples of one problem that the export takes."""
    rows.sort(key=lambda row: (PHASE_ORDER[row["phase"]], row["draw_index"], row["sampler_id"]))
    seen: set[str] = set()
    taken: list[Row] = []
    for row in rows:
        text = normalize_text(row["completion"])
        repeated = distinct and text in seen
        seen.add(text)
        if repeated:
            funnel.lose("repeated completion")
        elif cap is not None and len(taken) >= cap:
            funnel.lose("beyond the strategy's target")
        else:
            taken.append(row)
    return taken
