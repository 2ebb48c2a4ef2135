"""The checks that every engine must pass, from the unit tests of engines, whose folder is no package."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

_PATH = Path(__file__).parents[1] / "unit" / "engines" / "engine_contract.py"


def load_contract() -> Any:
    """Import the module of the checks."""
    spec = importlib.util.spec_from_file_location("engine_contract", _PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault("engine_contract", module)
    spec.loader.exec_module(module)
    return module
