"""Facts about this machine and this installation, from files and package metadata; nothing heavy is imported."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from dartkit import __version__

_FLAGS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16", "sve")
_REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)[^;]*(?:;.*extra\s*==\s*['\"]([^'\"]+)['\"])?")
NOT_SHOWN = {"all", "dev"}
GPU_TIMEOUT_SECONDS = 10.0


def describe_machine() -> dict[str, Any]:
    """Return Python, platform, processor, memory, disk and GPU as text a person reads; `unknown` where it cannot be read."""
    disk = shutil.disk_usage(Path.cwd())
    return {
        "dartkit": __version__,
        "python": f"{platform.python_version()} ({sys.executable})",
        "platform": platform.platform(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "cpu_features": ", ".join(cpu_features()) or "unknown",
        "memory": _memory(),
        "disk_here": f"{disk.free / 2**30:.1f} GiB free of {disk.total / 2**30:.1f} GiB",
        "gpu": ", ".join(gpu_names()) or "none",
    }


def cpu_features() -> list[str]:
    """Return the processor features that decide how fast models run here."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    found = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    flags = set(found.group(1).split()) if found else set()
    return [name for name in _FLAGS if name in flags]


def _memory() -> str:
    try:
        text = Path("/proc/meminfo").read_text(encoding="utf-8")
    except OSError:
        return "unknown"
    sizes = {key: int(value) for key, value in re.findall(r"^(\w+):\s+(\d+) kB$", text, re.MULTILINE)}
    return (
        f"{sizes.get('MemAvailable', 0) / 2**20:.1f} GiB free of {sizes.get('MemTotal', 0) / 2**20:.1f} GiB"
    )


def gpu_names() -> list[str]:
    """Return name and memory of each NVIDIA GPU that the driver's own tool lists; empty without driver or GPU."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    query = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=GPU_TIMEOUT_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [line.strip() for line in done.stdout.splitlines() if line.strip()] if done.returncode == 0 else []


def describe_packages() -> dict[str, dict[str, str | None]]:
    """Return the installed version, or None, of every package that dartkit needs: `core` first, then each extra."""
    found: dict[str, dict[str, str | None]] = {"core": {}}
    for requirement in metadata.requires("dartkit") or []:
        match = _REQUIREMENT.match(requirement)
        if match is None or match[2] in NOT_SHOWN:
            continue
        found.setdefault(match[2] or "core", {})[match[1]] = installed_version(match[1])
    return found


def installed_version(package: str) -> str | None:
    """Return the version of an installed package; None if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def engine_facts() -> list[dict[str, Any]]:
    """Return each engine's name, whether it can run here, its package's version, whether it seeds draws, and how to get it.

    `seeds_draws` is None where that is up to the engine inside.
    """
    from dartkit.engines import describe_engines

    return [{"name": name, **facts, "get_it": _install(facts)} for name, facts in describe_engines().items()]


def _install(facts: dict[str, Any]) -> str:
    return "" if facts["available"] or not facts["extra"] else f"pip install 'dartkit[{facts['extra']}]'"
