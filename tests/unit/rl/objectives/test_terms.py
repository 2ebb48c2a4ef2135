"""Aggregation weights, divergence estimators, entropy choices and the correction, by hand."""

from __future__ import annotations

import math

import pytest
import torch

from dartkit.algorithm_settings import DapoSettings
from dartkit.correction_settings import GeometricRejection, IcePop, NoCorrection, TruncatedWeights
from dartkit.rl.objectives.aggregation import sample_weights
from dartkit.rl.objectives.correction import correction_weights, log_weights
from dartkit.rl.objectives.entropy import choose_by_covariance, choose_by_entropy
from dartkit.rl.objectives.kl import kl_estimate
from dartkit.rl.objectives.mismatch import MismatchTotals
from tests.objective_cases import loss_of, random_block


def test_weights_by_hand() -> None:
    """Lengths 3, 0, 1, 2 of prompts 0, 0, 1, 1: 6 tokens, 3 samples, 2 prompts of 3 tokens each."""
    lengths, prompts = [3, 0, 1, 2], [0, 0, 1, 1]
    assert sample_weights(lengths, "token-mean") == pytest.approx([1 / 6, 0, 1 / 6, 1 / 6])
    assert sample_weights(lengths, "prompt-mean", prompts=prompts) == pytest.approx([1 / 6, 0, 1 / 6, 1 / 6])
    assert sample_weights(lengths, "seq-mean-token-mean") == pytest.approx([1 / 9, 0, 1 / 3, 1 / 6])
    assert sample_weights(lengths, "seq-mean-token-sum") == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3])
    assert sample_weights(lengths, "seq-mean-token-sum-norm", constant=5) == pytest.approx(
        [1 / 15, 0, 1 / 15, 1 / 15]
    )


def test_prompt_mean_differs_from_the_token_mean() -> None:
    """Prompt 0 has one token, prompt 1 three: each prompt weighs a half."""
    assert sample_weights([1, 3], "prompt-mean", prompts=[0, 1]) == pytest.approx([1 / 2, 1 / 6])
    assert sample_weights([1, 3], "token-mean") == pytest.approx([1 / 4, 1 / 4])


@pytest.mark.parametrize(
    "how",
    ["token-mean", "prompt-mean", "seq-mean-token-mean", "seq-mean-token-sum", "seq-mean-token-sum-norm"],
)
def test_nothing_weighs_nothing(how: str) -> None:
    assert sample_weights([0, 0], how, prompts=[0, 1], constant=4) == [0.0, 0.0]  # type: ignore[arg-type]  # a str of the Literal


def test_estimators_by_hand() -> None:
    """P = 2 p_ref: d = ln 2. k1 = 0.6931, k2 = d^2 / 2 = 0.2402, k3 = 1/2 + ln 2 - 1 = 0.1931."""
    now, reference = torch.tensor([math.log(0.5)]), torch.tensor([math.log(0.25)])
    found = [kl_estimate(now, reference, name).item() for name in ("k1", "k2", "k3")]
    assert found == pytest.approx([0.6931472, 0.2402265, 0.1931472], abs=1e-6)


def test_top_entropy_by_hand() -> None:
    """Entropies 0 to 4, share 0.4: the 0.6 quantile lies at 2.4, so 3 and 4 learn; a share of 1 lets all learn."""
    entropy_N = torch.tensor([3.0, 0.0, 4.0, 1.0, 2.0])
    assert choose_by_entropy(entropy_N, 0.4).tolist() == [True, False, True, False, False]
    assert choose_by_entropy(entropy_N, 1.0).all()
    assert choose_by_entropy(torch.zeros(0), 0.2).shape == (0,)


