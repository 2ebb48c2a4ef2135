"""The command `verify audit`, from its arguments to what stands on stdout and in files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from dartkit.cli.verify_audit import verify_audit
from typer.testing import CliRunner, Result

from dartkit.events import SilentSink
from dartkit.run import RunDir
from dartkit.stage_settings import VerifySettings
from dartkit.verify.stage import verify
from tests.conftest import make_problem, make_run, make_sample

APP = typer.Typer()
APP.command("audit")(verify_audit)
PERCENT = make_problem("What share?", r"28\%")
NUMBER = make_problem("How many?", "4")
DRAWS = [(PERCENT, "28"), (PERCENT, r"28\%"), *((NUMBER, "5") for _ in range(4)), (NUMBER, "6")]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Two right draws of a percentage, four that agree on a wrong answer, one with another; all judged."""
    run = make_run(tmp_path / "run", [PERCENT, NUMBER])
    for index, (problem, answer) in enumerate(DRAWS):
        run.append(make_sample(problem, index, f"It is $\\boxed{{{answer}}}$."))
    verify(run, VerifySettings(), None, SilentSink())
    run.close()
    return run.path


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(APP, [str(item) for item in arguments])


def test_json_names_both_verifiers_and_the_one_difference(run: Path) -> None:
    """Strict percentages refuse 28 for 28%; the default is what the run was judged with, so only strict verdicts are computed."""
    done = call(run, "--against", "dartkit:percent=strict", "--json")
    assert done.exit_code == 0
    value = json.loads(done.stdout)
    assert (value["first"]["verifier"], value["second"]["verifier"]) == ("dartkit", "dartkit:percent=strict")
    assert (value["samples"], value["disagreements"], value["computed_verdicts"]) == (7, 1, 7)
    assert value["correct"] == {"both": 1, "only_first": 1, "only_second": 0}
    [kind] = value["classes"]
    assert (kind["cause"], kind["first"], kind["second"]) == ("comparison", "correct", "incorrect")
    [example] = kind["examples"]
    assert (example["gold"], example["first"]["extracted"]) == (r"28\%", "28")


def test_the_other_way_round_swaps_the_columns(run: Path) -> None:
    done = call(run, "--verifier", "dartkit:percent=strict", "--against", "dartkit", "--json")
    assert json.loads(done.stdout)["correct"] == {"both": 1, "only_first": 0, "only_second": 1}


def test_tables_for_people(run: Path) -> None:
    done = call(run, "--against", "dartkit:percent=strict")
    assert done.exit_code == 0
    for text in (
        "dartkit against dartkit:percent=strict",
        "85.71%",
        "Outcomes",
        "comparison",
        PERCENT.problem_id[:12],
    ):
        assert text in done.stdout
    assert "verify-audit" in done.stderr


def test_out_writes_every_disagreement(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "differ.jsonl"
    done = call(run, "--against", "dartkit:percent=strict", "--out", out, "--json")
    [row] = [json.loads(line) for line in out.read_text().splitlines()]
    assert (row["problem_id"], row["first"]["outcome"], row["second"]["outcome"]) == (
        PERCENT.problem_id,
        "correct",
        "incorrect",
    )
    assert f"1 rows in {out}" in done.stderr
    json.loads(done.stdout)  # nothing but the result is on stdout


def test_only_write_alters_the_run(run: Path) -> None:
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    call(run, "--against", "dartkit:percent=strict")
    call(run, "--consensus")
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before
    assert call(run, "--against", "dartkit:percent=strict", "--write").exit_code == 0
    assert len(list(RunDir(run).verdicts())) == 2 * len(DRAWS)
    assert list((run / "verdicts").glob("seg-*")) == []


def test_consensus_lists_the_suspect(run: Path, tmp_path: Path) -> None:
    """Four of five draws say 5, the gold answer is 4."""
    out = tmp_path / "suspects.jsonl"
    done = call(run, "--consensus", "--json", "--out", out)
    value = json.loads(done.stdout)
    assert (value["agree"], value["differ"], value["suspect_gold"]) == (1, 1, 1)
    [dispute] = value["disputes"]
    assert (dispute["gold"], dispute["majority"], dispute["votes"], dispute["draws"]) == ("4", "5", 4, 5)
    assert json.loads(out.read_text()) == dispute
    shown = call(run, "--consensus").stdout
    assert "suspect-gold" in shown
    assert "4 of 5" in shown


def test_hostile_answers_are_shown_and_not_obeyed(tmp_path: Path) -> None:
    """All draws answer with an escape sequence, so it is the majority; a terminal gets its name, never the character."""
    run = make_run(tmp_path / "hostile", [NUMBER])
    for index in range(4):
        run.append(make_sample(NUMBER, index, "It is $\\boxed{\x1b[31m6}$."))
    verify(run, VerifySettings(), None, SilentSink())
    done = call(run.path, "--consensus")
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    assert r"\x1b[31m6" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say what to compare"),
        (["--against", "dartkit", "--consensus"], "say what to compare"),
        (["--consensus", "--write"], "no verdicts to write"),
        (["--against", "dartkit"], "the two verifiers are the same"),
        (["--against", "dartkit:percent=lax"], "percent"),
    ],
)
def test_usage_errors(run: Path, arguments: list[str], said: str) -> None:
    done = call(run, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_unwritable_out_is_an_environment_problem(run: Path) -> None:
    assert call(run, "--consensus", "--out", run / "run.json" / "x").exit_code == 4


def test_no_run(tmp_path: Path) -> None:
    assert call(tmp_path, "--consensus").exit_code == 2
