"""A verifier whose verdicts are a function of the test: it finds the last box, line or tag, and the test says the outcome."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import TracebackType
from typing import Self

from dartkit.ids import content_id
from dartkit.records import FinishReason, Outcome
from dartkit.verify import Verdict

Says = Callable[[str, str], Outcome]
_BOX = re.compile(r"\\boxed\{(?P<answer>.*)\}", re.DOTALL)


class ScriptedGrader:
    """Asks `says(answer, gold)`; keeps every pair that it was asked about."""

    def __init__(self, says: Says, name: str = "scripted") -> None:
        self.asked: list[tuple[str, str]] = []
        self.verifier_id = content_id("verifier", {"name": name})
        self._says = says

    def check(self, completion: str, gold: str, *, finish_reason: FinishReason = "stop") -> Verdict:
        """Judge the content of the only box, or the last line."""
        if finish_reason == "length":
            return Verdict("truncated", "none", "finish-length", 0.0)
        box = _BOX.search(completion)
        answer = box["answer"] if box else completion.rpartition("\n")[2]
        verdict = self.check_answer(answer, gold)
        finder = "boxed" if box else "last-line"
        return Verdict(verdict.outcome, "exact", f"{finder}:{verdict.rule}", 0.0, extracted=answer)

    def check_answer(self, answer: str, gold: str) -> Verdict:
        """Judge an answer."""
        self.asked.append((answer, gold))
        return Verdict(self._says(answer, gold), "exact", "script", 0.0, extracted=answer)

    def close(self) -> None:
        """Do nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def says_same_text(answer: str, gold: str) -> Outcome:
    """Accept what is written the same."""
    return "correct" if answer == gold else "incorrect"


def says_yes(answer: str, gold: str) -> Outcome:
    """Accept everything."""
    return "correct"


def says_no(answer: str, gold: str) -> Outcome:
    """Accept nothing."""
    return "incorrect"
