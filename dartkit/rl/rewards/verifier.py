"""The verifier's outcome as a reward (DAPO eq. 7: R = 1 if equivalent, -1 otherwise).

R = correct, incorrect, no_answer, truncated, undecided, timeout or error, whichever the outcome is; each value is a setting.
Degenerate case: with all values equal every group is equal and teaches nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.rl.rewards.score import PlainReward, Score

if TYPE_CHECKING:
    from dartkit.reward_settings import VerifierReward
    from dartkit.rl.data import RlProblem
    from dartkit.rl.samples import RolloutSample


class OutcomeReward(PlainReward):
    """Pays for the outcome."""

    def __init__(self, settings: VerifierReward) -> None:
        self._settings = settings

    def score_one(self, problem: RlProblem, sample: RolloutSample) -> Score:
        """Return what the sample's outcome earns."""
        return Score(self._settings.earns(sample.outcome))
