"""From a strategy and what is known of the problems to the quota of each problem, for `synth` and for `plan` alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean

from dartkit.dart.custom import ask_strategy, load_strategy
from dartkit.dart.strategies import Quota, needs_estimate, quota_of, strategy_name
from dartkit.dart.token_budget import Prospect, allocate
from dartkit.difficulty.prior import fit_prior
from dartkit.difficulty.rates import judged_counts, measured_fail_rate
from dartkit.errors import UsageError
from dartkit.records import Difficulty, Problem
from dartkit.stage_settings import PlanSettings, SynthSettings
from dartkit.strategy_settings import CustomStrategy, StrategySettings, TokenBudget

TOKENS_UNKNOWN = 300.0  # of a draw, where no probe counted tokens
QuotaRule = Callable[[float], Quota]


@dataclass(frozen=True, slots=True)
class QuotaRules:
    """Gives each problem its quota.

    Args:
        strategy: Who wants what.
        difficulty: What was measured, by problem.
        settings: The limits of the stage, and which estimate of the fail rate counts.
    """

    strategy: StrategySettings
    difficulty: Mapping[str, Difficulty]
    settings: SynthSettings | PlanSettings

    def rules(self, problems: Sequence[Problem]) -> dict[str, QuotaRule]:
        """Return for each problem what gives its quota from a fail rate; only a strategy of the paper looks at that rate.

        Raises:
            UsageError: when the strategy needs difficulty and there is none, or it is a custom one that fails.
        """
        most, hopeless = self.settings.max_draws_per_problem, self.settings.hopeless_pass_rate
        if isinstance(self.strategy, TokenBudget):
            shared = self._share_out(problems, self.strategy)
            return {key: partial(_fixed, quota) for key, quota in shared.items()}
        if isinstance(self.strategy, CustomStrategy):
            ask = partial(ask_strategy, load_strategy(self.strategy.name), self.strategy)
            asked = {
                key: ask(key, self.difficulty.get(key), max_draws=most, hopeless_pass_rate=hopeless)
                for key in (item.problem_id for item in problems)
            }
            return {key: partial(_fixed, quota) for key, quota in asked.items()}
        rule = partial(quota_of, self.strategy, max_draws=most, hopeless_pass_rate=hopeless)
        return {item.problem_id: rule for item in problems}

    def quotas(self, problems: Sequence[Problem], where: str) -> dict[str, Quota]:
        """Return the quota of each problem; one that was never judged in the probe has none where the strategy needs its rate.

        Raises:
            UsageError: as `rules`, naming `where`, the run directory.
        """
        rates = {key: measured_fail_rate(item, self.settings.rate) for key, item in self.difficulty.items()}
        needs = needs_estimate(self.strategy)
        if needs and not any(rate is not None for rate in rates.values()):
            raise UsageError(
                f"strategy '{strategy_name(self.strategy)}' needs measured difficulty and this run has none",
                where=where,
                fix=f"First: dartkit estimate {where}",
            )
        quotas: dict[str, Quota] = {}
        for key, rule in self.rules(problems).items():
            rate = rates.get(key)
            if rate is not None or not needs:
                quotas[key] = rule(rate if rate is not None else 0.0)
        return quotas

    def _share_out(self, problems: Sequence[Problem], strategy: TokenBudget) -> dict[str, Quota]:
        """Return a quota of one correct sample, with the draws that the tokens allow, for each measured problem."""
        known = [self.difficulty[item.problem_id] for item in problems if item.problem_id in self.difficulty]
        drawn = {item.problem_id: item.n_samples + (item.n_extra or 0) for item in known}
        more = share_tokens(known, strategy.tokens, self.settings.max_draws_per_problem)
        return {
            key: Quota(
                correct=1,
                max_draws=drawn[key] + more.get(key, 0),
                hopeless_pass_rate=self.settings.hopeless_pass_rate,
            )
            for key in drawn
        }


def share_tokens(
    records: Sequence[Difficulty],
    tokens: float,
    max_draws: int,
    failed: Mapping[str, tuple[int, int]] | None = None,
) -> dict[str, int]:
    """Return how many more draws each problem without a correct sample may have.

    Args:
        records: Measured problems; the prior is fitted to all of them.
        tokens: What may be spent.
        max_draws: Most draws of one problem, the probe's included.
        failed: For problems that are still without a correct sample after later draws: draws and judged draws so far. None: as the
            probe left them.
    """
    counts = {item.problem_id: judged_counts(item) for item in records}
    prior = fit_prior(counts.values())
    known = [item.mean_completion_tokens or item.median_completion_tokens for item in records]
    usual = fmean([value for value in known if value] or [TOKENS_UNKNOWN])
    open_ = [
        item
        for item in records
        if (counts[item.problem_id][0] == 0 if failed is None else item.problem_id in failed)
    ]
    prospects = []
    for item in open_:
        drawn = item.n_samples + (item.n_extra or 0)
        if failed is None:
            judged = counts[item.problem_id][1]
        else:
            drawn, judged = failed[item.problem_id]
        price = item.mean_completion_tokens or item.median_completion_tokens or usual
        prospects.append(Prospect(judged, max(price, 1.0), max(0, max_draws - drawn)))
    shared = allocate(prospects, tokens, (prior.a, prior.b))
    return {item.problem_id: draws for item, draws in zip(open_, shared.draws, strict=True)}


def _fixed(quota: Quota, fail_rate: float) -> Quota:
    """Return a quota that does not depend on the rate."""
    return quota
