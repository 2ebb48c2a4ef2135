"""The stream of problems: repeatable, distinct, lazy, and plain about wrong arguments."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice
from typing import TYPE_CHECKING, Literal

import pytest

from dartkit.tiny import problems
from dartkit.tiny.problems import (
    FAMILIES,
    HELD_OUT_FAMILIES,
    HELD_OUT_LEVELS,
    LEVELS,
    TinyProblem,
    generate_problems,
    make_problem,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Split = Literal["train", "test"]


def draw(
    per_level: int,
    *,
    families: Sequence[str] = FAMILIES,
    levels: Sequence[int] = (1, 4),
    split: Split = "train",
    seed: int = 0,
) -> list[TinyProblem]:
    """Draw problems with defaults that most tests share."""
    return list(
        generate_problems(families=families, levels=levels, per_level=per_level, split=split, seed=seed)
    )


def test_there_are_seen_and_held_out_families_and_levels() -> None:
    assert len(FAMILIES) >= 3
    assert len(HELD_OUT_FAMILIES) >= 1
    assert not set(FAMILIES) & set(HELD_OUT_FAMILIES)
    assert (LEVELS, HELD_OUT_LEVELS) == ((1, 2, 3, 4, 5), (6, 7))


def test_a_problem_in_full() -> None:
    assert make_problem("inventory", 3, "train", 0, 1) == TinyProblem(
        text=(
            "There are 20 stamps in the basket of Mia. Mia shares the stamps equally among 5 people "
            "and keeps one share. Mia collects until there are 5 times as many. Mia gives away half "
            "of the stamps. How many stamps are there at the end?"
        ),
        answer="10",
        solution=(
            "Start with 20. Divide by 5: 20/5=4. Multiply by 5: 4*5=20. Divide by 2: 20/2=10. "
            "The answer is \\boxed{10}."
        ),
        family="inventory",
        level=3,
        split="train",
    )


def test_the_same_arguments_give_the_same_problems() -> None:
    assert draw(50) == draw(50)
    assert draw(50) != draw(50, seed=1)


def test_a_shorter_stream_is_the_beginning_of_a_longer_one() -> None:
    assert draw(30, levels=(3,)) == draw(90, levels=(3,))[:30]


def test_problems_do_not_depend_on_the_hash_seed_of_the_process() -> None:
    code = (
        "from dartkit.tiny.problems import make_problem;print(repr(make_problem('money', 4, 'train', 5, 6)))"
    )
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == repr(make_problem("money", 4, "train", 5, 6))


def test_the_generator_imports_nothing_heavy() -> None:
    code = (
        "import sys, dartkit.tiny.problems;"
        "print([name for name in ('torch', 'transformers', 'tokenizers', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_texts_are_distinct_and_families_take_turns() -> None:
    drawn = draw(90)
    assert len({problem.text for problem in drawn}) == 180
    assert [problem.level for problem in drawn] == [1] * 90 + [4] * 90
    assert [problem.family for problem in drawn[:6]] == [*FAMILIES, *FAMILIES]
    assert {problem.split for problem in drawn} == {"train"}


def test_the_stream_is_lazy() -> None:
    stream = generate_problems(families=FAMILIES, levels=[7], per_level=10**9, split="test", seed=0)
    assert len(list(islice(stream, 5))) == 5


@pytest.mark.parametrize(
    ("families", "levels", "per_level", "split", "message"),
    [
        (["farm"], [1], 1, "train", r"families: unknown 'farm'; known: inventory"),
        ([], [1], 1, "train", "families is empty"),
        (["money", "money"], [1], 1, "train", "names something twice"),
        (["money"], [8], 1, "train", "levels: unknown 8; known: 1, 2"),
        (["money"], [], 1, "train", "levels is empty"),
        (["money"], [1], 0, "train", "per_level must be at least 1, not 0"),
        (["money"], [1], 1, "dev", "split: unknown 'dev'; known: train, test"),
    ],
)
def test_wrong_arguments_are_named_before_the_first_problem(
    families: list[str], levels: list[int], per_level: int, split: Split, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        generate_problems(families=families, levels=levels, per_level=per_level, split=split, seed=0)


def test_a_level_that_runs_dry_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    # Less patience only makes the search give up sooner: the real level holds thousands of texts.
    monkeypatch.setattr(problems, "_PATIENCE", 2)
    message = r"per_level=1000000 is more than level 1 of family 'stock' can give in split 'test': about \d+"
    with pytest.raises(ValueError, match=message):
        draw(1_000_000, families=HELD_OUT_FAMILIES, levels=(1,), split="test")
