"""What points to the cause of a gap between sampler and trainer, measured on the step at which the mismatch guard stops a run.

With gap = |log p_old - log p_rollout| of a token, each cause leaves a trace of its own:

    carried groups      samples of earlier weights have a far larger mean gap than those of the last ones
    other tokens        samples that change when decoded and encoded again have a far larger mean gap than those that do not
    a cut distribution  the sampler's probability is the larger one nearly everywhere: top-p, top-k or min-p shared out what they cut off
    rounding            a hundredth of the tokens has most of the gap

That the weights arrived, at the rollouts' temperature, is checked at every hand-over (`dartkit.rl.weight_check`), so a stale
engine or another temperature stops a run before this.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor

    from dartkit.rl.training_samples import TrainingSample

FAR = 4.0  # times the mean gap of the other samples
NEARLY_ALL, MOST = 0.9, 0.5
VISIBLE = 1e-3  # smaller gaps have no meaningful sign
WIDEST = 0.01


class SampleGaps(NamedTuple):
    """One sample: log p_rollout - log p_old of its tokens, whether earlier weights drew it, whether its text gives other tokens."""

    differences: list[float]
    stale: bool
    changes: bool


def diagnose(samples: Sequence[TrainingSample], old: Sequence[Tensor | None], tokenizer: Any) -> str:
    """Say what was measured and what it points to.

    Args:
        samples: Those of the step.
        old: The trainer's log-probabilities of each; None for samples that were not trained on.
        tokenizer: The model's.
    """
    known = []
    for sample, values in zip(samples, old, strict=True):
        if values is not None and sample.sampler_logprobs is not None:
            ids = list(sample.row.response_ids)
            again = tokenizer.encode(tokenizer.decode(ids), add_special_tokens=False)
            differences = [
                told - ours for told, ours in zip(sample.sampler_logprobs, values.tolist(), strict=True)
            ]
            known.append(SampleGaps(differences, sample.stale, again != ids))
    return explain(known)


def explain(known: Sequence[SampleGaps]) -> str:
    """Return the sentences of `diagnose` for samples whose gaps are known."""
    differences = [value for sample in known for value in sample.differences]
    gaps = sorted((abs(value) for value in differences), reverse=True)
    if not gaps:
        return "No sample came with the sampler's probabilities, so nothing could be measured."
    visible = [value for value in differences if abs(value) > VISIBLE]
    larger = sum(value > 0 for value in visible) / max(1, len(visible))
    widest = sum(gaps[: max(1, round(WIDEST * len(gaps)))]) / max(sum(gaps), 1e-30)
    stale, fresh = _means(known, [sample.stale for sample in known])
    changed, same = _means(known, [sample.changes for sample in known])
    measured = (
        f"Measured over {len(gaps)} tokens: mean gap {fmean(gaps):.3g}"
        + (f" ({stale:.3g} in carried samples, {_shown(fresh)} in the others)" if stale is not None else "")
        + f"; the sampler's probability is the larger one at {larger:.0%} of the tokens that differ; the widest 1 % of the tokens have"
        f" {widest:.0%} of the gap; {sum(sample.changes for sample in known)} of {len(known)} samples give other tokens when decoded"
        " and encoded again"
        + (f" (gap {changed:.3g}, the others {_shown(same)})." if changed is not None else ".")
    )
    if _is_far(stale, fresh):
        cause = "groups carried over too many updates: lower `rollout.max_group_age_steps`."
    elif _is_far(changed, same):
        cause = "an engine whose tokens are made from its text: let it report token ids."
    elif larger >= NEARLY_ALL:
        cause = "an engine that reports probabilities after cutting the distribution: set top_p 1, top_k and min_p off."
    elif widest >= MOST:
        cause = (
            "rounding of single tokens: the same `model.dtype` on both sides, no quantisation in the engine."
        )
    else:
        return f"{measured} That points to no single cause."
    return f"{measured} That points to {cause}"


def _means(known: Sequence[SampleGaps], chosen: Sequence[bool]) -> tuple[float | None, float | None]:
    """Return the mean gap over the tokens of the chosen samples and over those of the others; None where there are none."""
    found: list[float | None] = []
    for wanted in (True, False):
        part = [
            abs(value)
            for sample, is_chosen in zip(known, chosen, strict=True)
            if is_chosen is wanted
            for value in sample.differences
        ]
        found.append(fmean(part) if part else None)
    return found[0], found[1]


def _is_far(ours: float | None, others: float | None) -> bool:
    return ours is not None and others is not None and ours > FAR * others


def _shown(value: float | None) -> str:
    return "none" if value is None else f"{value:.3g}"
