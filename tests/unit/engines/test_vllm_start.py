"""What the vLLM engine asks of vLLM, seen by a stand-in; that several GPUs then share a model needs several GPUs."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from dartkit.engines.vllm_engine import _start
from dartkit.models import resolve_model
from dartkit.settings import ModelSettings, VllmEngine


@pytest.mark.parametrize("parts", [1, 4])
def test_tensor_parallel_size_reaches_vllm(parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    vllm, platforms = ModuleType("vllm"), ModuleType("vllm.platforms")
    vllm.LLM = lambda **given: asked.update(given)  # type: ignore[attr-defined]  # a stand-in
    platforms.current_platform = type("Gpu", (), {"is_cpu": staticmethod(lambda: False)})  # type: ignore[attr-defined]  # likewise
    monkeypatch.setitem(sys.modules, "vllm", vllm)
    monkeypatch.setitem(sys.modules, "vllm.platforms", platforms)
    settings = VllmEngine(tensor_parallel_size=parts)
    _start(settings, resolve_model(ModelSettings()), 3, False)
    assert (asked["tensor_parallel_size"], asked["seed"], asked["trust_remote_code"]) == (parts, 3, False)
