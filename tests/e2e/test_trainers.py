"""Both trainers as stages on a random two-layer Llama: they learn, they survive being stopped, they finish once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

from dartkit.errors import DataError, UsageError
from dartkit.events import MemorySink, SilentSink, StageProgress
from dartkit.rl.train import train_rl
from dartkit.run import RunDir
from dartkit.sft.train import train_sft
from dartkit.tiny import checkpoint_path
from dartkit.training_settings import TrainRlSettings, TrainSftSettings
from tests.e2e.picker import StopAfter

QUESTIONS = {"Pick for A.": "1", "Pick for B.": "1"}
PICKS = "0123"


@pytest.fixture(scope="module")
def base_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("base")
    tokenizer = AutoTokenizer.from_pretrained(checkpoint_path())
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=2,
        head_dim=32, num_key_value_heads=2, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, pad_token_id=0,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def open_run(path: Path, seed: int = 5) -> RunDir:
    RunDir.create(path, seed=seed)
    return RunDir(path)


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def metrics(run: RunDir, name: str) -> list[dict[str, Any]]:
    lines = (run.path / "models" / name / "metrics.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def weights(run: RunDir, name: str) -> dict[str, torch.Tensor]:
    model = AutoModelForCausalLM.from_pretrained(run.path / "models" / name, dtype="auto")
    found: dict[str, torch.Tensor] = model.state_dict()
    return found


def sft_settings(data: str, model: Path, **changes: Any) -> TrainSftSettings:
    values: dict[str, Any] = {
        "data": data,
        "model": {"path": str(model), "dtype": "float32"},
        "epochs": 60,
        "tokens_per_step": 128,
        "tokens_per_micro_batch": 64,
        "optimizer": {"learning_rate": 5e-3, "warmup_steps": 5},
        "save_every_steps": 4,
    }
    return TrainSftSettings.model_validate(values | changes)


@pytest.fixture(scope="module")
def eight_rows(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Each question with each of four answers: what can be learnt is which question it is and to pick evenly."""
    rows = [
        {
            "messages": [
                {"role": "user", "content": question},
                {"role": "assistant", "content": f"\\boxed{{{pick}}}"},
            ]
        }
        for question in QUESTIONS
        for pick in PICKS
    ]
    return write_rows(tmp_path_factory.mktemp("data") / "messages.jsonl", rows)


@pytest.fixture(scope="module")
def even_picker(tmp_path_factory: pytest.TempPathFactory, base_model: Path, eight_rows: str) -> RunDir:
    run = open_run(tmp_path_factory.mktemp("picker"))
    train_sft(run, sft_settings(eight_rows, base_model), None, SilentSink())
    return run


def test_sft_memorises_distinct_rows(tmp_path: Path, base_model: Path) -> None:
    """Eight questions with one answer each can be known by heart: loss from about ln 640 = 6.5 to under 0.05."""
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"Question {n}?"},
                {"role": "assistant", "content": f"It is {n * n}."},
            ]
        }
        for n in range(8)
    ]
    run = open_run(tmp_path / "run")
    data = write_rows(run.path / "exports" / "sft" / "messages.jsonl", rows)
    events = MemorySink()
    settings = sft_settings("run:exports/sft/messages.jsonl", base_model, tokens_per_step=256, epochs=120)
    counts = train_sft(run, settings, None, events)
    assert counts["rows"] == 8
    assert counts["rows_too_long"] == 0
    assert counts["first_loss"] > 5.5
    assert counts["last_loss"] < 0.05
    assert (
        counts["steps"]
        == len(metrics(run, "sft"))
        == sum(isinstance(e, StageProgress) for e in events.events)
    )
    assert counts["response_tokens"] == sum(row["response_tokens"] for row in metrics(run, "sft"))
    assert metrics(run, "sft")[0]["learning_rate"] == pytest.approx(1e-3)
    tokenizer = AutoTokenizer.from_pretrained(run.path / "models" / "sft")
    model = AutoModelForCausalLM.from_pretrained(run.path / "models" / "sft", dtype="auto")
    prompt = tokenizer.apply_chat_template(
        [{"role": "user", "content": "Question 7?"}],
        add_generation_prompt=True,
        return_tensors="pt",
        return_dict=True,
    )
    reply = model.generate(**prompt, do_sample=False, max_new_tokens=20)[0, prompt["input_ids"].shape[1] :]
    assert tokenizer.decode(reply) == "It is 49.<|end|>"
    assert Path(data).exists()


