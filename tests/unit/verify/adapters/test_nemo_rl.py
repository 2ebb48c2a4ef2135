"""NeMo-RL: one score and one answer for every response, on every path."""

from __future__ import annotations

import pytest

from dartkit.verify.adapters.nemo_rl import verify


def test_scores_alone_and_with_answers() -> None:
    """A response without an answer, one with a wrong one and a missing gold answer keep their places."""
    responses = ["\\boxed{1}", "nothing", "\\boxed{3}", "\\boxed{4}"]
    golds = ["1", "2", "5", ""]
    assert verify(responses, golds) == [1.0, 0.0, 0.0, 0.0]
    scores, answers = verify(responses, golds, True, math_verify_impl="hf_math_verify")
    assert scores == [1.0, 0.0, 0.0, 0.0]
    assert answers[:3] == ["1", None, "3"]
    assert len(answers) == 4


def test_gold_comes_second() -> None:
    """The order is that of the worker: responses, then golds. Swapped, a whole response would be the gold answer."""
    assert verify(pred_responses=["It is clear: \\boxed{2}"], ground_truths=["2"]) == [1.0]


def test_empty_and_unequal_lists() -> None:
    assert verify([], []) == []
    assert verify([], [], True) == ([], [])
    with pytest.raises(ValueError, match=r"shorter|longer"):
        verify(["1", "2"], ["1"])
