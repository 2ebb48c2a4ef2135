"""The stage `load-samples`: files of model outputs become problems and draws of phase `given`.

The files are read twice: first everything is checked, then the new draws are stored one by one, so that neither a bad row
nor a kill leaves half an input that a second call would not complete.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from dartkit.errors import DataError
from dartkit.events import Notice, StageStarted
from dartkit.ids import sample_id, sampler_id
from dartkit.records import FinishReason, Problem, Sample, Sampler, as_row, now_iso
from dartkit.settings import FieldMap
from dartkit.sources.formats import read_rows
from dartkit.sources.intake import Intake, Origin, check_mapped_columns, make_problem
from dartkit.sources.rows import MISSING, Cleaner, ForeignRow, Missing, missing_column, shorten, wrong_value
from dartkit.sources.streams import data_stem, expand_paths, file_revision

if TYPE_CHECKING:
    from dartkit.engines.base import Engine
    from dartkit.events import EventSink
    from dartkit.run import RunDir
    from dartkit.stage_settings import LoadSamplesSettings

STAGE = "load-samples"
_TRAILING_INTEGER = re.compile(r"(?<!\d)(\d{1,9})\s*$")
_OPTIONAL = ("level", "subject", "license", "finish_reason")


def load_samples(
    run: RunDir, settings: LoadSamplesSettings, engine: Engine | None, events: EventSink
) -> dict[str, Any]:
    """Load model outputs; the same files again add nothing. Token counts stay unknown.

    Returns:
        `rows` read; `null_completions` passed over (the file knows the draw but not its text); `problems_added`,
        `samples_added`, `duplicates`, `already_loaded`; `samplers`; `in_other_split`; `cleaned_values`.

    Raises:
        DataError: naming file and row; nothing is stored then.
    """
    events.emit(StageStarted(STAGE, "rows", None))
    reader = _OutputReader(run, settings)
    intake, new = Intake(run), list[Problem]()
    check = _DrawCheck(run)
    counts = Counter[str]()
    samplers: dict[str, Sampler] = {}
    for row, problem, sampler, sample in reader.read():
        counts["rows"] += 1
        if intake.offer(problem, row.where) == "new":
            new.append(problem)
        samplers[sampler_id(as_row(sampler))] = sampler
        counts["null_completions" if sample is None else check.offer(sample, row.where)] += 1
    cleaned = reader.cleaner.cleaned_values
    for sampler in samplers.values():
        run.save_sampler(sampler)
    for problem in new:
        run.append(problem)
    _store(run, reader, check)
    if counts["null_completions"]:
        events.emit(
            Notice(STAGE, f"{counts['null_completions']} rows have no completion and were passed over")
        )
    return {
        "rows": counts["rows"],
        "null_completions": counts["null_completions"],
        "problems_added": len(new),
        "samples_added": counts["new"],
        "duplicates": counts["duplicate"],
        "already_loaded": counts["already_loaded"],
        "samplers": len(samplers),
        "in_other_split": intake.in_other_split,
        "cleaned_values": cleaned,
    }


def _store(run: RunDir, reader: _OutputReader, check: _DrawCheck) -> None:
    """Read again and store every draw that the first reading found new, once."""
    waiting = check.new
    for _, _, _, sample in reader.read():
        if sample is not None and sample.sample_id in waiting:
            waiting.discard(sample.sample_id)
            run.append(sample)


class _DrawCheck:
    """Tells new draws from known ones by id, and refuses two texts for one draw."""

    def __init__(self, run: RunDir) -> None:
        self.new: set[str] = set()
        self._digests = {
            row["sample_id"]: _digest(row["completion"])
            for row in run.rows("samples", ("sample_id", "completion"))
        }

    def offer(self, sample: Sample, where: str) -> str:
        digest = _digest(sample.completion)
        known = self._digests.get(sample.sample_id)
        if known is None:
            self._digests[sample.sample_id] = digest
            self.new.add(sample.sample_id)
            return "new"
        if known != digest:
            raise DataError(
                f"draw {sample.draw_index} of this problem and model has another completion here than before: "
                f"{shorten(sample.completion)}",
                where=where,
                fix="Map the column with the draw's number (fields.draw_index), or load all files of a model in one call.",
            )
        return "duplicate" if sample.sample_id in self.new else "already_loaded"


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


Item = tuple[ForeignRow, Problem, Sampler, Sample | None]


class _OutputReader:
    """Reads the files of one call into problems and draws; every reading gives the same items."""

    def __init__(self, run: RunDir, settings: LoadSamplesSettings) -> None:
        self._settings = settings
        self._fields = settings.fields
        self._paths = expand_paths(run, settings.paths)
        self._origins = [
            Origin(settings.name or data_stem(path), settings.split, file_revision(path))
            for path in self._paths
        ]
        # A column that only stands in the defaults may be absent; one that the user named may not.
        named = self._fields.model_fields_set
        mapped = {field: column for field, column in self._fields.model_dump().items() if column is not None}
        self._wanted = set(mapped.values())
        self._named_optional = [
            (field, mapped[field]) for field in _OPTIONAL if field in mapped and field in named
        ]
        self._problem_fields = FieldMap(
            text=self._fields.text,
            answer=self._fields.answer,
            level=self._fields.level,
            subject=self._fields.subject,
            license=self._fields.license,
        )
        self.cleaner = Cleaner()

    def read(self) -> Iterator[Item]:
        """Yield every row with its problem, its sampler, and its draw (None where the completion is null)."""
        self.cleaner = Cleaner()
        drawn = Counter[tuple[str, str]]()
        for path, origin in zip(self._paths, self._origins, strict=True):
            seen: set[str] = set()
            row = None
            for row in read_rows(path, self._wanted):
                seen.update(column for _, column in self._named_optional if row.lookup(column) is not MISSING)
                problem = make_problem(row, self._problem_fields, origin, self.cleaner)
                sampler = Sampler(model=self._model(row))
                key = (problem.problem_id, sampler_id(as_row(sampler)))
                index = self._draw_index(row)
                sample = self._sample(row, key, drawn[key] if index is None else index)
                drawn[key] += 1
                yield row, problem, sampler, sample
            if row is None:
                raise DataError(
                    "this file has no rows", where=str(path), fix="Check that it is the file you meant."
                )
            check_mapped_columns(self._named_optional, seen, row)

    def _model(self, row: ForeignRow) -> str:
        column = self._fields.sampler
        name = self.cleaner.optional_text(row, "sampler", column) or self._settings.sampler
        if name is None:
            raise DataError(
                f"no model name: the column '{column}' is absent or empty here, and no sampler is set",
                where=row.where,
                fix="Map the column (fields.sampler: COLUMN), or name the model of all rows (sampler: NAME).",
            )
        return name

    def _draw_index(self, row: ForeignRow) -> int | None:
        column = self._fields.draw_index
        value = MISSING if column is None else row.lookup(column)
        if column is None or isinstance(value, Missing):
            if column is not None and "draw_index" in self._fields.model_fields_set:
                raise missing_column(row, "draw_index", column, may_be_none=True)
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
            return value
        match = _TRAILING_INTEGER.search(value) if isinstance(value, str) else None
        if match is None:
            raise wrong_value(
                row, "draw_index", column, value, "a whole number from 0, or text that ends in one"
            )
        return int(match[1])

    def _sample(self, row: ForeignRow, key: tuple[str, str], index: int) -> Sample | None:
        column = self._fields.completion
        value = row.lookup(column)
        if isinstance(value, Missing):
            raise missing_column(row, "completion", column, may_be_none=False)
        if value is None:
            return None
        if not isinstance(value, str):
            raise wrong_value(row, "completion", column, value, "text")
        reason = self.cleaner.optional_text(row, "finish_reason", self._fields.finish_reason)
        finish_reason: FinishReason = "length" if reason == "length" else "stop"
        return Sample(
            sample_id=sample_id(*key, index),
            problem_id=key[0],
            sampler_id=key[1],
            draw_index=index,
            phase="given",
            completion=self.cleaner.clean(value),
            finish_reason=finish_reason,
            engine="given",
            created_at=now_iso(),
        )
