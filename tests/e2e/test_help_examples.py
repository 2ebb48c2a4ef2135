"""Every command line that a help text shows is run, in the order in which a person would type them."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from dartkit.cli.reference import examples_of, walk_commands

from tests.e2e.terminal import dartkit

ORDER = (
    "load generated", "load files", "load hub", "load samples", "validate", "tune-sampling", "estimate", "plan", "synth", "verify", "verify audit", "verify pairs", "verify explain", "export sft",
    "export rl", "card", "reward lint", "train-sft", "train-rl", "algos", "replay", "eval", "eval compare", "eval tasks", "status", "report", "show", "run", "recipes ls", "recipes cp", "recipes check",
    "recipes schema", "doctor",
)  # fmt: skip
EXAMPLES = {
    entry.name.removeprefix("dartkit "): examples_of(entry.node)
    for entry in walk_commands()
    if not hasattr(entry.node, "commands")
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the examples call a user's own."""
    here = tmp_path_factory.mktemp("examples")
    rows = [{"problem": f"What is {n} plus 2?", "answer": str(n + 2), "level": "1"} for n in range(3)]
    outputs = [
        {**row, "response": f"The answer is {row['answer']}.", "sample": draw}
        for row in rows
        for draw in range(2)
    ]
    (here / "my-data").mkdir()
    for path, content in (
        ("problems.jsonl", rows),
        ("my-data/train.jsonl", rows),
        ("outputs.jsonl", outputs),
        ("pairs.jsonl", [{"prediction": "1/2", "reference": "0.5"}]),
    ):
        (here / path).write_text("".join(json.dumps(row) + "\n" for row in content))
    return here


def test_the_order_knows_every_command() -> None:
    assert set(ORDER) == set(EXAMPLES)


@pytest.mark.parametrize("name", ORDER)
def test_examples_work(name: str, folder: Path) -> None:
    assert EXAMPLES[name], f"{name} shows no example"
    for line in EXAMPLES[name]:
        program, *arguments = shlex.split(line)
        assert program == "dartkit"
        done = dartkit(*arguments, cwd=folder)
        assert done.status == 0, f"{line}\n{done.err}"
        assert done.out.strip()
