"""Checkpoints of a training that a kill at any byte leaves whole: a folder is written aside and renamed into place.

A checkpoint is a folder `step-N`, a model in Hugging Face layout with what else a training needs to go on:

    model.safetensors, config.json, tokenizer…   the float32 weights, so that any command can take the folder as a model
    optimizer.safetensors                         the optimizer's tensors by name
    random.safetensors                            every random stream
    carried.json                                  what the rollouts carry over, if anything
    state.json                                    step, identity, counters, optimizer settings, SHA-256 of the other files

Nothing in it is code, and a file that was cut or changed is named before anything is taken from it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from dartkit.errors import DartkitError, DataError, boundary, from_os_error
from dartkit.files import read_json, write_json
from dartkit.ids import content_id
from dartkit.training.optimizer_state import OptimizerContents, collect_optimizer, restore_optimizer
from dartkit.training.random_state import collect_random_state, restore_random_state
from dartkit.training.record import hash_file, require_same

if TYPE_CHECKING:
    from torch import Tensor, nn

FORMAT = 2
BEST = "best.json"
_NAME = re.compile(r"step-(\d{8})")
_STATE = "state.json"


class Contents(NamedTuple):
    """What a checkpoint stores of model and optimizer, on any device. A tensor that two names share is in it once."""

    weights: dict[str, Tensor]
    optimizer: OptimizerContents


def collect_contents(model: nn.Module, optimizer: torch.optim.Optimizer) -> Contents:
    """Return the model's and the optimizer's tensors; nothing is copied."""
    seen: set[int] = set()
    weights: dict[str, Tensor] = {}
    for name, tensor in model.state_dict().items():
        if tensor.data_ptr() not in seen or tensor.numel() == 0:
            seen.add(tensor.data_ptr())
            weights[name] = tensor
    return Contents(weights, collect_optimizer(model, optimizer))


def save_checkpoint(
    root: Path,
    step: int,
    contents: Contents,
    state: dict[str, Any],
    *,
    carried: Any = None,
    model: nn.Module | None = None,
    tokenizer: Any = None,
    keep: int = 2,
) -> Path:
    """Write the checkpoint after `step` finished steps, and drop all but the newest `keep` and the best.

    Args:
        root: Folder of the checkpoints.
        step: Finished steps.
        contents: See `collect_contents`.
        state: JSON-ready facts to hand back on resume; must hold the run's `identity`.
        carried: JSON-ready, of any size, handed back on resume; None stores nothing.
        model: Its configuration is stored, where it has one, so that transformers can load the folder.
        tokenizer: Stored likewise.
        keep: How many of the newest stay. The one that `best.json` names stays besides.

    Raises:
        EnvironmentProblem: when the disk is full or not writable; earlier checkpoints stay.
    """
    target, aside = root / f"step-{step:08d}", root / f".step-{step:08d}.{os.getpid()}.tmp"
    try:
        for left in root.glob(".step-*.tmp"):
            shutil.rmtree(left, ignore_errors=True)
        aside.mkdir(parents=True)
        fix = "Free disk space, then run the same command again: it goes on from the checkpoint before."
        with boundary(f"write the checkpoint {target}", fix=fix):
            _write_files(aside, contents, carried, model, tokenizer)
        facts = {**state, "format": FORMAT, "step": step, "optimizer": contents.optimizer.groups}
        facts["files"] = {file.name: hash_file(file) for file in sorted(aside.iterdir())}
        write_json(aside / _STATE, {**facts, "digest": _digest(facts)})
        for path in [*aside.iterdir(), aside]:
            _sync(path)
        _drop(target)
        aside.rename(target)
        _sync(root)
        prune_checkpoints(root, keep)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise from_os_error(error, str(target)) from error
    except DartkitError:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return target


def _write_files(
    folder: Path, contents: Contents, carried: Any, model: nn.Module | None, tokenizer: Any
) -> None:
    from safetensors.torch import save_file

    for owner in (getattr(model, "config", None), getattr(model, "generation_config", None), tokenizer):
        if owner is not None:
            owner.save_pretrained(folder)
    for name, tensors in (
        ("model", contents.weights), ("optimizer", contents.optimizer.tensors), ("random", collect_random_state()),
    ):  # fmt: skip
        ready = {key: tensor.detach().cpu().contiguous() for key, tensor in tensors.items()}
        save_file(ready, folder / f"{name}.safetensors", metadata={"format": "pt"})
    if carried is not None:
        text = json.dumps(carried, ensure_ascii=False, allow_nan=False)
        (folder / "carried.json").write_bytes(text.encode("utf-8", "surrogatepass"))


class Restored(NamedTuple):
    """What a checkpoint hands back besides weights, optimizer and random state."""

    state: dict[str, Any]
    carried: Any


def load_checkpoint(
    folder: Path,
    identity: dict[str, Any] | None,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    *,
    with_random_state: bool = True,
) -> Restored:
    """Restore a checkpoint into model, optimizer and random state.

    Args:
        folder: The checkpoint.
        identity: Whose checkpoint it must be; None takes that of any training over the same parameters.
        model: Gets the weights.
        optimizer: Gets what the stored one remembered.
        with_random_state: Whether the process's random streams are set too.

    Raises:
        UsageError: when the checkpoint belongs to a training with other settings, source model or data.
        DataError: when a file of it is missing, cut or changed.
    """
    state = read_state(folder)
    if identity is not None:
        require_same(identity, state["identity"], folder)
    with boundary(f"read the checkpoint {folder}", fix=_how_to_do_without(folder), kind=DataError):
        _check_files(folder, state["files"])
        from safetensors.torch import load_file

        from dartkit.engines.transformers_engine import copy_weights

        copy_weights(model, load_file(folder / "model.safetensors").items())
        tensors = load_file(folder / "optimizer.safetensors")
        restore_optimizer(model, optimizer, OptimizerContents(tensors, state["optimizer"]))
        if with_random_state:
            restore_random_state(load_file(folder / "random.safetensors"))
        path = folder / "carried.json"
        carried = json.loads(path.read_bytes()) if path.is_file() else None
    return Restored(state, carried)


def read_state(folder: Path) -> dict[str, Any]:
    """Return a checkpoint's `state.json`.

    Raises:
        DataError: when there is none, or it was changed after it was written.
    """
    path = folder / _STATE
    if not path.is_file():
        raise DataError(
            "this is no checkpoint: it has no state.json", where=str(folder), fix=_how_to_do_without(folder)
        )
    found = read_json(path)
    facts = {key: value for key, value in found.items() if key != "digest"} if isinstance(found, dict) else {}
    if facts.get("format") != FORMAT or found["digest"] != _digest(facts):
        complaint = "this file was changed, or another version of dartkit wrote it"
        raise DataError(complaint, where=str(path), fix=_how_to_do_without(folder))
    return facts


def list_checkpoints(root: Path) -> list[Path]:
    """Return the complete checkpoints below `root`, the oldest first."""
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if _NAME.fullmatch(path.name))


def step_of(folder: Path) -> int:
    """Return the number of finished steps that a checkpoint's name says."""
    return int(folder.name.removeprefix("step-"))


