"""The settings of every stage, one class each, joined in the union `StepSettings` on `stage`.

A recipe is a list of these. Blocks that several stages share (model, engine, sampling, prompt, verifier) may be written
once at the top of a recipe; `recipe` merges them into each step before validation, so that a stage sees all it needs.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from dartkit.settings import (
    AutoEngine,
    Budget,
    EngineSettings,
    ModelSettings,
    PromptSettings,
    SamplingSettings,
    Settings,
    SourceSettings,
    VerifierSettings,
)
from dartkit.strategy_settings import Prop2Diff, StrategySettings
from dartkit.training_settings import TrainRlSettings, TrainSftSettings
from dartkit.verify.judge.settings import JudgeSettings


class LoadSettings(Settings):
    """Read problems into the run."""

    stage: Literal["load"] = "load"
    source: SourceSettings
    """Where the rows come from."""


class SampleFields(Settings):
    """Which column of a file of model outputs is which field."""

    text: str = "problem"
    """Column with the question."""
    answer: str | None = "answer"
    """Column with the gold answer."""
    completion: str = "response"
    """Column with the model's output."""
    sampler: str | None = "model"
    """Column that names the model; None: all rows are of `sampler`."""
    draw_index: str | None = "sample"
    """Column with the draw's number among those of one problem and model; None numbers them in file order."""
    level: str | None = "level"
    """Column with the source's difficulty label."""
    subject: str | None = "subject"
    """Column with the subject."""
    finish_reason: str | None = None
    """Column with `stop` or `length`; None takes all outputs as finished."""
    license: str | None = "license"
    """Column with the licence of the row."""


class LoadSamplesSettings(Settings):
    """Read existing model outputs as draws of phase `given`, with their problems."""

    stage: Literal["load-samples"] = "load-samples"
    paths: tuple[str, ...] = Field(min_length=1)
    """JSON lines, Parquet or CSV files or glob patterns."""
    fields: SampleFields = SampleFields()
    """Column names."""
    sampler: str | None = None
    """Name of the model where no column says it."""
    name: str | None = None
    """Name of the source in the records; None takes the file's stem."""
    split: str = "train"
    """Split of the problems."""


class ValidateSettings(Settings):
    """Check problems before money is spent: empty, no answer, answer that cannot be matched, conflicting answers."""

    stage: Literal["validate"] = "validate"
    verifier: VerifierSettings = VerifierSettings()
    """Verifier for the round trip of each gold answer."""
    max_drop_share: float = Field(1.0, ge=0.0, le=1.0)
    """Gate: fail (exit 3) if more than this share of problems is dropped."""


class EstimateSettings(Settings):
    """Measure pass rates with a fixed number of draws of each problem, or from given draws."""

    stage: Literal["estimate"] = "estimate"
    phase: Literal["probe", "given"] = "probe"
    """`probe` draws with the model; `given` uses loaded samples and needs no engine."""
    samples_per_problem: int = Field(8, ge=1)
    """Draws of each problem in the probe. Fixed, because stopping early biases the rate."""
    extra_samples: int = Field(0, ge=0)
    """Further draws of each problem that the probe found always wrong or always right. They enter the shrunk estimate only: the
    raw rate would be biased by draws that were made because of the first ones."""
    interval: Literal["wilson", "jeffreys"] = "wilson"
    """Which interval of the raw rate; that of the shrunk one is the posterior's."""
    confidence: float = Field(0.95, gt=0.5, lt=1.0)
    """Coverage of both intervals."""
    splits: tuple[str, ...] = ("train",)
    """Splits of problems to measure."""
    model: ModelSettings = ModelSettings()
    """Model that draws."""
    engine: EngineSettings = AutoEngine()
    """Engine that runs it."""
    sampling: SamplingSettings = SamplingSettings()
    """How to draw."""
    prompt: PromptSettings = PromptSettings()
    """How to ask."""
    verifier: VerifierSettings = VerifierSettings()
    """How to check."""
    budget: Budget = Budget()
    """Hard stops."""


