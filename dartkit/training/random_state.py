"""Every random stream of this process as tensors, and back: torch on CPU and GPUs, Python's `random`, numpy's global one.

Rollouts and orders have streams of their own, keyed by identity; these are what a library might draw from besides.
"""

from __future__ import annotations

import random
import sys

import torch
from torch import Tensor


def seed_streams(seed: int) -> None:
    """Set every stream to a state that follows from the seed alone, so that two equal trainings have equal checkpoints."""
    torch.manual_seed(seed)
    random.seed(f"training {seed}")
    if "numpy" in sys.modules:
        import numpy as np

        np.random.seed(seed % 2**32)


def collect_random_state() -> dict[str, Tensor]:
    """Return the state of every stream."""
    version, words, gauss = random.getstate()
    found = {
        "torch": torch.get_rng_state(),
        "python": torch.tensor([version, *words]),
        "python-gauss": torch.tensor([] if gauss is None else [gauss], dtype=torch.float64),
    }
    if torch.cuda.is_available():
        states = torch.cuda.get_rng_state_all()
        found.update({f"cuda-{index}": state for index, state in enumerate(states)})
    if "numpy" in sys.modules:
        import numpy as np

        _, keys, place, has_gauss, cached = np.random.get_state()
        found["numpy"] = torch.tensor([int(place), int(has_gauss), *map(int, keys)])
        found["numpy-gauss"] = torch.tensor([float(cached)], dtype=torch.float64)
    return found


def restore_random_state(state: dict[str, Tensor]) -> None:
    """Set every stream that `state` holds; GPU streams only on a machine with as many GPUs.

    Raises:
        ValueError, KeyError, RuntimeError: when the tensors are not what `collect_random_state` returns.
    """
    torch.set_rng_state(state["torch"])
    version, *words = (int(word) for word in state["python"])
    gauss = state["python-gauss"].tolist()
    random.setstate((version, tuple(words), gauss[0] if gauss else None))
    devices = [state[name] for name in sorted(state, key=_device_number) if name.startswith("cuda-")]
    if devices and torch.cuda.is_available() and len(devices) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(devices)
    if "numpy" in state:
        import numpy as np

        place, has_gauss, *keys = (int(word) for word in state["numpy"])
        cached = float(state["numpy-gauss"][0])
        np.random.set_state(("MT19937", np.array(keys, dtype=np.uint32), place, has_gauss, cached))


def _device_number(name: str) -> int:
    return int(name.removeprefix("cuda-")) if name.startswith("cuda-") else -1
