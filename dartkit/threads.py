"""How threads wait for each other, to be settled before torch is imported."""

from __future__ import annotations

import os


def wait_passively() -> None:
    """Let OpenMP threads sleep while they wait, unless the user said otherwise.

    Threads that spin make decoding and training ten times slower as soon as another process wants the processor. OpenMP reads
    these variables when torch is imported; later they have no effect, so the command line calls this first of all.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
