"""From votes to an outcome.

An outcome needs more than half of *all* votes, abstentions included, and at least one vote for it in each order that was
asked. The second condition takes a judge that favours a place out of the game: over both orders its votes split, and what
an odd number of votes leaves of its preference decides nothing. Every other result is `undecided`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dartkit.records import Outcome
from dartkit.verify.judge.question import Ballot

Acceptance = Literal["majority", "unanimous"]


def decide(ballots: Sequence[Ballot], accept: Acceptance) -> Outcome:
    """Return `correct`, `incorrect` or `undecided`. Without votes: `undecided`."""
    half = len(ballots) // 2 + 1
    if _carries(ballots, "equal", len(ballots) if accept == "unanimous" else half):
        return "correct"
    return "incorrect" if _carries(ballots, "different", half) else "undecided"


def _carries(ballots: Sequence[Ballot], side: Literal["equal", "different"], needed: int) -> bool:
    votes = [ballot for ballot in ballots if ballot.counted == side]
    orders = {ballot.order for ballot in ballots}
    return len(votes) >= max(needed, 1) and {ballot.order for ballot in votes} == orders
