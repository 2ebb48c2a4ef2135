"""What one comparison may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one comparison may cost; no limit changes a verdict other than to `timeout` or `error`.

    Attributes:
        timeout_seconds: Wall clock of one check, the start of a worker included; then its worker is killed.
        memory_mib: Address space that a worker process may add, in MiB.
        workers: Symbolic worker processes; they start only when that tier is reached.
    """

    timeout_seconds: float = 1.0
    memory_mib: int = 1024
    workers: int = 1
