"""What stands around a value: a sign of approximation, a currency, a percent or degree sign, a unit, a scale word.

The value is compared without them; `Quantity` remembers which there were, because 50 cents is not 50 dollars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dartkit.text.symbols import names
from dartkit.text.tokens import Token
from dartkit.text.units import SCALES, is_unit_word, measure_of
from dartkit.verify.syntax import CONSTANTS, FUNCTIONS

_QUOTES = frozenset(("other", sign) for sign in '"“”`«»')
_LEADING_SIGNS = _QUOTES | {("operator", sign) for sign in ("≈", "=", ":", "**", ".", ",", ";")}
_TRAILING_SIGNS = _QUOTES | {("operator", sign) for sign in (".", ",", ";", ":", "**", "*", "&", "!")}
_LEADING_WORDS = names("approximately approx about around roughly exactly only just")
_MAX_UNIT_TOKENS = 24


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value's tokens without their surroundings, and what those were."""

    core: tuple[Token, ...]
    percent: bool = False
    degree: bool = False
    measure: str | None = None

    @property
    def label(self) -> str | None:
        """What the number counts, as far as stated; two values with different labels differ."""
        return self.measure or ("degree" if self.degree else "percent" if self.percent else None)


def closes_at(tokens: Sequence[Token], start: int) -> int:
    """Return the place of the bracket that closes the one at `start`, whatever its shape, or -1 where there is none.

    Kinds are not matched, because the interval `[0, 1)` opens and closes with different ones.
    """
    depth = 0
    for place in range(start, len(tokens)):
        kind = tokens[place].kind
        depth += (kind in ("open", "begin")) - (kind in ("close", "end"))
        if depth == 0:
            return place
    return -1


def trim(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Return the tokens without punctuation and approximation signs around them and without outer groups."""
    start, end = 0, len(tokens)
    while start < end:
        first, last = tokens[start], tokens[end - 1]
        leads = first.kind in ("word", "text") and first.text.lower() in _LEADING_WORDS and end - start > 1
        if leads or (first.kind, first.text) in _LEADING_SIGNS:
            start += 1
        elif (last.kind, last.text) in _TRAILING_SIGNS and not _is_factorial(tokens, start, end):
            end -= 1
        elif first.text == "{" and last.text == "}" and closes_at(tokens[start:end], 0) == end - start - 1:
            start, end = start + 1, end - 1
        else:
            break
    return tuple(tokens[start:end])


def _is_factorial(tokens: Sequence[Token], start: int, end: int) -> bool:
    if tokens[end - 1].text != "!" or end - start < 2:
        return False
    before = tokens[end - 2]
    return before.kind in ("number", "close") or (
        before.kind in ("word", "command") and len(before.text) == 1
    )


def read_quantity(tokens: Sequence[Token]) -> Quantity:
    """Split what surrounds a value from the value. Never fails: at worst everything is the core."""
    rest, measure = _without_currency(list(trim(tokens)))
    percent = degree = False
    has_function = any(
        token.text.lstrip("\\") in FUNCTIONS for token in rest
    )  # its degree sign is an angle, not a unit
    while len(rest) > 1:
        last = rest[-1]
        if last.text == "%" or (last.kind in ("word", "text") and last.text.lower() in ("percent", "pct")):
            percent = True
            rest.pop()
        elif (last.text == "°" and not has_function) or (
            last.kind in ("word", "text") and last.text.lower() in ("degrees", "degree", "deg")
        ):
            degree = True
            rest.pop()
        else:
            cut = _unit_start(rest)
            if cut == len(rest):
                break
            words = [token.text for token in rest[cut:] if token.kind in ("word", "text")]
            measure = measure_of(words) or measure
            del rest[cut:]
        rest = list(trim(rest))
    return Quantity(tuple(_scaled(rest)), percent=percent, degree=degree, measure=measure)


def _without_currency(tokens: list[Token]) -> tuple[list[Token], str | None]:
    measure = None
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        outer = place in (0, len(tokens) - 1) or (place == 1 and tokens[0].text in ("-", "+", "US"))
        if token.kind == "currency" and outer:
            measure = token.text
        else:
            kept.append(token)
    if measure and kept and kept[0].text == "US":
        kept.pop(0)
    return kept, measure


def _unit_start(tokens: list[Token]) -> int:
    """Return where the unit at the end begins; the length of the tokens where there is none."""
    start = len(tokens)
    place = start
    while place > 1 and len(tokens) - place < _MAX_UNIT_TOKENS:
        place = _skip_exponent(tokens, place)
        token = tokens[place - 1]
        if token.kind in ("word", "text"):
            if token.text in FUNCTIONS or token.text.lower() in CONSTANTS:
                break
            if not _is_harmless(tokens, place - 1):
                break
            place -= 1
            start = place
        elif (
            token.kind == "operator"
            and token.text in ("/", "-", ".", ",", "'")
            and start == place < len(tokens)
        ):
            place -= 1
        else:
            break
    return start if start > 0 and _ends_value(tokens[start - 1]) else len(tokens)


def _is_harmless(tokens: list[Token], place: int) -> bool:
    token = tokens[place]
    if token.text in ("C", "F") and tokens[place - 1].text == "°":
        return True
    if token.text.lower() == "times" and place == len(tokens) - 1:
        return True
    return is_unit_word(token.text, quoted=token.kind == "text", spaced=token.spaced)


def _skip_exponent(tokens: list[Token], place: int) -> int:
    """Step over `^2` or `^{3}` that ends at `place` if a word stands before it."""
    for width in (2, 4):
        texts = [token.text for token in tokens[max(place - width, 0) : place]]
        shape = texts[:1] == ["^"] and (width == 2 or (texts[1:2] == ["{"] and texts[3:] == ["}"]))
        if len(texts) == width and shape and texts[width // 2] in ("2", "3") and place > width + 1:
            before = tokens[place - width - 1]
            if before.kind in ("word", "text") and len(before.text) > (0 if before.kind == "text" else 1):
                return place - width
    return place


def _ends_value(token: Token) -> bool:
    if token.kind in ("number", "based", "close", "currency", "command"):
        return True
    return token.text in ("°", "%") or (
        token.kind in ("word", "text") and (len(token.text) == 1 or token.text in SCALES)
    )


def _scaled(tokens: list[Token]) -> list[Token]:
    """Write `3 million` as `3 * 10^6`."""
    if len(tokens) >= 2 and tokens[-1].kind in ("word", "text") and tokens[-2].kind in ("number", "close"):
        power = SCALES.get(tokens[-1].text.lower())
        if power is not None:
            tail = [("operator", "*"), ("number", "10"), ("operator", "^"), ("number", str(power))]
            return [*tokens[:-1], *(Token(kind, text) for kind, text in tail)]
    return tokens
