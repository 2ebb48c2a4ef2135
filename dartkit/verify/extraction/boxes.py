r"""The last `\boxed`, `\fbox` or `\framebox` that is closed; boxes joined by commas or `and` are one list.

Braces are matched forward from the last box, so the usual completion is read only at its end. Where that box is not
closed, one pass over the text pairs all braces, which keeps ten thousand open boxes linear.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dartkit.verify.extraction.found import MAX_OTHERS, Extraction, with_rivals
from dartkit.verify.extraction.trimming import trim

_COMMANDS = (
    (1, "\\boxed"),
    (2, "\\fbox"),
    (6, "\\framebox"),
    (1, "\\box{"),
)  # how far `box` is from the start
_OPTIONS = re.compile(r"(?:\[[^\][{}\n]{0,20}\]){0,2}[ \t\n]{0,8}")
_BARE = re.compile(
    r"[ \t]{0,4}(\\[A-Za-z]{1,20}(?:\{[^{}\n]{0,80}\}){0,2}|[-−+]?[0-9][0-9.,/]{0,40}[0-9]|[-−+]?[0-9]"
    r"|[A-Za-z](?![A-Za-z])|\([^()\n$]{1,80}\))"
)
_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_JOINT = re.compile(
    r"(?:[\s,;、，；$&.]|\\[()\[\],;:! ]|\\qquad|\\quad|\\text\{\s?(?:and|or)\s?\}|(?:and|or|und|et|oder|ou|y|e|i|и)\b|和|或){0,24}\Z"
)
_LINK = re.compile(r"[,;、，；和或]|\b(?:and|or|und|oder|et|ou|y|e|i|и)\b")
_OR = re.compile(r"\b(?:or|oder|ou)\b|或")
_PLACEHOLDERS = frozenset(("answer", "\\text{answer}", "your answer", "...", "…", "\\ldots", "\\dots", "\\cdots", "\\text{your answer}",
    "\\text{final answer}", "final answer", "?"))  # fmt: skip
_LONGEST_PLACEHOLDER = 24
_MAX_GAP = 32
_MAX_EARLIER = 2_000  # length of an earlier box; the last one may be as long as it likes
_UNCLOSED_END = re.compile(r"\n|\$|\\\)|\\\]|<\||</[a-z]")
_MAX_UNCLOSED = 400


class Box(NamedTuple):
    """Where a box begins, where its trimmed content begins and ends, and where the box ends (-1: never)."""

    start: int
    inside: int
    inside_end: int
    end: int


def last_box(text: str) -> Extraction | None:
    """Return the content of the last box that has any; an open one only if no closed box can be meant instead."""
    begin, after = _command_before(text, len(text))
    if begin < 0:
        return None
    box = _closed(text, begin, after, len(text))
    if box is not None and _has_answer(text, box):
        return _joined(text, [*_earlier(text, box), box])
    pairs = _pairs(text)
    cut = None if box is not None else _unclosed(text, begin, after)
    if cut is not None and cut.end < len(
        text
    ):  # the brace was forgotten; at the end of the text it was cut off
        return Extraction(text[cut.inside : cut.inside_end], cut.inside, "boxed", ("unclosed-box",))
    while begin >= 0:
        box = _paired(text, begin, after, pairs)
        if box is not None and _has_answer(text, box):
            return _joined(text, [*_earlier(text, box), box])
        begin, after = _command_before(text, begin)
    if cut is not None:
        return Extraction(text[cut.inside : cut.inside_end], cut.inside, "boxed", ("unclosed-box",))
    return None


def _has_answer(text: str, box: Box) -> bool:
    """Say whether a box holds more than blanks or what an instruction puts there."""
    return box.inside < box.inside_end and (
        box.inside_end - box.inside > _LONGEST_PLACEHOLDER
        or text[box.inside : box.inside_end].lower() not in _PLACEHOLDERS
    )


def _command_before(text: str, end: int) -> tuple[int, int]:
    """Return where the last box command that begins before `end` begins, and where its name ends; -1 for none."""
    at = text.rfind("box", 0, end)
    while at >= 0:
        for distance, command in _COMMANDS:
            begin = at - distance
            if begin >= 0 and text.startswith(command, begin):
                after = begin + len(command.rstrip("{"))
                if not text[after : after + 1].isalpha() or not text[after : after + 1].isascii():
                    return begin, after
        at = text.rfind("box", 0, at)
    return -1, -1


def _closed(text: str, begin: int, after: int, limit: int) -> Box | None:
    """Return the box that begins here if it is closed before the limit, or has no braces."""
    brace = _brace(text, after)
    if brace < 0:
        bare = _BARE.match(text, after)
        return None if bare is None else Box(begin, *trim(text, *bare.span(1)), bare.end())
    depth = 0
    for sign in _BRACES.finditer(text, brace, limit):
        char = sign.group()
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                return Box(begin, *trim(text, brace + 1, sign.start()), sign.end())
    return None


def _brace(text: str, after: int) -> int:
    """Return the place of the opening brace after the name of the command, or -1."""
    if text[after : after + 1] == "{":
        return after
    options = _OPTIONS.match(text, after)
    at = options.end() if options else after
    return at if text[at : at + 1] == "{" else -1


def _pairs(text: str) -> dict[int, int]:
    """Return, for each opening brace that is closed, the place of its closing brace."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for sign in _BRACES.finditer(text):
        char = sign.group()
        if char == "{":
            stack.append(sign.start())
        elif char == "}" and stack:
            pairs[stack.pop()] = sign.start()
    return pairs


