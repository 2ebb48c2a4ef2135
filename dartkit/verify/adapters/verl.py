"""verl's custom reward function, for one response or a batch.

    custom_reward_function.path=pkg://dartkit.verify.adapters.verl
    custom_reward_function.name=compute_score
    +custom_reward_function.reward_kwargs.verifier=math-dapo        # only to reproduce a published reward

A verl that does not know `pkg://` takes the path of a file with the line `from dartkit.verify.adapters.verl import
compute_score`. For the reward manager `batch` the name is `compute_score_batched`. verl calls both with keywords: the
response is `solution_str`, the gold answer `ground_truth`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dartkit.verify.adapters.checking import check_response
from dartkit.verify.named import OWN

Score = dict[str, float | str]


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: object,
    extra_info: dict[str, Any] | None = None,
    *,
    verifier: str = OWN,
    **kwargs: Any,
) -> Score:
    """Score one response.

    Args:
        data_source: The data set's name; not used, one verifier serves all.
        solution_str: The response.
        ground_truth: The gold answer.
        extra_info: Not used.
        verifier: A name from `dartkit.verify.named`, set through `reward_kwargs`.
        **kwargs: What else verl passes (sandbox, reward model); not used, as in verl's own function.

    Returns:
        Numbers and texts, the same keys for every response, as verl's metrics need: `score` (1.0 correct, else 0.0), `acc`
        (the same), `pred` (the answer in normal form, empty where there is none), `undecided` (1.0 where nobody could tell,
        so that a 0.0 is not taken for wrong) and `outcome` (its name).

    Raises:
        UsageError: for a verifier that does not exist.
    """
    verdict = check_response(solution_str, ground_truth, verifier)
    score = verdict.reward or 0.0
    return {
        "score": score,
        "acc": score,
        "pred": verdict.prediction_form or verdict.extracted or "",
        "undecided": float(verdict.reward is None),
        "outcome": verdict.outcome,
    }


def compute_score_batched(
    data_sources: Sequence[str],
    solution_strs: Sequence[str],
    ground_truths: Sequence[object],
    extra_infos: Sequence[dict[str, Any]] | None = None,
    *,
    verifier: str = OWN,
    **kwargs: Any,
) -> list[Score]:
    """Score a batch, in its order; arguments as for `compute_score`.

    Raises:
        ValueError: where the lists differ in length.
        UsageError: for a verifier that does not exist.
    """
    return [
        compute_score(source, solution, truth, verifier=verifier)
        for source, solution, truth in zip(data_sources, solution_strs, ground_truths, strict=True)
    ]
