"""Read the tokens of one value (no lists, no relations) into a tree, by precedence climbing with hard caps.

Products without a sign bind like products with one: `1/2x` is (1/2)x. A number directly after a number is no product.
"""

from __future__ import annotations

from collections.abc import Sequence

from dartkit.text.symbols import GREEK
from dartkit.text.tokens import Token
from dartkit.verify.algebra.tree import Node, add, height, mul, neg
from dartkit.verify.reading import operators
from dartkit.verify.reading.grammar import (
    ACCENTS,
    BIG_OPERATORS,
    CONSTANTS,
    FUNCTIONS,
    LETTERS,
    MAX_DEPTH,
    NOT_PRODUCTS,
)

SUM, SIGN, PRODUCT, POWER = 10, 15, 20, 30
_END = Token("end of text", "")
_GROUPS = {"(": ")", "[": "]", "{": "}", "\\lfloor": "\\rfloor", "\\lceil": "\\rceil"}
_REMAINDERS = ("mod", "\\bmod", "\\mod")
_NO_FACTORS = (*_REMAINDERS, "\\over", "\\choose", "\\to")
MAX_HEIGHT = 250
_FUNCTION_LETTERS = frozenset("fghFGH")
_MAX_SPLITS = 32
_MINUTE: Node = ("inv", ("num", "180"))


class Unreadable(ValueError):
    """The tokens are no expression of the small grammar."""


def parse(tokens: Sequence[Token]) -> Node:
    """Return the tree of an expression.

    Raises:
        Unreadable: for anything outside the grammar, trailing tokens, or nesting deeper than 200.
    """
    parser = Parser(tokens)
    try:
        node = parser.expression(0)
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    if parser.took("\\over"):
        node = mul(node, ("inv", parser.expression(0)))
    elif parser.took("\\choose"):
        node = ("binom", node, parser.expression(0))
    if parser.at < len(parser.tokens):
        raise Unreadable(f"unexpected {parser.tokens[parser.at].text!r}")
    if height(node) > MAX_HEIGHT:  # chains such as 2^2^2 grow to the left without recursion
        raise Unreadable("a very long chain")
    return node


