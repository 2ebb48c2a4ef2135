"""How threads wait for each other, to be settled before torch is imported."""

from __future__ import annotations

import os


def wait_passively() -> None:
    """Let OpenMP threads spin for some microseconds and then sleep while they wait, unless the user said otherwise.

    Threads that spin for long make decoding and training ten times slower as soon as another process wants the processor;
    threads that never spin lose a third on a quiet machine. OpenMP reads these variables when torch is imported; later they
    have no effect, so the command line calls this first of all.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
