"""Checkpoints of a training run that a kill at any byte leaves whole: a folder is written aside and renamed into place.

A checkpoint holds the float32 weights (safetensors), the optimizer's moments and the random state (a tensor file that is
loaded with `weights_only`, so that no code in it can run), and `state.json` with the step, the identity of the run and the
position in the data.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from dartkit.errors import DataError, boundary, from_os_error
from dartkit.files import read_json, write_json
from dartkit.training.record import require_same

if TYPE_CHECKING:
    from torch import nn

KEPT = 2
_NAME = re.compile(r"step-(\d{8})")


def save_checkpoint(
    root: Path, step: int, model: nn.Module, optimizer: torch.optim.Optimizer, state: dict[str, Any]
) -> None:
    """Write the checkpoint after `step` finished steps and drop all but the newest two.

    Args:
        root: Folder of the checkpoints.
        step: Finished steps.
        model: Weights to keep; tied weights are stored once.
        optimizer: Its moments are kept.
        state: JSON-ready facts to hand back on resume; must hold the run's `identity`.

    Raises:
        EnvironmentProblem: when the disk is full or not writable; earlier checkpoints stay.
    """
    from safetensors.torch import save_model

    target, aside = root / f"step-{step:08d}", root / f".step-{step:08d}.{os.getpid()}.tmp"
    try:
        for left in [*root.glob(".step-*.tmp"), target]:
            shutil.rmtree(left, ignore_errors=True)
        aside.mkdir(parents=True)
        with boundary(
            f"write the checkpoint {target}", fix="Free disk space, then run the same command again."
        ):
            save_model(model, str(aside / "model.safetensors"))
            torch.save({"optimizer": optimizer.state_dict(), "rng": _random_state()}, aside / "optimizer.pt")
        write_json(aside / "state.json", {**state, "step": step})
        for file in aside.iterdir():
            _sync(file)
        aside.rename(target)
        for old in _checkpoints(root)[:-KEPT]:
            shutil.rmtree(old)
    except OSError as error:
        raise from_os_error(error, str(target)) from error


def load_checkpoint(
    root: Path, identity: dict[str, Any], model: nn.Module, optimizer: torch.optim.Optimizer
) -> dict[str, Any] | None:
    """Restore the newest checkpoint into model, optimizer and random state; return its `state`, None without one.

    Raises:
        UsageError: when the checkpoint belongs to a run with other settings, source model or data.
        DataError: when it cannot be read.
    """
    from safetensors.torch import load_model

    found = _checkpoints(root)
    if not found:
        return None
    folder = found[-1]
    state: dict[str, Any] = read_json(folder / "state.json")
    require_same(identity, state.get("identity", {}), folder)
    fix = f"Delete {folder}; the run then goes on from the checkpoint before it, or from the start."
    with boundary(f"read the checkpoint {folder}", fix=fix, kind=DataError):
        load_model(model, str(folder / "model.safetensors"))
        stored = torch.load(folder / "optimizer.pt", map_location="cpu", weights_only=True)
        optimizer.load_state_dict(stored["optimizer"])
        _restore_random_state(stored["rng"])
    return state


def _checkpoints(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if _NAME.fullmatch(path.name))


def _random_state() -> dict[str, Any]:
    devices = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    return {"cpu": torch.get_rng_state(), "cuda": devices}


def _restore_random_state(state: dict[str, Any]) -> None:
    torch.set_rng_state(state["cpu"])
    if torch.cuda.is_available() and len(state["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(state["cuda"])


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
