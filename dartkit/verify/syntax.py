"""Read the tokens of one value (no lists, no relations) into a tree, by precedence climbing with hard caps.

A node is a tuple whose first item names it; it survives a trip through JSON, so a worker process can build on it without
unpickling anything. Sums and products are n-ary, subtraction and division are `neg` and `inv`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dartkit.text.symbols import GREEK
from dartkit.text.tokens import Token

Node = tuple[Any, ...]
MAX_DEPTH = 100
_SUM, _SIGN, _PRODUCT, _POWER = 10, 15, 20, 30
_FUNCTION_NAMES = "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh asin acos atan log ln lg exp sqrt abs floor ceil"
FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
_ALIASES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "lg": "log"}
_INVERSES = {"sin": "arcsin", "cos": "arccos", "tan": "arctan"}
CONSTANTS = {"pi": "pi", "infinity": "oo", "infty": "oo", "inf": "oo", "oo": "oo"}
_LETTERS = {"e": ("const", "e"), "i": ("const", "i")}
_SHORT_ENGLISH = "yes no and or not one two six ten odd all the nan any mon tue wed thu fri sat sun jan feb may dne is am pm if to of"
_NOT_PRODUCTS = frozenset(_SHORT_ENGLISH.split())
INFINITY: Node = ("const", "oo")


class Unreadable(ValueError):
    """The tokens are no expression of the small grammar."""


def parse(tokens: Sequence[Token]) -> Node:
    """Return the tree of an expression.

    Raises:
        Unreadable: for anything outside the grammar, trailing tokens, or nesting deeper than 100.
    """
    parser = _Parser(tokens)
    node = parser.expression(0)
    if parser.at < len(tokens):
        raise Unreadable(f"unexpected {tokens[parser.at].text!r}")
    return node


def neg(node: Node) -> Node:
    """Return the negative of a node."""
    return ("neg", node)


def _joined(kind: str, left: Node, right: Node) -> Node:
    return (*left, right) if left[0] == kind else (kind, left, right)


class _Parser:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.bars = 0  # open absolute values

    def peek(self, ahead: int = 0) -> Token:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else Token("end of text", "")

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def expect(self, text: str) -> None:
        if self.take().text != text:
            raise Unreadable(f"expected {text!r}")

    def expression(self, binding: int) -> Node:
        self._descend()
        left = self._postfix(self._prefix())
        while True:
            grown = self._infix(left, binding)
            if grown is None:
                break
            left = grown
        self.depth -= 1
        return left

    def _descend(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable("nested too deeply")

    def _infix(self, left: Node, binding: int) -> Node | None:
        token = self.peek()
        if token.kind == "operator" and token.text in "+-" and binding < _SUM:
            self.take()
            right = self.expression(_SUM)
            return _joined("add", left, neg(right) if token.text == "-" else right)
        if token.kind == "operator" and token.text in "*/" and binding < _PRODUCT:
            self.take()
            right = self.expression(_PRODUCT)
            return _joined("mul", left, ("inv", right) if token.text == "/" else right)
        if token.kind == "operator" and token.text in ("^", "**") and binding <= _POWER:
            self.take()
            return self._postfix(("pow", left, self._exponent()))
        if binding < _PRODUCT and self._starts_factor(token):
            return _joined("mul", left, self.expression(_PRODUCT))
        return None

    def _exponent(self) -> Node:
        return self._braced() if self.peek().text == "{" else self.expression(_POWER)

    def _starts_factor(self, token: Token) -> bool:
        if token.kind in ("number", "based"):
            before = self.tokens[self.at - 1].kind
            return before not in ("number", "based")
        if token.text == "|":
            return self.bars == 0
        return token.kind in ("word", "command", "open")

    def _prefix(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return self._number(token.text)
        if token.kind == "based":
            return ("based", token.text)
        if token.kind == "operator" and token.text in "+-":
            operand = self.expression(_SIGN)
            return neg(operand) if token.text == "-" else operand
        if token.text == "|":
            return self._bars()
        if token.kind == "open":
            return self._group(token.text)
        if token.kind == "command":
            return self._command(token.text)
        if token.kind in ("word", "text"):
            return self._word(token)
        raise Unreadable(f"unexpected {token.text!r}")

    def _postfix(self, node: Node) -> Node:
        count = 0
        while self.peek().kind == "operator" and self.peek().text in ("!", "°", "%"):
            sign = self.take().text
            count += 1
            if count > 2:
                raise Unreadable("too many signs after a value")
            if sign == "!":
                node = ("fact", node)
            elif sign == "%":
                node = ("mul", node, ("inv", ("num", "100")))
            else:
                node = ("mul", node, ("const", "pi"), ("inv", ("num", "180")))
        return node

    def _number(self, text: str) -> Node:
        mixed = self._mixed_part() if text.isdigit() else None
        return ("num", text) if mixed is None else ("add", ("num", text), mixed)

    def _mixed_part(self) -> Node | None:
        r"""Read the fraction of `2\frac{1}{2}` or `2 1/2`; only a proper fraction of whole numbers makes a mixed number."""
        texts = [self.peek(ahead).text for ahead in range(7)]
        kinds = [self.peek(ahead).kind for ahead in range(3)]
        if texts[:2] == ["\\frac", "{"] and texts[3:5] == ["}", "{"] and texts[6] == "}":
            top, bottom, width = texts[2], texts[5], 7
        elif texts[0] == "\\frac" and kinds[1] == kinds[2] == "number":
            top, bottom, width = texts[1], texts[2], 3
        elif kinds[0] == kinds[2] == "number" and texts[1] == "/" and self.peek().spaced:
            top, bottom, width = texts[0], texts[2], 3
        else:
            return None
        if not (
            top.isdigit()
            and bottom.isdigit()
            and len(bottom) < 10
            and len(top) < 10
            and int(top) < int(bottom)
        ):
            return None
        self.at += width
        return ("mul", ("num", top), ("inv", ("num", bottom)))

    def _bars(self) -> Node:
        if self.bars:
            raise Unreadable("nested bars")
        self.bars = 1
        inner = self.expression(0)
        self.expect("|")
        self.bars = 0
        return ("fn", "abs", inner)

    def _group(self, opened: str) -> Node:
        closing = {"(": ")", "[": "]", "{": "}", "\\lfloor": "\\rfloor", "\\lceil": "\\rceil"}.get(opened)
        if closing is None:
            raise Unreadable(f"unexpected {opened!r}")
        bars, self.bars = self.bars, 0
        inner = self.expression(0)
        self.expect(closing)
        self.bars = bars
        name = {"\\lfloor": "floor", "\\lceil": "ceil"}.get(opened)
        return ("fn", name, inner) if name else inner

    def _braced(self) -> Node:
        self.expect("{")
        return self._group("{")

    def _argument(self) -> Node:
        """Read one argument of a LaTeX command: a group, or a single token."""
        if self.peek().kind == "number":
            return ("num", self.take().text)
        self._descend()
        node = self._prefix()
        self.depth -= 1
        return node

    def _command(self, name: str) -> Node:
        bare = name[1:]
        if name == "\\frac":
            top = self._argument()
            return ("mul", top, ("inv", self._argument()))
        if name == "\\binom":
            top = self._argument()
            return ("binom", top, self._argument())
        if bare in FUNCTIONS:
            return self._function(bare)
        if bare in CONSTANTS:
            return ("const", CONSTANTS[bare])
        if name in GREEK:
            return self._variable(name)
        raise Unreadable(f"unknown command {name}")

    def _word(self, token: Token) -> Node:
        word = token.text
        if word in FUNCTIONS:
            return self._function(word)
        if word.lower() in CONSTANTS and len(word) > 1:
            return ("const", CONSTANTS[word.lower()])
        if len(word) == 1:
            return _LETTERS.get(word) or self._variable(word)
        if len(word) <= 3 and word.isascii() and token.kind == "word" and word.lower() not in _NOT_PRODUCTS:
            first = [_LETTERS.get(letter) or ("var", letter) for letter in word[:-1]]
            last = _LETTERS.get(word[-1]) or self._variable(word[-1])
            power = self.peek().text
            if power == "^":
                self.take()
                last = ("pow", last, self._exponent())
            return ("mul", *first, last)
        raise Unreadable(f"the word {word!r}")

    def _variable(self, name: str) -> Node:
        if self.peek().text == "_":
            self.take()
            index = [self.take()]
            if index[0].text == "{":
                while index[-1].text != "}":
                    if self.at >= len(self.tokens) or len(index) > 8:
                        raise Unreadable("a subscript without end")
                    index.append(self.take())
                index = index[1:-1]
            name += "_" + "".join(token.text for token in index)
        while self.peek().text == "'" and len(name) < 40:
            self.take()
            name += "'"
        return ("var", name)

    def _function(self, name: str) -> Node:
        name = _ALIASES.get(name, name)
        if name == "sqrt":
            return self._root()
        base = power = None
        if self.peek().text == "_" and name == "log":
            self.take()
            base = self._argument()
        if self.peek().text == "^":
            self.take()
            power = self._exponent()
        if power == ("neg", ("num", "1")) and name in _INVERSES:
            name, power = _INVERSES[name], None
        value: Node = ("fn", name, self._function_argument())
        if base is not None:
            value = ("mul", ("fn", "ln", value[2]), ("inv", ("fn", "ln", base)))
        return value if power is None else ("pow", value, power)

    def _function_argument(self) -> Node:
        r"""Read `(…)`, or the factors that stand side by side: `\sin 2x \cos y` is sin(2x) cos(y)."""
        if self.peek().kind == "open":
            return self._prefix()
        node = self._factor()
        while (
            self._starts_factor(self.peek())
            and not self._is_function(self.peek())
            and self.peek().kind != "open"
        ):
            node = _joined("mul", node, self._factor())
        return node

    def _factor(self) -> Node:
        node = self._postfix(self._argument())
        if self.peek().text == "^":
            self.take()
            node = ("pow", node, self._exponent())
        return node

    @staticmethod
    def _is_function(token: Token) -> bool:
        return token.text.lstrip("\\") in FUNCTIONS and token.text != "\\sqrt"

    def _root(self) -> Node:
        index: Node = ("num", "2")
        if self.peek().text == "[":
            self.take()
            index = self.expression(0)
            self.expect("]")
        return ("pow", self._argument(), ("inv", index))
