r"""What the last sentence states without a mark: the value after its verb, whole, without what is said about it.

The truth of each row is what a reader of the sentence takes for its result; rows with several values have all of them.
"""

from __future__ import annotations

import pytest

from dartkit.records import AnswerKind
from dartkit.verify import equal
from dartkit.verify.extraction import extract_answer
from dartkit.verify.extraction.plain_math import final_brackets, math_end, trailing_math

# what stands behind the value only says where it holds, what it is compared with, or of how many
ASIDES = (
    ("So the number of ways is 42 for the first 6 rows.", "42"),
    ("Thus the number of handshakes is 45 among the 10 guests.", "45"),
    ("Hence the pressure is 2.46 atm at 300 K in a 10 L vessel.", "2.46"),
    ("The final amount is $1,157.63 after 3 years at 5%.", "$1,157.63"),
    ("So the only excluded value is m = 0, even though the fraction simplifies to m + 4/5.", "0"),
    ("Hence the largest prime factor is 31, while the smallest is 2.", "31"),
    ("So g(2) = 5, whereas h(2) = 9.", "5"),
    ("The diameter is then 2·3 = 6, twice the inradius of 3.", "6"),
    ("So the gcd is 3 · 5 = 15, and not just 3.", "15"),
    ("So Sheila paid $142 more than Clara did for the same 20 fruits.", "$142"),
    ("So the speed is 60 mph, compared to 45 mph before.", "60 mph"),
    ("700 - 630 = 70 students (10%) did not pass.", "70"),
    ("She needs 3 boxes of 12 eggs.", "3"),
    ("So the limit is about 0.632, that is to say 63.2 percent.", "0.632"),
    ("So the number of pairs is $10$, out of $24$ candidates.", "10"),
    ("So the area equals $12$, twice the area $6$ of $ABD$.", "12"),
    ("So the population is 3 million in 2010.", "3 million"),
    ("We have 12 = 3 · 4.", "3 · 4"),
    # whatever the verb, as models write it
    ("Jim spends $36.0$ hours on TV and reading in 4 weeks.", "36.0"),
    ("Terry spends $75.0$ dollars on yogurt over 30 days.", "75.0"),
    ("A 42 kg bag of rice will last for $3.0$ weeks.", "3.0"),
    ("Clyde will pay $12$ dollars for 5 apples and 5 oranges.", "12"),
    ("You can make 576 hash browns out of 96 potatoes.", "576"),
    ("Tyrion uses 12 face masks every 2 days.", "12"),
    ("He can buy 7 tickets with 50 dollars.", "7"),
    ("So he bought 3 shirts for $45.", "$45"),
    ("In 5 days he reads 100 pages.", "100"),
    ("It takes 4 workers 6 days.", "6"),
    ("Therefore, $16$ balls are needed to balance 4 green, 2 yellow, and 2 white ones.", "16"),
)
# figures written out count as much as figures
WORDS = (
    ("The number of squares in the sequence is therefore zero.", "zero"),
    ("So the fewest number is three (36 + 9 + 4).", "three"),
    ("So the number of possible pairs is ten, out of 24 candidates.", "ten"),
    ("So there are exactly thirty-six such pairs among the 100 candidates.", "thirty-six"),
    ("So the number of real roots is zero, because the discriminant is −7.", "zero"),
    ("Hence the number of solutions is two (x = 3 and x = 7).", "two"),
    ("So only two of the five statements are true.", "two"),
    ("So the equation has two solutions.", "two"),
    ("The answer is therefore ten, out of 24 candidates.", "ten"),
    ("The answer is three (36 + 9 + 4).", "three"),
)


@pytest.mark.parametrize(("ending", "text"), [*ASIDES, *WORDS])
def test_what_follows_the_value_is_an_aside(ending: str, text: str) -> None:
    found = extract_answer("We add up.\n" + ending, hint="integer")
    assert found is not None
    assert found.text == text


