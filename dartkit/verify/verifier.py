"""The verifier: extract an answer, compare it with the gold answer, and name the outcome.

A comparison that could not be made is `undecided`, `timeout` or `error`, never `incorrect`, and earns no reward.
"""

from __future__ import annotations

import time
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from dartkit.ids import content_id
from dartkit.records import FinishReason, Outcome
from dartkit.verify.compare.comparer import Comparer, Library
from dartkit.verify.compare.finding import Finding
from dartkit.verify.extract import extract_answer
from dartkit.verify.limits import Limits
from dartkit.verify.policy import DEFAULT, Policy
from dartkit.verify.symbolic_tier import SymbolicTier
from dartkit.verify.verdict import Verdict

if TYPE_CHECKING:
    from dartkit.settings import VerifierSettings

NAME = "dartkit"
VERSION = 2  # raise it whenever any verdict can change


class Grader(Protocol):
    """What stages ask of a verifier, ours or a named one."""

    @property
    def verifier_id(self) -> str:
        """Content hash of everything that can change a verdict."""
        ...

    def check(self, completion: str, gold: str, *, finish_reason: FinishReason = "stop") -> Verdict:
        """Check a whole completion."""
        ...

    def check_answer(self, answer: str, gold: str) -> Verdict:
        """Check a bare answer."""
        ...

    def close(self) -> None:
        """End worker processes, if there are any."""
        ...

    def __enter__(self) -> Self:
        """Return the verifier; leaving closes it."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        ...


class Verifier:
    """Checks answers. Safe to share between threads; symbolic workers start only when the last tier is reached.

    Args:
        policy: What counts as the same answer.
        limits: What one comparison may cost.
    """

    def __init__(self, policy: Policy = DEFAULT, limits: Limits | None = None) -> None:
        self.policy = policy
        self.verifier_id = content_id(
            "verifier", {"name": NAME, "version": VERSION, "policy": policy.as_dict()}
        )
        self._symbolic = SymbolicTier(limits or Limits())
        self._library = Library()

    def check(self, completion: str, gold: str, *, finish_reason: FinishReason = "stop") -> Verdict:
        """Check a whole completion against a gold answer.

        A completion cut off by its token limit counts only if it boxed an answer before. Never raises for any text.

        Raises:
            EnvironmentProblem: when this machine cannot start a worker process.
        """
        begun = time.perf_counter()
        if finish_reason in ("abort", "error"):
            return _without_answer("error", f"finish-{finish_reason}", begun)
        found = extract_answer(completion)
        if finish_reason == "length" and (found is None or not found.rule.startswith("boxed")):
            return _without_answer("truncated", "finish-length", begun)
        if found is None:
            return _without_answer("no_answer", "nothing-found", begun)
        checked = self.check_answer(found.text, gold)
        return replace(checked, rule=f"{found.rule}:{checked.rule}", seconds=time.perf_counter() - begun)

    def check_answer(self, answer: str, gold: str) -> Verdict:
        """Check a bare answer. Equal in both directions: swapping the two gives the same outcome."""
        begun = time.perf_counter()
        if not answer.strip():
            return _without_answer("no_answer", "empty", begun)
        if not gold.strip():
            return replace(_without_answer("undecided", "no-gold", begun), detail="there is no gold answer")
        left, right = self._library.read(answer), self._library.read(gold)
        with self._symbolic.session() as session:
            finding = Comparer(self.policy, session).compare(left, right)
        return Verdict(
            outcome=_outcome(finding),
            method=finding.method,
            rule=finding.rule,
            seconds=time.perf_counter() - begun,
            tier=finding.tier,
            extracted=answer,
            prediction_form=left.normal or None,
            reference_form=right.normal or None,
            detail=finding.detail,
        )

    def close(self) -> None:
        """End the worker processes. A check after this starts them again."""
        self._symbolic.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _outcome(finding: Finding) -> Outcome:
    if finding.trouble:
        return finding.trouble
    if finding.equal is None:
        return "undecided"
    return "correct" if finding.equal else "incorrect"


def _without_answer(outcome: Outcome, rule: str, begun: float) -> Verdict:
    return Verdict(outcome, "none", rule, time.perf_counter() - begun)


def load_verifier(settings: VerifierSettings) -> Grader:
    """Return the verifier that the settings name.

    Raises:
        UsageError: for a name or a version that does not exist.
    """
    return Verifier(settings.policy(), settings.limits())
