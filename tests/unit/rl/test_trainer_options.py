"""What the trainer does with passes, the sampler's log-probabilities, corrections, the reference, and a sampler gone astray."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
import torch

from dartkit.algorithm_settings import AlgoSettings, DapoSettings, GspoSettings
from dartkit.correction_settings import GeometricRejection, IcePop, TruncatedWeights
from dartkit.errors import EnvironmentProblem
from dartkit.rl import trainer as trainer_module
from dartkit.rl.samples import RolloutGroup
from dartkit.rl.trainer import DapoTrainer, UpdateTotals, training_samples
from dartkit.rl.training_samples import order_of_pass
from dartkit.training.logprobs import score_tokens
from dartkit.training.model import TrainableModel
from dartkit.training.optimizer import apply_update, build_optimizer
from dartkit.training_settings import OptimizerSettings, TrainRlSettings
from tests.unit.rl.test_trainer import GROUPS, flat, group, sample


def make(trained: TrainableModel, algo: AlgoSettings, **changes: Any) -> DapoTrainer:
    values: dict[str, Any] = {
        "optimizer": OptimizerSettings(learning_rate=1e-3),
        "updates_per_step": 1,
    } | changes
    settings = TrainRlSettings(algo=algo, **values)
    reference = copy.deepcopy(trained.model).requires_grad_(False) if algo.kl_coefficient else None
    return DapoTrainer(
        trained, build_optimizer(trained.model, settings.optimizer), settings, reference=reference
    )


def told(trained: TrainableModel, groups: list[RolloutGroup], shift: float) -> list[RolloutGroup]:
    """The groups with sampler log-probabilities that lie `shift` below the model's."""
    scorer = make(trained, DapoSettings())
    result = []
    for one in groups:
        scores = scorer.score(flat([one]))
        samples = tuple(
            replace(item, sampler_logprobs=tuple((values - shift).tolist()))
            for item, values in zip(one.samples, scores, strict=True)
        )
        result.append(RolloutGroup(one.position, one.problem, samples))
    return result


