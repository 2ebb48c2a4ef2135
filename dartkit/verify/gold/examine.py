"""The round trip of one gold answer: stated in every common way it must be correct, and its near misses must not be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dartkit.records import AnswerKind, Outcome
from dartkit.verify import Policy, answer_kind
from dartkit.verify.gold.doubts import Doubt, find_doubts
from dartkit.verify.gold.frames import box, frames
from dartkit.verify.gold.near_misses import decoys, near_misses
from dartkit.verify.gold.text import Candidate
from dartkit.verify.gold.writings import CHOICES, WORDS, writings

if TYPE_CHECKING:
    from dartkit.verify import Grader

_DEFAULT = Policy()
MOST_TROUBLED = 2  # trials that ran out of time or memory, after which the rest is not tried


@dataclass(frozen=True, slots=True)
class Trial:
    """One completion that was checked against the gold answer, and what became of it.

    Attributes:
        name: How the answer was written or framed.
        answer: The answer in the completion.
        outcome: What the verifier said.
        rule: The rule that it named.
    """

    name: str
    answer: str
    outcome: Outcome
    rule: str

    def __str__(self) -> str:
        """Say it in a few words, as evidence."""
        return f"{self.name} '{self.answer}': {self.outcome} ({self.rule})"


@dataclass(frozen=True, slots=True)
class GoldReport:
    """What the round trip found.

    Attributes:
        gold: The gold answer.
        kind: Its kind.
        boxed: The trial of the answer as it stands, in a box.
        tried: Number of right completions that were checked.
        missed: The right ones that were not judged correct.
        accepted: Near misses that were judged correct.
        accepts_anything: Whether an answer to no question was judged correct.
        doubts: Why it is unclear what the answer is.
    """

    gold: str
    kind: AnswerKind
    boxed: Trial
    tried: int
    missed: tuple[Trial, ...]
    accepted: tuple[Trial, ...]
    accepts_anything: bool
    doubts: tuple[Doubt, ...]

    @property
    def verifiable(self) -> bool:
        """Whether the answer is matched as it stands, in the box that prompts ask for."""
        return self.boxed.outcome == "correct"


def examine_gold(
    gold: str, grader: Grader, *, kind: AnswerKind | None = None, policy: Policy = _DEFAULT
) -> GoldReport:
    """Send a gold answer round: out as completions, back through the verifier.

    Args:
        gold: The gold answer, not empty.
        grader: The verifier that will judge the draws.
        kind: The answer's kind; None reads it off the text.
        policy: What counts as the same answer, so that what is allowed to match is no near miss.

    Returns:
        The report; the same for the same arguments, except where a limit of time was reached.
    """
    kind = kind or answer_kind(gold)
    first, *others = frames(gold, words=kind in WORDS | CHOICES)
    boxed = _check(grader, gold, first, gold)
    right = [(item, gold) for item in others]
    right += [(Candidate(item.name, box(item.text)), item.text) for item in writings(gold, kind)]
    missed = [trial for trial in _trials(grader, gold, right) if trial.outcome != "correct"]
    wrong = [(Candidate(item.name, box(item.text)), item.text) for item in near_misses(gold, kind, policy)]
    accepted = [trial for trial in _trials(grader, gold, wrong) if trial.outcome == "correct"]
    absurd = [(Candidate(item.name, box(item.text)), item.text) for item in decoys()]
    return GoldReport(
        gold=gold,
        kind=kind,
        boxed=boxed,
        tried=1 + len(right),
        missed=tuple(missed) if boxed.outcome == "correct" else (boxed, *missed),
        accepted=tuple(accepted),
        accepts_anything=any(trial.outcome == "correct" for trial in _trials(grader, gold, absurd)),
        doubts=tuple(find_doubts(gold, kind)),
    )


def _trials(grader: Grader, gold: str, items: Iterable[tuple[Candidate, str]]) -> list[Trial]:
    """Check completions until too many have run out of time or memory."""
    done: list[Trial] = []
    troubled = 0
    for candidate, answer in items:
        trial = _check(grader, gold, candidate, answer)
        done.append(trial)
        troubled += trial.outcome in ("timeout", "error")
        if troubled >= MOST_TROUBLED:
            break
    return done


def _check(grader: Grader, gold: str, candidate: Candidate, answer: str) -> Trial:
    verdict = grader.check(candidate.text, gold)
    return Trial(candidate.name, answer, verdict.outcome, verdict.rule)
