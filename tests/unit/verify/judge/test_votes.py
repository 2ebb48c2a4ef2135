"""Votes on disk: what is used again, what is drawn again, and what a torn or closed segment gives."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from dartkit.records import FinishReason
from dartkit.verify.judge import Judge, JudgeQuestion
from dartkit.verify.judge.votes import Vote, VoteBook, VoteTable, vote_id
from tests.unit.verify.judge.voices import DIFFERENT, EQUAL, VoiceEngine, always, judge_settings

VOTE = Vote(
    "v" * 32, "q" * 32, "s" * 32, 0, "reference-first", "equal", "VERDICT: EQUAL", "stop", "voice", "2026-01-01T00:00:00+00:00",
    seed=7, max_tokens=64, prompt_tokens=None, completion_tokens=5, error=None, seconds=0.25,
)  # fmt: skip
QUESTION = JudgeQuestion("Which day?", "Friday", "Saturday")


@pytest.mark.parametrize("close", [True, False])
def test_votes_come_back_as_they_were(tmp_path: Path, close: bool) -> None:
    """From a closed part and from an open segment; another writer's torn last line is passed over."""
    odd = replace(
        VOTE, vote_id="w" * 32, reply='VERDICT: EQUAL\n"{}\\\u2028é', seed=2**63 - 1, max_tokens=None
    )
    table = VoteTable(tmp_path)
    table.append(VOTE)
    table.append(odd)
    table.append(replace(VOTE, reading="different", reply="VERDICT: DIFFERENT"))  # the first of an id wins
    if close:
        with table:
            pass
        assert [path.suffix for path in (tmp_path / "votes").iterdir()] == [".parquet"]
    else:
        (segment,) = (tmp_path / "votes").glob("seg-*.jsonl")
        with segment.open("ab") as file:
            file.write(b'{"vote_id": "xxx", "rea')
    assert [asdict(vote) for vote in VoteTable(tmp_path).read()] == [asdict(VOTE), asdict(odd)]


@pytest.mark.parametrize(
    ("reason", "drawn_under", "now", "known"),
    [
        ("stop", 64, 64, True), ("stop", 64, 128, True), ("length", 64, 64, True), ("length", 64, 32, True), ("length", 64, 128, False),
        ("error", 64, 64, False), ("abort", 64, 64, False),
    ],
)  # fmt: skip
def test_which_votes_are_used_again(reason: FinishReason, drawn_under: int, now: int, known: bool) -> None:
    """Failed draws are made again, and those that a smaller limit cut off; all of them were paid for."""
    book = VoteBook()
    vote = replace(VOTE, finish_reason=reason, max_tokens=drawn_under)
    assert book.recall([vote], sampler_id="s" * 32, max_tokens=now) == (1, 5)
    assert book.knows(VOTE.vote_id) is known
    if known:
        assert book.reading(VOTE.vote_id) == ("equal" if reason == "stop" else "unreadable")
        assert book.seconds(VOTE.vote_id) == 0.25


def test_votes_of_other_judges_are_not_counted() -> None:
    book = VoteBook()
    assert book.recall([VOTE], sampler_id="t" * 32, max_tokens=64) == (0, 0)
    assert not book.knows(VOTE.vote_id)


def test_replies_are_read_again() -> None:
    """The reply is the fact, the reading an interpretation: a better parser changes the reading of old replies."""
    book = VoteBook()
    book.recall([replace(VOTE, reading="equal", reply="no verdict")], sampler_id="s" * 32, max_tokens=64)
    assert book.reading(VOTE.vote_id) == "unreadable"


def test_a_later_success_replaces_a_failure(tmp_path: Path) -> None:
    """By rank: a finished reply beats a cut-off one, that beats a failure, and of two cut-off ones the longer limit wins."""
    endings: dict[str, tuple[FinishReason, ...]] = {
        "a": ("error", "stop"), "b": ("length", "stop", "error"), "c": ("error", "length"), "d": ("stop", "length"),
    }  # fmt: skip
    with VoteTable(tmp_path) as table:
        for identity, reasons in endings.items():
            for limit, reason in enumerate(reasons, 1):
                table.append(replace(VOTE, vote_id=identity, finish_reason=reason, max_tokens=limit))
        table.append(replace(VOTE, vote_id="e", finish_reason="length", max_tokens=9))
        table.append(replace(VOTE, vote_id="e", finish_reason="length", max_tokens=5))
    found = {vote.vote_id: (vote.finish_reason, vote.max_tokens) for vote in VoteTable(tmp_path).read()}
    assert found == {
        "a": ("stop", 2),
        "b": ("stop", 2),
        "c": ("length", 2),
        "d": ("stop", 1),
        "e": ("length", 9),
    }


def test_more_votes_and_other_rules_use_what_is_there() -> None:
    """Three votes and their controls are six draws; five votes need two and two more; another rule of acceptance none."""
    book = VoteBook()
    asked = []
    for settings in (
        judge_settings(),
        judge_settings(votes=5),
        judge_settings(accept="unanimous"),
        judge_settings(control=False),
    ):
        engine = VoiceEngine(always(DIFFERENT))
        Judge(engine, settings, book=book).ask([QUESTION])
        asked.append(len(engine.asked))
    assert asked == [6, 4, 0, 0]
    engine = VoiceEngine(always(DIFFERENT))
    Judge(engine, judge_settings(temperature=0.5), book=book).ask([QUESTION])
    assert len(engine.asked) == 6


def test_a_vote_records_what_was_drawn() -> None:
    stored: list[Vote] = []
    engine = VoiceEngine(always(EQUAL), capacity=1)
    judge = Judge(engine, judge_settings(votes=1, control=False), book=VoteBook(stored.append))
    judge.ask([QUESTION])
    (vote,), (request,) = stored, engine.asked
    assert vote.vote_id == vote_id(QUESTION.question_id, judge.sampler_id, 0) == request.sample_id
    assert (vote.question_id, vote.sampler_id) == (QUESTION.question_id, judge.sampler_id)
    assert (vote.reading, vote.reply, vote.seed, vote.max_tokens) == ("equal", EQUAL, request.seed, 64)
    assert (vote.engine, vote.seconds, vote.completion_tokens) == ("voice", 0.5, 3)
