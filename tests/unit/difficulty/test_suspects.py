"""When draws speak against a gold answer, case by case around the thresholds."""

from __future__ import annotations

from pathlib import Path

import pytest

from dartkit.difficulty.suspects import find_suspects, suspect_rule, write_suspects
from dartkit.records import Decision, Difficulty
from dartkit.run import RunDir


def difficulty(
    votes: int, draws: int, correct: int, agrees: bool | None, answer: str | None = "5"
) -> Difficulty:
    return Difficulty(
        problem_id="p", sampler_id="s", verifier_id="v", n_samples=draws, n_correct=correct, n_undecided=0, pass_rate=0.0,
        fail_rate=1.0, ci_low=0.0, ci_high=1.0, n_truncated=0, majority_answer=answer,
        majority_share=None if answer is None else votes / draws, majority_agrees=agrees,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("votes", "draws", "correct", "agrees", "rule"),
    [
        (6, 8, 0, False, "suspect-gold"),
        (8, 8, 0, None, "undecided-gold"),
        (4, 6, 0, False, "suspect-gold"),  # exactly two thirds, and four draws
        (5, 8, 0, False, None),  # 62.5 % is under two thirds
        (3, 3, 0, False, None),  # three draws are too few
        (4, 4, 0, False, "suspect-gold"),
        (7, 8, 1, False, None),  # one draw was right: the majority walked into a trap
        (8, 8, 8, True, None),
    ],
)
def test_rule(votes: int, draws: int, correct: int, agrees: bool | None, rule: str | None) -> None:
    assert suspect_rule(difficulty(votes, draws, correct, agrees)) == rule


def test_no_majority_is_no_suspicion() -> None:
    assert suspect_rule(difficulty(0, 8, 0, None, answer=None)) is None


def test_decision_names_both_answers() -> None:
    [found] = find_suspects([difficulty(6, 8, 0, False), difficulty(8, 8, 8, True)], {"p": "4"})
    assert found == Decision(
        "problem",
        "p",
        "estimate",
        "suspect-gold",
        "flag",
        0.75,
        "gold '4'; 6 of 8 draws say '5', none is correct",
    )


def test_shards_keep_each_others_flags_and_a_whole_run_replaces_them(tmp_path: Path) -> None:
    def flag(problem: str) -> Decision:
        return Decision("problem", problem, "estimate", "suspect-gold", "flag")

    RunDir.create(tmp_path)
    for index in range(2):
        write_suspects(RunDir(tmp_path, shard=(index, 2)), [flag(f"p{index}")])
    assert {item.item_id for item in RunDir(tmp_path).decisions()} == {"p0", "p1"}
    write_suspects(RunDir(tmp_path, shard=(1, 2)), [])
    assert {item.item_id for item in RunDir(tmp_path).decisions()} == {"p0"}
    write_suspects(RunDir(tmp_path), [flag("p2")])
    assert {item.item_id for item in RunDir(tmp_path).decisions()} == {"p2"}