@pytest.mark.parametrize("stop", [3, 6, 8])
def test_stopped_sft_goes_on_to_the_same_end(
    tmp_path: Path, base_model: Path, eight_rows: str, stop: int
) -> None:
    """Checkpoints after steps 4 and 8; the stop falls before the first, between two, and on one."""
    whole, stopped = open_run(tmp_path / "whole"), open_run(tmp_path / "stopped")
    settings = sft_settings(eight_rows, base_model, epochs=9)
    counts = train_sft(whole, settings, None, SilentSink())
    with pytest.raises(KeyboardInterrupt):
        train_sft(stopped, settings, None, StopAfter(stop))
    assert not (stopped.path / "models" / "sft" / "train.json").exists()
    assert train_sft(stopped, settings, None, SilentSink()) == counts
    assert metrics(stopped, "sft") == metrics(whole, "sft")
    assert len(metrics(whole, "sft")) == counts["steps"] > 8
    ours, theirs = weights(stopped, "sft"), weights(whole, "sft")
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_finished_training_is_not_repeated_and_not_overwritten(
    even_picker: RunDir, base_model: Path, eight_rows: str
) -> None:
    settings = sft_settings(eight_rows, base_model)
    folder = even_picker.path / "models" / "sft"
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    events = MemorySink()
    counts = train_sft(even_picker, settings, None, events)
    assert counts["steps"] == 60
    assert events.events == []
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    with pytest.raises(UsageError, match="other epochs: was 60, is 2") as caught:
        train_sft(even_picker, sft_settings(eight_rows, base_model, epochs=2), None, SilentSink())
    assert "`name`" in caught.value.fix
    checkpoints = sorted(path.name for path in (folder / "checkpoints").iterdir())
    assert checkpoints == ["step-00000056", "step-00000060"]


def rl_settings(picker: RunDir, **changes: Any) -> TrainRlSettings:
    rows = [{"problem": question, "answer": answer} for question, answer in QUESTIONS.items()]
    data = write_rows(picker.path / "exports" / "rl" / "problems.jsonl", rows)
    values: dict[str, Any] = {
        "data": data,
        "model": {"path": str(picker.path / "models" / "sft"), "dtype": "float32"},
        "engine": {"kind": "transformers", "batch_size": 32},
        "steps": 16,
        "prompts_per_step": 4,
        "group_size": 8,
        "sampling": {"max_tokens": 8},
        "prompt": {"template": "plain"},
        "optimizer": {"learning_rate": 2e-3, "warmup_steps": 2},
        "save_every_steps": 2,
        "algo": {"max_generation_rounds": 2},
        "rollout": {"short_batch": "train-smaller"},
    }
    return TrainRlSettings.model_validate(values | changes)


def test_rl_learns_the_right_pick(tmp_path: Path, even_picker: RunDir) -> None:
    """Four picks, evenly: accuracy starts near 1/4 (32 draws or more: within 0.05 to 0.5) and must pass 0.9."""
    run = open_run(tmp_path / "run")
    counts = train_rl(run, rl_settings(even_picker), None, SilentSink())
    rows = metrics(run, "rl")
    assert 0.05 <= rows[0]["accuracy"] <= 0.5
    assert max(row["accuracy"] or 0.0 for row in rows[-3:]) > 0.9
    assert [row["learning_rate"] for row in rows[:3]] == pytest.approx([1e-3, 2e-3, 2e-3])
    for row in rows:
        parts = ("kept", "all_right", "all_wrong", "out_of_band", "carried", "expired", "failed")
        for unit in ("groups", "tokens"):
            whole = row[f"{unit}_generated"] + row[f"{unit}_carried_in"]
            assert whole == sum(row[f"{unit}_{part}"] for part in parts)
        assert row["tokens_generated"] == row["generated_tokens"]
        assert row["groups_trained"] == row["groups_kept"] <= 4
        assert row["weight_probe_gap"] < 1e-4
        if row["groups_carried_in"] == 0:  # carried groups were drawn with other weights
            assert row["sampler_gap"] is None or row["sampler_gap"] < 1e-4
        samples = (
            (run.path / "models" / "rl" / "samples" / f"step-{row['step']:06d}.jsonl")
            .read_text()
            .splitlines()
        )
        assert len(samples) == 8 * (row["groups_generated"] + row["groups_carried_in"])
        fresh = [line for line in map(json.loads, samples) if line["age"] == 0]
        assert len(fresh) == 8 * row["groups_generated"]
        right = sum(line["reward"] == 1.0 for line in fresh)
        assert right / len(fresh) == pytest.approx(row["accuracy"])
        assert sum(line["kept"] for line in map(json.loads, samples)) == 8 * row["groups_trained"]
    assert sum(row["groups_carried_in"] for row in rows) > 0
    assert sum(row["groups_carried"] for row in rows[:-1]) == sum(row["groups_carried_in"] for row in rows)
    assert counts["updates"] == sum(row["updates"] for row in rows)
    assert train_rl(run, rl_settings(even_picker), None, StopAfter(1)) == counts


