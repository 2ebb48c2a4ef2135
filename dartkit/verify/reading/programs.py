"""Read answers as programs print them: `Matrix([[1, 2]])`, `Interval.open(2, 5)`, `Union(…)`, `Rational(1, 2)`, `{x: 1}`, `<1, 2>`.

Tokens are rewritten, never run: a name of the table with brackets behind it becomes the notation it stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dartkit.text.tokens import Token
from dartkit.verify.reading.form import Tokens
from dartkit.verify.reading.quantity import closes_at
from dartkit.verify.reading.splitting import split

_PLAIN = frozenset({"Matrix", "ImmutableMatrix", "array", "tensor", "Array", "Tuple", "Point", "Point2D", "Point3D", "list", "tuple",
                    "Vector", "set", "ImmutableDenseMatrix", "MutableDenseMatrix"})  # fmt: skip
_MODULES = frozenset({"np", "numpy", "sympy", "sp", "torch", "math", "S"})
_INTERVALS = {"": "[]", "open": "()", "Lopen": "(]", "Ropen": "[)"}
_JOINS = {"Union": "∪", "Intersection": "∩", "Or": "\\lor", "And": "\\land"}
_RELATIONS = {"Eq": "=", "Ne": "≠", "Lt": "<", "Le": "≤", "Gt": ">", "Ge": "≥"}
_NAMES = {"Reals": Token("command", "\\mathbb R"), "EmptySet": Token("command", "\\emptyset"), "Integers": Token("command", "\\mathbb Z")}  # fmt: skip
_FRACTIONS = frozenset({"Rational", "Fraction"})
_KNOWN = (
    _PLAIN
    | _MODULES
    | _JOINS.keys()
    | _RELATIONS.keys()
    | _NAMES.keys()
    | _FRACTIONS
    | {"Interval", "FiniteSet"}
)
_MAX_DEPTH = 12
_OPEN, _CLOSE = Token("open", "("), Token("close", ")")


def in_notation(tokens: Tokens) -> Tokens:
    """Return the tokens with what is spelled as in a program in the notation of mathematics."""
    if any(token.kind in ("word", "text") and token.text in _KNOWN for token in tokens):
        tokens = _rewritten(tokens, 0)
    if any(token.text in ("C", "nC") for token in tokens):
        tokens = _with_selections(tokens)
    return _named_map(_angled(_with_commas(tokens)))


def with_set_braces(tokens: Sequence[Token]) -> Sequence[Token]:
    """Read the plain braces of `{1, 2}`, `{x : x > 2}` and `{x ∈ ℝ | …}` as those of a set, before they are taken for a group."""
    if len(tokens) < 5 or tokens[0].text != "{" or tokens[-1].text != "}":
        return tokens
    if closes_at(tokens, 0) != len(tokens) - 1:
        return tokens
    inside = tuple(tokens[1:-1])
    is_builder = tokens[2].text in (":", "|", "∈") and len(tokens[1].text) == 1
    has_condition = any(token.text in ("|", "∈", "<", ">", "≤", "≥") for token in inside)
    is_listed = bool(split(inside, lambda token: token.text == ",")[1])
    is_map = is_listed and is_builder and not has_condition  # {x: 1, y: 2}
    if is_map or not (is_builder or is_listed):
        return tokens
    return [Token("open", "\\{"), *inside, Token("close", "\\}")]


def _rewritten(tokens: Tokens, depth: int) -> Tokens:
    made: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        is_name = token.kind in ("word", "text") and token.text in _KNOWN
        if is_name and token.text in _MODULES and place + 1 < len(tokens) and tokens[place + 1].text == ".":
            place += 2
            continue
        width, replacement = _call(tokens, place, depth) if is_name and depth < _MAX_DEPTH else (0, ())
        if width:
            made += replacement
            place += width
        else:
            made.append(_NAMES.get(token.text, token) if is_name else token)
            place += 1
    return tuple(made)


def _call(tokens: Tokens, place: int, depth: int) -> tuple[int, Tokens]:
    """Rewrite one call; its width is 0 where there is none."""
    name, method, opened = tokens[place].text, "", place + 1
    if name == "Interval" and opened + 1 < len(tokens) and tokens[opened].text == ".":
        method, opened = tokens[opened + 1].text, opened + 2
    if opened >= len(tokens) or tokens[opened].text != "(":
        return 0, ()
    closed = closes_at(tokens, opened)
    if closed < 0:
        return 0, ()
    inside = _rewritten(tokens[opened + 1 : closed], depth + 1)
    made = _notation(name, method, inside)
    return (closed + 1 - place, made) if made else (0, ())


def _notation(name: str, method: str, inside: Tokens) -> Tokens:
    arguments, _ = split(inside, lambda token: token.text == ",")
    if name in _PLAIN:
        return inside if len(arguments) == 1 else (_OPEN, *inside, _CLOSE)
    if name == "FiniteSet":
        return (Token("open", "\\{"), *inside, Token("close", "\\}"))
    if name in _JOINS:
        return _joined(arguments, _JOINS[name])
    if len(arguments) != 2:
        return ()
    if name == "Interval" and method in _INTERVALS:
        ends = _INTERVALS[method]
        return (Token("open", ends[0]), *inside, Token("close", ends[1]))
    if name in _FRACTIONS:
        return (_OPEN, *arguments[0], Token("operator", "/"), _OPEN, *arguments[1], _CLOSE, _CLOSE)
    if name in _RELATIONS:
        return (*arguments[0], Token("operator", _RELATIONS[name]), *arguments[1])
    return ()


def _joined(arguments: list[Tokens], sign: str) -> Tokens:
    made: list[Token] = list(arguments[0])
    for argument in arguments[1:]:
        made += [Token("operator", sign), *argument]
    return tuple(made)


def _with_selections(tokens: Tokens) -> Tokens:
    r"""Read `5C2`, `nC2`, `{}_5C_2` and `{}^5C_2` as binomials."""
    made: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        top = _top_before(made, token) if token.text in ("C", "nC") else ()
        after = place + 1
        if after < len(tokens) and tokens[after].text == "_":
            after += 1
        end = _argument_end(tokens, after)
        if not top or not end or tokens[after].spaced:
            made.append(token)
            place += 1
            continue
        if token.text == "C":
            del made[-len(top) :]
            if made and made[-1].text in ("_", "^"):
                made.pop()
        made += [Token("open", "{"), *(top if token.text == "C" else (Token("word", "n"),)), Token("command", "\\choose"),
                 *tokens[after:end], Token("close", "}")]  # fmt: skip
        place = end
    return tuple(made)


def _top_before(made: list[Token], letter: Token) -> Tokens:
    """Return the number or group directly before a `C`; any token for `nC`, which has its own."""
    if letter.text == "nC":
        return (letter,)
    if letter.spaced or not made:
        return ()
    if made[-1].kind == "number":
        return (made[-1],)
    if made[-1].text == "}" and len(made) > 3 and made[-3].text == "{" and made[-4].text in ("_", "^"):
        return tuple(made[-3:])
    return ()


def _argument_end(tokens: Tokens, place: int) -> int:
    """Return where a number, letter or group that begins here ends; 0 where there is none."""
    if place >= len(tokens):
        return 0
    if tokens[place].text == "{":
        return closes_at(tokens, place) + 1
    is_short = tokens[place].kind == "number" or (
        tokens[place].kind == "word" and len(tokens[place].text) == 1
    )
    return place + 1 if is_short else 0


def _with_commas(tokens: Tokens) -> Tokens:
    """Put a comma between the tuples of `(2, 3)(2, 7)`, which are no product."""
    if not any(one.text == ")" and other.text == "(" for one, other in pairwise(tokens)):
        return tokens
    groups: list[Tokens] = []
    place = 0
    while place < len(tokens):
        closed = closes_at(tokens, place) if tokens[place].text == "(" else -1
        group = tokens[place : closed + 1]
        if closed < 0 or not split(group[1:-1], lambda token: token.text == ",")[1]:
            return tokens
        groups.append(group)
        place = closed + 1
    return _joined(list(groups), ",")


def _angled(tokens: Tokens) -> Tokens:
    """Read `<1, 2, 3>` as a tuple."""
    if len(tokens) < 5 or tokens[0].text != "<" or tokens[-1].text != ">":
        return tokens
    inside = tokens[1:-1]
    if (
        any(token.text in ("<", ">") for token in inside)
        or not split(inside, lambda token: token.text == ",")[1]
    ):
        return tokens
    return (_OPEN, *inside, _CLOSE)


def _named_map(tokens: Tokens) -> Tokens:
    """Read `x: 1, y: 2`, what is left of a map in braces, as named values."""
    if not any(token.text == ":" for token in tokens):
        return tokens
    parts, _ = split(tokens, lambda token: token.text == ",")
    if len(parts) < 2 or not all(_is_entry(part) for part in parts):
        return tokens
    return tuple(Token("operator", "=") if token.text == ":" else token for token in tokens)


def _is_entry(part: Tokens) -> bool:
    is_named = len(part) > 2 and part[0].kind == "word" and len(part[0].text) == 1 and part[1].text == ":"
    return is_named and sum(token.text == ":" for token in part) == 1
