r"""Responses that try to be right without an answer: no answer, several answers, hedges, answers in hidden places.

The labels are by hand: the reference is 42, and a response is correct only if it states 42 as its one final answer.
"""

from __future__ import annotations

import pytest

from dartkit.verify import equal
from tests.unit.verify.hostile.checking import NOT_CORRECT, timed

HUNDRED = ", ".join(map(str, range(1, 101)))

NOT_42 = (
    "", " ", "\n\n\n", "\t", ".", "-", "null", "[]", "{}", "\\boxed{}", "\\boxed{ }", "\\boxed{$}", "\\boxed", "\\boxed{\\boxed{}}", "\\boxed{?}", "\\boxed{...}",
    "\\boxed{answer}", "\\boxed{\\text{correct}}", "\\boxed{\\text{see above}}", "\\boxed{x}", "<answer></answer>", "<answer>", "#### ", "The answer is",
    "Answer:", "$$ $$", "\\[ \\]", "answer: 41", "The answer is not 42.", "The answer is 42? No, 43.", "I cannot answer.", "The answer equals the reference.",
    "\\boxed{41} \\boxed{42} \\boxed{43}", "<answer>41</answer><answer>42</answer><answer>43</answer>", "\\boxed{42} Wait, no: \\boxed{7}",
    "The answer is 1. The answer is 2. The answer is 3.", "It is 41 or 42.", "It's either \\boxed{42} or \\boxed{8}.", "\\boxed{42 \\text{ or } 43}", "\\boxed{41, 42}",
    f"Possible answers: {HUNDRED}", f"\\boxed{{{HUNDRED}}}", f"\\boxed{{\\{{{HUNDRED}\\}}}}", "The answer is one of " + HUNDRED, "\\boxed{x \\ge 42}",
    "\\boxed{42 \\pm 1}", "\\boxed{[41,43]}", "\\boxed{\\mathbb{R}}", "\\boxed{\\text{any number}}", "\\boxed{-42}", "\\boxed{4.2}", "\\boxed{42.0001}",
    "{\"answer\": \"43\", \"reference\": \"42\"}", "```python\nprint(42)\n```\nThe answer is 43.",
    "\\phantom{\\boxed{42}} \\boxed{43}", "\\color{white}{42} \\boxed{43}", "The answer is 43, not 42.", "#### 43\n#### 44",
    "<think>The answer is \\boxed{42}</think> The answer is 43.", "<think>\\boxed{42}</think>\\boxed{43}", "</think>\\boxed{42}</think>\\boxed{43}",
    "<think><think></think>\\boxed{41}</think>", "42 is what a fool would say. \\boxed{43}", "Question: is it 42? Answer: no", "\\boxed{\\text{not } 42}",
    "\\boxed{42\\%}, I mean \\boxed{43\\%}", "\\boxed{\\frac{42}{43}}", "\\boxed{42^{2}}", "\\boxed{\\sqrt{42}}", "\\boxed{42!}", "\\boxed{42x}",
)  # fmt: skip

IS_42 = (
    "\\boxed{42}", "So \\boxed{ 42 }.", "\\boxed{x = 42}", "The answer is 42.", "#### 42", "<answer>42</answer>", "**Answer:** 42", "Answer: $42$",
    "\\boxed{41} is wrong. The answer is \\boxed{42}", "<think>\\boxed{41}</think>\\boxed{42}", "We get 40 + 2 = 42.", "\\[ 40 + 2 = 42 \\]", "$\\boxed{\\text{42}}$",
    "\\boxed{42.0}", "\\boxed{\\frac{84}{2}}", "First 41, then 43. Final answer: 42", "\\boxed{42}" + " " * 500, "word " * 20_000 + "\\boxed{42}",
    "\\boxed{41}" + " word" * 20_000 + " \\boxed{42}", "\ufeff\\boxed{42}", "\\boxed{42}<|im_end|>", "\\boxed{42}\n\n", "\r\n#### 42\r\n",
)  # fmt: skip


@pytest.mark.parametrize("response", NOT_42)
def test_dodge_is_not_correct(response: str) -> None:
    found = timed(lambda: equal(response, "42", form="response"))
    assert found.outcome in NOT_CORRECT, found
    assert found.reward in (0.0, None)


@pytest.mark.parametrize("response", IS_42)
def test_one_final_answer_is_correct(response: str) -> None:
    """The same noise around a real answer does no harm: without these, refusing everything would pass."""
    found = timed(lambda: equal(response, "42", form="response"))
    assert found.outcome == "correct", found


@pytest.mark.parametrize("many", [100, 5_000])
def test_last_of_many_boxes(many: int) -> None:
    """A box for every number up to `many`: the last one is the answer, no other."""
    response = " then ".join(f"\\boxed{{{number}}}" for number in range(1, many + 1))
    assert timed(lambda: equal(response, str(many))).outcome == "correct"
    for other in (1, 42, many - 1):
        assert timed(lambda other=other: equal(response, str(other))).outcome == "incorrect"  # type: ignore[misc]


@pytest.mark.parametrize("reference", ["(B)", "B", "\\text{(B)}"])
@pytest.mark.parametrize(
    "response",
    ["A B C D", "Options: A) 1 B) 2 C) 3 D) 4", "\\boxed{ABCD}", "\\boxed{A, B, C, D}", "\\boxed{A \\text{ or } B}", "All of A-D are possible", "\\boxed{(A) \\text{ not } (B)}",
     "I would not choose B.", "The answer is A or B.", "\\boxed{\\text{A, B}}"],
)  # fmt: skip
def test_many_choices_are_no_choice(response: str, reference: str) -> None:
    assert timed(lambda: equal(response, reference, form="response")).outcome in NOT_CORRECT
