"""Every rule on rows made by hand: it speaks with the right numbers, it is silent just below its threshold and on short runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from dartkit.report import training_warnings as rules

Row = dict[str, Any]


def steps(**columns: Sequence[Any]) -> list[Row]:
    """Rows of columns, numbered from 1."""
    length = len(next(iter(columns.values())))
    return [{"step": n + 1, **{key: values[n] for key, values in columns.items()}} for n in range(length)]


def groups(kept: int, right: int, wrong: int, failed: int = 0, **more: Any) -> list[Row]:
    row = {
        "groups_kept": kept, "groups_all_right": right, "groups_all_wrong": wrong, "groups_failed": failed,
        "groups_generated": kept + right + wrong + failed, **more,
    }  # fmt: skip
    return [{"step": n + 1, **row} for n in range(12)]


def line(first: float, last: float, count: int = 20) -> list[float]:
    return [first + (last - first) * n / (count - 1) for n in range(count)]


def flat_ends(first: float, last: float) -> list[float]:
    """Twenty values whose first three and last three are constant, so that smoothing leaves them as they are."""
    return [first] * 3 + line(first, last, 14) + [last] * 3


SPEAKS: list[tuple[Callable[[Sequence[Row]], str | None], list[Row], str]] = [
    (rules.entropy_fell, steps(entropy=flat_ends(1.0, 0.4)), "Entropy fell 60% in 20 steps, from 1 to 0.4"),
    (rules.entropy_rose, steps(entropy=flat_ends(0.5, 1.6)), "Entropy rose 3.2 times in 20 steps"),
    (rules.few_groups_kept, groups(3, 17, 5), "Kept share 12% over the last 10 steps; 68% of the groups were all right"),
    (
        rules.reward_parts_from_accuracy,
        steps(reward=[0.0] * 10 + [0.1] * 10, accuracy=[0.5] * 10 + [0.45] * 10),
        "Reward rises while accuracy falls: +0.100 and -0.050 within 20 steps",
    ),
    (rules.samples_meet_limit, groups(1, 0, 0, samples=8, truncated=4), "50% of the samples meet the token limit"),
    (rules.sampler_drifts, steps(sampler_gap=[0.2] * 3), "drift apart: 0.2 nats a token at first, 0.2 now"),
    (rules.sampler_drifts, steps(sampler_gap=[0.01] * 10 + [0.05] * 10), "0.01 nats a token at first, 0.05 now"),
    (rules.gradient_spiked, steps(grad_norm=[1.0] * 11 + [12.0]), "jumped to 12 in step 12, 12 times the median"),
    (
        rules.length_runs_away,
        steps(response_length=flat_ends(100, 210), accuracy=[0.5] * 20),
        "grew from 100 to 210 tokens in 20 steps",
    ),
    (
        rules.verifier_cannot_tell,
        groups(1, 0, 0, samples=20, could_not_tell={"undecided": 1, "timeout": 1, "error": 0}),
        "could not tell for 10% of the samples",
    ),
    (rules.draws_fail, groups(18, 0, 0, failed=2), "10% of the groups failed"),
    (rules.steps_without_update, steps(updates=[0, 0, 0] + [1] * 7), "3 of the last 10 steps moved no weight"),
    (rules.steps_without_update, steps(applied=[False] * 4 + [True] * 6), "4 of the last 10 steps"),
    (rules.loss_rises, steps(loss=[1.0] * 10 + [1.1] * 10), "rose from 1 to 1.1 within 20 steps"),
]  # fmt: skip
SILENT: list[tuple[Callable[[Sequence[Row]], str | None], list[Row]]] = [
    (rules.entropy_fell, steps(entropy=flat_ends(1.0, 0.51))),
    (rules.entropy_fell, steps(entropy=[1.0, 0.1])),
    (rules.entropy_fell, steps(entropy=[None] * 20)),
    (rules.entropy_rose, steps(entropy=flat_ends(0.5, 1.4))),
    (rules.few_groups_kept, groups(1, 2, 1)),
    (rules.few_groups_kept, groups(0, 0, 0, failed=3)),
    (rules.reward_parts_from_accuracy, steps(reward=[0.0] * 10 + [0.1] * 10, accuracy=[0.5] * 20)),
    (rules.samples_meet_limit, groups(1, 0, 0, samples=9, truncated=4)),
    (rules.sampler_drifts, steps(sampler_gap=[0.005] * 10 + [0.019] * 10)),
    (rules.gradient_spiked, steps(grad_norm=[1.0] * 11 + [9.0])),
    (rules.length_runs_away, steps(response_length=flat_ends(100, 210), accuracy=line(0.5, 0.6))),
    (rules.verifier_cannot_tell, groups(1, 0, 0, samples=21, could_not_tell={"undecided": 1})),
    (rules.draws_fail, groups(20, 0, 0, failed=1)),
    (rules.steps_without_update, steps(updates=[0, 0] + [1] * 8)),
    (rules.loss_rises, steps(loss=line(1.0, 0.9))),
]


@pytest.mark.parametrize(("rule", "rows", "text"), SPEAKS)
def test_a_rule_says_the_numbers(
    rule: Callable[[Sequence[Row]], str | None], rows: list[Row], text: str
) -> None:
    found = rule(rows)
    assert found is not None
    assert text in found


@pytest.mark.parametrize(("rule", "rows"), SILENT)
def test_a_rule_is_silent_below_its_threshold(
    rule: Callable[[Sequence[Row]], str | None], rows: list[Row]
) -> None:
    assert rule(rows) is None


def test_every_rule_is_tested_and_has_a_reason() -> None:
    listed = {*rules.RL_RULES, *rules.SFT_RULES}
    assert {rule for rule, *_ in SPEAKS} == {rule for rule, _ in SILENT} == listed
    for rule in listed:
        assert len((rule.__doc__ or "").split("\n\n")) == 2


def test_a_warning_carries_the_reason_of_its_rule() -> None:
    (found,) = rules.find_warnings(steps(loss=[1.0] * 10 + [2.0] * 10), rules.SFT_RULES)
    assert found.name == "loss_rises"
    assert found.reason.startswith("In supervised training it should fall")
