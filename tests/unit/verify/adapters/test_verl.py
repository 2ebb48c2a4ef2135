"""verl: keys, numbers, named verifiers, batches. Scores follow from the answers, worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from dartkit.errors import UsageError
from dartkit.verify.adapters.verl import compute_score, compute_score_batched

KEYS = {"score", "acc", "pred", "undecided", "outcome"}


@pytest.mark.parametrize(
    ("response", "gold", "score", "undecided", "outcome"),
    [
        ("so \\boxed{\\frac12}", "0.5", 1.0, 0.0, "correct"),
        ("Answer: 34.", "34", 1.0, 0.0, "correct"),
        ("so \\boxed{3}", "4", 0.0, 0.0, "incorrect"),
        ("I give up", "4", 0.0, 0.0, "no_answer"),
        ("", "4", 0.0, 0.0, "no_answer"),
        ("so \\boxed{3}", "", 0.0, 1.0, "undecided"),
    ],
)
def test_scores(response: str, gold: str, score: float, undecided: float, outcome: str) -> None:
    """An answer that nobody could judge scores 0.0 and says so beside it."""
    result = compute_score("math", response, gold)
    assert set(result) == KEYS
    assert (result["score"], result["acc"], result["undecided"], result["outcome"]) == (
        score,
        score,
        undecided,
        outcome,
    )


def test_every_value_is_a_number_or_a_text() -> None:
    """Numbers are averaged, texts skipped; None would break verl's metrics, and so would keys that come and go."""
    results = [compute_score("x", text, gold) for text, gold in (("", ""), ("\\boxed{1}", "1"), ("no", "1"))]
    assert {frozenset(result) for result in results} == {frozenset(KEYS)}
    for result in results:
        assert all(isinstance(value, float | str) for value in result.values())


def test_it_is_called_as_verl_calls_it() -> None:
    """With keywords, with what the reward loop and the sandbox settings add."""
    extra: dict[str, Any] = {
        "sandbox_fusion_url": None,
        "concurrent_semaphore": None,
        "memory_limit_mb": 1024,
    }
    result = compute_score(
        data_source="aime24",
        solution_str="\\boxed{7}",
        ground_truth="7",
        extra_info={"index": 3},
        reward_router_address="localhost",
        reward_model_tokenizer=None,
        **extra,
    )
    assert result["score"] == 1.0


@pytest.mark.parametrize(("gold", "score"), [(7, 1.0), (7.0, 1.0), (8, 0.0), (None, 0.0)])
def test_gold_answers_that_are_no_texts(gold: object, score: float) -> None:
    """Numbers of a data set are read as their text; a missing gold answer makes the verdict undecided."""
    result = compute_score("math", "\\boxed{7}", gold)
    assert result["score"] == score
    assert result["undecided"] == float(gold is None)


@pytest.mark.parametrize(
    ("verifier", "score", "pred"),
    [("dartkit", 0.0, None), ("math-dapo", 1.0, "12"), ("math-dapo@1", 1.0, "12"), ("dart-math", 0.0, None)],
)
def test_a_named_verifier_reproduces_its_errors(verifier: str, score: float, pred: str | None) -> None:
    """Two equations with one right-hand side are equal for math-dapo alone."""
    result = compute_score("math", "Answer: 3x-7y=12", "3x+7y=12", verifier=verifier)
    assert result["score"] == score
    assert pred is None or result["pred"] == pred


def test_an_unknown_verifier_is_refused() -> None:
    with pytest.raises(UsageError, match="no verifier named 'math_dapo'"):
        compute_score("math", "\\boxed{1}", "1", verifier="math_dapo")


def test_batches_keep_their_order() -> None:
    """5,000 responses, every third right: the scores are those of single calls."""
    golds = [str(number % 11) for number in range(5000)]
    responses = [f"\\boxed{{{number % 11 + (number % 3 > 0)}}}" for number in range(5000)]
    results = compute_score_batched(
        data_sources=["math"] * 5000, solution_strs=responses, ground_truths=golds, extra_infos=[{}] * 5000
    )
    assert [result["score"] for result in results] == [float(number % 3 == 0) for number in range(5000)]


def test_batches_of_unequal_length_are_refused() -> None:
    """As upstream's own example does: a shifted reward is worse than a stop."""
    with pytest.raises(ValueError, match=r"shorter|longer"):
        compute_score_batched(["m", "m"], ["1", "2"], ["1"])
