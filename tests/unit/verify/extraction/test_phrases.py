r"""What follows "the answer is" and its like in English, and which phrase counts. Read off the completions by eye."""

from __future__ import annotations

import pytest

from dartkit.verify.extraction import extract_answer

PHRASES = (
    ("The answer is: 18", "18"),
    ("The answer is 18.", "18"),
    ("the answer is 5.5.", "5.5"),
    ("THE FINAL ANSWER IS: 7", "7"),
    ("ANSWER: 7", "7"),
    ("Answer:7", "7"),
    ("Answer = 5", "5"),
    ("answer -> 5", "5"),
    ("answer → 5", "5"),
    ("Answer - see below. Answer: 5", "5"),
    ("**Answer:** 3/4", "3/4"),
    ("**Answer: 7**", "7"),
    ("**Answer**: 7", "7"),
    ("*Answer:* 7", "7"),
    ("__Answer:__ 7", "7"),
    ("### Answer: 5", "5"),
    ("### Final Answer\n\n**12**", "12"),
    ("## Answer\n\n$$x=5$$", "x=5"),
    ("**Answer**\n\nThe smallest number is **12**.", "12"),
    ("Answer\n\n42", "42"),
    ("Final Answer:\n\\[\nx = 3\n\\]", "x = 3"),
    ("Therefore, the final answer is:\n\n$$\n\\frac{1}{3}\n$$", "\\frac{1}{3}"),
    ("The answer is\n\n\n7", "7"),
    ("The answer is 7\n\nExplanation: 3+4", "7"),
    ("Answer: 42\n\nWe add 30 and 13 and take off 1.", "42"),
    ("A: 224", "224"),
    ("ans. 5", "5"),
    ("Ans: 5", "5"),
    ("The final result is 42.", "42"),
    ("**Final result:** 42", "42"),
    ("The correct choice is B.", "B"),
    ("Answer (in cm): 5", "5"),
    ("The answer to the question is 9.", "9"),
    ("The answer for part (b) is 9.", "9"),
    ("So the answer would be 4.", "4"),
    ("The answer must be 4.", "4"),
    ("The answer comes out to be 4.", "4"),
    ("Our answer is therefore 12.", "12"),
    ("The answer, therefore, is 12.", "12"),
    ("This gives us an answer of 12.", "12"),
    ("giving a final answer of $\\frac{3}{7}$.", "\\frac{3}{7}"),
    ("The final answer is $\\frac{3}{4}$. I hope it is correct.", "\\frac{3}{4}"),
    ("Final Answer: The final answer is $12$. I hope it is correct.", "12"),
    ("The answer is 12. I hope this helps! Let me know if you have 3 more questions.", "12"),
    ("The answer is 12.\n```", "12"),
    ("The answer is: **$\\frac{5}{6}$**", "\\frac{5}{6}"),
    ("The answer is $\\boxed{5}$.", "5"),
    ("\\text{Answer: } 5", "5"),
    ("The answer is `7`.", "7"),
    ("The answer is *7*.", "7"),
    ("The answer is __7__.", "7"),
    ("The answer is '7'.", "7"),
    ('The answer is "seven".', "seven"),
    ("Answer: 12 ✓", "12"),
    ("Answer: 12 ∎", "12"),
    ("The answer is $x$ = 5", "5"),
    ("The answer is $n = 5$", "n = 5"),
    ("Answer: \\(x=5\\)", "x=5"),
    ("The answer is \\(\\frac{3}{4}\\) cups.", "\\frac{3}{4}"),
    ("The answer is $\\frac{2}{3}$ of the cake.", "\\frac{2}{3}"),
    ("The answer is $3 \\times 6 = 18$.", "18"),
    ("The answer is 3 + 4 = 7 apples.", "7 apples"),
    ("The answer is $20-$15 = $5.", "$5"),
    ("Answer: approximately 3.14", "3.14"),
    ("The answer is exactly 3.", "3"),
    ("The answer is simply 3.", "3"),
    ("The answer is as follows: 3.", "3"),
    ("The answer is -3.", "-3"),
    ("Answer: - 5", "- 5"),
    ("The answer is .5", ".5"),
    ("The answer is 10!.", "10!"),
    ("The answer is 2^{10}.", "2^{10}"),
    ("The answer is 0.\\overline{3}.", "0.\\overline{3}"),
    ("The answer is 1,000,000.", "1,000,000"),
    ("The answer is $1{,}000$", "1{,}000"),
    ("The answer is 30\\%.", "30\\%"),
    ("Answer: $5.00", "$5.00"),
    ("Answer: $5 and $10", "$5 and $10"),
    ("Answer: 72 km/h", "72 km/h"),
    ("The answer is 3:2.", "3:2"),
    ("The answer is 3 (mod 7).", "3 (mod 7)"),
    ("The answer is 5 (five).", "5"),
    ("The answer is 12 (since 3*4=12).", "12"),
    ("The answer is 1.5 (or 3/2).", "1.5"),
    ("The answer is 5 since 2+3=5.", "5"),
    ("The answer is 5, as 2+3=5.", "5"),
    ("The answer is 5, which is 2+3.", "5"),
    ("The answer is 5 and not 7.", "5"),
    ("The answer is 6, not 8.", "6"),
    ("The answer is 18 and I am sure.", "18"),
    ("The answer is 12; see the table.", "12"),
    ("Answer: 12 - this is because 3*4 = 12", "12"),
    ("Answer: 12 — three times 4", "12"),
    ("The answer is 5 meters per second.", "5 meters"),
    ("The answer is 2 hours and 30 minutes.", "2 hours and 30 minutes"),
    ("The answer is 720 in a year.", "720"),
    ("The answer is 18 dollars every day at the market.", "18 dollars"),
    ("Thus the answer is that Janet makes $18 every day.", "$18"),
    ("The answer is that she needs 12 eggs for 3 cakes.", "12"),
    ("The answer is that the probability is $\\frac{1}{3}$ for each of 4 people.", "\\frac{1}{3}"),
    ("Answer: The smallest number is **12**.", "12"),
    ("The answer is 5, 7, and 9.", "5, 7, and 9"),
    ("The answer is x = 5, y = 3.", "x = 5, y = 3"),
    ("The answer is $x = 5$ and $y = 3$.", "$x = 5$ and $y = 3$"),
    ("The answer is $1$, $2$, and $3$.", "$1$, $2$, and $3$"),
    ("The answer is $3$ and 5.", "$3$ and 5"),
    ("The answer is the largest integer smaller than 6, which is $5$.", "5"),
    ("The answer is 12, which is 3 times 4.", "12"),
    ("The answer is $ab + ac + bc$.", "ab + ac + bc"),
    ("The answer is $5$, because $x > 0$.", "5"),
    ("Answer: (3, 4)", "(3, 4)"),
    ("The answer is [7].", "[7]"),
    ("The answer is undefined.", "undefined"),
    ("The answer is $\\infty$.", "\\infty"),
    ("The answer is (d) none of the above.", "(d) none of the above"),
    ("Answer:\n- 42", "42"),
    ("Thus the answer is $\\frac{2}{3}\\approx 0.667$.", "\\frac{2}{3}"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "text"), PHRASES)
