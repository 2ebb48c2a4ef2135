"""Letters of up to ten options, as MMLU-Pro has them: E and I are letters there, not numbers."""

from __future__ import annotations

import pytest

from dartkit.verify import Verifier

WRITINGS = (
    "So the answer is \\boxed{%s}.", "The answer is (%s).", "\\boxed{\\text{%s}}", "\\boxed{%s. 17 apples}", "\\boxed{(%s) foo}",
    "Answer: %s", "The correct option is %s.",
)  # fmt: skip


@pytest.mark.parametrize("letter", "ABCDEFGHIJ")
def test_a_letter_is_found_in_every_usual_writing_and_no_other_matches(letter: str) -> None:
    verifier = Verifier()
    other = "ABCDEFGHIJ"["JABCDEFGHI".index(letter)]
    for writing in WRITINGS:
        assert verifier.check(writing % letter, letter).outcome == "correct", writing
        assert verifier.check(writing % other, letter).outcome == "incorrect", writing
    assert verifier.check("\\boxed{17}", letter).outcome == "incorrect"
