r"""Numbers as people write them: sign, currency, thousands, fraction, power, percent, clock time, base, short unit.

Every repeat is of one class or bounded, so a search is linear; the end of a text is searched first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_DIGITS = "[0-9٠-٩۰-۹０-９]"
_EXPONENT = r"(?:\{[-−+]?[0-9]{1,4}\}|[-−+]?[0-9]{1,4})"
_WHOLE = (
    rf"{_DIGITS}(?:{_DIGITS}|,(?={_DIGITS})|\{{,\}}(?={_DIGITS})|,?\\[,!](?={_DIGITS})"
    rf"|[\u00a0\u202f\u2009](?={_DIGITS}{{3}}(?!{_DIGITS})))*"
)
_SCIENTIFIC = (
    r"(?:[eE][-−+]?[0-9]{1,4}(?![0-9A-Za-z])|\s?(?:×|\\times|x|\*|\\cdot)\s?10(?:\s?\^\s?"
    rf"{_EXPONENT}|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,4}})(?![0-9]))"
)
_CLOCK = r"(?::[0-9]{1,6}(?![0-9])){1,2}(?:\s?[AaPp]\.?[Mm](?![A-Za-z])\.?)?|\s?[AaPp]\.?[Mm](?![A-Za-z])\.?"
_FRACTION = r"\s?/\s?[0-9]{1,12}(?:\.[0-9]{1,12})?(?![0-9/])|\s[0-9]{1,6}/[0-9]{1,6}(?![0-9/])"
_BASE = r"_(?:\{[0-9]{1,2}\}|[0-9]{1,2})(?![0-9A-Za-z])"
_UNITS = "km/h|m/s|km|cm|mm|kg|mg|ml|mL|kJ|kW|Hz|mph|nm|m|g|s|h|L|N|J|W|V|A|K"
_SUFFIX = (
    rf"\s?\\?%|\s?°(?:[CF](?![A-Za-z]))?|\s?[€£¥₹]|\s?(?:{_UNITS})(?:\^\{{?[23]\}}?|[²³])?(?![\w^/'’(=])"
)
BODY = (
    rf"(?:[0-9]{{1,3}}(?:\.[0-9]{{3}})+,[0-9]{{1,2}}(?![0-9,.])|{_WHOLE}(?:[.٫]{_DIGITS}+)?|(?<![0-9A-Za-z])\.{_DIGITS}+)"
    rf"(?:{_SCIENTIFIC}|\s?\^\s?{_EXPONENT}(?![0-9])|{_CLOCK}|{_FRACTION}|{_BASE})?(?:{_SUFFIX})?"
)
NUMBER = re.compile(rf"(?<![0-9A-Za-z_.^])(?<!\^[{{−-])(?<!\^\{{[−-]){BODY}")
SIGNED = re.compile(rf"[-−+]?\s?(?:US)?[$€£¥₹]?\s?[-−]?(?:{BODY})")
_CURRENCIES = "$€£¥₹"
_PLACES = re.compile(
    r"\s?(?:decimal|significant|d\.?p\b|s\.?f\b|sig)|\s?位小数", re.IGNORECASE
)  # "rounded to 2 decimal places"
_DENIAL = re.compile(
    r"(?:\bnot(?:\s(?:just|only|merely|simply))?|instead of|rather than|n't be|different from|≠|\\neq?)[\s*_]{0,3}[-−$€£(\\]{0,3}\Z"
)
_GLUED = re.compile(r"[eE][-−+]?[0-9]")  # 1e1e1 has no number in it
_TAILS = (240, 2_000)


def last_number(text: str, start: int = 0) -> tuple[int, int] | None:
    """Return the span of the last number that begins at or after `start`, with sign, currency and unit."""
    for width in (*_TAILS, len(text)):
        begin = max(start, len(text) - width)
        if begin > start:
            begin = max(text.rfind("\n", start, begin), text.rfind(" ", start, begin), start)
        last: re.Match[str] | None = None
        for found in NUMBER.finditer(text, begin):
            if _PLACES.match(text, found.end()) or _GLUED.match(text, found.end()):
                continue
            if not is_denied(text, found.start()):
                last = found
        if last is not None:
            return with_sign(text, *last.span())
        if begin <= start:
            break
    return None


def is_denied(text: str, start: int) -> bool:
    """Say whether what begins here is named as what the answer is not: "(not 5)", "instead of 7"."""
    return _DENIAL.search(text, max(start - 24, 0), start) is not None


def numbers_in(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of all numbers, each with its sign and currency."""
    for found in NUMBER.finditer(text, start, end):
        yield with_sign(text, *found.span())


def with_sign(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen the span of a number over the currency and the sign before it."""
    at = start - 1
    if at >= 0 and text[at] in _CURRENCIES and not _is_closing(text, at, end):
        start, at = at, at - 1
    elif at >= 1 and text[at] == " " and text[at - 1] in "€£¥₹":
        start, at = at - 1, at - 2
    if at >= 0 and text[at] in "-−" and _is_sign(text[max(at - 40, 0) : at]):
        start = at
    return start, end


def _is_closing(text: str, at: int, end: int) -> bool:
    """Say whether this dollar sign is a math delimiter: another one stands behind the number."""
    return text[at] == "$" and (text[end : end + 1] == "$" or text[at - 1 : at] == "$")


def _is_sign(before: str) -> bool:
    """Say whether a minus after this text is a sign: it stands apart from what precedes, and that is no operand."""
    if before and not before[-1].isspace() and before[-1] not in "(=:$*[{,\"'":
        return before[-1] > "\u2e7f"  # after Chinese or Japanese words no space is written
    last = before.rstrip()[-1:]
    return not (last.isdigit() or last in (")", "}"))
