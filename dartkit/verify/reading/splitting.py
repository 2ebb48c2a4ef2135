"""Split tokens outside all brackets, and tell names from expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dartkit.text.symbols import GREEK
from dartkit.text.tokens import Token
from dartkit.verify.clock import keep_time
from dartkit.verify.reading.form import Form, Tokens
from dartkit.verify.reading.grammar import ACCENTS, FUNCTIONS

Read = Callable[[Sequence[Token], int], Form]
CONJUNCTIONS = frozenset(
    {
        "and",
        "or",
        "&",
        "\\land",
        "\\lor",
        "\\wedge",
        "\\vee",
        "∧",
        "∨",
        "y",
        "o",
        "et",
        "ou",
        "und",
        "oder",
        "和",
        "或",
    }
)
_TRIGONOMETRIC = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_ANGLES = frozenset("ABCDEPQR")
_EXTREMES = frozenset({"max", "min", "\\max", "\\min"})
_LONG = 1_000  # tokens; a reading of so many looks at the clock
_SPOKEN = frozenset({"y", "o", "et", "ou", "und", "oder"})  # also letters or parts of words elsewhere


def split(tokens: Sequence[Token], is_cut: Callable[[Token], bool]) -> tuple[list[Tokens], list[str]]:
    """Split at the tokens outside all brackets for which `is_cut` holds; also return the cutting texts, in lower case."""
    if len(tokens) > _LONG:
        keep_time()
    parts: list[Tokens] = []
    cuts: list[str] = []
    depth = start = 0
    for place, token in enumerate(tokens):
        kind = token.kind
        if kind in ("open", "begin"):
            depth += 1
        elif kind in ("close", "end"):
            depth -= 1
        elif depth == 0 and is_cut(token):
            parts.append(tuple(tokens[start:place]))
            cuts.append(token.text.lower())
            start = place + 1
    parts.append(tuple(tokens[start:]))
    return parts, cuts


def is_conjunction(token: Token) -> bool:
    """Say whether a token joins two answers or two conditions."""
    text = token.text
    if token.kind in ("word", "text"):
        lowered = text.lower()
        return lowered in ("and", "or", "和", "或", "及") or (
            token.kind == "text" and lowered in CONJUNCTIONS
        )
    return text in CONJUNCTIONS and text not in _SPOKEN


def is_name(tokens: Sequence[Token]) -> bool:
    r"""Say whether the left side of an equation only names what the right side gives: `x`, `f(x)`, `\angle ABC`, words."""
    if _is_function_of_letter(tokens) or (len(tokens) == 1 and tokens[0].text in _EXTREMES):
        return True
    depth = 0
    for place, token in enumerate(tokens):
        bare = token.text.lstrip("\\")
        depth += (token.kind == "open") - (token.kind == "close")
        follows_index = place > 0 and (tokens[place - 1].text == "_" or depth > 0)
        if (bare in FUNCTIONS and not follows_index) or token.kind in (
            "begin",
            "end",
            "currency",
            "based",
            "other",
        ):
            return False
        if (
            token.kind == "command"
            and token.text not in GREEK
            and token.text not in ACCENTS
            and not follows_index
        ):
            return False
        if token.kind == "number" and not follows_index:
            return False
        if token.kind == "operator" and token.text not in ("_", "'") and not (token.text == "," and depth):
            return False
        if place == 0 and token.kind not in ("word", "text", "command"):
            return False
    if len(tokens) == 1 and tokens[0].text == "\\pi":
        return False
    return 0 < len(tokens) <= 24


def _is_function_of_letter(tokens: Sequence[Token]) -> bool:
    r"""Say whether the tokens are `\\cos \\alpha` or `sin(C)`: a value of a triangle, which an equation names."""
    bare = [token.text for token in tokens if token.text not in ("(", ")", "{", "}", "\\angle")]
    is_short = len(bare) == 2 and len(tokens) <= 5 and tokens[0].kind in ("word", "command")
    return is_short and bare[0].lstrip("\\") in _TRIGONOMETRIC and (bare[1] in _ANGLES or bare[1] in GREEK)


def names_of_tuple(tokens: Sequence[Token]) -> list[str] | None:
    """Return the names in `(x, y)` written before an equals sign, None where it is no tuple of letters."""
    if len(tokens) < 5 or tokens[0].text != "(" or tokens[-1].text != ")":
        return None
    parts, cuts = split(tokens[1:-1], lambda token: token.text == ",")
    if not cuts or not all(is_name(part) for part in parts):
        return None
    return ["".join(token.text for token in part) for part in parts]
