"""`load` from the generator and through the `datasets` library, on folders that the tests write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import datasets
import pytest

from dartkit.errors import DataError, EnvironmentProblem, UsageError
from dartkit.events import SilentSink
from dartkit.run import RunDir
from dartkit.sources import load
from dartkit.stage_settings import LoadSettings
from dartkit.tiny.problems import FAMILIES, generate_problems


def load_from(run: RunDir, **source: Any) -> dict[str, Any]:
    return load(run, LoadSettings.model_validate({"source": source}), None, SilentSink())


def test_generated_problems_are_those_of_the_generator(run: RunDir) -> None:
    counts = load_from(run, kind="generated", levels=[1, 3], per_level=6, seed=5)
    made = list(generate_problems(families=FAMILIES, levels=(1, 3), per_level=6, split="train", seed=5))
    problems = run.problems()
    assert counts["added"] == 12
    assert [(p.text, p.answer, p.level, p.subject) for p in problems] == [
        (m.text, m.answer, str(m.level), m.family) for m in made
    ]
    assert {(p.answer_kind, p.source, p.source_split) for p in problems} == {
        ("integer", "generated", "train")
    }
    assert load_from(run, kind="generated", levels=[1, 3], per_level=6, seed=5)["added"] == 0


def test_generator_refusals_are_usage_errors(run: RunDir) -> None:
    with pytest.raises(UsageError, match="nonsense"):
        load_from(run, kind="generated", families=["nonsense"])


@pytest.fixture
def table() -> datasets.Dataset:
    return datasets.Dataset.from_dict(
        {
            "question": ["2+2?", "3*3?"],
            "gold": ["4", None],
            "meta": [{"level": 1}, {"level": 2}],
            "unused": [b"a", b"b"],
        }
    )


FIELDS = {"text": "question", "answer": "gold", "level": "meta.level"}


def test_saved_data_set(run: RunDir, tmp_path: Path, table: datasets.Dataset) -> None:
    table.save_to_disk(str(tmp_path / "saved"))
    counts = load_from(run, kind="hub", dataset=str(tmp_path / "saved"), fields=FIELDS, license="MIT")
    assert (counts["added"], counts["without_answer"]) == (2, 1)
    assert [(p.text, p.answer, p.level, p.source, p.source_row, p.license) for p in run.problems()] == [
        ("2+2?", "4", "1", "saved", 1, "MIT"),
        ("3*3?", None, "2", "saved", 2, "MIT"),
    ]


def test_splits_of_a_saved_data_set(run: RunDir, tmp_path: Path, table: datasets.Dataset) -> None:
    datasets.DatasetDict({"train": table, "dev": table.select([1])}).save_to_disk(str(tmp_path / "saved"))
    with pytest.raises(DataError, match="no split 'test'; splits: train, dev"):
        load_from(run, kind="hub", dataset=str(tmp_path / "saved"), hub_split="test", fields=FIELDS)
    counts = load_from(
        run, kind="hub", dataset=str(tmp_path / "saved"), hub_split="dev", split="test", fields=FIELDS
    )
    assert counts["added"] == 1
    assert run.problems()[0].source_split == "test"


def test_folder_of_files(run: RunDir, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    rows = [{"question": f"{n}?", "gold": str(n)} for n in range(3)]
    (tmp_path / "data" / "train.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8"
    )
    fields = {"text": "question", "answer": "gold"}
    assert load_from(run, kind="hub", dataset=str(tmp_path / "data"), fields=fields, limit=2)["added"] == 2


def test_missing_column_of_a_data_set(run: RunDir, tmp_path: Path, table: datasets.Dataset) -> None:
    table.save_to_disk(str(tmp_path / "saved"))
    with pytest.raises(DataError, match="columns: question, gold, meta, unused") as caught:
        load_from(run, kind="hub", dataset=str(tmp_path / "saved"), fields={"answer": None})
    assert caught.value.where.endswith("saved:1")


def test_empty_folder_is_a_data_error(run: RunDir, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(DataError, match="cannot load the data set"):
        load_from(run, kind="hub", dataset=str(tmp_path / "nothing"))


def test_unreachable_data_set_is_an_environment_problem(run: RunDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline mode of the library: a name that is not cached cannot be had (exit status 4)."""
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EnvironmentProblem, match="cannot load the data set nobody/has-this") as caught:
        load_from(run, kind="hub", dataset="nobody/has-this")
    assert "Without network" in caught.value.fix
