"""Take off what dresses a short answer: `there are 21 ways`, `in 2031`, `#### True`, and write its number words in figures.

The result is a second reading beside the answer as written, and only ever shows that two answers are equal.
"""

from __future__ import annotations

import re
from fractions import Fraction

from dartkit.verify.lexicon.number_words import ALL_WORDS, read_number_words

_LONGEST = 160
_MAX_LEADS = 4
_HASHES = r"#{2,6}\s?"
_SAYS = (
    r"(?:so|thus|hence|therefore|then|finally)(?:,\s|\s)"
    r"|(?:it|that|this|the (?:(?:final|correct|total) )?(?:answer|result|total|number|value|solution|day|date|month|year|time))"
    r"(?:'s|\s(?:is|was|would be|will be)|:)\s"
    r"|(?:there|they) (?:is|are|were|will be)\s|(?:it|this|that) (?:falls|fell|lands|will fall|occurs) on (?:an?\s)?|(?:final )?answer:\s|a total of\s"
    r"|(?:we|they|you|she|he) (?:get|gets|have|has|had|got)\s|(?:equals|is equal to|exactly|only)\s"
)
_PREPOSITION = r"(?:in|on|at|by|after|for|during)\s(?=\\?\$?[0-9])"
_LEAD = re.compile(rf"{_HASHES}|(?:{_SAYS}|{_PREPOSITION})(?!(?:no|not|never)\b)", re.IGNORECASE)
_QUOTED = re.compile(r"\\(?:text|textbf|mathrm|textrm|mbox|mathbf)\s?\{([^{}\\$]{1,80})\}\s?")
_WORD = re.compile(r"\\?[A-Za-z]+")
_GAPS = frozenset({" ", "-", ", "})
# Of two answers neither is the whole, and a function that is one-to-one is no ratio.
_NEVER = re.compile(r" or |one[ -]to[ -]one", re.IGNORECASE)
_ODDS = re.compile(r"([0-9]{1,9})\s(?:out of|in)\s(?:every\s)?([0-9]{1,9})", re.IGNORECASE)
_RATIO = re.compile(r"([0-9]{1,9})-to-([0-9]{1,9})", re.IGNORECASE)
_TWICE = re.compile(r"([0-9]{1,12})\s?\(\s?\1\s?\)")
# After these `one` is no number, and before these it is not the whole of one.
_NO_NUMBER = frozenset(
    {"no", "any", "each", "every", "either", "neither", "some", "another", "which", "this", "that"}
)
_MAX_RUN = 16
_JOINS = frozenset({"a", "an", "and"})


def undress(text: str) -> str | None:
    """Return a short answer without what introduces it and with figures for number words; None where nothing changes.

    A preposition goes only before a figure, so that `at + b` stays what it is.
    """
    if len(text) > _LONGEST or _NEVER.search(text):
        return None
    bare = write_figures(text.strip())
    for _ in range(_MAX_LEADS):
        rest = _without_lead(bare)
        if not rest:
            break
        bare = rest
    for pattern, replacement in ((_ODDS, r"\1/\2"), (_RATIO, r"\1:\2"), (_TWICE, r"\1")):
        found = pattern.fullmatch(bare.rstrip(" ."))
        bare = found.expand(replacement) if found is not None else bare
    return bare if bare != text else None


def _without_lead(text: str) -> str:
    r"""Return what follows an introduction, which may be quoted: `\text{in } 2031`; nothing where there is none."""
    quoted = _QUOTED.match(text)
    words = f"{quoted[1].strip()} {text[quoted.end() :]}" if quoted is not None else text
    lead = _LEAD.match(words)
    return words[lead.end() :].strip() if lead is not None else ""


def write_figures(text: str) -> str:
    """Write the English number words of a text in figures: `twelve dollars and fifty cents` has 12 and 50."""
    words = list(_WORD.finditer(text))
    kept: list[str] = []
    done = at = 0
    while at < len(words):
        end = _run_end(words, at, text)
        value, cut = _value_of(words, at, end, text)
        if value is None or (at and words[at - 1].group().lower() in _NO_NUMBER):
            at = max(at + 1, end)
            continue
        kept += [text[done : words[at].start()], str(value)]
        done = words[cut - 1].end()
        at = cut
    return "".join((*kept, text[done:]))


def _value_of(words: list[re.Match[str]], start: int, end: int, text: str) -> tuple[Fraction | None, int]:
    """Return the number of a run of number words, or of the part before an `and` that joins two, and where it ends."""
    while end > start:
        value = read_number_words(text[words[start].start() : words[end - 1].end()])
        if value is not None:
            return value, end
        end = max(
            (place for place in range(start, end) if words[place].group().lower() == "and"), default=start
        )
    return None, start


def _run_end(words: list[re.Match[str]], start: int, text: str) -> int:
    """Return the end of the number words from a place on, which stand side by side; the place itself where there are none."""
    end = start
    if words[start].group().lower() == "and":
        return start
    while end < len(words) and end - start < _MAX_RUN and words[end].group().lower() in ALL_WORDS:
        if end > start and text[words[end - 1].end() : words[end].start()] not in _GAPS:
            break
        end += 1
    while end > start and words[end - 1].group().lower() in _JOINS:
        end -= 1
    return end
