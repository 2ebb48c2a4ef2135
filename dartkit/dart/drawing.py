"""Drawing for a stage: from problems and quotas to samples and verdicts on disk, picking up whatever is there already.

`estimate`, `synth` and `eval` differ only in the quota of a problem and the phase of the draw; this module is what they share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dartkit.budget import BudgetMeter
from dartkit.dart.judging import StoredVerdicts
from dartkit.dart.progress import ProblemProgress
from dartkit.dart.resume import read_stored_draws
from dartkit.dart.scheduler import MOST_WAITING, DrawContext, DrawCounts, Scheduler
from dartkit.dart.strategies import Quota
from dartkit.engines.base import Engine, served_model
from dartkit.events import EventSink, Notice, StageStarted
from dartkit.records import Problem, Sampler
from dartkit.run import RunDir
from dartkit.settings import endpoint_of
from dartkit.stage_settings import EstimateSettings, EvalSettings, SynthSettings, TuneSamplingSettings

if TYPE_CHECKING:
    from dartkit.prompts import PromptRenderer

DrawSettings = EstimateSettings | SynthSettings | EvalSettings | TuneSamplingSettings


@dataclass(frozen=True, slots=True)
class Drawing:
    """The result: each problem's progress, what this call did, and who drew and judged."""

    progress: list[ProblemProgress]
    counts: DrawCounts
    spent_tokens: int  # of this phase over the whole run
    sampler_id: str
    verifier_id: str


def drawable_problems(run: RunDir, splits: Sequence[str], events: EventSink, stage: str) -> list[Problem]:
    """Return the problems of this shard and these splits that have a gold answer and were not dropped."""
    dropped = run.dropped("problem")
    problems = run.problems(splits)
    usable = [item for item in problems if item.answer and item.problem_id not in dropped]
    if len(usable) < len(problems):
        events.emit(
            Notice(
                stage, f"{len(problems) - len(usable)} problems without a usable gold answer are passed over"
            )
        )
    return usable


def describe_sampler(run: RunDir, settings: DrawSettings, engine: Engine) -> tuple[Sampler, PromptRenderer]:
    """Return the sampler that these settings mean on this engine, and the renderer of its prompts."""
    from dartkit.models import identify_model, model_for
    from dartkit.prompts import PromptRenderer

    model = model_for(settings.engine, settings.model, run_path=run.path)
    renderer = PromptRenderer(settings.prompt, model, endpoint=endpoint_of(settings.engine))
    served, chat = served_model(engine), settings.prompt.chat
    identity = identify_model(settings.engine, settings.model, model, served=served, chat=chat)
    sampling = settings.sampling
    sampler = Sampler(
        model=identity.name,
        model_revision=identity.revision,
        dtype=identity.dtype,
        prompt_hash=renderer.prompt_hash,
        chat_template_hash=identity.chat_template_hash,
        system_prompt=settings.prompt.system,
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        top_k=sampling.top_k,
        min_p=sampling.min_p,
        repetition_penalty=sampling.repetition_penalty,
        stop=sampling.stop,
    )
    return sampler, renderer


def draw_samples(
    run: RunDir,
    settings: DrawSettings,
    engine: Engine,
    events: EventSink,
    *,
    phase: Literal["probe", "synth", "eval"],
    quotas: Callable[[Problem], Quota],
    problems: Sequence[Problem],
) -> Drawing:
    """Draw until every problem's quota is met, given up, or the budget is spent; continue what an earlier call left.

    Returns:
        The drawing. `counts.stopped` names the limit when the budget ended it.
    """
    from dartkit.verify import load_verifier

    sampler, renderer = describe_sampler(run, settings, engine)
    sampler_id = run.save_sampler(sampler)
    stage = settings.stage
    with (
        load_verifier(settings.verifier) as verifier,
        StoredVerdicts(run, verifier, settings.verifier) as judging,
    ):
        progress = [ProblemProgress(item, renderer.render(item.text), quotas(item)) for item in problems]
        spent = _resume(
            run, progress, sampler_id, settings.sampling.max_tokens, phase, judging, verifier.verifier_id
        )
        total = len(progress)
        done = sum(item.status != "open" for item in progress)
        events.emit(
            StageStarted(stage, "problems", total, done, note=f"{spent[0]} draws on disk" if spent[0] else "")
        )
        meter = BudgetMeter(settings.budget, spent_draws=spent[0], spent_tokens=spent[1])
        scheduler = Scheduler(
            engine,
            DrawContext(stage, phase, sampler_id, settings.sampling, run.seed, engine.name),
            progress,
            store=run.append,
            judging=judging,
            meter=meter,
            events=events,
        )
        counts = scheduler.run()
        return Drawing(progress, counts, meter.tokens, sampler_id, verifier.verifier_id)


def _resume(
    run: RunDir,
    progress: Sequence[ProblemProgress],
    sampler_id: str,
    max_tokens: int,
    phase: str,
    judging: StoredVerdicts,
    verifier_id: str,
) -> tuple[int, int]:
    """Count what is on disk into `progress`; judge draws whose verdict was lost. Return draws and tokens of this phase."""
    stored = read_stored_draws(
        run,
        [item.problem for item in progress],
        sampler_id=sampler_id,
        verifier_id=verifier_id,
        max_tokens=max_tokens,
    )
    by_problem = {item.problem.problem_id: item for item in progress}
    lost: dict[str, tuple[ProblemProgress, int]] = {}

    def count(*, wait: bool) -> None:
        for sample_id, outcome in judging.ready(wait=wait):
            item, index = lost.pop(sample_id)
            item.add_outcome(index, outcome)

    for place, outcomes in stored.outcomes():
        progress[place].add_outcomes(outcomes)
    for sample in stored.unjudged_samples():  # after a change of the verifier these are all
        item = by_problem[sample.problem_id]
        lost[sample.sample_id] = (item, sample.draw_index)
        judging.submit(sample, item.problem.answer or "")
        count(wait=judging.waiting > MOST_WAITING)
    while judging.waiting:
        count(wait=True)
    return stored.spent(phase)
