"""Engines draw completions; `open_engine` makes the one that the settings ask for.

Importing this package loads no engine and none of their heavy packages.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import metadata
from importlib.util import find_spec
from typing import Any

from dartkit import settings as config
from dartkit.engines.base import DrawRequest, Engine, FinishedDraw
from dartkit.errors import EnvironmentProblem, missing_extra
from dartkit.models import ModelRef
from dartkit.records import Problem
from dartkit.threads import wait_passively

__all__ = ["DrawRequest", "Engine", "FinishedDraw", "cuda_available", "describe_engines", "open_engine"]


def open_engine(
    settings: config.EngineSettings,
    model: ModelRef | None,
    *,
    problems: Iterable[Problem] = (),
    seed: int = 0,
    sleeps: bool = False,
) -> Engine:
    """Make an engine, loading the model.

    Args:
        settings: Which engine; `auto` is vLLM where a GPU and vLLM are present, else transformers.
        model: The model to load; the scripted and http engines need none.
        problems: What the scripted engine, here or in replicas, is to answer; other engines do not look.
        seed: The run's seed. Engines that seed every draw do not need it.
        sleeps: Whether a trainer will want the engine's GPU memory now and then (vLLM in this process).

    Raises:
        EnvironmentProblem: if a package, a GPU or the model is missing.
    """
    if isinstance(settings, config.ScriptedEngine):
        from dartkit.engines.scripted import ScriptedEngine

        return ScriptedEngine(settings, problems, seed=seed)
    if isinstance(settings, config.HttpEngine):
        from dartkit.engines.http.engine import HttpEngine

        return HttpEngine(settings)
    if isinstance(settings, config.RayEngine):
        return _open_ray(settings, model, problems, seed)
    wait_passively()
    if model is None:
        raise _no_model(settings.kind)
    if isinstance(settings, config.AutoEngine):
        settings = (
            config.VllmEngine() if _installed("vllm") and cuda_available() else config.TransformersEngine()
        )
    if isinstance(settings, config.VllmEngine):
        return _open_vllm(settings, model, seed, sleeps)
    _need("torch", "train")
    _need("transformers", "train")
    from dartkit.engines.transformers_engine import TransformersEngine

    return TransformersEngine.load(settings, model)


def _open_vllm(settings: config.VllmEngine, model: ModelRef, seed: int, sleeps: bool) -> Engine:
    _need("vllm", "gpu" if cuda_available() or settings.require_gpu else "vllm-cpu")
    if settings.require_gpu and not cuda_available():
        raise EnvironmentProblem(
            "engine.require_gpu is set and there is no GPU",
            fix="Run on a machine with a GPU, or set `engine.require_gpu=false`.",
        )
    from dartkit.engines.vllm_engine import VllmEngine

    return VllmEngine(settings, model, seed=seed, sleeps=sleeps)


def _open_ray(
    settings: config.RayEngine, model: ModelRef | None, problems: Iterable[Problem], seed: int
) -> Engine:
    if model is None and not config.is_scripted(settings):
        raise _no_model(settings.replica.kind)
    _need("ray", "ray")
    from dartkit.engines.replicas.ray_engine import RayEngine

    return RayEngine.start(settings, model, problems=problems, seed=seed)


def _no_model(kind: str) -> EnvironmentProblem:
    return EnvironmentProblem(f"engine '{kind}' needs a model", fix="Set `model.path`.")


def _installed(package: str) -> bool:
    return find_spec(package) is not None


def _need(package: str, extra: str) -> None:
    if not _installed(package):
        raise missing_extra(package, extra)


def cuda_available() -> bool:
    """Say whether torch is here and sees a GPU. Imports torch."""
    if not _installed("torch"):
        return False
    import torch

    return torch.cuda.is_available()


def describe_engines() -> dict[str, dict[str, Any]]:
    """Return, for each engine, whether it can run here, its package's version and whether it seeds single draws.

    `seeds_draws` is None where that depends on the engine inside the replicas.
    `extra` is the extra that brings a missing package; vLLM's CPU build is distributed as `vllm-cpu` and ignores seeds.
    The http engine sends seeds; whether they count is up to the server.
    """
    cuda = cuda_available()
    transformers, vllm, ray = _version("transformers"), _version("vllm", "vllm-cpu"), _version("ray")
    has_torch = _version("torch") is not None
    return {
        "scripted": {"available": True, "version": None, "seeds_draws": True, "extra": None},
        "http": {"available": True, "version": _version("httpx2"), "seeds_draws": True, "extra": None},
        "transformers": {
            "available": has_torch and transformers is not None,
            "version": transformers,
            "seeds_draws": True,
            "extra": "train",
        },
        "vllm": {
            "available": vllm is not None,
            "version": vllm,
            "seeds_draws": cuda,
            "extra": "gpu" if cuda else "vllm-cpu",
        },
        "ray": {"available": ray is not None, "version": ray, "seeds_draws": None, "extra": "ray"},
    }


def _version(*distributions: str) -> str | None:
    for name in distributions:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return None