class PlanSettings(Settings):
    """Forecast draws, tokens, hours and money of each strategy, from measured or assumed pass rates."""

    stage: Literal["plan"] = "plan"
    strategies: tuple[StrategySettings, ...] = (Prop2Diff(),)
    """Strategies to compare."""
    max_draws_per_problem: int = Field(512, ge=1)
    """Give up on a problem after this many draws."""
    hopeless_pass_rate: float = Field(0.005, ge=0.0, lt=1.0)
    """See `synth`."""
    rate: Literal["raw", "shrunk"] = "raw"
    """See `synth`."""
    assumed_pass_rate: float = Field(0.3, gt=0.0, lt=1.0)
    """Mean pass rate of the problems without an estimate whose level is not named below."""
    assumed_pass_rate_by_level: dict[str, float] = Field(default_factory=dict)
    """Mean pass rate of the problems without an estimate, for each of the source's levels."""
    assumed_strength: float = Field(1.0, gt=0.0)
    """How alike problems without an estimate are: their rates are Beta(mean s, (1 - mean) s) with this s. Below 2 most are near 0 or 1;
    released rollouts of Polaris and MATH problems have 0.8 and 0.9."""
    assumed_tokens_per_draw: float = Field(300.0, gt=0.0)
    """Used where no draw was measured."""
    samples_per_problem: int = Field(8, ge=1)
    """Draws of each problem in the probe that is still to be made, where a strategy needs one."""
    tokens_per_second: float | None = Field(None, gt=0.0)
    """Engine speed for hours and money; None takes the probe's measured speed, or leaves hours out."""
    gpus: int = Field(1, ge=1)
    """GPUs that reach this speed together: GPU-hours are hours times this."""
    money_per_hour: float = Field(0.0, ge=0.0)
    """Price of an hour of all of them."""

    @model_validator(mode="after")
    def _rates_are_shares(self) -> PlanSettings:
        for level, rate in self.assumed_pass_rate_by_level.items():
            if not 0.0 < rate < 1.0:
                raise ValueError(
                    f"assumed_pass_rate_by_level: {rate} of level {level!r} is not between 0 and 1"
                )
        return self


class SynthSettings(Settings):
    """Draw until every problem has its target of correct samples, is hopeless, or the budget is spent."""

    stage: Literal["synth"] = "synth"
    strategy: StrategySettings = Prop2Diff()
    """Who gets how many."""
    max_draws_per_problem: int = Field(512, ge=1)
    """Give up on a problem after this many draws, the probe's included."""
    hopeless_pass_rate: float = Field(0.005, ge=0.0, lt=1.0)
    """Give up on a problem once the upper 95 % bound of its pass rate is under this; 0 never gives up early."""
    rate: Literal["raw", "shrunk"] = "raw"
    """Pass rate that targets follow: `raw`, correct / judged as in the paper, or `shrunk`, the posterior mean (docs/difficulty.md)."""
    count_probe: bool = True
    """Count the probe's correct draws toward the target."""
    splits: tuple[str, ...] = ("train",)
    """Splits of problems to draw."""
    max_open_gap: float = Field(1.0, ge=0.0, le=1.0)
    """Gate: fail (exit 3) if more than this share of problems ends without any correct sample."""
    model: ModelSettings = ModelSettings()
    """Model that draws."""
    engine: EngineSettings = AutoEngine()
    """Engine that runs it."""
    sampling: SamplingSettings = SamplingSettings()
    """How to draw."""
    prompt: PromptSettings = PromptSettings()
    """How to ask."""
    verifier: VerifierSettings = VerifierSettings()
    """How to check."""
    budget: Budget = Budget()
    """Hard stops."""


class TuneSamplingSettings(Settings):
    """Compare temperatures on a few problems: accuracy, diversity and yield."""

    stage: Literal["tune-sampling"] = "tune-sampling"
    temperatures: tuple[Annotated[float, Field(ge=0.0, le=2.0)], ...] = Field(
        (0.3, 0.7, 1.0, 1.3, 1.6, 2.0), min_length=1
    )
    """Temperatures to try; the default is DART-Math's grid."""
    top_ps: tuple[Annotated[float, Field(gt=0.0, le=1.0)], ...] = ()
    """Nucleus masses to try with each temperature; empty takes `sampling.top_p` alone."""
    samples_per_problem: int = Field(8, ge=2)
    """Draws of each problem at each setting."""
    problems: int = Field(100, ge=1)
    """Problems drawn at random from the splits; all where there are fewer."""
    hard_below: float = Field(0.5, gt=0.0, le=1.0)
    """Hard problems, which decide: those with a mean pass rate over all settings under this."""
    seed: int = Field(0, ge=0)
    """Choice of problems."""
    splits: tuple[str, ...] = ("train",)
    """Splits of problems."""
    model: ModelSettings = ModelSettings()
    """Model that draws."""
    engine: EngineSettings = AutoEngine()
    """Engine that runs it."""
    sampling: SamplingSettings = SamplingSettings()
    """How to draw, but for the temperature and nucleus mass that are tried."""
    prompt: PromptSettings = PromptSettings()
    """How to ask."""
    verifier: VerifierSettings = VerifierSettings()
    """How to check."""
    budget: Budget = Budget()
    """Hard stops, over all settings together."""


class VerifySettings(Settings):
    """Check every sample that has no verdict of this verifier yet."""

    stage: Literal["verify"] = "verify"
    verifier: VerifierSettings = VerifierSettings()
    """How to check."""
    judge: JudgeSettings | None = None
    """A language model for what the rules leave undecided and for answers in free form; None asks no model."""


