"""The mismatch guard: a gap between sampler and trainer that is too wide is first corrected, then ends the run.

A training whose samples come from another distribution than it believes goes wrong slowly and silently. The usual causes have
nothing to do with the algorithm, so the stop says what points to which (`dartkit.rl.diagnosis`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dartkit.correction_settings import TruncatedWeights
from dartkit.errors import EnvironmentProblem

if TYPE_CHECKING:
    from dartkit.correction_settings import CorrectionSettings, MismatchGuard
    from dartkit.rl.objectives.mismatch import MismatchTotals

HOW_TO_GO_ON = "To train in spite of it, raise or switch off the thresholds under algo.guard."


class Guard:
    """Watches one run.

    Args:
        settings: Thresholds.
        correction: What the recipe asks for.
        can_correct: Whether a correction can be switched on at all; not when the ratio starts at the sampler.
    """

    def __init__(
        self, settings: MismatchGuard, correction: CorrectionSettings, *, can_correct: bool = True
    ) -> None:
        self._settings = settings
        self._can_correct = can_correct and correction.kind == "none"
        self.correction = correction
        self._in_a_row = 0

    def state(self) -> dict[str, Any]:
        """Return what must outlive a restart, as JSON."""
        return {"switched_on": self.is_switched_on, "in_a_row": self._in_a_row}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what `state` returned."""
        if state["switched_on"]:
            self._switch_on()
        self._in_a_row = int(state["in_a_row"])

    @property
    def is_switched_on(self) -> bool:
        """Whether the guard switched a correction on."""
        return self._can_correct and self.correction.kind != "none"

    def check(self, mismatch: MismatchTotals, diagnose: Callable[[], str]) -> list[str]:
        """Judge the gap measured in one step and return what is beyond its threshold.

        Args:
            mismatch: Of the step.
            diagnose: Asked for what points to the cause, when the run is stopped.

        Raises:
            EnvironmentProblem: when the gap stays too wide with a correction on.
        """
        wide = self._beyond(mismatch)
        if not wide:
            self._in_a_row = 0
        elif self._can_correct and not self.is_switched_on:
            self._switch_on()
        else:
            self._in_a_row += 1
            if self._in_a_row >= self._settings.stop_after_steps:
                raise EnvironmentProblem(
                    f"the sampler's probabilities are not the trainer's: {', '.join(wide)}, {self._in_a_row} steps in a row",
                    fix=f"{diagnose()} {HOW_TO_GO_ON}",
                )
        return wide

    def _switch_on(self) -> None:
        self.correction = TruncatedWeights()

    def _beyond(self, mismatch: MismatchTotals) -> list[str]:
        found = []
        limits, k3, share = self._settings, mismatch.k3, mismatch.effective_share
        if limits.max_k3 is not None and k3 is not None and k3 > limits.max_k3:
            found.append(f"k3 {k3:.3g} above {limits.max_k3:g}")
        if (
            limits.min_effective_share is not None
            and share is not None
            and share < limits.min_effective_share
        ):
            found.append(
                f"effective sample size {share:.3g} of the tokens, below {limits.min_effective_share:g}"
            )
        if limits.max_gap is not None and mismatch.gap_max > limits.max_gap:
            found.append(f"largest gap {mismatch.gap_max:.3g} above {limits.max_gap:g}")
        return found
