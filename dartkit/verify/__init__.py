"""Check model answers against gold answers: extraction, a ladder of comparisons, symbolic workers that can be killed.

Importing this package imports nothing heavy; sympy lives in worker processes only.
"""

from __future__ import annotations

from dartkit.verify.extract import Extraction, extract_answer
from dartkit.verify.kinds import answer_kind
from dartkit.verify.verifier import Verification, Verifier, load_verifier, verdict_of

__all__ = [
    "Extraction",
    "Verification",
    "Verifier",
    "answer_kind",
    "extract_answer",
    "load_verifier",
    "verdict_of",
]
