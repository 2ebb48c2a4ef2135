"""Numeric values of trees with running error bounds, in double precision or with 50 digits.

Each value carries an estimate of its error in units of the field's epsilon, propagated to first order, so that two results
can be told apart for certain, or not at all: no fixed tolerance decides, and tiny numbers are as safe as large ones.
Conventions: `log` is the natural logarithm, the odd root of a negative number is real, other functions take their
principal values.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from dartkit.verify.algebra.fields import DIGITS, Field, Measured
from dartkit.verify.algebra.rational import MAX_TERMS, NotRational, Oversized, exact_value, literal, value_of
from dartkit.verify.algebra.series import is_tame, settled_after
from dartkit.verify.algebra.sharpness import note_function, note_integrand, note_power, note_sum
from dartkit.verify.algebra.tree import INFINITY, MAX_WORK, MINUS_INFINITY, Node, is_costly, size
from dartkit.verify.clock import keep_time

_INTEGRAND_VALUES = 330  # the most that one quadrature takes
_SAMPLES = (
    0.001,
    0.293,
    0.571,
    0.837,
    0.999,
)  # shares of the range at which the sizes in an integrand are noted
_POLES = {"tan": "cos", "sec": "cos", "cot": "sin", "csc": "sin"}
_TAIL = 1e-3
_SHRINKS = 0.9  # a series whose terms shrink by less is left to others
_WINDOW = 24  # so many terms in a row must not count any more: single ones may vanish
MAX_LOG2 = 1_000_000  # largest binary exponent that is worked out
_MAX_DIGITS = 400  # a longer literal is an exact integer first

Point = Mapping[str, Any]


class NoValue(ArithmeticError):
    """The tree has no finite value at this point, or one that is too large to work out."""


class NeverSettles(NoValue):
    """The tree has an endless sum that takes too many terms, with any number of digits."""


def evaluate(node: Node, point: Point, field: Field) -> Measured:
    """Return the value of a tree at a point.

    Raises:
        NoValue: where it is infinite, undefined, too large, or the tree has an integral, a limit or a free variable.
    """
    try:
        found = _EVALUATORS[node[0]](node, point, field)
    except NeverSettles:
        raise
    except (ArithmeticError, ValueError, KeyError) as error:
        raise NoValue(str(error)) from error
    size = abs(found.value)
    if not size < math.inf:
        raise NoValue("infinite or undefined")
    return found


def _numeral(node: Node, point: Point, field: Field) -> Measured:
    if len(node[1]) > _MAX_DIGITS:
        raise NoValue("a very long number")
    value = field.number(literal(node[1]) if node[0] == "num" else value_of(node))
    return Measured(value, abs(value))


def _variable(node: Node, point: Point, field: Field) -> Measured:
    value = field.number(point[node[1]])
    return Measured(value, abs(value))


def _constant(node: Node, point: Point, field: Field) -> Measured:
    if node[1] == "oo":
        raise NoValue("infinity")
    value = {"pi": field.pi, "e": field.e, "i": field.number(0) + 1j}[node[1]]
    return Measured(value, abs(value))


def _sum(node: Node, point: Point, field: Field) -> Measured:
    terms = [evaluate(part, point, field) for part in node[1:]]
    if field.needs is not None:
        note_sum(node, terms, field)
    return _total(terms, field)


def _total(terms: list[Measured], field: Field) -> Measured:
    total, error = field.number(0), field.number(0).real
    for found in terms:
        total, error = total + found.value, error + found.error
    return Measured(total, error)


def _product(node: Node, point: Point, field: Field) -> Measured:
    total, relative, zero = field.number(1), field.number(0).real, field.number(0).real
    for part in node[1:]:
        found = evaluate(part, point, field)
        size = abs(found.value)
        if size:
            relative += found.error / size + 1
        else:
            zero += found.error
        total = total * found.value
    return Measured(total, abs(total) * relative + zero)


def _negative(node: Node, point: Point, field: Field) -> Measured:
    found = evaluate(node[1], point, field)
    return Measured(field.number(0) - found.value, found.error)


def _inverse(node: Node, point: Point, field: Field) -> Measured:
    found = evaluate(node[1], point, field)
    if field.is_zero(found):
        raise NoValue("division by zero")
    value = 1 / found.value
    return Measured(value, abs(value) * (found.error / abs(found.value) + 1))


def _power(node: Node, point: Point, field: Field) -> Measured:
    base, exponent = evaluate(node[1], point, field), evaluate(node[2], point, field)
    if field.is_zero(base):
        if exponent.value.real > 0 and not field.is_zero(exponent):
            return Measured(field.number(0), base.error ** min(exponent.value.real, 1))
        raise NoValue("zero to a power that is not positive")
    base = _on_axis(base, field)
    log = field.log(base.value)
    if abs(exponent.value * log) > MAX_LOG2 * 0.69:
        raise NoValue("a very large power")
    value = _real_root(node, base, field)
    if value is None:
        value = field.power(base.value, exponent.value)
    if field.needs is not None:
        keep_time()
        note_power(node, exponent, value, field)
    relative = abs(exponent.value) * base.error / abs(base.value) + abs(log) * exponent.error
    return Measured(value, abs(value) * (relative + 2))


def _on_axis(found: Measured, field: Field) -> Measured:
    """Put a value that is real but for rounding on the real axis, above the branch cuts."""
    if not field.is_real(found):
        return found
    return Measured(field.number(found.value.real), found.error)


def _real_root(node: Node, base: Measured, field: Field) -> Any | None:
    """Return the real odd root of a negative number, None where the exponent is no fraction with odd denominator."""
    if not (base.value.real < 0 and field.is_real(base)):
        return None
    exponent = exact_value(node[2])
    if exponent is None or exponent.denominator == 1 or exponent.denominator % 2 == 0:
        return None
    size = field.power(-base.value.real + field.number(0), field.number(exponent))
    return -size if exponent.numerator % 2 else size


def _factorial(node: Node, point: Point, field: Field) -> Measured:
    argument = evaluate(node[1], point, field)
    return _whole_value(("fact", _rounded(argument, field)), field)


def _binomial(node: Node, point: Point, field: Field) -> Measured:
    top, bottom = evaluate(node[1], point, field), evaluate(node[2], point, field)
    return _whole_value(("binom", _rounded(top, field), _rounded(bottom, field)), field)


def _rounded(found: Measured, field: Field) -> Node:
    whole = round(float(found.value.real)) if abs(found.value) < 10**6 else None
    if whole is None or not field.are_close(found, Measured(field.number(whole), found.error)):
        raise NoValue("no small whole number")
    return ("num", str(whole)) if whole >= 0 else ("neg", ("num", str(-whole)))


def _whole_value(node: Node, field: Field) -> Measured:
    try:
        value = field.number(value_of(node))
    except (NotRational, Oversized) as error:
        raise NoValue(str(error)) from error
    return Measured(value, abs(value))


def _function(node: Node, point: Point, field: Field) -> Measured:
    name = node[1]
    arguments = [evaluate(part, point, field) for part in node[2:]]
    if len(arguments) != 1 or name == "fact2":
        return _whole_value(("fn", name, *(_rounded(argument, field) for argument in arguments)), field)
    (argument,) = arguments
    if name in ("floor", "ceil"):
        return _stepped(node, argument, point, field)
    argument = _on_axis(argument, field)
    if name in _POLES:
        below = field.functions[_POLES[name]](argument.value)
        if field.is_zero(Measured(below, argument.error + 1)):
            raise NoValue("a pole")
    if field.needs is not None:
        keep_time()
        note_function(node, argument, field)
    value = field.functions[name](argument.value)
    return Measured(value, _slope(name, argument.value, value) * argument.error + abs(value))


def _slope(name: str, argument: Any, value: Any) -> Any:
    """Bound the derivative of a function at the argument."""
    if name in ("sin", "cos"):
        return max(abs(1 - value * value) ** 0.5, 1)
    if name in ("exp", "sinh", "cosh"):
        return abs(value) + 1
    if name in ("ln", "log"):
        return 1 / abs(argument)
    if name in ("tan", "cot", "sec", "csc"):
        return 1 + abs(value) ** 2
    if name in ("arcsin", "arccos"):
        return 1 / max(abs(1 - argument * argument) ** 0.5, 1e-20)
    return 1


def _stepped(node: Node, argument: Measured, point: Point, field: Field) -> Measured:
    """Return a floor or ceiling. Of a value that cannot be told from a whole number, digits decide whether it is one."""
    if all(isinstance(value, int | Fraction) for value in point.values()):
        exact = {name: Fraction(value) for name, value in point.items()}
        with contextlib.suppress(NotRational, Oversized):
            whole = field.number(_step(node[1], value_of(node[2], exact)))
            return Measured(whole, field.number(0).real)
    real = argument.value.real
    if not field.is_real(argument) or abs(real) * field.epsilon > 1:
        raise NoValue("too large to be rounded")
    near = round(_as_fraction(real))
    if field.are_close(argument, Measured(field.number(near), argument.error)):
        if field.digits < DIGITS:
            raise NoValue("at a step, but for rounding")
    else:
        near = _step(node[1], _as_fraction(real))
    return Measured(field.number(near), field.number(0).real)


def _step(name: str, value: Fraction) -> int:
    return math.floor(value) if name == "floor" else math.ceil(value)


def _as_fraction(value: Any) -> Fraction:
    if isinstance(value, float):
        return Fraction(value)
    mantissa, exponent = (int(part) for part in value.man_exp)
    return Fraction(mantissa << exponent) if exponent > 0 else Fraction(mantissa, 1 << -exponent)


def _big(node: Node, point: Point, field: Field) -> Measured:
    _, kind, name, lower, upper, body = node
    if kind == "int":
        return _integral(node, point, field)
    if kind == "lim":
        raise NoValue("a limit is not worked out here")
    if is_costly(body, 1):
        raise NoValue("a sum of sums")
    first = _whole_end(lower, point, field)
    if kind == "sum" and upper == INFINITY:
        return _endless_sum(node, first, point, field)
    last = _whole_end(upper, point, field)
    if last - first > MAX_TERMS or is_costly(body, last - first + 1):
        raise NoValue("a long sum")
    terms = [_term(body, {**point, name: place}, field) for place in range(first, last + 1)]
    if kind == "sum":
        if field.needs is not None:
            note_sum(node, terms, field)
        found = _total(terms, field)
        return Measured(found.value, found.error + abs(found.value))
    total, error = field.number(1), field.number(0).real
    for term in terms:
        error = abs(total) * term.error + abs(term.value) * error
        total = total * term.value
    return Measured(total, error + abs(total))


def _term(body: Node, point: Point, field: Field) -> Measured:
    keep_time()
    return evaluate(body, point, field)


def _endless_sum(node: Node, first: int, point: Point, field: Field) -> Measured:
    """Add terms up while they shrink like those of a geometric series, until they no longer count."""
    _, _, name, _, _, body = node
    if field.needs is not None and not is_tame(body, name):
        raise NeverSettles("a sum that may come very near another number")
    settled = settled_after(body, name)
    window = max(_WINDOW, settled)
    terms: list[Measured] = []
    total, run = field.number(0), 0
    for place in range(first, first + min(MAX_TERMS, MAX_WORK // size(body))):
        terms.append(_term(body, {**point, name: place}, field))
        total = total + terms[-1].value
        run = run + 1 if abs(terms[-1].value) <= field.epsilon * abs(total) * _TAIL else 0
        if run >= window and len(terms) >= settled + window:
            half = window // 2
            latest, before = (
                max(abs(t.value) for t in part) for part in (terms[-half:], terms[-2 * half : -half])
            )
            if latest <= _SHRINKS**half * before:
                found = _total(terms, field)
                return Measured(found.value, found.error + latest / field.epsilon * 10 * half)
    raise NeverSettles("a sum that converges slowly")


def _whole_end(node: Node, point: Point, field: Field) -> int:
    rounded = _rounded(evaluate(node, point, field), field)
    return int(value_of(rounded))


def _end(node: Node, point: Point, field: Field) -> Any:
    if node in (INFINITY, MINUS_INFINITY):
        return math.inf if node == INFINITY else -math.inf
    found = evaluate(node, point, field)
    if not field.is_real(found):
        raise NoValue("an end of an integral that is not real")
    return found.value.real


def _integral(node: Node, point: Point, field: Field) -> Measured:
    _, _, name, lower, upper, body = node
    if is_costly(body, _INTEGRAND_VALUES):
        raise NoValue("only short integrands are worked out")
    low, high = _end(lower, point, field), _end(upper, point, field)
    quiet = replace(field, needs=None)

    def integrand(place: Any) -> Any | None:
        keep_time()
        try:
            return evaluate(body, {**point, name: place}, quiet).value
        except NoValue:
            return None

    value, error = field.integral(integrand, low, high)
    if field.needs is not None:
        note_integrand(node, _samples(node, low, high, point, field), field)
    return Measured(value, error / field.epsilon)


def _samples(node: Node, low: Any, high: Any, point: Point, field: Field) -> list[Measured]:
    """Return values of an integrand inside its range and very near its ends, where it has any."""
    _, _, name, _, _, body = node
    found: list[Measured] = []
    for share in _SAMPLES:
        if math.isfinite(high - low):
            place = low + share * (high - low)
        else:
            place = low + share if math.isfinite(low) else min(high, 0) - share
        with contextlib.suppress(NoValue):
            found.append(evaluate(body, {**point, name: place}, field))
    return found


_EVALUATORS: Mapping[str, Callable[[Node, Point, Field], Measured]] = {
    "num": _numeral, "based": _numeral, "var": _variable, "const": _constant, "add": _sum, "mul": _product,
    "neg": _negative, "inv": _inverse, "pow": _power, "fact": _factorial, "binom": _binomial, "fn": _function,
    "big": _big,
}  # fmt: skip
