r"""The order of the rules: the later of box, answer tag and JSON answer; then an answer phrase or `####`; then the end of the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dartkit.verify.extraction.boxes import last_box
from dartkit.verify.extraction.choices import declared_choice, leading_choice
from dartkit.verify.extraction.closings import closing_answer
from dartkit.verify.extraction.decimals import with_decimal_point
from dartkit.verify.extraction.formulas import is_prose
from dartkit.verify.extraction.found import Extraction, moved, with_rivals
from dartkit.verify.extraction.hashes import answer_after_hashes
from dartkit.verify.extraction.marks import Mark, english_marks, foreign_marks
from dartkit.verify.extraction.segments import answer_after
from dartkit.verify.extraction.sentences import answer_in
from dartkit.verify.extraction.tags import Region, json_answer, last_tag, only_value
from dartkit.verify.extraction.thoughts import visible_pieces

if TYPE_CHECKING:
    from dartkit.records import AnswerKind

WINDOW = 65_536
_MAX_RIVALS = 4
_MAX_SHORT = 400
_MAX_FORMULA = 4_000  # of an answer in a tag that is no prose
_MAX_CORRECTION = 600
_CORRECTION = re.compile(
    r"\b(?:wait|oops|actually|correction|edit|mistake|error|sorry|wrong|incorrect)\b[^\n]{0,100}?\b(?:(?:it|that|this|which) should (?:be|have been)|I meant?"
    r"|(?:it is|it['’]s|is) actually)\s(?=[-−$\\0-9(*A-Z])",
    re.IGNORECASE,
)


def extract_answer(completion: str, *, hint: AnswerKind | None = None) -> Extraction | None:
    """Return the final answer of a completion, or None where there is none. Never raises, in linear time.

    Thinking blocks are passed over, and only the last 64 Ki characters are read.

    Args:
        completion: Any text.
        hint: The kind of the gold answer, where known. It only decides between candidates inside prose: the number, the
            letter, the words or the formula of a sentence.
    """
    pieces = visible_pieces(completion, WINDOW)[::-1]
    for text, offset in pieces:
        found = _marked(text, hint)
        if found is not None:
            return moved(with_decimal_point(text, found, hint), offset)
    for text, offset in pieces:
        found = closing_answer(text, hint)
        if found is not None:
            return moved(with_decimal_point(text, found, hint), offset)
    return None


def _marked(text: str, hint: str | None) -> Extraction | None:
    """Return the answer that is boxed, tagged or announced."""
    found = _enclosed(text, hint)
    if found is None or "unclosed-box" in found.flags:
        announced = _announced(text, hint)
        if found is None or (announced is not None and announced.start > found.start):
            found = announced
    return found if found is None or hint != "choice" else _letter_beside(text, found)


def _letter_beside(text: str, found: Extraction) -> Extraction:
    """Return the letter that the text names in words where what it boxed is a value and no letter."""
    if leading_choice(found.text, 0, len(found.text)) is not None:
        return found
    announced = _announced(text, "choice")
    if announced is not None and leading_choice(announced.text, 0, len(announced.text)) is not None:
        return announced
    letter = declared_choice(text)
    return found if letter is None else Extraction(text[slice(*letter)], letter[0], "choice-phrase")


def _enclosed(text: str, hint: str | None) -> Extraction | None:
    """Return the later of the last box, the last answer tag and the last JSON answer; a box within a tag stands for it."""
    box = last_box(text) if "box" in text else None
    best = box
    region = last_tag(text)
    if region is not None and (box is None or _is_after(region, box)):
        best = _in_region(text, region, hint)
    structured = json_answer(text, hint)
    if structured is None or (best is not None and structured.start < best.start):
        return best
    sentence = (
        answer_in(structured.text, 0, len(structured.text), hint, "json-answer")
        if is_prose(structured.text)
        else None
    )
    return structured if sentence is None else moved(sentence, structured.start)


def _is_after(region: Region, box: Extraction) -> bool:
    """Say whether a tag decides against a box: it names the answer and begins after the box."""
    return region.start > box.start and region.closed and region.is_answer


def _in_region(text: str, region: Region, hint: str | None) -> Extraction | None:
    """Return the answer in a tag: what is boxed or announced there, else all of it if short, else its end."""
    inside = text[region.start : region.end]
    found = _enclosed(inside, hint) or only_value(inside, hint) or _announced(inside, hint)
    is_short = len(inside) <= _MAX_SHORT or (len(inside) <= _MAX_FORMULA and not is_prose(inside))
    if found is None and is_short and ("\n" not in inside or "\\begin{" in inside):
        found = answer_in(inside, 0, len(inside), hint, "answer-tag") or Extraction(inside, 0, "answer-tag")
    elif found is None:
        found = closing_answer(inside, hint)
    if found is None:
        return None
    if not region.closed:
        found = Extraction(found.text, found.start, found.rule, (*found.flags, "unclosed-tag"), found.others)
    return moved(found, region.start, None if found.rule.startswith(("boxed", "json")) else "answer-tag")


def _announced(text: str, hint: str | None) -> Extraction | None:
    """Return what the last answer phrase or `####` announces that is followed by an answer; English first."""
    found = _last_announced(text, english_marks(text), hint) or _last_announced(
        text, foreign_marks(text), hint
    )
    return None if found is None else _corrected(text, found, hint)


def _corrected(text: str, found: Extraction, hint: str | None) -> Extraction:
    """Return the value that takes back an announced one: "The answer is 7. Oops, I mean 8."."""
    begin = found.start + len(found.text)
    for correction in _CORRECTION.finditer(text, begin, begin + _MAX_CORRECTION):
        after = answer_after(text, correction.end(), hint)
        if after is not None:
            found = after  # what was taken back is no rival: a list is not made of both
    return found


def _last_announced(text: str, found_marks: list[Mark], hint: str | None) -> Extraction | None:
    last: Extraction | None = None
    earlier: list[str] = []
    for mark in found_marks:
        after = answer_after_hashes if mark.rule == "hashes" else answer_after
        found = after(text, mark.end, hint)
        if found is None:
            continue
        if last is None:
            last = found
        elif found.start < last.start:
            earlier.append(found.text)
            if len(earlier) == _MAX_RIVALS:
                break
    return None if last is None else with_rivals(last, earlier[::-1])
