"""Worked solutions in several surface forms, every one of which ends in the boxed answer.

Distinct correct completions of one problem have to exist, or rejection sampling has nothing to
collect: a model that learns one canonical text can only repeat it. The forms differ in layout and
wording, and the products of a problem may be worked out early or when they are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from dartkit.tiny.structure import apply_step

if TYPE_CHECKING:
    import random

    from dartkit.tiny.structure import Structure
    from dartkit.tiny.wording import Story

Style = Literal["bare", "numbered", "compact", "sentences", "named"]
STYLES: tuple[Style, ...] = get_args(Style)

_VERBS = {"+": "Add", "-": "Take away", "*": "Multiply by", "/": "Divide by"}


@dataclass(frozen=True, slots=True)
class Equation:
    """One line of arithmetic; `aside` marks a product that does not touch the running value."""

    left: int
    sign: str
    right: int
    result: int
    aside: bool = False

    def __str__(self) -> str:
        """Write it without spaces, one token a sign."""
        return f"{self.left}{self.sign}{self.right}={self.result}"


def work_out(structure: Structure, *, products_first: bool) -> list[Equation]:
    """List the equations of a structure, the products before everything else if so asked."""
    products: list[Equation] = []
    chain: list[Equation] = []
    value = structure.start
    for step in structure.steps:
        result = apply_step(value, step)
        if step.kind == "packs":
            product = step.amount * step.size
            target = products if products_first else chain
            target.append(Equation(step.amount, "*", step.size, product, aside=True))
            chain.append(Equation(value, "+", product, result))
        else:
            sign = {"add": "+", "subtract": "-", "times": "*"}.get(step.kind, "/")
            chain.append(Equation(value, sign, step.amount, result))
        value = result
    return products + chain


def render_solution(structure: Structure, story: Story, style: Style, *, products_first: bool) -> str:
    """Write the solution of a told problem in one surface form."""
    equations = work_out(structure, products_first=products_first)
    end = f"The answer is \\boxed{{{equations[-1].result}}}."
    match style:
        case "bare":
            return "\n".join([*map(str, equations), end])
        case "numbered":
            lines = [f"{number}. {line}" for number, line in enumerate(equations, 1)]
            return "\n".join([*lines, end])
        case "compact":
            return "; ".join(map(str, equations)) + f". {end}"
        case "sentences":
            told = [f"Start with {structure.start}.", *map(_sentence, equations), end]
            return " ".join(told)
        case "named":
            told = [f"First {structure.start} {story.things}."]
            told += [_named(line, story.things) for line in equations]
            return "\n".join([*told, end])


def sample_solution(structure: Structure, story: Story, rng: random.Random) -> str:
    """Write the solution in a surface form drawn from `rng`."""
    style = rng.choice(STYLES)
    return render_solution(structure, story, style, products_first=rng.random() < 0.3)


def _sentence(line: Equation) -> str:
    if line.aside:
        return f"We need {line}."
    return f"{_VERBS[line.sign]} {line.right}: {line}."


def _named(line: Equation, things: str) -> str:
    return f"That makes {line}." if line.aside else f"Now {line} {things}."
