"""The stage `export-rl`: problems with gold answers and measured pass rates as reinforcement learning data.

`problems.jsonl` is dartkit's own, `verl.parquet` has the schema of verl's prepared data sets, `trl.jsonl` is what TRL's GRPO
trainer reads (a conversational prompt, other columns go to the reward functions by name).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dartkit.errors import UsageError
from dartkit.events import Notice, StageStarted
from dartkit.export.facts import (
    PassRate,
    describe_files,
    describe_rl,
    export_folder,
    read_pass_rates,
    remove_other_files,
    write_facts,
)
from dartkit.export.selection import Funnel, select_problems
from dartkit.export.verl_launch import remove_launch, write_launch
from dartkit.files import write_json_lines, write_parquet

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from dartkit.engines.base import Engine
    from dartkit.events import EventSink
    from dartkit.records import Problem
    from dartkit.run import RunDir
    from dartkit.stage_settings import ExportRlSettings

STAGE = "export-rl"
OWN_FILE = "problems.jsonl"
FILES = {"verl": "verl.parquet", "trl": "trl.jsonl"}
# verl picks its reward function by this name; `math_dapo` reads "Answer: ..." lines, and since August 2026 a last box too.
VERL_DATA_SOURCE = "math_dapo"
Row = dict[str, Any]


def export_rl(
    run: RunDir, settings: ExportRlSettings, engine: Engine | None, events: EventSink
) -> dict[str, Any]:
    """Write the problems of all shards; the same tables give the same bytes again.

    Problems without an estimate are taken only where no bound on the pass rate is set.

    Returns:
        `rows`, and `funnel` of problems.

    Raises:
        UsageError: for splits without problems, crossed bounds, or an unusable name.
    """
    from dartkit.prompts import PromptRenderer

    if settings.min_pass_rate > settings.max_pass_rate:
        raise UsageError(
            f"min_pass_rate {settings.min_pass_rate} is above max_pass_rate {settings.max_pass_rate}",
            where=STAGE,
            fix="Exchange the two bounds.",
        )
    folder = export_folder(run, settings.name)
    problems, funnel = select_problems(run, settings.splits)
    events.emit(StageStarted(STAGE, "problems", len(problems)))
    rates = read_pass_rates(run)
    kept = [
        problem for problem in problems if _keep(problem, rates.get(problem.problem_id), settings, funnel)
    ]
    renderer = PromptRenderer(settings.prompt, None)
    rows = [_row(problem, rates.get(problem.problem_id), renderer.messages(problem.text)) for problem in kept]
    names = _write(folder, settings, rows, [problem.source_split for problem in kept])
    if settings.to == "verl":
        write_launch(folder, run)
    else:
        remove_launch(folder)
    write_facts(
        folder,
        {
            "kind": "rl",
            "name": settings.name,
            "run": run.name,
            "settings": settings.model_dump(mode="json"),
            "verifier_id": None,
            "files": describe_files(folder, dict.fromkeys(names, len(rows))),
            "content": describe_rl(run, rows),
            "funnel": {"problems": funnel.steps()},
        },
    )
    if not rows:
        events.emit(
            Notice(
                STAGE,
                f"the export is empty: none of {funnel.entered} problems is left. See the funnel in facts.json",
            )
        )
    return {"rows": len(rows), "funnel": {step["step"]: step["rows"] for step in funnel.steps()}}


def _keep(problem: Problem, rate: PassRate | None, settings: ExportRlSettings, funnel: Funnel) -> bool:
    """Say whether a problem is exported, and note in the funnel why not."""
    if not problem.answer:
        funnel.lose("no gold answer")
    elif problem.answer_kind == "proof":
        funnel.lose("a proof, which no reward can check")
    elif rate is None and (settings.min_pass_rate > 0 or settings.max_pass_rate < 1):
        funnel.lose("pass rate not measured")
    elif rate is not None and rate.rate < settings.min_pass_rate:
        funnel.lose("pass rate below the bound")
    elif rate is not None and rate.rate > settings.max_pass_rate:
        funnel.lose("pass rate above the bound")
    else:
        return True
    return False


def _row(problem: Problem, rate: PassRate | None, prompt: list[dict[str, str]]) -> Row:
    return {
        "problem_id": problem.problem_id,
        "problem": problem.text,
        "answer": problem.answer,
        "level": problem.level,
        "source": problem.source,
        "pass_rate": None if rate is None else rate.rate,
        "n_samples": 0 if rate is None else rate.n_samples,
        "prompt": prompt,
    }


def _write(folder: Path, settings: ExportRlSettings, rows: list[Row], splits: list[str]) -> list[str]:
    shapes = dict.fromkeys((*settings.formats, *([settings.to] if settings.to else [])))
    names = [OWN_FILE, *(FILES[shape] for shape in shapes)]
    write_json_lines(folder / OWN_FILE, rows)
    if FILES["verl"] in names:
        shaped = [
            verl_row(row, index, split) for index, (row, split) in enumerate(zip(rows, splits, strict=True))
        ]
        write_parquet(folder / FILES["verl"], shaped, verl_rl_schema())
    if FILES["trl"] in names:
        columns = ("prompt", "answer", "problem_id", "pass_rate")
        write_json_lines(folder / FILES["trl"], ({name: row[name] for name in columns} for row in rows))
    remove_other_files(folder, FILES.values(), names)
    return names


def verl_rl_schema() -> pa.Schema:
    """Return the schema of verl's prepared reinforcement learning data."""
    import pyarrow as pa

    text = pa.string()
    message = pa.struct([pa.field("content", text), pa.field("role", text)])
    extra = [("index", pa.int64()), ("split", text), ("problem_id", text), ("pass_rate", pa.float64())]
    return pa.schema(
        [
            pa.field("data_source", text),
            pa.field("prompt", pa.list_(message)),
            pa.field("ability", text),
            pa.field("reward_model", pa.struct([pa.field("ground_truth", text), pa.field("style", text)])),
            pa.field(
                "extra_info", pa.struct([*(pa.field(*item) for item in extra), pa.field("raw_problem", text)])
            ),
        ]
    )


def verl_row(row: Row, index: int, split: str) -> Row:
    """Return a row in verl's shape; `index` is its place in the export, from 0."""
    return {
        "data_source": VERL_DATA_SOURCE,
        "prompt": row["prompt"],
        "ability": "MATH",
        "reward_model": {"ground_truth": row["answer"], "style": "rule"},
        "extra_info": {
            "index": index,
            "split": split,
            "problem_id": row["problem_id"],
            "pass_rate": row["pass_rate"],
            "raw_problem": row["problem"],
        },
    }
