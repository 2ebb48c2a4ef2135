"""How long `dartkit --help` takes: best of several runs of the installed program, as JSON. Not a test; machines differ.

python tests/bench/help_time.py [OUT.json]
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 10
LIMIT_SECONDS = 0.2


def measure() -> dict[str, object]:
    """Return the best and the median wall time in seconds, with the machine they were measured on."""
    program = str(Path(sys.executable).with_name("dartkit"))
    seconds = []
    with tempfile.TemporaryDirectory() as cache:  # compiled modules, as every installer leaves them
        variables = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        variables["PYTHONPYCACHEPREFIX"] = cache
        for _ in range(RUNS + 1):
            began = time.perf_counter()
            subprocess.run([program, "--help"], stdout=subprocess.DEVNULL, check=True, env=variables)
            seconds.append(time.perf_counter() - began)
    seconds = sorted(seconds[1:])
    return {
        "what": "dartkit --help",
        "best_seconds": round(seconds[0], 4),
        "median_seconds": round(seconds[RUNS // 2], 4),
        "limit_seconds": LIMIT_SECONDS,
        "runs": RUNS,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
    }


if __name__ == "__main__":
    text = json.dumps(measure(), indent=2) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    sys.stdout.write(text)
