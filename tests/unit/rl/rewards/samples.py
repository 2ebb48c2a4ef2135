"""Samples and problems made by hand."""

from __future__ import annotations

from typing import Any

from dartkit.rl.data import RlProblem
from dartkit.rl.samples import RolloutSample

PROBLEM = RlProblem("p" * 32, "<ask>What is 1 + 1?</ask>", "2", question="What is 1 + 1?")


def make_sample(completion: str = "", *, tokens: int | tuple[int, ...] = 1, **changes: Any) -> RolloutSample:
    """Return a sample without rewards; `tokens` is their number, all different, or the tokens."""
    ids = tuple(range(10, 10 + tokens)) if isinstance(tokens, int) else tokens
    values: dict[str, Any] = {
        "sample_index": 0, "prompt_ids": (1,), "token_ids": ids, "completion": completion, "finish_reason": "stop",
        "outcome": "correct",
    }  # fmt: skip
    return RolloutSample(**values | changes)
