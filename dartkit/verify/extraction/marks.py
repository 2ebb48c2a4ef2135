r"""Find the words that announce an answer: "the answer is", `**Answer:**`, `A:`, "Antwort:", "答案是", `####`.

A mark is found through its stem with a plain string search from the end, and only then read with an expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dartkit.verify.extraction.languages import MARKED, PLAIN

MAX_TRIES = 12


class Mark(NamedTuple):
    """Where what a mark announces begins, and the rule the mark belongs to."""

    end: int
    rule: str


_ENGLISH = re.compile(
    r"(?:nswers?|NSWERS?)[ *_,]{0,4}(?:\([^()\n]{0,60}\))?[ *_]{0,4}"
    r"(?:(?:to|for|of|in|from|that|we|you|which|after|obtained|choice|option|here)\b[^\n.:=?]{0,80}?(?:\b(?:is|are)\b|[:=])"
    r"|(?:(?:then|thus|therefore|so|now|indeed|simply|here)[ ,]{1,2})?"
    r"(?:[:：=]|->|→|\\to\b|(?:is|are|IS|comes? out to(?: be)?|comes? to|would be|should be|must be|will be|could be|might be|may be|can be|equals|becomes|turns out to be)\b|of(?=\s[-−$\\0-9*(]))"
    r"|(?P<line>[.]?[ *_]{0,6}\n))[ *_:：]{0,6}"
)
_REFUSED = frozenset((
    "wrong", "incorrect", "false", "tempting", "student", "students", "student's", "student’s", "previous", "earlier", "initial",
    "original", "trap", "not", "if", "whether", "suppose", "assume", "assuming", "check", "checking", "verify", "guess", "once",
    "before", "until", "unless", "why", "format",
))  # fmt: skip
_PASSED = frozenset((
    "that", "the", "our", "my", "your", "an", "a", "this", "of", "given", "correct", "final", "possible", "proposed", "stated",
    "other", "numerical", "right", "actual", "common", "claimed",
))  # fmt: skip
_HEADING = re.compile(
    r"(?:\A|\n)[ #*_>0-9.)\-–•✅🎯]{0,14}(?:the |my |our )?(?:final |correct |boxed )?a?\Z", re.IGNORECASE
)
_OTHERS = (
    ("orrect ", re.compile(r"orrect (?:option|choice|response|statement|value|result)s? (?:is|are|would be|should be|must be)\b[ *_:]{0,6}")),
    ("inal result", re.compile(r"inal results?[ *_]{0,4}(?:[:=]|\bis\b)[ *_:]{0,6}")),
    ("ns.", re.compile(r"(?<=[aA])ns\.[ *_:=]{0,6}(?=[-−$\\(0-9A-Z])")),
    ("ns:", re.compile(r"(?<=[aA])ns:[ *_]{0,6}")),
)  # fmt: skip
_OPTION_B = re.compile(r"\n[ *_(]{0,4}B\s?[:.)]")


def english_marks(text: str) -> list[Mark]:
    """Return the last English marks and `####`, the last first."""
    found = [*_answers(text), *_hashes(text), *_letters(text)]
    for stem, pattern in _OTHERS:
        found += _matches(text, stem, pattern)
    found.sort(reverse=True)
    return found[:MAX_TRIES]


def foreign_marks(text: str) -> list[Mark]:
    """Return the last marks of all other languages, the last first."""
    found: list[Mark] = []
    for announcement in PLAIN:
        found += _matches(text, announcement.stem, announcement.pattern)
    if not text.isascii():
        for announcement in MARKED:
            found += _matches(text, announcement.stem, announcement.pattern)
    found.sort(reverse=True)
    return found[:MAX_TRIES]


def _answers(text: str) -> Iterator[Mark]:
    for stem in ("nswer", "NSWER"):
        at = text.rfind(stem)
        tries = 0
        while at > 0 and tries < MAX_TRIES:
            tries += 1
            found = _ENGLISH.match(text, at) if text[at - 1] in "aA" else None
            if found is not None:
                before = text[max(at - 60, 0) : at]
                is_heading = found["line"] is None or _HEADING.search(before) is not None
                if is_heading and not _is_refused(before[:-1]):
                    yield Mark(found.end(), "answer-phrase")
            at = text.rfind(stem, 0, at)


def _is_refused(before: str) -> bool:
    """Say whether the words before make it no answer of the writer: "if the answer is", "a common wrong answer is"."""
    for word in reversed(before.rsplit(maxsplit=6)[-6:]):
        bare = word.strip("*_(").lower()
        if bare in _REFUSED or bare.endswith(("n't", "n’t")):
            return True
        if bare not in _PASSED:
            return False
    return False


def _hashes(text: str) -> Iterator[Mark]:
    at = text.rfind("####")
    tries = 0
    while at >= 0 and tries < MAX_TRIES:
        tries += 1
        if text[at - 1 : at] != "#":
            yield Mark(at + 4, "hashes")
        at = text.rfind("####", 0, at)


def _letters(text: str) -> Iterator[Mark]:
    """Yield `A:` at the beginning of a line, unless it is the first of several options."""
    at = text.rfind("A:")
    for _ in range(3):
        if at < 0:
            return
        line = text[max(at - 5, 0) : at]
        is_first = not line.rsplit("\n", 1)[-1].strip() and (at < 5 or "\n" in line)
        if is_first and _OPTION_B.search(text, at, at + 400) is None:
            yield Mark(at + 2, "answer-phrase")
        at = text.rfind("A:", 0, at)


def _matches(text: str, stem: str, pattern: re.Pattern[str]) -> list[Mark]:
    found: list[Mark] = []
    at = text.rfind(stem)
    tries = 0
    while at >= 0 and tries < MAX_TRIES:
        tries += 1
        match = pattern.match(text, at)
        if match is not None:
            found.append(Mark(match.end(), "answer-phrase"))
        at = text.rfind(stem, 0, at)
    return found
