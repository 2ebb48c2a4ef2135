"""What makes a gold answer unclear, whatever the verifier makes of it: read from its text alone."""

from __future__ import annotations

import re
from typing import NamedTuple

from dartkit.records import AnswerKind

_BOX = re.compile(r"\\(?:boxed|fbox)(?![A-Za-z])")
_MATHS = re.compile(r"\$[^$]{0,400}\$|\\[A-Za-z]{1,20}|\\.")
_WORD = re.compile(r"[A-Za-z]{2,}")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
PROSE_WORDS = 6


class Doubt(NamedTuple):
    """A reason, and the part of the answer that gave it."""

    reason: str
    evidence: str


_SIGNS = (
    ("alternatives joined by 'or'", re.compile(r"\bor\b", re.IGNORECASE)),
    ("one of many right answers", re.compile(
        r"\b(?:answers? (?:may|will|can) vary|sample answer|for example|for instance|e\.g\.|such as|any (?:number|value|integer)"
        r"|not unique|infinitely many)", re.IGNORECASE)),
    ("an enumeration that goes on", re.compile(r"\\[lcd]?dots(?![A-Za-z])|\.\.\.|…|\betc\b")),
    ("an approximation", re.compile(r"\\approx(?![A-Za-z])|≈|\bapprox(?:imately)?\b|\babout\b", re.IGNORECASE)),
    ("a side condition", re.compile(r"\b(?:if|where|when|for all|for any|for every|provided|unless)\b", re.IGNORECASE)),
    ("a question or a blank", re.compile(r"\?|_{2,}|\\_\\_")),
    ("a broken escape", re.compile(
        r"[\x00-\x08\x0b\x0c\x0e-\x1f]|\t(?:imes|ext|heta|frac)|\r(?:ight|angle)|\n(?:eq|abla|otin)(?![a-z])")),
    ("a unit of other value", re.compile(r"\b(?:million|billion|trillion|dozen)\b", re.IGNORECASE)),
)  # fmt: skip


def has_box(gold: str) -> bool:
    """Say whether a gold answer has a box in it: then it is the end of a solution rather than an answer."""
    return _BOX.search(gold) is not None


def is_sentence(gold: str) -> bool:
    """Say whether a gold answer has so many words outside its formulas that it is no answer but a statement."""
    return _count_words(gold) >= PROSE_WORDS


def find_doubts(gold: str, kind: AnswerKind) -> list[Doubt]:
    """Return every reason to ask what exactly the answer is; none for a plain value.

    Args:
        gold: The gold answer.
        kind: Its kind; two inequalities joined by `or` are one set of numbers.
    """
    found: list[Doubt] = []
    boxes = len(_BOX.findall(gold))
    if boxes:
        found.append(Doubt("several boxes" if boxes > 1 else "a box inside the answer", f"{boxes} boxes"))
    for reason, pattern in _SIGNS:
        match = pattern.search(gold)
        if match is not None and not (kind == "interval" and match[0].lower() == "or"):
            found.append(Doubt(reason, match[0].strip() or ascii(match[0])))
    if not _is_balanced(gold):
        found.append(Doubt("braces that do not pair", gold[-20:]))
    if is_sentence(gold):
        found.append(Doubt("a sentence", f"{_count_words(gold)} words"))
    return found


def _count_words(gold: str) -> int:
    return len(_WORD.findall(_MATHS.sub(" ", gold)))


def _is_balanced(gold: str) -> bool:
    """Say whether the braces that group pair up; escaped ones are signs and do not count."""
    depth = 0
    for brace in _BRACE.findall(gold):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            return False
    return depth == 0
