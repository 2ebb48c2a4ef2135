"""Evaluation against numbers worked out by hand, with an engine that answers from a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from dartkit.checkpoint_settings import TrainEvalSettings
from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.errors import EnvironmentProblem
from dartkit.rl.data import RlProblem
from dartkit.rl.evaluation import TrainEvaluation
from dartkit.settings import SamplingSettings, VerifierSettings
from dartkit.verify import load_verifier

ANSWERS: dict[str, list[str | None]] = {
    "a": ["1", "1", "2", "2"],
    "b": ["2", "2", "2", "1"],
    "c": ["3", "4", "5", None],
}
PROBLEMS = [RlProblem(name, f"prompt {name}", "1") for name in "abc"]


class ListedEngine:
    """Hands back the listed answers one by one, the last request first; None is a draw that failed."""

    name = "listed"
    seeds_draws = True
    capacity = 4

    def __init__(self) -> None:
        self.waiting: list[DrawRequest] = []
        self.seen: list[DrawRequest] = []

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        self.waiting += requests
        self.seen += requests

    def finished(self) -> list[FinishedDraw]:
        if not self.waiting:
            return []
        request = self.waiting.pop()
        answer = ANSWERS[request.problem_id][request.draw_index]
        if answer is None:
            return [FinishedDraw(request, "", "error", 0.0)]
        return [FinishedDraw(request, f"\\boxed{{{answer}}}", "stop", 0.0, completion_tokens=6)]

    def abort(self) -> None:
        self.waiting.clear()

    def load_weights(self, weights: Iterable[Any]) -> None:
        raise AssertionError

    def close(self) -> None:
        raise AssertionError


def measure(engine: ListedEngine, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"data": "x", "samples_per_problem": 4} | changes
    with load_verifier(VerifierSettings()) as verifier:
        evaluation = TrainEvaluation(
            PROBLEMS, TrainEvalSettings(**values), SamplingSettings(max_tokens=9), verifier, seed=(1, 2)
        )
        return evaluation.measure(engine)


def test_numbers_by_hand() -> None:
    """Right of four: a 2, b 1, c 0. Any right: a, b. Most frequent right: a half of the time (2 against 2)."""
    numbers = measure(ListedEngine())
    assert numbers["eval/avg@4"] == pytest.approx((2 / 4 + 1 / 4 + 0) / 3)
    assert numbers["eval/pass@4"] == pytest.approx(2 / 3)
    assert numbers["eval/maj@4"] == pytest.approx(1 / 2 / 3)
    assert numbers["eval/problems"] == 3
    assert numbers["eval/response_length"] == pytest.approx(11 * 6 / 12)
    assert measure(ListedEngine(), max_problems=1)["eval/avg@4"] == 0.5


def test_requests_are_the_same_each_time_and_follow_the_settings() -> None:
    first, second = ListedEngine(), ListedEngine()
    measure(first)
    measure(second)
    assert first.seen == second.seen
    assert len({request.seed for request in first.seen}) == len(first.seen) == 12
    sampling = first.seen[0].sampling
    assert (sampling.temperature, sampling.top_p, sampling.max_tokens) == (1.0, 0.7, 9)
    third = ListedEngine()
    measure(third, max_tokens=5, temperature=0.6, top_p=1.0)
    sampling = third.seen[0].sampling
    assert (sampling.temperature, sampling.top_p, sampling.max_tokens) == (0.6, 1.0, 5)


def test_lost_draws_are_an_error() -> None:
    engine = ListedEngine()
    engine.submit = lambda requests: None  # type: ignore[method-assign]
    with pytest.raises(EnvironmentProblem, match="lost 12 draws"):
        measure(engine)
