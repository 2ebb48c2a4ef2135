"""OpenRLHF: tensors, the prompt cut off, what is logged."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dartkit.verify.adapters.openrlhf import reward_func

torch = pytest.importorskip(
    "torch", reason="OpenRLHF's reward function returns tensors: pip install 'dartkit[train]'"
)


def values(result: dict[str, Any], key: str) -> list[float]:
    tensor = result["extra_logs"][key] if key in result["extra_logs"] else result[key]
    assert tensor.dtype == torch.float
    return [float(value) for value in tensor]


def test_rewards_scores_and_logs() -> None:
    """Three tensors in the order of the queries; a missing gold answer is 0.0 and logged as undecided."""
    result: dict[str, Any] = reward_func(
        ["P1 \\boxed{1}", "P2 \\boxed{2}", "P3 \\boxed{3}"], ["P1", "P2", "P3"], ["1", "5", ""], step=7
    )
    assert set(result) == {"rewards", "scores", "extra_logs"}
    assert values(result, "rewards") == values(result, "scores") == [1.0, 0.0, 0.0]
    assert values(result, "undecided") == [0.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("query", "prompt", "reward"),
    [
        ("Put it in \\boxed{9}. Q? I think \\boxed{1}", "Put it in \\boxed{9}. Q?", 1.0),
        (
            "Put it in \\boxed{1}. Q? I do not know",
            "Put it in \\boxed{1}. Q?",
            0.0,
        ),  # the prompt's own box is no answer
        ("<bos>Put it in \\boxed{1}. Q? no", "Put it in \\boxed{1}. Q?", 0.0),
        ("templated \\boxed{1}", "another prompt", 1.0),
        ("\\boxed{1}", "", 1.0),
    ],
)
def test_the_prompt_is_not_judged(query: str, prompt: str, reward: float) -> None:
    """Only what follows the prompt counts; where the prompt is not found, the whole text does."""
    assert values(reward_func([query], [prompt], ["1"]), "rewards") == [reward]


def test_it_is_called_from_threads_one_at_a_time() -> None:
    """As `SingleTurnAgentExecutor` does: lists of one element, awaited together."""

    async def gather() -> list[dict[str, Any]]:
        calls = [
            asyncio.to_thread(reward_func, [f"\\boxed{{{n}}}"], ["p"], [str(n % 50)]) for n in range(200)
        ]
        return list(await asyncio.gather(*calls))

    results = asyncio.run(gather())
    assert [values(result, "rewards")[0] for result in results] == [float(n < 50) for n in range(200)]


def test_lists_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        reward_func(["a"], ["b"], [])
