r"""What unmarked endings conclude: before remarks and reasons, not the givens, lists as lists. Each truth is read off by eye."""

from __future__ import annotations

import pytest

from dartkit.records import AnswerKind
from dartkit.verify.extraction import extract_answer

REMARKS = (
    ("So x = 8.\n\nCheck: 3*8 - 4 = 20. Correct!", "8"),
    ("So the number is 14.\n\nVerification: 14 * 2 + 3 = 31, as required.", "14"),
    ("Therefore, the car travels 240 km.\n\nI hope this helps! If you have 1 more question, ask.", "240 km"),
    ("Thus the total is 56.\n\n**Note:** if the 3 balls were identical we would get 20.", "56"),
    ("Hence $n = 12$.\n\nTo verify, $12^2 = 144$ and $144 + 1 = 145$ is indeed divisible by 5.", "12"),
    (
        "Therefore there are 60 such numbers.\n\nLet's double check with a smaller case: for n = 2 there are 2.",
        "60",
    ),
    ("42\n\nExplanation: 6 times 7.", "42"),
    ("The value is $\\frac{3}{8}$.\n\n---\n*Generated with 2 samples*", "\\frac{3}{8}"),
    ("Hence 36 tiles are needed.\n\nNotes:\n- Each tile is 2 by 2.\n- The floor is 12 by 12.", "36"),
    ("The total is 60.\n\nNote that this includes the 5 broken ones, so the final count is 55.", "55"),
    ("The result of the calculation was 42.\n\n*(Calculated with 3 iterations.)*", "42"),
    ("The area is 9.\n\nNote: we forgot the factor 2. Hence it is 18.", "18"),
)
REASONS = (
    ("The maximum value is $\\frac{9}{4}$, attained at $x = \\frac{3}{2}$.", "\\frac{9}{4}"),
    ("The minimum of $f$ is $-1$ at $x=2$.", "-1"),
    ("So the smallest $n$ is $n = 6$, which gives $2^6 = 64$.", "6"),
    ("He sells 5 of them at 3 dollars each, which gives 15 dollars.", "15"),
    ("Hence the number of diagonals equals 35, since 10·7/2 = 35.", "35"),
    ("The value of $n$ is 5, as 5! = 120.", "5"),
    ("Total = 18 apples (10 red, 8 green)", "18"),
    ("He has 12 apples (3 of them red) and 5 pears, so 17 fruits.", "17"),
    ("Since the sum is given by $n(n+1)/2$ with $n=6$, the number of squares is equal to 21.", "21"),
    ("Since $f'(x)=0$ only at $x=1$, the minimum value of $f$ is $f(1) = -2$.", "-2"),
    ("The remainder is 2 when 2^100 is divided by 7.", "2"),
    ("所以 $x=2$。检验：$2^2-4=0$，成立。", "2"),
    ("Thus, there will be 5 slices left over after each of the 7 guests gets 3.", "5"),
    ("He has 9 after selling 3, leaving 4 when the rest is gone and so 4 in all.", "4"),
)
GIVENS = (
    ("So only 3 of the 12 candidates survive.", "3"),
    ("Therefore, it will take 6 days for the 4 workers to finish.", "6"),
    ("In total, he spends $45 on 3 shirts.", "$45"),
    ("So he bought 3 shirts for $45.", "$45"),
    ("Hence she must drive for another 2 hours to cover the remaining 120 miles.", "2"),
    ("Hence he was 12 years old in 1990.", "12"),
    ("So 30 is the least common multiple of 6, 10 and 15.", "30"),
    ("So the greatest common divisor of 24 and 36 is 12.", "12"),
    ("So the 5 friends pay 12 dollars each.", "12"),
    ("Thus the ratio of boys to girls is 3 : 2.", "3 : 2"),
)
WIDENED = (
    ("It costs 5 dollars and 25 cents.", "5 dollars and 25 cents"),
    ("He is 6 feet 2 inches tall.", "6 feet 2 inches"),
    ("The trip took 2 h 15 min.", "2 h 15 min"),
    ("So z = 5 - 3i.", "5 - 3i"),
    ("The sum is n(n+1)/2.", "n(n+1)/2"),
    ("So the length is √20 = 2√5.", "2√5"),
)
BOLD = (
    ("Counting the cases we find **eleven** of them.", "eleven"),
    ("Hence the remainder is **2** when dividing by 7.", "2"),
    ("The largest such integer is **997** (since 998 and 999 are not prime).", "997"),
    ("The angle is **65°**, so its supplement, which is what we want, measures **115°**.", "115°"),
    ("We find that **24** of the 30 pupils passed.", "24"),
    ("**Step 3:** So the total is 30.", "30"),
    ("With **12** red and 30 blue ones there are 42 in total.", "42"),
    ("Thus there are two real solutions.", "two"),
)


@pytest.mark.parametrize(("completion", "text"), [*REMARKS, *REASONS, *GIVENS, *WIDENED, *BOLD])
def test_the_number_that_is_concluded(completion: str, text: str) -> None:
    """Numbers of checks, notes, reasons and givens stand behind it or around it."""
    found = extract_answer(completion, hint="integer")
    assert found is not None
    assert found.text.removesuffix(" dollars").rpartition("= ")[2] == text


