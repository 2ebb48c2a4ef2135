"""Compare two texts in both orders: no exception, one outcome, linear time; a text equals itself."""

from __future__ import annotations

from tests.fuzz.checking import POLICIES, make_verifier
from tests.fuzz.measure import within_bound

SEPARATOR = "\x1f"
_VERIFIERS = tuple(make_verifier(policy) for policy in POLICIES)
_FAILED = {"no_answer", "undecided"}  # what an empty side gives, depending on which it is


def target(text: str) -> None:
    """Take the text apart at a separator, or in the middle, and compare the halves."""
    left, found, right = text.partition(SEPARATOR)
    if not found:
        left, right = text[: len(text) // 2], text[len(text) // 2 :]
    check_pair(left, right, len(text) % len(_VERIFIERS))


def check_pair(left: str, right: str, policy: int = 0) -> None:
    """Compare two texts in both orders, and each with itself.

    Raises:
        AssertionError: where a law is broken.
    """
    verifier = _VERIFIERS[policy]
    forth = within_bound(lambda: verifier.check_answer(left, right), len(left) + len(right), "comparison")
    back = verifier.check_answer(right, left)
    if left.strip() and right.strip():
        assert forth.outcome == back.outcome, f"{forth} but {back} for {left!r} and {right!r}"
        assert verifier.check_answer(left, f" {left}\n").outcome == "correct", (
            f"{left!r} does not equal itself"
        )
    else:
        assert {forth.outcome, back.outcome} <= _FAILED, f"{forth} and {back} for {left!r} and {right!r}"
