r"""The value that a sentence states: it stands right after the copula, and what follows it is a noun or an aside.

"So the number of pairs is ten, out of 24", "The volume is 0.366 dm³ at 500 K", "Hence the least value is ⌊log₂ n⌋ + 1".
"""

from __future__ import annotations

import re

from dartkit.verify.extraction.endings import NUMBER_WORD
from dartkit.verify.extraction.equations import right_side
from dartkit.verify.extraction.formulas import Formula, formula_at, formulas_in, is_prose
from dartkit.verify.extraction.found import NUMBERS, Extraction
from dartkit.verify.extraction.numbers import numbers_in
from dartkit.verify.extraction.plain_math import math_end, trailing_math
from dartkit.verify.extraction.results import is_given, widened
from dartkit.verify.extraction.trimming import trim

Span = tuple[int, int]
_NO_VALUES = ("equation", "interval", "matrix", "set", "tuple")
_MAX_VERBS = 24
_MAX_NUMBER = 80
_ADVERB = (
    r"(?:(?:therefore|thus|hence|then|so|exactly|only|just|simply|indeed|precisely|also|now|clearly|about|approximately|roughly|equal to"
    r"|given by|a total of|in fact|at (?:most|least)|found to be),?\s){0,3}"
)
_VERB = re.compile(
    rf"(?:\b(?:is|are|was|were|be|equals?|becomes?|remains?)\s|(?<=[^\s<>=:!])\s?[=≈≡]\s?|(?<=[A-Za-z)])\**:\s\**){_ADVERB}(?:[A-Za-z]\s?=\s?)?",
    re.IGNORECASE,
)
_MORE_WORDS = r"(?:half|halves|thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|dozen|thousand|million|billion)"
_WORD = re.compile(
    rf"{NUMBER_WORD}(?:[\s-](?:and\s)?(?:{NUMBER_WORD}|{_MORE_WORDS})){{0,6}}(?![A-Za-z-])", re.IGNORECASE
)
# what is no noun beside a value: it goes on with the sentence
_NO_NOUN = (
    r"(?!(?:and|or|but|times|plus|minus|divided|is|are|was|were|has|have|had|so|if|which|to|by|over)\b)"
)
_NOUN = rf"{_NO_NOUN}[A-Za-z°%µ$€][\w°%²³⁻¹·*/'’-]{{0,17}}"
_ASIDE = (
    r"(?:,?\s(?:of|for|than|at|in|with|from|on|per|every|across|throughout|if|when|where|while|among|between|within|during|because|since|as|after|before)\b|,\sout of\b|\sout of\b"
    r"|\s(?:to|by)\s(?=[a-z])|,?\s\((?!or\s))"
)
_TAIL = re.compile(
    rf"(?:\s?{_NOUN})?(?:\s{_NOUN}){{0,3}}?(?:\s?\((?!or\s)[^()\n]{{1,80}}\))?(?:\s{_NOUN}){{0,3}}?[\s*.!\"”]{{0,6}}(?:\Z|(?P<aside>{_ASIDE}))"
)
_BRACKETS = re.compile(r"\([^()\n]{0,200}\)|\$[^$\n]{0,200}\$")
_GOES_ON = re.compile(
    r"[=≈:]|\b(?:so|thus|therefore|hence|is|are|was|were|equals?|gives?|giving|leaves?|leaving|(?<!to )makes?|making|total|i\.e|must|get)\b"
    r"|\band\s(?:\w{1,12}\s){0,2}[-−$]{0,2}[0-9][^,]{0,20}\b(?:for|at|when|if|in|of)\b|\bfor\b[^0-9]{1,60}\band\s[-−$]?[0-9]",
    re.IGNORECASE,
)
# `=` after a variable of a program, or in a condition: "for a = 1"
_NO_RESULT = re.compile(r"[A-Za-z0-9]_[A-Za-z0-9_]{2,39}\Z|\b(?:for|at|when|if|with|where)\s[A-Za-z]\Z")
_OPENING = re.compile(_ADVERB)
# before a number that is no result; behind one, a clause of its own; another value beside it
_LED = re.compile(
    r"\b(?:an?|in|at|by|with|of|to|than|if|when|and|or|from|between)\s[$(*]{0,3}\Z", re.IGNORECASE
)
_APART = re.compile(
    r"[,;:=]|\b(?:is|are|was|were|has|have|gives?|leaves?|leaving|giving|(?<!to )makes?|total|then|but)\b"
)
_JOINED = re.compile(r"[^0-9]{0,200}\b(?:and|or|plus)\s(?:[a-z]{1,12}\s)?[-−$(]{0,3}[0-9]")
_MONEY = re.compile(r"[$€£¥₹][0-9]")
_LETTER = re.compile(r"\(?[A-Za-z]\)?")
_ANY_WORD = re.compile(
    r"(?<![A-Za-z\\])(?!(?:arc)?(?:sin|cos|tan|cot|sec|csc)|log|exp|sqrt|gcd|lcm|max|min|mod)[A-Za-z]{3}"
)
_IN_ALL = re.compile(r"\s(?:out of|in)\s[0-9]{1,9}(?![0-9.,]?[0-9])")