class Parser:
    """One pass over the tokens. `bars` counts the absolute values that are open."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.bars = 0
        self.splits = 0

    def peek(self, ahead: int = 0) -> Token:
        """Return a token without taking it."""
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else _END

    def take(self) -> Token:
        """Return the next token and step over it."""
        token = self.peek()
        self.at += 1
        return token

    def took(self, text: str) -> bool:
        """Step over the next token if it is this one."""
        if self.peek().text == text:
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Step over a token that must come now."""
        if self.take().text != text:
            raise Unreadable(f"expected {text!r}")

    def expression(self, binding: int) -> Node:
        """Read as far as operators bind more tightly than `binding`."""
        self._descend()
        left = self._postfix(self.prefix(binding))
        while True:
            if binding < PRODUCT and self._continues_product():
                left = self._product(left)
            elif binding < SUM and self._continues_sum():
                left = self._sum(left)
            elif binding <= POWER and self.peek().text in ("^", "**"):
                self.at += 1
                left = self._postfix(("pow", left, self.exponent()))
            elif binding < PRODUCT and self.peek().text in _REMAINDERS:
                self.at += 1
                left = ("fn", "mod", left, self.expression(PRODUCT))
            else:
                break
        self.depth -= 1
        return left

    def _continues_product(self) -> bool:
        token = self.peek()
        if token.text in _REMAINDERS:
            return False
        return (token.kind == "operator" and token.text in "*/") or self.starts_factor(token)

    def _product(self, left: Node) -> Node:
        factors = [left]
        while self._continues_product():
            sign = self.take().text if self.peek().text in ("*", "/") else "*"
            right = self.expression(PRODUCT)
            factors.append(("inv", right) if sign == "/" else right)
        return mul(*factors)

    def _continues_sum(self) -> bool:
        token = self.peek()
        return token.kind == "operator" and token.text in "+-"

    def _sum(self, left: Node) -> Node:
        terms = [left]
        while self._continues_sum():
            sign = self.take().text
            right = self.expression(SUM)
            terms.append(neg(right) if sign == "-" else right)
        return add(*terms)

    def _descend(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable("nested too deeply")

    def exponent(self) -> Node:
        """Read what follows `^`: a group, or one letter of `2^xy`, or a number with its sign."""
        token = self.peek()
        if token.text == "{":
            return self._braced()
        if (
            token.kind == "word"
            and 2 <= len(token.text) <= 3
            and token.text not in FUNCTIONS
            and token.text.lower() not in CONSTANTS
        ):
            self.split(token.text[:1], token.text[1:])
            return self._letter(self.take().text)
        return self.expression(POWER)

    def split(self, *words: str) -> None:
        """Put several words in place of the next token.

        Raises:
            Unreadable: after the 32nd time, for each costs a copy of the tokens.
        """
        self.splits += 1
        if self.splits > _MAX_SPLITS:
            raise Unreadable("very many words that run together")
        made = [Token("word", word) for word in words]
        self.tokens = [*self.tokens[: self.at], *made, *self.tokens[self.at + 1 :]]

    def starts_factor(self, token: Token) -> bool:
        """Say whether a factor can begin here without a sign before it."""
        if token.kind in ("number", "based"):
            return self.tokens[self.at - 1].kind not in ("number", "based") or self._is_power_beside_power()
        if token.text == "|":
            return self.bars == 0
        if token.kind == "text":
            return token.text in FUNCTIONS
        return token.kind in ("word", "command", "open") and token.text not in _NO_FACTORS

    def _is_power_beside_power(self) -> bool:
        """Say whether `3^5` follows `2^6`, or `10^{-6}` any number, with a space between them, which is a product."""
        is_power = self.peek(1).text == "^" and self.peek().spaced
        return is_power and (
            self.peek().text == "10" or (self.at > 1 and self.tokens[self.at - 2].text == "^")
        )

    def prefix(self, binding: int = 0) -> Node:
        """Read a value with what stands before it; a sign reaches as far as what it stands in, as in `10^-1 * 9`."""
        token = self.take()
        kind, text = token.kind, token.text
        if kind == "number":
            return self._number(text)
        if kind == "based":
            return ("based", text)
        if kind == "operator" and text in "+-":
            operand = self.expression(max(binding, SIGN))
            return neg(operand) if text == "-" else operand
        if text == "|":
            return self._absolute()
        if kind == "open":
            return self.group(text)
        if kind == "command":
            return self._command(text)
        if kind in ("word", "text"):
            return self._word(token)
        raise Unreadable(f"unexpected {text!r}")

    def _postfix(self, node: Node) -> Node:
        while self.peek().kind == "operator" and self.peek().text in ("!", "°", "%", "‰"):
            sign = self.take().text
            twice = self.took(sign)
            if self.peek().text == sign or (twice and sign != "!"):
                raise Unreadable("too many signs after a value")
            if twice:
                node = ("fn", "fact2", node)
            elif sign == "!":
                node = ("fact", node)
            elif sign in ("%", "‰"):
                node = mul(node, ("inv", ("num", "100" if sign == "%" else "1000")))
            else:
                node = mul(node, ("const", "pi"), _MINUTE)
        if node[0] == "num" and node[1].isdigit() and self.tokens[self.at - 1].text == ")" and self.took("_"):
            node = self._base(node[1])  # (43)_5
        return node

    def _base(self, digits: str) -> Node:
        braced = self.took("{")
        base = self.take()
        if braced:
            self.expect("}")
        if base.kind != "number" or not base.text.isdigit() or len(base.text) > 2:
            raise Unreadable("a subscript after brackets")
        return ("based", f"{digits}_{base.text}")

    def _number(self, text: str) -> Node:
        follows = self.peek()
        if text == "0" and follows.kind == "word" and not follows.spaced and follows.text[0] in "xXbBoO":
            raise Unreadable("a numeral of a programming language")
        mixed = self._mixed_part() if text.isdigit() else None
        return ("num", text) if mixed is None else ("add", ("num", text), mixed)

    def _mixed_part(self) -> Node | None:
        r"""Read the fraction of `2\frac{1}{2}` or `2 1/2`; a fraction of whole numbers makes a mixed number."""
        if self.peek().text == "\\frac":
            top, first = self._digits_at(1)
            bottom, second = self._digits_at(1 + first)
            width = 1 + first + second
        elif (
            self.peek().kind == self.peek(2).kind == "number"
            and self.peek(1).text == "/"
            and self.peek().spaced
        ):
            top, bottom, width = self.peek().text, self.peek(2).text, 3
        else:
            return None
        if not (top.isdigit() and bottom.isdigit() and len(top) < 10 and len(bottom) < 10):
            return None
        self.at += width
        return ("mul", ("num", top), ("inv", ("num", bottom)))

    def _digits_at(self, ahead: int) -> tuple[str, int]:
        """Return the number that an argument of a command is, in braces or not, and its tokens; an empty text where it is none."""
        if self.peek(ahead).kind == "number":
            return self.peek(ahead).text, 1
        is_braced = self.peek(ahead).text == "{" and self.peek(ahead + 2).text == "}"
        return (self.peek(ahead + 1).text, 3) if is_braced else ("", 0)

    def _absolute(self) -> Node:
        self.bars += 1
        inner = self.expression(0)
        self.expect("|")
        self.bars -= 1
        return ("fn", "abs", inner)

    def group(self, opened: str) -> Node:
        """Read up to the bracket that closes `opened`, which is taken already."""
        closing = _GROUPS.get(opened)
        if closing is None:
            raise Unreadable(f"unexpected {opened!r}")
        bars, self.bars = self.bars, 0
        inner = self.expression(0)
        if opened == "{" and self.took("\\over"):
            inner = mul(inner, ("inv", self.expression(0)))
        elif opened == "{" and self.took("\\choose"):
            inner = ("binom", inner, self.expression(0))
        self.expect(closing)
        self.bars = bars
        name = {"\\lfloor": "floor", "\\lceil": "ceil"}.get(opened)
        return ("fn", name, inner) if name else inner

    def _braced(self) -> Node:
        self.expect("{")
        return self.group("{")

    def argument(self) -> Node:
        """Read one argument of a LaTeX command: a group, or a single token."""
        if self.peek().kind == "number":
            return ("num", self.take().text)
        self._descend()
        node = self.prefix(POWER)
        self.depth -= 1
        return node

    def _command(self, name: str) -> Node:
        bare = name[1:]
        if name == "\\frac":
            top = self.argument()
            return mul(top, ("inv", self.argument()))
        if name == "\\binom":
            top = self.argument()
            return ("binom", top, self.argument())
        if bare in FUNCTIONS:
            return operators.read_function(self, bare)
        if bare in CONSTANTS:
            return ("const", CONSTANTS[bare])
        if name in GREEK:
            return self.variable(name)
        if name in BIG_OPERATORS:
            return operators.read_big(self, name)
        if name in ("\\imath", "\\jmath"):
            return LETTERS["i"] if name == "\\imath" else self.variable("j")
        if name == "\\overline" and self.peek().text == "{":
            conjugate = operators.read_conjugate(self)
            if conjugate is not None:
                return conjugate
        if name in ACCENTS:
            return self.variable(operators.read_accent(self, name))
        raise Unreadable(f"unknown command {name}")

    def _word(self, token: Token) -> Node:
        word = token.text
        if word in FUNCTIONS or (word.lower() in FUNCTIONS and len(word) > 2):
            return operators.read_function(self, word if word in FUNCTIONS else word.lower())
        if word.lower() in CONSTANTS and len(word) > 1:
            return ("const", CONSTANTS[word.lower()])
        if word in ("C", "P") and self.peek().text == "(":
            counted = operators.read_selections(self, word)
            if counted is not None:
                return counted
        if len(word) == 1:
            return self.variable(f"{word}∘") if self._is_composed(word) else self._letter(word)
        if len(word) > 2 and f"\\{word}" in GREEK and token.kind == "word":
            return self.variable(f"\\{word}")
        if len(word) <= 3 and word.isascii() and token.kind == "word" and word.lower() not in NOT_PRODUCTS:
            last = self._letter(word[-1])
            if self.took("^"):
                last = ("pow", last, self.exponent())
            return mul(*(LETTERS.get(letter) or ("var", letter) for letter in word[:-1]), last)
        split = operators.split_word(word) if token.kind == "word" else None
        if split is None:
            raise Unreadable(f"the word {word[:40]!r}")
        self.at -= 1
        self.split(*split)
        return self._word(self.take())

    def _is_composed(self, letter: str) -> bool:
        """Say whether `f` stands before `(g(`: no product, because f(g(x)) is not g(f(x))."""
        names = _FUNCTION_LETTERS
        return (
            letter in names
            and self.peek().text == "("
            and self.peek(1).text in names
            and self.peek(2).text == "("
        )

    def _letter(self, letter: str) -> Node:
        if letter in LETTERS and self.peek().text != "_":
            return LETTERS[letter]
        return self.variable(letter)

    def variable(self, name: str) -> Node:
        """Read the subscript and primes of a variable."""
        if self.took("_"):
            index = [self.take()]
            if index[0].text == "{":
                while index[-1].text != "}":
                    if self.at >= len(self.tokens) or len(index) > 12:
                        raise Unreadable("a subscript without end")
                    index.append(self.take())
                index = index[1:-1]
            name += "_" + "".join(token.text for token in index)
        while len(name) < 40 and self.took("'"):
            name += "'"
        return ("var", name)
