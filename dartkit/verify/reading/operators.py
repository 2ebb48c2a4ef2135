"""Read what is written with names: functions with powers and bases, roots, sums, products, integrals and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.verify.algebra.tree import Node, add, mul, neg, walk
from dartkit.verify.reading.grammar import (
    ALIASES,
    BIG_OPERATORS,
    FUNCTIONS,
    INVERSES,
    SEVERAL_ARGUMENTS,
)

if TYPE_CHECKING:
    from dartkit.text.tokens import Token
    from dartkit.verify.reading.syntax import Parser

_ONE_BELOW = ("neg", ("num", "1"))
_MAX_INTEGRAND = 400
_VARIABLES = frozenset("xyz")
_RECIPROCALS = {"sech": "cosh", "csch": "sinh", "coth": "tanh"}
_SELECTIONS = {
    "nCr": "C",
    "binom": "C",
    "binomial": "C",
    "comb": "C",
    "nPr": "P",
    "perm": "P",
    "factorial": "!",
}
_ROOTS = {"sqrt": "2", "cbrt": "3"}
_SHORT_FUNCTIONS = frozenset({"sin", "cos", "tan", "ln", "log", "sqrt", "exp"})


def read_function(parser: Parser, name: str) -> Node:
    """Read a function whose name was taken: its power or base, then its argument."""
    name = ALIASES.get(name, name)
    if name == "cis":
        angle = _argument_of(parser)
        return add(("fn", "cos", angle), mul(("const", "i"), ("fn", "sin", angle)))
    if name in _RECIPROCALS:
        return ("inv", read_function(parser, _RECIPROCALS[name]))
    if name in _SELECTIONS:
        return _called(parser, name)
    if name in _ROOTS:
        return _root(parser, _ROOTS[name])
    if name in SEVERAL_ARGUMENTS:
        return _several(parser, name)
    base = power = None
    if name == "log" and parser.took("_"):
        base = parser.argument()
    if parser.took("^"):
        power = parser.exponent()
    if name == "log" and base is None:
        base = _late_base(parser)
    if power == _ONE_BELOW and name in INVERSES:
        name, power = INVERSES[name], None
    if name == "log" and base is None and power is None:
        pair = _two_arguments(parser)
        if pair is not None:
            return mul(("fn", "ln", pair[0]), ("inv", ("fn", "ln", pair[1])))
    value: Node = ("fn", name, _argument_of(parser))
    if base is not None:
        value = mul(("fn", "ln", value[2]), ("inv", ("fn", "ln", base)))
    return value if power is None else ("pow", value, power)


def _late_base(parser: Parser) -> Node | None:
    r"""Read the base of `\log^2_3 x` and of `log2(8)` in code, which stands directly before the bracket."""
    if parser.took("_"):
        return parser.argument()
    base = parser.peek()
    if base.kind == "number" and not base.spaced and parser.peek(1).text == "(" and not parser.peek(1).spaced:
        return ("num", parser.take().text)
    return None


def _called(parser: Parser, name: str) -> Node:
    from dartkit.verify.reading.syntax import Unreadable

    if _SELECTIONS[name] == "!":
        return ("fact", _argument_of(parser))
    counted = read_selections(parser, _SELECTIONS[name])
    if counted is None:
        raise Unreadable(f"{name} without two arguments")
    return counted


def read_selections(parser: Parser, letter: str) -> Node | None:
    """Read `C(n, k)` or `P(n, k)`; None, with nothing taken, where there are not two arguments."""
    pair = _two_arguments(parser)
    if pair is None:
        return None
    top, bottom = pair
    if letter == "C":
        return ("binom", top, bottom)
    return mul(("fact", top), ("inv", ("fact", add(top, neg(bottom)))))


def _two_arguments(parser: Parser) -> tuple[Node, Node] | None:
    """Read `(a, b)`; None, with nothing taken, where there are not two."""
    if parser.peek().text != "(":
        return None
    begun, depth = parser.at, parser.depth
    parser.at += 1
    first = parser.expression(0)
    if not parser.took(","):
        parser.at, parser.depth = begun, depth
        return None
    second = parser.expression(0)
    parser.expect(")")
    return first, second


def _argument_of(parser: Parser) -> Node:
    r"""Read `(…)`, or the factors that stand side by side: `\sin 2x \cos y` is sin(2x) cos(y)."""
    if parser.peek().kind == "open":
        return parser.prefix()
    if parser.peek().text == "-":
        parser.take()
        return neg(_argument_of(parser))
    node = _factor(parser)
    while (
        parser.starts_factor(parser.peek())
        and not _is_function(parser.peek())
        and parser.peek().kind != "open"
    ):
        node = mul(node, _factor(parser))
    return node


def _factor(parser: Parser) -> Node:
    node = parser.argument()
    while parser.peek().text in ("°", "!"):
        sign = parser.take().text
        node = ("fact", node) if sign == "!" else mul(node, ("const", "pi"), ("inv", ("num", "180")))
    if parser.took("^"):
        node = ("pow", node, parser.exponent())
    return node


def _is_function(token: Token) -> bool:
    return token.text.lstrip("\\") in FUNCTIONS and token.text != "\\sqrt"


def _root(parser: Parser, degree: str) -> Node:
    index: Node = ("num", degree)
    if parser.took("["):
        index = parser.expression(0)
        parser.expect("]")
    return ("pow", parser.argument(), ("inv", index))


def _several(parser: Parser, name: str) -> Node:
    from dartkit.verify.reading.syntax import Unreadable

    opened = parser.take().text
    closed = {"(": ")", "\\{": "\\}", "[": "]"}.get(opened)
    if closed is None:
        raise Unreadable(f"{name} without arguments")
    arguments = [parser.expression(0)]
    while parser.took(","):
        arguments.append(parser.expression(0))
    parser.expect(closed)
    return ("fn", name, *arguments)


def read_big(parser: Parser, name: str) -> Node:
    """Read a sum, product, integral or limit whose sign was taken.

    Raises:
        Unreadable: without bounds or running variable.
    """
    kind = BIG_OPERATORS[name]
    if kind == "int":
        return _integral(parser)
    parser.expect("_")
    if kind == "lim":
        variable, lower = _bound(parser, "\\to")
        return ("big", kind, variable, lower, ("num", "0"), _bound_in(parser.expression(10), variable))
    variable, lower = _bound(parser, "=")
    parser.expect("^")
    upper = parser.exponent() if parser.peek().text == "{" else parser.argument()
    return ("big", kind, variable, lower, upper, _bound_in(parser.expression(10), variable))


def _bound_in(body: Node, variable: str) -> Node:
    """Return a body in which the running variable `i` or `e` is no constant."""
    if body == ("const", variable):
        return ("var", variable)
    if variable not in ("i", "e"):
        return body
    return tuple(_bound_in(part, variable) if isinstance(part, tuple) else part for part in body)


def _bound(parser: Parser, sign: str) -> tuple[str, Node]:
    parser.expect("{")
    variable = parser.take().text
    parser.expect(sign)
    lower = parser.expression(0)
    parser.expect("}")
    return variable, lower


def _integral(parser: Parser) -> Node:
    from dartkit.verify.reading.syntax import Unreadable, parse

    if not parser.took("_"):
        raise Unreadable("an integral without bounds")
    lower = parser.exponent() if parser.peek().text == "{" else parser.argument()
    parser.expect("^")
    upper = parser.exponent() if parser.peek().text == "{" else parser.argument()
    start = parser.at
    for place in range(start, min(len(parser.tokens), start + _MAX_INTEGRAND)):
        text = parser.tokens[place].text
        if text.startswith("d") and 1 <= len(text) <= 2 and parser.tokens[place].kind == "word":
            variable = text[1:] or (parser.tokens[place + 1].text if place + 1 < len(parser.tokens) else "")
            body = parse(parser.tokens[start:place]) if place > start else ("num", "1")
            parser.at = place + (1 if text[1:] else 2)
            return ("big", "int", variable, lower, upper, body)
    raise Unreadable("an integral without d of its variable")


def read_accent(parser: Parser, name: str) -> str:
    r"""Return the name of an accented variable such as `\vec{v}` or `\angle ABC`."""
    from dartkit.verify.reading.syntax import Unreadable

    token = parser.take()
    if token.text != "{":
        if token.kind not in ("word", "text", "command", "number"):
            raise Unreadable("an accent over nothing")
        return f"{name} {token.text}"
    inside: list[str] = []
    while not parser.took("}"):
        token = parser.take()
        if token.kind not in ("word", "text", "command", "number", "operator") or len(inside) > 8:
            raise Unreadable("an accent over an expression")
        inside.append(token.text)
    return f"{name} {' '.join(inside)}"


def read_conjugate(parser: Parser) -> Node | None:
    r"""Read `\overline{3 + 4i}` as the complex conjugate; None, with nothing taken, where no imaginary unit is under the line."""
    begun, depth = parser.at, parser.depth
    words = parser.tokens[begun + 1 : begun + 24]
    if not any(token.text == "i" for token in words) or any(token.text.isupper() for token in words):
        return None
    parser.at += 1
    inner = parser.group("{")
    if ("const", "i") not in walk(inner):
        parser.at, parser.depth = begun, depth
        return None
    return _conjugated(inner)


def _conjugated(node: Node) -> Node:
    if node == ("const", "i"):
        return neg(node)
    return tuple(_conjugated(part) if isinstance(part, tuple) else part for part in node)


def split_word(word: str) -> list[str] | None:
    """Split a function name from the variable written against it, as in `sinx` or `xlnx`; None where there is none."""
    if 1 < len(word) <= 5 and word[1:] in _SHORT_FUNCTIONS and word[0].isascii():
        return [word[0], word[1:]]
    if len(word) > 7 or word[-1] not in _VARIABLES:
        return None
    first = [word[0]] if word[0] in _VARIABLES and word[1:-1] in _SHORT_FUNCTIONS else []
    name = word[1:-1] if first else word[:-1]
    return [*first, name, word[-1]] if name in _SHORT_FUNCTIONS else None
