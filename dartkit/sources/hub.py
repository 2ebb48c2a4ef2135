"""Rows of a data set that the `datasets` library can load: a hub name, or a folder on disk.

Code that comes with a data set is never run: loading scripts are refused by the library itself, and nothing here asks it
to trust one.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import DataError, EnvironmentProblem, boundary, missing_extra
from dartkit.sources.rows import ForeignRow, shorten

if TYPE_CHECKING:
    from dartkit.settings import HubSource

_SAVED = ("state.json", "dataset_dict.json")


def read_hub_rows(source: HubSource, wanted: set[str]) -> Iterator[ForeignRow]:
    """Yield the rows of a data set, numbered from 1; columns that nobody wants stay undecoded.

    Raises:
        EnvironmentProblem: when `datasets` is missing, or the data set cannot be fetched (unknown name, no network).
        DataError: when it has no such split, or a folder holds nothing readable.
    """
    if find_spec("datasets") is None:
        raise missing_extra("datasets", "data")
    table = _open(source)
    names = tuple(table.column_names)
    chosen = [name for name in names if name in wanted or name in {column.split(".")[0] for column in wanted}]
    if not chosen:  # the first row says which columns there are
        if len(table):
            yield ForeignRow(source.dataset, 1, {}, names)
        return
    rows = iter(table.select_columns(chosen))
    number = 0
    while True:
        with boundary(f"decode row {number + 1} of the data set {source.dataset}", kind=DataError):
            values = next(rows, None)
        if values is None:
            return
        number += 1
        yield ForeignRow(source.dataset, number, values, names)


def _open(source: HubSource) -> Any:
    import datasets

    folder = Path(source.dataset)
    if folder.is_dir() and any((folder / name).is_file() for name in _SAVED):
        with boundary(f"load the saved data set {source.dataset}", kind=DataError):
            found = datasets.load_from_disk(str(folder))
    else:
        kind = DataError if folder.is_dir() else EnvironmentProblem
        fix = (
            "Check the name, the configuration and the revision. Without network, load it from a folder or from files; "
            "a data set that was fetched before is read from the cache."
        )
        with boundary(f"load the data set {source.dataset}", fix=fix, kind=kind):
            found = datasets.load_dataset(source.dataset, source.config, revision=source.revision)
    if not isinstance(found, datasets.DatasetDict):
        return found
    if source.hub_split not in found:
        raise DataError(
            f"the data set has no split '{source.hub_split}'; splits: {', '.join(map(shorten, found))}",
            where=source.dataset,
            fix="Name one of them as hub_split.",
        )
    return found[source.hub_split]
