"""Are two trees the same number or function? Exact fractions, then points, then 50 digits; a difference at one point is a proof.

Points are drawn from a hash of both trees, so that no expression can be made to agree at points known beforehand, and a
verdict never changes. Trees in which a negative number has a variable exponent, or a factorial a variable argument, mean
whole variables: their points are whole.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from dartkit.verify.algebra.evaluate import NoValue, evaluate
from dartkit.verify.algebra.fields import DIGITS, DOUBLE, Field, Measured, fine_field
from dartkit.verify.algebra.modular import PRIMES, residue_of
from dartkit.verify.algebra.points import points, seeded
from dartkit.verify.algebra.rational import NotRational, Oversized, exact_value, value_of
from dartkit.verify.algebra.tree import INFINITY, ZERO, Node, add, parts, size, variables, walk

AGREEMENTS = 4
MAX_DIGITS = 1_500
EXTREME_DIGITS = 700
_STEP_POINTS = 48
_WHOLE_NAMES = frozenset("ijklmn")
_LONG_NUMERAL = 20
_LARGE_POWER = 40
MAX_NODES = 6_000
_REFINEMENTS = 4


class Found(NamedTuple):
    """What a test found: None where it could not tell; `tier` as in `Verdict`."""

    equal: bool | None
    rule: str
    tier: int


def same_value(left: Node, right: Node, tolerance: float = 0.0) -> Found:
    """Say whether two trees are equal wherever both have a value.

    Args:
        left: One tree.
        right: The other; swapping the two changes nothing.
        tolerance: Largest relative difference of two constants that counts as equal.
    """
    if left == right:
        return Found(True, "same-tree", 3)
    if size(left) + size(right) > MAX_NODES:
        return Found(None, "oversized", 4)
    names = sorted(variables(left) | variables(right))
    if not names:
        exact = _exact_constants(left, right, tolerance)
        if exact is not None:
            return exact
        return _constants(left, right, tolerance)
    if _has_infinity(left) or _has_infinity(right):
        return Found(None, "infinity-in-expression", 4)
    source = seeded(left, right)
    if _has_steps(left) or _has_steps(right):
        stepped = _step_functions(left, right, names, source)
        if stepped is not None:
            return stepped
    return _rational_functions(left, right, names, source) or _functions(left, right, names, source)


def _has_infinity(node: Node) -> bool:
    """Say whether infinity is used as a number; as an end of a sum or integral it may stand."""
    if node[0] == "big":
        return _has_infinity(node[5])
    return node == INFINITY or any(_has_infinity(part) for part in parts(node))


def _exact_constants(left: Node, right: Node, tolerance: float) -> Found | None:
    first, second = exact_value(left), exact_value(right)
    if first is None or second is None:
        return None
    if first == second:
        return Found(True, "exact-fraction", 1)
    if tolerance and abs(first - second) <= Fraction(tolerance) * max(abs(first), abs(second)):
        return Found(True, "within-tolerance", 1)
    return Found(False, "exact-fraction", 1)


def _constants(left: Node, right: Node, tolerance: float) -> Found:
    """Compare two constants of which one is irrational or too long for a fraction."""
    towers = _compare_powers(left, right)
    if towers is not None:
        return towers
    left, right = _without_common_terms(left, right)
    least = EXTREME_DIGITS if _has_extremes(left) or _has_extremes(right) else DIGITS
    field, digits = DOUBLE, 0
    is_close = False
    for _ in range(_REFINEMENTS):
        measured = _both(left, right, {}, field)
        if measured is not None:
            first, second = measured
            if tolerance and _within(first, second, tolerance):
                return Found(True, "within-tolerance", 4)
            if not field.are_close(first, second):
                return Found(False, "different-number", 4)
            if digits >= least and field.is_sharp(first) and field.is_sharp(second):
                return Found(True, "fifty-digits", 4)
            needed = max(DIGITS + field.magnitude(first, second), least)
            is_close = is_close or (not digits and field.is_clear(first) and field.is_clear(second))
        else:
            if is_close and any(part[0] == "big" for side in (left, right) for part in walk(side)):
                return Found(True, "quadrature", 4)
            needed = least
        if needed > MAX_DIGITS or needed <= digits:
            break
        field, digits = fine_field(needed), needed
    return _residues(left, right, {}) or Found(None, "no-value", 4)


def _has_extremes(node: Node) -> bool:
    """Say whether a very long numeral or a large power is in the tree, beside which a difference may be very small."""
    for part in walk(node):
        if part[0] == "num" and (len(part[1]) > _LONG_NUMERAL or "e" in part[1]):
            return True
        if part[0] == "pow":
            exponent = exact_value(part[2])
            if exponent is not None and abs(exponent) > _LARGE_POWER:
                return True
    return False


def _without_common_terms(left: Node, right: Node) -> tuple[Node, Node]:
    """Cancel equal terms of two sums: a large term would hide a small difference beside it."""
    terms = [list(side[1:]) if side[0] == "add" else [side] for side in (left, right)]
    if len(terms[0]) == len(terms[1]) == 1:
        return left, right
    counts = Counter(terms[0])
    counts.subtract(Counter(terms[1]))
    kept = [[node for node, count in counts.items() for _ in range(sign * count)] for sign in (1, -1)]
    first, second = (add(*nodes) if nodes else ZERO for nodes in kept)
    return first, second


def _within(left: Measured, right: Measured, tolerance: float) -> bool:
    return bool(abs(left.value - right.value) <= tolerance * max(abs(left.value), abs(right.value)))


def _compare_powers(left: Node, right: Node) -> Found | None:
    """Compare two powers of one base above 1 by their exponents, which towers need: nothing is worked out."""
    if left[0] != "pow" or right[0] != "pow" or left[1] != right[1]:
        return None
    base = exact_value(left[1])
    if base is None or base <= 1:
        return None
    found = same_value(left[2], right[2])
    return Found(found.equal, "exponents", found.tier)


def _rational_functions(left: Node, right: Node, names: list[str], source: random.Random) -> Found | None:
    """Compare by exact fractions at whole random points; None where a side is no rational function."""
    agreements = 0
    for _ in range(6):
        point = {name: Fraction(source.randrange(2, 1 << 20)) for name in names}
        try:
            if value_of(left, point) != value_of(right, point):
                return Found(False, "exact-points", 4)
        except Oversized:
            return _residues(left, right, {name: source.randrange(1 << 60) for name in names})
        except NotRational:
            if not _is_rational_function(left) or not _is_rational_function(right):
                return None
            continue
        agreements += 1
        if agreements == 2:
            is_proof = _is_rational_function(left) and _is_rational_function(right)
            return Found(True, "exact-points", 4) if is_proof else None
    return None


def _has_steps(node: Node) -> bool:
    return any(part[0] == "fn" and part[1] in ("floor", "ceil", "mod") for part in walk(node))


def _step_functions(left: Node, right: Node, names: list[str], source: random.Random) -> Found | None:
    """Compare functions with floors at many exact points: two that differ agree at most of the few that others need.

    Points are whole, and for variables other than i to n fractions too.
    """
    step = 1 if set(names) <= _WHOLE_NAMES else 7
    for turn in range(_STEP_POINTS):
        low = turn if turn < _STEP_POINTS // 2 else 1 << 16
        point = {name: Fraction(low + source.randrange(1, 8), step if turn % 2 else 1) for name in names}
        try:
            if value_of(left, point) != value_of(right, point):
                return Found(False, "exact-points", 4)
        except (NotRational, Oversized):
            return None
    return Found(True, "exact-points", 4)


def _is_rational_function(node: Node) -> bool:
    """Say whether the tree is made of sums, products and whole constant powers only."""
    for part in walk(node):
        if part[0] in ("fn", "fact", "binom", "big", "const", "based"):
            return False
        if part[0] == "pow":
            exponent = exact_value(part[2]) if not variables(part[2]) else None
            if exponent is None or exponent.denominator != 1:
                return False
    return True


def _residues(left: Node, right: Node, point: Mapping[str, int]) -> Found | None:
    try:
        same = all(residue_of(left, point, prime) == residue_of(right, point, prime) for prime in PRIMES)
    except (NotRational, Oversized):
        return None
    return Found(same, "residues", 4)


def _wants_whole(node: Node) -> bool:
    """Say whether variables stand where only whole numbers make sense: (-1)^n, n!, binomials."""
    for part in walk(node):
        if part[0] in ("fact", "binom") and variables(part):
            return True
        if part[0] == "big" and part[1] in ("sum", "prod") and variables(part[3]) | variables(part[4]):
            return True
        if part[0] == "pow" and variables(part[2]) and not variables(part[1]):
            base = exact_value(part[1])
            if base is not None and base < 0:
                return True
    return False


def _functions(left: Node, right: Node, names: list[str], source: random.Random) -> Found:
    """Compare at real points; points where a side is complex count only if there are not enough real ones."""
    whole = _wants_whole(left) or _wants_whole(right)
    real = complex_same = complex_other = 0
    settled: list[dict[str, Fraction]] = []
    for point in points(names, source, whole):
        measured = _both(left, right, point, DOUBLE)
        if measured is None:
            continue
        first, second = measured
        is_complex = not (DOUBLE.is_real(first) and DOUBLE.is_real(second))
        if not DOUBLE.are_close(first, second):
            if not is_complex and not (_leaves_reals(left, point) or _leaves_reals(right, point)):
                return Found(False, "different-at-point", 4)
            complex_other += 1
            continue
        if not (DOUBLE.is_clear(first) and DOUBLE.is_clear(second)):
            continue  # an error as large as the values agrees with anything
        settled.append(point)
        real, complex_same = (real, complex_same + 1) if is_complex else (real + 1, complex_same)
        if real >= AGREEMENTS + 2:
            break
    if real < AGREEMENTS:
        if complex_other and real < 2:
            return Found(False, "different-at-point", 4)
        if real + complex_same + complex_other < AGREEMENTS:
            return Found(None, "too-few-points", 4)
    return _confirmed(left, right, settled[:2])


def _leaves_reals(node: Node, point: Mapping[str, Fraction]) -> bool:
    """Say whether an even root or logarithm of a negative number is met, so that the tree has no real value here."""
    for part in walk(node):
        if part[0] == "fn" and part[1] in ("ln", "log"):
            inner = part[2]
        elif part[0] == "pow" and _is_even_root(part[2]):
            inner = part[1]
        else:
            continue
        try:
            found = evaluate(inner, point, DOUBLE)
        except NoValue:
            continue
        if not DOUBLE.is_real(found) or (found.value.real < 0 and not DOUBLE.is_zero(found)):
            return True
    return False


def _is_even_root(exponent: Node) -> bool:
    value = exact_value(exponent)
    return value is not None and value.denominator % 2 == 0


def _both(
    left: Node, right: Node, point: Mapping[str, Fraction], field: Field
) -> tuple[Measured, Measured] | None:
    try:
        return evaluate(left, point, field), evaluate(right, point, field)
    except NoValue:
        return None


def _confirmed(left: Node, right: Node, settled: list[dict[str, Fraction]]) -> Found:
    """Repeat the comparison with 50 digits where doubles agreed; integrals have values in doubles only."""
    field = fine_field()
    confirmed = any(part[0] == "big" for side in (left, right) for part in walk(side))
    for point in settled:
        measured = _both(left, right, point, field)
        if measured is None:
            continue
        if not field.are_close(*measured):
            return Found(False, "different-in-fifty-digits", 4)
        confirmed = confirmed or all(field.is_clear(value) for value in measured)
    return Found(True, "random-points", 4) if confirmed else Found(None, "not-sharp", 4)
