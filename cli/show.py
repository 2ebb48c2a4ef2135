"""`dartkit show RUN ID`: one row's whole life, or a training step's samples, with hostile text made harmless."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dartkit.errors import UsageError

from .command import command
from .console import TableLike, Terminal, TextTable, format_value, shorten
from .options import RunPath

TEXT_CHARACTERS = 400
DRAWS = 12
STEP_SAMPLES = 3
_PROBLEM = (
    "problem_id",
    "text",
    "answer",
    "answer_kind",
    "level",
    "subject",
    "source",
    "source_split",
    "source_row",
    "license",
)


@command("dartkit show runs/demo 56c64576", "dartkit show runs/demo --step 1")
def show(
    terminal: Terminal,
    run: RunPath,
    id_prefix: Annotated[
        str | None, typer.Argument(metavar="ID", help="First characters of a problem's or a sample's id.")
    ] = None,
    step: Annotated[
        int | None, typer.Option(metavar="K", help="Show samples of this step of train-rl instead.")
    ] = None,
    training: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --step: which training. Default: the only one.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Show long texts and all draws.")] = False,
) -> None:
    """Show one problem's or one draw's whole life, or the samples of a training step.

    Source, draws, verdicts, difficulty, decisions, exports. Control characters and markup in the texts are shown, never obeyed.
    """
    if (id_prefix is None) == (step is None):
        raise UsageError("give either an ID or --step", fix=f"Example: dartkit show {run} --step 1")
    if step is not None:
        _show_step(terminal, run, training, step, full=full)
        return
    assert id_prefix is not None
    from dartkit.run import RunDir

    from .row_life import find_id, gather_life

    opened = RunDir(run)
    life = gather_life(opened, *find_id(opened, id_prefix))
    terminal.result(
        life, life_tables(life, limit=10**9 if full else TEXT_CHARACTERS, draws=10**9 if full else DRAWS)
    )


def _show_step(terminal: Terminal, run: RunPath, training: str | None, step: int, *, full: bool) -> None:
    from .step_samples import find_training, step_samples, step_tables

    folder = find_training(run, training)
    rows = step_samples(folder, step)
    shown, limit = (len(rows), 10**9) if full else (STEP_SAMPLES, TEXT_CHARACTERS)
    terminal.result(
        {"run": str(run), "training": folder.name, "step": step, "samples": rows},
        step_tables(rows, step=step, shown=shown, limit=limit),
    )


def life_tables(life: dict[str, Any], *, limit: int, draws: int) -> list[TableLike]:
    """Return a row's life as tables; texts over `limit` characters and draws over `draws` are cut with a note."""
    problem = life["problem"] or {}
    facts = tuple((key, shorten(format_value(problem.get(key)), limit)) for key in _PROBLEM)
    tables: list[TableLike] = [TextTable("Problem", ("field", "value"), facts)]
    for title, key, columns in (
        (
            "Difficulty",
            "difficulty",
            ("sampler_id", "n_samples", "n_correct", "pass_rate", "ci_low", "ci_high"),
        ),
        ("Targets", "targets", ("strategy", "target_correct", "have_correct", "n_draws", "status")),
    ):
        if life[key]:
            tables.append(_rows_table(title, life[key], columns, limit))
    if life["samples"]:
        tables += _sample_tables(life, limit, draws)
    if life["decisions"]:
        tables.append(
            _rows_table(
                "Decisions", life["decisions"], ("item_kind", "stage", "rule", "action", "evidence"), limit
            )
        )
    if life["exports"]:
        tables.append(_rows_table("Exports", life["exports"], ("file", "row"), limit))
    return tables


def _sample_tables(life: dict[str, Any], limit: int, draws: int) -> list[TableLike]:
    samples = life["samples"]
    shown = samples[:draws]
    rows = tuple(_sample_row(item) for item in shown)
    note = f"{len(samples) - len(shown)} more draws; --full" if len(shown) < len(samples) else ""
    columns = ("sample", "phase", "draw", "finish", "tokens", "verdict", "extracted")
    tables: list[TableLike] = [TextTable("Draws", columns, rows, note)]
    if life["kind"] == "sample":
        completion = tuple(
            (shorten(line, limit),) for line in shorten(shown[0]["completion"], limit * 5).split("\n")
        )
        tables.append(TextTable("Completion", ("text",), completion))
        verdicts = shown[0]["verdicts"]
        if verdicts:
            tables.append(
                _rows_table(
                    "Verdicts", verdicts, ("verifier_id", "outcome", "method", "extracted", "detail"), limit
                )
            )
    return tables


def _sample_row(item: dict[str, Any]) -> tuple[str, ...]:
    verdict = item["verdicts"][-1] if item["verdicts"] else {}
    cells = (
        item["sample_id"][:12], item["phase"], item["draw_index"], item["finish_reason"], item["completion_tokens"],
        verdict.get("outcome"), shorten(format_value(verdict.get("extracted")), 60),
    )  # fmt: skip
    return tuple(format_value(cell) for cell in cells)


def _rows_table(title: str, rows: list[dict[str, Any]], columns: tuple[str, ...], limit: int) -> TableLike:
    cells = tuple(tuple(shorten(format_value(row.get(key)), limit) for key in columns) for row in rows)
    return TextTable(title, tuple(key.replace("_", " ") for key in columns), cells)
