"""Find the final answer in a completion: boxes, tags, answer phrases in many languages, closing words, formulas, numbers."""

from __future__ import annotations

from dartkit.verify.extraction.found import Extraction
from dartkit.verify.extraction.rules import extract_answer

__all__ = ["Extraction", "extract_answer"]
