"""A checkpoint brings back weights, moments and random state, whatever a kill left beside it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from dartkit.errors import DartkitError, DataError, ExitStatus, UsageError
from dartkit.training.beginning import restore_beginning
from dartkit.training.checkpoint import (
    Restored,
    collect_contents,
    list_checkpoints,
    load_checkpoint,
    save_checkpoint,
)
from dartkit.training.model import TrainableModel
from dartkit.training.optimizer import build_optimizer
from dartkit.training_settings import OptimizerSettings

IDENTITY = {"settings": {"a": 1}, "data": "b"}
FILES = ("model.safetensors", "optimizer.safetensors", "random.safetensors", "carried.json", "state.json")


def make(seed: int) -> tuple[torch.nn.Linear, torch.optim.Optimizer]:
    torch.manual_seed(seed)
    model = torch.nn.Linear(3, 2)
    return model, build_optimizer(model, OptimizerSettings(learning_rate=0.1))


def move(model: torch.nn.Linear, optimizer: torch.optim.Optimizer) -> torch.Tensor:
    torch.autograd.backward(model(torch.randn(4, 3)).square().sum())
    optimizer.step()
    optimizer.zero_grad()
    return model.weight.detach().clone()


def save(root: Path, step: int, owner: Any, optimizer: torch.optim.Optimizer, **more: Any) -> Path:
    return save_checkpoint(
        root, step, collect_contents(owner, optimizer), {"identity": IDENTITY, "position": 7}, **more
    )


def restore(root: Path, model: Any, optimizer: torch.optim.Optimizer) -> Restored | None:
    return restore_beginning(root, IDENTITY, None, model, optimizer)


def test_restored_run_takes_the_same_next_step(tmp_path: Path) -> None:
    """The next step depends on weights, moments and random numbers; the restored model starts from other ones."""
    model, optimizer = make(0)
    move(model, optimizer)
    save(tmp_path, 1, model, optimizer, carried=[{"tokens": [1, 2]}])
    expected = move(model, optimizer)
    other, other_optimizer = make(9)
    found = restore(tmp_path, other, other_optimizer)
    assert found is not None
    assert {key: found.state[key] for key in ("identity", "position", "step")} == {
        "identity": IDENTITY, "position": 7, "step": 1,
    }  # fmt: skip
    assert found.carried == [{"tokens": [1, 2]}]
    assert torch.equal(move(other, other_optimizer), expected)


def test_newest_and_best_are_kept_and_left_overs_of_a_kill_are_passed_over(tmp_path: Path) -> None:
    model, optimizer = make(0)
    (tmp_path / "best.json").write_text('{"step": 2}')
    for step in (1, 2, 10, 11):
        save(tmp_path, step, model, optimizer)
    half = tmp_path / ".step-00000012.1.tmp"
    half.mkdir()
    (half / "model.safetensors").write_bytes(b"half")
    found = restore(tmp_path, model, optimizer)
    assert found is not None
    assert found.state["step"] == 11
    assert found.carried is None
    assert [path.name[-2:] for path in list_checkpoints(tmp_path)] == ["02", "10", "11"]
    save(tmp_path, 12, model, optimizer, keep=1)
    assert [path.name[-2:] for path in list_checkpoints(tmp_path)] == ["02", "12"]
    assert not half.exists()


def test_no_checkpoint_is_none(tmp_path: Path) -> None:
    assert restore(tmp_path / "none", *make(0)) is None


def test_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    model, optimizer = make(0)
    folder = save(tmp_path, 1, model, optimizer)
    with pytest.raises(UsageError, match='data: was "b", is "c"') as caught:
        load_checkpoint(folder, {**IDENTITY, "data": "c"}, model, optimizer)
    assert "`name`" in caught.value.fix


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def change(path: Path) -> None:
    data = bytearray(path.read_bytes())
    place = data.index(b"7") if path.name == "state.json" else len(data) - 2
    data[place] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [cut, change, Path.unlink])
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_was_cut_changed_or_lost_is_named(tmp_path: Path, name: str, damage: Any) -> None:
    """Nothing is restored from it: model and random state stay as they were. Without the folder the run goes on before it."""
    model, optimizer = make(0)
    save(tmp_path, 1, model, optimizer)
    folder = save(tmp_path, 2, model, optimizer, carried=[1, 2])
    damage(folder / name)
    other, other_optimizer = make(9)
    before, state = other.weight.detach().clone(), torch.get_rng_state()
    with pytest.raises(DartkitError) as caught:
        restore(tmp_path, other, other_optimizer)
    assert caught.value.status is ExitStatus.DATA
    assert name in caught.value.paragraph()
    assert str(folder) in caught.value.paragraph()
    assert torch.equal(other.weight, before)
    assert torch.equal(torch.get_rng_state(), state)
    shutil.rmtree(folder)
    found = restore(tmp_path, other, other_optimizer)
    assert found is not None
    assert found.state["step"] == 1


def test_a_name_that_leads_out_of_the_checkpoint_is_refused(tmp_path: Path) -> None:
    """A state that was written to deceive, digest included, cannot have a file outside read."""
    from dartkit.training.checkpoint import _digest

    model, optimizer = make(0)
    folder = save(tmp_path, 1, model, optimizer)
    facts = json.loads((folder / "state.json").read_text())
    del facts["digest"]
    facts["files"]["../../secret"] = "0" * 64
    (folder / "state.json").write_text(json.dumps({**facts, "digest": _digest(facts)}))
    with pytest.raises(DataError, match="secret is missing"):
        restore(tmp_path, model, optimizer)


def test_no_file_of_a_checkpoint_can_hold_code(tmp_path: Path) -> None:
    """Only formats without code: safetensors, JSON, and the templates of a tokenizer."""
    model, optimizer = make(0)
    move(model, optimizer)
    folder = save(tmp_path, 1, model, optimizer)
    assert {path.suffix for path in folder.iterdir()} == {".safetensors", ".json"}


def test_optimizer_of_other_parameters_is_refused(tmp_path: Path) -> None:
    model, optimizer = make(0)
    move(model, optimizer)
    folder = save(tmp_path, 1, model, optimizer)
    settings = OptimizerSettings(learning_rate=0.1)
    model.bias.requires_grad = False
    with pytest.raises(DataError, match="other parameters"):
        load_checkpoint(folder, IDENTITY, model, build_optimizer(model, settings))


def test_a_checkpoint_is_a_model_folder(tmp_path: Path, trained: TrainableModel) -> None:
    """Transformers loads weights (tied ones once) and tokenizer from it."""
    optimizer = build_optimizer(trained.model, OptimizerSettings())
    folder = save(tmp_path, 1, trained.model, optimizer, model=trained.model, tokenizer=trained.tokenizer)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype="auto")
    assert model.dtype == torch.float32
    ours, theirs = trained.model.state_dict(), model.state_dict()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert AutoTokenizer.from_pretrained(folder)("7").input_ids == trained.tokenizer("7").input_ids
