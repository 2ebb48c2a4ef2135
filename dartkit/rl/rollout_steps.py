"""The rollout of one step: how many groups to begin, the draws, and whether the batch is full enough to train on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dartkit.errors import DataError, UsageError
from dartkit.rl.forecast import AcceptanceForecast, is_retired, useful_counts
from dartkit.rl.rollout import Rollout, RolloutCollector, RolloutPlan
from dartkit.rl.rollout_state import acceptance_counts

if TYPE_CHECKING:
    from dartkit.engines.base import Engine
    from dartkit.rl.ledger import Place
    from dartkit.rl.prompt_order import PromptOrder
    from dartkit.rl.rollout_state import RolloutState
    from dartkit.rl.scoring import Scorer
    from dartkit.training_settings import TrainRlSettings

ADVICE: dict[Place, str] = {
    "all_wrong": "The problems are too hard for this model: use easier ones, raise `group_size` or `sampling.max_tokens`, and"
    " see in the verdicts of a probe (`dartkit estimate`) whether right answers are recognised.",
    "all_right": "The problems are solved: use harder ones, or end with fewer `steps`.",
    "out_of_band": "Widen `rollout.min_pass_rate` and `rollout.max_pass_rate`.",
    "failed": "The engine could not draw them.",
}


class RolloutSteps:
    """Draws the groups of each step.

    Args:
        engine: Follows the policy.
        order: Prompts by position.
        scorer: Scores finished draws.
        settings: The stage's settings.
        run_seed: Part of every draw's seed.

    Raises:
        UsageError: if no number of right answers lies within the band of pass rates.
    """

    def __init__(
        self, engine: Engine, order: PromptOrder, scorer: Scorer, settings: TrainRlSettings, *, run_seed: int
    ) -> None:
        self._engine = engine
        self._order = order
        self._scorer = scorer
        self._settings = settings
        self._run_seed = run_seed
        rollout = settings.rollout
        self._band = (rollout.min_pass_rate, rollout.max_pass_rate)
        self._counts = useful_counts(settings.group_size, *self._band)
        if settings.algo.dynamic_sampling and not self._counts:
            raise UsageError(
                f"no share of {settings.group_size} samples lies between rollout.min_pass_rate {self._band[0]:g} and"
                f" rollout.max_pass_rate {self._band[1]:g}, and above 0 and below 1",
                fix="Widen the band or raise `group_size`.",
            )

    def collect(
        self, step: int, state: RolloutState, max_groups: int | None = None
    ) -> tuple[Rollout, dict[str, Any]]:
        """Draw until the batch is full; return it with what was forecast and what came.

        Where a budget allows only `max_groups` new groups, a batch that they do not fill is trained on as it is.

        Raises:
            DataError: if it could not be filled within `algo.max_generation_rounds`, as `rollout.short_batch` says; if all
                prompts are retired.
        """
        settings = self._settings
        retired = self._retired(state)
        forecast = AcceptanceForecast(
            settings.group_size,
            self._counts,
            state.observed,
            state.acceptance,
            by_rate=settings.filter_metric == "accuracy",
        )
        collector = RolloutCollector(
            self._engine,
            self._order.walk(state.next_position, retired),
            self._scorer,
            self._plan(state, forecast, retired, max_groups),
            carried=state.carried,
            step=step,
            first_position=state.next_position,
            seed=(self._run_seed, settings.seed),
        )
        rollout = collector.collect()
        if max_groups is None or rollout.ledger.begun < max_groups:
            self._check_batch(step, rollout, collector.first_error)
        return rollout, {**forecast_numbers(rollout, forecast), "prompts_retired": len(retired)}

    def _retired(self, state: RolloutState) -> frozenset[str]:
        limit = self._settings.rollout.retire_pass_rate
        problems = self._order.problems
        found = frozenset(
            problem.problem_id for problem in problems if is_retired(problem, state.observed, limit)
        )
        if len(found) == len(problems):
            raise DataError(
                f"all {len(found)} prompts are retired: their pass rates reached rollout.retire_pass_rate {limit}",
                fix="The data are learnt. Use harder problems, or end with fewer `steps`.",
            )
        return found

    def _plan(
        self,
        state: RolloutState,
        forecast: AcceptanceForecast,
        retired: frozenset[str],
        max_groups: int | None,
    ) -> RolloutPlan:
        settings, rollout = self._settings, self._settings.rollout
        dynamic = settings.algo.dynamic_sampling
        most = settings.prompts_per_step * settings.algo.max_generation_rounds
        missing = max(0, settings.prompts_per_step - len(state.carried))
        if rollout.generation_prompts is not None and missing:
            at_once = rollout.generation_prompts
        elif dynamic and rollout.max_group_age_steps:
            at_once = forecast.groups_to_begin(self._order.walk(state.next_position, retired), missing, most)
        else:
            at_once = missing
        if max_groups is not None:
            most, at_once = min(most, max_groups), min(at_once, max_groups)
        return RolloutPlan(
            groups=settings.prompts_per_step,
            group_size=settings.group_size,
            max_groups=most,
            at_once=at_once,
            dynamic=dynamic,
            sampling=settings.sampling,
            band=self._band,
            max_age_steps=rollout.max_group_age_steps,
            policy_version=state.policy_version,
        )

    def _check_batch(self, step: int, rollout: Rollout, error: str | None) -> None:
        settings = self._settings
        wanted, found = settings.prompts_per_step, len(rollout.useful)
        places = rollout.ledger.places
        hopeless = not found and not places["all_right"].groups and not places["out_of_band"].groups
        if found == wanted or (settings.rollout.short_batch == "train-smaller" and not hopeless):
            return
        counts = {name: places[name].groups for name in ADVICE}
        listed = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)
        main = max(ADVICE, key=lambda name: counts[name])
        smaller = "" if hopeless else " Or set `rollout.short_batch=train-smaller`."
        raise DataError(
            f"step {step + 1} found {found} useful groups, {wanted} are wanted, in {rollout.ledger.begun} groups"
            f" (algo.max_generation_rounds {settings.algo.max_generation_rounds} x {wanted} prompts): {listed}"
            + (f"; the first error was: {error}" if error else ""),
            where=settings.data,
            fix=f"{ADVICE[main]} Or raise `algo.max_generation_rounds`.{smaller}",
        )


def forecast_numbers(rollout: Rollout, forecast: AcceptanceForecast) -> dict[str, Any]:
    """Return the predicted and the observed share of useful groups among those that a step drew and that did not fail."""
    useful, judged = acceptance_counts(rollout)
    predicted = [forecast.of(group.problem) for group in rollout.fresh if not group.failed]
    return {
        "acceptance_predicted": math.fsum(predicted) / judged if judged else None,
        "acceptance_observed": useful / judged if judged else None,
    }
