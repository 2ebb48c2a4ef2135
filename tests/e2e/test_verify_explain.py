"""`dartkit verify explain`, and `dartkit verify RUN` beside its subcommands. Outcomes are known by hand."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.terminal import PROGRAM, dartkit, environment, make_run


def explained(folder: Path, *arguments: str) -> Any:
    done = dartkit("verify", "explain", "--json", *arguments, cwd=folder)
    assert done.status == 0, done.err
    return done.value


@pytest.mark.parametrize(
    ("arguments", "outcome"),
    [
        (("1/2", "0.5"), "correct"),
        (("1/2", "0.6"), "incorrect"),
        (("--", "-3", "3-6"), "correct"),
        (("--", "3-6", "-3"), "correct"),
        (("--", "--json", "-x"), None),
        (("28\\%", "28"), "correct"),
        (("--percent", "strict", "28\\%", "28"), "incorrect"),
        (("the answer is \\boxed{4}", "4"), "correct"),
        (("--response", "The answer is 4", "4"), "correct"),
        (("", "4"), "no_answer"),
        (("4", ""), "undecided"),
    ],
)
def test_explain(arguments: tuple[str, ...], outcome: str | None, tmp_path: Path) -> None:
    value = explained(tmp_path, *arguments)
    assert outcome is None or value["outcome"] == outcome
    names = {
        "outcome", "equal", "method", "tier", "rule", "extracted", "prediction_form", "reference_form", "flags", "seconds", "detail",
    }  # fmt: skip
    assert set(value) == names


def test_explain_for_people(tmp_path: Path) -> None:
    """Every part has its row; what could steer a terminal is written out."""
    done = dartkit("verify", "explain", "\x1b[31m5", "5", cwd=tmp_path)
    assert done.status == 0
    assert "\x1b" not in done.out
    assert "\\x1b[31m5" in done.out
    for name in ("outcome", "method", "tier", "rule", "answer found", "normal form", "flags", "seconds"):
        assert name in done.out


def test_explain_of_bytes_that_are_no_text(tmp_path: Path) -> None:
    """Arguments are bytes; what is not UTF-8 in them is an answer like any other, and equal to nothing."""
    line_: list[str | bytes] = [PROGRAM, "verify", "explain", "--json", b"\xff\xfe", b"5"]
    done = subprocess.run(line_, cwd=tmp_path, capture_output=True, check=False, env=environment())
    assert done.returncode == 0
    assert json.loads(done.stdout)["outcome"] in ("incorrect", "undecided")


# dartkit verify RUN, beside its subcommands


def test_run_is_the_default(tmp_path: Path) -> None:
    """The run may stand before or after options, and a run that is called like a command is reached by its path."""
    make_run(tmp_path, "pairs")
    for arguments in (("./pairs",), ("./pairs", "--workers", "1"), ("--percent", "strict", "./pairs")):
        done = dartkit("verify", *arguments, "--json", cwd=tmp_path)
        assert done.status == 0, done.err
        assert done.value["stage"] == "verify"


def test_policy_of_a_run_is_checked(tmp_path: Path) -> None:
    done = dartkit("verify", "r", "--percent", "odd", "--tolerance", "3", cwd=tmp_path)
    assert done.status == 2
    assert "--percent odd: verifier.percent" in done.err
    assert "--tolerance 3.0: verifier.tolerance" in done.err


def test_help_shows_both(tmp_path: Path) -> None:
    done = dartkit("verify", "--help", cwd=tmp_path)
    assert done.status == 0
    assert done.out.startswith("Usage: dartkit verify [OPTIONS]")
    for part in ("RUN", "COMMAND", "--shard", "--verifier", "pairs", "explain", "dartkit verify runs/demo"):
        assert part in done.out
    assert dartkit("verify", "-h", cwd=tmp_path).out == done.out
    assert "--shard" in dartkit("verify", "runs/demo", "--help", cwd=tmp_path).out
    assert "--stream" in dartkit("verify", "pairs", "--help", cwd=tmp_path).out
