r"""Tokens of sympy's LaTeX grammar: the longest match wins, so `\leqx` is one unknown symbol and not a sign before `x`."""

from __future__ import annotations

import re
from typing import NamedTuple

from dartkit.text.symbols import names

MAX_TOKENS = 600

_SKIPPED = names(
    "thinspace medspace thickspace quad qquad negthinspace negmedspace negthickspace left right vrule vcenter vbox vskip "
    "vspace hfil limits"
)
_SKIPPED_SIGNS = frozenset(',:;!*-./"(=')
_RELATIONS = {
    "leq": "<=", "le": "<=", "leqq": "<=", "leqslant": "<=", "geq": ">=", "ge": ">=", "geqq": ">=", "geqslant": ">=",
    "neq": "!=",
}  # fmt: skip
_OPERATORS = {"times": "*", "cdot": "*", "div": "/"}
FUNCTIONS = names(
    "exp log lg ln sin cos tan csc sec cot arcsin arccos arctan arccsc arcsec arccot sinh cosh tanh arsinh arcosh artanh"
)
_ARROWS = names("to rightarrow Rightarrow longrightarrow Longrightarrow")
_KEYWORDS = {
    "frac": "frac", "dfrac": "frac", "tfrac": "frac", "binom": "binom", "dbinom": "binom", "tbinom": "binom",
    "sqrt": "sqrt", "overline": "overline", "sum": "series", "prod": "series", "int": "integral", "lim": "limit",
    "langle": "langle", "rangle": "rangle", "lfloor": "lfloor", "rfloor": "rfloor", "lceil": "lceil", "rceil": "rceil",
    "mathit": "mathit",
}  # fmt: skip
_NAME = re.compile(r"\\([a-zA-Z]+)")
_DIFFERENTIAL = re.compile(r"d[ \t\r\n]*(?:[a-zA-Z]|\\[a-zA-Z]+)")
_EQUAL = re.compile(r"&[ \t\r\n]*=|=(?:[ \t\r\n]*&)?")
_QUOTES = re.compile(r"'+")
_SINGLE = frozenset("+-*/(){}[]|_^:!,.")


class LatexToken(NamedTuple):
    """One token; `kind` is the sign itself for brackets and operators, `bad` where the grammar has no token."""

    kind: str
    text: str


def latex_tokens(text: str) -> list[LatexToken]:
    """Cut a text into tokens; a token of kind `bad` ends the list where there is none, and after 600 tokens."""
    tokens: list[LatexToken] = []
    at = 0
    while at < len(text):
        token, at = _next(text, at)
        if token is None:
            continue
        tokens.append(token)
        if token.kind == "bad":
            return tokens
        if len(tokens) == MAX_TOKENS:
            return [*tokens, LatexToken("bad", "too long")]
    return [*tokens, LatexToken("end", "")]


def _next(text: str, at: int) -> tuple[LatexToken | None, int]:
    char = text[at]
    if char in " \t\r\n":
        return None, at + 1
    if char == "\\":
        return _command(text, at)
    if char == "d" and (found := _DIFFERENTIAL.match(text, at)) is not None:
        return LatexToken("differential", found.group()), found.end()
    if char in "=&" and (found := _EQUAL.match(text, at)) is not None:
        return LatexToken("relation", "=="), found.end()
    if char == "'" and (found := _QUOTES.match(text, at)) is not None:
        return LatexToken("quotes", found.group()), found.end()
    if char in "<>":
        return LatexToken("relation", char), at + 1
    if char in _SINGLE:
        return LatexToken({":": "/"}.get(char, char), char), at + 1
    if char.isascii() and char.isalpha():
        return LatexToken("letter", char), at + 1
    if char.isascii() and char.isdigit():
        return LatexToken("digit", char), at + 1
    return LatexToken("bad", char), at + 1


def _command(text: str, at: int) -> tuple[LatexToken | None, int]:
    found = _NAME.match(text, at)
    if found is None:
        sign = text[at + 1 : at + 2]
        if sign in ("{", "}"):
            return LatexToken("\\" + sign, sign), at + 2
        return (None if sign and sign in _SKIPPED_SIGNS else LatexToken("bad", sign)), at + 2
    name, end = found.group(1), found.end()
    if name in ("left", "right") and text[end : end + 1] == "|":
        return LatexToken("bad", name), end + 1  # half of a Dirac bracket, which no answer holds
    if name in _SKIPPED:
        return None, end
    if name in _RELATIONS:
        return LatexToken("relation", _RELATIONS[name]), end
    if name in _OPERATORS:
        return LatexToken(_OPERATORS[name], name), end
    if name in FUNCTIONS:
        return LatexToken("function", name), end
    if name in _ARROWS:
        return LatexToken("arrow", name), end
    return LatexToken(_KEYWORDS.get(name, "command"), name), end
