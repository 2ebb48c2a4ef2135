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
from itertools import islice
from typing import NamedTuple

from dartkit.verify.algebra.atoms import Atoms, TooManyAtoms, has_atoms
from dartkit.verify.algebra.evaluate import NeverSettles, NoValue, evaluate
from dartkit.verify.algebra.far import far_points
from dartkit.verify.algebra.fields import DIGITS, DOUBLE, Field, Measured, decimal_size, fine_field
from dartkit.verify.algebra.modular import primes, residue_of
from dartkit.verify.algebra.points import points, seeded
from dartkit.verify.algebra.rational import NotRational, Oversized, exact_value, value_of
from dartkit.verify.algebra.sharpness import MARGIN, digits_wanted, length
from dartkit.verify.algebra.steps import WHOLE_NAMES, has_steps, same_steps
from dartkit.verify.algebra.tree import INFINITY, ZERO, Node, add, parts, size, variables, walk
from dartkit.verify.clock import keep_time

AGREEMENTS = 4
MAX_DIGITS = 1_500
INTEGRAL_DIGITS = 18
_TERMS = 200  # of a sum or integral, for an estimate
_LEAST_FAR, _FAR_WORK = 4, 40_000
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
    keep_time()
    if size(left) + size(right) > MAX_NODES:
        return Found(None, "oversized", 4)
    found = _compared(left, right, tolerance)
    if found.equal is None and _same_in_atoms(left, right):
        return Found(True, "same-atoms", 4)
    return found


def _same_in_atoms(left: Node, right: Node) -> bool:
    """Say whether two trees are one rational function of what is no arithmetic in them; see `atoms`."""
    if not (has_atoms(left) and has_atoms(right)):
        return False
    atoms = Atoms(_is_same)
    try:
        first, second = atoms.lift(left), atoms.lift(right)
    except TooManyAtoms:
        return False
    if first == second:
        return True
    if first[0] == second[0] == "var" or (first, second) == (left, right):
        return False
    names = sorted(variables(first) | variables(second))
    found = _rational_functions(first, second, names, seeded(first, second))
    return found is not None and found.equal is True


def _is_same(left: Node, right: Node) -> bool:
    return same_value(left, right).equal is True


def _compared(left: Node, right: Node, tolerance: float) -> Found:
    names = sorted(variables(left) | variables(right))
    if not names:
        exact = _exact_constants(left, right, tolerance)
        if exact is not None:
            return exact
        return _constants(left, right, tolerance)
    if _has_infinity(left) or _has_infinity(right):
        return Found(None, "infinity-in-expression", 4)
    source = seeded(left, right)
    if has_steps(left) or has_steps(right):
        same = same_steps(left, right, names, source)
        if same is not None:
            return Found(same, "exact-points", 4)
        found = _functions(left, right, names, source, whole=WHOLE_NAMES.issuperset(names))
        return Found(None, "steps", 4) if found.equal else found
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
    try:
        measured = evaluate(left, {}, DOUBLE), evaluate(right, {}, DOUBLE)
    except NeverSettles:
        return Found(None, "slow-sum", 4)
    except NoValue:
        pass  # perhaps too large for doubles
    else:
        if tolerance and _within(*measured, tolerance):
            return Found(True, "within-tolerance", 4)
        if not DOUBLE.are_close(*measured):
            return Found(False, "different-number", 4)
    found = _in_fine_digits(left, right, {}, tolerance)
    return found or _residues(left, right, {}, seeded(left, right)) or Found(None, "no-value", 4)


def _in_fine_digits(
    left: Node, right: Node, point: Mapping[str, Fraction], tolerance: float = 0.0
) -> Found | None:
    """Compare with as many digits as the sizes in the two trees ask for; None where there is no value or it takes too many."""
    has_integral = any(part[:2] == ("big", "int") for side in (left, right) for part in walk(side))
    has_floors = has_steps(left) or has_steps(right)
    digits = float(max(DIGITS, MARGIN + length(left) + length(right)))
    for _ in range(_REFINEMENTS):
        if digits > MAX_DIGITS:
            return Found(None, "too-many-digits", 4)
        keep_time()
        field = fine_field(int(digits)).noting()
        measured = _both(left, right, point, field)
        if measured is None:
            return None
        if tolerance and _within(*measured, tolerance):
            return Found(True, "within-tolerance", 4)
        are_close = field.are_close(*measured)
        if has_integral:
            is_told = are_close and _are_integrals_sharp(measured, field)
            return Found(True, "quadrature", 4) if is_told else Found(None, "not-sharp", 4)
        wanted = digits_wanted(left, right, field) + field.magnitude(*measured)
        is_enough = wanted <= field.digits
        if not are_close and (is_enough or not has_floors):
            return Found(False, "different-number", 4)
        if is_enough and all(field.is_sharp(value) for value in measured):
            return Found(True, "fifty-digits", 4)
        digits = max(wanted, field.digits + DIGITS)
    return None


