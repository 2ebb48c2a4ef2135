r"""The same answer in another notation: what LaTeX lets one write in two ways.

Every function returns the other notation, or None where the answer has none. They work on text and on purpose know nothing
of the verifier's parser: what they produce was not made to suit it.
"""

from __future__ import annotations

import re

from dartkit.verify.gold.text import has_ambiguous_comma, has_words, is_enclosed

_FRACTION = re.compile(r"(-?)\\[dt]?frac\{([0-9]{1,20})\}\{([0-9]{1,20})\}")
_SLASH = re.compile(r"(-?)([0-9]{1,20})/([0-9]{1,20})")
_SHORT_FRACTION = re.compile(r"(\\[dt]?frac) ?([0-9])([0-9])(?![0-9])")
_LONG_FRACTION = re.compile(r"(\\[dt]?frac)\{([0-9])\}\{([0-9])\}(?![0-9])")
_SHORT_ROOT = re.compile(r"\\sqrt ?([0-9])(?![0-9])")
_SHORT_POWER = re.compile(r"([\^_])([0-9A-Za-z])(?![0-9])")
_LONG_POWER = re.compile(r"([\^_])\{([0-9A-Za-z])\}(?![0-9A-Za-z])")
_SPACE = re.compile(r"(?<!\\) {1,8}(?=[-,+=<>()\[\]{}*/|])|(?<=[-,+=<>(\[{*/|]) {1,8}")
_BINARY = re.compile(r"(?<=[0-9A-Za-z)}\]])([-+=<>])(?=[0-9A-Za-z(\\\[{])")
_COMMA = re.compile(r"(?<![\\{]),(?=[^\s}\\]|\\[A-Za-z{(])")
_SIZE = re.compile(r"\\(?:left|right)(?= ?(?:[()\[\]]|\\[{}]))")
_E_NOTATION = re.compile(r"[0-9][eE][-+]?[0-9]")
_BARE_POINT = re.compile(r"(?<![0-9.])\.(?=[0-9])")
_UNICODE = {
    "pi": "π", "infty": "∞", "cup": "∪", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠",
    "cdot": "·", "times": "×",
}  # fmt: skip
_NAMED_SIGN = re.compile(r"\\([A-Za-z]{2,5})(?![A-Za-z]) ?")


def display_fraction(answer: str) -> str | None:
    r"""`\frac` as `\dfrac`, and the other way round."""
    if "\\dfrac" in answer or "\\tfrac" in answer:
        return answer.replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    return answer.replace("\\frac", "\\dfrac") if "\\frac" in answer else None


def slash_fraction(answer: str) -> str | None:
    r"""A fraction of two integers as `a/b`, and the other way round."""
    if found := _FRACTION.fullmatch(answer):
        return f"{found[1]}{found[2]}/{found[3]}"
    found = _SLASH.fullmatch(answer)
    return f"{found[1]}\\frac{{{found[2]}}}{{{found[3]}}}" if found else None


def tight(answer: str) -> str | None:
    """No spaces around signs, commas and brackets."""
    if has_words(answer):
        return None
    without = _SPACE.sub("", answer)
    return None if has_ambiguous_comma(without) and not has_ambiguous_comma(answer) else without


def spaced(answer: str) -> str | None:
    """Spaces around signs and after commas."""
    if has_words(answer) or has_ambiguous_comma(answer) or _E_NOTATION.search(answer):
        return None
    return _COMMA.sub(", ", _BINARY.sub(r" \1 ", answer))


def sized_brackets(answer: str) -> str | None:
    r"""Outer brackets with `\left` and `\right`, or all brackets without."""
    if "\\left" in answer:
        return _SIZE.sub("", answer)
    if answer.startswith("\\{") and answer.endswith("\\}") and is_enclosed(answer[1:-2] + "}"):
        return f"\\left{answer[:-2]}\\right\\}}"
    if answer[:1] in ("(", "[") and is_enclosed(answer):
        return f"\\left{answer[:-1]}\\right{answer[-1]}"
    return None


def braced(answer: str) -> str | None:
    r"""Arguments of one character in braces: `x^{2}`, `\frac{1}{2}`, `\sqrt{3}`."""
    full = _SHORT_ROOT.sub(r"\\sqrt{\1}", _SHORT_FRACTION.sub(r"\1{\2}{\3}", answer))
    return _SHORT_POWER.sub(r"\1{\2}", full)


def unbraced(answer: str) -> str | None:
    r"""Arguments of one character without braces: `x^2`, `\frac12`."""
    return _LONG_POWER.sub(r"\1\2", _LONG_FRACTION.sub(r"\1\2\3", answer))


def in_unicode(answer: str) -> str | None:
    r"""Signs as Unicode characters: `π`, `∞`, `≤`, `°`, and a true minus."""
    if has_words(answer):
        return None
    degrees = answer.replace("^{\\circ}", "°").replace("^\\circ", "°").replace("-", "−")
    return _NAMED_SIGN.sub(_as_unicode, degrees)


def _as_unicode(found: re.Match[str]) -> str:
    return _UNICODE.get(found[1], found[0])


def product_sign(answer: str) -> str | None:
    r"""`\cdot` as `\times`, and the other way round."""
    if "\\cdot" in answer and "\\cdots" not in answer:
        return answer.replace("\\cdot", "\\times")
    return answer.replace("\\times", "\\cdot") if "\\times" in answer else None


def leading_zero(answer: str) -> str | None:
    """`.5` as `0.5`, and the other way round for a lone decimal."""
    if _BARE_POINT.search(answer):
        return _BARE_POINT.sub("0.", answer)
    found = re.fullmatch(r"(-?)0(\.[0-9]{1,30})", answer)
    return found[1] + found[2] if found else None


def matrix_brackets(answer: str) -> str | None:
    """A matrix in round brackets with square ones, and the other way round."""
    if "{pmatrix}" in answer:
        return answer.replace("{pmatrix}", "{bmatrix}")
    return answer.replace("{bmatrix}", "{pmatrix}") if "{bmatrix}" in answer else None