def test_what_is_announced(completion: str, text: str) -> None:
    found = extract_answer(completion)
    assert found is not None
    assert found.text == text
    assert found.rule == ("boxed" if "boxed" in completion else "answer-phrase")
    assert completion.startswith(text, found.start)
    assert found.flags == ()


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("The answer is 6. The answer is not 5.", "6"),
        ("The answer is not 5. The answer is 6.", "6"),
        ("The answer is 10. A common wrong answer is 12.", "10"),
        ("A common wrong answer is 12. The answer is 10.", "10"),
        ("The answer is 10. The student's answer is 12.", "10"),
        ("The answer is 10. If the answer is 12, then we made an error.", "10"),
        ("The answer is 10. Let me verify that the answer is 12.", "10"),
        ("The answer is 10. This isn't the answer: 12.", "10"),
        ("The answer is 10. The answer is correct.", "10"),
        ("The answer is 10. The answer is reasonable.", "10"),
        ("The answer is 10. The answer should be an integer.", "10"),
        ("The answer is 10. The answer is in the box.", "10"),
        ("The answer is 10. The answer is expressed as a number.", "10"),
        ("The answer is 10. My answer is", "10"),
        ("The answer is 10. Answer choices: (A) 3 (B) 4", "10"),
        ("The answer is 10. Answer: ...", "10"),
        ("The answer is 10. Answer: [your answer]", "10"),
        ("The answer is 10.\n#### Step 2: check", "10"),
        ("The answer is 10. He will answer in 3 days.", "10"),
    ],
)
def test_phrases_that_announce_nothing(completion: str, text: str) -> None:
    """A denial, a condition, somebody else's answer, a remark on the answer: the other phrase counts."""
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule) == (text, "answer-phrase")


