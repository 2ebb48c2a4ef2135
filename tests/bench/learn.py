"""Does training teach? Runs pipelines/dapo-ablation.yaml with four seeds, prints one table, writes `results/learn-<machine>.json`.

`python -m tests.bench.learn [FOLDER]`. The run directories stay in FOLDER (default runs/learn); after a kill the same line goes on. Exits
with 1 where DAPO gains less than 10 points, or less than plain GRPO by more than chance explains.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from dartkit.recipe import load_recipe
from tests.bench.__main__ import RESULTS, hardware
from tests.bench.crossed import Estimate, estimate_mean

RECIPE = Path(__file__).parents[2] / "pipelines" / "dapo-ablation.yaml"
SEEDS = (0, 1, 2, 3)
START, FULL, PLAIN = "start", "dapo", "grpo"
BAR = 0.10
LOOK_SECONDS, SAY_SECONDS = 0.5, 20.0


def main(folder: Path) -> int:
    """Train, print, write; return the exit status."""
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    train(folder)
    seconds = time.monotonic() - began
    runs = [folder / f"seed-{seed}" for seed in SEEDS]
    names = [step.name for step in load_recipe([RECIPE]).steps if step.stage == "eval"]
    held_out = {name: [read_accuracies(run, name) for run in runs] for name in names}
    rows = [summarise(name, held_out, runs) for name in names]
    print_table(rows)
    machine = hardware()
    content = {"hardware": machine, "seconds": round(seconds, 1), "seeds": list(SEEDS), "rows": rows}
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"learn-{platform.machine()}-{machine['cores']}cores.json"
    target.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(
        f"\n{seconds:.0f} s in this call; run directories in {folder}: dartkit report {runs[0]} draws the curves"
    )
    return judge({row["name"]: row for row in rows})


def train(folder: Path) -> None:
    """Run the recipe once for each seed, each in a process of its own with one thread."""
    variables = {**os.environ, "OMP_NUM_THREADS": "1"}
    logs = [folder / f"seed-{seed}.log" for seed in SEEDS]
    running = []
    for seed, log in zip(SEEDS, logs, strict=True):
        command = [
            sys.executable, "-m", "dartkit.cli.start", "run", str(RECIPE), "--run", str(folder / f"seed-{seed}"),
            "--set", f"seed={seed}", "--set", f"steps.train-rl.seed={seed}",
        ]  # fmt: skip
        with log.open("wb") as file:
            running.append(subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env=variables))
    said = time.monotonic()
    try:
        while any(process.poll() is None for process in running):
            time.sleep(LOOK_SECONDS)
            if time.monotonic() - said > SAY_SECONDS:
                said = time.monotonic()
                for log in logs:
                    print(f"{log.stem}  {_last_line(log)}", flush=True)
    finally:
        for process in running:
            process.terminate()
            process.wait()
    for process, log in zip(running, logs, strict=True):
        if process.returncode != 0:
            raise SystemExit(f"{log} ended with status {process.returncode}:\n{log.read_text()[-2000:]}")


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-1][:150] if lines else "starting"


def read_accuracies(run: Path, name: str) -> list[float]:
    """Return avg@8 of each held-out problem, in order of problem id."""
    rows = json.loads((run / "evals" / f"{name}.json").read_text())["rows"]
    return [rows[key]["correct"] / rows[key]["draws"] for key in sorted(rows)]


def summarise(name: str, held_out: dict[str, list[list[float]]], runs: Sequence[Path]) -> dict[str, Any]:
    """Return one arm's numbers: accuracy, gain over the start, difference to full DAPO, and what the trainings report."""
    row: dict[str, Any] = {
        "name": name,
        "accuracy": estimate_mean(held_out[name]),
        "by_seed": [fmean(values) for values in held_out[name]],
    }
    if name == START:
        return row
    row["gain"] = _difference(held_out, name, START)
    key, other = ("against_plain", PLAIN) if name == FULL else ("against_full", FULL)
    row[key] = _difference(held_out, name, other)
    return row | _read_trainings([run / "models" / name / "metrics.jsonl" for run in runs])


def _difference(held_out: dict[str, list[list[float]]], name: str, other: str) -> Estimate:
    return estimate_mean(
        [
            [a - b for a, b in zip(ours, theirs, strict=True)]
            for ours, theirs in zip(held_out[name], held_out[other], strict=True)
        ]
    )


def _read_trainings(files: Sequence[Path]) -> dict[str, Any]:
    """Return means over the seeds; entropy of the first and the last step that learnt, in nats a token."""
    steps = [[json.loads(line) for line in file.read_text().splitlines()] for file in files]
    learnt = [[step for step in one if step["updates"]] for one in steps]
    return {
        "entropy": [fmean(one[0]["entropy"] for one in learnt), fmean(one[-1]["entropy"] for one in learnt)],
        "up_clipped": fmean(step["clip_fraction_high"] for one in learnt for step in one),
        "truncated": sum(step["truncated"] for one in steps for step in one) / sum(step["samples"] for one in steps for step in one),
        **{
            key: fmean(sum(step[key] for step in one) for one in steps)
            for key in ("generated_tokens", "trained_tokens", "updates")
        },
    }  # fmt: skip


def print_table(rows: Sequence[dict[str, Any]]) -> None:
    """Print one line for each arm."""
    print(
        f"\nHeld-out avg@8 at temperature 1, per cent, with 95 % intervals over seeds {SEEDS} and problems; differences are paired.\n\n"
        f"{'':<22}{'accuracy':<22}{'gain':<22}{'minus dapo':<24}{'seeds':<24}{'entropy':<17}{'generated':>9}{'trained':>9}{'updates':>9}"
    )
    for row in rows:
        seeds = " ".join(f"{100 * value:.1f}" for value in row["by_seed"])
        line = f"{row['name']:<22}{_text(row['accuracy']):<22}{_text(row.get('gain')):<22}{_text(row.get('against_full')):<24}{seeds:<24}"
        if "entropy" in row:
            first, last = row["entropy"]
            line += f"{first:.3f} -> {last:.3f}   {row['generated_tokens']:>9,.0f}{row['trained_tokens']:>9,.0f}{row['updates']:>9,.0f}"
        print(line)


def _text(estimate: Estimate | None) -> str:
    return "" if estimate is None else "{:.1f} [{:.1f}, {:.1f}]".format(*(100 * value for value in estimate))


def judge(rows: dict[str, dict[str, Any]]) -> int:
    """Say in words what the table shows, and return 1 where it misses the bar."""
    gain, plain = rows[FULL]["gain"], rows[FULL]["against_plain"]
    learns = gain.mean >= BAR and gain.low > 0
    holds = plain.high >= 0
    print(
        f"\nDAPO gains {_text(gain)} points: {'at least 10, clear of zero' if learns else 'NOT at least 10, clear of zero'}."
    )
    print(
        f"DAPO minus GRPO at equal tokens: {_text(plain)}: {'no worse' if plain.mean >= 0 else 'within chance' if holds else 'WORSE'}."
    )
    for name, row in rows.items():
        if name.startswith("no-"):
            lost = row["against_full"]
            what = "costs" if lost.high < 0 else "gains" if lost.low > 0 else "makes no difference that shows"
            print(f"{name}: {what} ({_text(lost)}).")
    return 0 if learns and holds else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "runs/learn")))
