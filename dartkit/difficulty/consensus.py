"""What most draws of a problem say, counted by equality under the verifier and not by spelling.

Answers of one normal form are one vote each for one answer; then the verifier compares the answers that are left, pair by pair,
largest first. All correct draws are one answer, whatever their spelling, because each was found equal to the gold answer.
Truncated and answerless draws vote for nothing, but they count in the share: a majority of few is not a consensus.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dartkit.ids import normalize_text
from dartkit.records import Outcome

if TYPE_CHECKING:
    from dartkit.difficulty.rates import JudgedDraw

Same = Callable[[str, str], bool]
MOST_COMPARED = 16
"""Different answers of one problem that are compared pair by pair: at most 120 comparisons; rarer ones stay as they are."""


@dataclass(frozen=True, slots=True)
class Consensus:
    """The answer that most draws gave; `answer` is None where there is none or two tie.

    Attributes:
        answer: As the first of these draws wrote it.
        votes: Draws that gave it.
        share: Votes divided by all draws, with those that gave no answer.
        agrees: Whether it is the gold answer; None where the verifier could not tell.
    """

    answer: str | None
    votes: int
    share: float | None
    agrees: bool | None


NO_CONSENSUS = Consensus(None, 0, None, None)


class AnswerGroup:
    """Draws that gave one answer."""

    def __init__(self, draw: JudgedDraw) -> None:
        self.written = draw.written or draw.answer or ""
        self.votes = 0
        self.outcomes: set[Outcome] = set()

    def absorb(self, other: AnswerGroup) -> None:
        """Take over the draws of a group whose answer is equal."""
        self.votes += other.votes
        self.outcomes |= other.outcomes

    @property
    def agrees(self) -> bool | None:
        """Whether it is the gold answer; None where the verifier could not tell."""
        if "correct" in self.outcomes:
            return True
        return False if "incorrect" in self.outcomes else None


def find_consensus(draws: Sequence[JudgedDraw], same: Same | None = None) -> Consensus:
    """Return what most draws of one problem say.

    Args:
        draws: All draws of one problem, judged by one verifier.
        same: Says whether two answers as written are equal; None compares normal forms only.
    """
    groups = sorted(_by_form(draws).values(), key=lambda group: -group.votes)
    if same is not None and not _is_settled(groups):
        groups = sorted(_merge(groups, same), key=lambda group: -group.votes)
    if not groups or (len(groups) > 1 and groups[0].votes == groups[1].votes):
        return NO_CONSENSUS
    first = groups[0]
    return Consensus(first.written, first.votes, first.votes / len(draws), first.agrees)


def group_answers(draws: Sequence[JudgedDraw], same: Same | None = None) -> list[AnswerGroup]:
    """Return the answers of one problem's draws, each once however it is written; at most one of them agrees with the gold answer."""
    groups = sorted(_by_form(draws).values(), key=lambda group: -group.votes)
    return groups if same is None else _merge(groups, same)


def _by_form(draws: Sequence[JudgedDraw]) -> dict[str, AnswerGroup]:
    groups: dict[str, AnswerGroup] = {}
    for draw in draws:
        if draw.answer:
            key = "\x00gold" if draw.outcome == "correct" else normalize_text(draw.answer)
            group = groups.setdefault(key, AnswerGroup(draw))
            group.votes += 1
            group.outcomes.add(draw.outcome)
    return groups


def _is_settled(groups: list[AnswerGroup]) -> bool:
    """Say whether no merging of wrong answers can change the result: the correct ones outnumber them all."""
    return len(groups) < 2 or ("correct" in groups[0].outcomes and 2 * groups[0].votes > _votes(groups))


def _votes(groups: list[AnswerGroup]) -> int:
    return sum(group.votes for group in groups)


def _merge(groups: list[AnswerGroup], same: Same) -> list[AnswerGroup]:
    """Join the groups whose answers are equal; each is compared with the larger ones before it."""
    kept: list[AnswerGroup] = []
    for group in groups:
        partners = (item for item in kept[:MOST_COMPARED] if _may_be_equal(item, group))
        partner = next((item for item in partners if same(item.written, group.written)), None)
        if partner is None:
            kept.append(group)
        else:
            partner.absorb(group)
    return kept


def _may_be_equal(first: AnswerGroup, second: AnswerGroup) -> bool:
    """Say whether two answers can be equal: not if one is the gold answer and the other was found to differ from it."""
    return not {"correct", "incorrect"} <= first.outcomes | second.outcomes