@pytest.mark.parametrize(
    ("completion", "text", "others"),
    [
        ("Answer: 5\n... wait.\nAnswer: 7", "7", ("5", "7")),
        ("Answer: 5. Answer: 6. Answer: 7.", "7", ("5", "6", "7")),
        ("Q: what?\nA: 7\nQ: next?\nA: 9", "9", ("7", "9")),
        ("#### 18\nThe answer is: 19", "19", ("18", "19")),
        ("#### 18\nThe answer is: 18", "18", ()),
        ("The answer is $18$. Final answer: **18**", "18", ()),
    ],
)
def test_several_phrases(completion: str, text: str, others: tuple[str, ...]) -> None:
    """The last counts; the others are given where one of them is written differently."""
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.others) == (text, others)
    assert found.flags == (("several-finals",) if others else ())


def test_list_items_after_a_phrase() -> None:
    """Two short items are one answer, one item is its own, and a long one is no item of an answer."""
    found = extract_answer("Answers:\n- x = 2\n- x = 3\n\nDone.")
    assert found is not None
    assert (found.text, found.others) == ("x = 2, x = 3", ("x = 2", "x = 3"))
    found = extract_answer("Answer:\n* 5\nbecause 2 + 3 = 5")
    assert found is not None
    assert (found.text, found.others) == ("5", ())


HASHES = (
    ("9 * 2 = <<9*2=18>>18\n#### 18", "18"),
    ("#### 18 ", "18"),
    ("####18", "18"),
    ("#### $18", "$18"),
    ("#### -5", "-5"),
    ("#### 1,234", "1,234"),
    ("#### 3/4", "3/4"),
    ("#### **18**", "18"),
    ("#### Friday", "Friday"),
    ("Therefore, Janet makes #### 18 dollars every day at the market.", "18 dollars"),
    ("pays #### 276,000 for everything.", "276,000"),
    ("He will have #### $20 left over.", "$20"),
    ("€1500 - €1423 = €#### 77. \n\nTherefore 77 are left.", "77"),
    ("#### 18\n#### Conclusion\nThat is it.", "18"),
    ("#### 18\n##### Notes on 3 cases", "18"),
    ("#### 18\n#### 2. Check the result", "18"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "text"), HASHES)
def test_hashes(completion: str, text: str) -> None:
    """The mark of GSM8K; headings of the fourth level are none."""
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule) == (text, "hashes")
    assert completion.startswith(text, found.start)


@pytest.mark.parametrize(
    "completion",
    ["", "   ", "I cannot tell.", "\\boxed{}", "\\boxed{ }", "####", "#### Step", "Answer:", "$$"],
)
def test_nothing_to_extract(completion: str) -> None:
    """Where there is no answer, none is made up."""
    assert extract_answer(completion) is None
