"""The stage table: what each stage reads, writes and needs, and where its function lives.

Functions are named by import path and loaded when they run, so that a command that only loads files never imports torch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dartkit.errors import missing_extra

if TYPE_CHECKING:
    from dartkit.engines.base import Engine
    from dartkit.events import EventSink
    from dartkit.run import RunDir

Counts = dict[str, Any]
StageFunction = Callable[["RunDir", Any, "Engine | None", "EventSink"], Counts]


@dataclass(frozen=True, slots=True)
class Stage:
    """One verb. `engine` says that it draws; `extra` is the pip extra its own imports need."""

    name: str
    function: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    engine: bool = False
    extra: str | None = None
    summary: str = ""

    def load(self) -> StageFunction:
        """Import the function.

        Raises:
            EnvironmentProblem: when its extra is not installed.
        """
        module, _, name = self.function.partition(":")
        try:
            return getattr(import_module(module), name)  # type: ignore[no-any-return]  # the table is checked by a test
        except ModuleNotFoundError as error:
            package = (error.name or "").partition(".")[0]
            if self.extra is None or package in ("", "dartkit"):
                raise
            raise missing_extra(package, self.extra) from error


STAGES: dict[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage("load", "dartkit.sources.problems:load", (), ("problems",), summary="read problems into a run"),
        Stage(
            "load-samples", "dartkit.sources.outputs:load_samples", (), ("problems", "samples"),
            summary="read existing model outputs as draws",
        ),
        Stage(
            "validate", "dartkit.curate.validate:validate", ("problems",), ("decisions",),
            summary="find problems that can never be verified",
        ),
        Stage(
            "tune-sampling", "dartkit.evaluate.tune:tune_sampling", ("problems", "samples", "verdicts"),
            ("samples", "verdicts", "tuning.json"), engine=True, summary="compare temperatures on a few problems",
        ),
        Stage(
            "estimate", "dartkit.difficulty.estimate:estimate", ("problems", "samples", "verdicts"),
            ("samples", "verdicts", "difficulty"), engine=True, summary="measure pass rates with a fixed number of draws",
        ),
        Stage(
            "plan", "dartkit.dart.plan:plan", ("problems", "difficulty"), ("plan.json",),
            summary="say what each strategy will cost",
        ),
        Stage(
            "synth", "dartkit.dart.synth:synth", ("problems", "difficulty", "samples", "verdicts"),
            ("samples", "verdicts", "targets"), engine=True, summary="draw until every problem has its correct samples",
        ),
        Stage(
            "verify", "dartkit.verify.stage:verify", ("problems", "samples"), ("verdicts",), engine=True,
            summary="judge samples that have no verdict yet",
        ),
        Stage(
            "export-sft", "dartkit.export.sft:export_sft", ("problems", "samples", "verdicts", "targets", "decisions"),
            ("exports",), summary="write correct samples for supervised fine-tuning",
        ),
        Stage(
            "export-rl", "dartkit.export.rl:export_rl", ("problems", "difficulty", "decisions"), ("exports",),
            summary="write problems for reinforcement learning",
        ),
        Stage("card", "dartkit.card.stage:card", ("exports",), ("exports",), summary="write the data card of each export"),
        Stage(
            "train-sft", "dartkit.report.trained:train_sft", ("exports",), ("models",), extra="train",
            summary="fine-tune a model on an SFT export",
        ),
        Stage(
            "train-rl", "dartkit.report.trained:train_rl", ("exports",), ("models",), extra="train",
            summary="train a model with DAPO on an RL export",
        ),
        Stage(
            "eval", "dartkit.evaluate.evaluate:evaluate", ("problems", "samples", "verdicts"),
            ("samples", "verdicts", "evals"), engine=True, summary="measure accuracy on held-out problems",
        ),
    )
}  # fmt: skip
