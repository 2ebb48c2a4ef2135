"""The tables that `dartkit verify audit` prints for people."""

from __future__ import annotations

from typing import Any

from .console import TableLike, TextTable, format_value, shorten

SHOWN_CLASSES = 20
SHOWN_DISPUTES = 30
TEXT_CHARACTERS = 60


def audit_tables(value: dict[str, Any]) -> list[TableLike]:
    """Return the totals, the outcomes of one verifier against those of the other, and the classes with an example each."""
    first, second = value["first"]["verifier"], value["second"]["verifier"]
    correct = value["correct"]
    rows = (
        ("samples", format_value(value["samples"])),
        ("without a gold answer", format_value(value["without_gold"])),
        ("one outcome (agreement)", _share(value["agreement"])),
        ("agreement beyond chance (kappa)", "-" if value["kappa"] is None else f"{value['kappa']:.4f}"),
        (f"correct only by {first}", format_value(correct["only_first"])),
        (f"correct only by {second}", format_value(correct["only_second"])),
    )
    tables: list[TableLike] = [TextTable(f"{first} against {second}", ("what", "how many"), rows)]
    tables.append(_confusion_table(value, first, second))
    if value["classes"]:
        tables.append(_classes_table(value["classes"]))
    return tables


def _confusion_table(value: dict[str, Any], first: str, second: str) -> TableLike:
    cells = {(item["first"], item["second"]): item["samples"] for item in value["confusion"]}
    names = [list(dict.fromkeys(key[side] for key in cells)) for side in (0, 1)]
    rows = tuple((row, *(f"{cells.get((row, column), 0):,}" for column in names[1])) for row in names[0])
    return TextTable("Outcomes", (first, *names[1]), rows, f"Rows: {first}. Columns: {second}.")


def _classes_table(classes: list[dict[str, Any]]) -> TableLike:
    rows = []
    for item in classes[:SHOWN_CLASSES]:
        example = item["examples"][0]
        found = [_text(example[side]["extracted"]) for side in ("first", "second")]
        rows.append(
            (
                format_value(item["samples"]),
                item["cause"],
                item["answer_kind"],
                f"{item['first']} ({item['first_rule'] or '-'})",
                f"{item['second']} ({item['second_rule'] or '-'})",
                example["problem_id"][:12],
                _text(example["gold"]),
                found[0] if found[0] == found[1] else " / ".join(found),
            )
        )
    columns = ("samples", "cause", "kind", "first", "second", "problem", "gold", "answer")
    more = len(classes) - len(rows)
    note = f"{more} more classes: --json; all samples: --out FILE" if more > 0 else "All samples: --out FILE"
    return TextTable("Disagreements by class", columns, tuple(rows), note)


def consensus_tables(value: dict[str, Any]) -> list[TableLike]:
    """Return how many majorities agree with the gold answer, and the problems where they do not."""
    rows = (
        ("problems with draws", format_value(value["problems"])),
        ("majority is the gold answer", format_value(value["agree"])),
        ("majority is another answer", format_value(value["differ"])),
        ("cannot tell", format_value(value["undecided"])),
        ("no majority", format_value(value["no_majority"])),
        ("suspect gold answers", format_value(value["suspect_gold"])),
        ("gold answers nothing was compared with", format_value(value["undecided_gold"])),
    )
    tables: list[TableLike] = [
        TextTable(f"Gold against majority, {value['verifier']}", ("what", "how many"), rows)
    ]
    disputes = value["disputes"][:SHOWN_DISPUTES]
    if disputes:
        lines = tuple(
            (
                item["problem_id"][:12], item["rule"] or "-", _text(item["gold"]), _text(item["majority"]),
                f"{item['votes']} of {item['draws']}", format_value(item["correct"]),
            )
            for item in disputes
        )  # fmt: skip
        columns = ("problem", "flag", "gold", "majority", "votes", "correct")
        more = len(value["disputes"]) - len(disputes)
        note = f"{more} more: --json or --out FILE" if more > 0 else ""
        tables.append(TextTable("Majorities that are not the gold answer", columns, lines, note))
    return tables


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2%}"


def _text(value: str | None) -> str:
    return shorten(format_value(value), TEXT_CHARACTERS)
