"""The run directory: everything one run knows, on disk, in files that people can read.

Tables that grow (`problems`, `samples`, `verdicts`) are append-only (`tables`); tables that are computed (`difficulty`, `targets`,
`decisions/<stage>`) are replaced whole. `run.json` says what the run is, `steps/` what was finished, `events.jsonl` what
was said. Several processes may open one run directory and write to it at the same time.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import MISSING, fields
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from dartkit import __version__
from dartkit.errors import DartkitError, DataError, UsageError, from_os_error
from dartkit.events import Event, event_to_dict
from dartkit.files import read_json, write_json, write_parquet
from dartkit.ids import in_shard, sampler_id
from dartkit.records import (
    Decision,
    Difficulty,
    Problem,
    Record,
    Sample,
    Sampler,
    Target,
    Verdict,
    as_row,
    from_row,
    now_iso,
    schema_of,
)
from dartkit.store.names import Writer
from dartkit.tables import TABLES, Table

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 1


class RunDir:
    """One run directory, opened. Use as a context manager, or call `close` to compact what was written.

    Args:
        path: The folder; must hold a `run.json` (see `create`).
        shard: `(index, count)`: this process works on the problems whose id falls into the shard.

    Raises:
        UsageError: when the folder is no run directory.
        DataError: when it was written by a newer format.
    """

    def __init__(self, path: Path, *, shard: tuple[int, int] = (0, 1)) -> None:
        self.path = path
        self.shard = shard
        if not (path / "run.json").is_file():
            raise UsageError(
                f"{path} is not a run directory (it has no run.json)",
                fix=f"Start one with: dartkit load files {path} FILE, or dartkit run RECIPE --run {path}",
            )
        self.info: dict[str, Any] = read_json(path / "run.json")
        if self.info.get("format") != FORMAT:
            raise DataError(
                f"this run directory has format {self.info.get('format')!r}, this dartkit reads {FORMAT}",
                where=str(path / "run.json"),
                fix="Use the dartkit version that wrote it, or start a new run.",
            )
        writer = Writer.new()
        self._tables = {name: Table(path / name, spec, writer=writer) for name, spec in TABLES.items()}

    @classmethod
    def create(
        cls, path: Path, *, seed: int = 0, recipe: dict[str, Any] | None = None, fingerprint: str = ""
    ) -> None:
        """Make the folder and its `run.json`, if nobody did yet; two processes may race, the first one wins.

        Raises:
            EnvironmentProblem: when the place is not writable.
        """
        info = {
            "format": FORMAT, "name": path.resolve().name, "seed": seed, "recipe": recipe, "fingerprint": fingerprint,
            "created_at": now_iso(), "dartkit": __version__,
        }  # fmt: skip
        target = path / "run.json"
        if target.exists():
            return
        temporary = path / f".run.json.{os.getpid()}.new"
        write_json(temporary, info)
        try:
            os.link(temporary, target)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links: the rename is atomic too, the last one wins
            temporary.replace(target)
        with suppress(FileNotFoundError):
            temporary.unlink()

    @property
    def seed(self) -> int:
        """The run's seed, part of every draw's seed."""
        return int(self.info["seed"])

    @property
    def name(self) -> str:
        """The run's name."""
        return str(self.info["name"])

    def resolve(self, path: str) -> Path:
        """Return a path of a setting: `run:a/b` lies inside this run directory, others are as given."""
        return self.path / path.removeprefix("run:") if path.startswith("run:") else Path(path)

    # --- tables that grow -------------------------------------------------------------------------------------------

    def append(self, record: Problem | Sample | Verdict) -> None:
        """Add one record to its table; it is durable against a kill of this process when this returns."""
        self._tables[_TABLE_OF[type(record)]].append(record)

    def rows(
        self, table: str, columns: Iterable[str] | None = None, where: Mapping[str, str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows of a growing table as dictionaries, one for each key; with `where`, those that have these values."""
        return self._tables[table].rows(list(columns) if columns is not None else None, where)

    def columns(self, table: str, columns: Iterable[str], where: Mapping[str, str] | None = None) -> pa.Table:
        """Return columns of a growing table, one row for each key, as an Arrow table: for what looks at millions of rows."""
        return self._tables[table].columns(list(columns), where)

    def problems(self, splits: Iterable[str] | None = None) -> list[Problem]:
        """Return the problems of this process's shard, of the given splits, in the order they were loaded."""
        wanted = None if splits is None else set(splits)
        found = (from_row(Problem, row) for row in self.rows("problems"))
        return [
            problem
            for problem in found
            if (wanted is None or problem.source_split in wanted)
            and in_shard(problem.problem_id, *self.shard)
        ]

    def samples(self) -> Iterator[Sample]:
        """Yield every sample."""
        return (from_row(Sample, row) for row in self.rows("samples"))

    def verdicts(self, verifier_id: str | None = None) -> Iterator[Verdict]:
        """Yield every verdict, or those of one verifier."""
        where = None if verifier_id is None else {"verifier_id": verifier_id}
        return (from_row(Verdict, row) for row in self.rows("verdicts", where=where))

    # --- tables that are computed -----------------------------------------------------------------------------------

    def write_difficulty(self, records: Iterable[Difficulty]) -> int:
        """Replace this shard's difficulty table."""
        return self._write(self._shard_file("difficulty"), Difficulty, records)

    def write_targets(self, records: Iterable[Target]) -> int:
        """Replace this shard's rows of the strategies in `records`; other strategies' targets stay."""
        new = list(records)
        strategies = {target.strategy for target in new}
        held = [target for target in self.targets() if target.strategy not in strategies]
        if self.shard[1] > 1:
            held = [target for target in held if in_shard(target.problem_id, *self.shard)]
        return self._write(self._shard_file("targets"), Target, [*held, *new])

    def write_decisions(self, stage: str, records: Iterable[Decision]) -> int:
        """Replace a stage's decisions."""
        return self._write(self.path / "decisions" / f"{stage}.parquet", Decision, records)

    def difficulty(self) -> list[Difficulty]:
        """Return the difficulty table of all shards; empty before `estimate`."""
        return [from_row(Difficulty, row) for row in self._read_shards("difficulty", Difficulty)]

    def targets(self) -> list[Target]:
        """Return the targets of all shards and strategies drawn so far."""
        return [from_row(Target, row) for row in self._read_shards("targets", Target)]

    def decisions(self) -> list[Decision]:
        """Return the decisions of all stages."""
        folder = self.path / "decisions"
        paths = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
        return [from_row(Decision, row) for path in paths for row in self._read(path, Decision)]

    def dropped(self, item_kind: str) -> dict[str, Decision]:
        """Return the items of a kind that some stage dropped, with the first decision that did."""
        found: dict[str, Decision] = {}
        for decision in self.decisions():
            if decision.action == "drop" and decision.item_kind == item_kind:
                found.setdefault(decision.item_id, decision)
        return found

    def _shard_file(self, name: str) -> Path:
        index, count = self.shard
        return self.path / (f"{name}.parquet" if count == 1 else f"{name}-{index}-of-{count}.parquet")

    def _read_shards(self, name: str, kind: type[Record]) -> list[dict[str, Any]]:
        """Return a computed table from the files of all shards, of whatever number, and of the whole.

        The newer file counts for the problems of its shard, and for targets only for the strategies in it.
        """
        paths = [*self.path.glob(f"{name}.parquet"), *self.path.glob(f"{name}-*-of-*.parquet")]
        found: list[dict[str, Any]] = []
        divided = 0  # into how many shards the files so far were, if they were all of one division
        for path in sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name)):
            index, count = _shard_of(path)
            rows = self._read(path, kind)
            if count != divided and found:
                new = {row.get("strategy") for row in rows}
                found = [
                    row
                    for row in found
                    if (kind is Target and row["strategy"] not in new)
                    or (count > 1 and not in_shard(row["problem_id"], index, count))
                ]
            divided = count if divided in (0, count) else -1
            found += rows
        return found

    def _write(self, path: Path, kind: type[Record], records: Iterable[Any]) -> int:
        return write_parquet(path, [as_row(record) for record in records], schema_of(kind))

    def _read(self, path: Path, kind: type[Record]) -> list[dict[str, Any]]:
        if not path.is_file():
            return []
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            held = set(pq.read_schema(path).names)
            missing = [
                spec.name for spec in fields(kind) if spec.default is MISSING and spec.name not in held
            ]
            if missing:
                raise KeyError(f"no column {', '.join(missing)}")
            # A column with a default came later than some tables: the record's default stands for it.
            wanted = [spec.name for spec in fields(kind) if spec.name in held]
            rows: list[dict[str, Any]] = pq.read_table(path, columns=wanted).to_pylist()
        except (pa.ArrowInvalid, KeyError) as error:
            raise DataError(
                f"this table cannot be read: {error}",
                where=str(path),
                fix="Delete it and run its stage again.",
            ) from error
        return rows

    # --- samplers, steps, events ------------------------------------------------------------------------------------

    def save_sampler(self, sampler: Sampler) -> str:
        """Store a sampler's description under its id and return the id."""
        row = as_row(sampler)
        identity = sampler_id(row)
        path = self.path / "samplers" / f"{identity}.json"
        if not path.exists():
            write_json(path, row)
        return identity

    def samplers(self) -> dict[str, Sampler]:
        """Return all samplers by id."""
        folder = self.path / "samplers"
        paths = sorted(folder.glob("*.json")) if folder.is_dir() else []
        found = {}
        for path in paths:
            row = read_json(path)
            found[path.stem] = Sampler(**{**row, "stop": tuple(row["stop"])})
        return found

    def step_done(self, key: str) -> dict[str, Any] | None:
        """Return what `finish_step` wrote for this key, or None."""
        path = self.path / "steps" / f"{key}.json"
        return read_json(path) if path.is_file() else None

    def finish_step(self, key: str, entry: dict[str, Any]) -> None:
        """Record that a step is done and rewrite `manifest.json`, the index of all of them."""
        write_json(self.path / "steps" / f"{key}.json", entry)
        write_json(self.path / "manifest.json", {"run": self.info, "steps": self.steps()})

    def steps(self) -> dict[str, dict[str, Any]]:
        """Return all finished steps by key, in the order they finished."""
        folder = self.path / "steps"
        found = {path.stem: read_json(path) for path in folder.glob("*.json")} if folder.is_dir() else {}
        return dict(sorted(found.items(), key=lambda item: (item[1].get("finished_at", ""), item[0])))

    def emit(self, event: Event) -> None:
        """Append an event to `events.jsonl` (a run directory is an event sink)."""
        line = json.dumps({"at": now_iso(), **event_to_dict(event)}, ensure_ascii=False, default=str) + "\n"
        try:
            with (self.path / "events.jsonl").open("ab", buffering=0) as file:
                file.write(line.encode("utf-8", "replace"))
        except OSError as error:
            raise from_os_error(error, str(self.path / "events.jsonl")) from error

    @cached_property
    def problems_by_id(self) -> dict[str, Problem]:
        """All problems of all shards and splits by id, read once."""
        return {row["problem_id"]: from_row(Problem, row) for row in self.rows("problems")}

    def close(self) -> None:
        """Compact this process's segments and those of dead writers on this host."""
        for table in self._tables.values():
            table.close()
            table.tidy()

    def __enter__(self) -> RunDir:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
            return
        with suppress(
            DartkitError
        ):  # a full disk must not hide the first error; segments stay readable as they are
            self.close()


_TABLE_OF: dict[type[Any], str] = {spec.record: name for name, spec in TABLES.items()}


def _shard_of(path: Path) -> tuple[int, int]:
    """Return the shard that a file of a computed table is of; (0, 1) for the whole."""
    match = re.search(r"-(\d+)-of-(\d+)$", path.stem)
    return (int(match[1]), int(match[2])) if match else (0, 1)
