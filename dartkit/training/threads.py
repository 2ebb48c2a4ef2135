"""How threads wait for each other, to be settled before torch is imported."""

from __future__ import annotations

import os


def wait_passively() -> None:
    """Let OpenMP threads sleep while they wait, unless the user said otherwise.

    Threads that spin make a training step ten times slower as soon as another process wants the processor. OpenMP reads
    this when torch is imported; later it has no effect.
    """
    from dartkit.engines import OPENMP

    for name, value in OPENMP.items():
        os.environ.setdefault(name, value)
