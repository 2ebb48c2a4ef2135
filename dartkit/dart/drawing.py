"""Drawing for a stage: from problems and quotas to samples and verdicts on disk, picking up whatever is there already.

`estimate`, `synth` and `eval` differ only in the quota of a problem and the phase of the draw; this module is what they share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dartkit.budget import BudgetMeter
from dartkit.dart.progress import ProblemProgress
from dartkit.dart.scheduler import DrawContext, DrawCounts, Scheduler
from dartkit.dart.strategies import Quota
from dartkit.engines.base import Engine
from dartkit.events import EventSink, Notice, StageStarted
from dartkit.records import Outcome, Problem, Sample, Sampler, from_row
from dartkit.run import RunDir
from dartkit.settings import is_scripted
from dartkit.stage_settings import EstimateSettings, EvalSettings, SynthSettings

if TYPE_CHECKING:
    from dartkit.prompts import PromptRenderer
    from dartkit.verify import Grader

DrawSettings = EstimateSettings | SynthSettings | EvalSettings


@dataclass(frozen=True, slots=True)
class Drawing:
    """The result: each problem's progress, what this call did, and who drew and judged."""

    progress: list[ProblemProgress]
    counts: DrawCounts
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


def describe_sampler(run: RunDir, settings: DrawSettings) -> tuple[Sampler, PromptRenderer]:
    """Return the sampler that these settings mean, and the renderer of its prompts."""
    from dartkit.models import resolve_model
    from dartkit.prompts import PromptRenderer

    scripted = is_scripted(settings.engine)
    model = None if scripted else resolve_model(settings.model, run_path=run.path)
    renderer = PromptRenderer(settings.prompt, model)
    sampling = settings.sampling
    sampler = Sampler(
        model=model.name if model else "scripted",
        model_revision=model.revision if model else None,
        dtype=model.dtype if model else None,
        prompt_hash=renderer.prompt_hash,
        chat_template_hash=model.chat_template_hash if model and settings.prompt.chat else None,
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

    sampler, renderer = describe_sampler(run, settings)
    sampler_id = run.save_sampler(sampler)
    stage = settings.stage
    with load_verifier(settings.verifier) as verifier:
        judge = _StoringJudge(run, verifier)
        progress = [ProblemProgress(item, renderer.render(item.text), quotas(item)) for item in problems]
        spent = _resume(run, progress, sampler_id, settings.sampling.max_tokens, phase, judge)
        total = len(progress)
        done = sum(item.status != "open" for item in progress)
        events.emit(
            StageStarted(stage, "problems", total, done, note=f"{spent[0]} draws on disk" if spent[0] else "")
        )
        scheduler = Scheduler(
            engine,
            DrawContext(stage, phase, sampler_id, settings.sampling, run.seed, engine.name),
            progress,
            store=run.append,
            judge=judge,
            meter=BudgetMeter(settings.budget, spent_draws=spent[0], spent_tokens=spent[1]),
            events=events,
            workers=settings.verifier.workers,
        )
        counts = scheduler.run()
        return Drawing(progress, counts, sampler_id, verifier.verifier_id)


class _StoringJudge:
    """Checks a sample and appends the verdict to the run."""

    def __init__(self, run: RunDir, verifier: Grader) -> None:
        self.run = run
        self.verifier = verifier

    def __call__(self, sample: Sample, gold: str) -> Outcome:
        from dartkit.ids import answer_id

        result = self.verifier.check(sample.completion, gold, finish_reason=sample.finish_reason)
        self.run.append(
            result.record(
                sample_id=sample.sample_id,
                answer_id=answer_id(gold),
                verifier_id=self.verifier.verifier_id,
            )
        )
        return result.outcome


def _resume(
    run: RunDir,
    progress: Sequence[ProblemProgress],
    sampler_id: str,
    max_tokens: int,
    phase: str,
    judge: _StoringJudge,
) -> tuple[int, int]:
    """Count what is on disk into `progress`; judge draws whose verdict was lost. Return draws and tokens of this phase.

    A draw that ended by length under a smaller limit, or was aborted, is not counted: it will be made again.
    """
    by_problem = {item.problem.problem_id: item for item in progress}
    outcomes = {verdict.sample_id: verdict.outcome for verdict in run.verdicts(judge.verifier.verifier_id)}
    draws = tokens = 0
    for row in run.rows("samples"):
        item = by_problem.get(row["problem_id"])
        if item is None or row["sampler_id"] != sampler_id:
            continue
        if row["finish_reason"] == "abort" or (
            row["finish_reason"] == "length" and (row["max_tokens"] or 0) < max_tokens
        ):
            continue
        if row["phase"] == phase:
            draws += 1
            tokens += row["completion_tokens"] or 0
        outcome = outcomes.get(row["sample_id"])
        if outcome is None or (outcome == "truncated" and row["finish_reason"] != "length"):
            outcome = judge(from_row(Sample, row), item.problem.answer or "")
        item.add_outcome(row["draw_index"], outcome)
    return draws, tokens
