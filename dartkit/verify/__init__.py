r"""Check model answers against gold answers: extraction, a ladder of comparisons, symbolic workers that can be killed.

    >>> equal(r"\frac12", "0.5").outcome
    'correct'

Importing this package imports nothing heavy; sympy lives in worker processes only.
"""

from __future__ import annotations

from dartkit.verify.api import Form, Pair, equal
from dartkit.verify.batch import verify_many
from dartkit.verify.extraction import Extraction, extract_answer
from dartkit.verify.kinds import answer_kind
from dartkit.verify.limits import Limits
from dartkit.verify.policy import Policy
from dartkit.verify.verdict import Verdict
from dartkit.verify.verifier import Grader, Verifier, load_verifier

__all__ = [
    "Extraction",
    "Form",
    "Grader",
    "Limits",
    "Pair",
    "Policy",
    "Verdict",
    "Verifier",
    "answer_kind",
    "equal",
    "extract_answer",
    "load_verifier",
    "verify_many",
]
