"""Real outputs of strong models through the whole chain without a model, on the data sets that DARTKIT_DATA points to."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dartkit.run import RunDir
from dartkit.verify import Verifier

DARTKIT = str(Path(sys.executable).with_name("dartkit"))
pytestmark = pytest.mark.data


def read_rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.mark.parametrize(
    ("name", "skip_models", "least"),
    [("outputs_gsm8k_18models", ("sego",), 0.99), ("outputs_math_train_rollouts16", (), 0.99)],
)
def test_agreement_with_labels(
    data_dir: Path, tmp_path: Path, name: str, skip_models: tuple[str, ...], least: float
) -> None:
    """Load samples, verify, estimate, plan, export; our verdicts against the labels of the data set.

    The GSM8K labels are those of the origins, the MATH ones were computed with Math-Verify. The verifier was improved by looking at
    disagreements on these same files, so this guards against falling back; it is not an unseen test.

    The two SEGO models are left out: their outputs are programs without a result, so nothing in them can be verified.
    """
    path = data_dir / name / "responses.jsonl.gz"
    run = tmp_path / "run"
    subprocess.run(
        [DARTKIT, "run", "given-outputs", "--run", str(run), "--set", f"steps.load-samples.paths=[{path}]"],
        check=True,
        capture_output=True,
    )
    opened = RunDir(run)
    models = {key: sampler.model for key, sampler in opened.samplers().items()}
    outcomes = {verdict.sample_id: verdict.outcome for verdict in opened.verdicts()}
    ours: dict[tuple[str, str, str], list[bool]] = {}
    texts = {problem.problem_id: " ".join(problem.text.split()) for problem in opened.problems()}
    for sample in opened.samples():
        key = (texts[sample.problem_id], models[sample.sampler_id], sample.completion)
        ours.setdefault(key, []).append(outcomes[sample.sample_id] == "correct")
    agree = total = 0
    for row in read_rows(path):
        if any(part in row["model"].lower() for part in skip_models):
            continue
        verdicts = ours[(" ".join(row["question"].split()), row["model"], row["response"])]
        agree += verdicts[0] == row["correct"]
        total += 1
    assert total >= 2000
    assert agree / total >= least
    assert (run / "exports" / "rl" / "verl.parquet").is_file()
    assert json.loads((run / "plan.json").read_text())["measured"] == len(texts)


def test_pass_rates_follow_the_published_ones(data_dir: Path, tmp_path: Path) -> None:
    """GSM8K: our pass rate over 18 models against the released n_correct / n_models of each question (SEGO included).

    The mean absolute difference is bounded by the share of SEGO outputs (2 of 18) plus noise in labels.
    """
    folder = data_dir / "outputs_gsm8k_18models"
    run = tmp_path / "run"
    for command in (
        ["load", "samples", str(run), str(folder / "responses.jsonl.gz"), "--text-field", "question"],
        ["verify", str(run)],
        ["estimate", str(run), "--phase", "given"],
    ):
        subprocess.run([DARTKIT, *command], check=True, capture_output=True)
    opened = RunDir(run)
    texts = {problem.problem_id: " ".join(problem.text.split()) for problem in opened.problems()}
    measured = {texts[record.problem_id]: record.pass_rate for record in opened.difficulty()}
    released = {
        row["question_id"]: " ".join(row["question"].split())
        for row in read_rows(folder / "responses.jsonl.gz")
    }
    differences = []
    for row in read_rows(folder / "pass_rates.jsonl.gz"):
        rate = measured[released[row.get("question_id") or row["id"]]]
        assert rate is not None
        differences.append(abs(rate - row["pass_rate"]))
    assert sum(differences) / len(differences) <= 2 / 18 + 0.01


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("outputs_math_qwen8", 0.97),
        ("outputs_polaris_rollouts16", 0.97),
        ("outputs_math_train_nemo3", 0.95),
        ("outputs_mathodyssey_9models", 0.83),
        ("outputs_theoremqa_4models", 0.90),
    ],
)
def test_agreement_where_labels_are_doubtful(data_dir: Path, name: str, least: float) -> None:
    """Verdicts against released labels; docs/verifier.md says by class who is right, so the floors guard against falling back."""
    agree = total = 0
    with Verifier() as verifier:
        for row in read_rows(data_dir / name / "responses.jsonl.gz"):
            given = row["response"] if row["response"] is not None else row["pred"]
            if given is None:
                continue
            check = verifier.check_answer if row["response"] is None else verifier.check
            agree += (check(given, row["answer"]).outcome == "correct") == row["correct"]
            total += 1
    assert agree / total >= least
