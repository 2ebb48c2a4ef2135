"""A composed list of rewards through the command line: a training step on the bundled model, and the linter's two voices."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from dartkit.run import RunDir
from tests.e2e.terminal import dartkit

FUNCTION = """
def length_score(completion, answer):
    if answer == "4":
        raise RuntimeError("no opinion on fours")
    return {"score": len(completion) / 100, "has_box": "boxed" in completion}
"""
SETTINGS = """
steps: 2
prompts_per_step: 2
group_size: 3
filter_metric: reward
sampling: {max_tokens: 24}
prompt: {template: plain}
engine: {kind: transformers, batch_size: 12}
model: {path: tiny, dtype: float32}
algo: {max_generation_rounds: 2, overlong_buffer_tokens: 8}
rewards:
  - {kind: verifier, incorrect: 0}
  - {kind: cosine, weight: 0.1, max_length: {characters: 400}}
  - {kind: repetition, ngram_tokens: 2}
  - {kind: sparse-repetition, weight: 0}
  - {kind: format, weight: 0.2}
  - {kind: python, name: mine, function: "mine.py:length_score", weight: 0.5, on_error: -1}
"""


def test_a_composed_list_trains_and_is_logged_apart(tmp_path: Path) -> None:
    """Each row's reward is the weighted sum of its parts, worked out again; the failing calls are those of answer 4."""
    RunDir.create(tmp_path / "run", seed=0)
    (tmp_path / "mine.py").write_text(FUNCTION)
    (tmp_path / "rl.yaml").write_text(SETTINGS)
    rows = [{"problem": f"What is {first} plus 2?", "answer": str(first + 2)} for first in (2, 3, 5, 6, 7, 8)]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = dartkit("train-rl", "run", "--data", "data.jsonl", "--settings", "rl.yaml", "--json", cwd=tmp_path)
    assert done.status == 0, done.err
    folder = tmp_path / "run" / "models" / "rl"
    weights = {"verifier": 1.0, "cosine": 0.1, "format": 0.2, "mine": 0.5, "overlong": 1.0}
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    assert len(lines) == 2
    for number, line in enumerate(lines, start=1):
        metrics = json.loads(line)
        samples = [
            json.loads(row)
            for row in (folder / "samples" / f"step-{number:06d}.jsonl").read_text().splitlines()
        ]
        for row in samples:
            expected = math.fsum(weight * row["rewards"][name] for name, weight in weights.items())
            assert row["reward"] == pytest.approx(expected)
            assert row["rewards"]["verifier"] == float(row["outcome"] == "correct")
            assert row["token_reward"] == pytest.approx(row["rewards"]["repetition"])
            assert "mine/has_box" in row["rewards"] or row["reward_errors"]
        for name in (*weights, "repetition", "sparse-repetition"):
            values = [row["rewards"][name] for row in samples]
            assert metrics[f"rewards/{name}"] == pytest.approx(math.fsum(values) / len(values))
        errors = [row["reward_errors"] for row in samples if row["reward_errors"]]
        assert metrics["reward_errors"] == ({"mine": len(errors)} if errors else {})
        assert {text for row in errors for text in row.values()} <= {"RuntimeError: no opinion on fours"}


def test_lint_speaks_to_people_and_to_programs(tmp_path: Path) -> None:
    """The demo's rewards are clean; the paper's cosine without a repetition penalty is not, and --strict says so by its status."""
    clean = dartkit("reward", "lint", "demo", "--json", cwd=tmp_path)
    assert clean.status == 0
    (step,) = clean.value["steps"]
    assert step["warnings"] == []
    assert step["lengths"][0]["break_even"] == 0.5
    change = "steps.train-rl.rewards=[{kind: cosine}]"
    warned = dartkit("reward", "lint", "demo", "--set", change, "--strict", cwd=tmp_path)
    assert warned.status == 3
    assert "longer-wrong-pays" in warned.out
    assert "break-even" in warned.out
    assert "1 warning about the rewards" in warned.err


def test_lint_says_what_it_cannot_read(tmp_path: Path) -> None:
    unfit = dartkit("reward", "lint", "given-outputs", cwd=tmp_path)
    assert unfit.status == 2
    assert "no train-rl step" in unfit.err
    wrong = dartkit("reward", "lint", "demo", "--set", "steps.train-rl.rewards=[{kind: cosin}]", cwd=tmp_path)
    assert wrong.status == 2
    assert "did you mean 'cosine'?" in wrong.err
