"""Responses that give no answer: nothing in them may be taken for one, least of all a number of the question.

Each was written to end like real outputs of weak models do; a reader finds no answer in any of them.
"""

from __future__ import annotations

import pytest

from dartkit.verify import Verifier
from dartkit.verify.extraction import extract_answer

NONE = (
    "We are asked to find the number of ways in which 10 people can be seated. This can be solved with the multiplication principle.",
    "Let me try $n=5$: works for the first condition. I get a contradiction in every case. I was not able to find a solution.",
    "I am not sure how to continue from here. The equation $x^2 = 9$ has to be handled with care. I cannot determine the answer.",
    "I'm sorry, but I couldn't find a valid answer after 3 attempts.",
    "Unfortunately, I am unable to solve this problem. The best bound I could obtain is 17.",
    "First, we consider what happens for 10 people. Let us define the variables.",
    "To solve this, we need to determine how many of the 25 students play both sports.",
    "This problem can't be solved with the information given; we know only that there are 8 boys.",
    "There isn't enough information to determine the value of $x$ if $x+y=12$.",
    "How many apples does Tom have if he started with 15?",
    "So it is 12. Maybe 13?",
    "After a long search no solution was found, I give up. n=12 fails too.",
    "The question asks for the number of divisors of 360. Let's start by factorising 360.",
    "Let's proceed with the calculations to find the sum of all numbers from 1 to 100.",
    "We need to solve $2x + 3 = 7$.",
    "We need to find $n$ such that $n^2 = 16$.",
    "Now we need to sum all 6 of these values.",
    "```python\nx = 12\ny = x * 4\nprint(y)\n```",
    "Es konnte keine Lösung gefunden werden, obwohl 7 Fälle geprüft wurden.",
    "无法确定答案，因为题目只给出了 3 个条件。",
    "No puedo resolver este problema con 2 ecuaciones.",
    "Je ne peux pas déterminer la réponse avec ces 4 données.",
)
SOME = (
    ("We cannot find a smaller one. So the answer is clear: it must be 12.", "12"),
    ("I could not find a proof, but my best guess is 14.", "14"),
    ("We need 7 more tiles.", "7"),
    ("Since he needs 12 and has 5, he needs to find 7 more.", "7"),
    ("We need to find how much is left: 20 - 12 = 8.", "8"),
    ("The problem asks for $m+n = 7 + 5 = 12$.", "12"),
    ("We want to find the smallest one; it is 12.", "12"),
    ("The product is 30. The question asks for the sum, so 10.", "10"),
    ("```\n48\n```", "48"),
    ("```python\nprint(2**10)\n```\n```output\n1024\n```", "1024"),
    ("The result is 12.\n\n```python\nprint(3 * 4)\n```", "12"),
    ("12*3 = 36\n36+4 = 40\n40", "40"),
)


@pytest.mark.parametrize("completion", NONE)
def test_no_answer(completion: str) -> None:
    assert extract_answer(completion, hint="integer") is None


@pytest.mark.parametrize(("completion", "text"), SOME)
def test_an_answer_all_the_same(completion: str, text: str) -> None:
    """Words that look alike, in texts that do conclude."""
    found = extract_answer(completion, hint="integer")
    assert found is not None
    assert found.text == text


def test_options_that_nobody_chose() -> None:
    """The options of the question are no choice, and an article is no letter."""
    texts = (
        "The options were:\n(A) 3\n(B) 5\n(C) 7\n(D) 9\n\nI could not decide between them.",
        "A careful look shows that none of the listed numbers works. I would say none of the options is correct.",
    )
    with Verifier() as verifier:
        assert not any(verifier.check(text, letter).equal for text in texts for letter in "ABCD")


def test_announced_words_of_defeat_match_nothing() -> None:
    """A tag or a mark before them announces no value."""
    texts = (
        "The sum was 13.\n<answer>I could not determine the answer.</answer>",
        "**Answer:** I could not find it. The closest was 13.",
    )
    with Verifier() as verifier:
        assert not any(verifier.check(text, "13").equal for text in texts)
