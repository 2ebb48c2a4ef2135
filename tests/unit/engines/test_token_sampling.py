"""Sampling mathematics against hand-worked masks and known distributions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from dartkit.engines.token_sampling import (
    RowSettings,
    choose_tokens,
    invert_cdf,
    noise,
    penalise_repeats,
    restrict,
)
from dartkit.settings import SamplingSettings

CPU = torch.device("cpu")
PROBS = [0.4, 0.1, 0.3, 0.05, 0.15]


def kept(**knobs: float) -> list[int]:
    """Return the indices of PROBS that survive the knobs."""
    settings = RowSettings.stack([SamplingSettings.model_validate(knobs)], CPU)
    return [int(index) for index in restrict(torch.tensor([PROBS]), settings)[0].nonzero()[:, 0]]


@pytest.mark.parametrize(
    ("knobs", "expected"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"top_k": 1}, [0]),
        ({"top_k": 3}, [0, 2, 4]),  # 0.4, 0.3, 0.15
        ({"top_k": 99}, [0, 1, 2, 3, 4]),
        ({"top_p": 0.3}, [0]),  # the first reaches 0.3 by itself
        ({"top_p": 0.69}, [0, 2]),  # 0.4 + 0.3 = 0.7
        ({"top_p": 0.71}, [0, 2, 4]),
        ({"top_p": 0.001}, [0]),  # never empty
        ({"min_p": 0.5}, [0, 2]),  # at least 0.2
        ({"min_p": 0.2}, [0, 1, 2, 4]),  # at least 0.08
        ({"min_p": 1.0}, [0]),
        ({"top_k": 3, "top_p": 0.8}, [0, 2]),  # of 0.85: 0.68 wanted, 0.7 reaches it
        ({"min_p": 0.3, "top_p": 0.84}, [0, 2, 4]),  # min_p leaves 0.85: 0.714 wanted
    ],
)
def test_masks_by_hand(knobs: dict[str, float], expected: list[int]) -> None:
    """Each case is worked out beside it from PROBS."""
    assert kept(**knobs) == expected


def test_rows_keep_their_own_knobs() -> None:
    """A batch of different settings gives each row what it gives alone."""
    rows = [
        SamplingSettings(top_k=2),
        SamplingSettings(top_p=0.3),
        SamplingSettings(),
        SamplingSettings(min_p=0.5),
    ]
    out = restrict(torch.tensor([PROBS] * 4), RowSettings.stack(rows, CPU))
    assert [[int(i) for i in row.nonzero()[:, 0]] for row in out] == [[0, 2], [0], [0, 1, 2, 3, 4], [0, 2]]


def test_large_vocabulary_nucleus_equals_full_sort() -> None:
    """5,000 nearly equal tokens: the nucleus of 0.9 has more than the first thousand candidates. Brute force in numpy."""
    probs = torch.softmax(torch.randn(1, 5000, generator=torch.Generator().manual_seed(1)) * 0.1, -1)
    out = restrict(probs, RowSettings.stack([SamplingSettings(top_p=0.9)], CPU))
    ordered = np.sort(probs[0].double().numpy())[::-1]
    wanted = int(np.searchsorted(ordered.cumsum(), 0.9)) + 1
    assert abs(int((out > 0).sum()) - wanted) <= 1


def test_inverse_cdf_by_hand() -> None:
    """Cumulative of PROBS: 0.4, 0.5, 0.8, 0.85, 1.0; a weight of 0 is never chosen, not even at u = 1."""
    uniforms = [0.0, 0.39, 0.41, 0.49, 0.51, 0.79, 0.81, 0.86, 0.999]
    found = invert_cdf(torch.tensor([PROBS] * len(uniforms)), torch.tensor(uniforms))
    assert found.tolist() == [0, 0, 1, 1, 2, 2, 3, 4, 4]
    edges = invert_cdf(torch.tensor([[0.0, 0.5, 0.0, 0.5, 0.0]] * 3), torch.tensor([0.0, 0.5, 1.0]))
    assert edges.tolist() == [1, 3, 3]


def test_chosen_tokens_follow_the_softmax() -> None:
    """Chi-square of 20,000 draws at temperature 0.7 with 4 degrees of freedom; 18.47 is the 0.999 quantile."""
    logits = torch.tensor([[1.0, -0.5, 0.3, 2.0, 0.0]])
    count = 20_000
    uniforms = torch.tensor([next(noise(seed)) for seed in range(count)])
    settings = RowSettings.stack([SamplingSettings(temperature=0.7)] * count, CPU)
    found = choose_tokens(logits.expand(count, -1), settings, uniforms).tokens_B.bincount(minlength=5).numpy()
    scaled = np.exp(np.array([1.0, -0.5, 0.3, 2.0, 0.0]) / 0.7)
    expected = scaled / scaled.sum() * count
    assert ((found - expected) ** 2 / expected).sum() < 18.47


def test_greedy_rows_and_logprobs() -> None:
    """T = 0 takes the argmax with the log-softmax at T = 1; T = 2 has that of the halved logits. By hand with numpy."""
    logits = np.array([[0.0, 3.0, 1.0], [2.0, 0.0, -1.0]])
    rows = [SamplingSettings(temperature=0.0), SamplingSettings(temperature=2.0, top_k=1)]
    chosen = choose_tokens(
        torch.tensor(logits, dtype=torch.float32), RowSettings.stack(rows, CPU), torch.tensor([0.99, 0.99])
    )
    assert chosen.tokens_B.tolist() == [1, 0]
    first = 3.0 - np.log(np.exp(logits[0]).sum())
    second = 1.0 - np.log(np.exp(logits[1] / 2).sum())
    assert chosen.logprobs_B.tolist() == pytest.approx([first, second], abs=1e-6)


def test_nan_logits_are_seen() -> None:
    """A row of NaN is marked by its log-probability; its neighbour is chosen as usual."""
    logits = torch.tensor([[float("nan"), 0.0], [5.0, 0.0]])
    chosen = choose_tokens(logits, RowSettings.stack([SamplingSettings()] * 2, CPU), torch.tensor([0.5, 0.5]))
    assert not torch.isfinite(chosen.logprobs_B[0])
    assert chosen.tokens_B[1] == 0


def test_repetition_penalty_by_hand() -> None:
    """Penalty 2 halves a positive logit and doubles a negative one, once however often the token was seen."""
    out = penalise_repeats(torch.tensor([[4.0, -1.0, 3.0]]), torch.tensor([[2.0]]), [[0, 0, 1]])
    assert out.tolist() == [[2.0, -2.0, 3.0]]


def test_noise_is_repeatable_uniform_and_distinct() -> None:
    """The same seed gives the same stream past a block's end; means are 1/2 within five standard errors."""
    first = list(itertools.islice(noise(7), 300))
    assert first == list(itertools.islice(noise(7), 300))
    assert first != list(itertools.islice(noise(8), 300))
    assert min(first) >= 0.0
    assert max(first) < 1.0
    assert abs(np.mean([next(noise(seed)) for seed in range(4000)]) - 0.5) < 5 * (1 / 12 / 4000) ** 0.5