def _are_integrals_sharp(measured: tuple[Measured, Measured], field: Field) -> bool:
    """Say whether the digits of integrals that are known, which are fewer, are more than may hide a difference."""
    wanted = INTEGRAL_DIGITS + sum((field.needs or {}).values())
    errors = [field.epsilon * value.error for value in measured if value.error]
    return all(decimal_size(error) <= -wanted for error in errors)


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
        point = {name: Fraction(source.randrange(2, 1 << 32)) for name in names}
        try:
            if value_of(left, point) != value_of(right, point):
                return Found(False, "exact-points", 4)
        except Oversized:
            return _residues(left, right, {name: source.randrange(1 << 60) for name in names}, source)
        except NotRational:
            if not _is_rational_function(left) or not _is_rational_function(right):
                return None
            continue
        agreements += 1
        if agreements == 2:
            is_proof = _is_rational_function(left) and _is_rational_function(right)
            return Found(True, "exact-points", 4) if is_proof else None
    return None


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


def _residues(left: Node, right: Node, point: Mapping[str, int], source: random.Random) -> Found | None:
    try:
        same = all(
            residue_of(left, point, prime) == residue_of(right, point, prime) for prime in primes(source)
        )
    except (NotRational, Oversized):
        return None
    return Found(same, "residues", 4)


def _wants_whole(node: Node) -> bool:
    """Say whether variables stand where only whole numbers make sense: (-1)^n, n!, binomials."""
    for part in walk(node):
        if (part[0] in ("fact", "binom") or part[:2] == ("fn", "fact2")) and variables(part):
            return True
        if part[0] == "big" and part[1] in ("sum", "prod") and variables(part[3]) | variables(part[4]):
            return True
        if part[0] == "pow" and variables(part[2]) and not variables(part[1]):
            base = exact_value(part[1])
            if base is not None and base < 0:
                return True
    return False


def _functions(
    left: Node, right: Node, names: list[str], source: random.Random, *, whole: bool = False
) -> Found:
    """Compare at real points; points where a side is complex count only if there are not enough real ones."""
    whole = whole or _wants_whole(left) or _wants_whole(right)
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
    found = _confirmed(left, right, settled[:2])
    if found.equal and _differ_far_away(left, right, names, source, whole):
        return Found(False, "different-far-away", 4)
    return found


def _work(node: Node) -> int:
    """Return about how many nodes are worked out for one value."""
    return sum(_TERMS * size(part[5]) if part[0] == "big" else 1 for part in walk(node))


def _differ_far_away(left: Node, right: Node, names: list[str], source: random.Random, whole: bool) -> bool:
    """Say whether real values differ clearly, in doubles and in more digits, at a point far off or beside a constant."""
    most = max(_LEAST_FAR, _FAR_WORK // (_work(left) + _work(right)))
    for point in islice(far_points(left, right, names, source, whole), most):
        keep_time()
        measured = _both(left, right, point, DOUBLE)
        if measured is None or DOUBLE.are_close(*measured) or not all(map(DOUBLE.is_real, measured)):
            continue
        if _leaves_reals(left, point) or _leaves_reals(right, point):
            continue
        fine = fine_field()
        again = _both(left, right, point, fine)
        if again is not None and not fine.are_close(*again) and all(map(fine.is_real, again)):
            return True
    return False


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
    """Repeat the comparison with as many digits as it needs where doubles agreed."""
    confirmed = False
    for point in settled:
        found = _in_fine_digits(left, right, point)
        if found is None:
            continue
        if not found.equal:
            return found
        confirmed = True
    return Found(True, "random-points", 4) if confirmed else Found(None, "not-sharp", 4)