@pytest.mark.parametrize("stop", [1, 3, 4])
def test_stopped_rl_goes_on_to_the_same_end(tmp_path: Path, even_picker: RunDir, stop: int) -> None:
    """Checkpoints after steps 2 and 4; the stop falls before the first, between two, and on one."""
    whole, stopped = open_run(tmp_path / "whole"), open_run(tmp_path / "stopped")
    settings = rl_settings(even_picker, steps=5)
    counts = train_rl(whole, settings, None, SilentSink())
    with pytest.raises(KeyboardInterrupt):
        train_rl(stopped, settings, None, StopAfter(stop))
    assert train_rl(stopped, settings, None, SilentSink()) == counts
    assert metrics(stopped, "rl") == metrics(whole, "rl")
    ours, theirs = weights(stopped, "rl"), weights(whole, "rl")
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    for path in (whole.path / "models" / "rl" / "samples").iterdir():
        assert (stopped.path / "models" / "rl" / "samples" / path.name).read_bytes() == path.read_bytes()


def test_rl_with_every_technique_switched(tmp_path: Path, even_picker: RunDir) -> None:
    """Clip-Higher, dynamic sampling and token mean off, both overlong rules on; one step each has finite numbers."""
    algo = {
        "clip_high": 0.2, "dynamic_sampling": False, "loss_aggregation": "seq-mean-token-mean", "overlong_filtering": True,
        "overlong_buffer_tokens": 3,
    }  # fmt: skip
    settings = rl_settings(even_picker, steps=1, algo=algo)
    run = open_run(tmp_path / "run")
    train_rl(run, settings, None, SilentSink())
    (row,) = metrics(run, "rl")
    assert row["groups_generated"] == row["groups_trained"] == 4
    assert row["rewards/overlong"] < 0
    assert row["reward"] == pytest.approx(2 * row["accuracy"] - 1 + row["rewards/overlong"])


@pytest.mark.parametrize("short_batch", ["stop", "train-smaller"])
def test_an_all_wrong_data_set_stops_after_the_stated_batches(
    tmp_path: Path, even_picker: RunDir, short_batch: str
) -> None:
    """An answer that is never picked: 2 rounds of 4 prompts, then exit status 5, with counts and advice, in both modes."""
    data = write_rows(tmp_path / "never.jsonl", [{"problem": "Pick for A.", "answer": "777"}])
    settings = rl_settings(even_picker, data=data, steps=2, rollout={"short_batch": short_batch})
    run = open_run(tmp_path / "run")
    with pytest.raises(DataError, match="0 useful groups, 4 are wanted, in 8 groups") as caught:
        train_rl(run, settings, None, SilentSink())
    assert caught.value.status == 5
    assert "max_generation_rounds 2 x 4 prompts" in caught.value.what
    assert "8 all wrong" in caught.value.what
    assert "too hard" in caught.value.fix


