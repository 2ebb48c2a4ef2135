r"""Operands of sympy's LaTeX grammar: groups, functions, names, numbers, fractions, with all their scripts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from dartkit.text.symbols import names
from dartkit.verify.named.dart_math.latex_tokens import LatexToken
from dartkit.verify.named.dart_math.trees import ONE, TWO, Tree, Unreadable, exact_value, inverse, number

MAX_DEPTH = 40  # upstream's recursion ends about there too
CLOSING = {"(": ")", "[": "]", "{": "}", "\\{": "\\}"}
_INVERSE_POWER = names("sin cos tan csc sec cot sinh cosh tanh")

Step = tuple[Tree, int]


class Foreign(Exception):
    """The reader met a character that is no token, or nests too deeply: no stepping back, the whole text is refused."""


class OperandReader(ABC):
    """One reading. Each rule takes a place and returns its tree and the place after it, or raises `Unreadable`.

    `bar` says that an absolute value is open at this level, so that the next bar closes it; `nested` that the rule is an
    argument of a function without brackets, in which no further function may stand.
    """

    def __init__(self, tokens: list[LatexToken]) -> None:
        self.tokens = tokens
        self.depth = 0

    def kind(self, at: int) -> str:
        """Return the kind of the token at a place; the last one is at every place after it."""
        token = self.tokens[min(at, len(self.tokens) - 1)]
        if token.kind == "bad":
            raise Foreign(f"no token: {token.text}")
        return token.kind

    def text(self, at: int) -> str:
        """Return the text of the token at a place."""
        return self.tokens[at].text

    @contextmanager
    def level(self) -> Iterator[None]:
        """Go one level down, if that is not too deep."""
        if self.depth >= MAX_DEPTH:
            raise Foreign("nested too deeply")
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    def expect(self, at: int, kind: str) -> int:
        """Return the place after a token of this kind."""
        if self.kind(at) != kind:
            raise Unreadable(f"{kind} expected")
        return at + 1

    @abstractmethod
    def sum(self, at: int, *, bar: bool = False) -> Step:
        """Read an expression."""

    @abstractmethod
    def product(self, at: int, *, bar: bool = False, nested: bool = False) -> Step:
        """Read a term."""

    def check_chain(self, length: int) -> None:
        """Refuse a chain of powers, factorials or relations that would make a tree too deep to walk."""
        if length > MAX_DEPTH:
            raise Foreign("too long a chain")

    def script(self, at: int) -> Step:
        """Read what may follow `^` or `_`: an atom, or an expression in braces."""
        if self.kind(at) == "{":
            return self.enclosed(at, "}")
        with self.level():
            return self.atom(at)

    def enclosed(self, at: int, closing: str) -> Step:
        """Read an expression from an opening sign to its closing one."""
        tree, at = self.sum(at + 1)
        return tree, self.expect(at, closing)

    def operand(self, at: int, *, nested: bool) -> Step:
        """Read a group, an absolute value, a function or an atom."""
        kind = self.kind(at)
        if kind in CLOSING:
            return self.enclosed(at, CLOSING[kind])
        if kind == "|":
            tree, at = self.sum(at + 1, bar=True)
            return Tree("call", "abs", (tree,)), self.expect(at, "|")
        if kind in ("lfloor", "lceil"):
            tree, at = self.enclosed(at, "r" + kind[1:])
            return Tree("call", "floor" if kind == "lfloor" else "ceiling", (tree,)), at
        if not nested:
            found = self.function(at)
            if found is not None:
                return found
        return self.atom(at)

    def function(self, at: int) -> Step | None:
        """Read a function, or return None where none begins."""
        kind = self.kind(at)
        if kind == "function":
            return self.elementary(at)
        if kind in ("letter", "command"):
            try:
                head, after = self.atom(at)
                arguments, after = self.arguments(self.expect(after, "("))
            except Unreadable:
                return None
            return Tree("call", "function " + head.text, tuple(arguments)), after
        if kind == "sqrt":
            return self.root(at + 1)
        if kind == "overline":
            tree, at = self.enclosed(self.expect(at + 1, "{") - 1, "}")
            return Tree("call", "conjugate", (tree,)), at
        if kind in ("series", "integral", "limit"):
            return self.opaque(at)
        return None

    def arguments(self, at: int) -> tuple[list[Tree], int]:
        """Read the arguments of a function up to the closing bracket."""
        found, at = self.sum(at)
        arguments = [found]
        while self.kind(at) == ",":
            found, at = self.sum(at + 1)
            arguments.append(found)
        return arguments, self.expect(at, ")")

    def root(self, at: int) -> Step:
        """Read what follows the sign of a root."""
        degree = TWO
        if self.kind(at) == "[":
            degree, at = self.enclosed(at, "]")
        tree, at = self.enclosed(self.expect(at, "{") - 1, "}")
        return Tree("power", "", (tree, inverse(degree))), at

    def elementary(self, at: int) -> Step:
        """Read a function such as `log`, its scripts and its argument."""
        name = self.text(at)
        scripts, after = self.scripts(at + 1)
        try:
            argument, end = self.argument(after)
        except Unreadable:  # in `log_28` the last digit of the subscript is the argument
            if self.kind(after - 1) != "digit" or self.kind(after - 2) != "digit":
                raise
            last = next(sign for sign in reversed(scripts))
            scripts[last] = number(scripts[last].text[:-1])
            argument, end = number(self.text(after - 1)), after
        return _applied(name, argument, scripts.get("_"), scripts.get("^")), end

    def argument(self, at: int) -> Step:
        """Read the argument of a function: in brackets, where only the first of several counts, or a bare product."""
        if self.kind(at) == "(":
            try:
                arguments, after = self.arguments(at + 1)
                return arguments[0], after
            except Unreadable:
                pass
        with self.level():
            return self.product(at, nested=True)

    def scripts(self, at: int) -> tuple[dict[str, Tree], int]:
        """Read a subscript and a power in either order, each at most once."""
        found: dict[str, Tree] = {}
        while (sign := self.kind(at)) in ("_", "^") and sign not in found:
            found[sign], at = self.script(at + 1)
        return found, at

    def opaque(self, at: int) -> Step:
        """Read a sum, product, integral or limit into a call that is known by its parts only."""
        kind, name = self.kind(at), self.text(at)
        at += 1
        parts: list[Tree] = []
        while self.kind(at) in ("_", "^"):
            if self.kind(at + 1) != "{":
                part, at = self.atom(at + 1)
                parts.append(part)
                continue
            part, at = self.sum(at + 2)
            parts.append(part)
            if self.kind(at) in ("relation", "arrow"):
                part, at = self.sum(at + 1)
                parts.append(part)
            if kind == "limit" and self.kind(at) == "^":
                at = self.limit_side(at + 1)
            at = self.expect(at, "}")
        part, at = self.sum(at) if kind == "integral" else self.product(at)
        return Tree("call", "opaque " + name, (*parts, part)), at

    def limit_side(self, at: int) -> int:
        """Pass over the side from which a limit is taken."""
        if self.kind(at) == "{":
            return self.expect(at + 2, "}")
        return at + 1

    def atom(self, at: int) -> Step:
        """Read a number, a name, a fraction, a binomial or a differential."""
        kind, text = self.kind(at), self.text(at)
        if kind == "digit":
            return self.numeral(at)
        if kind == "differential":
            return Tree("symbol", "d" + text[1:].strip().lstrip("\\")), at + 1
        if kind in ("letter", "command"):
            return self.name(at)
        if kind == "frac":
            return self.fraction(at + 1)
        if kind == "binom":
            top, at = self.enclosed(self.expect(at + 1, "{") - 1, "}")
            bottom, at = self.enclosed(self.expect(at, "{") - 1, "}")
            return Tree("call", "binomial", (top, bottom)), at
        if kind == "mathit":
            end = at = self.expect(at + 1, "{")
            while self.kind(end) == "letter":
                end += 1
            return Tree("symbol", "".join(self.text(place) for place in range(at, end))), self.expect(
                end, "}"
            )
        raise Unreadable("no atom")

    def name(self, at: int) -> Step:
        """Read a name with its subscript and primes."""
        kind, name = self.kind(at), self.text(at)
        at += 1
        subscript, quotes = "", ""
        while self.kind(at) == "quotes" or (self.kind(at) == "_" and not subscript):
            if self.kind(at) == "quotes":
                quotes, at = self.text(at), at + 1
            else:
                tree, at = self.script(at + 1)
                subscript = "_{" + _named(tree) + "}"
        if kind == "command" and name == "infty":
            return Tree("constant", "oo"), at
        return Tree("symbol", name + subscript + quotes), at

    def numeral(self, at: int) -> Step:
        """Read digits, groups of three after a comma, and decimals."""
        digits = ""
        while self.kind(at) == "digit":
            digits, at = digits + self.text(at), at + 1
        while self.kind(at) == "," and all(self.kind(at + ahead) == "digit" for ahead in (1, 2, 3)):
            digits += "".join(self.text(at + ahead) for ahead in (1, 2, 3))
            at += 4
        if self.kind(at) == ".":
            if self.kind(at + 1) != "digit":
                raise Unreadable("digits expected after the point")
            digits, begun = digits + ".", at + 1
            at = begun
            while self.kind(at) == "digit":
                digits, at = digits + self.text(at), at + 1
            if at > begun + 1 and self.kind(at) == "." and self.kind(at + 1) == "digit":
                digits, at = digits[:-1], at - 1  # `0.250.25` is 0.25 times 0.25
        elif digits.startswith("0") and digits.strip("0"):
            raise Foreign("an integer with leading zeros")
        return number(digits), at

    def fraction(self, at: int) -> Step:
        """Read numerator and denominator, each one digit or in braces."""
        sides: list[Tree] = []
        for _ in range(2):
            if self.kind(at) == "digit":
                side, at = Tree("number", self.text(at)), at + 1
            else:
                side, at = self.enclosed(self.expect(at, "{") - 1, "}")
            sides.append(side)
        top, bottom = sides
        return (inverse(bottom) if top == ONE else Tree("mul", "", (top, inverse(bottom)))), at


def _applied(name: str, argument: Tree, subscript: Tree | None, power: Tree | None) -> Tree:
    if name in ("log", "lg", "ln"):
        base = subscript or (Tree("number", "10") if name == "lg" else None)
        tree = Tree("call", "log", (argument,) if base is None else (argument, base))
    elif name.startswith("arc") and name != "arcosh":
        tree = Tree("call", "a" + name[3:], (argument,))
    elif name.startswith("ar"):
        tree = Tree("call", "a" + name[2:], (argument,))
    elif name in _INVERSE_POWER and power is not None and exact_value(power) == -1:
        return Tree("call", "a" + name, (argument,))
    else:
        tree = Tree("call", name, (argument,))
    return tree if power is None else Tree("power", "", (tree, power))


def _named(tree: Tree) -> str:
    """Return a text that stands for a subscript; equal subscripts give equal texts."""
    return tree.text if not tree.parts else f"{tree.kind}({','.join(_named(part) for part in tree.parts)})"
