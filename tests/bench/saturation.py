"""Time of a whole stage (draws, store, verdicts) over the time of the bare engine making as many tokens of the same prompts, model loaded in both.

The bare transformers engine gets all requests at once and makes the same completions, for every draw is seeded; bare vLLM is `LLM.generate`. vLLM's CPU
build seeds no draw, so its times are taken for each token. The bundled model is the hard case: its draws are short and cost next to nothing.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dartkit.dart.drawing import describe_sampler
from dartkit.engines import open_engine
from dartkit.engines.base import DrawRequest, Engine
from dartkit.events import SilentSink
from dartkit.ids import draw_seed, sample_id
from dartkit.models import resolve_model
from dartkit.recipe import check_recipe
from dartkit.records import Problem
from dartkit.run import RunDir
from dartkit.settings import ModelSettings, TransformersEngine, VllmEngine
from dartkit.stages import STAGES
from dartkit.tiny.problems import FAMILIES, generate_problems
from tests.bench.row import Row
from tests.conftest import make_problem, make_run

DRAWS = 20
REPEATS = 2
LIMIT = 1.05
SAMPLING = {"max_tokens": 120}
MODEL = ModelSettings(dtype="float32")
Measure = Callable[[Engine, RunDir, Any], tuple[float, int]]


def rows() -> list[Row]:
    """Return one row for each engine that is installed: best of some runs of both, one after the other."""
    problems = [
        make_problem(item.text, item.answer)
        for item in generate_problems(
            families=FAMILIES, levels=(1, 2, 3, 4, 5), per_level=24, split="test", seed=0
        )
    ]
    found = [_row("transformers", TransformersEngine(batch_size=64), problems, _bare)]
    try:
        import vllm  # noqa: F401
    except ImportError:
        return found
    return [*found, _row("vllm", VllmEngine(max_num_seqs=256), problems, _bare_vllm)]


def _row(name: str, settings: TransformersEngine | VllmEngine, problems: list[Problem], bare: Measure) -> Row:
    step = check_recipe(
        {
            "name": "b",
            "model": MODEL.model_dump(),
            "engine": settings.model_dump(),
            "sampling": SAMPLING,
            "steps": [{"stage": "synth", "strategy": {"kind": "vanilla", "draws_per_problem": DRAWS}}],
        }
    ).steps[0]
    engine = open_engine(settings, resolve_model(MODEL))
    whole = alone = float("inf")
    for repeat in range(REPEATS):
        with (
            tempfile.TemporaryDirectory() as folder,
            make_run(Path(folder) / "run", problems, seed=repeat) as run,
        ):
            seconds, tokens = bare(engine, run, step)
            alone = min(alone, seconds / tokens)
            began = time.perf_counter()
            counts = STAGES["synth"].load()(run, step, engine, SilentSink())
            whole = min(whole, (time.perf_counter() - began) / counts["tokens"])
    engine.close()
    return Row(
        f"synth, {name}, tiny model, per token",
        1e6 * whole,
        "us",
        whole / alone,
        f"the bare engine (limit {LIMIT})",
    )


def _requests(engine: Engine, run: RunDir, step: Any) -> list[DrawRequest]:
    sampler, renderer = describe_sampler(run, step, engine)
    identity = run.save_sampler(sampler)
    return [
        DrawRequest(
            sample_id(item.problem_id, identity, index), item.problem_id, index, renderer.render(item.text),
            draw_seed(run.seed, item.problem_id, index), step.sampling,
        )
        for item in run.problems()
        for index in range(DRAWS)
    ]  # fmt: skip


def _bare(engine: Engine, run: RunDir, step: Any) -> tuple[float, int]:
    requests = _requests(engine, run, step)
    began, tokens = time.perf_counter(), 0
    engine.submit(requests)
    while finished := engine.finished():
        tokens += sum(draw.completion_tokens or 0 for draw in finished)
    return time.perf_counter() - began, tokens


def _bare_vllm(engine: Any, run: RunDir, step: Any) -> tuple[float, int]:
    requests = _requests(engine, run, step)
    prompts = [
        {"prompt_token_ids": engine._tokenizer.encode(item.prompt, add_special_tokens=False)}
        for item in requests
    ]
    parameters = [engine._parameters(item) for item in requests]
    began = time.perf_counter()
    outputs = engine._llm.generate(prompts, parameters, use_tqdm=False)
    return time.perf_counter() - began, sum(len(output.outputs[0].token_ids) for output in outputs)
