"""Cut the answer out of the words after "The answer is" or `####`: up to the end of the sentence, or only its number.

A short segment is handed on as it is (`x = 5`, `2 or 3`, `Friday`); of a sentence with a number in it only the number
counts, because the words around it are no part of the answer.
"""

from __future__ import annotations

import re

MAX_SEGMENT = 400
_SENTENCE_END = re.compile(r"\.(?=\s|\Z)|\n|<\|?|。|```")
_MATH = re.compile(
    r"\\\((.{1,400}?)\\\)|\\\[(.{1,400}?)\\\]|\$\$(.{1,400}?)\$\$|\$([^$]{1,400})\$", re.DOTALL
)
_NUMBER = re.compile(
    r"[-−]?[$€£]?[-−]?(?:[0-9][0-9,]*[0-9]|[0-9])(?:\.[0-9]+)?(?:/[0-9]+)?(?:\s?%)?|[-−]?\.[0-9]+"
)
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
_TEXT_WRAPPER = re.compile(r"\\[a-z]{1,12}\{[A-Za-z .,]{0,80}\}")
_ADVERBIAL = re.compile(
    r"(?P<value>[-−]?[$€£]?[0-9][0-9.,]*%?(?: [A-Za-z]{3,20})?) "
    r"(?:for|after|before|on|in|per|left|each|of|from|at|every|more|less|during|with|by|remaining)\b[^0-9\\=]*\Z"
)
_MAX_WORDS = 2


def answer_in_segment(text: str, start: int) -> tuple[str, int] | None:
    """Return the answer that begins at or after `start`, with its place; None where only blanks follow."""
    while start < len(text) and (text[start].isspace() or text[start] in "*_:"):
        start += 1
    segment = text[start : start + MAX_SEGMENT]
    math = _MATH.match(segment)
    if math is not None and not _is_prose(next(part for part in math.groups() if part is not None)):
        group = next(place for place, part in enumerate(math.groups(), 1) if part is not None)
        rest = _sentence(segment[math.end() :])
        if not _continues(rest) and not (rest[:1].isdigit() and segment[0] == "$"):
            return math.group(group).strip(), start + math.start(group)
    segment = _sentence(segment).strip(" *_").rstrip(".*_ ")
    if not segment:
        return None
    adverbial = _ADVERBIAL.match(segment)
    if adverbial is not None and not any(f" {word} " in segment for word in ("or", "and")):
        return adverbial.group("value"), start
    return _short_answer(segment, start) if _is_prose(segment) else (segment, start)


def _continues(rest: str) -> bool:
    """Say whether more answers follow a formula: `$3$ or $5$`, `$3$, $5$`."""
    return rest.lstrip(" *").startswith((",", "or ", "and ", "\\")) and "$" in rest


def _sentence(segment: str) -> str:
    end = _SENTENCE_END.search(segment)
    return segment[: end.start()] if end else segment


def _is_prose(segment: str) -> bool:
    words = _WORD.findall(_TEXT_WRAPPER.sub(" ", segment))
    conjunctions = sum(word.lower() in ("or", "and") for word in words)
    return len(words) - conjunctions > _MAX_WORDS


def _short_answer(segment: str, start: int) -> tuple[str, int]:
    """Take the number of a sentence: the first if the sentence starts with one, else the last."""
    numbers = list(_NUMBER.finditer(segment))
    if not numbers:
        return segment, start
    chosen = numbers[0] if numbers[0].start() == 0 else numbers[-1]
    return chosen.group().strip(), start + chosen.start()
