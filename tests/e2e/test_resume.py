"""Going back, forking, replaying, and trainings that must stop: on a picker of two layers, whose truth is an undisturbed run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from dartkit.cli.app import app
from safetensors.torch import load_file
from transformers import AutoTokenizer
from typer.testing import CliRunner

from dartkit.errors import DataError, EnvironmentProblem, GateFailed, UsageError
from dartkit.events import MemorySink, SilentSink, StageProgress
from dartkit.rl.replay import Comparison, replay_step
from dartkit.rl.train import train_rl
from dartkit.run import RunDir
from dartkit.sft.train import train_sft
from dartkit.training.optimizer import learning_rate
from tests.e2e.picker import StopAfter, make_picker, open_run, rl_settings, sft_settings, tree, write_rows

STEPS = 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The picker, its data, and an undisturbed training `whole` with every checkpoint kept."""
    here = tmp_path_factory.mktemp("resume")
    make_picker(here)
    train_rl(open_run(here / "whole"), all_kept(here), None, SilentSink())
    return here


def all_kept(folder: Path, **checkpoint: Any) -> Any:
    return rl_settings(folder, save_every_steps=1, checkpoint={"keep_checkpoints": 9, **checkpoint})


def model_of(run: RunDir, name: str = "rl") -> Path:
    return run.path / "models" / name


def copy_of(folder: Path, target: Path) -> RunDir:
    shutil.copytree(folder / "whole", target)
    return RunDir(target)


def checkpoint(run: Path, step: int, name: str = "rl") -> Path:
    return run / "models" / name / "checkpoints" / f"step-{step:08d}"


def steps_made(events: MemorySink) -> list[int]:
    return [event.done for event in events.events if isinstance(event, StageProgress)]


def test_going_back_makes_the_later_steps_again_once(folder: Path, tmp_path: Path) -> None:
    """A finished run goes back to step 2: steps 3 and 4 again, every byte as before; the same line then has nothing to do."""
    run = copy_of(folder, tmp_path / "run")
    truth = tree(model_of(run))
    settings = all_kept(folder, resume=str(checkpoint(run.path, 2)))
    events = MemorySink()
    train_rl(run, settings, None, events)
    assert steps_made(events) == [3, 4]
    found = tree(model_of(run))
    assert json.loads(found["train.json"])["counts"] == json.loads(truth["train.json"])["counts"]
    beside = {"checkpoints/resumed.json", "train.json"}  # what was asked for
    assert {name: data for name, data in found.items() if name not in beside} == {
        name: data for name, data in truth.items() if name not in beside
    }
    again = MemorySink()
    train_rl(run, settings, None, again)
    assert again.events == []


def test_going_back_survives_a_stop(folder: Path, tmp_path: Path) -> None:
    """Stopped after step 3, which is not one to be saved by number: the same line goes on with step 4."""
    run = copy_of(folder, tmp_path / "run")
    settings = all_kept(folder, resume=str(checkpoint(run.path, 1)))
    with pytest.raises(KeyboardInterrupt):
        train_rl(run, settings, None, StopAfter(3))
    events = MemorySink()
    train_rl(run, settings, None, events)
    assert steps_made(events) == [4]


def test_going_on_from_a_checkpoint_elsewhere(folder: Path, tmp_path: Path) -> None:
    """As after moving to another machine: an empty run and a checkpoint give the metrics and the model of the whole run."""
    run = open_run(tmp_path / "run")
    settings = all_kept(folder, resume=str(checkpoint(folder / "whole", 2)))
    train_rl(run, settings, None, SilentSink())
    truth, found = tree(folder / "whole" / "models" / "rl"), tree(model_of(run))
    for name in (
        "metrics.jsonl",
        "rollouts/step-000004.parquet",
        "model.safetensors",
        "samples/step-000004.jsonl",
    ):
        assert found[name] == truth[name]


