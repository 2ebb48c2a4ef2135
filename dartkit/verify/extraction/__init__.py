"""Find the final answer in a completion: boxes, tags, answer phrases in many languages, closing words, formulas, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.verify.extraction.found import Extraction

if TYPE_CHECKING:
    from dartkit.records import AnswerKind

__all__ = ["Extraction", "extract_answer"]


def extract_answer(completion: str, *, hint: AnswerKind | None = None) -> Extraction | None:
    """Return the final answer of a completion, or None where there is none; see `rules.extract_answer`."""
    # Compiling the patterns of twenty languages takes longer than most commands that compare bare answers.
    from dartkit.verify.extraction import rules

    return rules.extract_answer(completion, hint=hint)
