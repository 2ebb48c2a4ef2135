"""What stands around a value: a sign of approximation, a currency, a percent or degree sign, a unit, a scale word.

The value is compared without them; `Quantity` remembers which there were, because 50 cents is not 50 dollars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dartkit.text.symbols import names
from dartkit.text.tokens import Token
from dartkit.verify.lexicon.scales import scale_of
from dartkit.verify.lexicon.units import Unit, read_unit
from dartkit.verify.reading.grammar import CONSTANTS, FUNCTIONS

_QUOTES = frozenset(("other", sign) for sign in '"“”`«»')
_LEADING_SIGNS = _QUOTES | {("operator", sign) for sign in ("≈", "∼", "=", ":", "**", ".", ",", ";")}
_TRAILING_SIGNS = _QUOTES | {("operator", sign) for sign in (".", ",", ";", ":", "**", "*", "&", "!", "\\\\")}
_LEADING_WORDS = names("approximately approx about around roughly exactly only just nearly almost")
_PERCENT_WORDS = names("percent pct percentage percents")
_CURRENCIES = {"dollar": "USD", "euro": "EUR", "pound": "GBP", "yen": "JPY", "rupee": "INR"}
_ORDINALS = names("st nd rd th")
_CODES = names("USD EUR GBP JPY CNY RMB INR US$ Rs rs CAD AUD NZD HKD SGD CHF KRW RUB")
_SPEEDS = frozenset({"m·s^-1", "m·s^-2", "km·h^-1"})  # of letters only, but as a fraction hardly variables
_DOLLARS = names("US CA C A NZ HK")
_MAX_UNIT_TOKENS = 24


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value's tokens without their surroundings, and what those were."""

    core: tuple[Token, ...]
    percent: bool = False
    unit: Unit | None = None


def closes_at(tokens: Sequence[Token], start: int) -> int:
    """Return the place of the bracket that closes the one at `start`, whatever its shape, or -1 where there is none.

    Kinds are not matched, because the interval `[0, 1)` opens and closes with different ones.
    """
    depth = 0
    for place in range(start, len(tokens)):
        kind = tokens[place].kind
        if kind in ("open", "begin"):
            depth += 1
        elif kind in ("close", "end"):
            depth -= 1
            if depth == 0:
                return place
    return -1


def _closings(tokens: Sequence[Token]) -> dict[int, int]:
    """Return, for each opening bracket that is closed, the place of what closes it."""
    found: dict[int, int] = {}
    stack: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind in ("open", "begin"):
            stack.append(place)
        elif token.kind in ("close", "end") and stack:
            found[stack.pop()] = place
    return found


