"""A small engine that honours the contract, and judges to speak through it.

The engine hands draws back in the reverse order of submission, a few at a time, and refuses what the contract forbids. What a
voice says is a function of the prompt, which it reads as a model would: from the fenced blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.settings import ModelSettings, SamplingSettings, ScriptedEngine
from dartkit.verify.judge import JudgeSettings

if TYPE_CHECKING:
    from torch import Tensor

Voice = Callable[[DrawRequest], "str | FinishedDraw"]
EQUAL, DIFFERENT, UNSURE = "Compared.\nVERDICT: EQUAL", "Compared.\nVERDICT: DIFFERENT", "VERDICT: UNSURE"


class Killed(BaseException):
    """Stands for the end of the process."""


class VoiceEngine:
    """Draws what a voice says.

    Args:
        voice: From a request to a reply, or to a whole finished draw.
        capacity: Draws in flight; more are refused.
        at_once: Draws handed back by one call.
        killed_after: End the process in place of handing back this many draws.
    """

    name = "voice"
    seeds_draws = True

    def __init__(
        self, voice: Voice, *, capacity: int = 5, at_once: int = 2, killed_after: int | None = None
    ) -> None:
        self._voice = voice
        self._capacity = capacity
        self._at_once = at_once
        self._killed_after = killed_after
        self._in_flight: list[DrawRequest] = []
        self.asked: list[DrawRequest] = []
        self.finished_draws = 0
        self.aborts = 0

    @property
    def capacity(self) -> int:
        return self._capacity

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        self._in_flight.extend(requests)
        self.asked.extend(requests)
        assert len(self._in_flight) <= self._capacity
        assert len({request.sample_id for request in self.asked}) == len(self.asked)

    def finished(self) -> list[FinishedDraw]:
        draws: list[FinishedDraw] = []
        while self._in_flight and len(draws) < self._at_once:
            if self.finished_draws == self._killed_after:
                raise Killed
            draws.append(self._draw(self._in_flight.pop()))
            self.finished_draws += 1
        return draws

    def _draw(self, request: DrawRequest) -> FinishedDraw:
        said = self._voice(request)
        if isinstance(said, FinishedDraw):
            return said
        return FinishedDraw(
            request, said, "stop", 0.5, seed=request.seed, completion_tokens=len(said.split())
        )

    def abort(self) -> None:
        self._in_flight.clear()
        self.aborts += 1

    def load_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        raise AssertionError("a judge's weights are not replaced")

    def close(self) -> None:
        self.abort()


@dataclass(frozen=True)
class Shown:
    """What a prompt shows."""

    problem: str
    reference: str
    candidate: str
    reference_first: bool
    fence: str


def read_prompt(prompt: str) -> Shown:
    """Read the blocks of a prompt by their fence; fails where a block is missing or stands twice."""
    codes = re.findall(r"^BEGIN PROBLEM ([0-9a-f]{12})$", prompt, re.MULTILINE)
    assert len(codes) == 1
    return Shown(
        _block(prompt, "PROBLEM", codes[0]),
        _block(prompt, "REFERENCE", codes[0]),
        _block(prompt, "CANDIDATE", codes[0]),
        prompt.index(f"BEGIN REFERENCE {codes[0]}") < prompt.index(f"BEGIN CANDIDATE {codes[0]}"),
        codes[0],
    )


def _block(prompt: str, name: str, code: str) -> str:
    begin, end = f"\nBEGIN {name} {code}\n", f"\nEND {name} {code}\n"
    assert prompt.count(begin) == prompt.count(end) == 1
    lines = prompt.split(begin)[1].split(end)[0].split("\n")
    assert all(line.startswith("| ") for line in lines)
    return "\n".join(line[2:] for line in lines)


def always(reply: str) -> Voice:
    """A judge that says the same of everything."""
    return lambda request: reply


def sound(*synonyms: tuple[str, str]) -> Voice:
    """A judge that knows these pairs to be the same, and what is spelled alike but for case."""
    pairs = {(left.lower(), right.lower()) for left, right in synonyms}

    def speak(request: DrawRequest) -> str:
        shown = read_prompt(request.prompt)
        left, right = shown.reference.strip().lower(), shown.candidate.strip().lower()
        return EQUAL if left == right or (left, right) in pairs else DIFFERENT

    return speak


def judge_settings(
    *,
    votes: int = 3,
    accept: str = "majority",
    control: bool = True,
    max_answer_chars: int = 2000,
    max_tokens: int = 64,
    temperature: float = 0.7,
) -> JudgeSettings:
    """Return settings of a judge on an engine without a model."""
    return JudgeSettings.model_validate(
        {
            "model": ModelSettings(path="unused"),
            "engine": ScriptedEngine(),
            "votes": votes,
            "accept": accept,
            "control": control,
            "max_answer_chars": max_answer_chars,
            "sampling": SamplingSettings(temperature=temperature, max_tokens=max_tokens),
        }
    )
