"""What the judge is asked and what it says: questions, readings of a reply, verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dartkit.ids import content_id
from dartkit.records import AnswerKind, Method, Outcome

Reading = Literal["equal", "different", "unsure", "unreadable", "error"]
"""What one reply says. `unsure`: by its own words; `unreadable`: no verdict line, or several; `error`: the draw failed."""
Order = Literal["reference-first", "candidate-first"]

MAX_PROBLEM_CHARS = 8_000
MAX_GOLD_CHARS = 16_000
LEFT_OUT = "(the beginning is left out)\n"


@dataclass(frozen=True, slots=True)
class JudgeQuestion:
    """One comparison. `kind` is the gold answer's; `problem_id` is handed to the engine, nothing depends on it."""

    problem: str
    gold: str
    candidate: str
    kind: AnswerKind = "text"
    problem_id: str = ""

    @property
    def question_id(self) -> str:
        """Identity by content: two samples with one answer to one problem are one question."""
        return content_id(
            "judge-question",
            [self.problem, self.gold, self.candidate, "proof" if self.kind == "proof" else "answer"],
        )


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote in the order it was asked in, and what its control said (None: there was none)."""

    order: Order
    reading: Reading
    control: Reading | None = None

    @property
    def counted(self) -> Literal["equal", "different", "abstained"]:
        """What the vote counts for. Without a rejected control, or with any other reply, it counts for neither side."""
        if self.control not in (None, "different"):
            return "abstained"
        if self.reading == "equal":
            return "equal"
        return "different" if self.reading == "different" else "abstained"


@dataclass(frozen=True, slots=True)
class JudgeVerdict:
    """What came of a question. `method` is `judge` only where the model was asked; `rule` says why where it was not."""

    outcome: Outcome
    method: Method
    rule: str
    ballots: tuple[Ballot, ...] = ()
    seconds: float = 0.0

    @property
    def detail(self) -> str:
        """Say in one line how the votes fell."""
        if not self.ballots:
            return self.rule
        counts = [ballot.counted for ballot in self.ballots]
        said = f"{self.rule}: {counts.count('equal')} equal, {counts.count('different')} different"
        return f"{said}, {counts.count('abstained')} abstained{self._reasons()}"

    def _reasons(self) -> str:
        """Name why votes abstained, in the order of the votes, each reason once."""
        found: dict[str, None] = {}
        for ballot in self.ballots:
            if ballot.counted == "abstained":
                own = ballot.reading not in ("equal", "different")
                found[ballot.reading if own else f"control {ballot.control}"] = None
        return f" ({', '.join(found)})" if found else ""


def order_of(question_id: str, index: int) -> Order:
    """Return the order of vote `index`: alternating, and which comes first is drawn from the question's content."""
    return "reference-first" if (int(question_id[:8], 16) + index) % 2 == 0 else "candidate-first"
