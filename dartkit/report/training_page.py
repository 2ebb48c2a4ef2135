"""`report.html` of a run: the curves of every training in it with warnings in words, one file that needs nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import DataError
from dartkit.files import read_json, write_bytes
from dartkit.report.markup import escape
from dartkit.report.svg import Curve, line_chart
from dartkit.report.training_curves import RL_CHARTS, SFT_CHARTS, Chart, Row
from dartkit.report.training_warnings import RL_RULES, SFT_RULES, TrainingWarning, find_warnings
from dartkit.training.record import read_metrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dartkit.run import RunDir

FILE = "report.html"
SHOWN_SAMPLES = 4
SHOWN_CHARACTERS = 1500

STYLE = """
body{font:15px/1.45 system-ui,sans-serif;color:#1c2733;background:#fff;max-width:1180px;margin:24px auto;padding:0 16px}
h1{font-size:24px;margin:0 0 4px}h2{font-size:20px;margin:36px 0 6px;border-top:1px solid #d5dce3;padding-top:20px}
h3{font-size:15px;margin:18px 0 0}figure h3{margin:0}p{margin:4px 0 10px}.note{color:#5a6875;font-size:13px}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:18px}
figure{margin:0}svg{width:100%;height:auto;display:block}svg text{font-size:10px;fill:#5a6875}
.grid{stroke:#e6ebef}polyline{fill:none;stroke-width:1.8;stroke-linejoin:round}
.curve0{stroke:#0b62a4}.curve1{stroke:#c4551a}.curve2{stroke:#5b8c3e}
.dot0,.key0{fill:#0b62a4;color:#0b62a4}.dot1,.key1{fill:#c4551a;color:#c4551a}.dot2,.key2{fill:#5b8c3e;color:#5b8c3e}
.key{font-size:12px;margin-right:10px;font-weight:600}
.warning{border-left:4px solid #c4551a;background:#fdf3ec;padding:8px 12px;margin:8px 0}
.calm{border-left:4px solid #5b8c3e;background:#f1f7ed;padding:8px 12px;margin:8px 0}
table{border-collapse:collapse;margin:8px 0}td,th{text-align:left;padding:2px 14px 2px 0;vertical-align:top;font-size:13px}
pre{background:#f5f7f9;padding:8px 10px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:12px;margin:4px 0 12px}
@media(prefers-color-scheme:dark){body{background:#12181e;color:#dbe3ea}.grid{stroke:#2a343d}pre{background:#1b232b}
.warning{background:#33231a}.calm{background:#1d2a18}h2{border-color:#2a343d}.note,svg text{color:#93a1ad;fill:#93a1ad}}
"""


def write_training_report(run: RunDir) -> dict[str, Any]:
    """Write the page and return its path with each training's steps, last numbers and warnings.

    Raises:
        DataError: when the run holds no training that made a step.
        EnvironmentProblem: when the page cannot be written.
    """
    trainings = [
        found for folder in sorted((run.path / "models").glob("*")) if (found := _read(folder)) is not None
    ]
    if not trainings:
        raise DataError(
            "this run has no training to report on",
            where=str(run.path),
            fix=f"Run `dartkit train-rl {run.path}` or `dartkit train-sft {run.path}` first.",
        )
    path = run.path / FILE
    body = "".join(_section(*training) for training in trainings)
    title = f"Trainings of {escape(run.name)}"
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{STYLE}</style></head><body><h1>{title}</h1>{body}</body></html>\n"
    )
    write_bytes(path, page.encode())
    return {
        "path": str(path),
        "trainings": [
            {"name": folder.name, "steps": len(rows), "warnings": [item._asdict() for item in warnings(rows)]}
            for folder, rows in trainings
        ],
    }


def warnings(rows: Sequence[Row]) -> list[TrainingWarning]:
    """Return what the rules say of a training, whichever trainer it is of."""
    return find_warnings(rows, RL_RULES if is_rl(rows) else SFT_RULES)


def is_rl(rows: Sequence[Row]) -> bool:
    """Say whether these are metrics of reinforcement learning."""
    return "groups_generated" in rows[0]


def _read(folder: Path) -> tuple[Path, list[Row]] | None:
    path = folder / "metrics.jsonl"
    rows = read_metrics(path) if path.is_file() else []
    made = [row for row in rows if "grad_norm" in row]  # step 0 is an evaluation of the start alone
    timing = folder / "timing.jsonl"
    seconds = {row["step"]: row.get("seconds") for row in read_metrics(timing)} if timing.is_file() else {}
    return (folder, [{**row, "seconds": seconds.get(row["step"])} for row in made]) if made else None


def _section(folder: Path, rows: list[Row]) -> str:
    kind = "reinforcement learning" if is_rl(rows) else "supervised fine-tuning"
    state = "finished" if (folder / "train.json").is_file() else "not finished"
    charts = "".join(_figure(chart, rows) for chart in (RL_CHARTS if is_rl(rows) else SFT_CHARTS))
    parts = [
        f"<h2>{escape(folder.name)}</h2><p class=note>{kind}, {len(rows)} steps, {state}</p>",
        *(_warning(item) for item in warnings(rows)),
        ""
        if warnings(rows)
        else '<p class="calm">No warning. The rules look at the newest 10 to 20 steps.</p>',
        f'<div class="charts">{charts}</div>',
        _spent(rows) if is_rl(rows) else "",
        _samples(folder, rows[-1]["step"]),
        _settings(folder),
    ]
    return "".join(parts)


def _warning(item: TrainingWarning) -> str:
    return f'<p class="warning"><strong>{escape(item.text)}</strong><br><span class=note>{escape(item.reason)}</span></p>'


def _figure(chart: Chart, rows: list[Row]) -> str:
    curves = [curve for curve in chart.curves(rows) if curve.points]
    head = f"<h3>{escape(chart.title)}</h3><p class=note>{escape(chart.note)}</p>"
    if not curves:
        return f"<figure>{head}<p class=note>Not measured in this training.</p></figure>"
    return f"<figure>{head}{line_chart(curves, title=chart.title)}{_keys(curves)}</figure>"


def _keys(curves: list[Curve]) -> str:
    if len(curves) < 2:
        return ""
    return "".join(
        f'<span class="key key{number}">&#9632; {escape(curve.label)}</span>'
        for number, curve in enumerate(curves)
    )


def _spent(rows: list[Row]) -> str:
    """Return where the generated groups went, over the whole training."""
    fates = ("kept", "all_right", "all_wrong", "out_of_band", "expired", "failed")
    total = sum(row["groups_generated"] for row in rows)
    cells = [
        (
            fate.replace("_", " "),
            count := sum(row.get(f"groups_{fate}", 0) for row in rows),
            count / max(total, 1),
        )
        for fate in fates
    ]
    carried = rows[-1].get("groups_carried", 0)  # trainings of earlier versions did not carry
    cells.append(("carried on", carried, carried / max(total, 1)))
    body = "".join(
        f"<tr><td>{name}</td><td>{count:,}</td><td>{share:.1%}</td></tr>" for name, count, share in cells
    )
    tokens = sum(row["generated_tokens"] for row in rows)
    trained = sum(row["trained_tokens"] for row in rows)
    return (
        f"<h3>Where the {total:,} generated groups went</h3><table>{body}</table>"
        f"<p class=note>{tokens:,} tokens generated, {trained:,} trained on.</p>"
    )


def _samples(folder: Path, step: int) -> str:
    """Return the first samples of the last step that left some, shortened."""
    rows = read_samples(folder, step)[:SHOWN_SAMPLES]
    if not rows:
        return ""
    shown = "".join(
        f"<p class=note>{escape(row['problem_id'][:12])} sample {row['sample_index']}: {escape(row['outcome'])}, reward "
        f"{row['reward']:.3g}, advantage {_number(row['advantage'])}, {row['tokens']} tokens, group {escape(row['group'])}</p>"
        f"<pre>{escape(row['completion'][:SHOWN_CHARACTERS])}</pre>"
        for row in rows
    )
    return f"<h3>Samples of step {step}</h3>{shown}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.3g}"


def read_samples(folder: Path, step: int) -> list[Row]:
    """Return the samples of a step in the order of their prompts; none where the step left no file."""
    path = folder / "samples" / f"step-{step:06d}.jsonl"
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _settings(folder: Path) -> str:
    path = folder / "train.json"
    if not path.is_file():
        return ""
    text = json.dumps(read_json(path)["settings"], indent=1, ensure_ascii=False)
    return f"<details><summary>Settings</summary><pre>{escape(text)}</pre></details>"
