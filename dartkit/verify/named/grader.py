"""What every named verifier has in common: it finds an answer by its own rule, compares by its own rule, and says so.

A named verifier reproduces one published grader, errors included. It has no options, keeps no state and starts no
process, so it may be shared between threads and need not be closed.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import replace
from types import TracebackType
from typing import ClassVar, NamedTuple, Self

from dartkit.ids import content_id
from dartkit.records import FinishReason, Method, Outcome
from dartkit.verify.verdict import Verdict


class Decision(NamedTuple):
    """What a named rule said: equal or not (None: beyond its limits), how, and the two normal forms it compared."""

    equal: bool | None
    method: Method
    rule: str
    prediction_form: str
    reference_form: str
    detail: str | None = None


class NamedGrader(ABC):
    """A published grader behind the protocol of `dartkit.verify.Grader`."""

    NAME: ClassVar[str]
    VERSION: ClassVar[int]
    FAILS_TRUNCATED: ClassVar[bool] = (
        False  # whether upstream refuses a completion cut off by its token limit
    )

    @property
    def verifier_id(self) -> str:
        """Content hash of name and version: nothing else can change a verdict."""
        return content_id("verifier", {"name": self.NAME, "version": self.VERSION})

    @abstractmethod
    def find(self, completion: str) -> str | None:
        """Return what this grader takes for the answer, or None where it finds none."""

    @abstractmethod
    def decide(self, answer: str, gold: str, *, found: bool) -> Decision:
        """Compare an answer with the gold answer; `found` says that the answer came from `find`."""

    def check(self, completion: str, gold: str, *, finish_reason: FinishReason = "stop") -> Verdict:
        """Check a whole completion against a gold answer. Never raises for any text."""
        begun = time.perf_counter()
        if finish_reason in ("abort", "error"):
            return _without_answer("error", f"finish-{finish_reason}", begun)
        if finish_reason == "length" and self.FAILS_TRUNCATED:
            return _without_answer("truncated", "finish-length", begun)
        answer = self.find(completion)
        if answer is None:
            outcome: Outcome = "truncated" if finish_reason == "length" else "no_answer"
            return _without_answer(outcome, "nothing-found", begun)
        return self._judged(answer, gold, begun, found=True)

    def check_answer(self, answer: str, gold: str) -> Verdict:
        """Check a bare answer. Never raises for any text."""
        return self._judged(answer, gold, time.perf_counter(), found=False)

    def _judged(self, answer: str, gold: str, begun: float, *, found: bool) -> Verdict:
        if not gold.strip():
            empty = _without_answer("undecided", "no-gold", begun)
            return replace(empty, detail="there is no gold answer")
        decision = self.decide(answer, gold, found=found)
        outcome: Outcome = "undecided"
        if decision.equal is not None:
            outcome = "correct" if decision.equal else "incorrect"
        return Verdict(
            outcome=outcome,
            method=decision.method,
            rule=decision.rule,
            seconds=time.perf_counter() - begun,
            extracted=answer,
            prediction_form=decision.prediction_form,
            reference_form=decision.reference_form,
            detail=decision.detail,
        )

    def close(self) -> None:  # noqa: B027  (the protocol has it; nothing to override)
        """Do nothing: there is no worker process to end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _without_answer(outcome: Outcome, rule: str, begun: float) -> Verdict:
    return Verdict(outcome, "none", rule, time.perf_counter() - begun)
