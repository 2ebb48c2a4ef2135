r"""Read one numeral: digits, thousands separators, decimals, repeating decimals, powers of ten, a base subscript.

A comma, a space or `\,` joins groups of three digits into one number; the caller says whether a comma may. So do an
apostrophe (Swiss), an underscore (code), several points (`8.424.000`) and the commas of India (`25,98,960`).
"""

from __future__ import annotations

import re

_DIGITS = "0123456789"
_REGIONAL_SIGNS = frozenset(".,xXbBoO")
_SEPARATORS = (
    "{,}",
    ",\\! ",
    ",\\!",
    "{, }",
    ",",
    "\\,",
    "\\:",
    "\\;",
    "\\ ",
    "~",
    " ",
    "\u202f",
    "\u00a0",
    "\u2009",
    "'",
    "’",
    "_",
)
_SEPARATOR_STARTS = frozenset(separator[0] for separator in _SEPARATORS)
_NEVER_IN_LISTS = frozenset({"{,}", ",\\! ", ",\\!", "{, }", "\\,"})
_EXPONENT = re.compile(r"[eE]([+\-−]?[0-9]{1,5})(?![0-9A-Za-z]|\.[0-9])")
_BASE = re.compile(
    r"_(?:\{\s?(?:\\(?:text|mathrm|textrm|mbox)\s?\{)?\s?\(?([0-9]{1,2}|[a-z]{3,11})\)?\s?\}?\s?\}|([0-9]{1,2}))(?![0-9A-Za-z])"
)
_HEXADECIMAL = re.compile(
    r"([0-9]{1,40}[A-Fa-f][0-9A-Fa-f]{0,40})_(?:\{\s?(1[1-6])\s?\}|(1[1-6]))(?![0-9A-Za-z])"
)
_BASE_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "sixteen": 16,
}  # fmt: skip
# 0.333... shows its period three times or more, 0.1212... twice; 0.(3) states it.
_SHOWN = re.compile(
    r"\.(?:([0-9]{0,20}?)([0-9])\2\2+|([0-9]{0,20}?)([0-9]{2,6})\4)(?:\.\.\.|…|\\l?dots(?![A-Za-z]))|\.([0-9]{0,20})\(([0-9]{1,20})\)"
)
# 1.234.567,89 needs two points, or one and a comma, because 8.424 is a decimal; the groups of India have two digits but for the last.
_POINTED = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3}){2,12})(?![0-9]|\.[0-9])(?:,([0-9]{1,12})(?![0-9,]))?")
_POINT_AND_COMMA = re.compile(r"([0-9]{1,3}\.[0-9]{3}),([0-9]{1,2})(?![0-9]|[.,][0-9])")
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2}){1,12},[0-9]{3}(?![0-9]|,[0-9])")
_CODED = re.compile(r"0(?:[xX]([0-9A-Fa-f]{1,40})|[bB]([01]{1,160})|[oO]([0-7]{1,60}))(?![0-9A-Za-z])")
_DOTTED_ENDS = re.compile(r"\\dot\s?\{([0-9])\}([0-9]{0,58})\\dot\s?\{([0-9])\}")
_LATEX_COMMA = re.compile(r"\{,\}([0-9]{1,2}|[0-9]{4,30})(?![0-9])")  # 2{,}5 is 2.5
_ZERO_COMMA = re.compile(r"\{,\}([0-9]{1,30})")
_REPEATING = re.compile(r"\\(?:overline|bar|dot)\s?\{([0-9]{1,60})\}")


