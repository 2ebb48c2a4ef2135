"""Change a tree without changing its value, by identities of school mathematics, or change its value at one node."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.property.trees import Tree, integer

Change = Callable[[Tree, random.Random], Tree | None]


def rewritten(tree: Tree, source: random.Random, times: int) -> Tree:
    """Return the tree after so many identities, each at a random node."""
    for _ in range(times):
        tree = _somewhere(tree, source, _equal_tree)
    return tree


def perturbed(tree: Tree, source: random.Random) -> Tree:
    """Return the tree with one node changed to another value; whether the whole changed is for the evaluator to say."""
    return _somewhere(tree, source, _other_tree)


def _somewhere(tree: Tree, source: random.Random, change: Callable[[Tree, random.Random], Tree]) -> Tree:
    places = [at for at, part in enumerate(tree) if isinstance(part, tuple)]
    if not places or source.random() < 0.35:
        return change(tree, source)
    place = source.choice(places)
    return (*tree[:place], _somewhere(tree[place], source, change), *tree[place + 1 :])


def _equal_tree(tree: Tree, source: random.Random) -> Tree:
    """Apply one identity that fits the node, or write it as a sum, a product or a quotient."""
    fitting = [found for rule in _IDENTITIES if (found := rule(tree, source)) is not None]
    return source.choice(fitting)


def _commuted(tree: Tree, source: random.Random) -> Tree | None:
    return (tree[0], tree[2], tree[1]) if tree[0] in ("add", "mul") else None


def _associated(tree: Tree, source: random.Random) -> Tree | None:
    kind = tree[0]
    if kind not in ("add", "mul") or tree[1][0] != kind:
        return None
    return (kind, tree[1][1], (kind, tree[1][2], tree[2]))


def _without_minus(tree: Tree, source: random.Random) -> Tree | None:
    return ("add", tree[1], ("neg", tree[2])) if tree[0] == "sub" else None


def _sign_moved(tree: Tree, source: random.Random) -> Tree | None:
    return ("sub", ("neg", tree[2]), ("neg", tree[1])) if tree[0] == "sub" else None


def _distributed(tree: Tree, source: random.Random) -> Tree | None:
    if tree[0] != "mul" or tree[2][0] not in ("add", "sub"):
        return None
    kind, first, second = tree[2]
    return (kind, ("mul", tree[1], first), ("mul", tree[1], second))


def _quotient_split(tree: Tree, source: random.Random) -> Tree | None:
    if tree[0] != "div" or tree[1][0] not in ("add", "sub"):
        return None
    kind, first, second = tree[1]
    return (kind, ("div", first, tree[2]), ("div", second, tree[2]))


def _inverse_power(tree: Tree, source: random.Random) -> Tree | None:
    return ("mul", tree[1], ("pow", tree[2], -1)) if tree[0] == "div" else None


def _power_as_product(tree: Tree, source: random.Random) -> Tree | None:
    if tree[0] != "pow":
        return None
    if tree[2] < 0:
        return ("div", ("int", 1), ("pow", tree[1], -tree[2]) if tree[2] < -1 else tree[1])
    return ("mul", tree[1], ("pow", tree[1], tree[2] - 1) if tree[2] > 2 else tree[1])


def _square_expanded(tree: Tree, source: random.Random) -> Tree | None:
    if tree[0] != "pow" or tree[2] != 2 or tree[1][0] not in ("add", "sub"):
        return None
    kind, first, second = tree[1]
    doubled = ("mul", ("int", 2), ("mul", first, second))
    return ("add", (kind, ("pow", first, 2), doubled), ("pow", second, 2))


def _squares_factored(tree: Tree, source: random.Random) -> Tree | None:
    if tree[0] != "sub" or any(part[0] != "pow" or part[2] != 2 for part in tree[1:]):
        return None
    first, second = tree[1][1], tree[2][1]
    return ("mul", ("sub", first, second), ("add", first, second))


def _number_split(tree: Tree, source: random.Random) -> Tree | None:
    if tree[0] != "int":
        return None
    part = source.randint(1, 20)
    ways: tuple[Tree, ...] = (
        ("add", integer(tree[1] - part), integer(part)),
        ("div", integer(tree[1] * part), integer(part)),
        ("sub", integer(tree[1] + part), integer(part)),
    )
    return source.choice(ways)


def _root_extended(tree: Tree, source: random.Random) -> Tree | None:
    if tree[0] != "root" or tree[2][0] != "int":
        return None
    factor = source.randint(2, 4)
    return ("div", ("root", tree[1], integer(tree[2][1] * factor ** tree[1])), ("int", factor))


def _root_rationalised(tree: Tree, source: random.Random) -> Tree | None:
    if tree[0] != "root" or tree[1] != 2 or tree[2][0] != "int" or tree[2][1] <= 0:
        return None
    return ("div", tree[2], tree)


def _double_angle(tree: Tree, source: random.Random) -> Tree | None:
    if tree[:2] != ("fn", "sin") or tree[2][0] != "mul" or tree[2][1] != ("int", 2):
        return None
    inner = tree[2][2]
    return ("mul", ("int", 2), ("mul", ("fn", "sin", inner), ("fn", "cos", inner)))


def _circular(tree: Tree, source: random.Random) -> Tree | None:
    if tree[0] != "fn":
        return None
    name, inner = tree[1], tree[2]
    if name == "tan":
        return ("div", ("fn", "sin", inner), ("fn", "cos", inner))
    if name in ("sin", "arctan"):
        return ("neg", ("fn", name, ("neg", inner)))
    if name in ("cos", "abs"):
        return ("fn", name, ("neg", inner))
    return None


def _full_turn(tree: Tree, source: random.Random) -> Tree | None:
    if tree[0] != "fn" or tree[1] not in ("sin", "cos"):
        return None
    return ("fn", tree[1], ("add", tree[2], ("mul", ("int", 2), ("const", "pi"))))


def _log_split(tree: Tree, source: random.Random) -> Tree | None:
    if tree[:2] != ("fn", "ln"):
        return None
    factor = source.randint(2, 6)
    return ("sub", ("fn", "ln", ("mul", ("int", factor), tree[2])), ("fn", "ln", ("int", factor)))


def _exponents_split(tree: Tree, source: random.Random) -> Tree | None:
    if tree[0] != "exp" or tree[1][0] not in ("add", "sub"):
        return None
    kind, first, second = tree[1]
    return ("mul" if kind == "add" else "div", ("exp", first), ("exp", second))


def _pythagoras(tree: Tree, source: random.Random) -> Tree | None:
    if tree != ("int", 1):
        return None
    angle = ("var", "x")
    return ("add", ("pow", ("fn", "sin", angle), 2), ("pow", ("fn", "cos", angle), 2))


def _in_disguise(tree: Tree, source: random.Random) -> Tree | None:
    number = ("int", source.randint(1, 9))
    ways: tuple[Tree, ...] = (
        ("sub", ("add", tree, number), number),
        ("div", ("mul", number, tree), number),
        ("neg", ("neg", tree)),
        ("mul", ("int", 1), tree),
    )
    return source.choice(ways)


_IDENTITIES: tuple[Change, ...] = (
    _commuted, _associated, _without_minus, _sign_moved, _distributed, _quotient_split, _inverse_power, _power_as_product,
    _square_expanded, _squares_factored, _number_split, _root_extended, _root_rationalised, _double_angle, _circular, _full_turn,
    _log_split, _exponents_split, _in_disguise,
)  # fmt: skip
IDENTITY_NAMES = tuple(rule.__name__ for rule in _IDENTITIES)
_PARTNERS = {"sin": "cos", "cos": "sin", "tan": "sin", "ln": "arctan", "arctan": "ln", "abs": "sin"}
_OTHER_KIND = {"add": "sub", "sub": "add", "mul": "add", "div": "mul"}


def _other_tree(tree: Tree, source: random.Random) -> Tree:
    kind = tree[0]
    if kind == "int":
        return integer(tree[1] + source.choice((-2, -1, 1, 2, 10)))
    if kind == "pow":
        return ("pow", tree[1], source.choice([power for power in (-2, -1, 2, 3, 4) if power != tree[2]]))
    if kind == "fn" and source.random() < 0.7:
        return ("fn", _PARTNERS[tree[1]], tree[2])
    if kind == "root" and source.random() < 0.7:
        return ("root", 5 - tree[1], tree[2])
    if kind in _OTHER_KIND and source.random() < 0.7:
        swapped = (kind, tree[2], tree[1])
        return swapped if kind in ("sub", "div") and source.random() < 0.5 else (_OTHER_KIND[kind], *tree[1:])
    if kind == "const":
        return ("const", "e" if tree[1] == "pi" else "pi")
    if kind == "neg":
        return ("mul", ("int", 1), tree[1])
    return source.choice((("neg", tree), ("add", tree, ("int", 1)), ("mul", ("int", 2), tree)))
