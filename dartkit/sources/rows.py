"""One foreign row and the ways to take typed values out of it.

Every refusal names file and row, the field, the value (shortened) and what to do about it. Text is cleaned on the way:
NUL is removed and lone surrogates become U+FFFD, because neither survives UTF-8 files.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from dartkit.errors import DataError

SHOWN_CHARACTERS = 80
_EXACT_FLOAT = 2**53
_SURROGATE = re.compile("[\ud800-\udfff]")


class Missing:
    """The type of `MISSING`: the row has no such column, which is not the same as a null in it."""


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True)
class ForeignRow:
    """A row as a file gave it. `columns` is set where the file knows its columns beyond what was read of them."""

    file: str
    number: int
    values: Mapping[str, Any]
    columns: tuple[str, ...] | None = None

    @property
    def where(self) -> str:
        """File and row, as every message names them."""
        return f"{self.file}:{self.number}"

    def lookup(self, column: str) -> Any:
        """Return the value of a column, or `MISSING`; dots reach into nested objects unless a column has that very name."""
        if column in self.values:
            return self.values[column]
        value: Any = self.values
        for part in column.split("."):
            if value is None:
                return None
            if not isinstance(value, Mapping) or part not in value:
                return MISSING
            value = value[part]
        return value


def shorten(value: Any) -> str:
    """Return a value as it is shown in a message: one line, printable, at most 80 characters."""
    text = value if isinstance(value, str) else repr(value)
    text = repr(text[: SHOWN_CHARACTERS + 1])[1:-1]  # escapes line breaks, control and direction characters
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."


def missing_column(row: ForeignRow, field: str, column: str, *, may_be_none: bool) -> DataError:
    """Build the error for a column that a row lacks: which columns exist, which is nearest, how to map it."""
    columns = list(row.columns if row.columns is not None else row.values)
    near = get_close_matches(column, columns, n=1, cutoff=0.6)
    guess = near[0] if near else "COLUMN"
    fix = f"Map the column: fields.{field}: {shorten(guess)}"
    if may_be_none:
        fix += f"; or fields.{field}: null where the file has none"
    shown = ", ".join(shorten(name) for name in columns[:30]) or "none"
    hint = f" (nearest: {shorten(near[0])})" if near else ""
    return DataError(
        f"no column '{column}' for the field '{field}'{hint}; columns: {shown}", where=row.where, fix=fix
    )


def wrong_value(row: ForeignRow, field: str, column: str, value: Any, wanted: str) -> DataError:
    """Build the error for a value of the wrong kind."""
    return DataError(
        f"field '{field}' (column '{column}') must be {wanted}, not {type(value).__name__}: {shorten(value)}",
        where=row.where,
        fix="Change the value, leave the row out of the file, or map another column.",
    )


class Cleaner:
    """Cleans text and counts the rows in which it had to."""

    def __init__(self) -> None:
        self.cleaned_values = 0

    def clean(self, text: str) -> str:
        """Return the text without NUL and with U+FFFD for every lone surrogate."""
        cleaned = _SURROGATE.sub("�", text).replace("\x00", "")
        if cleaned != text:
            self.cleaned_values += 1
        return cleaned

    def required_text(self, row: ForeignRow, field: str, column: str) -> str:
        """Return a text that must be there and not be blank.

        Raises:
            DataError: when the column is missing, no string, or blank.
        """
        value = row.lookup(column)
        if isinstance(value, Missing):
            raise missing_column(row, field, column, may_be_none=False)
        if value is not None and not isinstance(value, str):
            raise wrong_value(row, field, column, value, "text")
        text = self.clean(value or "")
        if not text.strip():
            raise DataError(
                f"field '{field}' (column '{column}') is empty",
                where=row.where,
                fix="Fill the value in, or leave the row out of the file.",
            )
        return text

    def optional_text(self, row: ForeignRow, field: str, column: str | None) -> str | None:
        """Return a label as text; None where it is null, blank, not mapped or not in this row.

        Raises:
            DataError: for a list or an object.
        """
        value = MISSING if column is None else row.lookup(column)
        if isinstance(value, Missing) or column is None:
            return None
        text = scalar_text(value)
        if isinstance(text, Missing):
            raise wrong_value(row, field, column, value, "text, a number or true/false")
        return None if text is None or not text.strip() else self.clean(text)

    def answer(self, row: ForeignRow, field: str, column: str | None) -> str | None:
        """Return a gold answer as text; None where it is null or blank. A list of one value counts as that value.

        Raises:
            DataError: when the column is missing, for an object, a longer list, or a number that is not finite.
        """
        if column is None:
            return None
        value = row.lookup(column)
        if isinstance(value, Missing):
            raise missing_column(row, field, column, may_be_none=True)
        single = value[0] if isinstance(value, list) and len(value) == 1 else value
        text = scalar_text(single)
        if isinstance(text, Missing):
            raise wrong_value(
                row, field, column, value, "text, a finite number, true/false, or a list of one of these"
            )
        cleaned = None if text is None else self.clean(text).strip()
        return cleaned or None


def scalar_text(value: Any) -> str | Missing | None:
    """Return a scalar as text, None for null and NaN (how tables say null), `MISSING` for anything that is no scalar.

    Whole floats lose their `.0`: an integer column with a null in it comes as floats from CSV and Parquet writers.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, float):
        if math.isnan(value):
            return None
        if math.isinf(value):
            return MISSING
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT_FLOAT else repr(value)
    return MISSING
