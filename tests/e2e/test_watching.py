"""What one can see of a training, on short real runs of both trainers: metrics and their table, samples, budgets, trackers."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

from dartkit.errors import BudgetReached, EnvironmentProblem, UsageError
from dartkit.events import MemorySink, Notice, SilentSink, StageProgress, StageStarted
from dartkit.models import resolve_model
from dartkit.rl.train import train_rl
from dartkit.run import RunDir
from dartkit.runner import run_stage
from dartkit.settings import ModelSettings
from dartkit.sft.train import train_sft
from dartkit.tiny import checkpoint_path
from dartkit.training.tracking import flatten
from dartkit.training_settings import TrainRlSettings, TrainSftSettings

DOCS = Path(__file__).parents[2] / "docs" / "metrics.md"
ROWS = [{"problem": f"Pick for {letter}.", "answer": "1"} for letter in "ABCDEFGH"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random model of one layer and data for both trainers."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("base")
    tokenizer = AutoTokenizer.from_pretrained(checkpoint_path())
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2,
        head_dim=16, num_key_value_heads=2, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, pad_token_id=0,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder / "model")
    tokenizer.save_pretrained(folder / "model")
    (folder / "problems.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    chats = [
        {
            "messages": [
                {"role": "user", "content": row["problem"]},
                {"role": "assistant", "content": f"\\boxed{{{pick}}}"},
            ]
        }
        for row in ROWS
        for pick in "01"
    ]
    (folder / "messages.jsonl").write_text("".join(json.dumps(chat) + "\n" for chat in chats))
    return folder


def open_run(path: Path) -> RunDir:
    RunDir.create(path, seed=5)
    return RunDir(path)


@pytest.fixture(scope="module")
def picker(tmp_path_factory: pytest.TempPathFactory, base: Path) -> RunDir:
    """A run with a model that answers 0 or 1, each about half of the time."""
    run = open_run(tmp_path_factory.mktemp("runs") / "picker")
    settings = TrainSftSettings.model_validate(
        {
            "data": str(base / "messages.jsonl"),
            "model": {"path": str(base / "model"), "dtype": "float32"},
            "epochs": 40,
            "tokens_per_step": 512,
            "optimizer": {"learning_rate": 1e-2},
            "track": ["tensorboard"],
        }
    )
    train_sft(run, settings, None, SilentSink())
    return run


def rl_settings(base: Path, picker: RunDir, **changes: Any) -> TrainRlSettings:
    values: dict[str, Any] = {
        "data": str(base / "problems.jsonl"),
        "model": {"path": str(picker.path / "models" / "sft"), "dtype": "float32"},
        "engine": {"kind": "transformers", "batch_size": 32},
        "steps": 3,
        "prompts_per_step": 2,
        "group_size": 4,
        "sampling": {"max_tokens": 8},
        "prompt": {"template": "plain"},
        "optimizer": {"learning_rate": 1e-3},
        "algo": {"max_generation_rounds": 4, "overlong_buffer_tokens": 4},
        "save_every_steps": 2,
    }
    return TrainRlSettings.model_validate(values | changes)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, base: Path, picker: RunDir) -> RunDir:
    run = open_run(tmp_path_factory.mktemp("runs") / "trained")
    train_rl(
        run,
        rl_settings(
            base,
            picker,
            algo={"max_generation_rounds": 4, "overlong_filtering": True, "overlong_buffer_tokens": 4},
        ),
        None,
        SilentSink(),
    )
    return run


def read_rows(run: RunDir, name: str) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in (run.path / "models" / name / "metrics.jsonl").read_text().splitlines()
    ]


def names_in(rows: list[dict[str, Any]]) -> set[str]:
    """Names as in the table: nested ones with a slash, nulls too."""
    found: set[str] = set()
    for row in rows:
        for key, value in row.items():
            found |= {f"{key}/{inner}" for inner in value} if isinstance(value, dict) else {key}
    return found


def documented(section: str) -> set[str]:
    part = DOCS.read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE))


def test_every_metric_is_documented_and_every_documented_one_is_written(
    picker: RunDir, trained: RunDir
) -> None:
    assert names_in(read_rows(trained, "rl")) == documented("train-rl")
    assert names_in(read_rows(picker, "sft")) == documented("train-sft")


def test_samples_tell_what_the_step_did_with_them(trained: RunDir) -> None:
    """The dump against the step's metrics: counts, means, and that exactly whole kept groups without cut samples are kept."""
    for row in read_rows(trained, "rl"):
        path = trained.path / "models" / "rl" / "samples" / f"step-{row['step']:06d}.jsonl"
        samples = [json.loads(line) for line in path.read_text().splitlines()]
        fresh = [item for item in samples if item["age"] == 0]
        assert len(fresh) == row["samples"] == 4 * row["groups_generated"]
        assert len(samples) == 4 * (row["groups_generated"] + row["groups_carried_in"])
        assert sum(item["tokens"] for item in fresh) / len(fresh) == pytest.approx(row["response_length"])
        assert sum(item["reward"] for item in fresh) / len(fresh) == pytest.approx(row["reward"])
        for item in samples:
            assert "Pick for " in item["prompt"]
            assert item["answer"] == "1"
            assert item["reward"] == item["rewards"]["verifier"] + item["rewards"]["overlong"]
            cut = item["finish_reason"] == "length"
            assert item["kept"] == (item["place"] == "kept" and not cut)
            assert item["why"] == ("truncated" if item["place"] == "kept" and cut else item["place"])
        if row["updates"]:
            assert row["trained_tokens"] <= sum(item["tokens"] for item in samples if item["kept"])
            assert 0 < row["mean_probability"] <= 1
            assert sum(item["advantage"] is not None for item in samples) == 4 * row["groups_trained"]


