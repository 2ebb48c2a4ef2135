r"""Answers without a mark, in the last sentences: "so the day is Friday.", a bold last line, the last formula or number."""

from __future__ import annotations

import re

from dartkit.verify.extraction.choices import choice_in_prose, lettered_option
from dartkit.verify.extraction.endings import VALUE, before_reason, before_remarks, bold_value
from dartkit.verify.extraction.enumerations import bulleted_values, parts
from dartkit.verify.extraction.equations import right_side
from dartkit.verify.extraction.formulas import (
    NUMBER_SIGN,
    OPERATOR,
    Formula,
    formulas_in,
    is_prose,
    last_formula,
    last_row,
)
from dartkit.verify.extraction.found import NUMBERS, STRUCTURES, WORDS, Extraction
from dartkit.verify.extraction.hedges import alternatives
from dartkit.verify.extraction.last_sentences import last_sentences, last_with_value
from dartkit.verify.extraction.number_lists import (
    enumerated_numbers,
    last_named,
    scattered_numbers,
    values_of_cases,
)
from dartkit.verify.extraction.numbers import is_denied
from dartkit.verify.extraction.results import number_word, result_number, subject
from dartkit.verify.extraction.segments import answer_after
from dartkit.verify.extraction.sentences import TRUTH, answer_in
from dartkit.verify.extraction.statements import stated_value
from dartkit.verify.extraction.structures import bare_formula, bracketed, structure
from dartkit.verify.extraction.surrender import gives_up, is_no_result, without_program
from dartkit.verify.extraction.trimming import trim

Span = tuple[int, int]
_CONCLUSION = re.compile(
    r"(?:therefore|thus|hence|so|in conclusion|consequently|finally|this means|we conclude|it follows|in summary|overall|as a result|∴)\b",
    re.IGNORECASE,
)
_COPULA = re.compile(
    r"\s(?:is|are|was|were|be|equals|on|called)\s(?:a |an |the |on )?(?![^A-Za-z0-9\"*_$\\(\[{-])"
)
_BOLD = re.compile(r"\*\*([^*\n]{1,80})\*\*")
_DOUBTED = re.compile(
    r"\b(?:[Ee]ither|whether)\b[^.\n]{0,30}?\b([A-J])\b[^.\n]{0,14}?\bor\b[^.\n]{0,14}?\b([A-J])\b"
)
_JOINT = re.compile(r"\s?,?\s?(?:(?:and|et|und|y|e|и)\s)?\s?")
_PAIR = re.compile(r"=\s?\\?(?:left)?\([^()]{1,80},[^()]{1,80}\\?(?:right)?\)\Z")
_PLURAL = re.compile(
    r"\b(?:are|were|sind|sont|son|são|sono)(?: the numbers| the values| both| simply)?:?\s?\Z"
)


def closing_answer(text: str, hint: str | None) -> Extraction | None:
    """Return what the end of a text says without announcing it, as fits the kind of the gold answer."""
    if gives_up(text, hint):
        return None
    text = text[: without_program(text)]
    text = text[: before_remarks(text)]
    if hint == "choice":
        letter = _choice(text)
        if letter is not None:
            return letter
    if hint in WORDS:
        found = _words(text, hint)
        if found is not None:
            return found
    bold = _bold_line(text, hint)
    if bold is not None:
        return bold
    if hint not in WORDS and hint != "choice":
        return _result(text, hint)
    return _last_value(text, hint, len(text))


def _choice(text: str) -> Extraction | None:
    letter = choice_in_prose(text)
    if letter is None:
        return None
    doubt = _DOUBTED.search(text, max(len(text) - 300, 0))
    if doubt is not None and doubt.end() >= letter[1]:
        return Extraction(
            f"{doubt[1]} or {doubt[2]}", doubt.start(1), "choice-phrase", ("hedged",), (doubt[1], doubt[2])
        )
    return _with_alternatives(text, letter, "choice-phrase")


def _result(text: str, hint: str | None) -> Extraction | None:
    """Return the value or the list that the last sentence with a value results in."""
    listed = bulleted_values(text, hint)
    if listed is not None:
        return listed
    if hint in ("set", "tuple"):
        listed = parts(text)
        if listed is not None:
            return listed
    last = next(last_sentences(text), None) if hint == "expression" else None
    if last is not None and not VALUE.search(text, *last):
        stated = stated_value(text, *last, hint)  # letters only: "The integral is x ln x − x"
        if stated is not None and len(stated.text) > 2:
            return stated
    sentence = last_with_value(text)
    if sentence is None:
        return _last_value(text, hint, len(text))
    return None if is_no_result(text, *sentence) else _of_sentence(text, *sentence, hint)


def _of_sentence(text: str, start: int, end: int, hint: str | None) -> Extraction | None:
    """Return what one sentence results in: bold text, its subject, a list, the value it states, its last value."""
    letter = lettered_option(text, start, end) if hint == "expression" else None
    if letter is not None:
        return Extraction(text[slice(*letter)], letter[0], "choice-phrase")
    bold = bold_value(text, start, end)
    if bold is not None:
        found = answer_in(text, *bold, hint, "closing")
        if found is not None:
            return found
    about = subject(text, start, end)
    if about is not None:
        first, last = trim(text, *about)
        return Extraction(text[first:last], first, "closing")
    cases = values_of_cases(text, start, end)
    if cases is not None:
        return cases
    end = before_reason(text, start, end)
    approx = text.rfind("≈", start, end)
    if approx > 0 and hint not in ("decimal", "integer", None) and VALUE.search(text, start, approx):
        end = approx
    if "\\" not in text[start:end] and not formulas_in(text, start, end):
        listed = _listed(text, start, end, hint)
        if listed is not None:
            return listed
    stated = stated_value(text, start, end, hint)
    if stated is not None and alternatives(text, start, end) is None:
        return stated
    word = number_word(text, start, end) if hint is None or hint in NUMBERS else None
    return word or _last_value(text[:end], hint, start)


