"""Every labelled pair in both directions, every answer against itself, and how many pairs the table has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dartkit.verify import Limits, Policy, Verifier
from tests.unit.verify.equality_cases import CASES

PAIRS = [(kind, left, label, right) for kind, rows in CASES.items() for left, label, right in rows]
ALLOWED = {"=": {"correct"}, "!": {"incorrect"}, "?": {"undecided"}, "x": {"incorrect", "undecided"}}


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    """One verifier for the table, with time to spare on a busy machine."""
    with Verifier(limits=Limits(timeout_seconds=20.0)) as shared:
        yield shared


def test_the_table_is_large_enough() -> None:
    """The agreed size of the table is 150 pairs; duplicates do not count."""
    assert len(set(PAIRS)) >= 150


@pytest.mark.parametrize(("kind", "left", "label", "right"), PAIRS)
def test_label(verifier: Verifier, kind: str, left: str, label: str, right: str) -> None:
    """The outcome is the labelled one, and the same with the two sides swapped."""
    forth = verifier.check_answer(left, right)
    back = verifier.check_answer(right, left)
    assert forth.outcome in ALLOWED[label], (kind, forth)
    assert back.outcome == forth.outcome, (kind, back)


def test_every_answer_equals_itself(verifier: Verifier) -> None:
    """Also with spaces around it, so that the first comparison of raw text is not all that is tested."""
    for _, left, _, right in PAIRS:
        for answer in (left, right):
            found = (
                verifier.check_answer(answer, f"${answer}$ ")
                if "$" not in answer
                else verifier.check_answer(answer, answer)
            )
            assert found.outcome == "correct", (answer, found)


def test_percent_policy_off() -> None:
    """Without the policy a percent sign must be on both sides or the values equal: 28% is 0.28 and not 28."""
    with Verifier(Policy(percent="strict")) as strict:
        outcomes = [strict.check_answer("28%", gold).outcome for gold in ("0.28", "28\\%", "28")]
    assert outcomes == ["correct", "correct", "incorrect"]
