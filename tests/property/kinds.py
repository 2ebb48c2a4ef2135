"""The kinds of answers under test, each with its own truth: draw a value, write it in many ways, change it."""

from __future__ import annotations

import operator
import random
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.property import amounts, equations, groups, intervals, numerals
from tests.property.rewriting import perturbed, rewritten
from tests.property.spelling import Speller
from tests.property.trees import Tree, TreeMaker, has_values, provably_differ


class Kind(NamedTuple):
    """One kind of answer.

    Attributes:
        name: What it is called in test ids.
        draw: Returns a value.
        spell: Returns one way to write a value.
        change: Returns a value that looks like the one given and mostly is another.
        same: Says whether two values are the same; None where it cannot tell.
    """

    name: str
    draw: Callable[[random.Random], Any]
    spell: Callable[[Any, random.Random], str]
    change: Callable[[Any, random.Random], Any]
    same: Callable[[Any, Any], bool | None] = operator.eq


def _tree_kind(name: str, sort: str, identities: int) -> Kind:
    def draw(source: random.Random) -> Tree:
        while True:
            tree = TreeMaker(source, sort).tree(source.choice((1, 2, 2, 3)))
            if has_values(tree, source):
                return tree

    def spell(tree: Tree, source: random.Random) -> str:
        while True:
            text = Speller(source).enclosed(rewritten(tree, source, source.randint(0, identities)))
            if "(e)" not in text.replace(" ", ""):  # a letter in brackets reads as a choice
                return text

    return Kind(name, draw, spell, perturbed, _same_tree)


def _same_tree(left: Tree, right: Tree) -> bool | None:
    if left == right:
        return True
    return False if provably_differ(left, right, random.Random(0)) else None


KINDS: tuple[Kind, ...] = (
    _tree_kind("rational functions", "rational", 0),
    _tree_kind("surds", "surd", 0),
    _tree_kind("functions", "function", 0),
    _tree_kind("rewritten rational functions", "rational", 3),
    _tree_kind("rewritten surds", "surd", 3),
    _tree_kind("rewritten functions", "function", 3),
    Kind("numbers", numerals.random_fraction, numerals.numeral, numerals.near),
    Kind("regions", intervals.random_region, intervals.spelled_region, intervals.changed, intervals.same_set),
    Kind("sets", groups.draw_set, groups.spell_set, groups.change_set),
    Kind("tuples", groups.draw_tuple, groups.spell_tuple, groups.change_tuple),
    Kind("matrices", groups.draw_matrix, groups.spell_matrix, groups.change_matrix),
    Kind("equations", equations.draw_equation, equations.spell_equation, equations.change_equation, equations.same_equation),
    Kind("amounts", amounts.draw_amount, amounts.spell_amount, amounts.change_amount),
    Kind("percentages", amounts.draw_percent, amounts.spell_percent, lambda value, source: value * source.choice((2, 10, 100))),
    Kind("dates", amounts.draw_date, amounts.spell_date, amounts.change_date),
    Kind("times", amounts.draw_clock, amounts.spell_clock, amounts.change_clock),
)  # fmt: skip
