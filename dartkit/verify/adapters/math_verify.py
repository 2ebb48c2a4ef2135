r"""Math-Verify's `parse` and `verify`.

    >>> verify(parse("$\\frac{1}{2}$"), parse("The answer is 0.5"))
    True

**The gold answer comes first**, unlike in every other adapter. `parse` returns a list of one opaque answer (empty where there
is none): only `verify` reads it, and `str` shows it. The configuration classes exist so that an import line need not
change; extraction is dartkit's and takes no settings. What differs from Math-Verify: any thread may call; two texts are
compared as answers, not as text; one list holds at most one answer, so there is no "any of them matches".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from dartkit.errors import VerifyError
from dartkit.verify.adapters.checking import as_text
from dartkit.verify.extraction import extract_answer
from dartkit.verify.limits import Limits
from dartkit.verify.verdict import Verdict
from dartkit.verify.verifier import Verifier

_RESPONSE_MARKS = ("\\boxed", "\\fbox", "<answer>", "####", "<think>", "\n")
_FORMULA_MARKS = ("$", "\\(", "\\[")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,40}(?![A-Za-z(])")
_STATEMENT = re.compile(r"\b(?:answer|result|solution)\b", re.IGNORECASE)
_SENTENCE_WORDS = (
    3  # from so many words outside commands on, a text is read as a response; 2 beside a formula
)


@dataclass(frozen=True)
class LatexExtractionConfig:
    """Accepted where Math-Verify takes its own; not used."""

    try_extract_without_anchor: bool = True
    boxed_match_priority: int = 50
    normalization_config: Any = None


@dataclass(frozen=True)
class ExprExtractionConfig:
    """Accepted where Math-Verify takes its own; not used."""

    try_extract_without_anchor: bool = True


@dataclass(frozen=True)
class StringExtractionConfig:
    """Accepted where Math-Verify takes its own; not used."""

    strings: tuple[str, ...] = ("A", "B", "C", "D")
    try_extract_without_anchor: bool = True
    lowercase: bool = True


@dataclass(frozen=True, slots=True)
class Parsed:
    """One answer taken out of a text; opaque but for its text."""

    text: str

    def __str__(self) -> str:
        return self.text


Side = Parsed | str | float | Sequence[Parsed | str | float]


def parse(
    pred: str,
    extraction_config: Sequence[object] = (),
    fallback_mode: Literal["no_fallback", "first_match"] = "first_match",
    extraction_mode: Literal["first_match", "any_match"] = "any_match",
    parsing_timeout: int | None = 5,
    raise_on_error: bool = False,
) -> list[Parsed]:
    """Take the answer out of a text: a bare answer is taken as it is, in a response the final answer is found.

    Args:
        pred: A bare answer, or a text with a box, an answer tag, a line break or a sentence, which is read as a response.
        extraction_config: Not used; nor are the four arguments after it. Extraction is linear in the text and cannot fail.
        fallback_mode: Not used.
        extraction_mode: Not used.
        parsing_timeout: Not used.
        raise_on_error: Not used.

    Returns:
        A list of one answer for `verify`, or an empty list where there is none.
    """
    text = as_text(pred).strip()
    if not text:
        return []
    found = extract_answer(text) if _is_response(text) else None
    if found is not None:
        return [Parsed(found.text)]
    return [] if "\n" in text else [Parsed(text)]


def verify(
    gold: Side,
    target: Side,
    float_rounding: int = 6,
    numeric_precision: int = 15,
    strict: bool = True,
    allow_set_relation_comp: bool = False,
    timeout_seconds: float | None = 5,
    raise_on_error: bool = False,
) -> bool:
    """Say whether the target is the gold answer.

    Args:
        gold: What `parse` returned for the gold answer, or a text or number; of a list, any may match.
        target: The same for the prediction.
        float_rounding: Not used: numbers are compared exactly.
        numeric_precision: Not used.
        strict: Not used.
        allow_set_relation_comp: Not used: an interval always matches the same set written as an inequality.
        timeout_seconds: Wall clock of the symbolic tier for one comparison; None leaves dartkit's own limit.
        raise_on_error: Raise where nobody could tell, instead of returning False.

    Returns:
        True for equal; False for different, and for what nobody could tell unless `raise_on_error` is set.

    Raises:
        VerifyError: with `raise_on_error`, where no pair is equal and one could not be told.
    """
    verdicts = [
        _verifier(timeout_seconds).check_answer(as_text_of(mine), as_text_of(theirs))
        for theirs in _sides(gold)
        for mine in _sides(target)
    ]
    if any(verdict.equal for verdict in verdicts):
        return True
    untold = [verdict for verdict in verdicts if verdict.equal is None]
    if raise_on_error and untold:
        raise VerifyError(_reason(untold[0]))
    return False


def as_text_of(side: Parsed | str | float) -> str:
    """Return the text of one answer."""
    return side.text if isinstance(side, Parsed) else as_text(side)


def _is_response(text: str) -> bool:
    if any(mark in text for mark in _RESPONSE_MARKS) or _STATEMENT.search(text) is not None:
        return True
    enough = _SENTENCE_WORDS - any(mark in text for mark in _FORMULA_MARKS)
    return len(_WORD.findall(text)) >= enough


def _sides(side: Side) -> list[Parsed | str | float]:
    if isinstance(side, Parsed | str | int | float) or not isinstance(side, Sequence):
        return [side]
    return list(side)


def _reason(verdict: Verdict) -> str:
    return f"{verdict.outcome} ({verdict.rule})" + (f": {verdict.detail}" if verdict.detail else "")


@lru_cache(maxsize=4)
def _verifier(timeout_seconds: float | None) -> Verifier:
    if timeout_seconds is None or timeout_seconds <= 0:
        return Verifier()
    return Verifier(limits=Limits(timeout_seconds=float(timeout_seconds)))