@pytest.mark.parametrize(
    ("limit", "spent"), [({"max_updates": 3}, "updates"), ({"max_prompts": 5}, "groups_generated")]
)
def test_a_budget_ends_exactly_there_and_a_larger_one_goes_on(
    tmp_path: Path, base: Path, picker: RunDir, limit: dict[str, int], spent: str
) -> None:
    """The stop leaves a model; raising the limit then gives the numbers of a run that was never stopped."""
    whole, stopped = open_run(tmp_path / "whole"), open_run(tmp_path / "stopped")
    settings = rl_settings(base, picker)
    counts = train_rl(whole, settings, None, SilentSink())
    short = rl_settings(base, picker, budget=limit)
    (name, value) = next(iter(limit.items()))
    with pytest.raises(BudgetReached, match=f"budget.{name}={value}"):
        train_rl(stopped, short, None, SilentSink())
    rows = read_rows(stopped, "rl")
    assert sum(row[spent] for row in rows) == value < sum(row[spent] for row in read_rows(whole, "rl"))
    assert (stopped.path / "models" / "rl" / "model.safetensors").is_file()
    assert not (stopped.path / "models" / "rl" / "train.json").exists()
    assert train_rl(stopped, settings, None, SilentSink()) == counts
    assert read_rows(stopped, "rl") == read_rows(whole, "rl")


@pytest.mark.parametrize("limit", [{"max_updates": 3}, {"max_tokens": 700}])
def test_a_budget_of_supervised_training(tmp_path: Path, base: Path, limit: dict[str, int]) -> None:
    """Steps are whole: 3 updates; or as many as fit into 700 tokens, the next would not. A larger budget goes on to the same end."""

    def settings(**budget: int) -> TrainSftSettings:
        values = {"data": str(base / "messages.jsonl"), "epochs": 4, "tokens_per_step": 128, "budget": budget}
        return TrainSftSettings.model_validate(
            {**values, "model": {"path": str(base / "model"), "dtype": "float32"}}
        )

    whole, stopped = open_run(tmp_path / "whole"), open_run(tmp_path / "stopped")
    counts = train_sft(whole, settings(), None, SilentSink())
    tokens = [row["tokens"] for row in read_rows(whole, "sft")]
    expected = 3 if "max_updates" in limit else sum(sum(tokens[: n + 1]) <= 700 for n in range(len(tokens)))
    assert 1 < expected < counts["steps"] == len(tokens)
    for _ in range(2):  # the same line again stops at the same place
        with pytest.raises(BudgetReached, match=f"budget.{next(iter(limit))}="):
            train_sft(stopped, settings(**limit), None, SilentSink())
        assert len(read_rows(stopped, "sft")) == expected
    folder = stopped.path / "models" / "sft"
    assert (folder / "model.safetensors").is_file()
    assert not (folder / "train.json").exists()
    assert train_sft(stopped, settings(), None, SilentSink()) == counts
    assert read_rows(stopped, "sft") == read_rows(whole, "sft")


def test_a_budget_below_the_first_step_is_refused(tmp_path: Path, base: Path) -> None:
    settings = TrainSftSettings.model_validate(
        {
            "data": str(base / "messages.jsonl"),
            "model": {"path": str(base / "model")},
            "budget": {"max_tokens": 1},
        }
    )
    with pytest.raises(UsageError, match=r"the first step has \d+ tokens, and budget.max_tokens is 1"):
        train_sft(open_run(tmp_path / "run"), settings, None, SilentSink())


