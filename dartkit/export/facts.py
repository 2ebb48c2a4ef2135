"""What is true of an export: counts, levels, licences, difficulty, samplers, files with their hashes.

`describe_sft` and `describe_rl` compute from exported rows and the run's tables alone, so that a card can compute the same
numbers again from the files and prove them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from dartkit.errors import UsageError
from dartkit.files import write_json

if TYPE_CHECKING:
    from dartkit.run import RunDir

FACTS = "facts.json"
UNKNOWN = "unknown"
REFERENCE = "reference"
PASS_RATE_BINS = ("0", "0 to 0.2", "0.2 to 0.4", "0.4 to 0.6", "0.6 to 0.8", "0.8 to 1", "1")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PassRate:
    """The measured pass rate of one problem over all its estimates, and who was measured by whom."""

    rate: float
    n_samples: int
    sampler_ids: tuple[str, ...]
    verifier_ids: tuple[str, ...]


def read_pass_rates(run: RunDir) -> dict[str, PassRate]:
    """Return the pass rate of every measured problem; several estimates are averaged with their judged draws as weights."""
    measured: dict[str, list[Any]] = {}
    for item in run.difficulty():
        if item.pass_rate is not None:
            measured.setdefault(item.problem_id, []).append(item)
    rates = {}
    for problem_id, items in measured.items():
        judged = [item.n_samples - item.n_undecided for item in items]
        correct = sum(item.pass_rate * n for item, n in zip(items, judged, strict=True))
        rates[problem_id] = PassRate(
            items[0].pass_rate if len(items) == 1 else correct / sum(judged),
            sum(item.n_samples for item in items),
            tuple(sorted({item.sampler_id for item in items})),
            tuple(sorted({item.verifier_id for item in items})),
        )
    return rates


def describe_sft(run: RunDir, rows: Sequence[Row]) -> Row:
    """Describe rows that have `problem_id`, `sample_id` (None: a reference solution), `level` and `source`."""
    wanted = {row["sample_id"] for row in rows} - {None}
    columns = ("sample_id", "phase", "sampler_id", "prompt_tokens", "completion_tokens")
    samples = {row["sample_id"]: row for row in run.rows("samples", columns) if row["sample_id"] in wanted}
    known = [samples[row["sample_id"]] for row in rows if row["sample_id"] in samples]
    per_problem = Counter(row["problem_id"] for row in rows)
    phases = Counter(samples[row["sample_id"]]["phase"] for row in rows if row["sample_id"] in samples)
    phases[REFERENCE] = sum(row["sample_id"] is None for row in rows)
    tokens = [item["completion_tokens"] for item in known if item["completion_tokens"] is not None]
    sizes = sorted(per_problem.values())
    rates = read_pass_rates(run)
    return {
        **_describe_rows(run, rows),
        "rows_by_phase": _counts(phases),
        "rows_without_sample": len(rows) - len(known) - phases[REFERENCE],
        "rows_by_sampler": _counts(Counter(item["sampler_id"] for item in known)),
        "rows_per_problem": {"min": sizes[0], "median": median(sizes), "max": sizes[-1]} if sizes else None,
        "completion_tokens": {"rows": len(tokens), "sum": sum(tokens)},
        "difficulty": _describe_rates(
            {key: rates[key].rate if key in rates else None for key in per_problem}
        ),
    }


def describe_rl(run: RunDir, rows: Sequence[Row]) -> Row:
    """Describe rows that have `problem_id`, `level`, `source` and `pass_rate`."""
    rates = read_pass_rates(run)
    used = [
        rates[row["problem_id"]]
        for row in rows
        if row["pass_rate"] is not None and row["problem_id"] in rates
    ]
    return {
        **_describe_rows(run, rows),
        "difficulty": _describe_rates({row["problem_id"]: row["pass_rate"] for row in rows}),
        "problems_by_sampler": _counts(Counter(sampler for rate in used for sampler in rate.sampler_ids)),
        "problems_by_verifier": _counts(Counter(verifier for rate in used for verifier in rate.verifier_ids)),
    }


def _describe_rows(run: RunDir, rows: Sequence[Row]) -> Row:
    licenses = {row["problem_id"]: row["license"] for row in run.rows("problems", ("problem_id", "license"))}
    return {
        "rows": len(rows),
        "problems": len({row["problem_id"] for row in rows}),
        "rows_by_level": _counts(Counter(row["level"] for row in rows)),
        "problems_by_level": _counts(Counter({row["problem_id"]: row["level"] for row in rows}.values())),
        "rows_by_source": _counts(Counter(row["source"] for row in rows)),
        "rows_by_license": _counts(Counter(licenses.get(row["problem_id"]) for row in rows)),
    }


def _counts(counter: Counter[Any]) -> dict[str, int]:
    """Return counts as JSON keeps them: text keys in order, null as `unknown`, no zeros."""
    found: Counter[str] = Counter()
    for key, count in counter.items():
        found[UNKNOWN if key is None else str(key)] += count
    return {key: found[key] for key in sorted(found) if found[key]}


def _describe_rates(rates: dict[str, float | None]) -> Row:
    """Summarise pass rates over problems. The ends 0 and 1 have bins of their own; other bins include their upper edge."""
    measured = [rate for rate in rates.values() if rate is not None]
    bins = dict.fromkeys(PASS_RATE_BINS, 0)
    for rate in measured:
        bins[_bin_of(rate)] += 1
    return {
        "measured": len(measured),
        "unmeasured": len(rates) - len(measured),
        "mean_pass_rate": round(sum(measured) / len(measured), 6) if measured else None,
        "pass_rate_bins": bins,
    }


def _bin_of(rate: float) -> str:
    if rate <= 0:
        return PASS_RATE_BINS[0]
    if rate >= 1:
        return PASS_RATE_BINS[-1]
    return next(
        name
        for name, edge in zip(PASS_RATE_BINS[1:-1], (0.2, 0.4, 0.6, 0.8, 1.0), strict=True)
        if rate <= edge
    )


def describe_files(folder: Path, files: dict[str, int]) -> dict[str, Row]:
    """Return rows, bytes and SHA-256 of the files of an export, as they lie on disk."""
    found = {}
    for name, rows in sorted(files.items()):
        with (folder / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found[name] = {"rows": rows, "bytes": (folder / name).stat().st_size, "sha256": digest}
    return found


def export_folder(run: RunDir, name: str) -> Path:
    """Return the folder of an export.

    Raises:
        UsageError: when the name is not one plain folder name.
    """
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,99}", name):
        raise UsageError(
            f"'{name}' cannot be the name of an export",
            where="name",
            fix="Use letters, digits, '.', '_' and '-'.",
        )
    return run.path / "exports" / name


def remove_other_files(folder: Path, known: Iterable[str], written: Iterable[str]) -> None:
    """Remove data files that an earlier export of this name wrote in a shape that is no longer asked for."""
    for name in set(known) - set(written):
        (folder / name).unlink(missing_ok=True)


def write_facts(folder: Path, facts: Row) -> None:
    """Write `facts.json`, after the files it speaks of."""
    write_json(folder / FACTS, facts)