def stated_value(text: str, start: int, end: int, hint: str | None) -> Extraction | None:
    """Return the value after the first verb of a sentence that is followed by one and by nothing but asides; else None."""
    if hint in _NO_VALUES:
        return None
    whole = _whole(text, start, end) if hint == "expression" else None
    if whole is not None:
        return _extraction(text, *whole, hint)
    formulas = formulas_in(text, start, end)
    in_formulas = sum(text.count("\\", formula.start, formula.end) for formula in formulas)
    if text.count("\\", start, end) > in_formulas:
        return None  # LaTeX without delimiters
    for verb in list(_VERB.finditer(text, start, end))[:_MAX_VERBS]:
        is_inside = any(formula.start < verb.end() <= formula.end for formula in formulas)
        if is_inside or _NO_RESULT.search(text, max(start, verb.start() - 40), verb.start()):
            continue
        found = value_at(text, verb.end(), end, hint)
        if found is not None:
            return found
    counted = _counted(text, start, end, hint, formulas) if hint is None or hint in NUMBERS else None
    if counted is not None:
        return counted
    last = trailing_math(text, start, end) if hint == "expression" and not formulas else None
    return None if last is None else _extraction(text, *last, hint)


def _counted(text: str, start: int, end: int, hint: str | None, formulas: list[Formula]) -> Extraction | None:
    """Return the first value that is no given and has only a noun and an aside behind it: "spends 36 hours on TV in 4 weeks"."""
    spans = [(formula.start, formula.end) for formula in formulas]
    numbers = numbers_in(text, start, end)
    spans += [span for span in numbers if not any(first <= span[0] < last for first, last, *_ in formulas)]
    for first, last in sorted(spans)[:_MAX_VERBS]:
        tail = _TAIL.match(text, last, end)
        if (
            tail is None
            or not tail["aside"]
            or is_given(text, start, (first, last))
            or _LED.search(text, max(start, first - 16), first)
        ):
            continue
        rest = text[tail.start("aside") : end]
        is_bought = _MONEY.search(rest) is not None and text[first] not in "$€£¥₹"  # "3 shirts for $45"
        if _APART.search(rest) is None and _JOINED.match(rest) is None and not is_bought:
            return value_at(text, first, end, hint)
    return None


def value_at(text: str, at: int, end: int, hint: str | None) -> Extraction | None:
    """Return the value that begins at a place, where nothing but a noun and asides follow it in its sentence."""
    value = _span_at(text, at, end, hint)
    tail = _TAIL.match(text, value[1], end) if value is not None else None
    if value is None or tail is None:
        return None
    if tail["aside"] and _GOES_ON.search(_BRACKETS.sub(" ", text[tail.start("aside") : end])):
        return None
    odds = _IN_ALL.match(text, value[1], end) if hint == "rational" else None
    if odds is not None:  # "1 in 6" and "3 out of 10" are one value
        return Extraction(text[value[0] : odds.end()], value[0], "closing")
    return _extraction(text, *value, hint)


def opening_value(text: str, start: int, end: int, hint: str | None) -> Extraction | None:
    """Return the value that announced words begin with, where an aside follows it: "therefore ten, out of 24"."""
    if _ANY_WORD.search(text, start, end) is None:
        return None  # mathematics only, in which a bracket is a factor
    adverb = _OPENING.match(text, start, end)
    begin = adverb.end() if adverb is not None else start
    value = _span_at(text, begin, end, hint)
    if value is None or _LETTER.fullmatch(text, *value):
        return None
    tail = _TAIL.match(text, value[1], end)
    is_number = next(numbers_in(text, *value), None) == value  # read elsewhere, with its noun
    if is_number or tail is None or not (tail["aside"] or "(" in tail.group()):
        return None
    return value_at(text, begin, end, hint)


def _whole(text: str, start: int, end: int) -> Span | None:
    """Return a sentence that is nothing but mathematics, such as a last line `= 6x² − 7x − 20`."""
    first, last = trim(text, start, end)
    first += text.startswith(("= ", "≈ "), first) * 2
    return (first, last) if first < last and math_end(text, first, last) == last else None


def _span_at(text: str, at: int, end: int, hint: str | None) -> Span | None:
    """Return the span of the value that begins at a place: a formula, plain mathematics, a number, a number in words."""
    formula = formula_at(text, at)
    if formula is not None:
        inside = text[formula.inside : formula.inside_end]
        return (formula.start, formula.end) if any(char.isdigit() for char in inside) else None
    stop = math_end(text, at, end)
    number = next(numbers_in(text, at, min(end, at + _MAX_NUMBER)), None)
    if number is not None and number[0] == at and stop <= number[1]:
        return widened(text, at, number)
    if stop > at:
        is_letter = stop - at == 1 and text[at].isalpha()
        return None if is_letter and _TAIL.fullmatch(text, stop, end) is None else (at, stop)
    word = _WORD.match(text, at, end) if hint is None or hint in NUMBERS else None
    is_one = word is not None and word.group().lower() == "one"
    return None if word is None or (is_one and text.startswith(" of", word.end())) else word.span()


def _extraction(text: str, start: int, end: int, hint: str | None) -> Extraction | None:
    formula = formula_at(text, start)
    is_number = formula is None and next(numbers_in(text, start, end), None) == (start, end)
    rule = "inline-formula" if formula is not None else "last-number" if is_number else "closing"
    first, last = (formula.inside, formula.inside_end) if formula is not None else (start, end)
    first, last = trim(text, *right_side(text, first, last, hint))
    return None if first >= last or is_prose(text[first:last]) else Extraction(text[first:last], first, rule)