def _paired(text: str, begin: int, after: int, pairs: dict[int, int]) -> Box | None:
    brace = _brace(text, after)
    if brace < 0:
        return _closed(text, begin, after, len(text))
    close = pairs.get(brace, -1)
    return None if close < 0 else Box(begin, *trim(text, brace + 1, close), close + 1)


def _unclosed(text: str, begin: int, after: int) -> Box | None:
    """Return an open box with what stands in its line, as long as that could be an answer."""
    brace = _brace(text, after)
    if brace < 0:
        return None
    stop = _UNCLOSED_END.search(text, brace + 1, brace + _MAX_UNCLOSED)
    end = stop.start() if stop else min(len(text), brace + _MAX_UNCLOSED)
    inside, inside_end = trim(text, brace + 1, end)
    if inside == inside_end or end == brace + _MAX_UNCLOSED:
        return None
    return Box(begin, inside, inside_end, end)


def _earlier(text: str, last: Box) -> list[Box]:
    """Return the boxes before the last, in order, without those around or in one another."""
    boxes: list[Box] = []
    begin, after = _command_before(text, last.start)
    for _ in range(MAX_OTHERS - 1):
        if begin < 0:
            break
        before = boxes[-1].start if boxes else last.start
        box = _closed(text, begin, after, min(before, begin + _MAX_EARLIER))
        if box is not None and _has_answer(text, box):
            boxes.append(box)
        begin, after = _command_before(text, begin)
    return boxes[::-1]


def _joined(text: str, boxes: list[Box]) -> Extraction:
    """Return the last box, or the list that the boxes at the end make if only commas or `and` stand between them."""
    first = len(boxes) - 1
    gaps: list[str] = []
    while first > 0:
        gap = text[boxes[first - 1].end : boxes[first].start]
        if len(gap) > _MAX_GAP or "\n\n" in gap or not _LINK.search(gap) or not _JOINT.match(gap):
            break
        gaps.append(gap)
        first -= 1
    contents = [text[box.inside : box.inside_end] for box in boxes]
    if not gaps:
        return with_rivals(Extraction(contents[-1], boxes[-1].inside, "boxed"), contents[:-1])
    is_choice = all(_OR.search(gap) for gap in gaps)
    joined = (" or " if is_choice else ", ").join(contents[first:])
    flags = ("hedged",) if is_choice else ()
    return Extraction(joined, boxes[first].inside, "boxed-list", flags, tuple(contents[first:]))
