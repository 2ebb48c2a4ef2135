"""The README of a trained model: what it was made of, what was measured, its curves, how to ask it, and the recipe to make it again.

Everything comes from files of the training's folder (`train.json` or a checkpoint, `metrics.jsonl`), so the card of the same training
is always the same text. Times are not in it: two equal trainings have equal cards.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit import __version__
from dartkit.algorithm_settings import ALGORITHMS
from dartkit.card.escape import inline_code, plain
from dartkit.files import read_json, write_bytes
from dartkit.report.curve_sheet import draw_sheet
from dartkit.report.training_curves import RL_CHARTS, SFT_CHARTS, Row
from dartkit.training.checkpoint import list_checkpoints, read_state
from dartkit.training.record import read_metrics

if TYPE_CHECKING:
    from collections.abc import Sequence

CARD, CURVES = "README.md", "curves.svg"
NOT_IN_CARD = {"Seconds a step"}
MEASURES = ("avg", "pass", "maj")
HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)

USE = """from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder)
"""


def write_model_card(folder: Path) -> bool:
    """Write `README.md` and `curves.svg` into a training's folder; return whether there was a training to describe.

    Raises:
        DataError: when `train.json` or a checkpoint was changed.
        EnvironmentProblem: when the disk is full or not writable.
    """
    identity = _read_identity(folder)
    path = folder / "metrics.jsonl"
    rows = read_metrics(path) if path.is_file() else []
    made = [row for row in rows if "grad_norm" in row]  # step 0 is an evaluation of the start alone
    if identity is None or not made:
        return False
    charts = RL_CHARTS if _is_rl(identity) else SFT_CHARTS
    sheet = draw_sheet([chart for chart in charts if chart.title not in NOT_IN_CARD], rows)
    write_bytes(folder / CURVES, sheet.encode())
    finished = (folder / "train.json").is_file()
    text = render_model_card(folder.name, identity, rows, made, finished=finished)
    write_bytes(folder / CARD, text.encode("utf-8", "replace"))
    return True


def render_model_card(
    name: str, identity: dict[str, Any], rows: Sequence[Row], made: Sequence[Row], *, finished: bool
) -> str:
    """Return the card's text.

    Args:
        name: Of the training.
        identity: What decides its result, as the training recorded it.
        rows: All lines of its metrics.
        made: Those of its steps.
        finished: Whether it came to its end.
    """
    settings = identity["settings"]
    parts = [
        f"---\n{_head(identity)}---",
        f"# {plain(name)}",
        _origin(identity, made, finished=finished),
        _results(rows, settings),
        f"## Curves\n\n![Curves of the training]({CURVES})",
        "## Use\n\n" + _fence(USE, "python") + "\n" + _asking(settings),
        "## Recipe\n\n"
        + _fence(json.dumps(_recipe(identity, name), indent=2, ensure_ascii=False) + "\n", "json")
        + f"\nSaved as a file it makes the training again: `dartkit {settings['stage']} RUN --settings FILE"
        + (" --fork CHECKPOINT`" if "forked from" in identity else "`")
        + f" in a run with seed {int(identity['run seed'])}. Settings that do not decide the result are left out.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _read_identity(folder: Path) -> dict[str, Any] | None:
    kept = list_checkpoints(folder / "checkpoints")
    found: dict[str, Any] | None = None
    if (folder / "train.json").is_file():
        found = read_json(folder / "train.json")["identity"]
    elif kept:
        found = read_state(kept[-1])["identity"]
    return found


def _is_rl(identity: dict[str, Any]) -> bool:
    return bool(identity["settings"]["stage"] == "train-rl")


def _head(identity: dict[str, Any]) -> str:
    """Return the metadata that the hub reads; no licence, which is that of the base model and the data."""
    import yaml

    settings, source = identity["settings"], identity["source model"]["model"]
    method = ["reinforcement-learning", settings["algo"]["kind"]] if _is_rl(identity) else ["sft"]
    values: dict[str, Any] = {
        "library_name": "transformers", "pipeline_tag": "text-generation", "tags": ["dartkit", *method],
    }  # fmt: skip
    if HUB_NAME.fullmatch(source):
        values["base_model"] = source
    return yaml.safe_dump(values, sort_keys=True)


def _origin(identity: dict[str, Any], made: Sequence[Row], *, finished: bool) -> str:
    settings, source = identity["settings"], identity["source model"]
    how = "supervised fine-tuning"
    if _is_rl(identity):
        kind = settings["algo"]["kind"]
        where = next(item.source for item in ALGORITHMS if item.model_fields["kind"].default == kind)
        how = f"reinforcement learning with verifiable rewards ({plain(kind)}, {plain(where)})"
    forked = (
        " It began with the weights of another training's checkpoint." if "forked from" in identity else ""
    )
    return (
        f"Trained by dartkit {plain(__version__)}, {how}, from {inline_code(source['model'])} at revision"
        f" {inline_code(source['revision'])} on {inline_code(settings['data'])} (SHA-256"
        f" {inline_code(identity['data'])}).{forked} {_amount(identity, made)}"
        + ("" if finished else " It has not come to its end.")
    )


def _amount(identity: dict[str, Any], made: Sequence[Row]) -> str:
    def total(key: str) -> str:
        return f"{sum(row[key] for row in made):,}"

    if _is_rl(identity):
        return (
            f"{len(made):,} steps with {total('updates')} updates: {total('groups_generated')} groups of"
            f" {int(identity['settings']['group_size'])} samples, {total('generated_tokens')} tokens generated,"
            f" {total('trained_tokens')} trained on."
        )
    return (
        f"{len(made):,} steps: {total('tokens')} tokens, loss on {total('response_tokens')} of them, from"
        f" {made[0]['loss']:.4g} in the first step to {made[-1]['loss']:.4g} in the last."
    )


def _results(rows: Sequence[Row], settings: dict[str, Any]) -> str:
    """Return the table of evaluations on the way; nothing where there were none."""
    names = [name for measure in MEASURES for name in _evaluations(rows, measure)]
    measured = [row for row in rows if any(name in row for name in names)]
    if not measured:
        return ""
    best = max(measured, key=lambda row: row.get(names[0]) or 0.0)  # the first of equals
    shown = {
        "start" if measured[0]["step"] == 0 else "first": measured[0],
        "best": best,
        "last": measured[-1],
    }
    lines = [
        f"| {what} | {row['step']} | " + " | ".join(f"{100 * row[name]:.1f} %" for name in names) + " |"
        for what, row in shown.items()
    ]
    head = ["", "step", *(name.removeprefix("eval/") for name in names)]
    table = [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines]
    sampling = settings["eval"]
    return (
        f"## Measured while training\n\n{chr(10).join(table)}\n\nOn {rows_of(measured[-1])} problems of"
        f" {inline_code(sampling['data'])}, temperature {sampling['temperature']:g}, top_p {sampling['top_p']:g}. The best step"
        " was chosen on these same problems, so its figure is flattering."
    )


def rows_of(row: Row) -> str:
    """Return how many problems an evaluation was on."""
    return f"{int(row['eval/problems']):,}"


def _evaluations(rows: Sequence[Row], measure: str) -> list[str]:
    prefix = f"eval/{measure}@"
    return sorted({name for row in rows for name in row if name.startswith(prefix)})


def _asking(settings: dict[str, Any]) -> str:
    if settings["stage"] != "train-rl":
        return "It was trained on conversations in its own chat template (`tokenizer.apply_chat_template`)."
    prompt, sampling = settings["prompt"], settings["sampling"]
    chat = "inside the chat template" if prompt["chat"] else "as plain text, without a chat template"
    return (
        f"It was trained to answer the prompt template {inline_code(prompt['template'])} {chat}, at temperature"
        f" {sampling['temperature']:g} with at most {int(sampling['max_tokens']):,} tokens."
    )


def _recipe(identity: dict[str, Any], name: str) -> dict[str, Any]:
    settings = {key: value for key, value in identity["settings"].items() if key != "stage"}
    budget = {"budget": identity["budget"]} if "budget" in identity else {}
    return {"name": name, **settings, **budget}


def _fence(text: str, language: str) -> str:
    """Return text as a code block whose fence is longer than any run of backticks in it."""
    fence = "`" * max(3, max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence}{language}\n{text}{fence}\n"