def test_a_checkpoint_of_another_training_is_no_place_to_go_back_to(folder: Path, tmp_path: Path) -> None:
    run = copy_of(folder, tmp_path / "run")
    truth = tree(model_of(run))
    settings = all_kept(folder, resume=str(checkpoint(run.path, 2)))
    other = settings.model_copy(update={"group_size": 2})
    with pytest.raises(UsageError, match="group_size: was 4, is 2"):
        train_rl(run, other, None, SilentSink())
    with pytest.raises(DataError, match="no checkpoint"):
        train_rl(run, all_kept(folder, resume=str(tmp_path)), None, SilentSink())
    assert tree(model_of(run)) == truth


def test_a_fork_begins_at_step_0_with_weights_and_moments(folder: Path, tmp_path: Path) -> None:
    """A fork has its own settings and counters. Stopped, and the other training deleted, it goes on to the same end."""
    source = checkpoint(folder / "whole", 2)
    ends = []
    for name in ("undisturbed", "stopped"):
        run = open_run(tmp_path / name)
        shutil.copytree(source, tmp_path / f"{name}-source")
        settings = rl_settings(
            folder, name="forked", group_size=3, checkpoint={"fork": str(tmp_path / f"{name}-source")}
        )
        if name == "stopped":
            with pytest.raises(KeyboardInterrupt):
                train_rl(run, settings, None, StopAfter(1))
            shutil.rmtree(tmp_path / f"{name}-source")
        train_rl(run, settings, None, SilentSink())
        ends.append(tree(model_of(run, "forked")))
        rows = [json.loads(line) for line in ends[-1]["metrics.jsonl"].splitlines()]
        assert [row["step"] for row in rows] == [0, 1, 2, 3, 4]
    assert ends[0]["metrics.jsonl"] == ends[1]["metrics.jsonl"]
    assert ends[0]["model.safetensors"] == ends[1]["model.safetensors"]
    identity = json.loads(ends[0]["train.json"])["identity"]
    assert identity["forked from"]["step"] == 2


def test_a_fork_starts_from_the_stored_tensors(folder: Path, tmp_path: Path) -> None:
    """The fork's own checkpoint of step 0 holds the tensors of the source, optimizer included."""
    source = checkpoint(folder / "whole", 2)
    run = open_run(tmp_path / "run")
    settings = rl_settings(folder, name="forked", checkpoint={"fork": str(source)})
    with pytest.raises(KeyboardInterrupt):
        train_rl(run, settings, None, StopAfter(1))
    for name in ("model.safetensors", "optimizer.safetensors"):
        ours, theirs = (load_file(path / name) for path in (checkpoint(run.path, 0, "forked"), source))
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[key], theirs[key]) for key in theirs)
    with pytest.raises(UsageError, match="no checkpoint to fork from"):
        train_rl(run, rl_settings(folder, name="f2", checkpoint={"fork": str(tmp_path)}), None, SilentSink())


def test_a_forked_sft_goes_on_from_its_moments(folder: Path, tmp_path: Path) -> None:
    """With the constant schedule, two epochs forked from an epoch are not an epoch from bare weights: moments came along."""
    settings = sft_settings(
        str(folder / "messages.jsonl"), folder / "base", epochs=1, tokens_per_step=128, save_every_steps=9
    )
    run = open_run(tmp_path / "run")
    train_sft(run, settings, None, SilentSink())
    newest = max((model_of(run, "sft") / "checkpoints").iterdir())
    changes = {"name": "forked", "checkpoint": {"fork": str(newest)}}
    train_sft(run, settings.model_validate({**settings.model_dump(), **changes}), None, SilentSink())
    moments = load_file(checkpoint(run.path, 0, "forked") / "optimizer.safetensors")
    assert any(tensor.abs().sum() > 0 for key, tensor in moments.items() if key.endswith("exp_avg"))
    rows = (model_of(run, "forked") / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in rows] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_every_recorded_step_can_be_replayed(folder: Path, step: int) -> None:
    """From the checkpoint before it: loss, gradient norm and weights to the bit."""
    found = replay_step(RunDir(folder / "whole"), "rl", step)
    assert found.began_at == (
        f"checkpoint step-{step - 1:08d}" if step > 1 else f"model {rl_settings(folder).model.path}"
    )
    assert {item.step for item in found.comparisons} == {step}
    assert [item.name for item in found.comparisons] == ["learning_rate", "loss", "grad_norm", "parameters"]
    assert all(item.recorded is not None and item.agrees(0.0) for item in found.comparisons)


