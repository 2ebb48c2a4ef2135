"""Hand-overs that go wrong in each way we know of stop the run; good ones pass. The engines are real, the faults are put in."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
import torch

from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.engines.transformers_engine import TransformersEngine
from dartkit.errors import EnvironmentProblem
from dartkit.rl.policy_engine import PolicyEngine
from dartkit.rl.weight_check import WeightProbe, fingerprint, tolerance_for
from dartkit.training.model import TrainableModel

PROMPTS = ["What is 12 + 7?", "A farmer has 3 cows."]
WEIGHT = "model.layers.1.mlp.up_proj.weight"


def probe(trained: TrainableModel, tolerance: float = 0.002) -> WeightProbe:
    return WeightProbe(trained, PROMPTS, temperature=0.8, tolerance=tolerance, seed=3)


def engine_on(trained: TrainableModel, dtype: torch.dtype = torch.float32) -> TransformersEngine:
    return TransformersEngine.from_model(
        copy.deepcopy(trained.model).to(dtype), trained.tokenizer, batch_size=4
    )


def nudge(trained: TrainableModel, by: float) -> None:
    """What an update does: other weights."""
    with torch.no_grad():
        for weight in trained.model.parameters():
            weight.add_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(5)), alpha=by)


class Far:
    """An engine somewhere else: it can be asked for draws and a checksum, not looked into. Faults are set by the test."""

    name = "far"
    seeds_draws = True
    capacity = 4

    def __init__(self, inner: TransformersEngine, *, digests: bool = True) -> None:
        self.inner = inner
        self.skips = False
        self.corrupts: str | None = None
        self.hot = False
        self.poisons = False
        self._digests = digests
        self.loads = 0

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        self.inner.submit(
            [replace(r, sampling=r.sampling.model_copy(update={"temperature": 2.0})) for r in requests]
            if self.hot
            else requests
        )

    def finished(self) -> list[FinishedDraw]:
        done = self.inner.finished()
        return (
            [replace(d, token_logprobs=(float("nan"),) * len(d.token_ids or ())) for d in done]
            if self.poisons
            else done
        )

    def load_weights(self, weights: Iterable[tuple[str, torch.Tensor]]) -> None:
        self.loads += 1
        if self.skips:
            return
        self.inner.load_weights(weights)
        if self.corrupts is not None:
            with torch.no_grad():
                self.inner._model.state_dict()[self.corrupts].mul_(-1.0)

    def weights_digest(self) -> str | None:
        state = self.inner._model.state_dict()
        return str(fingerprint(list(state.items()), torch.float32)) if self._digests else None

    def abort(self) -> None:
        self.inner.abort()

    def close(self) -> None:
        self.inner.close()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_good_hand_overs_pass(trained: TrainableModel, dtype: torch.dtype) -> None:
    policy = PolicyEngine(
        engine_on(trained, dtype), trained, probe(trained, tolerance_for(dtype)), dtype=dtype
    )
    assert policy.probe_gap < tolerance_for(dtype)
    nudge(trained, 0.05)
    policy.resume(changed=True)
    assert 0.0 < policy.probe_gap < tolerance_for(dtype)


def test_a_corrupted_tensor_is_named_where_the_engine_can_be_looked_into(trained: TrainableModel) -> None:
    """One bit of one number: no log-probability shows it, the comparison does."""

    class OneBit(TransformersEngine):
        def load_weights(self, weights: Iterable[tuple[str, torch.Tensor]]) -> None:
            super().load_weights(weights)
            with torch.no_grad():
                self._model.state_dict()[WEIGHT].view(-1)[:1].view(torch.int32).bitwise_xor_(1)

    broken = OneBit(copy.deepcopy(trained.model), trained.tokenizer, batch_size=4)
    with pytest.raises(EnvironmentProblem, match=WEIGHT) as caught:
        PolicyEngine(broken, trained, probe(trained))
    assert "checkpoint is good" in caught.value.fix


def test_a_corrupted_tensor_far_away_is_found_by_the_probe(trained: TrainableModel) -> None:
    far = Far(engine_on(trained))
    policy = PolicyEngine(far, trained, probe(trained))
    nudge(trained, 0.01)
    far.corrupts = WEIGHT
    with pytest.raises(EnvironmentProblem, match="log-probabilities differ"):
        policy.follow()


def test_a_skipped_hand_over_is_found_by_the_probe_after_a_large_update(trained: TrainableModel) -> None:
    far = Far(engine_on(trained), digests=False)
    policy = PolicyEngine(far, trained, probe(trained))
    far.skips = True
    nudge(trained, 0.05)
    with pytest.raises(EnvironmentProblem, match="log-probabilities differ"):
        policy.resume(changed=True)


def test_a_skipped_hand_over_is_found_by_the_checksum_after_the_smallest_update(
    trained: TrainableModel,
) -> None:
    """A change of 1e-7 moves log-probabilities by less than any tolerance."""
    far = Far(engine_on(trained))
    policy = PolicyEngine(far, trained, probe(trained))
    policy.follow()  # the same weights again: the checksum has to stay, and does
    far.skips = True
    nudge(trained, 1e-7)
    with pytest.raises(EnvironmentProblem, match="are the old ones"):
        policy.resume(changed=True)


def test_weights_that_change_by_themselves_are_found(trained: TrainableModel) -> None:
    far = Far(engine_on(trained))
    policy = PolicyEngine(far, trained, probe(trained, 100.0))
    far.corrupts = WEIGHT
    with pytest.raises(EnvironmentProblem, match="the ones handed over had not"):
        policy.follow()


@pytest.mark.parametrize("fault", ["hot", "poisons"])
def test_another_temperature_and_numbers_that_are_none_are_found(trained: TrainableModel, fault: str) -> None:
    far = Far(engine_on(trained))
    setattr(far, fault, True)
    with pytest.raises(EnvironmentProblem, match="log-probabilities differ"):
        PolicyEngine(far, trained, probe(trained))


def test_a_sleeping_engine_is_woken_by_weights_even_if_they_are_the_same(trained: TrainableModel) -> None:
    """Asleep it has no weights: they are handed over again whether or not they changed; awake only if they did."""
    log: list[str] = []

    class Sleeper(Far):
        can_sleep = True

        def sleep(self) -> None:
            log.append("sleep")

        def load_weights(self, weights: Iterable[tuple[str, torch.Tensor]]) -> None:
            log.append("load")
            super().load_weights(weights)

    policy = PolicyEngine(Sleeper(engine_on(trained)), trained, probe(trained), may_sleep=True)
    policy.rest()
    policy.resume(changed=False)
    policy.resume(changed=False)
    policy.resume(changed=True)
    assert log == ["load", "sleep", "load", "load"]
    assert policy.notice is None


def test_an_engine_that_cannot_sleep_says_so_and_stays_awake(trained: TrainableModel) -> None:
    class Awake(Far):
        can_sleep = False

        def sleep(self) -> None:
            raise AssertionError("it cannot")

    policy = PolicyEngine(Awake(engine_on(trained)), trained, probe(trained), may_sleep=True)
    policy.rest()
    assert policy.notice is not None
    assert "CUDA" in policy.notice


def test_a_resting_engine_of_this_process_frees_its_cache_and_keeps_its_weights(
    trained: TrainableModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The probe left keys and values behind; rest frees them, and unchanged weights are not handed over again."""

    def refuse(_: object) -> None:
        raise AssertionError("a second hand-over")

    engine = engine_on(trained)
    policy = PolicyEngine(engine, trained, probe(trained))
    cached = engine._batch._cache.is_empty
    policy.rest()
    assert (cached, engine._batch._cache.is_empty) == (False, True)
    monkeypatch.setattr(engine, "load_weights", refuse)
    policy.resume(changed=False)
    assert policy.notice is None
