r"""What a sentence without delimiters holds that is no single number: lists in brackets, inequalities, equations, bare LaTeX."""

from __future__ import annotations

import re

from dartkit.verify.extraction.equations import right_side
from dartkit.verify.extraction.formulas import formulas_in, is_prose
from dartkit.verify.extraction.found import Extraction
from dartkit.verify.extraction.last_sentences import last_sentences
from dartkit.verify.extraction.plain_math import final_brackets, trailing_math
from dartkit.verify.extraction.trimming import trim

Span = tuple[int, int]
_BRACKETS = re.compile(r"[(\[{][^()\[\]{}\n]{1,120},[^()\[\]{}\n]{1,120}[)\]}]")
_THOUSANDS = re.compile(r"\([-−$]{0,2}[0-9]{1,3}(?:,[0-9]{3})+\)")
_COMPARED = r"(?:[-−]?[0-9./]{1,12}\s?[<≤]\s?)?[A-Za-z]\s?[<>≤≥]\s?[-−]?[0-9./]{0,11}[0-9]"
_RELATION = re.compile(
    rf"(?:^|(?<=\s))({_COMPARED}(?:(?:,? or |,? and |, ){_COMPARED}){{0,4}})[.*!]{{0,4}}\Z"
)
_EQUATION = re.compile(
    r"(?<![\w\\])[A-Za-z](?:\([a-z]\))?\s?=\s?[^.\n=]{1,80}(?:(?:,| and| or| und| oder| et| ou)\s[A-Za-z]\s?=\s?[^.\n=]{1,80}){0,6}\Z"
)
_AFTER_EQUATION = re.compile(
    r"(?<=[0-9A-Za-z)])\s(?:is|are|as|for|satisf\w{1,5}|where|holds|works)\b"
)  # "y = 3x - 2 is the tangent"
_BARE_LATEX = re.compile(r"\\(?:d?frac|sqrt|pi|cdot|times|binom|text|left)(?![A-Za-z])")


def bracketed(text: str, start: int, end: int) -> Extraction | None:
    """Return the list in brackets, several of them, or the chain of inequalities that a sentence ends in."""
    brackets = final_brackets(text, start, end)
    if brackets is None:
        relation = _RELATION.search(text, start, end)
        brackets = relation and relation.span(1)
    if brackets is None or _THOUSANDS.fullmatch(text, *brackets) or is_prose(text[slice(*brackets)]):
        return None
    return Extraction(text[slice(*brackets)], brackets[0], "closing")


def structure(text: str, hint: str | None) -> Extraction | None:
    """Return a list in brackets, or an equation, that the last sentences hold outside of any formula."""
    for place, (start, end) in enumerate(last_sentences(text)):
        if place > 1:
            break
        found = None
        if hint in ("interval", "set", "tuple", "matrix"):
            brackets = final_brackets(text, start, end) if hint == "matrix" else None
            if brackets is not None:
                return Extraction(text[slice(*brackets)], brackets[0], "closing")
            found = next(reversed(list(_BRACKETS.finditer(text, start, end + 1))), None)
        whole = trailing_math(text, start, end) if hint == "equation" else None
        if whole is not None and "=" in text[slice(*whole)]:
            return Extraction(text[slice(*whole)], whole[0], "closing")
        if found is None and hint in ("equation", "expression", "set", "tuple"):
            words = _AFTER_EQUATION.search(text, start, end)
            found = _EQUATION.search(text, start, words.start() if words is not None else end)
        if found is not None and not formulas_in(text, start, end):
            first, last = trim(text, *found.span())
            first, last = right_side(text, first, last, hint)
            return Extraction(text[first:last], first, "closing") if first < last else None
    return None


def bare_formula(text: str, number: Span | None, hint: str | None) -> Extraction | None:
    r"""Return LaTeX without delimiters such as `= \frac{2}{3}` at the end of the line that holds the last number."""
    if number is None or "\\" not in text[max(number[0] - 200, 0) : number[0]]:
        return None
    start = text.rfind("\n", 0, number[0]) + 1
    line_end = text.find("\n", number[1])
    end = len(text) if line_end < 0 else line_end
    if end - start > 400 or _BARE_LATEX.search(text, start, number[0]) is None:
        return None
    if any(sign in text[start:end] for sign in ("$", "\\(", "\\[", "\\]")):
        return None
    cut = max(
        text.rfind(sign, start, number[0]) + len(sign) if text.rfind(sign, start, number[0]) >= 0 else -1
        for sign in ("=", ": ", " is ", " equals ", " are ")
    )
    if cut < 0:
        return None
    first, last = trim(text, cut, end)
    if is_prose(text[first:last]) or not _is_balanced(text[first:last]):
        return None
    return Extraction(text[first:last], first, "inline-formula")


def _is_balanced(piece: str) -> bool:
    depth = 0
    for char in piece:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0