class ExportSftSettings(Settings):
    """Write correct samples as supervised fine-tuning data."""

    stage: Literal["export-sft"] = "export-sft"
    name: str = "sft"
    """Folder under `exports/`."""
    strategy: StrategySettings | None = None
    """Take the samples this strategy's targets allow, in draw order; None takes every correct sample."""
    formats: tuple[Literal["messages", "verl", "trl"], ...] = ("messages",)
    """Shapes to write."""
    phases: tuple[Literal["probe", "synth", "given"], ...] = ("probe", "synth", "given")
    """Phases of draws to take."""
    splits: tuple[str, ...] = ("train",)
    """Splits of problems."""
    distinct: bool = True
    """Drop repeated completions of one problem."""
    include_reference: bool = False
    """Also take the source's own worked solutions."""
    prompt: PromptSettings = PromptSettings()
    """The question as the model will see it."""


class ExportRlSettings(Settings):
    """Write problems with gold answers (and measured pass rates) as reinforcement learning data."""

    stage: Literal["export-rl"] = "export-rl"
    name: str = "rl"
    """Folder under `exports/`."""
    formats: tuple[Literal["verl", "trl"], ...] = ("verl", "trl")
    """Shapes to write, beside dartkit's own JSON lines."""
    to: Literal["verl"] | None = None
    """Also write what this trainer needs to start: config, reward function and launch script (folder `verl/`)."""
    min_pass_rate: float = Field(0.0, ge=0.0, le=1.0)
    """Leave out problems measured below this (inclusive bound kept)."""
    max_pass_rate: float = Field(1.0, ge=0.0, le=1.0)
    """Leave out problems measured above this (inclusive bound kept)."""
    splits: tuple[str, ...] = ("train",)
    """Splits of problems."""
    prompt: PromptSettings = PromptSettings()
    """The question as the model will see it."""


class CardSettings(Settings):
    """Write the data set card of an export, with facts recomputed from the files."""

    stage: Literal["card"] = "card"
    exports: tuple[str, ...] = ()
    """Folders under `exports/`; empty means all."""
    title: str | None = None
    """Heading; None takes the run's name."""
    license: str | None = None
    """Licence of the data; None states what the rows say, or that it is unknown."""


class EvalSettings(Settings):
    """Accuracy of a model on held-out problems, with intervals."""

    stage: Literal["eval"] = "eval"
    name: str = "base"
    """Row of the result table."""
    model: ModelSettings = ModelSettings()
    """Model under test."""
    engine: EngineSettings = AutoEngine()
    """Engine that runs it."""
    sampling: SamplingSettings = SamplingSettings()
    """How to draw."""
    prompt: PromptSettings = PromptSettings()
    """How to ask."""
    verifier: VerifierSettings = VerifierSettings()
    """How to check."""
    splits: tuple[str, ...] = ("test",)
    """Splits of problems."""
    samples_per_problem: int = Field(1, ge=1)
    """Draws of each problem (avg@n)."""
    ks: tuple[Annotated[int, Field(ge=1)], ...] = ()
    """Sizes k of pass@k and maj@k beside the number of draws; empty takes the powers of two."""
    budget: Budget = Budget()
    """Hard stops."""
    compare_to: str | None = None
    """Name of another eval of this run: report the paired difference with its interval."""
    min_accuracy: float = Field(0.0, ge=0.0, le=1.0)
    """Gate: fail (exit 3) below this."""
    min_gain: float | None = None
    """Gate: fail (exit 3) if the lower bound of the paired gain over `compare_to` is below this."""

    @model_validator(mode="after")
    def _gain_needs_other(self) -> EvalSettings:
        if self.min_gain is not None and self.compare_to is None:
            raise ValueError("min_gain needs compare_to, the name of the eval to compare with")
        if "samples_per_problem" in self.model_fields_set:  # a benchmark may still have its own number
            self.sizes()
        return self

    def sizes(self) -> tuple[int, ...]:
        """Return the sizes k above 1, ascending, with the number of draws; k = 1 is the accuracy itself.

        Raises:
            ValueError: when a size is larger than the number of draws.
        """
        n = self.samples_per_problem
        if self.ks and max(self.ks) > n:
            raise ValueError(
                f"k={max(self.ks)} of pass@k and maj@k needs samples_per_problem={max(self.ks)} or more, not {n}"
            )
        chosen = self.ks or [2**power for power in range(1, n.bit_length())]
        return tuple(sorted({k for k in (*chosen, n) if k > 1}))


StepSettings = Annotated[
    LoadSettings
    | LoadSamplesSettings
    | ValidateSettings
    | EstimateSettings
    | PlanSettings
    | TuneSamplingSettings
    | SynthSettings
    | VerifySettings
    | ExportSftSettings
    | ExportRlSettings
    | CardSettings
    | TrainSftSettings
    | TrainRlSettings
    | EvalSettings,
    Field(discriminator="stage"),
]

STEP_CLASSES: dict[str, type[Settings]] = {
    str(kind.model_fields["stage"].default): kind
    for kind in (
        LoadSettings, LoadSamplesSettings, ValidateSettings, TuneSamplingSettings, EstimateSettings, PlanSettings, SynthSettings, VerifySettings,
        ExportSftSettings, ExportRlSettings, CardSettings, TrainSftSettings, TrainRlSettings, EvalSettings,
    )
}  # fmt: skip
"""Settings class of every stage by its name."""
