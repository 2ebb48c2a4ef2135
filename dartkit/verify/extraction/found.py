"""What an extraction is, the groups of answer kinds that guide it, and how two candidates are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

NUMBERS = frozenset({"integer", "decimal", "rational"})
WORDS = frozenset({"text", "boolean"})
STRUCTURES = frozenset({"expression", "equation", "interval", "set", "tuple", "matrix"})
LISTS = frozenset({"equation", "interval", "set"})
MAX_OTHERS = 32
_UNSEEN = str.maketrans("", "", " \t\n\r$*.`{}\\")


@dataclass(frozen=True, slots=True)
class Extraction:
    """The text taken for the answer.

    Attributes:
        text: The answer as written, without white space and markup around it. It stands in the completion as it is,
            except where several pieces were joined (`boxed-list`, flag `hedged`), a JSON string was unescaped, or a decimal
            comma became a point (flag `decimal-comma`).
        start: Where it starts in the completion.
        rule: What found it: boxed, boxed-list, answer-tag, json-answer, answer-phrase, hashes, choice-phrase, bold-line,
            display-formula, inline-formula, closing, last-number.
        flags: `hedged` (alternatives are left open), `several-finals` (an earlier final candidate differs),
            `unclosed-box`, `unclosed-tag`, `decimal-comma`.
        others: Where there are several final candidates that differ, all of them in order, this one included;
            of a list or a hedge, its members.
    """

    text: str
    start: int
    rule: str
    flags: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def moved(found: Extraction | None, offset: int, rule: str | None = None) -> Extraction | None:
    """Return the extraction with its start moved and, where given, another rule."""
    if found is None or (not offset and rule is None):
        return found
    return replace(found, start=found.start + offset, rule=rule or found.rule)


def with_rivals(last: Extraction, earlier: Sequence[str]) -> Extraction:
    """Flag the last of several final candidates if an earlier one is written differently."""
    own = last.text.translate(_UNSEEN)
    if all(rival.translate(_UNSEEN) == own for rival in earlier):
        return last
    kept = tuple(earlier[-(MAX_OTHERS - 1) :])
    return replace(last, flags=(*last.flags, "several-finals"), others=(*kept, last.text))
