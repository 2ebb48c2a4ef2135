"""Every option of the command line, once: a flag of one meaning has one name, one help text and one type everywhere.

Options that always come together are dataclasses (`Output`, `More`, `Drawing`, `Limits`); `command` spreads their fields over
the command line and hands the body the filled dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from dartkit.errors import UsageError

RunPath = Annotated[Path, typer.Argument(metavar="RUN", help="Run directory, for example runs/demo.")]
ShardOption = Annotated[
    str | None,
    typer.Option(metavar="I/N", help="Work on the I-th of N shards of the problems, counted from 0."),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run", help="Print the resolved settings (and a training's forecast) as JSON and spend nothing."
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="MODEL",
        help="`tiny` (bundled), a model folder, `run:models/NAME`, a hub name, or a server's name. Default: tiny.",
    ),
]
Name = Annotated[
    str | None, typer.Option(metavar="NAME", help="Name of the result inside the run directory.")
]
Splits = Annotated[
    list[str] | None, typer.Option("--split", metavar="SPLIT", help="Split of problems; repeatable.")
]
IntoSplit = Annotated[
    str | None,
    typer.Option(
        "--split", metavar="SPLIT", help="Split the rows go to: train (sampled) or test (held out)."
    ),
]
License = Annotated[
    str | None, typer.Option(metavar="NAME", help="Licence of all rows that do not state one.")
]
Limit = Annotated[int | None, typer.Option(metavar="N", help="Take only the first N rows.")]
SourceName = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="Name of the source. Default: the file's stem.")
]
RunSeed = Annotated[
    int | None,
    typer.Option(metavar="N", help="Seed of the run directory, where this command creates it. Default: 0."),
]
DataPaths = Annotated[
    list[str],
    typer.Argument(metavar="PATH", help="JSON lines, Parquet or CSV files (.gz, .zst); patterns allowed."),
]
Strategy = Annotated[
    str | None,
    typer.Option(
        metavar="vanilla|uniform|prop2diff|budget",
        help="Who gets how many samples, or the name of an installed strategy. NAME=N also sets its number: draws, correct, or most "
        "correct per problem; with budget, tokens.",
    ),
]
MaxDraws = Annotated[
    int | None, typer.Option(metavar="N", help="Give up on a problem after N draws, the probe's included.")
]
Rate = Annotated[
    str | None,
    typer.Option(metavar="raw|shrunk", help="Measured pass rate that targets follow. Default: raw."),
]
Data = Annotated[
    str | None,
    typer.Option(metavar="PATH", help="Training data; `run:` is the run directory. Default: the export."),
]
Track = Annotated[
    list[str] | None,
    typer.Option(
        "--track", metavar="tensorboard|trackio|wandb", help="Also send the metrics there; repeatable."
    ),
]
LearningRate = Annotated[float | None, typer.Option(metavar="X", help="Peak learning rate.")]
Resume = Annotated[
    str | None,
    typer.Option(
        metavar="CHECKPOINT",
        help="Go back, once, to this checkpoint of the same training. Default: on from the newest.",
    ),
]
Fork = Annotated[
    str | None,
    typer.Option(
        metavar="CHECKPOINT",
        help="Begin a new training with weights and optimizer of this checkpoint; `run:` is the run directory.",
    ),
]
Formats = Annotated[
    list[str] | None, typer.Option("--format", metavar="FORMAT", help="Shape to write; repeatable.")
]


class Flag(NamedTuple):
    """What one flag says: its name as typed, the key path it sets, and the value (None: not given)."""

    name: str
    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class Output:
    """How a command speaks; every command has these."""

    json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but the result and errors.")] = False
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False
    log_format: Annotated[
        str, typer.Option(metavar="text|json", help="Progress on stderr as text or as one JSON event a line.")
    ] = "text"


@dataclass(frozen=True, slots=True)
class More:
    """Settings that have no flag of their own."""

    set: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Any setting of this step (docs/recipe.md); repeatable."
        ),
    ] = None
    settings: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YAML file with settings of this step; flags and --set win."),
    ] = None

    def adding(self, text: str) -> More:
        """Return a copy with one more `key=value`, before those the user gave."""
        return replace(self, set=[text, *(self.set or [])])


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a foreign file is which field."""

    text_field: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Column with the question. Default: problem.")
    ] = None
    answer_field: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Column with the gold answer. Default: answer.")
    ] = None
    level_field: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Column with the source's difficulty label.")
    ] = None
    subject_field: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column with the subject.")] = (
        None
    )

    def flags(self, block: str) -> list[Flag]:
        """Return the flags of this group for the settings block that holds the columns."""
        return [
            Flag("--text-field", f"{block}.text", self.text_field),
            Flag("--answer-field", f"{block}.answer", self.answer_field),
            Flag("--level-field", f"{block}.level", self.level_field),
            Flag("--subject-field", f"{block}.subject", self.subject_field),
        ]


