"""What is printed: hostile text made visible, numbers as people read them."""

from __future__ import annotations

import io

import pytest
from dartkit.cli.console import TextTable, count_rows, format_value, is_live, make_visible, shorten
from dartkit.cli.tables import draw_table, make_console
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain \u00fc \u4e2d \U0001d465", "plain \u00fc \u4e2d \U0001d465"),
        ("a\nb\tc", "a\nb\tc"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b31m", r"\x9b31m"),
        ("bell\x07 null\x00 del\x7f back\r", r"bell\x07 null\x00 del\x7f back\r"),
        ("\u202eevil\u2066", r"\u202eevil\u2066"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("\ud800", r"\ud800"),
    ],
)
def test_make_visible(text: str, expected: str) -> None:
    assert make_visible(text) == expected


@given(st.text())
def test_nothing_that_steers_a_terminal_survives(text: str) -> None:
    shown = make_visible(text)
    assert all(char in "\n\t" or char.isprintable() or char.isspace() for char in shown)
    assert not {"\x1b", "\x9b", "\r", "\u202e"} & set(shown)


def test_shorten_says_how_much_is_left_out() -> None:
    assert shorten("abcdef", 6) == "abcdef"
    assert shorten("abcdef" * 1000, 4) == "abcd … (5,996 characters more; --full)"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "-"), (True, "yes"), (12345, "12,345"), (0.123456, "0.1235"), (123456.7, "1.235e+05"), ([0.5, 2], "0.5, 2"), ("x", "x"),
    ],
)  # fmt: skip
def test_format_value(value: object, expected: str) -> None:
    assert format_value(value) == expected


def test_count_rows_flattens() -> None:
    counts = {"rows": 3, "by_level": {"1": {"n": 2}}}
    assert count_rows(counts) == [("rows", "3"), ("by level: 1: n", "2")]


def test_a_table_never_obeys_its_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Markup, escapes and a link stay text; numbers stand on the right."""
    monkeypatch.setenv("COLUMNS", "120")
    stream = io.StringIO()
    rows = (("[bold]a[/bold] \x1b[2J", "5"), ("[link=x]y", "1,000"))
    make_console(stream).print(draw_table(TextTable("[red]T", ("what", "n"), rows, "note :smile:")))
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]
    assert lines[0] == "[red]T"
    first = r"[bold]a[/bold] \x1b[2J"
    assert lines[3:] == [f"{first}       5", f"{'[link=x]y':<{len(first)}}   1,000", "note :smile:"]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "CI": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": ""}, False),
    ],
)
def test_live_only_where_it_makes_sense(
    variables: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert is_live(_Terminal()) is expected
    assert is_live(io.StringIO()) is False
