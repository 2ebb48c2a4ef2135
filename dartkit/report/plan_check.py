"""What was planned against what was spent, for each strategy of `plan.json`.

Strategies of one run share draws and a plan counts what is still to come, so the fact of a strategy is: of each problem the draws from
the end of the probe that the plan knew of to the number at which the strategy's own rule stopped; where the plan knew of none, from
the first draw, with the whole probe if the strategy needs one. Draws that were in flight when no strategy wanted them any more are counted apart. An unfinished run is projected: what its open problems
are expected to take yet is added.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dartkit.files import read_json
from dartkit.records import Target
from dartkit.run import RunDir

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 8_192
COUNTED = ("correct", "covered", "met", "hopeless", "exhausted")


class PlanCheck:
    """Adds up draws while the samples are read once, then compares.

    Args:
        run: The run; without a `plan.json` in it there is nothing to compare.
    """

    def __init__(self, run: RunDir) -> None:
        path = run.path / "plan.json"
        self._plan: dict[str, Any] = read_json(path) if path.is_file() else {}
        self._steps = run.steps()
        self._targets: dict[str, list[Target]] = defaultdict(list)
        self._windows: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        self._draws: Counter[tuple[str, str]] = Counter()  # by sampler and strategy
        self._tokens: Counter[tuple[str, str]] = Counter()
        self._beyond = 0
        if (
            "unmeasured" not in self._plan
        ):  # no plan, or one of a version that meant other things by its figures
            self._plan = {}
            return
        probed = {record.problem_id: record.n_samples + (record.n_extra or 0) for record in run.difficulty()}
        unknown = self._plan["unmeasured"]
        unmeasured = set(probed) if unknown == "all" else set(unknown)
        pays = {item["strategy"] for item in self._plan["strategies"] if item["pays_probe"]}
        for target in run.targets():
            self._targets[target.strategy].append(target)
            start, stop = probed.get(target.problem_id, 0), target.n_draws
            if target.problem_id in unmeasured:
                start, stop = 0, max(stop, start) if target.strategy in pays else stop
            self._windows[target.problem_id].append((target.strategy, start, stop))

    def add_all(self, samples: pa.Table) -> None:
        """Count the samples of a table; see `add`."""
        if self._windows:
            for batch in samples.to_batches(max_chunksize=ROWS_AT_ONCE):
                for row in batch.to_pylist():
                    self.add(row)

    def add(self, row: Mapping[str, Any]) -> None:
        """Count one sample: a row with its problem, sampler, draw index, phase and tokens."""
        windows = self._windows.get(row["problem_id"])
        if not windows or row["phase"] not in ("probe", "synth"):
            return
        index = row["draw_index"]
        for strategy, start, stop in windows:
            if start <= index < stop:
                key = (row["sampler_id"], strategy)
                self._draws[key] += 1
                self._tokens[key] += row["completion_tokens"] or 0
        self._beyond += row["phase"] == "synth" and all(index >= stop for _, _, stop in windows)

    def compare(self) -> dict[str, Any]:
        """Return the comparison, JSON-ready; empty without a plan.

        Returns:
            `strategies`: for each its `state` (`not drawn`, `unfinished`, `done`), `same_settings` (False where synth ran with
            other numbers than were planned) and `figures`, each with `planned` (mean, low, high), `fact`, `projected` and `inside`
            (whether the projection, or the fact of a finished run, lies in the range). `draws_beyond`: draws no strategy used.
        """
        if not self._plan:
            return {}
        rows = [self._strategy(item) for item in self._plan["strategies"]]
        return {"strategies": rows, "draws_beyond": self._beyond}

    def _strategy(self, item: dict[str, Any]) -> dict[str, Any]:
        name = item["strategy"]
        targets = self._targets.get(name, [])
        still_open = [target for target in targets if target.status == "open"]
        state = "not drawn" if not targets else "unfinished" if still_open else "done"
        facts = self._facts(name, targets) if targets else {}
        if still_open:
            facts = _project(facts, item, sum(target.expected_draws or 0.0 for target in still_open))
        seconds = self._seconds(item)
        if seconds is not None and targets:
            facts["hours"] = (round(seconds / 3600, 4), None)
        figures = {}
        for key in ("draws", "tokens", *COUNTED, "hours"):
            planned = item.get(key)
            if planned is not None:
                fact, projected = facts.get(key, (None, None))
                figures[key] = {
                    "planned": planned,
                    "fact": fact,
                    "projected": projected,
                    "inside": _inside(planned, projected if still_open else fact),
                }
        return {
            "strategy": name,
            "state": state,
            "same_settings": self._same_settings(item),
            "figures": figures,
        }

    def _facts(self, name: str, targets: list[Target]) -> dict[str, tuple[float | None, float | None]]:
        seen = [key for key in self._draws if key[1] == name]
        own = [key for key in seen if key[0] == targets[0].sampler_id]
        sampler = max(own or seen, key=self._draws.__getitem__, default=None)
        statuses = Counter(target.status for target in targets)
        return {
            "draws": (self._draws[sampler] if sampler else 0, None),
            "tokens": (self._tokens[sampler] if sampler else 0, None),
            "correct": (sum(target.have_correct for target in targets), None),
            "covered": (sum(target.have_correct > 0 for target in targets), None),
            "met": (statuses["met"], None),
            "hopeless": (statuses["hopeless"], None),
            "exhausted": (statuses["exhausted"], None),
        }

    def _seconds(self, item: dict[str, Any]) -> float | None:
        """Return the seconds of finished `synth` steps of a strategy, shards added up, and of the probe if the plan has it."""
        found = [entry for entry in self._steps.values() if _is_synth_of(entry, item["strategy"])]
        if not found:
            return None
        if self._plan["unmeasured"] == "all" and item["pays_probe"]:
            found += [entry for entry in self._steps.values() if entry["stage"] == "estimate"]
        return float(sum(entry["seconds"] for entry in found))

    def _same_settings(self, item: dict[str, Any]) -> bool | None:
        """Say whether `synth` ran with the strategy's planned numbers; None before a step of it finished."""
        ran = [
            entry["settings"]["strategy"]
            for entry in self._steps.values()
            if _is_synth_of(entry, item["strategy"])
        ]
        return None if not ran else all(settings == item["settings"] for settings in ran)


def _is_synth_of(entry: Mapping[str, Any], strategy: str) -> bool:
    if entry["stage"] != "synth":
        return False
    ran = entry["settings"]["strategy"]
    return bool((ran["name"] if ran["kind"] == "custom" else ran["kind"]) == strategy)


def _project(
    facts: dict[str, tuple[float | None, float | None]], item: dict[str, Any], more: float
) -> dict[str, tuple[float | None, float | None]]:
    """Add to an unfinished run's draws and tokens what its open problems are expected to take."""
    draws, tokens = facts["draws"][0] or 0, facts["tokens"][0] or 0
    planned = item["tokens"][0] / item["draws"][0] if item["draws"][0] else 0.0
    per_draw = tokens / draws if draws else planned
    return {
        **facts,
        "draws": (draws, round(draws + more)),
        "tokens": (tokens, round(tokens + more * per_draw)),
    }


def _inside(planned: list[float], value: float | None) -> bool | None:
    return None if value is None else planned[1] <= value <= planned[2]
