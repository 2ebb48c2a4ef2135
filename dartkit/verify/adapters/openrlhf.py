"""OpenRLHF's reward function, for `--reward.remote_url FILE.py` (once `--remote_rm_url`).

The file holds one line, `from dartkit.verify.adapters.openrlhf import reward_func`. OpenRLHF calls it from threads with lists of one element and hands over the whole text, prompt included.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dartkit.errors import missing_extra
from dartkit.verify.adapters.checking import check_response

if TYPE_CHECKING:
    import torch


def reward_func(
    queries: Sequence[str], prompts: Sequence[str], labels: Sequence[object], **kwargs: Any
) -> dict[str, torch.Tensor | dict[str, torch.Tensor]]:
    """Score responses.

    Args:
        queries: Prompt and response in one text. What follows the prompt's first occurrence is judged; where the prompt
            does not occur (a chat template changed it), the whole text is.
        prompts: The prompts.
        labels: The gold answers.
        **kwargs: Not used, as in OpenRLHF's own function.

    Returns:
        `rewards` and `scores` (1.0 correct, else 0.0) and `extra_logs` with `undecided` (1.0 where nobody could tell),
        tensors in the order of the queries.

    Raises:
        ValueError: where the lists differ in length.
        EnvironmentProblem: without torch.
    """
    try:
        import torch
    except ImportError as error:
        raise missing_extra("torch", "train") from error
    verdicts = [
        check_response(_response(query, prompt), label)
        for query, prompt, label in zip(queries, prompts, labels, strict=True)
    ]
    rewards = torch.tensor([verdict.reward or 0.0 for verdict in verdicts], dtype=torch.float)
    undecided = torch.tensor([float(verdict.reward is None) for verdict in verdicts], dtype=torch.float)
    return {"rewards": rewards, "scores": rewards.clone(), "extra_logs": {"undecided": undecided}}


def _response(query: str, prompt: object) -> str:
    _, found, response = query.partition(prompt) if isinstance(prompt, str) and prompt else ("", "", "")
    return response if found else query