# the sentence goes on to another value, or states several: the first one alone is no answer
GOES_ON = (
    ("So the total is 20% of 150, which is 30.", "30"),
    ("Area = 5 × 8 = 40, so the field is 40 square metres.", "40"),
    ("Tom has 12 marbles, Ann has 15, so together they have 27.", "27"),
    ("So he sold 30 pens at $2 each, for a total of $60.", "$60"),
    ("So the minimum is 4 for a = 1 and 7 for a = 2.", "4, 7"),
    ("The values are $4$ for $n=1$ and $7$ for $n=2$.", "4, 7"),
    ("So he walks 2 miles to school and 3 miles back.", "3"),
    ("The train covers 60 km in 1 hour and then 180 km in 3 hours, so 240 km.", "240 km"),
    ("So the answer is 5 or 7.", "5 or 7"),
    ("So we have a = 3 and b = 8.", "a = 3 and b = 8"),
)


@pytest.mark.parametrize(("ending", "text"), GOES_ON)
def test_a_sentence_that_goes_on(ending: str, text: str) -> None:
    found = extract_answer("We add up.\n" + ending, hint="integer")
    assert found is not None
    assert found.text == text


EXPRESSIONS = (
    ("Therefore |a − b| = √(2 − √3).", "√(2 − √3)"),
    ("So the simplified expression is cot(x/2).", "cot(x/2)"),
    ("Therefore the smallest value of the sum is ⌊log₂ n⌋ + 1.", "⌊log₂ n⌋ + 1"),
    ("The smallest number of planes is hence 3n.", "3n"),
    ("Expanded: −20 − 7x + 6x².", "−20 − 7x + 6x²"),
    ("Therefore the general term is 2^(n+1) − 1 for all n ≥ 1.", "2^(n+1) − 1"),
    ("The volume is 4πr³/3, where r is the radius.", "4πr³/3"),
    ("Simplified: 2 sin x cos x", "2 sin x cos x"),
    ("The simplified form is x^(2/3) y^4.", "x^(2/3) y^4"),
    ("So the expansion is (x − 1)² (x + 2).", "(x − 1)² (x + 2)"),
    ("The integral is x ln x − x + C.", "x ln x − x + C"),
    ("So the roots have product −c/a.", "−c/a"),
    ("So the slope is −3/4 and not 4/3.", "−3/4"),
    ("As x₀ > 0, x₀ = 1/√2, which is different from √3.", "1/√2"),
    ("The answer is 2x + 3 for x > 0.", "2x + 3"),
    ("The polynomial is x³ − 3x + 2, with leading coefficient 1.", "x³ − 3x + 2"),
    ("So he weighs 190 pounds now — choice (e).", "e"),
)


@pytest.mark.parametrize(("ending", "text"), EXPRESSIONS)
def test_an_expression_stays_whole(ending: str, text: str) -> None:
    """Mathematics in plain text ends where prose begins; its last number alone is no answer."""
    found = extract_answer("We work.\n" + ending, hint="expression")
    assert found is not None
    assert found.text == text


STRUCTURES: tuple[tuple[str, AnswerKind, str], ...] = (
    ("They are (√65, 2π − arctan(4√3), arccos(4/√65)).", "tuple", "(√65, 2π − arctan(4√3), arccos(4/√65))"),
    ("u = ((5√3 − 6√10)/18, 0, −√10/2)", "matrix", "((5√3 − 6√10)/18, 0, −√10/2)"),
    ("The solution set is (−∞, −2) ∪ [3, ∞).", "interval", "(−∞, −2) ∪ [3, ∞)"),
    ("So the circle is (x − 1)² + (y + 2)² = 9.", "equation", "(x − 1)² + (y + 2)² = 9"),
    ("Solving:\n\n- **x** = −3\n- **y** = 0\n\nThat's where both lines cross.", "tuple", "x = −3, y = 0"),
    ("Elimination gives:\n- x = 2\n- y = 9", "tuple", "x = 2, y = 9"),
    ("With b < c, the minimum is at b = 1010, c = 1012.", "integer", "c = 1012"),
    ("With b < c, the minimum is at b = 1010, c = 1012.", "tuple", "b = 1010, c = 1012"),
    ("The probability is 3 out of 10.", "rational", "3 out of 10"),
    ("The chance is 1 in 6.", "rational", "1 in 6"),
)


