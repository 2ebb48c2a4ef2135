"""Every way in which a command can end badly, with its status and paragraph."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import typer
from dartkit.cli.console import Terminal
from dartkit.cli.errors import command_line, guard
from dartkit.cli.options import Output

from dartkit.errors import (
    BudgetReached,
    DartkitError,
    DataError,
    EnvironmentProblem,
    GateFailed,
    RecipeError,
    UsageError,
)


def raising(error: BaseException) -> Callable[..., None]:
    """Return a command body that raises."""

    def body(terminal: Terminal) -> None:
        raise error

    return body


def end(error: BaseException, **output: Any) -> int:
    """Run a body that raises and return the exit status."""
    with pytest.raises(typer.Exit) as caught:
        guard(Terminal(Output(**output)), raising(error), {})
    return caught.value.exit_code


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (UsageError, 2),
        (RecipeError, 2),
        (GateFailed, 3),
        (EnvironmentProblem, 4),
        (DataError, 5),
        (BudgetReached, 6),
    ],
)
def test_a_known_stop(kind: type[DartkitError], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The paragraph is where, what, fix; without a fix there is a general one."""
    assert end(kind("what happened", where="here", fix="do this")) == status
    head = "Stopped" if status == 6 else "Error"
    assert capsys.readouterr().err == f"{head}: here: what happened\n  do this\n"
    end(kind("bare"))
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_bug_asks_for_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert end(ZeroDivisionError("division by\nzero")) == 1
    err = capsys.readouterr().err
    assert "this is a bug in dartkit: ZeroDivisionError: division by zero" in err
    assert "--debug" in err
    assert "Traceback" not in err
    end(ZeroDivisionError("x"), debug=True)
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_says_the_line_that_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["dartkit", "load", "files", "my run", "a'b.jsonl"])
    assert end(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err.splitlines()[-1].endswith("dartkit load files 'my run' 'a'\"'\"'b.jsonl'")


def test_errors_as_json_are_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    end(DataError("what\x1b", where="f:3", fix="mend"), json=True, log_format="json")
    out, err = capsys.readouterr()
    expected = {"kind": "DataError", "what": "what\x1b", "where": "f:3", "fix": "mend", "status": 5}
    assert json.loads(out) == {"error": expected}
    assert json.loads(err)["event"] == "Error"
    assert "\x1b" not in out + err


def test_an_unknown_log_format_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught:
        guard(Terminal(Output(log_format="xml")), raising(AssertionError("never called")), {})
    assert caught.value.exit_code == 2
    assert "expected text or json" in capsys.readouterr().err


def test_command_line_adds_an_option_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["dartkit", "status", "r", "--debug"])
    assert command_line("--debug") == "dartkit status r --debug"
