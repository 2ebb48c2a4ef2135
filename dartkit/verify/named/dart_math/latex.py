r"""Read LaTeX as sympy's grammar of 2023 does, into a tree and without evaluating anything.

The grammar stops where it cannot go on and ignores the rest: `7,-4` is 7, `x+(2` is x, `A) because …` is A. A letter before
a bracket is a function, `e`, `i` and `\pi` are plain symbols, `f^{-1}(x)` is x over f. Loops try one more operand and step
back where that fails, which gives what upstream's predictive parser gives; a relation sign alone must be followed.
Sums, integrals and limits become opaque calls: they are compared by their parts, not worked out.
"""

from __future__ import annotations

from dartkit.text.symbols import names
from dartkit.verify.named.dart_math.latex_operands import CLOSING, Foreign, OperandReader, Step
from dartkit.verify.named.dart_math.latex_tokens import LatexToken, latex_tokens
from dartkit.verify.named.dart_math.trees import (
    Tree,
    Unknown,
    Unreadable,
    inverse,
    is_plain,
    joined,
    negated,
    subtracted,
    symbols,
    value_at,
)

_OPERANDS = names(
    "letter digit differential command function frac binom sqrt overline series integral limit lfloor lceil mathit"
) | frozenset(CLOSING)


def read_latex(text: str) -> Tree:
    """Return the tree of the longest readable start of a text.

    Raises:
        Unreadable: where upstream raises an error; for more than 600 tokens too, about where its recursion ends.
    """
    try:
        return _Reader(latex_tokens(text)).relation()
    except Foreign as error:
        raise Unreadable(str(error)) from error


def read_guarded(text: str) -> Tree:
    """Read LaTeX, but refuse a list of which only the first term would be read.

    Raises:
        Unreadable: where upstream raises.
    """
    try:
        tree = read_latex(text)
    except RecursionError as error:  # signs of sums that follow each other by the hundred
        raise Unreadable("nested too deeply") from error
    if "," in text:
        try:
            first = read_latex(text.split(",")[0])
        except Unreadable:
            return tree
        if first == tree:
            raise Unreadable("only the first term of a list was read")
    return tree


class _Reader(OperandReader):
    def __init__(self, tokens: list[LatexToken]) -> None:
        super().__init__(tokens)
        self.known: dict[tuple[int, bool], Step | None] = {}

    def relation(self) -> Tree:
        """Read the whole text: expressions with relation signs between them."""
        tree, at = self.sum(0)
        signs = 0
        while self.kind(at) == "relation":
            signs += 1
            self.check_chain(signs)
            sign = self.text(at)
            right, at = self.sum(at + 1)
            tree = _related(sign, tree, right)
        return tree

    def sum(self, at: int, *, bar: bool = False) -> Step:
        """Read an expression; what it found is kept, so that stepping back stays cheap."""
        key = (at, bar)
        if key not in self.known:
            try:
                with self.level():
                    self.known[key] = self._sum(at, bar=bar)
            except Unreadable:
                self.known[key] = None
        found = self.known[key]
        if found is None:
            raise Unreadable("no expression")
        return found

    def _sum(self, at: int, *, bar: bool) -> Step:
        first, at = self.product(at, bar=bar)
        parts = [first]
        while (sign := self.kind(at)) in ("+", "-"):
            try:
                part, at = self.product(at + 1, bar=bar)
            except Unreadable:
                break
            parts.append(subtracted(part) if sign == "-" else part)
        return joined("add", parts), at

    def product(self, at: int, *, bar: bool = False, nested: bool = False) -> Step:
        """Read a term: factors with times or division signs between them."""
        first, at = self.signed(at, bar=bar, nested=nested)
        parts = [first]
        while (sign := self.kind(at)) in ("*", "/"):
            try:
                part, at = self.signed(at + 1, bar=bar, nested=nested)
            except Unreadable:
                break
            parts.append(inverse(part) if sign == "/" else part)
        return joined("mul", parts), at

    def signed(self, at: int, *, bar: bool, nested: bool) -> Step:
        """Read signs, then factors that stand side by side."""
        negative = False
        while (sign := self.kind(at)) in ("+", "-"):
            negative ^= sign == "-"
            at += 1
        first, at = self.postfix(at, bar=bar, nested=False)
        parts = [first]
        while self.kind(at) in _OPERANDS or (self.kind(at) == "|" and not bar):
            try:
                part, at = self.postfix(at, bar=bar, nested=nested)
            except Unreadable:
                break
            parts.append(part)
        tree = joined("mul", _without_times(parts))
        return (negated(tree) if negative else tree), at

    def postfix(self, at: int, *, bar: bool, nested: bool) -> Step:
        """Read a factor and its factorial signs."""
        tree, at = self.raised(at, nested=nested)
        begun = at
        while self.kind(at) == "!":
            tree, at = Tree("call", "factorial", (tree,)), at + 1
        self.check_chain(at - begun)
        return tree, at

    def raised(self, at: int, *, nested: bool) -> Step:
        """Read an operand and its powers, left to right: `2^3^4` is `(2^3)^4`."""
        tree, at = self.operand(at, nested=nested)
        powers = 0
        while self.kind(at) == "^":
            powers += 1
            self.check_chain(powers)
            try:
                exponent, after = self.script(at + 1)
                if self.kind(after) == "_":
                    _, after = self.script(after + 1)  # a subscript after a power is read and forgotten
            except Unreadable:
                break
            tree, at = Tree("power", "", (tree, exponent)), after
        return tree, at


def _without_times(parts: list[Tree]) -> list[Tree]:
    """Drop an `x` between two operands without symbols: there it is a times sign."""
    kept = parts[:1]
    for before, part, after in zip(parts, parts[1:], parts[2:], strict=False):
        if part != Tree("symbol", "x") or symbols(before) or symbols(after):
            kept.append(part)
    return kept + (parts[-1:] if len(parts) > 1 else [])


def _related(sign: str, left: Tree, right: Tree) -> Tree:
    """Return a relation, or its truth where both sides are numbers, as sympy does on sight."""
    if sign not in ("==", "!=") and not (is_plain(left) and is_plain(right)):
        raise Unreadable("an order between truth values")
    relation = Tree("relation", sign, (left, right))
    if left == right and sign in ("==", "<=", ">="):
        return Tree("truth", "True")
    if not (is_plain(left) and is_plain(right)) or symbols(left) or symbols(right):
        return relation
    try:
        low, high = value_at(left, {}), value_at(right, {})
    except Unknown:
        return relation
    if low.imag or high.imag:
        if sign not in ("==", "!="):
            raise Unreadable("an order between complex numbers")
        return Tree("truth", str((low == high) == (sign == "==")))
    holds = {"==": low.real == high.real, "!=": low.real != high.real, "<": low.real < high.real}
    holds |= {"<=": low.real <= high.real, ">": low.real > high.real, ">=": low.real >= high.real}
    return Tree("truth", str(holds[sign]))