def prune_checkpoints(root: Path, keep: int) -> None:
    """Drop all but the newest `keep` checkpoints and the one that `best.json` names."""
    best = read_json(root / BEST)["step"] if (root / BEST).is_file() else None
    for old in list_checkpoints(root)[:-keep]:
        if step_of(old) != best:
            _drop(old)


def drop_after(root: Path, step: int) -> None:
    """Drop the checkpoints of later steps than `step`, the newest first."""
    for later in reversed(list_checkpoints(root)):
        if step_of(later) > step:
            _drop(later)


def _drop(folder: Path) -> None:
    """Remove a checkpoint so that a kill on the way leaves nothing that looks like one."""
    if folder.exists():
        gone = folder.with_name(f".{folder.name}.{os.getpid()}.gone.tmp")
        folder.rename(gone)
        shutil.rmtree(gone)


def _check_files(folder: Path, expected: dict[str, str]) -> None:
    for name, sha256 in expected.items():
        if Path(name).name != name or not (folder / name).is_file() or hash_file(folder / name) != sha256:
            raise DataError(
                f"{name} is missing, cut or changed since it was written",
                where=str(folder),
                fix=_how_to_do_without(folder),
            )


def _how_to_do_without(folder: Path) -> str:
    return f"Delete {folder}; the training then goes on from the checkpoint before it, or from the start."


def _digest(facts: dict[str, Any]) -> str:
    return content_id("checkpoint", facts)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
