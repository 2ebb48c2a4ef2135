"""Find the final answer in a completion, in linear time and without backtracking.

Order of rules: a box, an `<answer>` tag, the later of an answer phrase and `####`, the last formula, the last number.
Thinking blocks are passed over; only the last 64 KB are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dartkit.verify.prose import answer_in_segment

WINDOW = 65_536
_BOX_NAMES = ("\\boxed", "\\fbox")
_TAG = re.compile(r"</?think(?:ing)?>")
_BOX = re.compile(r"\\(?:boxed|fbox)(?![A-Za-z])")
_BARE_BOX = re.compile(r" {0,4}(-?[0-9][0-9.,/]{0,40}[0-9]|-?[0-9]|[A-Za-z](?![A-Za-z]))")
_JOINT = re.compile(r"(?:[\s,;$&.]|\\[()\[\],;! ]|\\quad|\\text\{\s?(?:and|or)\s?\}|and\b|or\b){0,24}\Z")
_ANSWER_TAG = re.compile(r"</?answer>", re.IGNORECASE)
_PHRASE = re.compile(
    r"(?:(?P<final>final )?answers?[ *_]{0,4}(?:\([^()\n]{0,40}\))?[ *_]{0,4}(?:(?P<mark>:|=|\bis\b|\bare\b)|(?(final)\n|\Z(?!)))"
    r"|(?:^|\n)[ ]{0,4}A:|答案[是为：:]|(?:la )?réponse[^\n:]{0,20}(?::|\best\b))[ *_:]{0,6}",
    re.IGNORECASE,
)
_HASHES = re.compile(r"#{4}(?!#)")
_NUMBER = re.compile(r"(?<![0-9A-Za-z_.])[0-9][0-9,]*(?:\.[0-9]+)?(?:/[0-9]+)?%?|(?<![0-9])\.[0-9]+%?")
_FORMULA = re.compile(r"\\\(|\\\)|\\\[|\\\]|\$\$?")


@dataclass(frozen=True, slots=True)
class Extraction:
    """The text taken for the answer, where it starts in the completion, and the rule that found it."""

    text: str
    start: int
    rule: str


def extract_answer(completion: str) -> Extraction | None:
    """Return the final answer of a completion, or None where there is none. Never raises."""
    offset = max(len(completion) - WINDOW, 0)
    text = _without_thoughts(completion, offset)
    for finder in (_last_box, _last_tag, _last_phrase, _last_formula, _last_number):
        found = finder(text)
        if found is not None:
            return replace(found, start=found.start + offset)
    return None


def _without_thoughts(completion: str, offset: int) -> str:
    """Return the window with thinking blanked out, so that offsets stay. A block without an end hides the rest."""
    text = completion[offset:]
    pieces: list[str] = []
    at, thinking = 0, False
    for tag in _TAG.finditer(text):
        closes = tag.group().startswith("</")
        if closes and not thinking and not pieces:
            pieces = [" " * tag.end()]  # the block began before the window or in the prompt
        else:
            kept = text[at : tag.start()]
            pieces.append((" " * len(kept) if thinking else kept) + " " * (tag.end() - tag.start()))
        at, thinking = tag.end(), not closes
    rest = text[at:]
    pieces.append(" " * len(rest) if thinking else rest)
    return "".join(pieces)


def _braces(text: str) -> dict[int, int]:
    """Return, for each opening brace that is closed, the place of its closing brace; escaped braces do not count."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "{":
            stack.append(at)
        elif char == "}" and stack:
            pairs[stack.pop()] = at
        at += 1
    return pairs


def _boxes(text: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield, for each box, where it begins, where its content begins and ends, and where it ends."""
    pairs = _braces(text) if any(name in text for name in _BOX_NAMES) else {}
    for found in _BOX.finditer(text):
        brace = found.end()
        while brace < len(text) and text[brace] == " " and brace < found.end() + 8:
            brace += 1
        bare = _BARE_BOX.match(text, found.end())
        if brace in pairs:
            yield found.start(), brace + 1, pairs[brace], pairs[brace] + 1
        elif bare is not None:
            yield found.start(), bare.start(1), bare.end(1), bare.end()


def _last_box(text: str) -> Extraction | None:
    """Return the last box; boxes joined only by commas or `and` are one list."""
    boxes = [box for box in _boxes(text) if text[box[1] : box[2]].strip()]
    if not boxes:
        return None
    joined = [boxes[-1]]
    for box in reversed(boxes[:-1]):
        gap = text[box[3] : joined[0][0]]
        if len(joined) > 20 or len(gap) > 24 or not gap.strip() or "\n\n" in gap or not _JOINT.match(gap):
            break
        if "," not in gap and ";" not in gap and "and" not in gap and "or" not in gap:
            break
        joined.insert(0, box)
    contents = [text[box[1] : box[2]].strip() for box in joined]
    if len(contents) == 1:
        return _stripped(text, joined[0][1], joined[0][2], "boxed")
    return Extraction(", ".join(contents), joined[0][1], "boxed-list")


def _stripped(text: str, start: int, end: int, rule: str) -> Extraction:
    inside = text[start:end]
    return Extraction(inside.strip(), start + len(inside) - len(inside.lstrip()), rule)


def _last_tag(text: str) -> Extraction | None:
    opened: int | None = None
    found: Extraction | None = None
    for tag in _ANSWER_TAG.finditer(text):
        if not tag.group().startswith("</"):
            opened = tag.end()
        elif opened is not None and text[opened : tag.start()].strip():
            found = _stripped(text, opened, tag.start(), "answer-tag")
            opened = None
    return found


def _last_phrase(text: str) -> Extraction | None:
    """Return what follows the last answer phrase or `####` that is followed by anything."""
    best: Extraction | None = None
    marks = [(found.end(), "answer-phrase") for found in _PHRASE.finditer(text)]
    marks += [(found.end(), "hashes") for found in _HASHES.finditer(text)]
    for end, rule in sorted(marks, reverse=True)[:8]:
        segment = answer_in_segment(text, end)
        if segment is not None:
            best = Extraction(segment[0], segment[1], rule)
            break
    return best


def _last_formula(text: str) -> Extraction | None:
    """Return the last LaTeX formula (after its last equals sign) if no number follows it."""
    marks = list(_FORMULA.finditer(text))
    if len(marks) < 2:
        return None
    opened, closed = marks[-2], marks[-1]
    inside = text[opened.end() : closed.start()]
    pairs = {"\\(": "\\)", "\\[": "\\]", "$": "$", "$$": "$$"}
    if pairs.get(opened.group()) != closed.group() or _NUMBER.search(text, closed.end()) is not None:
        return None
    if not any(sign in inside for sign in "\\^=") or len(inside) > 400:
        return None
    cut = inside.rfind("=") + 1
    found = _stripped(text, opened.end() + cut, closed.start(), "last-formula")
    return found if found.text else None


def _last_number(text: str) -> Extraction | None:
    last: re.Match[str] | None = None
    for found in _NUMBER.finditer(text):
        last = found
    if last is None:
        return None
    start, number = last.start(), last.group().rstrip(",")
    sign = start - 1 - (text[start - 1 : start] == "$")
    if sign >= 0 and text[sign] in "-−" and _is_sign(text[:sign]):
        return Extraction("-" + number, sign, "last-number")
    return Extraction(number, start, "last-number")


def _is_sign(before: str) -> bool:
    """Say whether a minus after this text is a sign: it stands apart from what precedes, and that is no operand."""
    if before and not before[-1].isspace() and before[-1] not in "(=:$*[":
        return False
    last = before[-40:].rstrip()[-1:]
    return not (last.isdigit() or last in (")", "}"))
