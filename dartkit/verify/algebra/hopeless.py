"""Sums and integrals that no computer algebra system need be asked about: they diverge, or nobody has a closed form."""

from __future__ import annotations

from dartkit.verify.algebra.evaluate import NoValue, evaluate
from dartkit.verify.algebra.fields import DOUBLE
from dartkit.verify.algebra.rational import MAX_TERMS, exact_value
from dartkit.verify.algebra.series import is_tame
from dartkit.verify.algebra.tree import INFINITY, Node, variables, walk

_STEPS = frozenset({"floor", "ceil", "mod", "gcd", "lcm", "min", "max", "sgn"})
_MOST_INSIDE = 2
_FARTHEST = 10**6  # finite ends of an integral
_PLACES = (1_000, 10_007, 100_003)


def is_hopeless(node: Node) -> bool:
    """Say whether a sum, product, integral or limit is not worth the time of a worker."""
    _, kind, name, lower, upper, body = node
    if sum(part[0] == "big" for part in walk(body)) > _MOST_INSIDE:
        return True
    if kind == "int":
        return _is_stepped(body) or _is_tower(body, name) or _is_far(lower) or _is_far(upper)
    if kind == "lim":
        return _is_tower(body, name)
    if upper != INFINITY:
        ends = (exact_value(lower), exact_value(upper))
        return ends[0] is not None and ends[1] is not None and ends[1] - ends[0] > MAX_TERMS
    return kind == "sum" and (not is_tame(body, name) or _does_not_shrink(body, name))


def _is_stepped(body: Node) -> bool:
    return any(part[0] == "fn" and part[1] in _STEPS for part in walk(body))


def _is_far(end: Node) -> bool:
    value = exact_value(end)
    return value is not None and abs(value) > _FARTHEST


def _is_tower(body: Node, name: str) -> bool:
    """Say whether the variable stands in an exponent within an exponent."""
    raised = [part[2] for part in walk(body) if part[0] == "pow" or part[:2] == ("fn", "exp")]
    return any(
        name in variables(part)
        and ((part[0] == "pow" and name in variables(part[2])) or part[:2] == ("fn", "exp"))
        for exponent in raised
        for part in walk(exponent)
    )


def _does_not_shrink(body: Node, name: str) -> bool:
    """Say whether terms far out are no smaller than those before, so that the sum has no value."""
    try:
        sizes = [abs(evaluate(body, {name: place}, DOUBLE).value) for place in _PLACES]
    except NoValue:
        return False
    return bool(sizes[0] <= sizes[1] <= sizes[2] != 0)
