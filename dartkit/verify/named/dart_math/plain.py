"""Read plain notation as sympy's `parse_expr` does, which is Python: `2*x` is a product, `2x` and `x=5` are refused.

Upstream hands the text to Python's `eval`; here nothing is evaluated, so a text that would have run code is only refused
or read as a call of an unknown function. `^` is Python's exclusive or: `2^3` is 1.
"""

from __future__ import annotations

import keyword
import re

from dartkit.verify.named.dart_math.trees import (
    Tree,
    Unreadable,
    exact_value,
    inverse,
    joined,
    negated,
    number,
)

MAX_DEPTH = 40
MAX_XOR_BITS = 10_000
_TOKEN = re.compile(
    r"(?P<based>0(?:[xX][0-9a-fA-F]{1,200}|[oO][0-7]{1,200}|[bB][01]{1,200}))(?![A-Za-z0-9_.])|"
    r"(?P<number>(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)(?P<imaginary>[jJ]?)(?![A-Za-z0-9_.])"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|//|[<>=!]=|[-+*/%^!<>()\[\]{},])",
    re.ASCII,
)
_CONSTANTS = {"E": "E", "I": "I", "pi": "pi", "oo": "oo"}
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_COMPARISONS = ("<", ">", "<=", ">=", "==", "!=")


def read_plain(text: str) -> Tree:
    """Return the tree of a whole text in Python notation.

    Raises:
        Unreadable: where upstream's reader raises.
    """
    reader = _Reader(_tokens(text.partition("#")[0]))
    tree = reader.listing("end")
    if reader.kind() != "end":
        raise Unreadable("not one expression")
    return tree


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or len(tokens) > 600:
            raise Unreadable("no Python token")
        at = found.end()
        based, written, name, sign = found.group("based", "number", "name", "sign")
        if based is not None:
            tokens.append(("number", str(int(based, 0))))
        elif written is not None:
            tokens.append(("number", _decimal(written)))
            if found.group("imaginary"):
                tokens += [("*", "*"), ("name", "I")]
        elif name is not None:
            if keyword.iskeyword(name) and name not in ("True", "False"):
                raise Unreadable("a keyword of Python")
            tokens.append(("name", name))
        else:
            tokens.append((sign, sign))
    return [*tokens, ("end", "")]


def _decimal(number: str) -> str:
    """Return the number without underscores; Python refuses leading zeros of an integer."""
    number = number.replace("_", "")
    if number.isdigit() and number.strip("0") and number.startswith("0"):
        raise Unreadable("leading zero")
    exponent = re.search(r"[eE]([+-]?\d+)$", number)
    if exponent is not None and len(exponent.group(1)) > 4:
        raise Unreadable("an exponent beyond use")
    return number


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def kind(self) -> str:
        """Return the kind of the next token."""
        return self.tokens[self.at][0]

    def take(self) -> tuple[str, str]:
        """Pass the next token."""
        token = self.tokens[self.at]
        self.at += 1
        return token

    def accept(self, *kinds: str) -> str | None:
        """Pass the next token if it is one of these, and return its kind."""
        return self.take()[0] if self.kind() in kinds else None

    def listing(self, closing: str) -> Tree:
        """Read one value, or several with commas between them, which make a tuple."""
        parts: list[Tree] = []
        comma = False
        while self.kind() != closing:
            parts.append(self.comparison())
            comma = self.accept(",") is not None
            if not comma:
                break
        if not parts and closing == "end":
            raise Unreadable("empty")
        return parts[0] if len(parts) == 1 and not comma else Tree("tuple", "", tuple(parts))

    def comparison(self) -> Tree:
        """Read one value or a comparison of two."""
        left = self.exclusive()
        sign = self.accept(*_COMPARISONS)
        if sign is None:
            return left
        right = self.exclusive()
        if self.kind() in _COMPARISONS:
            raise Unreadable("a chain of comparisons has no truth value")
        if sign in ("==", "!="):  # Python's own equality, which is one of structure
            return Tree("bool", str((left == right) == (sign == "==")))
        low, high = exact_value(left), exact_value(right)
        if low is None or high is None:
            return Tree("relation", sign, (left, right))
        holds = {"<": low < high, ">": low > high, "<=": low <= high, ">=": low >= high}
        return Tree("truth", str(holds[sign]))

    def exclusive(self) -> Tree:
        """Read sums with the sign of exclusive or between them."""
        tree = self.sum()
        while self.accept("^"):
            other = self.sum()
            left, right = exact_value(tree), exact_value(other)
            if left is None or right is None or left.denominator != 1 or right.denominator != 1:
                raise Unreadable("exclusive or of what are not integers")
            if max(left.numerator.bit_length(), right.numerator.bit_length()) > MAX_XOR_BITS:
                raise Unreadable("too large")
            tree = Tree("number", str(int(left) ^ int(right)))
        return tree

    def sum(self) -> Tree:
        """Read terms with plus and minus between them."""
        parts = [self.product()]
        while sign := self.accept("+", "-"):
            part = self.product()
            parts.append(negated(part) if sign == "-" else part)
        return joined("add", parts)

    def product(self) -> Tree:
        """Read factors with their signs between them."""
        parts = [self.factor()]
        while sign := self.accept("*", "/", "//", "%"):
            part = self.factor()
            if sign in ("//", "%"):
                parts = [Tree("call", sign, (joined("mul", parts), part))]
            else:
                parts.append(inverse(part) if sign == "/" else part)
        return joined("mul", parts)

    def factor(self) -> Tree:
        """Read signs, a value and its power; `**` binds to the right."""
        negative = False
        while sign := self.accept("+", "-"):
            negative ^= sign == "-"
        tree = self.primary()
        if self.accept("**"):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise Unreadable("too deep")
            tree = Tree("power", "", (tree, self.factor()))
            self.depth -= 1
        return negated(tree) if negative else tree

    def primary(self) -> Tree:
        """Read a value and its factorial signs."""
        tree = self.value()
        marks = 0
        while self.accept("!"):
            marks += 1
        if marks > 2:
            raise Unreadable("three factorial signs")
        return Tree("call", "factorial" if marks == 1 else "factorial2", (tree,)) if marks else tree

    def value(self) -> Tree:
        """Read a number, a name, a call or something in brackets."""
        kind, text = self.take()
        if kind == "number":
            if self.kind() == "(":
                raise Unreadable("a number is no function")
            return number(text)
        if kind == "name":
            return self.named(text)
        if kind not in _CLOSING:
            raise Unreadable("no value")
        tree = self.enclosed(_CLOSING[kind])
        if self.kind() in _CLOSING:
            raise Unreadable("a value is no function")
        if kind == "(":
            return tree
        parts = tree.parts if tree.kind == "tuple" else (tree,)
        return Tree("list" if kind == "[" else "set", "", parts)

    def enclosed(self, closing: str) -> Tree:
        """Read up to the closing bracket."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable("nested too deeply")
        tree = self.listing(closing)
        if self.take()[0] != closing:
            raise Unreadable(f"{closing} expected")
        self.depth -= 1
        return tree

    def named(self, name: str) -> Tree:
        """Read a name, or a call of it."""
        if self.accept("("):
            tree = self.enclosed(")")
            return Tree("call", "function " + name, tree.parts if tree.kind == "tuple" else (tree,))
        if self.kind() in _CLOSING:
            raise Unreadable("no index into a symbol")
        if name in ("True", "False"):
            return Tree("bool", name)
        return Tree("constant", _CONSTANTS[name]) if name in _CONSTANTS else Tree("symbol", name)
