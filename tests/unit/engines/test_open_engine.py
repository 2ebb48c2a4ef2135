"""Choosing an engine: light imports, named problems, the description for `doctor`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dartkit.engines import cuda_available, describe_engines, open_engine
from dartkit.errors import EnvironmentProblem, ExitStatus
from dartkit.models import ModelRef
from dartkit.settings import AutoEngine, ScriptedEngine, TransformersEngine, VllmEngine

GHOST = ModelRef("ghost", "/nonexistent/ghost", "r", "float32", None)


def test_scripted_engine_imports_nothing_heavy() -> None:
    """A fresh interpreter that opens the scripted engine has not loaded torch, transformers or vllm."""
    code = (
        "import sys; from dartkit.engines import open_engine; from dartkit.settings import ScriptedEngine;"
        "open_engine(ScriptedEngine(), None); print([m for m in ('torch','transformers','vllm') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_auto_without_a_model_is_named() -> None:
    """A real engine needs a model."""
    with pytest.raises(EnvironmentProblem, match=r"needs a model") as caught:
        open_engine(AutoEngine(), None)
    assert caught.value.status == ExitStatus.ENVIRONMENT


@pytest.mark.skipif(cuda_available(), reason="checks the answer of a machine without a GPU")
@pytest.mark.parametrize("settings", [TransformersEngine(device="cuda"), VllmEngine(require_gpu=True)])
def test_gpu_wanted_and_absent(settings: TransformersEngine | VllmEngine) -> None:
    """Refused before any model is loaded, with the setting to change."""
    with pytest.raises(EnvironmentProblem) as caught:
        open_engine(settings, GHOST)
    assert caught.value.fix


def test_description_names_every_engine() -> None:
    """The scripted engine is always there; transformers is, since these tests need it."""
    described = describe_engines()
    assert set(described) == {"scripted", "http", "transformers", "vllm", "ray"}
    assert described["scripted"]["available"]
    assert described["transformers"]["version"]
    assert open_engine(ScriptedEngine(capacity=3), None).capacity == 3
