"""Expressions as plain tuples, and their value at a point.

One kind of tree serves both readers (`latex`, `plain`). Upstream holds sympy objects here; all that its comparisons need of
them is structure, the exact value of a constant, and the value at a point of the complex plane.
"""

from __future__ import annotations

import cmath
import hashlib
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

MAX_BITS = 100_000  # of an exact power; above, a value is unknown
MAX_PRODUCT_BITS = 400_000
MAX_EXPONENT = 100_000
MAX_DIGITS = 4_000  # Python refuses to read integers of more than 4,300
WIDE_POINTS = 4


class Unreadable(ValueError):
    """A reader refuses the text, as upstream's reader does."""


class TooLarge(ValueError):
    """An answer is beyond what this verifier works on; upstream would run into its time limit."""


class Unknown(ArithmeticError):
    """A tree has no value that can be computed: infinite, undefined or too large."""


class Tree(NamedTuple):
    """One node.

    Kinds: `number` (text: a decimal without trailing zeros), `symbol`, `constant` (`E`, `I`, `pi`, `oo`), `add`, `mul`,
    `power`, `call` (text: a function), `relation` (text: the sign), `truth` (sympy's) and `bool` (Python's, which equals 1
    or 0), and Python's `tuple`, `list`, `set`.
    """

    kind: str
    text: str = ""
    parts: tuple[Tree, ...] = ()


MINUS_ONE = Tree("number", "-1")
ZERO = Tree("number", "0")
ONE = Tree("number", "1")
TWO = Tree("number", "2")
PLAIN_KINDS = frozenset({"number", "symbol", "constant", "add", "mul", "power", "call"})


def number(text: str) -> Tree:
    """Return a number in its one spelling, so that 0.5 and 0.50 are one tree."""
    if not text.strip("0."):
        return ZERO
    if "." in text and "e" not in text.lower():
        text = text.rstrip("0").rstrip(".")
    return Tree("number", text)


def negated(tree: Tree) -> Tree:
    """Return the negative as sympy evaluates it: into the number, the leading factor, or each term."""
    if tree.kind == "number":
        positive = tree.text.lstrip("-")
        return Tree(
            "number", positive if tree.text.startswith("-") or not positive.strip("0.") else "-" + positive
        )
    if tree.kind == "add":
        return Tree("add", "", tuple(negated(part) for part in tree.parts))
    if tree.kind == "mul" and tree.parts[0].kind == "number":
        factor = negated(tree.parts[0])
        return joined("mul", [*tree.parts[1:]] if factor == ONE else [factor, *tree.parts[1:]])
    return Tree("mul", "", (MINUS_ONE, tree))


def subtracted(tree: Tree) -> Tree:
    """Return the negative as it stands after a minus sign, which sympy leaves unevaluated."""
    return negated(tree) if tree.kind == "number" else Tree("mul", "", (MINUS_ONE, tree))


def inverse(tree: Tree) -> Tree:
    """Return one over the tree."""
    return Tree("power", "", (tree, MINUS_ONE))


def joined(kind: str, parts: list[Tree]) -> Tree:
    """Return a sum or product, or its one part."""
    return parts[0] if len(parts) == 1 else Tree(kind, "", tuple(parts))


def is_plain(tree: Tree) -> bool:
    """Say whether the tree is an expression, not a relation, truth value or container."""
    return tree.kind in PLAIN_KINDS


def symbols(tree: Tree) -> set[str]:
    """Return the names of the symbols in a tree."""
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if node.kind == "symbol":
            found.add(node.text)
        waiting.extend(node.parts)
    return found


def exact_value(tree: Tree) -> Fraction | None:
    """Return the value of a rational constant built with integer powers, or None."""
    if tree.kind == "number":
        return Fraction(tree.text) if len(tree.text) <= MAX_DIGITS else None
    if tree.kind not in ("add", "mul", "power"):
        return None
    values = [exact_value(part) for part in tree.parts]
    known = [value for value in values if value is not None]
    bits = sum(value.numerator.bit_length() + value.denominator.bit_length() for value in known)
    if len(known) < len(values) or bits > MAX_PRODUCT_BITS:
        return None
    if tree.kind == "add":
        return sum(known, Fraction(0))
    if tree.kind == "mul":
        return math.prod(known, start=Fraction(1))
    return _exact_power(known[0], known[1])


def _exact_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    if exponent.denominator != 1 or abs(exponent) > MAX_EXPONENT or (base == 0 and exponent < 0):
        return None
    if (base.numerator.bit_length() + base.denominator.bit_length()) * abs(int(exponent)) > MAX_BITS:
        return None
    return base ** int(exponent)


def value_at(tree: Tree, point: Mapping[str, complex]) -> complex:
    """Return the value where each symbol has the value that `point` gives.

    Raises:
        Unknown: where there is none, or none that a double can hold.
    """
    try:
        value = _value(tree, point)
    except (ArithmeticError, ValueError, KeyError) as error:
        raise Unknown(str(error)) from error
    if not cmath.isfinite(value):
        raise Unknown("not finite")
    return value


