"""Warnings about a training, in words: each a small pure function of the metrics' rows, with its threshold and the reason for it.

A function returns a sentence with the numbers, or None. All look at the newest steps, so that a trouble that passed is not told
for ever; a training too short to judge gets no warning. Thresholds are rules of thumb: they say where to look, not what is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import fmean, median
from typing import Any, NamedTuple

Rows = Sequence[dict[str, Any]]
RECENT = 10  # steps; one step's batch is too small to judge by
WINDOW = 20  # steps; over which a trend counts
SMOOTH = 3  # steps; neighbours averaged before two ends are compared

ENTROPY_FALL, ENTROPY_RISE = 0.5, 3.0
KEPT_SHARE = 0.25
TREND = 0.02
TRUNCATED_SHARE = 0.5
GAP, GAP_GROWTH, GAP_FLOOR = 0.1, 3.0, 0.02
SPIKE = 10.0
LENGTH_GROWTH = 2.0
UNTOLD_SHARE = 0.05
FAILED_SHARE = 0.05
IDLE_SHARE = 0.3
LOSS_RISE = 1.05


class TrainingWarning(NamedTuple):
    """A sentence for people, and why it matters."""

    name: str
    text: str
    reason: str


def entropy_fell(rows: Rows) -> str | None:
    """Entropy fell by half within 20 steps.

    Reward is bought with entropy (R = -a exp(H) + b, arXiv 2505.22617): a policy without any left explores nothing more. Clip-Higher
    is DAPO's answer (section 3.1).
    """
    ends = _ends(rows, "entropy")
    if ends is None or ends[0] <= 0 or 1 - ends[1] / ends[0] < ENTROPY_FALL:
        return None
    return f"Entropy fell {1 - ends[1] / ends[0]:.0%} in {_span(rows)} steps, from {ends[0]:.3g} to {ends[1]:.3g} nats a token."


def entropy_rose(rows: Rows) -> str | None:
    """Entropy tripled within 20 steps.

    A slow rise is healthy; a fast one is gibberish and repetition, which a loss that counts samples instead of tokens does not
    punish (DAPO section 3.3, figure 4).
    """
    ends = _ends(rows, "entropy")
    if ends is None or ends[0] <= 0 or ends[1] / ends[0] < ENTROPY_RISE:
        return None
    return (
        f"Entropy rose {ends[1] / ends[0]:.1f} times in {_span(rows)} steps, to {ends[1]:.3g} nats a token."
    )


def few_groups_kept(rows: Rows) -> str | None:
    """Fewer than a quarter of the judged groups can teach.

    The rest is generated and thrown away. Problems that are too easy or too hard for this model make most of it (DAPO figure 3b).
    """
    kept, judged = _total(rows[-RECENT:], "groups_kept"), _judged(rows[-RECENT:])
    if not judged or kept / judged >= KEPT_SHARE:
        return None
    right = _total(rows[-RECENT:], "groups_all_right") / judged
    return f"Kept share {kept / judged:.0%} over the last {len(rows[-RECENT:])} steps; {right:.0%} of the groups were all right."


def reward_parts_from_accuracy(rows: Rows) -> str | None:
    """Reward rises while accuracy falls, by 0.02 each between the two halves of 20 steps.

    Then the policy earns by something else than right answers: length, format, or a weakness of the verifier.
    """
    reward, accuracy = _halves(rows, "reward"), _halves(rows, "accuracy")
    if reward is None or accuracy is None:
        return None
    up, down = reward[1] - reward[0], accuracy[0] - accuracy[1]
    if up < TREND or down < TREND:
        return None
    return f"Reward rises while accuracy falls: {up:+.3f} and {-down:+.3f} within {_span(rows)} steps."


def samples_meet_limit(rows: Rows) -> str | None:
    """Half of the samples were cut by the token limit.

    A cut sample says little about its problem, and punishing it punishes a sound but long chain (DAPO section 3.4).
    """
    cut, samples = _total(rows[-RECENT:], "truncated"), _total(rows[-RECENT:], "samples")
    if not samples or cut / samples < TRUNCATED_SHARE:
        return None
    return f"{cut / samples:.0%} of the samples meet the token limit: raise sampling.max_tokens or punish length earlier."


def sampler_drifts(rows: Rows) -> str | None:
    """Log-probabilities of sampler and trainer are 0.1 apart, or three times as far as at first and over 0.02.

    The ratios of the loss are then wrong by as much. Old weights in the sampler, its temperature and its number type are the usual
    causes.
    """
    gaps = _values(rows, "sampler_gap")
    if not gaps:
        return None
    last, first = fmean(gaps[-RECENT:]), fmean(gaps[:RECENT])
    grown = len(gaps) >= 2 * RECENT and last > max(GAP_GROWTH * first, GAP_FLOOR)
    if last < GAP and not grown:
        return None
    return f"Sampler and trainer log-probabilities drift apart: {first:.2g} nats a token at first, {last:.2g} now."


def gradient_spiked(rows: Rows) -> str | None:
    """A gradient ten times as long as the median.

    One such step can undo many; clipping bounds its length, not its direction.
    """
    norms = [(row["step"], row["grad_norm"]) for row in rows if _is_number(row.get("grad_norm"))]
    if len(norms) < RECENT:
        return None
    usual = median(norm for _, norm in norms)
    step, worst = max(norms[-WINDOW:], key=lambda item: item[1])
    if usual <= 0 or worst < SPIKE * usual:
        return None
    return f"The gradient norm jumped to {worst:.3g} in step {step}, {worst / usual:.0f} times the median."


def length_runs_away(rows: Rows) -> str | None:
    """Responses doubled in length within 20 steps while accuracy did not rise.

    Longer is worth its tokens only where it is righter.
    """
    length, accuracy = _ends(rows, "response_length"), _ends(rows, "accuracy")
    if length is None or accuracy is None or length[0] <= 0:
        return None
    if length[1] / length[0] < LENGTH_GROWTH or accuracy[1] > accuracy[0]:
        return None
    return f"Responses grew from {length[0]:.0f} to {length[1]:.0f} tokens in {_span(rows)} steps, and accuracy did not rise."


def verifier_cannot_tell(rows: Rows) -> str | None:
    """The verifier could not tell for 5 % of the samples.

    They earn what wrong answers earn, right or not.
    """
    recent = rows[-RECENT:]
    samples = _total(recent, "samples")
    untold = sum(sum(row.get("could_not_tell", {}).values()) for row in recent)
    if not samples or untold / samples < UNTOLD_SHARE:
        return None
    return f"The verifier could not tell for {untold / samples:.0%} of the samples."


def draws_fail(rows: Rows) -> str | None:
    """5 % of the groups failed.

    A failed draw costs its whole group.
    """
    failed, groups = _total(rows[-RECENT:], "groups_failed"), _total(rows[-RECENT:], "groups_generated")
    if not groups or failed / groups < FAILED_SHARE:
        return None
    return f"{failed / groups:.0%} of the groups failed: see the engine's log."


def steps_without_update(rows: Rows) -> str | None:
    """Three in ten steps moved nothing.

    All groups useless, a gradient of zero, or one that is not finite.
    """
    recent = rows[-RECENT:]
    idle = sum(row.get("updates") == 0 or row.get("applied") is False for row in recent)
    if len(recent) < RECENT or idle / len(recent) < IDLE_SHARE:
        return None
    return f"{idle} of the last {len(recent)} steps moved no weight."


def loss_rises(rows: Rows) -> str | None:
    """Supervised loss is 5 % higher than 20 steps before.

    In supervised training it should fall; a learning rate too high is the usual cause.
    """
    ends = _halves(rows, "loss")
    if ends is None or ends[0] <= 0 or ends[1] / ends[0] < LOSS_RISE:
        return None
    return f"The loss rose from {ends[0]:.3g} to {ends[1]:.3g} within {_span(rows)} steps."


SHARED = (gradient_spiked, steps_without_update)
RL_RULES: tuple[Callable[[Rows], str | None], ...] = (
    entropy_fell, entropy_rose, few_groups_kept, reward_parts_from_accuracy, samples_meet_limit, sampler_drifts, length_runs_away,
    verifier_cannot_tell, draws_fail, *SHARED,
)  # fmt: skip
SFT_RULES: tuple[Callable[[Rows], str | None], ...] = (loss_rises, *SHARED)


def find_warnings(rows: Rows, rules: Sequence[Callable[[Rows], str | None]]) -> list[TrainingWarning]:
    """Return what the rules have to say, in their order; the reason is the second paragraph of a rule's docstring."""
    found = []
    for rule in rules:
        text = rule(rows)
        if text is not None:
            reason = " ".join((rule.__doc__ or "").split("\n\n", 1)[-1].split())
            found.append(TrainingWarning(rule.__name__, text, reason))
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _values(rows: Rows, key: str) -> list[float]:
    return [row[key] for row in rows if _is_number(row.get(key))]


def _total(rows: Rows, key: str) -> float:
    return math.fsum(_values(rows, key))


def _judged(rows: Rows) -> float:
    return sum(_total(rows, f"groups_{fate}") for fate in ("kept", "all_right", "all_wrong", "out_of_band"))


def _span(rows: Rows) -> int:
    return min(WINDOW, len(rows))


def _ends(rows: Rows, key: str) -> tuple[float, float] | None:
    """Return smoothed first and last value of the last 20 steps; None for less than half of that."""
    values = _values(rows[-WINDOW:], key)
    if len(values) < WINDOW // 2:
        return None
    return fmean(values[:SMOOTH]), fmean(values[-SMOOTH:])


def _halves(rows: Rows, key: str) -> tuple[float, float] | None:
    """Return the means of the two halves of the last 20 steps; None for less than half of that."""
    values = _values(rows[-WINDOW:], key)
    if len(values) < WINDOW // 2:
        return None
    middle = len(values) // 2
    return fmean(values[:middle]), fmean(values[middle:])
