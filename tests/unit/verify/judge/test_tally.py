"""Vote tables, worked out by hand from the rule: more than half of all votes, and each order that was asked."""

from __future__ import annotations

from itertools import product

import pytest

from dartkit.records import Outcome
from dartkit.verify.judge.question import Ballot, JudgeVerdict, Order, Reading, order_of
from dartkit.verify.judge.tally import Acceptance, decide

READINGS: dict[str, Reading] = {
    "+": "equal",
    "-": "different",
    "U": "unsure",
    "X": "unreadable",
    "!": "error",
}
FIRST: tuple[Order, Order] = ("reference-first", "candidate-first")


def ballots(votes: str, controls: str = "", *, start: int = 0) -> list[Ballot]:
    """Return ballots from signs, in alternating order; no signs for controls mean none."""
    return [
        Ballot(FIRST[(start + at) % 2], READINGS[letter], READINGS[controls[at]] if controls else None)
        for at, letter in enumerate(votes)
    ]


MAJORITY: tuple[tuple[str, Outcome], ...] = (
    ("+", "correct"), ("-", "incorrect"), ("U", "undecided"), ("X", "undecided"), ("!", "undecided"),
    ("++", "correct"), ("+-", "undecided"), ("-+", "undecided"), ("--", "incorrect"), ("+U", "undecided"), ("+X", "undecided"),
    ("+++", "correct"), ("---", "incorrect"), ("++-", "correct"), ("-++", "correct"), ("--+", "incorrect"), ("+--", "incorrect"),
    ("+-+", "undecided"), ("-+-", "undecided"),  # one order says the one, the other the other: a favoured place
    ("+U+", "undecided"), ("+X+", "undecided"), ("+!+", "undecided"),  # nobody spoke for it in the second order
    ("++U", "correct"), ("U++", "correct"), ("X--", "incorrect"), ("--!", "incorrect"),
    ("+UU", "undecided"), ("UUU", "undecided"), ("XXX", "undecided"), ("!!!", "undecided"), ("U+-", "undecided"), ("+U-", "undecided"),
    ("++--", "undecided"), ("+++-", "correct"), ("++UU", "undecided"), ("+-+-", "undecided"), ("---+", "incorrect"),
    ("+++--", "correct"), ("+-+-+", "undecided"), ("+-++U", "correct"), ("++UUU", "undecided"), ("--U-U", "incorrect"),
)  # fmt: skip


@pytest.mark.parametrize(("votes", "outcome"), MAJORITY)
@pytest.mark.parametrize("start", [0, 1])
def test_majority(votes: str, outcome: Outcome, start: int) -> None:
    """The table holds whichever order comes first."""
    assert decide(ballots(votes, start=start), "majority") == outcome


@pytest.mark.parametrize(
    ("votes", "outcome"),
    [
        ("+", "correct"), ("++", "correct"), ("+++", "correct"), ("++-", "undecided"), ("++U", "undecided"), ("++X", "undecided"),
        ("--+", "incorrect"), ("---", "incorrect"), ("-+-", "undecided"), ("--U", "incorrect"), ("UUU", "undecided"),
    ],
)  # fmt: skip
def test_unanimous(votes: str, outcome: Outcome) -> None:
    """Acceptance needs every vote, rejection only the majority: a wrong acceptance is the dearer error."""
    assert decide(ballots(votes), "unanimous") == outcome


@pytest.mark.parametrize(
    ("votes", "controls", "outcome"),
    [
        ("+++", "---", "correct"),
        ("+++", "--+", "correct"),
        ("+++", "+--", "correct"),
        ("+++", "+-+", "undecided"),
        ("+++", "-+-", "undecided"),  # two votes are left, both in one order
        ("+++", "+++", "undecided"),
        ("---", "+++", "undecided"),
        ("---", "---", "incorrect"),
        ("---", "--X", "incorrect"),
        ("+++", "U-U", "undecided"),
        ("+++", "XXX", "undecided"),
        ("+++", "!!!", "undecided"),
        ("++-", "--+", "correct"),
        ("++-", "+--", "undecided"),
    ],
)
def test_a_vote_needs_a_rejected_control(votes: str, controls: str, outcome: Outcome) -> None:
    """A vote whose control was not answered DIFFERENT counts for neither side."""
    assert decide(ballots(votes, controls), "majority") == outcome


def test_no_votes_decide_nothing() -> None:
    assert decide([], "majority") == decide([], "unanimous") == "undecided"


@pytest.mark.parametrize("accept", ["majority", "unanimous"])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_properties_over_all_tables(size: int, accept: Acceptance) -> None:
    """By brute force over every table of five signs.

    Acceptance and rejection each need more than half, and one vote more for equal never turns the outcome away from it.
    """
    for letters in product("+-UX!", repeat=size):
        votes = "".join(letters)
        outcome = decide(ballots(votes), accept)
        if outcome == "correct":
            assert votes.count("+") * 2 > size
        if outcome == "incorrect":
            assert votes.count("-") * 2 > size
        for at in range(size):
            better = decide(ballots(votes[:at] + "+" + votes[at + 1 :]), accept)
            assert not (outcome == "correct" and better != "correct")
            assert not (outcome == "undecided" and better == "incorrect")


@pytest.mark.parametrize(("start", "said"), [(0, "+-"), (1, "-+")])
@pytest.mark.parametrize("size", range(2, 12))
def test_a_judge_that_favours_a_place_decides_nothing(size: int, start: int, said: str) -> None:
    """It says EQUAL whenever the reference comes first and DIFFERENT otherwise; whichever order begins, nothing follows."""
    votes = "".join(said[at % 2] for at in range(size))
    assert decide(ballots(votes, start=start), "majority") == "undecided"


def test_orders_alternate_and_begin_by_content() -> None:
    """The first order is a bit of the question's id: 1,000 ids that end the first eight digits with 0 or 1 alternately split evenly."""
    starts = []
    for number in range(1_000):
        identity = f"{number:08x}" + "0" * 24
        orders = [order_of(identity, index) for index in range(4)]
        assert orders[0] == orders[2] != orders[1] == orders[3]
        starts.append(orders[0])
    assert starts.count("reference-first") == 500


def test_detail_says_how_votes_fell() -> None:
    """Counts by hand: two for equal; the third abstains by its own words, the fourth because its control was accepted."""
    cast = ballots("++U+", "---+")
    verdict = JudgeVerdict("undecided", "judge", "no-majority", tuple(cast))
    assert verdict.detail == "no-majority: 2 equal, 0 different, 2 abstained (unsure, control equal)"
    assert JudgeVerdict("no_answer", "none", "opener").detail == "opener"
