"""Lines of pairs and the rows that answer them: what is accepted, what is broken and how it is named, by a table."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from dartkit.verify import Pair, Verdict
from dartkit.verify.batch.lines import (
    BROKEN,
    LONGEST_LINE,
    Line,
    RowStyle,
    answer_row,
    encode_row,
    parse_line,
    read_lines,
)
from dartkit.verify.wire import decode_line, encode_line

GOOD = {"id": "a", "prediction": "1/2", "reference": "0.5"}


def parse(value: object) -> Line:
    return parse_line(7, (value if isinstance(value, str) else json.dumps(value)).encode())


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (GOOD, Line(7, "a", Pair("1/2", "0.5"))),
        ({**GOOD, "form": "answer"}, Line(7, "a", Pair("1/2", "0.5", "answer"))),
        ({**GOOD, "form": "response"}, Line(7, "a", Pair("1/2", "0.5", "response"))),
        ({**GOOD, "form": "auto", "more": [1]}, Line(7, "a", Pair("1/2", "0.5"))),
        ({"prediction": "", "reference": " "}, Line(7, None, Pair("", " "))),
        ({**GOOD, "id": None}, Line(7, None, Pair("1/2", "0.5"))),
        ({**GOOD, "id": 10**30}, Line(7, 10**30, Pair("1/2", "0.5"))),
        ({**GOOD, "id": 1.5}, Line(7, 1.5, Pair("1/2", "0.5"))),
        ({**GOOD, "id": False}, Line(7, False, Pair("1/2", "0.5"))),
        ('{"prediction": "\\ud800", "reference": "\\ud83d\\ude00"}', Line(7, None, Pair("\ud800", "\U0001f600"))),
        (' {"prediction": "1", "reference": "2"}\t', Line(7, None, Pair("1", "2"))),
        ('{"prediction": "1", "prediction": "3", "reference": "2"}', Line(7, None, Pair("3", "2"))),
    ],
)  # fmt: skip
def test_accepted(value: object, line: Line) -> None:
    found = parse(value)
    assert found == line
    assert type(found.id) is type(line.id)


@pytest.mark.parametrize(
    ("content", "id_", "problem"),
    [
        (b"", None, "empty"),
        (b"  \t", None, "empty"),
        (b"nonsense", None, "not JSON: Expecting value (column 1)"),
        (b'{"id": "a", "prediction": "1"', None, "not JSON: Expecting ',' delimiter (column 30)"),
        (b'{"id": "a\xff"}', None, "not UTF-8 at byte 10"),
        (b'{"a": "\xed\xa0\x80"}', None, "not UTF-8 at byte 8"),
        (b"[1]", None, "must be an object with prediction and reference, not a list"),
        (b"null", None, "must be an object with prediction and reference, not null"),
        (b'"text"', None, "must be an object with prediction and reference, not text"),
        (b"5", None, "must be an object with prediction and reference, not a number"),
        (b"{}", None, "field 'prediction' is missing"),
        (b'{"id": "a", "prediction": "1"}', "a", "field 'reference' is missing"),
        (b'{"id": 3, "prediction": 1, "reference": "1"}', 3, "field 'prediction' must be text, not a number"),
        (b'{"id": 3, "prediction": "1", "reference": null}', 3, "field 'reference' must be text, not null"),
        (b'{"id": 3, "prediction": "1", "reference": ["1"]}', 3, "field 'reference' must be text, not a list"),
        (b'{"id": 3, "prediction": {}, "reference": "1"}', 3, "field 'prediction' must be text, not an object"),
        (b'{"id": 3, "prediction": true, "reference": "1"}', 3, "field 'prediction' must be text, not true or false"),
        (b'{"id": 3, "prediction": "1", "reference": "1", "form": "box"}', 3, "field 'form' must be answer or response, not 'box'"),
        (b'{"id": 3, "prediction": "1", "reference": "1", "form": null}', 3, "field 'form' must be answer or response, not null"),
        (b'{"id": [3], "prediction": "1", "reference": "1"}', None, "field 'id' must be text or a number, not a list"),
        (b'{"id": {}, "prediction": "1", "reference": "1"}', None, "field 'id' must be text or a number, not an object"),
        (b'{"id": 1e999, "prediction": "1", "reference": "1"}', None, "field 'id' is too large a number"),
        (b'{"id": NaN, "prediction": "1", "reference": "1"}', None, "not JSON: NaN is no JSON value"),
        (b"[" * 200_000, None, "not JSON that can be read: nested too deeply"),
    ],
)  # fmt: skip
def test_broken(content: bytes, id_: Any, problem: str) -> None:
    """The line number, the field and what is wrong; the id where it can be read."""
    assert parse_line(12, content) == Line(12, id_, problem=f"line 12: {problem}")


def test_a_number_of_thousands_of_digits_is_broken() -> None:
    line = parse_line(1, b'{"id": ' + b"9" * 5_000 + b', "prediction": "1", "reference": "1"}')
    assert line.pair is None
    assert line.problem is not None
    assert line.problem.startswith("line 1: not JSON that can be read: ")


def numbered(content: bytes, longest: int = 1_000) -> list[tuple[int, str | None]]:
    """Return number and prediction of each line; None where it is broken."""
    lines = read_lines(io.BytesIO(content), longest)
    return [(line.number, line.pair.prediction if line.pair else None) for line in lines]


def row(prediction: str) -> bytes:
    return json.dumps({"prediction": prediction, "reference": "1"}).encode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"\n", [(1, None)]),
        (row("1"), [(1, "1")]),
        (row("1") + b"\n", [(1, "1")]),
        (row("1") + b"\n\n" + row("2") + b"\n", [(1, "1"), (2, None), (3, "2")]),
        (row("1") + b"\r\n" + row("2") + b"\r\n", [(1, "1"), (2, "2")]),
        (b"\xef\xbb\xbf" + row("1") + b"\n" + row("2"), [(1, "1"), (2, "2")]),
        (row("1") + b"\n\xef\xbb\xbf" + row("2"), [(1, "1"), (2, None)]),
        (b"\x00\n" + row("1"), [(1, None), (2, "1")]),
        (b"\n" * 3, [(1, None), (2, None), (3, None)]),
    ],
)
def test_every_line_has_its_number(content: bytes, expected: list[tuple[int, str | None]]) -> None:
    assert numbered(content) == expected


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
@pytest.mark.parametrize("extra", [-1, 0, 1, 2, 3, 100, 70_000, 200_000])
def test_long_lines_are_passed_over(extra: int, ending: bytes) -> None:
    """A line of exactly the limit is read, one byte more is not, and the next line is the next line."""
    filler = 1_000 + extra - len(row(""))
    content = row("x" * filler) + ending
    following = row("1") if ending else b""
    found = numbered(content + following)
    assert found[0] == (1, "x" * filler if extra <= 0 else None)
    assert found[1:] == ([(2, "1")] if ending else [])


def test_a_long_line_of_carriage_returns_is_one_line() -> None:
    """Nothing but a line feed ends a line, also where the limit cuts between the two."""
    for length in range(995, 1_010):
        assert [number for number, _ in numbered(b"x" * length + b"\r" * 9 + b"y\n" + row("1"))] == [1, 2]


def test_the_limit_is_ten_megabytes_and_named() -> None:
    [line] = read_lines(io.BytesIO(b"x" * (LONGEST_LINE + 1)))
    assert line.problem == "line 1: longer than 10 MB"
    [long] = read_lines(io.BytesIO(row("x" * (LONGEST_LINE - 100))))
    assert long.pair is not None


VERDICT = Verdict(
    "undecided", "symbolic", "boxed:simplify", 0.123456789, 5, "x", "p", "r", ("hedged",), "why"
)


def test_rows() -> None:
    """Six fields, in this order; six more with `explain`; seconds to the microsecond."""
    short = {
        "id": "a", "outcome": "undecided", "equal": None, "method": "symbolic", "rule": "boxed:simplify", "seconds": 0.123457,
    }  # fmt: skip
    more = {
        "tier": 5, "extracted": "x", "prediction_form": "p", "reference_form": "r", "flags": ("hedged",), "detail": "why",
    }  # fmt: skip
    line = Line(1, "a", Pair("x", "y"))
    assert list(answer_row(line, VERDICT, RowStyle()).items()) == list(short.items())
    assert list(answer_row(line, VERDICT, RowStyle(explain=True)).items()) == list((short | more).items())


@pytest.mark.parametrize(
    ("outcome", "null", "false"),
    [
        ("correct", True, True), ("incorrect", False, False), ("no_answer", False, False), ("truncated", False, False),
        ("undecided", None, False), ("timeout", None, False), ("error", None, False),
    ],
)  # fmt: skip
def test_undecided_as(outcome: Any, null: bool | None, false: bool) -> None:
    """The option changes `equal` where nobody could tell, and never the outcome."""
    line = Line(1, "a", Pair("x", "y"))
    verdict = Verdict(outcome, "none", "r", 0.0)
    for style, equal in ((RowStyle(), null), (RowStyle(undecided_as="false"), false)):
        made = answer_row(line, verdict, style)
        assert (made["equal"], made["outcome"]) == (equal, outcome)


@pytest.mark.parametrize("style", [RowStyle(), RowStyle(True, "false")])
def test_row_of_a_broken_line(style: RowStyle) -> None:
    """It was not checked, so it is equal to nothing and unequal to nothing, whatever the option says."""
    made = answer_row(Line(3, 9, problem="line 3: empty"), None, style)
    assert (made["id"], made["outcome"], made["equal"], made["rule"]) == (9, "error", None, BROKEN)
    assert made["detail"] == "line 3: empty"


def test_encoded_rows_are_one_line_of_ascii() -> None:
    text = 'a\n\r\u2028\ud800"\\\x00\x1bé'
    line = encode_row({"id": text})
    assert line.count(b"\n") == 1
    assert line.isascii()
    assert json.loads(line) == {"id": text}


@pytest.mark.parametrize(
    "text", ["", "a\nb", "\ud83d\ude00", "a\ude00b\ud83d", "\U0001f600", "\x00\x7f\x85\u2028", "é" * 9]
)
def test_wire_carries_any_text(text: str) -> None:
    """One line each, read back as it was: two lone surrogates stay two."""
    line = encode_line([text, {"k": text}])
    assert line.count(b"\n") == 1
    assert decode_line(line) == [text, {"k": text}]
