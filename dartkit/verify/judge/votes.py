"""Votes as facts: every reply of the judge is stored the moment it exists, and none is drawn twice.

A vote's identity is its question, the sampler that judges and its number. So more votes, another rule of acceptance or
another run of the rules reuse what is there; another model, template or temperature does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from dartkit.engines.base import FinishedDraw
from dartkit.ids import content_id
from dartkit.records import FinishReason, Record, now_iso
from dartkit.store.winners import rank_samples
from dartkit.tables import Table, TableSpec
from dartkit.verify.judge.question import Order, Reading
from dartkit.verify.judge.reply import read_reply

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class Vote:
    """One reply. `reading` is what was understood; it is read again from `reply` when votes are loaded."""

    vote_id: str
    question_id: str
    sampler_id: str
    vote_index: int
    order: Order
    reading: Reading
    reply: str
    finish_reason: FinishReason
    engine: str
    created_at: str
    seed: int | None = None
    max_tokens: int | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    error: str | None = None
    seconds: float | None = None


def vote_id(question_id: str, sampler_id: str, index: int) -> str:
    """Identify one vote."""
    return content_id("vote", [question_id, sampler_id, index])


def vote_of(draw: FinishedDraw, *, question_id: str, sampler_id: str, order: Order, engine: str) -> Vote:
    """Return the record of a finished draw."""
    request = draw.request
    return Vote(
        vote_id=request.sample_id,
        question_id=question_id,
        sampler_id=sampler_id,
        vote_index=request.draw_index,
        order=order,
        reading=read_reply(draw.completion, draw.finish_reason),
        reply=draw.completion,
        finish_reason=draw.finish_reason,
        engine=engine,
        created_at=now_iso(),
        seed=draw.seed,
        max_tokens=request.sampling.max_tokens,
        prompt_tokens=draw.prompt_tokens,
        completion_tokens=draw.completion_tokens,
        error=draw.error,
        seconds=draw.seconds,
    )


class VoteBook:
    """The readings of all votes there are.

    Args:
        store: Makes a new vote durable; None keeps votes for the life of this object only.
    """

    def __init__(self, store: Callable[[Vote], None] | None = None) -> None:
        self._store = store
        self._readings: dict[str, tuple[Reading, float]] = {}

    def add(self, vote: Vote) -> None:
        """Store a new vote and count it."""
        if self._store is not None:
            self._store(vote)
        self._readings[vote.vote_id] = (vote.reading, vote.seconds or 0.0)

    def recall(self, votes: Iterable[Vote], *, sampler_id: str, max_tokens: int) -> tuple[int, int]:
        """Count votes that were stored earlier; return how many draws and completion tokens they took.

        Failed draws will be made again, and so will replies that were cut off by a smaller limit than `max_tokens`.
        """
        draws = tokens = 0
        for vote in votes:
            if vote.sampler_id != sampler_id:
                continue
            draws += 1
            tokens += vote.completion_tokens or 0
            cut_early = vote.finish_reason == "length" and (vote.max_tokens or 0) < max_tokens
            if vote.finish_reason in ("stop", "length") and not cut_early:
                reading = read_reply(vote.reply, vote.finish_reason)
                self._readings[vote.vote_id] = (reading, vote.seconds or 0.0)
        return draws, tokens

    def knows(self, identity: str) -> bool:
        """Whether this vote was cast."""
        return identity in self._readings

    def reading(self, identity: str) -> Reading:
        """Return what a cast vote says."""
        return self._readings[identity][0]

    def seconds(self, identity: str) -> float:
        """Return how long a cast vote took."""
        return self._readings[identity][1]


class VoteTable:
    """The votes of a run directory, in segments beside its other tables. Use as a context manager."""

    def __init__(self, run_path: Path) -> None:
        spec = TableSpec(
            "votes", cast("type[Record]", Vote), ("vote_id",), rank_samples, ("finish_reason", "max_tokens")
        )
        self._table = Table(run_path / "votes", spec)

    def append(self, vote: Vote) -> None:
        """Write one vote; it survives a kill of this process when this returns."""
        self._table.append(cast("Record", vote))

    def read(self) -> Iterable[Vote]:
        """Yield every vote, of all judges."""
        names = set(Vote.__dataclass_fields__)
        for row in self._table.rows():
            yield Vote(**{name: value for name, value in row.items() if name in names})

    def __enter__(self) -> VoteTable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:  # after an error the segment stays as it is, and is readable
            self._table.close()
            self._table.tidy()
