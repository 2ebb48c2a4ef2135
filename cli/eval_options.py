"""The options of `dartkit eval`: what is measured, and on which benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from .options import Flag, Limit, Name, RunSeed, Splits


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """What the form with benchmarks takes beside its settings."""

    tasks: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME", help="Benchmarks to measure MODEL on; dartkit eval tasks lists them."
        ),
    ] = None
    task_file: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=PATH", help="Local file of a benchmark, in place of the hub; repeatable."),
    ] = None
    into: Annotated[
        Path | None,
        typer.Option(
            "--run", metavar="DIR", help="Folder for the benchmarks' runs. Default: runs/eval-MODEL."
        ),
    ] = None
    limit: Limit = None
    run_seed: RunSeed = None

    @property
    def wanted(self) -> bool:
        """Whether benchmarks were named."""
        return bool(self.tasks or self.task_file)

    def strays(self) -> list[str]:
        """Return the given options that mean nothing without benchmarks."""
        given = {"--run": self.into, "--limit": self.limit, "--run-seed": self.run_seed}
        return [name for name, value in given.items() if value is not None]


@dataclass(frozen=True, slots=True)
class Measurement:
    """What is measured and how good it must be."""

    name: Name = None
    compare_to: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Another eval of this run: report the paired difference."),
    ] = None
    samples: Annotated[
        int | None, typer.Option(metavar="N", help="Draws of each problem (avg@N). Default: 1.")
    ] = None
    k: Annotated[
        list[int] | None,
        typer.Option(
            "--k", metavar="K", help="Report pass@K and maj@K too; repeatable. Default: 2, 4, 8 ..."
        ),
    ] = None
    min_accuracy: Annotated[
        float | None, typer.Option(metavar="X", help="Fail (exit status 3) below this accuracy.")
    ] = None
    min_gain: Annotated[
        float | None,
        typer.Option(
            metavar="X", help="Fail if the lower bound of the gain over --compare-to is below this."
        ),
    ] = None
    split: Splits = None

    def flags(self) -> list[Flag]:
        """Return the flags of this group."""
        return [
            Flag("--name", "name", self.name),
            Flag("--compare-to", "compare_to", self.compare_to),
            Flag("--samples", "samples_per_problem", self.samples),
            Flag("--k", "ks", self.k or None),
            Flag("--min-accuracy", "min_accuracy", self.min_accuracy),
            Flag("--min-gain", "min_gain", self.min_gain),
            Flag("--split", "splits", self.split or None),
        ]
