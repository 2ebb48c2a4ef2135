"""The verifier: extract an answer, compare it with the gold answer, and name the outcome.

A comparison that could not be made is `undecided`, `timeout` or `error`, never `incorrect`; `verdict_of` gives such an
outcome no reward.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from dartkit.ids import content_id
from dartkit.records import FinishReason, Method, Outcome, Verdict
from dartkit.settings import VerifierSettings
from dartkit.text.tokens import TooLong, render, tokenize
from dartkit.verify.extract import extract_answer
from dartkit.verify.finding import Finding, Question
from dartkit.verify.ladder import Ladder
from dartkit.verify.pool import MAX_TASK_BYTES, WorkerDied, WorkerPool, WorkerTimedOut, worker_command
from dartkit.verify.quantity import trim
from dartkit.verify.syntax import Node

NAME = "dartkit-ladder"
VERSION = 1  # raise it whenever any verdict can change
_MEMORY = 4_096  # remembered symbolic findings; groups of samples repeat their answers
_REWARDS: dict[Outcome, float] = {"correct": 1.0, "incorrect": 0.0, "no_answer": 0.0, "truncated": 0.0}


@dataclass(frozen=True, slots=True)
class Verification:
    """What the verifier says of one completion, by which rule, and what it took for the answer."""

    outcome: Outcome
    method: Method
    rule: str
    extracted: str | None
    normalized: str | None
    detail: str | None
    seconds: float


class Verifier:
    """Checks answers. Safe to share between threads; symbolic workers start only when the last tier is reached.

    Args:
        settings: Deadline, memory, number of workers and the percent policy.
    """

    def __init__(self, settings: VerifierSettings) -> None:
        self.verifier_id = content_id(
            "verifier", {"name": NAME, "version": VERSION, "percent": settings.percent}
        )
        self._settings = settings
        self._pool = WorkerPool(
            worker_command(settings.memory_mib, settings.timeout_seconds), settings.workers
        )
        self._known: dict[tuple[Question, Node, Node, float], Finding] = {}
        self._lock = threading.Lock()

    def check(self, completion: str, gold: str, *, finish_reason: FinishReason = "stop") -> Verification:
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

    def check_answer(self, answer: str, gold: str) -> Verification:
        """Check a bare answer. Equal in both directions: swapping the two gives the same outcome."""
        begun = time.perf_counter()
        if not answer.strip():
            return _without_answer("no_answer", "empty", begun)
        if not gold.strip():
            return Verification(
                "undecided", "none", "no-gold", answer, None, "there is no gold answer", _since(begun)
            )
        session = _Session(self._symbolic, self._settings.timeout_seconds)
        finding = Ladder(session, percent=self._settings.percent).compare(answer, gold)
        return Verification(
            _outcome(finding),
            finding.method,
            finding.rule,
            answer,
            _normal_form(answer),
            finding.detail,
            _since(begun),
        )

    def close(self) -> None:
        """End the worker processes. A check after this starts them again."""
        self._pool.close()

    def __enter__(self) -> Verifier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _symbolic(
        self, question: Question, left: Node, right: Node, tolerance: float, seconds: float
    ) -> tuple[Finding, float]:
        """Return the finding and the seconds a worker spent on it."""
        if repr(left) > repr(right):  # one order, so that symmetry does not depend on sympy
            left, right = right, left
        key = (question, left, right, tolerance)
        known = self._known.get(key)
        if known is not None:
            return known, 0.0
        found, spent = self._ask(question, left, right, tolerance, seconds)
        if not found.trouble:
            self._remember(key, found)
        return found, spent

    def _ask(
        self, question: Question, left: Node, right: Node, tolerance: float, seconds: float
    ) -> tuple[Finding, float]:
        task: dict[str, Any] = {"question": question, "left": left, "right": right, "tolerance": tolerance}
        if len(repr(task)) > MAX_TASK_BYTES:
            return Finding(
                None, "none", "too-long", "the expressions are too long to compare symbolically"
            ), 0.0
        try:
            reply, spent = self._pool.run(task, seconds)
        except WorkerTimedOut:
            return Finding(None, "symbolic", "timeout", f"no result in {seconds:.3g} s", "timeout"), seconds
        except WorkerDied:
            detail = "the worker ended, perhaps at its memory limit"
            return Finding(None, "symbolic", "worker-died", detail, "error"), seconds
        if "error" in reply:
            return Finding(None, "symbolic", "symbolic-error", str(reply["error"])[:300]), spent
        return Finding(reply["equal"], "symbolic", str(reply["rule"])), spent

    def _remember(self, key: tuple[Question, Node, Node, float], finding: Finding) -> None:
        with self._lock:
            if len(self._known) >= _MEMORY:
                self._known.pop(next(iter(self._known)))
            self._known[key] = finding


class _Session:
    """The symbolic tier for one check: all its comparisons share one allowance of time."""

    def __init__(
        self, compare: Callable[[Question, Node, Node, float, float], tuple[Finding, float]], seconds: float
    ) -> None:
        self._compare = compare
        self._left = seconds

    def __call__(self, question: Question, left: Node, right: Node, tolerance: float) -> Finding:
        """Compare within what is left of the check's time."""
        if self._left <= 0:
            return Finding(None, "symbolic", "timeout", "the time of this check is used up", "timeout")
        found, seconds = self._compare(question, left, right, tolerance, self._left)
        self._left -= seconds
        return found


def load_verifier(settings: VerifierSettings) -> Verifier:
    """Return the verifier that the settings describe."""
    return Verifier(settings)


def verdict_of(verification: Verification, *, sample_id: str, answer_id: str, verifier_id: str) -> Verdict:
    """Return the record of a verification. Reward 1 for correct, 0 for wrong or missing, None where nobody could tell."""
    return Verdict(
        sample_id=sample_id,
        answer_id=answer_id,
        verifier_id=verifier_id,
        outcome=verification.outcome,
        method=verification.method,
        reward=_REWARDS.get(verification.outcome),
        extracted=verification.extracted,
        normalized=verification.normalized,
        detail=verification.detail,
        seconds=verification.seconds,
    )


def _outcome(finding: Finding) -> Outcome:
    if finding.trouble:
        return finding.trouble
    if finding.equal is None:
        return "undecided"
    return "correct" if finding.equal else "incorrect"


def _normal_form(answer: str) -> str | None:
    try:
        return render(trim(tokenize(answer)))
    except TooLong:
        return None


def _without_answer(outcome: Outcome, rule: str, begun: float) -> Verification:
    return Verification(outcome, "none", rule, None, None, None, _since(begun))


def _since(begun: float) -> float:
    return time.perf_counter() - begun
