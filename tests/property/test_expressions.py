"""The generators of expressions against values worked out by hand: a property test is worth what its truth is worth."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from tests.property.rewriting import IDENTITY_NAMES, perturbed, rewritten
from tests.property.spelling import NOTATIONS, Speller
from tests.property.trees import (
    Tree,
    TreeMaker,
    Undefined,
    below,
    exact,
    has_values,
    names,
    provably_differ,
    real,
)

X, Y = ("var", "x"), ("var", "y")
POINT = {"x": Fraction(2), "y": Fraction(3)}


@pytest.mark.parametrize(
    ("tree", "value"),
    [
        (("add", X, ("mul", Y, ("int", 4))), 14),
        (("sub", ("pow", X, 3), ("neg", Y)), 11),
        (("div", ("int", 1), ("pow", X, 2)), Fraction(1, 4)),
        (("pow", ("div", X, Y), -2), Fraction(9, 4)),
    ],
)
def test_exact_values_by_hand(tree: Tree, value: Fraction) -> None:
    """At x = 2, y = 3; the real evaluator agrees with the exact one."""
    assert exact(tree, POINT) == value
    assert abs(real(tree, POINT) - float(value)) < 1e-12


@pytest.mark.parametrize(
    ("tree", "value"),
    [
        (("root", 3, ("int", 8)), 2.0),
        (("fn", "sin", ("div", ("const", "pi"), ("int", 6))), 0.5),
        (("fn", "ln", ("pow", ("const", "e"), 3)), 3.0),
        (("exp", ("fn", "ln", ("int", 7))), 7.0),
        (("fn", "abs", ("sub", X, Y)), 1.0),
        (("fn", "arctan", ("int", 1)), 0.7853981633974483),
        (("fn", "tan", ("div", ("const", "pi"), ("int", 4))), 1.0),
    ],
)
def test_real_values_by_hand(tree: Tree, value: float) -> None:
    assert abs(real(tree, POINT) - value) < 1e-12


@pytest.mark.parametrize(
    "tree",
    [("div", X, ("sub", Y, Y)), ("root", 2, ("neg", X)), ("fn", "ln", ("int", 0)), ("pow", ("sub", X, X), -1), ("exp", ("exp", ("int", 9))),
     ("fn", "tan", ("div", ("const", "pi"), ("int", 2)))],
)  # fmt: skip
def test_no_value_where_there_is_none(tree: Tree) -> None:
    with pytest.raises(Undefined):
        real(tree, POINT)
    assert not has_values(tree, random.Random(0))


def test_identities_keep_the_value() -> None:
    """600 trees of each sort after three identities: the independent evaluator finds no difference anywhere."""
    for sort in ("rational", "surd", "function"):
        source = random.Random(sort)
        for _ in range(600):
            tree = TreeMaker(source, sort).tree(3)
            assert not provably_differ(tree, rewritten(tree, source, 3), source), tree


def test_every_identity_is_met() -> None:
    """Each rule fires on some tree: rules are counted by what they would make of random nodes."""
    from tests.property import rewriting

    source, fired = random.Random(5), set()
    for _ in range(3_000):
        tree = rewritten(
            TreeMaker(source, source.choice(("surd", "function", "rational"))).tree(3), source, 4
        )
        for part in below(tree):
            fired |= {rule.__name__ for rule in rewriting._IDENTITIES if rule(part, source) is not None}
    assert fired == set(IDENTITY_NAMES)


def test_changes_mostly_change_the_value() -> None:
    """Of 300 perturbed trees more than 200 provably differ."""
    source = random.Random(9)
    trees = [
        tree
        for tree in (TreeMaker(source, "function").tree(2) for _ in range(400))
        if has_values(tree, source)
    ][:300]
    assert sum(provably_differ(tree, perturbed(tree, source), source) for tree in trees) > 200


def test_names_are_sorted_and_single() -> None:
    assert names(("add", Y, ("mul", X, Y))) == ["x", "y"]


@pytest.mark.parametrize("notation", NOTATIONS)
def test_spellings_are_balanced(notation: str) -> None:
    """Brackets of each kind open and close as often in every spelling."""
    for seed in range(300):
        source = random.Random(seed)
        text = Speller(source, notation).enclosed(TreeMaker(source, "function").tree(3))
        for opened, closed in ("()", "[]", "{}"):
            assert text.count(opened) == text.count(closed), text
