"""The worked solutions: several forms, true equations, one boxed answer at the end."""

from __future__ import annotations

import random
import re

import pytest

from dartkit.tiny.problems import FAMILIES, HELD_OUT_FAMILIES, HELD_OUT_LEVELS, LEVELS, generate_problems
from dartkit.tiny.solutions import STYLES, Style, render_solution
from dartkit.tiny.structure import Step, Structure
from dartkit.tiny.wording import SEEN, tell

EQUATION = re.compile(r"(\d+)([-+*/])(\d+)=(\d+)")
# 10, then 3 packs of 4, then half: 10 + 12 = 22 and 22 / 2 = 11.
STRUCTURE = Structure(10, (Step("packs", 3, 4), Step("half", 2)))


def holds(left: str, sign: str, right: str, result: str) -> bool:
    """Check one equation by its inverse where that is simpler than doing it again."""
    a, b, c = int(left), int(right), int(result)
    return {"+": c - b == a, "-": c + b == a, "*": [b] * a == [b] * (c // b) and not c % b, "/": c * b == a}[
        sign
    ]


def test_every_solution_is_true_and_ends_in_the_boxed_answer() -> None:
    problems = generate_problems(
        families=FAMILIES + HELD_OUT_FAMILIES,
        levels=LEVELS + HELD_OUT_LEVELS,
        per_level=300,
        split="train",
        seed=3,
    )
    for problem in problems:
        equations = EQUATION.findall(problem.solution)
        assert len(equations) >= problem.level
        assert all(holds(*equation) for equation in equations), problem.solution
        assert equations[-1][3] == problem.answer
        assert problem.solution.endswith(f"The answer is \\boxed{{{problem.answer}}}.")
        assert problem.solution.count("\\boxed") == 1


@pytest.mark.parametrize(
    ("style", "products_first", "expected"),
    [
        ("bare", False, "3*4=12\n10+12=22\n22/2=11\n"),
        ("numbered", False, "1. 3*4=12\n2. 10+12=22\n3. 22/2=11\n"),
        ("compact", False, "3*4=12; 10+12=22; 22/2=11. "),
        (
            "sentences",
            False,
            "Start with 10. We need 3*4=12. Add 12: 10+12=22. Divide by 2: 22/2=11. ",
        ),
    ],
)
def test_a_style_in_full(style: Style, products_first: bool, expected: str) -> None:
    story = tell(STRUCTURE, SEEN["inventory"], random.Random(0))
    written = render_solution(STRUCTURE, story, style, products_first=products_first)
    assert written == expected + "The answer is \\boxed{11}."


def test_the_named_style_speaks_of_the_things_of_the_story() -> None:
    story = tell(STRUCTURE, SEEN["money"], random.Random(0))
    written = render_solution(STRUCTURE, story, "named", products_first=False)
    assert written == (
        f"First 10 {story.things}.\nThat makes 3*4=12.\nNow 10+12=22 {story.things}.\n"
        f"Now 22/2=11 {story.things}.\nThe answer is \\boxed{{11}}."
    )


def test_products_may_come_first() -> None:
    late = Structure(10, (Step("half", 2), Step("packs", 3, 4)))
    story = tell(late, SEEN["inventory"], random.Random(0))
    when_needed = render_solution(late, story, "bare", products_first=False)
    early = render_solution(late, story, "bare", products_first=True)
    assert when_needed.startswith("10/2=5\n3*4=12\n5+12=17\n")
    assert early.startswith("3*4=12\n10/2=5\n5+12=17\n")


def test_one_problem_has_many_solutions() -> None:
    late = Structure(10, (Step("half", 2), Step("packs", 3, 4)))
    story = tell(late, SEEN["inventory"], random.Random(0))
    forms = {render_solution(late, story, s, products_first=first) for s in STYLES for first in (True, False)}
    assert len(STYLES) >= 4
    assert len(forms) == 2 * len(STYLES)


def test_generated_solutions_use_every_style() -> None:
    solutions = [
        p.solution
        for p in generate_problems(families=FAMILIES, levels=[3], per_level=300, split="train", seed=0)
    ]
    marks = (r"^\d+[-+*/]\d+=\d+\n", r"^1\. ", r"^\d+[-+*/]\d+=\d+;", r"^Start with", r"^First \d+ [a-z]+\.")
    for mark in marks:
        share = sum(re.match(mark, solution) is not None for solution in solutions) / len(solutions)
        assert share > 0.1, mark