def forwards(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every call of the model from now on."""
    calls: list[Any] = []
    real = score_tokens

    def count(model: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(model)
        return real(model, *args, **kwargs)

    monkeypatch.setattr(trainer_module, "score_tokens", count)
    return calls


def test_number_of_updates_is_passes_times_mini_batches(trained: TrainableModel) -> None:
    """Two mini-batches, three passes: six updates; the old policy stays that of the start, so ratios move away from 1."""
    totals = make(trained, DapoSettings(passes_per_step=3), updates_per_step=2).train(GROUPS, 1e-5)
    assert (totals.updates, len(totals.losses), len(totals.mini_batches)) == (6, 6, 6)
    assert totals.max_ratio > 1.0
    assert totals.tokens == 3 * 36
    trainer = make(trained, DapoSettings(passes_per_step=3), updates_per_step=2)
    assert trainer.train(GROUPS, 1e-5, max_updates=4).updates == 4


def test_warm_up_may_count_updates(trained: TrainableModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Peak 8e-3 over 4 updates, two a step: 2e-3, 4e-3, 6e-3, 8e-3, and 8e-3 from there on; a restart goes on in between."""
    rates = []
    real = apply_update

    def note(*args: Any, **kwargs: Any) -> Any:
        rates.append(kwargs["learning_rate"])
        return real(*args, **kwargs)

    monkeypatch.setattr(trainer_module, "apply_update", note)
    changes: dict[str, Any] = {
        "updates_per_step": 2, "optimizer": OptimizerSettings(learning_rate=8e-3, warmup_steps=4),
    }  # fmt: skip
    first = make(trained, DapoSettings(), warmup_unit="updates", **changes)
    assert first.train(GROUPS, 0.5).numbers()["learning_rate"] == pytest.approx(4e-3)
    second = make(trained, DapoSettings(), warmup_unit="updates", **changes)
    second.restore(first.state())
    for _ in range(2):
        second.train(GROUPS, 0.5)
    assert rates == pytest.approx([2e-3, 4e-3, 6e-3, 8e-3, 8e-3, 8e-3])
    make(trained, DapoSettings(), **changes).train(GROUPS, 0.5)
    assert rates[6:] == [0.5, 0.5]


def test_later_passes_are_shuffled_by_seed_and_step_alone() -> None:
    assert order_of_pass(6, seed=0, step=3, number=0) == [0, 1, 2, 3, 4, 5]
    once, again = order_of_pass(6, seed=0, step=3, number=1), order_of_pass(6, seed=0, step=3, number=1)
    assert once == again != [0, 1, 2, 3, 4, 5]
    assert sorted(once) == [0, 1, 2, 3, 4, 5]
    assert len({tuple(order_of_pass(6, seed=0, step=step, number=1)) for step in range(9)}) > 3


def test_the_samplers_log_probabilities_save_a_pass(
    trained: TrainableModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two mini-batches of one micro-batch: two passes with gradient, and one more for the second's old policy, or none."""
    groups = told(trained, GROUPS, 0.0)
    calls = forwards(monkeypatch)
    make(copy.deepcopy(trained), DapoSettings(), updates_per_step=2).train(groups, 1e-3)
    assert len(calls) == 3
    calls.clear()
    make(copy.deepcopy(trained), DapoSettings(old_logprobs="sampler"), updates_per_step=2).train(groups, 1e-3)
    assert len(calls) == 2


def test_with_the_sampler_as_old_policy_the_ratio_is_the_gap(trained: TrainableModel) -> None:
    """The sampler's log-probabilities lie 0.1 below: every ratio is e^0.1."""
    totals = make(trained, DapoSettings(old_logprobs="sampler")).train(told(trained, GROUPS, 0.1), 0.0)
    assert totals.max_ratio == pytest.approx(1.1051709, rel=1e-4)
    with pytest.raises(EnvironmentProblem, match="no log-probabilities"):
        make(trained, DapoSettings(old_logprobs="sampler")).train(GROUPS, 0.0)


def test_carried_groups_start_at_the_sampler_or_are_corrected(trained: TrainableModel) -> None:
    """A group of version 0 in a step of version 1: ratio e^0.1 without correction; ratio 1 and w = e^0.1 with one."""
    first, second = told(trained, GROUPS, 0.1)
    old, new = first, replace(second, policy_version=1)
    assert [item[0].stale for item in training_samples([old, new], DapoSettings())] == [True, False]
    totals = make(trained, DapoSettings()).train([old, new], 0.0, policy_version=1)
    assert totals.max_ratio == pytest.approx(1.1051709, rel=1e-4)
    corrected = make(trained, DapoSettings(correction=TruncatedWeights())).train(
        [old, new], 0.0, policy_version=1
    )
    assert corrected.max_ratio == 1.0
    assert corrected.mismatch.tokens == sum(
        len(item.token_ids) for item in second.samples
    )  # only what is fresh


def test_correction_scales_the_loss(trained: TrainableModel) -> None:
    """W = e^0.5 at every token multiplies loss and gradient; held at 1.2, by 1.2."""
    groups = told(trained, GROUPS, 0.5)
    plain = make(trained, DapoSettings()).accumulate(flat(groups), None, UpdateTotals())
    for limit, factor in ((5.0, 1.6487213), (1.2, 1.2)):
        trainer = make(trained, DapoSettings(correction=TruncatedWeights(max_weight=limit)))
        assert trainer.accumulate(flat(groups), None, UpdateTotals()) == pytest.approx(
            factor * plain, rel=1e-3
        )


@pytest.mark.parametrize("kind", [IcePop, GeometricRejection])
def test_denominator_of_what_is_kept(trained: TrainableModel, kind: Any) -> None:
    """One group rejected: its tokens leave the numerator; divided by 36 or by the 20 that are left."""
    groups = [told(trained, GROUPS[:1], 3.0)[0], told(trained, GROUPS[1:], 0.0)[0]]
    losses = []
    for denominator in ("fixed", "kept"):
        trainer = make(trained, DapoSettings(correction=kind(low=0.9, high=1.1, denominator=denominator)))
        totals = UpdateTotals()
        losses.append(trainer.accumulate(flat(groups), None, totals))
        assert totals.silent_tokens == 16
    assert losses[1] == pytest.approx(losses[0] * 36 / 20, rel=1e-5)


def test_everything_rejected_is_no_update(trained: TrainableModel) -> None:
    """Loss 0, no step, weights as before, even with weight decay."""
    before = [weight.clone() for weight in trained.model.parameters()]
    algo = DapoSettings(correction=GeometricRejection(denominator="kept"))
    trainer = make(trained, algo, optimizer=OptimizerSettings(weight_decay=0.5))
    totals = trainer.train(told(trained, GROUPS, 3.0), 1.0)
    assert (totals.updates, totals.losses) == (0, [0.0])
    assert all(torch.equal(old, new) for old, new in zip(before, trained.model.parameters(), strict=True))


def test_the_reference_stays_and_the_divergence_grows(trained: TrainableModel) -> None:
    """At the start the model is its reference: kl 0. After updates k3 is above 0. All-right groups then move the model too."""
    trainer = make(trained, DapoSettings(kl_coefficient=0.1), updates_per_step=1)
    assert trainer.train(GROUPS, 1e-2).numbers()["kl"] == pytest.approx(0.0, abs=1e-9)
    assert trainer.train(GROUPS, 1e-2).numbers()["kl"] > 1e-6
    easy = [group(0, sample(0, 3, True), sample(1, 4, True))]
    assert trainer.train(easy, 1e-3).updates == 1


def test_divergence_in_the_reward_is_taken_off_before_the_baseline(trained: TrainableModel) -> None:
    """At the start it is 0 for all, so nothing changes; all-right samples then differ by their divergence alone."""
    trainer = make(trained, DapoSettings(kl_coefficient=0.1, kl_in="reward", kl_estimator="k1"))
    easy = [group(0, sample(0, 3, True), sample(1, 4, True))]
    assert trainer.train(easy, 1e-2).updates == 0
    assert trainer.train(GROUPS, 1e-2).updates == 1
    totals = trainer.train(easy, 1e-2)
    assert totals.updates == 1
    assert totals.numbers()["kl"] != 0.0


def test_entropy_bonus_raises_the_entropy(trained: TrainableModel) -> None:
    """With no advantage anywhere only the bonus is left; small steps along it raise the entropy."""
    easy = [group(0, sample(0, 3, True), sample(1, 4, True))]
    trainer = make(trained, DapoSettings(entropy_coefficient=1.0))
    entropies = [trainer.train(easy, 1e-3).numbers()["entropy"] for _ in range(4)]
    assert entropies == sorted(entropies)
    assert entropies[-1] > entropies[0]


@pytest.mark.parametrize("budget", [64, 4096])
def test_token_choices_do_not_depend_on_the_split(trained: TrainableModel, budget: int) -> None:
    """KL-Cov and top entropy choose over the whole mini-batch: 36 tokens, 20 % learn (8 at or above the quantile)."""
    algo = GspoSettings(kl_cov_share=0.1, top_entropy_share=0.2)
    totals = UpdateTotals()
    value = make(trained, algo, tokens_per_micro_batch=budget).accumulate(flat(GROUPS), None, totals)
    assert totals.silent_tokens == 36 - 8
    whole = make(trained, algo, tokens_per_micro_batch=10**6).accumulate(flat(GROUPS), None, UpdateTotals())
    assert value == pytest.approx(whole, abs=1e-5)


def test_advantages_of_single_tokens_join_the_samples(trained: TrainableModel) -> None:
    """On the old policy the loss is -mean of advantages; +1 at each token of one sample of 3 tokens of 16 takes 3/16 off."""
    samples = flat(GROUPS[:1])
    plain = make(trained, DapoSettings()).accumulate(samples, None, UpdateTotals())
    dense = [replace(samples[0], token_advantages=(1.0, 1.0, 1.0)), *samples[1:]]
    assert make(trained, DapoSettings()).accumulate(dense, None, UpdateTotals()) == pytest.approx(
        plain - 3 / 16, abs=1e-5
    )


def test_truncated_samples_in_and_out_of_the_baseline() -> None:
    """Rewards 1, -1, -1 (the second cut): in the mean, A = (4/3) / sqrt(4/3) and -0.577; left out of it, 1 / sqrt 2 and -1 / sqrt 2."""
    mixed = group(0, sample(0, 3, True), sample(1, 8, False, finish="length"), sample(2, 5, False))
    kept = flat([mixed], overlong_filtering=True)
    alone = flat([mixed], overlong_filtering=True, overlong_in_baseline=False)
    assert [item.advantage for item in kept] == pytest.approx([1.1547005, -0.5773503], rel=1e-5)
    assert [item.advantage for item in alone] == pytest.approx([0.7071068, -0.7071068], rel=1e-5)
    assert len(flat([mixed])) == 3


def test_the_guard_corrects_first_and_then_stops(trained: TrainableModel) -> None:
    """A gap of 1 at every token has k3 = e - 2 = 0.718: step 1 switches truncated weights on, steps 2 to 4 end it."""
    groups = told(trained, GROUPS, 1.0)
    trainer = make(trained, DapoSettings())
    first = trainer.train(groups, 0.0)
    assert first.numbers()["sampler_k3"] == pytest.approx(0.7182818, rel=1e-3)
    assert first.corrected is False
    assert trainer.train(groups, 0.0).corrected is True
    state = trainer.state()
    resumed = make(trained, DapoSettings())
    resumed.restore(state)
    resumed.train(groups, 0.0)
    with pytest.raises(EnvironmentProblem, match="3 steps in a row") as stop:
        resumed.train(groups, 0.0)
    assert "mean gap 1;" in stop.value.fix
    assert "larger one at 0% of the tokens" in stop.value.fix
    assert "algo.guard" in stop.value.fix


def test_a_good_step_resets_the_guard(trained: TrainableModel) -> None:
    bad, good = told(trained, GROUPS, 1.0), told(trained, GROUPS, 0.0)
    trainer = make(trained, DapoSettings(correction=TruncatedWeights()))
    for groups in (bad, bad, good, bad, bad):
        trainer.train(groups, 0.0)
    with pytest.raises(EnvironmentProblem):
        trainer.train(bad, 0.0)


def test_parts_of_two_ranks_combine(trained: TrainableModel) -> None:
    """Two halves with weights from the whole: sums add up to the totals of one rank."""
    samples = flat(GROUPS)
    trainer = make(trained, DapoSettings())
    whole = UpdateTotals()
    trainer.accumulate(samples, None, whole)
    one, two = UpdateTotals(losses=[0.25]), UpdateTotals(losses=[0.5])
    trainer.accumulate(samples[:2], None, one)
    trainer.accumulate(samples[2:], None, two)
    one.combine(two)
    assert one.losses == [0.75]
    for name in ("entropy", "mean_probability", "clip_fraction_high", "trained_tokens"):
        assert one.numbers()[name] == pytest.approx(whole.numbers()[name], rel=1e-5)
