"""Seconds and peak memory of a device: resident memory of the process on a CPU, torch's allocations on a GPU."""

from __future__ import annotations

import json
import time
from pathlib import Path

import torch

MIB = 2**20


def resident_mib(field: str) -> float:
    """Return VmRSS (now) or VmHWM (peak) of this process."""
    text = Path("/proc/self/status").read_text()
    return int(text.partition(f"{field}:")[2].split()[0]) / 1024


class Meter:
    """Measures `cpu` or `cuda`."""

    def __init__(self, device: str) -> None:
        self._on_gpu = device == "cuda"
        self._before = 0.0

    def now(self) -> float:
        """Return the time in seconds when all work given to the device so far is done."""
        if self._on_gpu:
            torch.cuda.synchronize()
        return time.perf_counter()

    def begin(self) -> None:
        """Start a new peak, above the memory now."""
        if self._on_gpu:
            torch.cuda.reset_peak_memory_stats()
            self._before = torch.cuda.memory_allocated() / MIB
        else:
            Path("/proc/self/clear_refs").write_text("5")
            self._before = resident_mib("VmRSS")

    def peak(self) -> float:
        """Return the peak since `begin` in MiB."""
        return torch.cuda.max_memory_allocated() / MIB if self._on_gpu else resident_mib("VmHWM")

    def growth(self) -> float:
        """Return how far the peak is above the memory at `begin`, in MiB."""
        return self.peak() - self._before

    def report(self, seconds: list[float]) -> None:
        """Print the measurement; the first step, which makes optimizer state and buffers, counts for memory only."""
        print(json.dumps({"seconds": seconds[1:], "peak_mib": self.peak(), "growth_mib": self.growth()}))
