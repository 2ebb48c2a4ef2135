"""What `dartkit reward lint` says of lists of rewards whose verdict is known from their formulas or their papers."""

from __future__ import annotations

from typing import Any

import pytest

from dartkit.rl.rewards.incentives import World, length_rows
from dartkit.rl.rewards.lint import lint, reward_span
from dartkit.training_settings import TrainRlSettings

PAPER = 14336
COSINE, DENSE, VERIFIER = {"kind": "cosine"}, {"kind": "repetition"}, {"kind": "verifier"}
REWARD_A = {
    "kind": "cosine", "correct_short": 0.0, "correct_long": 10.0, "wrong_short": 0.0, "wrong_long": 0.0, "allow_reversed": True,
}  # fmt: skip


def read(rewards: list[dict[str, Any]], limit: int = PAPER) -> TrainRlSettings:
    return TrainRlSettings.model_validate({"rewards": rewards, "sampling": {"max_tokens": limit}})


def rules(rewards: list[dict[str, Any]], limit: int = PAPER) -> list[str]:
    return [warning.rule for warning in lint(read(rewards, limit).all_rewards(), World(limit))]


@pytest.mark.parametrize(
    ("rewards", "expected"),
    [
        pytest.param([VERIFIER], [], id="dapo: right 1, else -1"),
        pytest.param([VERIFIER, {"kind": "overlong", "buffer_tokens": 4096}], [], id="dapo, overlong"),
        pytest.param(
            [VERIFIER, {"kind": "overlong", "buffer_tokens": 4096, "weight": 3.0}],
            ["wrong-beats-right"],
            id="overlong -3 makes a long right answer -2, a short wrong one -1",
        ),
        pytest.param([COSINE, DENSE], ["longer-wrong-pays"], id="paper: wrong -10 to 0 by length, as meant"),
        pytest.param([{**COSINE, "margin": 16}, DENSE], ["longer-wrong-pays"], id="the authors' code"),
        pytest.param(
            [{**COSINE, "exceed": 0.0}, DENSE],
            ["longer-wrong-pays", "giving-up-pays", "no-exceed-penalty"],
            id="the limit costs nothing, a short wrong answer 10",
        ),
        pytest.param(
            [REWARD_A, DENSE],
            ["wrong-beats-right", "longer-right-pays"],
            id="the paper's A: lengths exploded",
        ),
        pytest.param(
            [COSINE, {**DENSE, "weight": 0.01}],
            ["longer-wrong-pays", "weak-repetition-penalty"],
            id="0.0005 a token over 14336 tokens is 7.2, length gains 10",
        ),
        pytest.param(
            [COSINE, {"kind": "sparse-repetition"}],
            ["longer-wrong-pays", "weak-repetition-penalty"],
            id="sparse: at most 1, length gains 10",
        ),
        pytest.param(
            [{**VERIFIER, "incorrect": 0.0}, {"kind": "format", "weight": 2.0}],
            ["maximum-without-correctness"],
            id="form is worth 2, being right 1",
        ),
        pytest.param(
            [VERIFIER, {"kind": "format", "weight": 0.1}], [], id="form is worth 0.1, being right 2"
        ),
        pytest.param(
            [{"kind": "format"}], ["no-correctness", "maximum-without-correctness"], id="form alone"
        ),
        pytest.param([{**VERIFIER, "truncated": 0.0}], ["giving-up-pays"], id="cut 0, wrong -1"),
        pytest.param(
            [{**VERIFIER, "undecided": 0.0, "no_answer": -0.5}],
            ["no-answer-pays", "undecided-pays"],
            id="silence and confusion cost less than a wrong answer",
        ),
        pytest.param(
            [VERIFIER, {"kind": "python", "function": "m:f"}], ["unknown-reward"], id="a judge of one's own"
        ),
        pytest.param(
            [VERIFIER, {"kind": "python", "function": "m:f", "weight": 0.0}], [], id="which only measures"
        ),
        pytest.param([VERIFIER, {**DENSE, "weight": -1.0}], ["negative-weight"], id="paying for repetition"),
    ],
)
def test_verdicts(rewards: list[dict[str, Any]], expected: list[str]) -> None:
    assert rules(rewards) == expected


def test_paper_without_a_repetition_penalty() -> None:
    """Section 4.5: length was gained by repeating; the text says that nothing charges for it."""
    (warning,) = lint(read([COSINE]).all_rewards(), World(PAPER))
    assert warning.rule == "longer-wrong-pays"
    assert "nothing charges for repeating" in warning.text


def test_break_even_of_the_paper() -> None:
    """By hand: 10 / 12 at length 0, 5 / 6.5 in the middle; longer pays below 10 / (10 + 1) at every length."""
    rows = {row.tokens: row for row in length_rows(read([COSINE]).all_rewards(), World(PAPER))}
    assert (rows[0].right, rows[0].wrong) == (2.0, -10.0)
    assert rows[0].break_even == pytest.approx(10 / 12)
    assert rows[PAPER // 2].break_even == pytest.approx(5 / 6.5)
    assert rows[PAPER - 1].break_even == pytest.approx(0.0, abs=1e-6)
    assert [row.longer_pays_below for row in rows.values()][:-1] == pytest.approx([10 / 11] * 8)
    assert {row.better_than_cut for row in rows.values()} == {0.0}


def test_break_even_of_plain_rewards() -> None:
    """Right 1, wrong -1: one half at every length; being cut is as bad as wrong, and length changes nothing."""
    for row in length_rows(read([VERIFIER]).all_rewards(), World(PAPER)):
        assert (row.break_even, row.better_than_cut, row.longer_pays_below) == (0.5, 0.0, None)


def test_a_limit_in_characters_is_reached_earlier() -> None:
    """8000 characters at 4 a token are 2000 tokens: the last length looked at is 1999, and the middle is 1000."""
    rewards = read([{**COSINE, "max_length": {"characters": 8000}}]).all_rewards()
    rows = {row.tokens: row for row in length_rows(rewards, World(PAPER, 4.0))}
    assert max(rows) == 1999
    assert rows[1000].wrong == pytest.approx(-5.0)


def test_spans() -> None:
    """Cosine -10 to 2; overlong -1 to 0; a token deep in a repetition: 0.05 / (1 - 0.99) = 5; a function: not known."""
    rewards = read(
        [COSINE, {"kind": "overlong", "buffer_tokens": 10}, DENSE, {"kind": "python", "function": "m:f"}]
    )
    spans = [reward_span(reward, World(PAPER)) for reward in rewards.all_rewards()]
    assert spans[0] == (-10.0, 2.0)
    assert spans[1] == (-1.0, 0.0)
    assert spans[2] is not None
    assert spans[2] == pytest.approx((-5.0, 0.0))
    assert spans[3] is None
