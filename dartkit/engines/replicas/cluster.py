"""Joining a Ray cluster or making one, quietly, and what is asked of it for a replica.

Ray prints to stdout and stderr and takes over SIGTERM when a driver starts; both are put right here, because the streams
and the exit status belong to the command line.
"""

from __future__ import annotations

import logging
import math
import os
import re
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dartkit import settings as config
from dartkit.errors import boundary

# Read by Ray when it is imported or started; a value that the user has set wins. Without the second, `uv run dartkit`
# would send the working directory with all runs in it to every node; the third is Ray's own remedy for a warning; the last
# skips every line that Ray would print, because what it has to say of a dead worker goes to stdout.
ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",
}
KNOCK_SECONDS = 15.0
WITH_MODEL = (config.AutoEngine, config.TransformersEngine, config.VllmEngine)


def import_ray() -> Any:
    """Return the module `ray`, with the environment set that it reads."""
    for key, value in ENVIRONMENT.items():
        os.environ.setdefault(key, value)
    import ray

    return ray


def join_cluster(settings: config.RayEngine) -> bool:
    """Connect this process to Ray, or start a cluster of this machine; see `RayEngine.address` for which.

    Returns:
        Whether this call connected, so that `leave_cluster` should follow; False where the process was connected already.

    Raises:
        EnvironmentProblem: if the cluster is not there or Ray does not start.
    """
    ray = import_ray()
    if ray.is_initialized():
        return False
    address = settings.address or os.environ.get("RAY_ADDRESS")
    quiet: dict[str, Any] = {
        "log_to_driver": False,
        "logging_level": logging.CRITICAL,
        "include_dashboard": False,
    }
    with _own_signals():
        if address:
            del quiet["include_dashboard"]
            with boundary(
                f"connect to the Ray cluster at {address}",
                fix="Start it (`ray start --head`), correct `engine.address`, or unset RAY_ADDRESS to use this machine alone.",
            ):
                _knock(address)
                ray.init(address=address, **quiet)
        else:
            with boundary("start Ray on this machine", fix="See the cause above."):
                ray.init(address="local", num_cpus=_logical_cpus(settings), **quiet)
    return True


def _knock(address: str) -> None:
    """Open and close a connection to `host:port`, because Ray itself would try for many minutes.

    Raises:
        OSError: if nobody answers.
    """
    host, colon, port = address.rpartition(":")
    if colon and port.isdecimal() and "://" not in address:
        socket.create_connection((host.strip("[]"), int(port)), timeout=KNOCK_SECONDS).close()


def leave_cluster() -> None:
    """Disconnect; a cluster that this process started ends."""
    import_ray().shutdown()


def _logical_cpus(settings: config.RayEngine) -> int:
    """Return what a cluster of one machine claims to have: its cores, or more where the replicas asked for more."""
    return max(os.cpu_count() or 1, math.ceil(settings.replicas * settings.cpus_per_replica))


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep the handler of SIGTERM that this process had. Handlers belong to the main thread; elsewhere Ray sets none.

    Raises:
        KeyboardInterrupt: when SIGTERM comes while Ray's own handler is in place, as ours would.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    except SystemExit as end:
        if end.code == signal.SIGTERM:
            raise KeyboardInterrupt from end
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def replica_gpus(settings: config.RayEngine) -> float:
    """Return how many GPUs to ask for a replica; the cluster must be joined."""
    if settings.gpus_per_replica is not None:
        return settings.gpus_per_replica
    inner = settings.replica
    if not isinstance(inner, WITH_MODEL) or not import_ray().cluster_resources().get("GPU"):
        return 0.0
    if isinstance(inner, config.TransformersEngine) and inner.device == "cpu":
        return 0.0
    return float(inner.tensor_parallel_size) if isinstance(inner, config.VllmEngine) else 1.0


def cluster_text() -> str:
    """Return what the cluster has, for messages: `2 nodes, 8 CPUs, 0 GPUs`."""
    ray = import_ray()
    resources = ray.cluster_resources()
    nodes = sum(bool(node["Alive"]) for node in ray.nodes())
    return f"{nodes} nodes, {resources.get('CPU', 0):g} CPUs, {resources.get('GPU', 0):g} GPUs"


def lost_text(error: Exception) -> str:
    """Say in one line why Ray gave up on an actor; its own message is a page."""
    text = " ".join(str(error).split())
    found = re.search(
        r"(The actor is dead because .{1,300}?|The actor died because .{1,300}?|Worker exit detail: .{1,300}?)(?:\. |$)",
        text,
    )
    return f"{type(error).__name__}: {(found[1] if found else text)[:300]}"