def test_a_replay_goes_through_the_steps_since_the_checkpoint(folder: Path, tmp_path: Path) -> None:
    """Without the checkpoints of steps 2 and 3, step 4 is reached from step 1. Without rollouts it says what can be done."""
    run = copy_of(folder, tmp_path / "run")
    for step in (2, 3):
        shutil.rmtree(checkpoint(run.path, step))
    found = replay_step(run, "rl", 4)
    assert [item.step for item in found.comparisons if item.name == "loss"] == [2, 3, 4]
    assert all(item.agrees(0.0) for item in found.comparisons)
    (model_of(run) / "rollouts" / "step-000003.parquet").unlink()
    with pytest.raises(DataError, match="rollouts of step 3 are not here") as caught:
        replay_step(run, "rl", 4)
    assert caught.value.fix == "Steps that can be replayed: 1-2."
    with pytest.raises(UsageError, match="no finished step 9"):
        replay_step(run, "rl", 9)
    with pytest.raises(UsageError, match="no training"):
        replay_step(run, "other", 1)


def test_replay_notices_one_changed_token(folder: Path, tmp_path: Path) -> None:
    """One response token of step 3 is changed: through the command, exit 3 with the numbers; untouched steps exit 0."""
    run = copy_of(folder, tmp_path / "run")
    path = model_of(run) / "rollouts" / "step-000003.parquet"
    table = pq.read_table(path)
    tokens = table["token_ids"].to_pylist()
    tokens[0][0] += 1
    column = pa.array(tokens, table.schema.field("token_ids").type)
    pq.write_table(table.set_column(table.schema.get_field_index("token_ids"), "token_ids", column), path)
    good = CliRunner().invoke(app, ["replay", str(run.path), "--step", "2", "--json"])
    assert good.exit_code == 0
    assert all(row["equal"] for row in json.loads(good.stdout)["comparisons"])
    bad = CliRunner().invoke(app, ["replay", str(run.path), "--step", "3", "--json"])
    assert bad.exit_code == 3
    assert "loss of step 3 is" in bad.stderr
    assert [row["what"] for row in json.loads(bad.stdout)["comparisons"] if not row["equal"]] == [
        "loss", "grad_norm", "parameters",
    ]  # fmt: skip


def test_tolerance_is_relative_and_leaves_weights_aside() -> None:
    assert Comparison(1, "loss", 1.0, 1.00009).agrees(1e-4)
    assert not Comparison(1, "loss", 1.0, 1.0002).agrees(1e-4)
    assert not Comparison(1, "loss", None, 1.0).agrees(1e-4)
    assert Comparison(1, "parameters", "a", "b").agrees(1e-4)
    assert not Comparison(1, "parameters", "a", "b").agrees(0.0)


