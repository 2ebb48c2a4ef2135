"""A checkpoint brings back weights, moments and random state, whatever a kill left beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from dartkit.errors import DataError, UsageError
from dartkit.training.checkpoint import load_checkpoint, save_checkpoint
from dartkit.training.optimizer import build_optimizer
from dartkit.training_settings import OptimizerSettings

IDENTITY = {"settings": "a", "data": "b"}


def make(seed: int) -> tuple[torch.nn.Linear, torch.optim.Optimizer]:
    torch.manual_seed(seed)
    model = torch.nn.Linear(3, 2)
    return model, build_optimizer(model, OptimizerSettings(learning_rate=0.1))


def move(model: torch.nn.Linear, optimizer: torch.optim.Optimizer) -> torch.Tensor:
    torch.autograd.backward(model(torch.randn(4, 3)).square().sum())
    optimizer.step()
    optimizer.zero_grad()
    return model.weight.detach().clone()


def test_restored_run_takes_the_same_next_step(tmp_path: Path) -> None:
    """The next step depends on weights, moments and random numbers; the restored model starts from other ones."""
    model, optimizer = make(0)
    move(model, optimizer)
    save_checkpoint(tmp_path, 1, model, optimizer, {"identity": IDENTITY, "position": 7})
    expected = move(model, optimizer)
    other, other_optimizer = make(9)
    state = load_checkpoint(tmp_path, IDENTITY, other, other_optimizer)
    assert state == {"identity": IDENTITY, "position": 7, "step": 1}
    assert torch.equal(move(other, other_optimizer), expected)


def test_two_newest_are_kept_and_left_overs_of_a_kill_are_passed_over(tmp_path: Path) -> None:
    model, optimizer = make(0)
    for step in (1, 2, 10):
        save_checkpoint(tmp_path, step, model, optimizer, {"identity": IDENTITY})
    half = tmp_path / ".step-00000011.1.tmp"
    half.mkdir()
    (half / "model.safetensors").write_bytes(b"half")
    assert load_checkpoint(tmp_path, IDENTITY, model, optimizer) == {"identity": IDENTITY, "step": 10}
    assert sorted(path.name for path in tmp_path.glob("step-*")) == ["step-00000002", "step-00000010"]
    save_checkpoint(tmp_path, 11, model, optimizer, {"identity": IDENTITY})
    assert not half.exists()


def test_no_checkpoint_is_none(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path / "none", IDENTITY, *make(0)) is None


def test_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    model, optimizer = make(0)
    save_checkpoint(tmp_path, 1, model, optimizer, {"identity": IDENTITY})
    with pytest.raises(UsageError, match="other data") as caught:
        load_checkpoint(tmp_path, {**IDENTITY, "data": "c"}, model, optimizer)
    assert "`name`" in caught.value.fix


@pytest.mark.parametrize("name", ["model.safetensors", "optimizer.pt"])
def test_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    model, optimizer = make(0)
    save_checkpoint(tmp_path, 1, model, optimizer, {"identity": IDENTITY})
    (tmp_path / "step-00000001" / name).write_bytes(b"\x00" * 40)
    with pytest.raises(DataError, match="step-00000001"):
        load_checkpoint(tmp_path, IDENTITY, model, optimizer)
    shutil.rmtree(tmp_path / "step-00000001")
    assert load_checkpoint(tmp_path, IDENTITY, model, optimizer) is None


def test_code_in_the_optimizer_file_is_not_run(tmp_path: Path) -> None:
    """A pickle that would create a file when loaded must be refused, and the file must not appear."""
    model, optimizer = make(0)
    save_checkpoint(tmp_path, 1, model, optimizer, {"identity": IDENTITY})

    class Touch:
        def __reduce__(self) -> tuple[object, tuple[Path]]:
            return Path.touch, (tmp_path / "touched",)

    torch.save({"optimizer": Touch(), "rng": {}}, tmp_path / "step-00000001" / "optimizer.pt")
    with pytest.raises(DataError):
        load_checkpoint(tmp_path, IDENTITY, model, optimizer)
    assert not (tmp_path / "touched").exists()