@pytest.mark.parametrize(("ending", "hint", "text"), STRUCTURES)
def test_structures_in_plain_text(ending: str, hint: AnswerKind, text: str) -> None:
    found = extract_answer("We work.\n" + ending, hint=hint)
    assert found is not None
    assert found.text == text


AFTERTHOUGHTS = (
    ("Therefore |G| = 18.\nIt has 6 generators, by the way.", "18"),
    ("Thus the sum is 100.\nBy the way, the product would be 2304.", "100"),
    ("Therefore the minimum is 18.\nEquality holds for x = 3.", "18"),
    ("So the largest area is 50.\nThis is attained when the sides are 5 and 10.", "50"),
    ("r = 3.\n\n## Diameter of the incircle: 6\n\nThe center is at distance 3 from each side.", "6"),
    ("The maximum is $1$.\n\nEquality occurs when $a = b = c = \\frac{1}{2}$.", "1"),
    # another conclusion, or none before it
    ("So n = 3.\nThen the perimeter is 3·4 = 12.", "12"),
    ("So r = 3. The diameter is 6.", "6"),
    ("## Step 2: Let n = 4\n\nThe count is then 20.", "20"),
    ("### Setup: x = 4\n\nSo the total is 4 + 9 = 13.", "13"),
)


@pytest.mark.parametrize(("ending", "text"), AFTERTHOUGHTS)
def test_afterthoughts(ending: str, text: str) -> None:
    """What only adds to a conclusion is passed over; what concludes is not."""
    found = extract_answer("We work.\n" + ending, hint="integer")
    assert found is not None
    assert found.text == text


NEAR_MISSES = (
    ("So the number of pairs is ten, out of 24 candidates.", "24"),
    ("The maximum height is 45 m at t = 3 s.", "3"),
    ("Therefore it takes 12 days for 5 men.", "5"),
    ("Hence the angle is π/3 radians.", "3"),
    ("So the slope is −3/4 and not 4/3.", "\\frac43"),
    ("So (x, y) = (3, −1).", "(-1,3)"),
    ("The solution set is (−∞, −2) ∪ [3, ∞).", "(-\\infty,-2)\\cup(3,\\infty)"),
    ("So the average is (12 + 18)/2 = 15 for the two classes.", "2"),
    ("The solution is x = 4 (or x = −4).", "4"),
    ("So the equation has two solutions, 3 and 7.", "7"),
    ("So the total time is x/2 + 18.", "18"),
    ("So the time is 12 minutes — option (b).", "d"),
)


@pytest.mark.parametrize(("ending", "gold"), NEAR_MISSES)
def test_a_value_that_merely_stands_there_is_not_accepted(ending: str, gold: str) -> None:
    """Each gold answer is a given, a rival or a piece of what the sentence states."""
    assert equal("We work.\n" + ending, gold).equal is not True


@pytest.mark.parametrize(
    ("text", "stop"),
    [
        ("12 m long", "12"),
        ("5 – the largest", "5"),
        ("12 - a number", "12"),
        ("1 1/2 cups", "1 1/2"),
        ("3 : 2 in favour", "3 : 2"),
        ("|a − b| + 1 of", "|a − b| + 1"),
        ("three (36", ""),
        ("(x + 1", ""),
        ("a square", ""),
        ("5x mod 7 is", "5x mod 7"),
    ],
)
def test_where_mathematics_ends(text: str, stop: str) -> None:
    """Prose, units after a blank, dashes and open brackets are no part of it."""
    assert text[: math_end(text, 0, len(text))] == stop


def test_the_brackets_and_the_mathematics_at_the_end() -> None:
    """A call, thousands, and brackets without a comma are no list."""
    for text in ("f(3, 4)", "(12)", "the end", "", ")", "a, b)"):
        assert final_brackets(text, 0, len(text)) is None
    both = "are (1, 2) and (3, 4)."
    assert final_brackets(both, 0, len(both)) == (4, 21)
    simplified = "it becomes x² − 1."
    assert trailing_math(simplified, 0, len(simplified)) == (11, 17)
