"""What all adapters share: one verifier for each name, and texts out of whatever a trainer hands over."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dartkit.verify.named import OWN, resolve

if TYPE_CHECKING:
    from dartkit.verify.verdict import Verdict
    from dartkit.verify.verifier import Grader


def check_response(response: object, gold: object, verifier: str = OWN) -> Verdict:
    """Check a whole response against a gold answer.

    Args:
        response: What the model wrote.
        gold: The gold answer; numbers are read as their text, None as no gold answer, which makes the verdict undecided.
        verifier: A name from `dartkit.verify.named`.

    Raises:
        UsageError: for a verifier that does not exist.
    """
    return _shared(verifier).check(as_text(response), as_text(gold))


def as_text(value: object) -> str:
    """Return a text as it is, nothing for None, and the text of anything else."""
    if isinstance(value, str):
        return value
    return "" if value is None else str(value)


@lru_cache(maxsize=8)
def _shared(verifier: str) -> Grader:
    """Return the one verifier of a name: its worker processes serve every caller and keep nothing between tasks."""
    return resolve(verifier)
