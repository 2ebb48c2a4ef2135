"""Lines of a file of pairs, and the rows that answer them: one row for each line, whatever the line holds.

A line is `{"id": ..., "prediction": "...", "reference": "...", "form": "answer"}`; `id` and `form` may be missing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal, NoReturn, get_args

from dartkit.verify.api import Form, Pair
from dartkit.verify.verdict import Verdict

LONGEST_LINE = 10_000_000  # bytes
BROKEN = "broken-line"
Id = str | int | float | bool | None
UndecidedAs = Literal["null", "false"]

_FORMS: tuple[str, ...] = get_args(Form)
_SKIP_BYTES = 65_536
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TYPES = {
    list: "a list",
    dict: "an object",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of input: a pair, or what is wrong with it.

    Attributes:
        number: Counted from 1.
        id: As given; None where there is none or the line cannot be read.
        pair: What to check.
        problem: One sentence that names the line and the field; None where there is a pair.
    """

    number: int
    id: Id = None
    pair: Pair | None = None
    problem: str | None = None


def read_lines(file: BinaryIO, longest: int = LONGEST_LINE) -> Iterator[Line]:
    """Yield the lines of a stream as they come. Never raises for any content, and never holds more than one line."""
    number = 0
    while raw := file.readline(longest + 2):  # with a line break of two characters
        number += 1
        content = raw.rstrip(b"\r\n")
        if len(content) > longest or (len(raw) > longest and not raw.endswith(b"\n")):
            _skip_rest(file, raw)
            yield Line(number, problem=f"line {number}: longer than {longest / 1e6:g} MB")
        else:
            yield parse_line(number, content.removeprefix(_BYTE_ORDER_MARK) if number == 1 else content)


def _skip_rest(file: BinaryIO, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = file.readline(_SKIP_BYTES)


def parse_line(number: int, content: bytes) -> Line:
    """Return the pair of a line without its line break, or what is wrong with it."""
    value: Any = None
    try:
        value = _read_object(content)
        return Line(number, _id_of(value), _pair_of(value))
    except _Broken as broken:
        return Line(number, _id_or_none(value), problem=f"line {number}: {broken}")


class _Broken(Exception):
    """What is wrong with a line, as a phrase."""


def _read_object(content: bytes) -> dict[str, Any]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Broken(f"not UTF-8 at byte {error.start + 1}") from error
    if not text.strip():
        raise _Broken("empty")
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise _Broken(f"not JSON: {error.msg} (column {error.colno})") from error
    except RecursionError as error:
        raise _Broken("not JSON that can be read: nested too deeply") from error
    except ValueError as error:  # a number of thousands of digits
        raise _Broken(f"not JSON that can be read: {' '.join(str(error).split())[:200]}") from error
    if not isinstance(value, dict):
        raise _Broken(f"must be an object with prediction and reference, not {_type_name(value)}")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise _Broken(f"not JSON: {name} is no JSON value")


def _id_of(value: dict[str, Any]) -> Id:
    given = value.get("id")
    if isinstance(given, list | dict):
        raise _Broken(f"field 'id' must be text or a number, not {_type_name(given)}")
    if isinstance(given, float) and not math.isfinite(given):
        raise _Broken("field 'id' is too large a number")
    return given


def _id_or_none(value: Any) -> Id:
    try:
        return _id_of(value) if isinstance(value, dict) else None
    except _Broken:
        return None


def _pair_of(value: dict[str, Any]) -> Pair:
    form = value.get("form", "auto")
    if form not in _FORMS:
        shown = repr(form[:40]) if isinstance(form, str) else _type_name(form)
        raise _Broken(f"field 'form' must be answer or response, not {shown}")
    return Pair(_text(value, "prediction"), _text(value, "reference"), form)


def _text(value: dict[str, Any], name: str) -> str:
    if name not in value:
        raise _Broken(f"field '{name}' is missing")
    text = value[name]
    if not isinstance(text, str):
        raise _Broken(f"field '{name}' must be text, not {_type_name(text)}")
    return text


def _type_name(value: Any) -> str:
    return "text" if isinstance(value, str) else _TYPES[type(value)]


@dataclass(frozen=True, slots=True)
class RowStyle:
    """What a row says.

    Attributes:
        explain: Whether it has tier, extracted answer, normal forms, flags and detail.
        undecided_as: What `equal` is where nobody could tell (undecided, timeout, error).
    """

    explain: bool = False
    undecided_as: UndecidedAs = "null"


def answer_row(line: Line, verdict: Verdict | None, style: RowStyle) -> dict[str, Any]:
    """Return the row of a line; a line without a pair has outcome `error`, and what is wrong with it as `detail`."""
    if verdict is None:
        verdict = Verdict("error", "none", BROKEN, 0.0, detail=line.problem)
    equal = verdict.equal
    if equal is None and style.undecided_as == "false" and line.pair is not None:
        equal = False
    row: dict[str, Any] = {
        "id": line.id,
        "outcome": verdict.outcome,
        "equal": equal,
        "method": verdict.method,
        "rule": verdict.rule,
        "seconds": round(verdict.seconds, 6),
    }
    if style.explain:
        names = ("tier", "extracted", "prediction_form", "reference_form", "flags", "detail")
        row.update({name: getattr(verdict, name) for name in names})
    elif line.pair is None:
        row["detail"] = verdict.detail
    return row


def encode_row(row: dict[str, Any]) -> bytes:
    """Return a row as a line of JSON in ASCII, so that lone surrogates and control characters harm nobody."""
    return json.dumps(row).encode("ascii") + b"\n"
