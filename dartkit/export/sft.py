"""The stage `export-sft`: correct samples as supervised fine-tuning data, in the shapes that trainers read.

`messages.jsonl` is dartkit's own (chat messages and where the row comes from), `verl.parquet` is what verl's multi-turn SFT
data set reads, `trl.jsonl` is TRL's conversational prompt-completion shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dartkit.errors import UsageError
from dartkit.events import Notice, StageStarted
from dartkit.export.facts import describe_files, describe_sft, export_folder, remove_other_files, write_facts
from dartkit.export.selection import select_problems, select_samples
from dartkit.files import write_json_lines, write_parquet
from dartkit.ids import normalize_text

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from dartkit.engines.base import Engine
    from dartkit.events import EventSink
    from dartkit.export.selection import SampleSelection
    from dartkit.prompts import PromptRenderer
    from dartkit.records import Problem
    from dartkit.run import RunDir
    from dartkit.stage_settings import ExportSftSettings

STAGE = "export-sft"
FILES = {"messages": "messages.jsonl", "verl": "verl.parquet", "trl": "trl.jsonl"}
Row = dict[str, Any]


def export_sft(
    run: RunDir, settings: ExportSftSettings, engine: Engine | None, events: EventSink
) -> dict[str, Any]:
    """Write the correct samples of all shards; the same tables give the same bytes again.

    An export without rows is still written, with a notice: a weak model may have solved nothing.

    Returns:
        `rows`, `problems` that have a row, `uncovered` problems, `reference_rows`, and `funnel` of samples.

    Raises:
        UsageError: for splits without problems, a strategy without targets, or an unusable name.
    """
    from dartkit.prompts import PromptRenderer

    folder = export_folder(run, settings.name)
    problems, funnel = select_problems(run, settings.splits)
    events.emit(StageStarted(STAGE, "problems", len(problems)))
    selection = select_samples(run, problems, settings)
    rows = _rows(problems, selection, settings, PromptRenderer(settings.prompt, None))
    covered = {row["problem_id"] for row in rows}
    uncovered = sum(problem.problem_id not in covered for problem in problems)
    funnel.lose("not covered: no correct sample", uncovered)
    names = _write(folder, settings, rows)
    write_facts(
        folder,
        {
            "kind": "sft",
            "name": settings.name,
            "run": run.name,
            "settings": settings.model_dump(mode="json"),
            "verifier_id": selection.verifier_id,
            "files": describe_files(folder, dict.fromkeys(names, len(rows))),
            "content": describe_sft(run, rows),
            "funnel": {"problems": funnel.steps(), "samples": selection.funnel.steps()},
        },
    )
    _tell(events, selection, rows, uncovered, len(problems))
    return {
        "rows": len(rows),
        "problems": len(covered),
        "uncovered": uncovered,
        "reference_rows": sum(row["sample_id"] is None for row in rows),
        "funnel": {step["step"]: step["rows"] for step in selection.funnel.steps()},
    }


def _rows(
    problems: list[Problem], selection: SampleSelection, settings: ExportSftSettings, renderer: PromptRenderer
) -> list[Row]:
    """Return the rows in dartkit's own shape: problems in loading order, the reference solution after the samples."""
    rows: list[Row] = []
    for problem in problems:
        answers: list[tuple[str | None, str]] = [
            (sample["sample_id"], sample["completion"])
            for sample in selection.by_problem.get(problem.problem_id, [])
        ]
        reference = problem.reference_solution if settings.include_reference else None
        texts = {normalize_text(text) for _, text in answers}
        if reference is not None and not (settings.distinct and normalize_text(reference) in texts):
            answers.append((None, reference))
        prompt = renderer.messages(problem.text) if answers else []
        rows.extend(
            {
                "messages": [*prompt, {"role": "assistant", "content": text}],
                "problem_id": problem.problem_id,
                "sample_id": sample_id,
                "level": problem.level,
                "source": problem.source,
            }
            for sample_id, text in answers
        )
    return rows


def _write(folder: Path, settings: ExportSftSettings, rows: list[Row]) -> list[str]:
    names = [FILES[shape] for shape in dict.fromkeys(settings.formats)]
    if not names:
        raise UsageError("no format was asked for", where="formats", fix=f"Name some of {', '.join(FILES)}.")
    for name in names:
        if name == FILES["verl"]:
            write_parquet(folder / name, rows, verl_sft_schema())
        else:
            write_json_lines(folder / name, rows if name == FILES["messages"] else map(trl_row, rows))
    remove_other_files(folder, FILES.values(), names)
    return names


def verl_sft_schema() -> pa.Schema:
    """Return the schema of `verl.parquet`; verl reads `messages` and passes over the other columns."""
    import pyarrow as pa

    message = pa.struct([pa.field("role", pa.string()), pa.field("content", pa.string())])
    return pa.schema(
        [
            pa.field("messages", pa.list_(message)),
            pa.field("problem_id", pa.string()),
            pa.field("sample_id", pa.string()),
            pa.field("level", pa.string()),
            pa.field("source", pa.string()),
        ]
    )


def trl_row(row: Row) -> Row:
    """Split a row's messages into TRL's `prompt` and `completion`; TRL passes over the other columns."""
    rest = {key: value for key, value in row.items() if key != "messages"}
    return {"prompt": row["messages"][:-1], "completion": row["messages"][-1:], **rest}


def _tell(
    events: EventSink, selection: SampleSelection, rows: list[Row], uncovered: int, problems: int
) -> None:
    unjudged = selection.funnel.lost["without a verdict"]
    if unjudged:
        events.emit(
            Notice(
                STAGE,
                f"{unjudged} draws have no verdict of the newest verifier and were left out; run verify",
            )
        )
    if not rows:
        events.emit(
            Notice(
                STAGE,
                f"the export is empty: none of the {selection.funnel.entered} draws of {problems} problems is correct "
                "and was taken. Draw more, ask an easier set, or use a stronger model",
            )
        )
    elif uncovered:
        events.emit(
            Notice(
                STAGE, f"{uncovered} of {problems} problems have no correct sample and are not in the export"
            )
        )
