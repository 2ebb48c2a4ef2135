"""The groups that a step trained on, as one Parquet file, so that its update can be computed again without drawing.

One row a sample. Tokens and numbers per token have columns of their own; what else a sample and its group say of themselves
stands in the columns `sample` and `group` as JSON, field by field, so that a field added there is stored without a change
here. The completion's text is left out: it is in the sample dump, and no update needs it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import DataError, boundary
from dartkit.files import write_parquet
from dartkit.rl.data import RlProblem
from dartkit.rl.samples import RolloutGroup, RolloutSample

if TYPE_CHECKING:
    import pyarrow as pa

TOKENS = ("prompt_ids", "token_ids")
LEFT_OUT = "completion"


def write_groups(path: Path, groups: Sequence[RolloutGroup]) -> None:
    """Replace the file by these groups, atomically.

    Raises:
        EnvironmentProblem: when the disk is full or not writable.
    """
    rows = [
        {"place": place, "group": _group_json(group), **_sample_row(sample)}
        for place, group in enumerate(groups)
        for sample in group.samples
    ]
    write_parquet(path, rows, _schema())


def read_groups(path: Path) -> list[RolloutGroup]:
    """Return the groups of a file, in their order; completions are empty.

    Raises:
        DataError: when there is no such file, or it does not hold groups.
    """
    import pyarrow.parquet as pq

    fix = "Without this file the step cannot be computed again."
    if not path.is_file():
        raise DataError("there is no such file", where=str(path), fix=fix)
    with boundary(f"read the rollouts {path}", kind=DataError, fix=fix):
        rows = pq.read_table(path, schema=_schema()).to_pylist()
        samples: dict[int, list[RolloutSample]] = {}
        for row in rows:
            samples.setdefault(row["place"], []).append(_read_sample(row))
        heads = {row["place"]: json.loads(row["group"]) for row in rows}
        return [_read_group(heads[place], samples[place]) for place in sorted(heads)]


def _schema() -> pa.Schema:
    import pyarrow as pa

    tokens, numbers = pa.list_(pa.int32()), pa.list_(pa.float64())
    columns = [("place", pa.int32()), ("group", pa.string()), ("sample", pa.string())]
    columns += [(name, tokens) for name in TOKENS]
    return pa.schema(columns + [(name, numbers) for name in _number_fields()])


def _number_fields() -> list[str]:
    """Names of a sample's fields that hold one number for each token."""
    return [spec.name for spec in fields(RolloutSample) if str(spec.type).startswith("tuple[float, ...]")]


def _sample_row(sample: RolloutSample) -> dict[str, Any]:
    columns = {name: getattr(sample, name) for name in (*TOKENS, *_number_fields())}
    facts = {
        spec.name: _plain(getattr(sample, spec.name))
        for spec in fields(sample)
        if spec.name not in columns and spec.name != LEFT_OUT
    }
    return {**columns, "sample": json.dumps(facts)}


def _read_sample(row: dict[str, Any]) -> RolloutSample:
    columns = {name: row[name] for name in (*TOKENS, *_number_fields())}
    tuples = {name: None if value is None else tuple(value) for name, value in columns.items()}
    return RolloutSample(**{LEFT_OUT: "", **json.loads(row["sample"]), **tuples})


def _group_json(group: RolloutGroup) -> str:
    facts = {
        spec.name: _plain(getattr(group, spec.name))
        for spec in fields(group)
        if spec.name != "samples" and spec.compare
    }
    return json.dumps(facts)


def _read_group(facts: dict[str, Any], samples: list[RolloutSample]) -> RolloutGroup:
    return RolloutGroup(**{**facts, "problem": RlProblem(**facts["problem"])}, samples=tuple(samples))


def _plain(value: Any) -> Any:
    """Return a field as JSON can hold it: a problem field by field, mappings as dictionaries."""
    if isinstance(value, RlProblem):
        return {spec.name: getattr(value, spec.name) for spec in fields(value)}
    return dict(value) if hasattr(value, "keys") else value
