"""The stage `card`: a README for each export, written from facts that were computed again from its files.

The head is the metadata block that the Hugging Face hub reads; the body is Markdown from one template.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit import __version__
from dartkit.card.escape import inline_code, one_line, plain
from dartkit.card.proof import prove
from dartkit.errors import UsageError
from dartkit.events import StageStarted
from dartkit.export.facts import FACTS, UNKNOWN, export_folder
from dartkit.files import write_bytes

if TYPE_CHECKING:
    from dartkit.engines.base import Engine
    from dartkit.events import EventSink
    from dartkit.run import RunDir
    from dartkit.stage_settings import CardSettings

STAGE = "card"
_HUB_LICENSES = frozenset(
    {
        "apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "cc0-1.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0",
        "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "gpl-3.0", "odc-by", "openrail", "unlicense",
    }
)  # fmt: skip
_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"))
_BAR_WIDTH = 30


def card(run: RunDir, settings: CardSettings, engine: Engine | None, events: EventSink) -> dict[str, Any]:
    """Write `exports/NAME/README.md` for the named exports, or for all.

    Returns:
        `cards`, the number written, and `rows` by export.

    Raises:
        UsageError: when an export does not exist, or there is none.
        DataError: when an export's files do not prove its facts; its old card stays.
    """
    folders = _folders(run, settings.exports)
    events.emit(StageStarted(STAGE, "exports", len(folders)))
    rows = {}
    for folder in folders:
        facts = prove(run, folder)
        write_bytes(folder / "README.md", render_card(run, facts, settings).encode())
        rows[folder.name] = facts["content"]["rows"]
    return {"cards": len(folders), "rows": rows}


def _folders(run: RunDir, names: tuple[str, ...]) -> list[Path]:
    parent = run.path / "exports"
    present = sorted(path.parent for path in parent.glob(f"*/{FACTS}")) if parent.is_dir() else []
    wanted = [export_folder(run, name) for name in names] if names else present
    for folder in wanted:
        if not folder.is_dir():
            shown = ", ".join(path.name for path in present) or "none"
            raise UsageError(
                f"no export '{folder.name}'; exports: {shown}", where=str(parent), fix="Name one of them."
            )
    if not wanted:
        raise UsageError(
            "this run has no exports", where=str(parent), fix="Run export-sft or export-rl first."
        )
    return wanted


def render_card(run: RunDir, facts: dict[str, Any], settings: CardSettings) -> str:
    """Return the card of an export from its proven facts, always the same text for the same facts."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )  # Markdown
    environment.filters.update(code=inline_code, plain=plain, share=_share, bar=_bar)
    template = environment.from_string(
        (Path(__file__).parent / "template.md.jinja").read_text(encoding="utf-8")
    )
    content = facts["content"]
    start = next(iter(facts["funnel"]["problems"]))["rows"]
    uncovered = -sum(
        step["rows"] for step in facts["funnel"]["problems"] if step["step"].startswith("not covered")
    )
    title = settings.title or run.name
    body = template.render(
        facts=facts,
        content=content,
        title=title,
        loaded=start,
        uncovered=uncovered,
        references=content.get("rows_by_phase", {}).get("reference", 0),
        usable=content["problems"] + uncovered,
        samplers=_samplers(run, content),
        license=settings.license,
        readers={name: "parquet" if name.endswith(".parquet") else "json" for name in facts["files"]},
        version=__version__,
    )
    return f"---\n{_head(facts, title, settings.license)}\n---\n\n{body.rstrip()}\n"


def _head(facts: dict[str, Any], title: str, license_: str | None) -> str:
    """Return the YAML metadata; texts pass through the YAML writer, which quotes what needs it."""
    from huggingface_hub import DatasetCardData

    content = facts["content"]
    stated = [license_] if license_ else list(content["rows_by_license"]) or [UNKNOWN]
    licenses = sorted({_hub_license(item) for item in stated})
    data = DatasetCardData(
        license=licenses[0] if len(licenses) == 1 else licenses,
        task_categories=["text-generation"],
        size_categories=[next((name for limit, name in _SIZES if content["rows"] < limit), "n>1M")],
        tags=["math", "reasoning", "dartkit", facts["kind"]],
        pretty_name=one_line(title),
        configs=[{"config_name": config, "data_files": name} for config, name in _configs(facts).items()],
    )
    return str(data.to_yaml()).strip()


def _hub_license(name: str) -> str:
    """Return the hub's key of a licence, `unknown`, or `other`."""
    key = one_line(name).lower().replace(" ", "-")
    return key if key in _HUB_LICENSES or key == UNKNOWN else "other"


def _configs(facts: dict[str, Any]) -> dict[str, str]:
    """Return the hub configurations, one for each file, named after it.

    The hub reads all configurations of a folder with one reader, so where JSON lines are there, Parquet files have none.
    """
    lines = {Path(name).stem: name for name in facts["files"] if name.endswith(".jsonl")}
    return lines or {Path(name).stem: name for name in facts["files"]}


def _samplers(run: RunDir, content: dict[str, Any]) -> list[tuple[str, Any, int]]:
    """Return id, description and rows (SFT) or measured problems (RL) of each sampler behind the export."""
    counts = content.get("rows_by_sampler") or content.get("problems_by_sampler") or {}
    known = run.samplers()
    return [(identity, known.get(identity), count) for identity, count in counts.items()]


def _share(part: int, whole: int) -> str:
    """Return a share as a percentage with one decimal; a dash of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _bar(part: int, whole: int) -> str:
    """Return a bar for a text histogram; anything above nothing shows at least one mark."""
    return "█" * (max(1, round(_BAR_WIDTH * part / whole)) if part else 0)