def magnitude_at(tree: Tree, point: Mapping[str, complex]) -> float:
    """Return the size of the largest terms that a value is made of: what its rounding error is relative to."""
    if tree.kind == "add":
        return sum(magnitude_at(part, point) for part in tree.parts)
    if tree.kind == "mul":
        return math.prod(magnitude_at(part, point) for part in tree.parts)
    if tree.kind == "power" and tree.parts[1].kind == "number" and tree.parts[1].text.isdigit():
        return float(magnitude_at(tree.parts[0], point) ** min(int(tree.parts[1].text), 1000))
    return abs(value_at(tree, point))


def sample_point(names: set[str], index: int) -> dict[str, complex]:
    """Return a fixed complex value for each name; another index gives other values.

    The first four points are of size 0.5 to 2, later ones within 1 % of 1, where high powers neither vanish nor overflow.
    """
    low, high = (0.5, 2.0) if index < WIDE_POINTS else (0.99, 1.01)
    return {name: _scattered(f"{index}/{name}", low, high) for name in names}


def _scattered(text: str, low: float = 0.5, high: float = 2.0) -> complex:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    size = low + (high - low) * int.from_bytes(digest[:6], "big") / 2**48
    turn = int.from_bytes(digest[6:12], "big") / 2**48
    return cmath.rect(size, 2 * math.pi * turn)


def _value(tree: Tree, point: Mapping[str, complex]) -> complex:
    if tree.kind == "number":
        return complex(float(tree.text))
    if tree.kind == "symbol":
        return point[tree.text]
    if tree.kind == "constant":
        return {"E": complex(math.e), "I": 1j, "pi": complex(math.pi)}[tree.text]
    values = [_value(part, point) for part in tree.parts]
    if tree.kind == "add":
        return sum(values, 0j)
    if tree.kind == "mul":
        return math.prod(values, start=1 + 0j)
    if tree.kind == "power":
        return _power(values[0], values[1])
    if tree.kind == "call":
        return _call(tree.text, values)
    raise Unknown(tree.kind)


def _power(base: complex, exponent: complex) -> complex:
    base += 0j  # a negative zero would choose the other side of the branch cut
    if exponent.imag == 0 and exponent.real == int(exponent.real) and abs(exponent.real) <= 64:
        return complex(base ** int(exponent.real))
    return complex(base**exponent)


def _logarithm(values: list[complex]) -> complex:
    result = cmath.log(values[0] + 0j)
    return result if len(values) == 1 else result / cmath.log(values[1] + 0j)


def _factorial(values: list[complex]) -> complex:
    if values[0].imag:
        return _scattered(_key("factorial", values))
    if values[0].real < 0 or values[0].real > 170:
        raise Unknown("factorial")
    return complex(math.gamma(values[0].real + 1))


def _binomial(values: list[complex]) -> complex:
    top, bottom = values
    whole = top.real == int(top.real) and bottom.real == int(bottom.real)
    if top.imag or bottom.imag or not whole or not 0 <= bottom.real <= top.real <= 1000:
        return _scattered(_key("binomial", values))
    return complex(math.comb(int(top.real), int(bottom.real)))


def _key(name: str, values: list[complex]) -> str:
    """Name a function value by its arguments to six digits, so that equal arguments give one value."""
    return name + "".join(f"|{value.real:.6g},{value.imag:.6g}" for value in values)


def _real_part_only(name: str, apply: Callable[[float], float], values: list[complex]) -> complex:
    return _scattered(_key(name, values)) if values[0].imag else complex(apply(values[0].real))


_ONE_ARGUMENT: dict[str, Callable[[complex], complex]] = {
    "sin": cmath.sin, "cos": cmath.cos, "tan": cmath.tan, "sinh": cmath.sinh, "cosh": cmath.cosh, "tanh": cmath.tanh,
    "asin": cmath.asin, "acos": cmath.acos, "atan": cmath.atan, "asinh": cmath.asinh, "acosh": cmath.acosh,
    "atanh": cmath.atanh, "exp": cmath.exp, "abs": lambda z: complex(abs(z)), "conjugate": lambda z: z.conjugate(),
    "csc": lambda z: 1 / cmath.sin(z), "sec": lambda z: 1 / cmath.cos(z), "cot": lambda z: 1 / cmath.tan(z),
    "acsc": lambda z: cmath.asin(1 / z), "asec": lambda z: cmath.acos(1 / z), "acot": lambda z: cmath.atan(1 / z),
}  # fmt: skip


def _call(name: str, values: list[complex]) -> complex:
    if name in _ONE_ARGUMENT and len(values) == 1:
        return _ONE_ARGUMENT[name](values[0])
    if name == "log" and len(values) in (1, 2):
        return _logarithm(values)
    if name == "factorial" and len(values) == 1:
        return _factorial(values)
    if name == "binomial" and len(values) == 2:
        return _binomial(values)
    if name in ("floor", "ceiling") and len(values) == 1:
        return _real_part_only(name, math.floor if name == "floor" else math.ceil, values)
    return _scattered(_key(name, values))
