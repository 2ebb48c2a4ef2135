"""NeMo-RL's verify worker: the method that `math_environment.HFVerifyWorker` has, as a function.

A worker that uses it is three lines: a Ray actor whose `verify` calls this one. One score and one answer for every
response, on every path, since both are read by their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, overload

from dartkit.verify.adapters.checking import check_response


@overload
def verify(
    pred_responses: Sequence[str],
    ground_truths: Sequence[object],
    return_extracted_answer: Literal[False] = False,
    **kwargs: Any,
) -> list[float]: ...


@overload
def verify(
    pred_responses: Sequence[str],
    ground_truths: Sequence[object],
    return_extracted_answer: Literal[True],
    **kwargs: Any,
) -> tuple[list[float], list[str | None]]: ...


def verify(
    pred_responses: Sequence[str],
    ground_truths: Sequence[object],
    return_extracted_answer: bool = False,
    **kwargs: Any,
) -> list[float] | tuple[list[float], list[str | None]]:
    """Score responses: 1.0 correct, 0.0 else. NeMo-RL has no third value, so 0.0 also stands for "nobody could tell".

    Args:
        pred_responses: The responses.
        ground_truths: The gold answers, second here.
        return_extracted_answer: Return the answers found as well, None where there is none.
        **kwargs: What else the environment passes (`math_verify_impl`); not used.

    Raises:
        ValueError: where the two lists differ in length.
    """
    verdicts = [
        check_response(response, gold) for response, gold in zip(pred_responses, ground_truths, strict=True)
    ]
    scores = [verdict.reward or 0.0 for verdict in verdicts]
    if not return_extracted_answer:
        return scores
    return scores, [verdict.extracted for verdict in verdicts]
