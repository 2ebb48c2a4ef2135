r"""Answers without a mark, in the last sentences: "so the day is Friday.", a bold last line, the last formula or number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dartkit.verify.extraction.choices import choice_in_prose
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
from dartkit.verify.extraction.number_lists import enumerated_numbers, scattered_numbers
from dartkit.verify.extraction.numbers import is_denied
from dartkit.verify.extraction.results import number_word, result_number, subject
from dartkit.verify.extraction.segments import answer_after
from dartkit.verify.extraction.sentences import TRUTH, answer_in
from dartkit.verify.extraction.surrender import gives_up, is_no_result, without_program
from dartkit.verify.extraction.trimming import trim

Span = tuple[int, int]
_TAIL = 1_200
_MAX_SENTENCES = 4
_MAX_SEARCHED = 12  # sentences looked at from the end for one with a value
_BREAK = re.compile(r"(?:[.?]|(?<![0-9)])!)(?:\s|\Z)|\n|[。！？]")
_BOILERPLATE = re.compile(
    r"(?:i hope|hope (?:this|that|it)|let me know|feel free|if you (?:have|need|want|would|'d)|thank|please|good luck|is there anything|would you like"
    r"|do you have|does this|this (?:completes|concludes)|note\b|q\.?e\.?d|done\b|```|---)",
    re.IGNORECASE,
)
_CONCLUSION = re.compile(
    r"(?:therefore|thus|hence|so|in conclusion|consequently|finally|this means|we conclude|it follows|in summary|overall|as a result|∴)\b",
    re.IGNORECASE,
)
_COPULA = re.compile(
    r"\s(?:is|are|was|were|be|equals|on|called)\s(?:a |an |the |on )?(?![^A-Za-z0-9\"*_$\\(\[{-])"
)
_BOLD = re.compile(r"\*\*([^*\n]{1,80})\*\*")
_BRACKETS = re.compile(r"[(\[{][^()\[\]{}\n]{1,120},[^()\[\]{}\n]{1,120}[)\]}]")
_ONE = r"[(\[{<⟨][^()\[\]{}<>\n]{1,80},[^()\[\]{}<>\n]{1,80}[)\]}>⟩]"
_ROWS = r"\[\[[^\n\[\]]{1,80}(?:\],\s?\[[^\n\[\]]{1,80}){0,6}\]\]"  # a matrix as in code
_AT_END = re.compile(rf"(?<![\w)])({_ROWS}|{_ONE}(?:(?:,| and|, and|;|\s?∪)\s?{_ONE}){{0,8}})[.*!]{{0,4}}\Z")
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
_DOUBTED = re.compile(
    r"\b(?:[Ee]ither|whether)\b[^.\n]{0,30}?\b([A-J])\b[^.\n]{0,14}?\bor\b[^.\n]{0,14}?\b([A-J])\b"
)
_JOINT = re.compile(r"\s?,?\s?(?:(?:and|et|und|y|e|и)\s)?\s?")
_PLURAL = re.compile(
    r"\b(?:are|were|sind|sont|son|são|sono)(?: the numbers| the values| both| simply)?:?\s?\Z"
)
_BARE_LATEX = re.compile(r"\\(?:d?frac|sqrt|pi|cdot|times|binom|text|left)(?![A-Za-z])")


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
    wants_list = hint in ("set", "tuple")
    if wants_list:
        listed = parts(text)
        if listed is not None:
            return listed
    sentence = _last_with_value(text)
    if sentence is None:
        return _last_value(text, hint, len(text))
    start, end = sentence
    if is_no_result(text, start, end):
        return None
    bold = bold_value(text, start, end)
    if bold is not None:
        found = answer_in(text, *bold, hint, "closing")
        if found is not None:
            return found
    about = subject(text, start, end)
    if about is not None:
        first, last = trim(text, *about)
        return Extraction(text[first:last], first, "closing")
    end = before_reason(text, start, end)
    approx = text.rfind("≈", start, end)
    if approx > 0 and hint not in ("decimal", "integer", None) and VALUE.search(text, start, approx):
        end = approx
    if "\\" not in text[start:end] and not formulas_in(text, start, end):
        listed = _bracketed(text, start, end) or enumerated_numbers(text, start, end, wanted=wants_list)
        if listed is None and wants_list:
            listed = _structure(text[:end], hint) or scattered_numbers(text, start, end)
        if listed is not None:
            return listed
    word = number_word(text, start, end) if hint is None or hint in NUMBERS else None
    return word or _last_value(text[:end], hint, start)


def _bracketed(text: str, start: int, end: int) -> Extraction | None:
    """Return the list in brackets, several of them, or the chain of inequalities that a sentence ends in."""
    found = _AT_END.search(text, start, end) or _RELATION.search(text, start, end)
    if found is None or _THOUSANDS.fullmatch(found.group(1)):
        return None
    first, last = found.span(1)
    return Extraction(text[first:last], first, "closing")


def _last_with_value(text: str) -> Span | None:
    """Return the last sentence that holds a value in prose; None where a display formula is the last that does."""
    begin = max(len(text) - _TAIL, 0)
    formula = last_formula(text, None)
    cuts = [begin, *(found.end() for found in _BREAK.finditer(text, begin)), len(text)]
    for start, end in list(zip(cuts[-2::-1], cuts[:0:-1], strict=True))[:_MAX_SEARCHED]:
        if formula is not None and formula.display and start < formula.end:
            return None
        if VALUE.search(text, start, end) is not None:
            return start, start + len(text[start:end].rstrip())
    return None


def _last_value(text: str, hint: str | None, start: int) -> Extraction | None:
    """Return the last formula, or the last number that is none of the givens of its sentence, which begins at `start`."""
    if hint in STRUCTURES:
        found = _formula(text, hint) or _structure(text, hint)
        if found is not None:
            return found
    number = result_number(text, start)
    formula = _formula(text, hint, after=number) or _bare_formula(text, number, hint)
    if formula is not None:
        return formula
    if number is not None:
        return _with_alternatives(text, number, "last-number")
    return _words(text, None) if hint is None else None


def _sentences(text: str) -> Iterator[Span]:
    """Yield the last sentences, the last first, without blank ones and polite ones."""
    begin = max(len(text) - _TAIL, 0)
    cuts = [begin, *(found.end() for found in _BREAK.finditer(text, begin)), len(text)]
    given = 0
    for start, end in zip(cuts[-2::-1], cuts[:0:-1], strict=True):
        first, last = trim(text, start, end)
        if (
            first < last
            and any(char.isalnum() for char in text[first:last])
            and not _BOILERPLATE.match(text, first)
        ):
            yield first, last
            given += 1
            if given >= _MAX_SENTENCES:
                return


def _words(text: str, hint: str | None) -> Extraction | None:
    """Return the words that the last sentences end in; of a sentence that is not the last only if it concludes."""
    for place, (start, end) in enumerate(_sentences(text)):
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
    return Extraction(", ".join(parts), members[0].inside, "inline-formula", (), parts)


def _bare_formula(text: str, number: Span | None, hint: str | None) -> Extraction | None:
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


def _structure(text: str, hint: str | None) -> Extraction | None:
    """Return a list in brackets, or an equation, that the last sentences hold outside of any formula."""
    for place, (start, end) in enumerate(_sentences(text)):
        if place > 1:
            break
        found = None
        if hint in ("interval", "set", "tuple", "matrix"):
            found = _AT_END.search(text, start, end) if hint == "matrix" else None
            found = found or next(reversed(list(_BRACKETS.finditer(text, start, end + 1))), None)
        if found is None and hint in ("equation", "expression", "set", "tuple"):
            words = _AFTER_EQUATION.search(text, start, end)
            found = _EQUATION.search(text, start, words.start() if words is not None else end)
        if found is not None and not formulas_in(text, start, end):
            first, last = trim(text, *found.span())
            first, last = right_side(text, first, last, hint)
            return Extraction(text[first:last], first, "closing") if first < last else None
    return None


def _with_alternatives(text: str, span: Span, rule: str) -> Extraction:
    """Return the value at a span, with the others where its sentence leaves them open."""
    start, end = span
    first = max(text.rfind("\n", 0, start), text.rfind(". ", 0, start), 0, start - 200)
    spans = alternatives(text, first, min(len(text), end + 40))
    if spans is not None and any(other[0] <= start < other[1] for other in spans):
        members = tuple(text[slice(*other)] for other in spans)
        return Extraction(" or ".join(members), spans[0][0], rule, ("hedged",), members)
    return Extraction(text[start:end], start, rule)