def test_top_entropy_equals_torchs_quantile() -> None:
    entropy_N = torch.rand(101, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for share in (0.01, 0.2, 0.37, 0.9):
        expected = entropy_N >= torch.quantile(entropy_N, 1 - share)
        assert torch.equal(choose_by_entropy(entropy_N, share), expected)


def test_kl_cov_by_hand() -> None:
    """Log p - mean = 1, -1, 0, 0 and A - mean = 2, 2, -2, -2: products 2, -2, 0, 0. A quarter of four is the first token."""
    logprobs_N, advantages_N = torch.tensor([0.0, -2.0, -1.0, -1.0]), torch.tensor([2.0, 2.0, -2.0, -2.0])
    assert choose_by_covariance(logprobs_N, advantages_N, 0.25).tolist() == [True, False, False, False]
    assert choose_by_covariance(logprobs_N, advantages_N, 1e-6).sum() == 1  # never none
    assert not choose_by_covariance(logprobs_N, advantages_N, 0.0).any()


LOG_WEIGHTS = torch.tensor([2.0, 0.5, 4.0, 0.25]).log()
ROWS = torch.tensor([0, 0, 1, 1])


def test_correction_by_hand() -> None:
    """W = 2, 1/2 and 4, 1/4: both products and geometric means are 1."""

    def weights(settings: TruncatedWeights | IcePop | GeometricRejection | NoCorrection) -> list[float]:
        found: list[float] = correction_weights(LOG_WEIGHTS, ROWS, 2, settings).weight_N.tolist()
        return found

    assert weights(TruncatedWeights(max_weight=3)) == pytest.approx([2, 0.5, 3, 0.25])
    assert weights(TruncatedWeights(level="sequence")) == pytest.approx([1, 1, 1, 1])
    assert weights(IcePop(low=0.5, high=2.5)) == pytest.approx([2, 0.5, 0, 0])
    assert weights(GeometricRejection()) == pytest.approx([1, 1, 1, 1])
    assert weights(GeometricRejection(max_weight=2)) == pytest.approx([2, 0.5, 2, 0.25])
    assert weights(NoCorrection()) == [1, 1, 1, 1]


def test_geometric_rejection_is_on_the_weight_itself() -> None:
    """Row 0 has geometric mean 1.35, row 1 0.766: bounds 0.6 to 1.3 on w reject the first and keep the second (verl: the reverse)."""
    log_N = torch.tensor([1.35, 1.35, 0.766, 0.766]).log()
    kept = correction_weights(log_N, ROWS, 2, GeometricRejection(low=0.6, high=1.3)).kept_N
    assert kept.tolist() == [False, False, True, True]


def test_what_the_sampler_did_not_report_is_not_corrected() -> None:
    told = torch.tensor([math.nan, -math.inf, -1.0])
    assert log_weights(torch.tensor([-1.0, -1.0, -0.5]), told).tolist() == [0.0, 0.0, 0.5]


def test_mismatch_by_hand() -> None:
    """Weights 2, 1/2, 4, 1/4, and one token without a number, which is passed over.

    Mean |d| = (2 ln 2 + 2 ln 4) / 4 = 1.0397, mean w = 6.75 / 4, ess = 6.75^2 / (4 * 20.3125) = 0.5608,
    k3 = mean(w - d - 1) = 1.6875 - 0 - 1 = 0.6875.
    """
    totals = MismatchTotals()
    totals.add(torch.cat([LOG_WEIGHTS, torch.tensor([0.0])]), torch.tensor([0.0, 0.0, 0.0, 0.0, math.nan]))
    other = MismatchTotals()
    other.combine(totals)
    assert other.numbers() == pytest.approx(
        {
            "sampler_gap": 1.0397208, "sampler_gap_max": 1.3862944, "sampler_k3": 0.6875, "sampler_ess": 0.5607692,
            "sampler_ratio_min": 0.25, "sampler_ratio_mean": 1.6875, "sampler_ratio_max": 4.0,
        },
        abs=1e-6,
    )  # fmt: skip
    assert set(MismatchTotals().numbers().values()) == {None}


def test_divergence_and_entropy_join_the_loss_with_the_same_weights() -> None:
    """L(with both) - L(plain) = 0.3 * mean k3 - 0.2 * mean H over the block's tokens."""
    block = random_block(3)
    plain = loss_of(block, DapoSettings()).loss
    with_both = loss_of(block, DapoSettings(kl_coefficient=0.3, entropy_coefficient=0.2), reference=True).loss
    gap = (block.reference_BT - block.logprobs_BT)[block.mask_BT]
    expected = 0.3 * (gap.exp() - gap - 1).mean() - 0.2 * block.entropy_BT[block.mask_BT].mean()
    assert (with_both - plain).item() == pytest.approx(expected.item(), abs=1e-12)
