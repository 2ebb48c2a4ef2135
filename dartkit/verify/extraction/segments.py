r"""Find the words that a mark such as "The answer is" announces: a formula, bold text, a list of items, or a sentence."""

from __future__ import annotations

import re

from dartkit.verify.extraction.formulas import formula_at, is_prose
from dartkit.verify.extraction.found import Extraction
from dartkit.verify.extraction.sentences import answer_in, from_formula, is_name
from dartkit.verify.extraction.trimming import trim

MAX_SEGMENT = 600
_LEAD = re.compile(r"[\s:：*_`\"“”=»>#，、~}]{0,200}")
_FILLER = re.compile(
    r"(?:(?:as follows|given by|shown below|that|then|thus|therefore|simply|just|indeed|clearly|precisely|exactly|only|approximately|about"
    r"|roughly|equal to|nothing but|not [^\s.,;]{1,16},? but(?: rather)?|hence|so|found to be|obviously|also|now|dus|donc|daher|somit|quindi|dunque|portanto|entonces|pues|zatem|on(?=\s(?-i:[A-Z]))|at(?=\s[0-9])|we have|we get)(?:[ ,]{1,3}|:\s{0,3})|\\boxed\{)[*_:\"“ ]{0,6}",
    re.IGNORECASE,
)
_DASH = re.compile(r"[-•*–·]\s{1,4}")
_BULLET = re.compile(r"[-•*–·]\s{1,4}|(?:[1-9]|\(?[a-h])[.)][ \t]{1,4}(?=\S)")
_STOP = re.compile(
    r"\n|[.](?=\s|\Z|\\n|[\"'”*)\]]{1,4}(?:\s|\Z|\\n))|(?<=[A-Za-z])[!?](?=\s|\Z)|[。！？।]|<\||</?[a-z]{1,12}>|```|\\n\\n|<<"
)
_ABBREVIATION = re.compile(
    r"(?:\b[ap]\.m|\b(?:approx|sq|cu|ft|vs|e\.g|i\.e|no|mr|mrs|ms|dr|st|mt|resp|etc)|\bU\.S)\Z", re.IGNORECASE
)
_LINKS = re.compile(r"\s{0,3}(?:=|\bis\b|\bare\b|\bequals\b)\s{0,3}")
_UNDERLINE = re.compile(r"-{3,80}[ \t]{0,4}\n")
_MAX_ITEMS = 12
_MAX_ITEM = 60


def answer_after(text: str, at: int, hint: str | None, rule: str = "answer-phrase") -> Extraction | None:
    """Return the answer that begins at or after a place, or None where only blanks or no answer follow."""
    start, is_item = _skip_lead(text, at, hint)
    if is_item:
        items = items_at(text, start, hint, rule)
        if items is not None:
            return items
    formula = formula_at(text, start)
    for _ in range(3):  # "the answer is $x$ = $5$"
        link = None if formula is None or not is_name(text, formula) else _LINKS.match(text, formula.end)
        if link is None:
            break
        start = _skip_lead(text, link.end(), hint)[0]
        formula = formula_at(text, start)
    if formula is not None:
        return from_formula(text, formula, hint, rule)
    end = sentence_end(text, start)
    if text[start - 1 : start] == "*" and start > 0:
        end = _bold_end(text, start, end)
    return answer_in(text, start, end, hint, rule)


def _skip_lead(text: str, at: int, hint: str | None) -> tuple[int, bool]:
    """Return where the answer begins after white space, markup and words such as `that`, and whether it is a list item."""
    is_item = False
    for _ in range(6):
        lead = _LEAD.match(text, at)
        begin = lead.end() if lead else at
        filler = _FILLER.match(text, begin)
        if filler is None and "\n" in text[max(at - 1, 0) : begin]:
            filler = _UNDERLINE.match(text, begin)
        if filler is None and "\n" in text[at:begin]:
            filler = (_DASH if hint == "choice" else _BULLET).match(text, begin)
            is_item = is_item or filler is not None
        if filler is None:
            return begin, is_item
        at = filler.end()
    return at, is_item


def items_at(text: str, start: int, hint: str | None, rule: str) -> Extraction | None:
    """Return several short list items as one list; None where there is only one."""
    items: list[str] = []
    at = start
    while len(items) < _MAX_ITEMS:
        end = text.find("\n", at, at + MAX_SEGMENT)
        end = min(len(text), at + MAX_SEGMENT) if end < 0 else end
        first, last = trim(text, at, end)
        if last - first > _MAX_ITEM or first == last or is_prose(text[first:last]):
            return None
        items.append(text[first:last].replace("**", ""))
        begin = end + 1
        while text[begin : begin + 1] in (" ", "\t"):
            begin += 1
        bullet = _BULLET.match(text, begin)
        if bullet is None:
            break
        at = bullet.end()
    if len(items) < 2:
        return None
    return Extraction(", ".join(items), trim(text, start, start + MAX_SEGMENT)[0], rule, (), tuple(items))


def _bold_end(text: str, start: int, end: int) -> int:
    """Return where bold text that begins here ends; the end given where it does not end in this sentence."""
    bold = text.find("*", start, end)
    if bold < 0 or not text[start:bold].strip() or text[bold - 1 : bold + 2].count(" ") > 1:
        return end
    return bold if text.startswith("**", bold) or not text[bold + 1 : bold + 2].isalnum() else end


def sentence_end(text: str, start: int) -> int:
    """Return where the sentence or line that begins at a place ends."""
    limit = min(len(text), start + MAX_SEGMENT)
    for stop in _STOP.finditer(text, start, limit):
        if stop.group() == "." and _ABBREVIATION.search(text, max(start, stop.start() - 8), stop.start()):
            following = text[stop.end() : stop.end() + 2].strip()
            if following and not following[:1].isupper():
                continue
            return stop.end()
        return stop.start()
    return limit
