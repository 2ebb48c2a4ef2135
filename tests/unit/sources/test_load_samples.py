"""`load-samples` on files that the tests write; ids and indices are worked out by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from dartkit.errors import DataError
from dartkit.events import MemorySink, Notice, SilentSink
from dartkit.ids import problem_id, sample_id, sampler_id
from dartkit.records import Sampler, as_row
from dartkit.run import RunDir
from dartkit.sources import load_samples
from dartkit.stage_settings import LoadSamplesSettings


def row(**values: Any) -> dict[str, Any]:
    return {"problem": "2+2?", "answer": "4", "model": "m", "sample": 0, "response": "It is 4.", **values}


def write(path: Path, *rows: dict[str, Any]) -> Path:
    data = "".join(json.dumps(item) + "\n" for item in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def load_outputs(run: RunDir, *paths: Path, **settings: Any) -> dict[str, Any]:
    made = LoadSamplesSettings.model_validate({"paths": [str(path) for path in paths], **settings})
    return load_samples(run, made, None, SilentSink())


def draws(run: RunDir) -> list[tuple[int, str]]:
    return [(sample.draw_index, sample.completion) for sample in run.samples()]


def test_rows_become_a_problem_and_given_draws(run: RunDir, tmp_path: Path) -> None:
    path = write(
        tmp_path / "out.jsonl.gz",
        row(license="MIT", level=2),
        row(sample="q::m::3", response="Is it 5?"),
        row(model="other", response=""),
    )
    counts = load_outputs(run, path)
    assert counts == {
        "rows": 3, "null_completions": 0, "problems_added": 1, "samples_added": 3, "duplicates": 0, "already_loaded": 0,
        "samplers": 2, "in_other_split": 0, "cleaned_values": 0,
    }  # fmt: skip
    mine = sampler_id(as_row(Sampler(model="m")))
    first, second, third = run.samples()
    assert first.sample_id == sample_id(problem_id("2+2?"), mine, 0)
    assert (first.phase, first.engine, first.finish_reason) == ("given", "given", "stop")
    assert (first.completion_tokens, first.seed, first.max_tokens) == (None, None, None)
    assert (second.draw_index, second.sampler_id) == (3, mine)
    assert (third.completion, third.sampler_id == mine) == ("", False)
    assert {sampler.model for sampler in run.samplers().values()} == {"m", "other"}
    problem = run.problems()[0]
    assert (problem.text, problem.answer, problem.level, problem.license, problem.source) == (
        "2+2?", "4", "2", "MIT", "out",
    )  # fmt: skip


def test_loading_again_adds_nothing(run: RunDir, tmp_path: Path) -> None:
    path = write(tmp_path / "out.jsonl", row(), row(sample=1), row())
    first = load_outputs(run, path)
    assert (first["samples_added"], first["duplicates"]) == (2, 1)
    run.close()
    before = list(run.rows("samples"))
    second = load_outputs(run, path)
    assert (second["samples_added"], second["already_loaded"], second["problems_added"]) == (0, 3, 0)
    assert list(run.rows("samples")) == before


def test_without_index_column_draws_are_numbered_in_file_order(run: RunDir, tmp_path: Path) -> None:
    """Per problem and model, over all files of the call; a null completion keeps its number."""
    bare = [row(response=text) for text in ("a", None, "b")]
    for item in bare:
        del item["sample"]
    other = {**bare[0], "problem": "3*3?", "answer": "9", "response": "c"}
    first = write(tmp_path / "1.jsonl", *bare, other)
    second = write(tmp_path / "2.jsonl", {**bare[0], "response": "d"})
    counts = load_outputs(run, first, second)
    assert draws(run) == [(0, "a"), (2, "b"), (0, "c"), (3, "d")]
    assert counts["null_completions"] == 1


def test_null_completions_are_counted_and_told(run: RunDir, tmp_path: Path) -> None:
    path = write(tmp_path / "out.jsonl", row(response=None))
    sink = MemorySink()
    counts = load_samples(run, LoadSamplesSettings(paths=(str(path),)), None, sink)
    assert (counts["null_completions"], counts["samples_added"], counts["problems_added"]) == (1, 0, 1)
    assert any(isinstance(event, Notice) and "no completion" in event.message for event in sink.events)


@pytest.mark.parametrize(
    ("value", "expected"), [("stop", "stop"), ("length", "length"), ("eos", "stop"), (None, "stop")]
)
def test_finish_reasons(run: RunDir, tmp_path: Path, value: str | None, expected: str) -> None:
    path = write(tmp_path / "out.jsonl", row(why=value))
    load_outputs(run, path, fields={"finish_reason": "why"})
    assert next(run.samples()).finish_reason == expected


def test_sampler_name_from_the_settings(run: RunDir, tmp_path: Path) -> None:
    item = row()
    del item["model"]
    path = write(tmp_path / "out.jsonl", item)
    with pytest.raises(DataError, match="no model name"):
        load_outputs(run, path)
    load_outputs(run, path, sampler="gpt-x")
    assert [sampler.model for sampler in run.samplers().values()] == ["gpt-x"]


def test_problems_that_are_loaded_already_keep_their_origin(run: RunDir, tmp_path: Path) -> None:
    load_outputs(run, write(tmp_path / "a.jsonl", row()))
    counts = load_outputs(run, write(tmp_path / "b.jsonl", row(model="n")))
    assert (counts["problems_added"], counts["samples_added"]) == (0, 1)
    assert run.problems()[0].source == "a"


@pytest.mark.parametrize(
    ("bad", "what", "fields"),
    [
        (row(answer="5", sample=7), "two gold answers: '5' here, '4' in", {}),
        (row(response="other text"), "draw 0 of this problem and model has another completion", {}),
        (row(response=5), "field 'completion' (column 'response') must be text", {}),
        (row(sample="none"), "a whole number from 0, or text that ends in one, not str: none", {}),
        (row(sample=-1), "must be a whole number from 0", {}),
        (row(sample=True), "must be a whole number from 0", {}),
        (row(problem=""), "is empty", {}),
        ({"problem": "x?", "answer": "1", "model": "m", "sample": 0}, "no column 'response'", {}),
        (row(sample=2), "no column 'number' for the field 'draw_index'", {"draw_index": "number"}),
    ],
)
def test_refusals_add_nothing(
    run: RunDir, tmp_path: Path, bad: dict[str, Any], what: str, fields: dict[str, str]
) -> None:
    """The bad row is the last of two; the first must not be stored either."""
    good = row(number=0) if fields else row()
    path = write(tmp_path / "out.jsonl", good, bad)
    with pytest.raises(DataError) as caught:
        load_outputs(run, path, fields=fields)
    assert what in caught.value.what
    assert caught.value.where == f"{path}:2"
    assert (run.problems(), list(run.samples()), run.samplers()) == ([], [], {})


def test_named_columns_must_exist_and_default_ones_need_not(run: RunDir, tmp_path: Path) -> None:
    path = write(tmp_path / "out.jsonl", row())
    with pytest.raises(DataError, match="no column 'hardness' for the field 'level'"):
        load_outputs(run, path, fields={"level": "hardness"})
    assert load_outputs(run, path)["samples_added"] == 1


def test_another_completion_than_the_run_has(run: RunDir, tmp_path: Path) -> None:
    load_outputs(run, write(tmp_path / "a.jsonl", row()))
    with pytest.raises(DataError, match="another completion"):
        load_outputs(run, write(tmp_path / "b.jsonl", row(response="No: 4.")))
    assert draws(run) == [(0, "It is 4.")]