def trim(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Return the tokens without punctuation and approximation signs around them and without outer groups."""
    start, end = 0, len(tokens)
    ends: dict[int, int] | None = None
    while start < end:
        first, last = tokens[start], tokens[end - 1]
        leads = first.kind in ("word", "text") and first.text.lower() in _LEADING_WORDS and end - start > 1
        if leads or (first.kind, first.text) in _LEADING_SIGNS:
            start += 1
        elif (last.kind, last.text) in _TRAILING_SIGNS and not _is_factorial(tokens, start, end):
            end -= 1
        elif first.text == "{" and last.text == "}":
            ends = _closings(tokens) if ends is None else ends
            if ends.get(start) != end - 1:
                break
            start, end = start + 1, end - 1
        else:
            break
    return tuple(tokens[start:end])


def _is_factorial(tokens: Sequence[Token], start: int, end: int) -> bool:
    if tokens[end - 1].text != "!" or end - start < 2:
        return False
    before = tokens[end - 2]
    return (
        before.kind in ("number", "close")
        or before.text == "!"
        or (before.kind in ("word", "command") and len(before.text) == 1)
    )


def read_quantity(tokens: Sequence[Token]) -> Quantity:
    """Split what surrounds a value from the value. Never fails: at worst everything is the core."""
    rest, unit = _without_currency(_without_ordinal(_with_base(trim(tokens))))
    if unit is not None:
        rest = _money_scale(rest)
    percent = False
    cut = _unit_start(rest)
    if cut < len(rest):
        found = _percent_or_unit(rest[cut:])
        if found == "%":
            percent = True
        elif isinstance(found, Unit):
            unit = unit or found
        rest = trim(rest[:cut])
        again = _unit_start(rest)
        if again < len(rest) and _percent_or_unit(rest[again:]) == "%":  # 5% of the students
            percent, rest = True, trim(rest[:again])
    return Quantity(_scaled(rest), percent=percent, unit=unit)


def _without_currency(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], Unit | None]:
    tokens = _with_rate_behind(tokens)
    if len(tokens) > 1 and tokens[0].text in _CODES and tokens[1].kind in ("number", "currency"):
        rest, unit = _without_currency(tokens[1:])
        return rest, unit or read_unit([Token("word", tokens[0].text)])
    places = [place for place, token in enumerate(tokens) if token.kind == "currency"]
    if len(places) != 1 or len(tokens) < 2:
        return tokens, None
    (place,) = places
    leads = place == 0 or (place == 1 and tokens[0].text in _DOLLARS | {"-", "+", "("})
    if not leads and place != len(tokens) - 1:
        return tokens, None
    unit = read_unit([Token("word", _CURRENCIES.get(tokens[place].text, tokens[place].text))])
    kept = [
        token for at, token in enumerate(tokens) if at != place and (at > place or token.text not in _DOLLARS)
    ]
    return trim(kept), unit


def _with_rate_behind(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Write `$40 per hour` and `Rs 40 / kg` as `40 $ per hour`, which is a unit as a whole."""
    if len(tokens) < 4 or tokens[1].kind != "number" or tokens[2].text not in ("per", "/", "an"):
        return tokens
    is_money = tokens[0].kind == "currency" or tokens[0].text in _CODES
    if is_money and tokens[3].kind in ("word", "text"):  # not $1/2
        return (tokens[1], tokens[0], *tokens[2:])
    return tokens


def _money_scale(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    if len(tokens) != 2 or tokens[0].kind != "number":
        return tokens
    scale = scale_of(tokens[1].text, currency=True)
    return tokens if scale is None else (tokens[0], *_times(scale))


def _unit_start(tokens: tuple[Token, ...]) -> int:
    """Return the leftmost place after a value from which on the tokens are a unit; their length where there is none."""
    if not tokens or tokens[-1].kind == "end":
        return len(tokens)
    tries = 0
    for place in range(max(1, len(tokens) - _MAX_UNIT_TOKENS), len(tokens)):
        token = tokens[place]
        starts = token.kind in ("word", "text", "currency") or token.text in (
            "°",
            "%",
            "'",
            '"',
            "\\mu",
            "\\Omega",
            "\\unit",
            "\\frac",
            "\\AA",
            "\\ohm",
        )
        if not starts or not _ends_value(tokens[place - 1]) or (_is_name(token) and place < len(tokens) - 1):
            continue
        tries += 1
        if tries > 4:
            break
        found = _percent_or_unit(tokens[place:])
        if found is None or (token.text == "°" and (_has_function(tokens) or _has_degree(tokens[:place]))):
            continue
        if (
            isinstance(found, Unit)
            and found.ambiguous
            and ((token.text == "\\frac" and found.label not in _SPEEDS) or _has_letters(tokens[:place]))
        ):
            continue
        if isinstance(found, Unit) and not found.known and not _has_number(tokens[:place]):
            continue  # a noun counts something only after a number
        return place
    return len(tokens)


def _has_degree(tokens: Sequence[Token]) -> bool:
    return any(token.text == "°" for token in tokens)


def _has_number(tokens: Sequence[Token]) -> bool:
    return any(token.kind in ("number", "based", "command", "currency") for token in tokens)


def _has_letters(tokens: Sequence[Token]) -> bool:
    """Say whether variables or sums stand before a letter, which then is rather a variable than a unit."""
    return any(
        (token.kind in ("word", "text") and token.text not in CONSTANTS and token.text not in FUNCTIONS)
        or (
            token.text in ("+", "-")
            and place > 0
            and tokens[place - 1].kind != "open"
            and tokens[place - 1].text != "^"
        )
        for place, token in enumerate(tokens)
    )


def _with_base(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Read `1002 (base 3)` and `1002 base 3` as the numeral 1002_3."""
    bare = tuple(token for token in tokens if token.text not in ("(", ")", "in", "_", "{", "}"))
    if len(bare) != 3 or bare[1].text != "base" or tokens[0].kind != "number":
        return tokens
    if not (bare[0].text.isdigit() and bare[2].text.isdigit() and len(bare[2].text) < 3):
        return tokens
    return (Token("based", f"{bare[0].text}_{bare[2].text}"),)


def _without_ordinal(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    r"""Drop the ending of `15th` or `15^{\text{th}}`."""
    if len(tokens) < 2 or tokens[0].kind != "number":
        return tokens
    if tokens[1].text in _ORDINALS and not tokens[1].spaced:
        return (tokens[0], *tokens[2:])
    texts = [token.text for token in tokens[1:5]]
    if len(texts) == 4 and texts[:2] == ["^", "{"] and texts[2] in _ORDINALS and texts[3] == "}":
        return (tokens[0], *tokens[5:])
    if len(texts) > 1 and texts[0] == "^" and texts[1] in _ORDINALS:
        return (tokens[0], *tokens[3:])
    return tokens


def _is_name(token: Token) -> bool:
    return token.kind != "text" and (token.text in FUNCTIONS or token.text.lower() in CONSTANTS)


def _has_function(tokens: Sequence[Token]) -> bool:
    return any(token.text.lstrip("\\") in FUNCTIONS and token.text != "\\sqrt" for token in tokens)


def _percent_or_unit(tokens: tuple[Token, ...]) -> Unit | str | None:
    first = tokens[0]
    if first.text == "per" and len(tokens) > 1 and tokens[1].text == "cent":
        first, tokens = tokens[1], tokens[1:]
        return "%" if len(tokens) == 1 or read_unit(tokens[1:]) is not None else None
    if first.text == "%" or (first.kind in ("word", "text") and first.text.lower() in _PERCENT_WORDS):
        return "%" if len(tokens) == 1 or read_unit(tokens[1:]) is not None else None
    if first.text.lower() == "of" and len(tokens) > 1:
        return read_unit(tokens[1:])
    if first.text.lower() == "times" and len(tokens) == 1:
        return read_unit((Token("text", "ways"),))
    return read_unit(tokens)


def _ends_value(token: Token) -> bool:
    if token.kind in ("number", "based", "close", "currency", "command", "end"):
        return True
    if token.text in ("°", "%", "!"):
        return True
    is_word = token.kind in ("word", "text")
    return is_word and (
        len(token.text) <= 3 or scale_of(token.text.lower()) is not None or token.text.lower() in CONSTANTS
    )


def _scaled(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Write `3 million` as `3 * 1000000` and `2 dozen` as `2 * 12`."""
    if (
        len(tokens) < 2
        or tokens[-1].kind not in ("word", "text")
        or tokens[-2].kind not in ("number", "close")
    ):
        return tokens
    scale = scale_of(tokens[-1].text)
    return tokens if scale is None else (*tokens[:-1], *_times(scale))


def _times(scale: int) -> tuple[Token, ...]:
    return (Token("operator", "*"), Token("number", str(scale)))