def test_a_loss_that_is_no_number_stops_and_names_the_batch(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At step 3 the first mini-batch's update throws the weights away, so the second one's gradient is NaN.

    The checkpoint of step 2 stays, its line too; the tokens are on disk; with the sane rate the run ends as the whole one.
    """
    run = open_run(tmp_path / "run")
    monkeypatch.setattr(
        "dartkit.rl.loop.learning_rate",
        lambda step, *rest: 1e30 if step == 2 else learning_rate(step, *rest),
    )
    with pytest.raises(GateFailed) as caught:
        train_rl(run, all_kept(folder), None, SilentSink())
    stop = caught.value
    assert stop.what.startswith("step 3, mini-batch 2 of 2: loss ")
    assert "gradient norm nan" in stop.what
    assert stop.what.endswith(f"the last good checkpoint is {checkpoint(run.path, 2)}")
    rows = [
        json.loads(line)
        for line in (model_of(run) / "samples" / "step-000003.jsonl").read_text().splitlines()
    ]
    second = {row["problem_id"] for row in rows if row["kept"] and row["position"] == rows[-1]["position"]}
    assert all(f"problem {name}" in stop.what for name in second)
    assert pq.read_metadata(stop.where).num_rows > 0
    assert len((model_of(run) / "metrics.jsonl").read_text().splitlines()) == 3
    monkeypatch.undo()
    train_rl(run, all_kept(folder), None, SilentSink())
    assert tree(model_of(run)) == tree(folder / "whole" / "models" / "rl")


def test_sft_stops_at_a_loss_that_is_no_number(folder: Path, tmp_path: Path) -> None:
    """A rate of 1e30 throws the weights away at step 1, so step 2 has no gradient; its rows are named and written down."""
    run = open_run(tmp_path / "run")
    data = str(folder / "messages.jsonl")
    optimizer = {"learning_rate": 1e30, "warmup_steps": 0}
    settings = sft_settings(
        data, folder / "base", tokens_per_step=128, save_every_steps=1, optimizer=optimizer
    )
    with pytest.raises(GateFailed, match=r"step 2, .*gradient norm nan") as caught:
        train_sft(run, settings, None, SilentSink())
    rows = [json.loads(line) for line in Path(caught.value.where).read_text().splitlines()]
    assert rows
    assert all(f"row {row['row']}" in caught.value.what for row in rows)
    assert all(row["prompt_ids"] and row["response_ids"] for row in rows)
    assert checkpoint(run.path, 1, "sft").is_dir()


def test_tokenizer_without_pad_token_and_chat_template(folder: Path, tmp_path: Path) -> None:
    """A base model: asked for a chat it says what to set; with `prompt.chat` off it trains. SFT needs neither."""
    bare = tmp_path / "bare"
    shutil.copytree(folder / "picker" / "models" / "sft", bare, ignore=shutil.ignore_patterns("checkpoints"))
    (bare / "chat_template.jinja").unlink()
    tokenizer = AutoTokenizer.from_pretrained(bare)
    tokenizer.pad_token = None
    tokenizer.save_pretrained(bare)
    run = open_run(tmp_path / "run")
    changes: dict[str, Any] = {"model": {"path": str(bare), "dtype": "float32"}, "steps": 1}
    with pytest.raises(EnvironmentProblem, match="chat template") as caught:
        train_rl(run, rl_settings(folder, **changes), None, SilentSink())
    assert "prompt.chat=false" in caught.value.fix
    plain = rl_settings(folder, prompt={"template": "plain", "chat": False}, **changes)
    assert train_rl(run, plain, None, SilentSink())["steps"] == 1
    counts = train_sft(run, sft_settings(str(folder / "messages.jsonl"), bare, epochs=1), None, SilentSink())
    assert counts["rows"] == 12


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_data_set_stops_with_5(folder: Path, tmp_path: Path, content: str) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text(content)
    run = open_run(tmp_path / "run")
    with pytest.raises(DataError, match="no rows"):
        train_rl(run, rl_settings(folder, data=str(path)), None, SilentSink())
    with pytest.raises(DataError, match="no rows"):
        train_rl(run, rl_settings(folder, eval={"data": str(path)}), None, SilentSink())
    with pytest.raises(DataError, match="no rows"):
        train_sft(run, sft_settings(str(path), folder / "base"), None, SilentSink())


def test_the_best_policy_is_kept(folder: Path, tmp_path: Path) -> None:
    """Evaluated at every step with one checkpoint kept: `best.json` names the first of the highest, and it is on disk."""
    run = open_run(tmp_path / "run")
    data = write_rows(tmp_path / "one.jsonl", [{"problem": "Pick for A.", "answer": "1"}])
    evaluation = {"data": data, "every_steps": 1, "samples_per_problem": 8}
    settings = rl_settings(folder, eval=evaluation, save_every_steps=100, checkpoint={"keep_checkpoints": 1})
    train_rl(run, settings, None, SilentSink())
    rows = [json.loads(line) for line in (model_of(run) / "metrics.jsonl").read_text().splitlines()]
    values = [row["eval/avg@8"] for row in rows]
    best = json.loads((model_of(run) / "checkpoints" / "best.json").read_text())
    assert best == {"step": values.index(max(values)), "metric": "eval/avg@8", "value": max(values)}
    kept = {int(path.name[5:]) for path in (model_of(run) / "checkpoints").glob("step-*")}
    assert kept == {best["step"], STEPS} - {0}
