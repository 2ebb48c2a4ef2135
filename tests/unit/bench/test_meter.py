"""The meter of a GPU, with torch's own calls recorded, and of this process."""

from __future__ import annotations

import pytest
import torch

from tests.bench import packing, tiled_head, trainers
from tests.bench.meter import MIB, Meter
from tests.bench.row import Row


def test_a_gpu_is_waited_for_and_its_peak_starts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: 3 MiB before, 10 MiB at the peak; the clock is read after the device is done, the memory after the reset."""
    calls: list[str] = []

    def record(where: str, name: str, value: float | None) -> None:
        def call() -> float | None:
            calls.append(name)
            return value

        monkeypatch.setattr(f"{where}.{name}", call)

    record("torch.cuda", "synchronize", None)
    record("torch.cuda", "reset_peak_memory_stats", None)
    record("torch.cuda", "memory_allocated", 3 * MIB)
    record("torch.cuda", "max_memory_allocated", 10 * MIB)
    record("tests.bench.meter.time", "perf_counter", 5.0)
    meter = Meter("cuda")
    meter.begin()
    assert meter.now() == 5.0
    assert (meter.peak(), meter.growth()) == (10.0, 7.0)
    assert calls[:4] == ["reset_peak_memory_stats", "memory_allocated", "synchronize", "perf_counter"]


def test_memory_of_this_process_grows_by_what_is_allocated() -> None:
    """64 MiB of ones, freed again, are in the peak."""
    meter = Meter("cpu")
    meter.begin()
    torch.ones(64 * MIB // 4).sum()
    assert 60 <= meter.growth() <= 80


@pytest.mark.parametrize("found", [False, True])
def test_rows_of_a_gpu_are_measured_where_one_is_found(monkeypatch: pytest.MonkeyPatch, found: bool) -> None:
    """Asked of torch; without TRL and with measurements replaced by names."""
    gpu = Row("of a GPU", 1.0, "", 1.0, "")
    monkeypatch.setattr("torch.cuda.is_available", lambda: found)
    monkeypatch.setattr(trainers, "find_spec", lambda _: None)
    monkeypatch.setattr(packing, "rows", list)
    monkeypatch.setattr(tiled_head, "rows", list)
    monkeypatch.setattr("tests.bench.gpu_trainers.rows", lambda: [gpu])
    assert trainers.rows() == ([gpu] if found else [])