def read_numeral(text: str, start: int, *, commas: bool, grouped: bool = True) -> tuple[str, str, int]:
    """Return the kind of the numeral at `start` (`number` or `based`), its normal form and where it ends.

    The normal form has no separators and no leading zeros: `1,234`, `007`, `.5`, `0.(7)`, `7.15e3`, `43_5`.
    """
    at = _skip_digits(text, start)
    digits = text[start:at]
    hexadecimal = _HEXADECIMAL.match(text, start)
    if hexadecimal is not None:
        base = hexadecimal.group(2) or hexadecimal.group(3)
        return "based", f"{hexadecimal.group(1).upper()}_{base}", hexadecimal.end()
    regional = _read_regional(text, start, commas=commas) if text[at : at + 1] in _REGIONAL_SIGNS else None
    if regional is not None and grouped:
        return regional
    groups, at = _read_groups(text, at, digits, commas=commas) if grouped else ("", at)
    digits += groups
    decimals, at = _read_decimals(text, at)
    is_below_one = not digits.strip("0")
    comma = (
        (_ZERO_COMMA if is_below_one else _LATEX_COMMA).match(text, at) if not decimals and grouped else None
    )
    if comma is not None:
        decimals, at = f".{comma.group(1)}", comma.end()
    base = _BASE.match(text, at) if not decimals else None
    if base is not None:
        stated = base.group(1) or base.group(2)
        number = int(stated) if stated.isdigit() else _BASE_WORDS.get(stated)
        if number is not None:
            return "based", f"{digits}_{number}", base.end()
    tail = ""
    exponent = _EXPONENT.match(text, at)
    if exponent is not None:
        at = exponent.end()
        tail = "e" + exponent.group(1).replace("−", "-")
    return "number", (digits.lstrip("0") or "0") + decimals + tail, at


def _read_regional(text: str, start: int, *, commas: bool) -> tuple[str, str, int] | None:
    """Read a numeral of Europe, India or a programming language; None where it is none."""
    coded = _CODED.match(text, start)
    if coded is not None:
        digits, base = next(
            (found, base) for found, base in zip(coded.groups(), (16, 2, 8), strict=True) if found
        )
        return "based", f"{digits.upper()}_{base}", coded.end()
    found = _POINTED.match(text, start) or (_POINT_AND_COMMA.match(text, start) if commas else None)
    if found is not None:
        decimals = found.group(2) if commas else None
        whole = found.group(1).replace(".", "").lstrip("0") or "0"
        return "number", whole + (f".{decimals}" if decimals else ""), found.end(2 if decimals else 1)
    found = _INDIAN.match(text, start) if commas else None
    return ("number", found.group().replace(",", "").lstrip("0") or "0", found.end()) if found else None


def _skip_digits(text: str, at: int) -> int:
    while at < len(text) and text[at] in _DIGITS:
        at += 1
    return at


def _read_groups(text: str, at: int, whole: str, *, commas: bool) -> tuple[str, int]:
    """Read the groups of three digits after a first group of up to three; one separator throughout."""
    groups = ""
    if not 1 <= len(whole) <= 3 or whole == "0" or text[at : at + 1] not in _SEPARATOR_STARTS:
        return groups, at
    for separator in _SEPARATORS:
        if separator == "," and not commas:
            continue
        while _is_group(text, at, separator):
            begin = at + len(separator)
            groups += text[begin : begin + 3]
            at = begin + 3
        if groups:
            break
    return groups, at


def _is_group(text: str, at: int, separator: str) -> bool:
    if not text.startswith(separator, at):
        return False
    begin = at + len(separator)
    if _skip_digits(text, begin) != begin + 3:
        return False
    is_mixed = text[begin + 3 : begin + 4] == "/"  # 1 125/200 is a mixed number
    return not is_mixed or separator == "," or separator in _NEVER_IN_LISTS


def _read_decimals(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != ".":
        return "", at
    end = _skip_digits(text, at + 1)
    shown = _SHOWN.match(text, at)
    if shown is not None:
        groups = shown.groups()
        fixed, cycle = next(
            (groups[place], groups[place + 1]) for place in (0, 2, 4) if groups[place + 1] is not None
        )
        return f".{fixed}({cycle})", shown.end()
    ends = _DOTTED_ENDS.match(text, end)
    if ends is not None:  # 0.\dot{1}4285\dot{7} marks the first and the last digit of the period
        return f".{text[at + 1 : end]}({''.join(ends.groups())})", ends.end()
    repeating = _REPEATING.match(text, end)
    if repeating is not None:
        return f".{text[at + 1 : end]}({repeating.group(1)})", repeating.end()
    return ("", at) if end == at + 1 else (text[at:end], end)
