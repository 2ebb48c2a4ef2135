"""Where a training begins: at its newest checkpoint, at one that the user names, at another training's, or at the source model.

The same command may be typed after any kill. Going back to a named checkpoint therefore happens once: `checkpoints/resumed.json`
says to which one it was, and the same line then goes on from the newest.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import UsageError, from_os_error
from dartkit.files import read_json, write_json
from dartkit.training.checkpoint import (
    Restored,
    drop_after,
    list_checkpoints,
    load_checkpoint,
    read_state,
)
from dartkit.training.record import require_same

if TYPE_CHECKING:
    import torch
    from torch import nn

RESUMED = "resumed.json"
LOGS = ("metrics.jsonl", "timing.jsonl")


def describe_fork(source: Path | None, folder: Path) -> dict[str, Any] | None:
    """Return what identifies the checkpoint that a training was forked from; None for one that was not.

    Where that checkpoint is gone by now, what this training's own files say of it.

    Raises:
        UsageError: when it is gone and this training has not begun.
    """
    if source is None:
        return None
    if (source / "state.json").is_file():
        state = read_state(source)
        return {"step": state["step"], "files": state["files"]}
    held = [read_state(path)["identity"] for path in list_checkpoints(folder / "checkpoints")[-1:]]
    if (folder / "train.json").is_file():
        held.append(read_json(folder / "train.json")["identity"])
    for identity in held:
        if "forked from" in identity:
            found: dict[str, Any] = identity["forked from"]
            return found
    raise UsageError(
        "there is no checkpoint to fork from here",
        where=str(source),
        fix="Give `--fork` a folder `…/checkpoints/step-N`.",
    )


def go_back(folder: Path, source: Path, identity: dict[str, Any]) -> bool:
    """Make a checkpoint of the same training the newest one of this folder; return False where that was done before.

    Later checkpoints and the mark of a finished training are dropped. A checkpoint from elsewhere is copied, with the metrics
    beside it where this folder has none.

    Raises:
        UsageError: when it is of another training.
        DataError: when it is no whole checkpoint.
        EnvironmentProblem: when the disk is full or not writable.
    """
    root, place = folder / "checkpoints", str(source.resolve())
    mark = root / RESUMED
    if mark.is_file() and read_json(mark)["checkpoint"] == place:
        return False
    state = read_state(source)
    require_same(identity, state["identity"], source)
    step = int(state["step"])
    try:
        (folder / "train.json").unlink(missing_ok=True)
        drop_after(root, step)
        target = root / f"step-{step:08d}"
        if source.resolve() != target.resolve():
            _copy(source, target)
            for name in LOGS:
                beside = source.resolve().parent.parent / name
                if beside.is_file() and not (folder / name).exists():
                    shutil.copyfile(beside, folder / name)
    except OSError as error:
        raise from_os_error(error, str(root)) from error
    write_json(mark, {"checkpoint": place, "step": step})
    return True


def _copy(source: Path, target: Path) -> None:
    aside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    shutil.copytree(source, aside)
    shutil.rmtree(target, ignore_errors=True)
    aside.rename(target)


def restore_beginning(
    root: Path,
    identity: dict[str, Any],
    fork: Path | None,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
) -> Restored | None:
    """Restore the newest checkpoint below `root`; without one, weights and optimizer of `fork`; return None at step 0.

    Raises:
        UsageError: when the checkpoint belongs to a training with other settings, source model or data.
        DataError: when it cannot be read, or `fork` is over other parameters.
    """
    found = list_checkpoints(root)
    if found:
        return load_checkpoint(found[-1], identity, model, optimizer)
    if fork is not None:
        load_checkpoint(fork, None, model, optimizer, with_random_state=False)
    return None
