"""What the scanner takes for the answer; the expected texts were read off the completions by eye."""

from __future__ import annotations

import time

import pytest

from dartkit.verify import extract_answer

CASES = (
    ("so \\boxed{12}.", "12", "boxed"),
    ("first \\boxed{3}, no: \\boxed{\\frac{1}{2}}", "\\frac{1}{2}", "boxed"),
    ("\\boxed{\\{1,2\\}}", "\\{1,2\\}", "boxed"),
    ("\\boxed{3} and \\boxed{5}", "3, 5", "boxed-list"),
    ("$\\boxed{3}$, $\\boxed{5}$", "3, 5", "boxed-list"),
    ("\\boxed{3}. Later, after more work and thought, \\boxed{5}", "5", "boxed"),
    ("\\boxed 7 is it", "7", "boxed"),
    ("\\fbox{958} values", "958", "boxed"),
    ("\\boxed{4} then cut \\boxed{\\frac{1}{2", "4", "boxed"),
    ("\\boxed{} The answer is 8.", "8", "answer-phrase"),
    ("<think>\\boxed{1}</think> It is \\boxed{2}", "2", "boxed"),
    ("\\boxed{1}</think> The answer is 9", "9", "answer-phrase"),
    ("It is 4. <think> perhaps \\boxed{5}", "4", "last-number"),
    ("<answer> 17 </answer>", "17", "answer-tag"),
    ("<answer>1</answer> or rather <answer>x+1</answer>", "x+1", "answer-tag"),
    ("The answer is: 18", "18", "answer-phrase"),
    ("The final answer is $\\frac{3}{4}$. I hope it is correct.", "\\frac{3}{4}", "answer-phrase"),
    ("**Answer:** 3/4", "3/4", "answer-phrase"),
    ("### Final Answer\n\n**12**", "12", "answer-phrase"),
    ("A: 224", "224", "answer-phrase"),
    ("Thus the answer is that Janet makes $18 every day.", "$18", "answer-phrase"),
    ("The answer is either 6 or 8.", "either 6 or 8", "answer-phrase"),
    ("The answer is $3$ or $5$.", "$3$ or $5$", "answer-phrase"),
    ("答案是 42。", "42", "answer-phrase"),
    ("La réponse est 6", "6", "answer-phrase"),
    ("9 * 2 = <<9*2=18>>18\n#### 18", "18", "hashes"),
    ("#### 18\nThe answer is: 19", "19", "answer-phrase"),
    ("Therefore, Janet makes #### 18 dollars every day at the market.", "18 dollars", "hashes"),
    ("pays #### 276,000 for everything.", "276,000", "hashes"),
    ("so we get $x = \\frac{2}{3}$.", "\\frac{2}{3}", "last-formula"),
    ("and there are <<3+4=7>>7 eggs", "7", "last-number"),
    ("The change is -5", "-5", "last-number"),
    ("we compute 12 - 5", "5", "last-number"),
    ("we compute 12-5", "5", "last-number"),
    ("in total 1,234 cats", "1,234", "last-number"),
)


@pytest.mark.parametrize(("completion", "text", "rule"), CASES)
def test_extraction(completion: str, text: str, rule: str) -> None:
    """Text and rule as labelled; the start points at the text unless several boxes were joined."""
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule) == (text, rule)
    if rule != "boxed-list":
        assert completion[found.start :].startswith(text)


@pytest.mark.parametrize(
    "completion", ["", "   ", "I cannot tell.", "<think>It is 5", "\\boxed{}", "\\boxed{ }", "####"]
)
def test_nothing_to_extract(completion: str) -> None:
    """Where there is no answer, none is made up."""
    assert extract_answer(completion) is None


def test_only_the_end_is_read_and_the_offset_counts_from_the_start() -> None:
    """70,000 characters before the box are more than the window of 65,536."""
    filler = "x" * 70_000
    found = extract_answer("\\boxed{1}" + filler + "\\boxed{2}")
    assert found is not None
    assert (found.text, found.start) == ("2", 9 + 70_000 + 7)


@pytest.mark.parametrize(
    "piece",
    ["\\boxed{", "{", "}", "<think>", "</think>", "<answer>", "#### ", "answer is ", "1,", "$", "\\(", "9", "A:\n", " ", "final answer\n"],
)  # fmt: skip
def test_time_grows_linearly(piece: str) -> None:
    """A window full of any one piece takes under a second; a quadratic scanner would take minutes."""
    begun = time.perf_counter()
    extract_answer(piece * (200_000 // len(piece)))
    assert time.perf_counter() - begun < 1.0
