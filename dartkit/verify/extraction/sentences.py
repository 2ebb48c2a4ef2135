r"""Take the answer out of one sentence.

A short sentence is the answer (`x = 5`, `Friday`, `18 dollars`); of a longer one it is what fits the kind of the gold answer:
its number, its letter, its yes or no, its formula. Alternatives are kept together.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dartkit.verify.extraction.choices import OPTION, choice_within, leading_choice
from dartkit.verify.extraction.equations import right_side
from dartkit.verify.extraction.formulas import (
    Formula,
    formula_at,
    formulas_in,
    is_prose,
    last_row,
)
from dartkit.verify.extraction.found import LISTS, NUMBERS, STRUCTURES, WORDS, Extraction
from dartkit.verify.extraction.hedges import DOUBT, alternatives, split_answer
from dartkit.verify.extraction.languages import TAIL
from dartkit.verify.extraction.number_lists import enumerated_numbers
from dartkit.verify.extraction.numbers import numbers_in
from dartkit.verify.extraction.statements import opening_value
from dartkit.verify.extraction.trimming import trim

Span = tuple[int, int]
_FEW_WORDS = 6
_CLAUSE = re.compile(
    r",?\s(?:because|since|which|so that|whereas|given that|assuming|due to|provided|rather than|instead of|(?:and|but) not|and (?:i|I|we|it|this|that))\b"
    r"|,\s(?:i\.e\.|that is,|namely|so|but|as|where|when|while|and (?:the|it|we|this|she|he|they|there|thus|hence)|not|rounded|obtained|achieved|attained)(?!\w)"
    r"|\s(?:as (?:the|we|it|there|shown|required|desired))\b|\s[–—]\s|\s--?\s(?=[a-z]{2,12}\s[a-z]{2})|;\s(?!or\b|and\b)(?=[a-z]{2})"
    r"|\s\((?:or|i\.e|approx|about|rounded|since|because|in|where|to|when|which|as|from|the|exact|with|for|not|we|it|this|that|assuming|option)\b"
)
_RESTATED = re.compile(r",?\swhich (?:is|equals)\s(?=[-−$\\0-9])")
_REFUSED = re.compile(
    r"(?:not\s(?=[-−$\\0-9(]|equal|simply|just|necessarily|the)|(?:in)?correct\b|wrong\b|right\b|reasonable\b|consistent\b|valid\b|verified\b"
    r"|below\b|above\b|(?:given|obtained|found|expressed|expected|required|supposed|provided|calculated|computed|needed|written|asked|based"
    r"|derived|determined|represented|rounded|in the form|of the form|clear|helpful|a bit|still|always|(?:greater|less|larger|smaller) than|unique|the same|your answer|here|yours|going|in (?:the|a|this)|an? (?:integer|number|single|positive|real|decimal))\b"
    r"|\.\.\.|…|\[(?:your|insert|answer)|\?)",
    re.IGNORECASE,
)
TRUTH = re.compile(
    r"(?<![A-Za-z])(?:not )?(?:(?:yes|no)(?![A-Za-z])"
    r"|(?:true|false)(?![A-Za-z]|\s(?!because|for|if|when|as|in|since|that|and)[a-z]))",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:\s{0,3}(?:,|;|、|，|和|或|\band\b|\bor\b|\bund\b|\boder\b|\bet\b|\bou\b|\by\b|\bи\b|&)){1,2}\s{0,3}"
    r"(?:(?:maybe|possibly|perhaps|even|also|either|probably)[\s,]{1,3}){0,2}(?=[$\\]|[-−]?[0-9])"
)
_FOREIGN_AND = re.compile(r"和|、|\b(?:und|et|y|и)\b")
_COPULA = re.compile(r"\s(?:is|are|was|were|be|equals|falls on|on a|on)\s(?:a |an |the )?", re.IGNORECASE)
_CLAUSE_LEAD = re.compile(r"(?:the|it|he|she|they|we|this|there|in|on|[A-Z][a-z]{1,20})\s", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:for|in|after|before|within|during|per|every|each|(?:each|one|out|all) of|over|on|among|at the|out of|from|between|until|all|these|those|step)"
    r"\s(?:the\s|all\s|a\s|about\s)?\Z",
    re.IGNORECASE,
)
_NOUN = re.compile(
    r"\s(?:dollars?|cents?|euros?|percent|degrees?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|miles?|feet|foot|inch(?:es)?|yards?"
    r"|meters?|metres?|kilometers?|kilometres?|centimeters?|grams?|kilograms?|pounds?|ounces?|liters?|gallons?|million|billion|thousand)\b"
)
_AFTER_VALUE = re.compile(
    r"(?P<noun>\s[A-Za-z]{3,20})?(?:\s(?:for|after|before|on|in|per|left|each|of|from|at|every|more|less|during|with|by|remaining|total"
    r"|altogether|long|away|wide|tall|high|old|ago)\b[^0-9\\=$]*|\s\((?!mod)[A-Za-z][^()0-9]*\))\Z"
)
_DENIAL = re.compile(
    r",?\s(?:because|since)\b|,\s(?:it|this|and|while|but)?\s?(?:can['’]?t|cannot|is not|isn['’]?t|not)\b",
    re.IGNORECASE,
)
_JOINS = re.compile(r"\s(?:and|or)\s")


def answer_in(text: str, start: int, end: int, hint: str | None, rule: str) -> Extraction | None:
    """Return the answer within a sentence, or None where the sentence has none."""
    start, end = trim(text, start, end)
    if start == end or _REFUSED.match(text, start, end):
        return None
    if hint == "choice":
        end = _before_denial(text, start, end)
        spans = alternatives(text, start, end)
        if spans is not None:
            return _hedged(text, spans, "", hint, rule)
    if hint == "choice" or (hint is None and text[start] in "(["):
        letter = leading_choice(text, start, end)
        if letter is not None:
            first, last = letter if hint == "choice" else (start, end)
            return Extraction(text[first:last], first, rule)
    if hint == "choice":
        letter = choice_within(text, start, end)
        if letter is not None:
            return Extraction(text[slice(*letter)], letter[0], rule)
    elif hint in NUMBERS or hint in STRUCTURES:
        option = OPTION.match(text, start, end)
        start = option.end() if option is not None else start
    if " " not in text[start:end] and hint != "boolean":
        return whole(text, *right_side(text, start, end, hint), hint, rule)
    formula = formula_at(text, start) if hint in WORDS and text[start] in "$\\" else None
    if formula is not None and text.startswith("\\text", formula.inside):
        return Extraction(text[formula.inside : formula.inside_end], formula.inside, rule)
    opening = opening_value(text, start, end, hint) if hint in NUMBERS or hint == "expression" else None
    if opening is not None and alternatives(text, start, end) is None:
        return replace(opening, rule=rule)
    clause = _CLAUSE.search(text, start + 1, end)
    if clause is not None:
        restated = _RESTATED.match(text, clause.start(), end) if hint is None or hint in NUMBERS else None
        if restated is not None and is_prose(text[start : clause.start()]):
            return answer_in(text, restated.end(), end, hint, rule)
        start, end = trim(text, start, clause.start())
    if hint == "boolean":
        truth = TRUTH.search(text, start, end)
        if truth is not None:
            return Extraction(truth.group(), truth.start(), rule)
    leading = _leading_value(text, start, end) if hint is None or hint in NUMBERS else None
    if leading is not None:
        return Extraction(text[start:leading], start, rule)
    if not is_prose(text[start:end]):
        return whole(text, *right_side(text, start, end, hint), hint, rule)
    return _in_prose(text, start, end, hint, rule)


def _before_denial(text: str, start: int, end: int) -> int:
    """Return where a sentence turns from the letter it gives to those it does not: "D, it can't be A", "A because (B) is wrong"."""
    turn = _DENIAL.search(text, start, end)
    if turn is None:
        return end
    given = leading_choice(text, start, turn.start()) or choice_within(text, start, turn.start())
    return turn.start() if given is not None else end


def whole(text: str, start: int, end: int, hint: str | None, rule: str) -> Extraction | None:
    """Return a short answer as it is, or its alternatives."""
    spans = split_answer(text, start, end)
    if spans is not None:
        return _hedged(text, spans, text[start:end], hint, rule)
    if not text[start:end].isascii() or "'" in text[start:end]:
        tail = TAIL.search(text, max(start, end - 24), end)
        if tail is not None and tail.start() > start:
            start, end = trim(text, start, tail.start())
        only = _foreign_number(text, start, end) if hint is None or hint in NUMBERS else None
        start, end = only or (start, end)
    return Extraction(text[start:end], start, rule) if start < end else None


def from_formula(text: str, formula: Formula, hint: str | None, rule: str) -> Extraction | None:
    """Return a formula, or the whole list where more formulas follow: `$3$ or $5$`."""
    end = formula.end
    pieces = [(formula.inside, formula.inside_end)]
    is_foreign = False
    for _ in range(20):
        more = _MORE.match(text, end)
        if more is None:
            break
        following = formula_at(text, more.end())
        number = next(numbers_in(text, more.end(), more.end() + 40), None) if following is None else None
        if following is not None:
            end = following.end
            pieces.append((following.inside, following.inside_end))
        elif number is not None and number[0] == more.end():
            end = number[1]
            pieces.append(number)
        else:
            break
        is_foreign = is_foreign or _FOREIGN_AND.search(more.group()) is not None
    if is_foreign:
        parts = tuple(text[slice(*piece)] for piece in pieces)
        return Extraction(", ".join(parts), pieces[0][0], rule, (), parts)
    if end > formula.end:
        return whole(text, *trim(text, formula.start, end), hint, rule)
    first, last = formula.inside, formula.inside_end
    if formula.display:
        first, last = last_row(text, first, last)
    return whole(text, *right_side(text, first, last, hint), hint, rule)


def is_name(text: str, formula: Formula) -> bool:
    r"""Say whether a formula only names something: `$x$`, `\(\angle ABC\)`."""
    inside = text[formula.inside : formula.inside_end]
    return len(inside) <= 12 and not any(sign in inside for sign in "=0123456789+*/<>^")


def _leading_value(text: str, start: int, end: int) -> int | None:
    """Return where the value ends that a sentence such as "720 dollars in a year" begins with."""
    number = next(numbers_in(text, start, end), None)
    if number is None or number[0] != start:
        return None
    rest = _AFTER_VALUE.match(text[number[1] : end])
    if rest is None or _JOINS.search(text, number[1], end):
        return None
    return number[1] + max(rest.end("noun"), 0)


def _foreign_number(text: str, start: int, end: int) -> Span | None:
    """Return the number among letters of another script, where it is the only one: `42个`, `это 5`."""
    if not any(char.isalpha() and char > "\u0370" and char not in "πθαβγλμσφωΔ" for char in text[start:end]):
        return None
    spans = list(numbers_in(text, start, end))
    return spans[0] if len(spans) == 1 else None


def _hedged(text: str, spans: list[Span], written: str, hint: str | None, rule: str) -> Extraction:
    parts = tuple(text[first:last] for first, last in spans)
    joined = " or ".join(parts)
    is_list = hint in LISTS and DOUBT.search(written) is None
    return Extraction(joined, spans[0][0], rule, () if is_list else ("hedged",), parts)


def _in_prose(text: str, start: int, end: int, hint: str | None, rule: str) -> Extraction | None:
    if hint not in WORDS:
        spans = alternatives(text, start, end)
        if spans is not None:
            return _hedged(text, spans, "", hint, rule)
        formulas = [formula for formula in formulas_in(text, start, end) if not is_name(text, formula)]
        if formulas and hint in STRUCTURES:
            return from_formula(text, formulas[-1], hint, rule)
    else:
        spans = split_answer(text, start, end)
        if spans is not None and all(text.count(" ", *span) < _FEW_WORDS // 2 for span in spans):
            return _hedged(text, spans, "", hint, rule)
    if hint in WORDS or hint in STRUCTURES:
        first = _after_copula(text, start, end)
        return Extraction(text[first:end], first, rule)
    listed = None if formulas else enumerated_numbers(text, start, end, wanted=False)
    if listed is not None:
        return replace(listed, rule=rule)
    chosen = _value(text, start, end, formulas)
    if chosen is None:
        is_short = hint not in NUMBERS or len(text[start:end].split()) <= _FEW_WORDS
        return Extraction(text[start:end], start, rule) if is_short else None
    for formula in formulas:
        if formula.start == chosen[0]:
            return from_formula(text, formula, hint, rule)
    noun = _NOUN.match(text, chosen[1], end)
    return Extraction(text[chosen[0] : noun.end() if noun else chosen[1]], chosen[0], rule)


def _after_copula(text: str, start: int, end: int) -> int:
    """Return where the answer begins in "that the day is Friday"; the start where the sentence is no clause."""
    if _CLAUSE_LEAD.match(text, start, end):
        for found in _COPULA.finditer(text, start, end):
            first = trim(text, found.end(), end)[0]
            if first < end:
                return first
    return start


def _value(text: str, start: int, end: int, formulas: list[Formula]) -> Span | None:
    """Return the number or formula a sentence gives: its first word, else the last that is no aside such as `in 3 days`."""
    spans: list[Span] = [(formula.start, formula.end) for formula in formulas]
    numbers = numbers_in(text, start, end)
    spans += [span for span in numbers if not any(first <= span[0] < last for first, last, *_ in formulas)]
    if not spans:
        return None
    spans.sort()
    if spans[0][0] <= start + 1:
        return spans[0]
    for span in reversed(spans):
        if not _ASIDE.search(text, max(start, span[0] - 24), span[0]):
            return span
    return spans[-1]