LISTS: tuple[tuple[str, AnswerKind, str], ...] = (
    ("So the three sides are 6, 8 and 10.", "set", "6, 8, 10"),
    ("(a) The shortest side is 6.\n(b) The middle side is 8.\n(c) The longest is 10.", "set", "6, 8, 10"),
    ("**Part A:** 12\n**Part B:** 15", "set", "12, 15"),
    ("Therefore the roots are 2 and -5.", "set", "2, -5"),
    ("Hence the sides are 3 cm, 4 cm and 5 cm.", "set", "3 cm, 4 cm, 5 cm"),
    ("The dimensions are 8 cm by 5 cm.", "set", "8 cm, 5 cm"),
    ("Anna has 12 marbles, Ben has 18 marbles and Carl has 30 marbles.", "set", "12, 18, 30"),
    ("The possible values of n are:\n- 3\n- 8\n- 15", "set", "3, 8, 15"),
    ("**Final answers:**\n\n1. $x = 3$\n2. $y = 7$", "set", "x = 3, y = 7"),
    ("Therefore the vertices are (0,0), (4,0), and (0,3).", "set", "(0,0), (4,0), and (0,3)"),
    ("Thus -3 ≤ x < 4.", "interval", "-3 ≤ x < 4"),
    ("Therefore, the cost of one pen is $2 and the cost of one notebook is $5.", "set", "$2, $5"),
    ('{"answer": {"alpha": 1, "beta": 4}}', "set", "1, 4"),
    ('{"answer": {"width": "5 cm", "length": "8 cm"}}', "integer", "5 cm, 8 cm"),
    ('{"answer": {"value": 13, "unit": "cm"}}', "integer", "13"),
    # one value of a list is never taken where one number is asked for
    ("So the two numbers are 7 and 12.", "integer", "7, 12"),
    ("Both 4 and -4 are solutions.", "integer", "4, -4"),
    ("So we have x = 2 and y = -1.", "integer", "x = 2 and y = -1"),
    ("1, 2, 3, 4, 5, 6, 7, 8", "integer", "1, 2, 3, 4, 5, 6, 7, 8"),
    ("Answer: The two numbers are 7 and 12.", "integer", "7, 12"),
    ("It has two solutions, 3 and 4.", "integer", "3, 4"),
    ("The coordinates are (3, -4).", "integer", "(3, -4)"),
    ("Thus the solution set is {1, 4, 9}.", "integer", "{1, 4, 9}"),
    ("Roots:\nThe solutions are:\n- 3\n- 8", "integer", "3, 8"),
)


@pytest.mark.parametrize(("completion", "hint", "text"), LISTS)
def test_lists_are_lists(completion: str, hint: AnswerKind, text: str) -> None:
    """All values in their order, also where the gold answer is one number, so that one of them never matches alone."""
    found = extract_answer(completion, hint=hint)
    assert found is not None
    assert found.text == text


CHOICES = (
    ("Because dilation keeps the shape, I'd choose **A. Dilation**.", "A"),
    ("I would go with **B. Reflection**.", "B"),
    ("So the best match is **D. 45 cm**", "D"),
    ("Option A is too small, option C is too big. That leaves B.", "B"),
    ("I think it is B, because the graph is increasing.", "B"),
    ("Checking the alternatives we see that D is the only one that works.", "D"),
    ("Final choice → A", "A"),
    ("Among A, B, C and D, it is clear that C holds.", "C"),
    ("A. False\nB. True\nC. False\nD. False\n\nTherefore B.", "B"),
    ("正确选项为 D。", "D"),
    ("The answer's B!", "B"),
    ("Therefore the answer is not A but B.", "B"),
    ("Answer choice D is incorrect because of its sign. The correct choice is therefore A.", "A"),
    ("La bonne réponse est donc la C.", "C"),
    ("Richtig ist also Antwort D.", "D"),
    ("由此可知 A、B 错误,D 正确。", "D"),
    ("Chọn đáp án C.", "C"),
    ("Answer: B and C", "B and C"),
    ("Both A and C are correct.", "A and C"),
)


@pytest.mark.parametrize(("completion", "letter"), CHOICES)
def test_letters_in_closing_sentences(completion: str, letter: str) -> None:
    """The one that is chosen, not one that is ruled out; several letters are one answer."""
    found = extract_answer(completion, hint="choice")
    assert found is not None
    assert found.text.rstrip(".")[: len(letter)] == letter
    assert found.text[len(letter) :] in ("", ". Dilation", ". Reflection", ". 45 cm")


CORRECTED = (
    ("The answer is 7. Oops, I mean 8.", "8"),
    ("**Answer: 50**\n\nEdit: I made a mistake above; it should be **52**.", "52"),
    ("The answer is 36.\n\nWait, let me check: 4 * 9 = 36. Yes.", "36"),
)


@pytest.mark.parametrize(("completion", "text"), CORRECTED)
def test_an_announced_answer_taken_back(completion: str, text: str) -> None:
    """Only a value that is named in its place takes one back; a check of it does not."""
    found = extract_answer(completion, hint="integer")
    assert found is not None
    assert found.text == text
    assert found.others == ()


def test_what_a_letter_runs_over_is_no_answer() -> None:
    """The formula before the range is the solution; a range that stands alone is an answer."""
    solved = extract_answer("All solutions: $x = k\\pi$, $k \\in \\mathbb{Z}$.", hint="expression")
    alone = extract_answer("So it holds for all $x \\in \\mathbb{R}$", hint="expression")
    assert solved is not None
    assert solved.text == "x = k\\pi"
    assert alone is not None
    assert alone.text == "x \\in \\mathbb{R}"