def _listed(text: str, start: int, end: int, hint: str | None) -> Extraction | None:
    """Return the list that a sentence in plain text ends in."""
    wants_list = hint in ("set", "tuple")
    listed = bracketed(text, start, end) or enumerated_numbers(text, start, end, wanted=wants_list)
    if listed is None and wants_list:
        return structure(text[:end], hint) or scattered_numbers(text, start, end)
    return last_named(listed) if listed is not None and hint in NUMBERS else listed


def _last_value(text: str, hint: str | None, start: int) -> Extraction | None:
    """Return the last formula, or the last number that is none of the givens of its sentence, which begins at `start`."""
    if hint in STRUCTURES:
        found = _formula(text, hint) or structure(text, hint)
        if found is not None:
            return found
    number = result_number(text, start)
    formula = _formula(text, hint, after=number) or bare_formula(text, number, hint)
    if formula is not None:
        return formula
    if number is not None:
        return _with_alternatives(text, number, "last-number")
    return _words(text, None) if hint is None else None


def _words(text: str, hint: str | None) -> Extraction | None:
    """Return the words that the last sentences end in; of a sentence that is not the last only if it concludes."""
    for place, (start, end) in enumerate(last_sentences(text)):
        concludes = _CONCLUSION.match(text, start) is not None
        if not concludes and (place > 0 or hint is None):
            continue
        if hint == "boolean":
            truths = list(TRUTH.finditer(text, start, end))
            if truths:
                return Extraction(truths[-1].group(), truths[-1].start(), "closing")
        bolds = list(_BOLD.finditer(text, start, min(end + 4, len(text)))) if hint is not None else []
        if bolds:
            first, last = trim(text, *bolds[-1].span(1))
            if first < last:
                return Extraction(text[first:last], first, "closing")
        copulas = list(_COPULA.finditer(text, start, end))
        if copulas:
            found = answer_in(text, copulas[-1].end(), end, hint, "closing")
            if found is not None and len(found.text.split()) <= 6:
                return found
        if hint is not None and place == 0 and len(text[start:end].split()) <= 3 and not concludes:
            return Extraction(text[start:end], start, "closing")
    return None


def _bold_line(text: str, hint: str | None) -> Extraction | None:
    """Return the last line if all of it is bold and it is no heading."""
    end = len(text.rstrip())
    start = text.rfind("\n", 0, end) + 1
    while text[start : start + 1] in (" ", ">", "\t"):
        start += 1
    if not text.startswith("**", start) or not text.startswith(
        ("**", "**."), end - 3 if text[end - 1 : end] == "." else end - 2
    ):
        return None
    if (
        end - start > 200
        or text.count("**", start, end) != 2
        or text[max(start, end - 3) : end].startswith(":")
    ):
        return None
    found = answer_after(text, start + 2, hint, "bold-line")
    return None if found is None or is_prose(found.text) else found


def _formula(text: str, hint: str | None, after: Span | None = None) -> Extraction | None:
    """Return the last formula, unless a number given stands after it."""
    needs = NUMBER_SIGN if hint in NUMBERS else None if hint in STRUCTURES else OPERATOR
    formula = last_formula(text, needs)
    if formula is None or (after is not None and after[0] >= formula.end) or is_denied(text, formula.start):
        return None
    first, last = last_row(text, formula.inside, formula.inside_end) if formula.display else formula[2:4]
    first, last = right_side(text, first, last, hint)
    rule = "display-formula" if formula.display else "inline-formula"
    if first >= last:
        return None
    return _enumerated(text, formula, hint) or _with_alternatives(text, (first, last), rule)


def _enumerated(text: str, formula: Formula, hint: str | None) -> Extraction | None:
    """Return the list that a sentence such as "the solutions are $a$ and $b$" ends in."""
    begin = max(text.rfind("\n", 0, formula.start), formula.start - 300, 0)
    members = [formula]
    for earlier in reversed(formulas_in(text, begin, formula.start)):
        if _JOINT.fullmatch(text, earlier.end, members[0].start) is None:
            break
        members.insert(0, earlier)
    if len(members) < 2 or (
        hint not in ("set", "tuple") and not _PLURAL.search(text, begin, members[0].start)
    ):
        return None
    parts = tuple(text[member.inside : member.inside_end] for member in members)
    if hint == "tuple" and _PAIR.search(parts[-1]) is not None:
        return None  # the last formula is the tuple
    return Extraction(", ".join(parts), members[0].inside, "inline-formula", (), parts)


def _with_alternatives(text: str, span: Span, rule: str) -> Extraction:
    """Return the value at a span, with the others where its sentence leaves them open."""
    start, end = span
    first = max(text.rfind("\n", 0, start), text.rfind(". ", 0, start), 0, start - 200)
    spans = alternatives(text, first, min(len(text), end + 40))
    if spans is not None and any(other[0] <= start < other[1] for other in spans):
        members = tuple(text[slice(*other)] for other in spans)
        return Extraction(" or ".join(members), spans[0][0], rule, ("hedged",), members)
    return Extraction(text[start:end], start, rule)
