"""The asking itself: what engines may do to it. The contract is that of `dartkit.engines.base`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.errors import EnvironmentProblem
from dartkit.verify.judge import Judge, JudgeQuestion
from dartkit.verify.judge.votes import Vote, VoteBook
from tests.unit.verify.judge.voices import (
    DIFFERENT,
    EQUAL,
    Killed,
    VoiceEngine,
    always,
    judge_settings,
    sound,
)

QUESTIONS = [JudgeQuestion("Which day?", "Friday", f"answer {n}") for n in range(6)]


class OddEngine(VoiceEngine):
    """Hands back draws nobody asked for, and each of its own twice."""

    def finished(self) -> list[FinishedDraw]:
        own = super().finished()
        strange = [
            replace(draw, request=replace(draw.request, sample_id="stranger"), completion=EQUAL)
            for draw in own
        ]
        return [*strange, *own, *(replace(draw, completion=EQUAL) for draw in own)]


class LosingEngine(VoiceEngine):
    """Forgets every third request without a word."""

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        super().submit(requests)
        self._in_flight = [request for request in self._in_flight if int(request.sample_id, 16) % 3]


class BreakingEngine(VoiceEngine):
    """Breaks down after some draws."""

    def finished(self) -> list[FinishedDraw]:
        if self.finished_draws >= 4:
            raise EnvironmentProblem("the GPU fell off the bus")
        return super().finished()


def test_strange_and_repeated_draws_are_passed_over() -> None:
    """The first reply to a request counts; a forged second one says EQUAL and would turn the outcome."""
    engine = OddEngine(always(DIFFERENT))
    stored: list[Vote] = []
    judge = Judge(engine, judge_settings(), book=VoteBook(stored.append))
    assert {verdict.outcome for verdict in judge.ask(QUESTIONS)} == {"incorrect"}
    assert len(stored) == len(engine.asked) == 6 * 3 + 3


def test_lost_draws_are_abstentions() -> None:
    """The asking ends; votes that never came back count as failed draws, and as such they are stored."""
    engine = LosingEngine(sound(), capacity=4)
    stored: list[Vote] = []
    verdicts = Judge(engine, judge_settings(control=False), book=VoteBook(stored.append)).ask(QUESTIONS)
    lost = [vote for vote in stored if int(vote.vote_id, 16) % 3 == 0]
    assert len(stored) == 18
    assert lost
    assert {(vote.finish_reason, vote.reading) for vote in lost} == {("error", "error")}
    abstained = sum(ballot.reading == "error" for verdict in verdicts for ballot in verdict.ballots)
    assert abstained == len(lost)


def test_a_breakdown_passes_on_and_keeps_what_was_said() -> None:
    """The error reaches the caller, the draws in flight are aborted, the four votes cast are not drawn again."""
    engine = BreakingEngine(always(DIFFERENT))
    stored: list[Vote] = []
    book = VoteBook(stored.append)
    with pytest.raises(EnvironmentProblem, match="fell off"):
        Judge(engine, judge_settings(), book=book).ask(QUESTIONS)
    assert engine.aborts == 1
    kept = {vote.vote_id for vote in stored}
    assert len(kept) == len(stored) == 4
    second = VoiceEngine(always(DIFFERENT))
    assert {verdict.outcome for verdict in Judge(second, judge_settings(), book=book).ask(QUESTIONS)} == {
        "incorrect"
    }
    assert kept.isdisjoint(request.sample_id for request in second.asked)
    assert len(second.asked) == 21 - 4


@pytest.mark.parametrize("killed_after", range(21))
def test_a_kill_anywhere_loses_only_what_is_in_flight(killed_after: int) -> None:
    """After a kill at each of the 21 draws, the rest and no more is drawn, with the seeds of an unbroken run."""
    whole = VoiceEngine(sound(("Friday", "answer 2")))
    expected = Judge(whole, judge_settings()).ask(QUESTIONS)
    stored: list[Vote] = []
    book = VoteBook(stored.append)
    first = VoiceEngine(sound(("Friday", "answer 2")), killed_after=killed_after)
    with pytest.raises(Killed):
        Judge(first, judge_settings(), book=book).ask(QUESTIONS)
    assert len(stored) <= killed_after  # the draws of the call that was killed are lost too
    second = VoiceEngine(sound(("Friday", "answer 2")))
    assert Judge(second, judge_settings(), book=book).ask(QUESTIONS) == expected
    assert len(second.asked) + killed_after - killed_after % 2 == 21
    assert {(vote.vote_id, vote.seed) for vote in stored} == {
        (request.sample_id, request.seed) for request in whole.asked
    }


def test_capacity_of_one() -> None:
    """The engine itself refuses more than its capacity; with one place everything still ends."""
    engine = VoiceEngine(sound(), capacity=1, at_once=1)
    assert len(Judge(engine, judge_settings()).ask(QUESTIONS)) == 6


def test_nothing_to_ask() -> None:
    engine = VoiceEngine(always(EQUAL))
    assert Judge(engine, judge_settings()).ask([]) == []
    assert engine.asked == []
