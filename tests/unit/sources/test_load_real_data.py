"""Loading real public data, where the folder with it is at hand (`DARTKIT_DATA`); counts are those of its README."""

from __future__ import annotations

from pathlib import Path

import pytest

from dartkit.events import SilentSink
from dartkit.run import RunDir
from dartkit.sources import load, load_samples
from dartkit.stage_settings import LoadSamplesSettings, LoadSettings

pytestmark = pytest.mark.data


def test_200_rows_of_gsm8k(run: RunDir, data_dir: Path) -> None:
    """The first problem's answer is 72 (48 clips in April and half as many in May)."""
    source = {
        "kind": "files",
        "paths": [str(data_dir / "gsm8k" / "train.jsonl.gz")],
        "fields": {"text": "question", "reference_solution": "solution", "license": "license"},
        "name": "gsm8k",
        "limit": 200,
    }
    settings = LoadSettings.model_validate({"source": source})
    counts = load(run, settings, None, SilentSink())
    problems = run.problems()
    assert (counts["rows"], counts["added"], counts["without_answer"]) == (200, 200, 0)
    assert (problems[0].answer, problems[0].source_row, problems[0].license) == ("72", 1, "MIT")
    assert {problem.answer_kind for problem in problems} <= {"integer", "decimal"}
    assert load(run, settings, None, SilentSink())["added"] == 0


def test_outputs_of_18_models(run: RunDir, data_dir: Path) -> None:
    """11,645 rows for 647 questions; every row becomes one draw unless its completion is null."""
    path = data_dir / "outputs_gsm8k_18models" / "responses.jsonl.gz"
    settings = LoadSamplesSettings.model_validate(
        {"paths": [str(path)], "fields": {"text": "question"}, "split": "test"}
    )
    counts = load_samples(run, settings, None, SilentSink())
    assert (counts["rows"], counts["problems_added"], counts["samplers"]) == (11645, 647, 18)
    assert counts["samples_added"] + counts["null_completions"] + counts["duplicates"] == 11645
