"""Run every measurement, print a table, and write `tests/bench/results/<machine>.json`.

`python -m tests.bench [NAME ...]` runs only the rows whose name contains one of the words.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

import torch

from tests.bench import (
    economy,
    engines,
    help_time,
    http_engine,
    memory_estimate,
    reopen,
    replicas,
    saturation,
    scheduler,
    trainers,
    verifier,
    verifier_pool,
)
from tests.bench.row import Row

RESULTS = Path(__file__).parent / "results"
MEASUREMENTS: dict[str, Callable[[], list[Row]]] = {
    "help": help_time.rows,
    "scheduler": scheduler.rows,
    "reopen": reopen.rows,
    "verifier": verifier.rows,
    "pool": verifier_pool.rows,
    "engines": engines.rows,
    "saturation": saturation.rows,
    "economy": economy.rows,
    "http": http_engine.rows,
    "replicas": replicas.rows,
    "trainers": trainers.rows,
    "memory": memory_estimate.rows,
}


def hardware() -> dict[str, object]:
    """Return what the numbers were measured on."""
    info = Path("/proc/cpuinfo")
    models = [
        line.partition(":")[2].strip()
        for line in info.read_text().splitlines()
        if line.startswith("model name")
    ]
    flags = info.read_text() if info.is_file() else ""
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "amx_bf16": "amx_bf16" in flags,
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def main(words: list[str]) -> None:
    """Measure, print, write."""
    machine = hardware()
    rows = [
        row
        for name, measure in MEASUREMENTS.items()
        if not words or any(word in name for word in words)
        for row in measure()
    ]
    print(f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_before']}\n")
    for row in rows:
        print(f"{row.name:<44} {row.value:>12,.4g} {row.unit:<16} {row.ratio:>8.3g} of {row.against}")
    RESULTS.mkdir(exist_ok=True)
    label = f"{platform.machine()}-{machine['cores']}cores"
    content = {"hardware": machine, "rows": [row.as_dict() for row in rows]}
    (RESULTS / f"{label}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