def test_a_step_without_a_token_to_learn_from_changes_nothing(
    tmp_path: Path, base: Path, picker: RunDir
) -> None:
    """In the first step every sample is cut at 2 tokens and overlong filtering masks them all; in the second one ends, wrongly.

    No loss, no update, the same policy and weights.

    The eight problems stand in the file 100 times, as in the published one of DAPO: 792 rows repeat, and it is said.
    """
    data = tmp_path / "hundredfold.jsonl"
    data.write_text((base / "problems.jsonl").read_text() * 100)
    algo = {"overlong_filtering": True, "dynamic_sampling": False}
    settings = rl_settings(base, picker, data=str(data), steps=2, sampling={"max_tokens": 2}, algo=algo)
    run, events = open_run(tmp_path / "run"), MemorySink()
    counts = train_rl(run, settings, None, events)
    assert (counts["problems"], counts["rows_repeated"], counts["updates"]) == (8, 792, 0)
    assert any("792 rows repeat" in event.message for event in events.events if isinstance(event, Notice))
    first, second = read_rows(run, "rl")
    assert first["truncated"] == first["samples"] == 8
    for row in (first, second):
        assert (row["updates"], row["trained_tokens"], row["policy_version"]) == (0, 0, 0)
        assert (row["loss"], row["grad_norm"]) == (None, None)
    assert first["masked_share"] == 1.0
    assert first["parameters"] == second["parameters"]


def test_a_trained_model_has_a_card(tmp_path: Path, base: Path, picker: RunDir) -> None:
    """As the commands run the stage: stopped by its budget it says so, and once finished not; the model loads, its identity is its own."""
    run = open_run(tmp_path / "run")
    folder = run.path / "models" / "rl"
    with pytest.raises(BudgetReached):
        run_stage(run, rl_settings(base, picker, budget={"max_updates": 3}), SilentSink())
    assert "It has not come to its end." in (folder / "README.md").read_text()
    run_stage(run, rl_settings(base, picker), SilentSink())
    card = (folder / "README.md").read_text()
    assert "It has not come to its end." not in card
    assert f"{sum(row['generated_tokens'] for row in read_rows(run, 'rl')):,} tokens generated" in card
    assert (folder / "curves.svg").read_text().count("polyline") > 5
    revision = resolve_model(ModelSettings(path=str(folder))).revision
    (folder / "README.md").unlink()
    assert resolve_model(ModelSettings(path=str(folder))).revision == revision
    AutoModelForCausalLM.from_pretrained(folder)
    run_stage(run, rl_settings(base, picker), SilentSink())  # nothing to train, and the card is back
    assert (folder / "README.md").read_text() == card


def test_a_length_in_prompts_is_an_end_and_is_counted_in_prompts(
    tmp_path: Path, base: Path, picker: RunDir
) -> None:
    run, events = open_run(tmp_path / "run"), MemorySink()
    counts = train_rl(run, rl_settings(base, picker, steps=None, budget={"max_prompts": 7}), None, events)
    assert counts["groups_generated"] == 7
    assert (run.path / "models" / "rl" / "train.json").is_file()
    (start,) = [event for event in events.events if isinstance(event, StageStarted)]
    assert (start.unit, start.total) == ("prompts", 7)
    assert [event.done for event in events.events if isinstance(event, StageProgress)][-1] == 7


def test_tensorboard_holds_every_number(picker: RunDir) -> None:
    """Read back with TensorBoard's own reader: the same names, steps and float32 values as metrics.jsonl."""
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    reader = accumulator.EventAccumulator(
        str(picker.path / "models" / "sft" / "tensorboard"), size_guidance={"scalars": 0}
    )
    reader.Reload()
    rows = read_rows(picker, "sft")
    expected = {name for row in rows for name in flatten(row)}
    assert set(reader.Tags()["scalars"]) == expected
    losses = [(item.step, item.value) for item in reader.Scalars("loss")]
    assert losses == [(row["step"], pytest.approx(row["loss"], rel=1e-6)) for row in rows]


def test_a_tracker_that_fails_is_told_once_and_stops_nothing(
    tmp_path: Path, base: Path, picker: RunDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It raises at the second step; the training has three."""
    import types

    logged: list[int] = []

    class Broken:
        def log(self, step: int, numbers: dict[str, float]) -> None:
            logged.append(step)
            if step == 2:
                raise ConnectionError("no route")

        def close(self) -> None:
            raise AssertionError("it was left out")

    module = types.ModuleType("broken_tracker")
    module.open_tracker = lambda tracked: Broken()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "broken_tracker", module)
    monkeypatch.setitem(
        __import__("dartkit.training.tracking", fromlist=["ADAPTERS"]).ADAPTERS,
        "tensorboard",
        "broken_tracker",
    )
    run, events = open_run(tmp_path / "run"), MemorySink()
    assert train_rl(run, rl_settings(base, picker, track=["tensorboard"]), None, events)["steps"] == 3
    told = [event.message for event in events.events if isinstance(event, Notice)]
    assert len(told) == 1
    assert "no route" in told[0]
    assert logged == [1, 2]


def test_a_missing_tracker_stops_before_anything_is_spent(
    tmp_path: Path, base: Path, picker: RunDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dartkit.training.tracking.find_spec", lambda name: None)
    run = open_run(tmp_path / "run")
    with pytest.raises(EnvironmentProblem, match="'wandb'") as caught:
        train_rl(run, rl_settings(base, picker, track=["wandb"]), None, SilentSink())
    assert (caught.value.status, caught.value.fix) == (4, "pip install 'dartkit[track]'")
    assert not (run.path / "models").exists() or not any((run.path / "models").iterdir())
