"""Rows from outside become problems (and, for files of model outputs, draws).

Files, data sets of the `datasets` library and the built-in generator end in one place, `intake`, which refuses a whole
input rather than taking half of it.
"""

from __future__ import annotations

from dartkit.sources.outputs import load_samples
from dartkit.sources.problems import load

__all__ = ["load", "load_samples"]