def test_a_short_batch_stops_or_trains(tmp_path: Path, even_picker: RunDir) -> None:
    """One question in nine can be answered; one round of nine groups cannot fill a batch of nine."""
    rows = [{"problem": f"Pick for {letter}.", "answer": "777"} for letter in "ABCDEFGH"]
    data = write_rows(tmp_path / "one.jsonl", [*rows, {"problem": "Pick for Z.", "answer": "1"}])
    changes: dict[str, Any] = {
        "data": data,
        "steps": 1,
        "prompts_per_step": 9,
        "algo": {"max_generation_rounds": 1},
    }
    smaller = open_run(tmp_path / "smaller")
    counts = train_rl(smaller, rl_settings(even_picker, **changes), None, SilentSink())
    assert (counts["groups_kept"], counts["groups_all_wrong"]) == (1, 8)
    assert counts["updates"] == 1
    settings = rl_settings(even_picker, **changes, rollout={"short_batch": "stop"})
    with pytest.raises(DataError, match="1 useful groups, 9 are wanted, in 9 groups") as caught:
        train_rl(open_run(tmp_path / "stop"), settings, None, SilentSink())
    assert "short_batch=train-smaller" in caught.value.fix


def test_over_long_prompts(tmp_path: Path, even_picker: RunDir) -> None:
    """The model's context is 2048 tokens; 3000 words are more. Exit 5 by default; left out, the others train."""
    rows = [
        {"problem": "Pick for A.", "answer": "1"},
        {"problem": "Pick for B. " + "one " * 3000, "answer": "1"},
    ]
    data = write_rows(tmp_path / "long.jsonl", rows)
    with pytest.raises(DataError, match="1 of 2 prompts have more than 2047 tokens") as caught:
        train_rl(open_run(tmp_path / "error"), rl_settings(even_picker, data=data), None, SilentSink())
    assert caught.value.status == 5
    rollout = {"short_batch": "train-smaller", "long_prompts": "drop"}
    settings = rl_settings(even_picker, data=data, steps=1, rollout=rollout)
    counts = train_rl(open_run(tmp_path / "drop"), settings, None, SilentSink())
    assert (counts["prompts_dropped"], counts["problems"]) == (1, 1)
    cut = rollout | {"long_prompts": "left-truncate", "max_prompt_tokens": 12}
    settings = rl_settings(even_picker, data=data, steps=1, rollout=cut, algo={"dynamic_sampling": False})
    run = open_run(tmp_path / "cut")
    counts = train_rl(run, settings, None, SilentSink())
    assert (counts["prompts_truncated"], counts["problems"]) == (1, 2)
    assert counts["groups_failed"] == 0


def test_a_learnt_data_set_retires(tmp_path: Path, even_picker: RunDir) -> None:
    """The picker answers B at random, A is measured as solved: only B is asked, and forecast as measured: 1 - 2 / 2^8."""
    rows = [
        {"problem": "Pick for A.", "answer": "1", "pass_rate": 1.0},
        {"problem": "Pick for B.", "answer": "1", "pass_rate": 0.5},
    ]
    data = write_rows(tmp_path / "rates.jsonl", rows)
    rollout = {"retire_pass_rate": 0.9, "short_batch": "train-smaller"}
    run = open_run(tmp_path / "run")
    train_rl(run, rl_settings(even_picker, data=data, steps=1, rollout=rollout), None, SilentSink())
    (row,) = metrics(run, "rl")
    assert row["prompts_retired"] == 1
    assert row["acceptance_predicted"] == pytest.approx(1 - 2 / 2**8)
    assert row["acceptance_observed"] == row["groups_kept"] / row["groups_generated"]
    solved = write_rows(tmp_path / "solved.jsonl", rows[:1])
    settings = rl_settings(even_picker, data=solved, steps=1, rollout=rollout)
    with pytest.raises(DataError, match="all 1 prompts are retired"):
        train_rl(open_run(tmp_path / "solved"), settings, None, SilentSink())


def test_a_curriculum_needs_rates(tmp_path: Path, even_picker: RunDir) -> None:
    settings = rl_settings(even_picker, rollout={"curriculum": "easy-to-hard"})
    with pytest.raises(DataError, match="no row has a pass_rate"):
        train_rl(open_run(tmp_path / "run"), settings, None, SilentSink())


def test_rl_refuses_what_cannot_learn(tmp_path: Path, even_picker: RunDir) -> None:
    run = open_run(tmp_path / "run")
    with pytest.raises(UsageError, match="temperature 0"):
        train_rl(run, rl_settings(even_picker, sampling={"temperature": 0.0}), None, SilentSink())
    with pytest.raises(UsageError, match="scripted"):
        train_rl(run, rl_settings(even_picker, engine={"kind": "scripted"}), None, SilentSink())