@dataclass(frozen=True, slots=True)
class Drawer:
    """Which model draws, and what runs it."""

    model: Model = None
    engine: Annotated[
        str | None,
        typer.Option(
            metavar="auto|transformers|vllm|http|ray|scripted", help="What runs the model. Default: auto."
        ),
    ] = None
    base_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Server of --engine http, for example http://127.0.0.1:8000/v1; --model is its name there.",
        ),
    ] = None
    api_key_env: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Environment variable with the key of that server. Default: no key."
        ),
    ] = None
    replicas: Annotated[
        int | None, typer.Option(metavar="N", help="With --engine ray: how many replicas. Default: 1.")
    ] = None
    replica_engine: Annotated[
        str | None,
        typer.Option(
            metavar="auto|transformers|vllm|scripted",
            help="With --engine ray: the engine of each replica. Default: auto.",
        ),
    ] = None
    batch_size: Annotated[
        int | None,
        typer.Option(metavar="N", help="Draws in flight, of each replica; needs an engine other than auto."),
    ] = None
    max_tokens: Annotated[
        int | None, typer.Option(metavar="N", help="Longest completion, in tokens. Default: 512.")
    ] = None

    def flags(self) -> list[Flag]:
        """Return the flags of this group."""
        return [
            Flag("--model", "model.path", self.model),
            Flag("--engine", "engine.kind", self.engine),
            Flag(
                "--base-url URL", "engine.base_url", self.base_url
            ),  # with a blank its value is not repeated
            Flag("--api-key-env NAME", "engine.api_key_env", self.api_key_env),
            Flag("--replicas", "engine.replicas", self.replicas),
            Flag("--replica-engine", "engine.replica.kind", self.replica_engine),
            Flag("--batch-size", "engine.batch_size", self.batch_size),
            Flag("--max-tokens", "sampling.max_tokens", self.max_tokens),
        ]


@dataclass(frozen=True, slots=True)
class Drawing(Drawer):
    """Which model draws, what runs it, and how."""

    temperature: Annotated[
        float | None, typer.Option(metavar="X", help="Softmax temperature; 0 is greedy. Default: 1.")
    ] = None
    top_p: Annotated[float | None, typer.Option(metavar="X", help="Nucleus mass. Default: 1.")] = None

    def flags(self) -> list[Flag]:
        """Return the flags of this group."""
        return [
            *Drawer.flags(self),
            Flag("--temperature", "sampling.temperature", self.temperature),
            Flag("--top-p", "sampling.top_p", self.top_p),
        ]


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard stops of a step (exit status 6, resumable)."""

    budget_draws: Annotated[
        int | None, typer.Option(metavar="N", help="Stop after N draws of this stage over the whole run.")
    ] = None
    budget_tokens: Annotated[
        int | None, typer.Option(metavar="N", help="Stop after N completion tokens of this stage.")
    ] = None
    budget_hours: Annotated[
        float | None, typer.Option(metavar="X", help="Stop after X hours of this process.")
    ] = None

    def flags(self) -> list[Flag]:
        """Return the flags of this group."""
        return [
            Flag("--budget-draws", "budget.max_draws", self.budget_draws),
            Flag("--budget-tokens", "budget.max_tokens", self.budget_tokens),
            Flag("--budget-hours", "budget.max_hours", self.budget_hours),
        ]


def begin_flags(resume: str | None, fork: str | None) -> list[Flag]:
    """Return the flags that say where a training begins."""
    return [
        Flag("--resume CHECKPOINT", "checkpoint.resume", resume),
        Flag("--fork CHECKPOINT", "checkpoint.fork", fork),
    ]


def read_shard(text: str | None) -> tuple[int, int]:
    """Return `(index, count)` of `I/N`; the whole run where nothing is given.

    Raises:
        UsageError: when it is not two numbers with 0 <= I < N.
    """
    if text is None:
        return (0, 1)
    index, slash, count = text.partition("/")
    if slash and index.isdecimal() and count.isdecimal() and int(index) < int(count):
        return (int(index), int(count))
    raise UsageError(
        f"--shard {text}: expected I/N with I from 0 to N-1", fix="Example of four shards: --shard 0/4"
    )


NUMBER_OF_STRATEGY = {
    "vanilla": "draws_per_problem",
    "uniform": "correct_per_problem",
    "prop2diff": "max_correct",
    "budget": "tokens",
}


def read_strategy(text: str) -> dict[str, Any]:
    """Return the settings that `NAME` or `NAME=N` means; an unknown name is left for the settings to refuse.

    Raises:
        UsageError: when N is no number.
    """
    from dartkit.dart.custom import installed

    name, equals, number = text.partition("=")
    if not equals:
        return (
            {"kind": name}
            if name in NUMBER_OF_STRATEGY or name not in installed()
            else {"kind": "custom", "name": name}
        )
    if not number.isdecimal() or name not in NUMBER_OF_STRATEGY:
        raise UsageError(
            f"--strategy {text}: expected NAME or NAME=N with one of {', '.join(NUMBER_OF_STRATEGY)}",
            fix="Example: --strategy prop2diff=12",
        )
    return {"kind": name, NUMBER_OF_STRATEGY[name]: int(number)}


def strategy_flags(text: str | None) -> list[Flag]:
    """Return the flags that one `--strategy` amounts to."""
    if text is None:
        return []
    return [
        Flag(f"--strategy {text}", f"strategy.{key}", value) for key, value in read_strategy(text).items()
    ]


def read_levels(flag: str, texts: list[str]) -> tuple[float | None, dict[str, float]]:
    """Return the number that stands alone (the last one wins) and the numbers of `LEVEL=X`.

    Raises:
        UsageError: when X is no number.
    """
    general: float | None = None
    by_level: dict[str, float] = {}
    for text in texts:
        level, equals, number = text.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            raise UsageError(
                f"{flag} {text}: expected X or LEVEL=X with a number X",
                fix=f"Example: {flag} 0.3 {flag} 5=0.1",
            ) from None
        if equals:
            by_level[level] = value
        else:
            general = value
    return general, by_level
