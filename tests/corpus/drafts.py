"""Responses with several answers: drafts that are taken back, answers that are only guessed, lists in boxes, and none at all."""

from __future__ import annotations

from collections.abc import Iterator

from tests.corpus.case import Book, Row
from tests.corpus.notation import wrong_answer

FINALS = (
    "The final answer is $\\boxed{{x}}$.",
    "<answer>{x}</answer>",
    "**Final Answer**\n\\boxed{{x}}",
    "So the answer is \\boxed{{x}}.",
)
THOUGHTS = (
    "Let me try small cases. For 3 I get {x}. Hmm, so maybe \\boxed{{x}}. Wait, I should double-check that.",
    "Okay, so the user wants a number. I first guess \\boxed{{x}}, but that ignores a case: {x} is not final.",
    "So the answer is {x}. Wait, no. Let me recompute. Alternatively, use the formula.",
    "**Final Answer**\n\\boxed{{x}}\n\nHmm, but is that right? Let me verify with another method. It is not.",
)  # fmt: skip
CORRECTIONS = (
    "At first {a}. But that misses a case; correcting, we get {b}.",
    "We find {a}. On reflection the correct value is {b}.",
    "{a}\n\nWait, I made a sign error above. Redoing the last step:\n\n{b}",
    "**Attempt 1.** {a}\n\n**Attempt 2.** The first attempt forgot a factor, so the answer is {b}.",
)  # fmt: skip


def add(book: Book, answers: Iterator[tuple[str, str]]) -> None:
    """Add all groups."""
    for _ in range(22):
        answer, source = next(answers)
        while not any(character.isdigit() for character in answer) or "," in answer:
            answer, source = next(answers)
        draft = wrong_answer(book.rng, answer)
        final, thought = book.rng.choice(FINALS), book.rng.choice(THOUGHTS)
        for inside, after, label, how in (
            (draft, answer, True, "draft differs"),
            (answer, draft, False, "right only in the draft"),
        ):
            text = f"<think>\n{thought.replace('{x}', inside)}\n</think>\n\n{final.replace('{x}', after)}"
            book.add(text, answer, label, how, source)
        correction = book.rng.choice(CORRECTIONS)
        for first, last, label in ((draft, answer, True), (answer, draft, False)):
            text = correction.replace("{a}", f"$\\boxed{{{first}}}$").replace("{b}", f"$\\boxed{{{last}}}$")
            book.add(text, answer, label, "the last box counts", source)
    for _ in range(16):
        book.table(book.some(hedges(book), 5))
        book.table(book.some(lists(book), 3))
        book.table(book.some(prose(book), 6))
    book.table(nothing())  # fmt: skip


def hedges(book: Book) -> list[Row]:
    """More than one answer is none; a value that the text itself rules out is none of them."""
    n = book.rng.randint(3, 900)
    k = n + book.rng.choice([2, 3, 5])
    return [
        (f"So it is either {n} or {k}.", str(n), False, "hedge: either"),
        (f"The answer could be ${k}$ or ${n}$; I am not sure which.", str(n), False, "hedge: could be"),
        (f"The answer is \\boxed{{{n} \\text{{ or }} {k}}}.", str(n), False, "hedge in a box"),
        (f"Either \\boxed{{{n}}} or \\boxed{{{k}}}.", str(k), False, "hedge of two boxes"),
        (f"<answer>{n} or {k}</answer>", str(n), False, "hedge in a tag"),
        (f"**Answer:** {n} or {k}", str(k), False, "hedge in a line"),
        (f"My answer: {n}, {n + 1}, {n + 2}, {n + 3}, {n + 4}", str(n + 2), False, "shotgun"),
        (f"The answer is some integer in [{n - 2}, {k}], like {n} or {n + 1}.", str(n), False, "range"),
        (f"The final answer is at least \\boxed{{x \\ge {n}}}.", str(n), False, "unbounded"),
        (f"So $x={n}$ or $x={k}$. Since $x={k}$ is not admissible, the answer is {n}.", str(n), True,
            "rejected root"),
        (f"So $x={n}$ or $x={k}$. As lengths must stay below ${k}$, we take \\boxed{{{n}}}.", str(n), True,
            "rejected root, box"),
        (f"It cannot be {k}. It is not {k + 1} either. Therefore the answer is {n}.", str(n), True,
            "ruled out before"),
        (f"The two candidates were {k} and {n}. Only {n} works. The answer is \\boxed{{{n}}}.", str(n), True,
            "candidates"),
        (f"I get {n}, although a friend says {k}. The answer is {n}.", str(n), True, "other opinion"),
        (f"I get {n}, although a friend says {k}. The answer is {k}.", str(n), False, "other opinion taken"),
    ]  # fmt: skip


def lists(book: Book) -> list[Row]:
    """A reference that is a list is met by boxes joined into one, by a list in one box, and by nothing less."""
    n = book.rng.randint(2, 80)
    k = n + book.rng.randint(1, 9)
    reference = f"{k}, {n}"
    return [
        (f"The solutions are $\\boxed{{{n}}}$ and $\\boxed{{{k}}}$.", reference, True, "two boxes"),
        (f"The solutions are $\\boxed{{{n}}}$ and $\\boxed{{{k + 1}}}$.", reference, False, "two boxes, one wrong"),
        (f"Both work, so \\boxed{{{n}, {k}}}.", reference, True, "list in a box"),
        (f"Only one works, so \\boxed{{{n}}}.", reference, False, "half of the list"),
        (f"The answers are $x = {n}$ and $x = {k}$.", reference, True, "named in a sentence"),
        (f"Therefore, the solutions are ${n}$ and ${k}$.", reference, True, "plain sentence"),
        (f"Therefore, the solutions are ${n}$ and ${k + 2}$.", reference, False, "plain sentence, one wrong"),
        (f"\\[ \\boxed{{{n}}}, \\quad \\boxed{{{k}}} \\]", reference, True, "boxes in a display"),
        (f"The final answer is \\boxed{{x={k} \\text{{ or }} x={n}}}.", reference, True, "alternatives are the set"),
    ]  # fmt: skip


def prose(book: Book) -> list[Row]:
    """Numbers in sentences: money, units, thousands, an equation at the end."""
    a, b = book.rng.randint(12, 90), book.rng.randint(3, 11)
    total = a * b
    return [
        (f"Each of the {b} boxes costs ${a}. The total cost is ${total}.", str(total), True, "dollars"),
        (f"Each of the {b} boxes costs ${a}. The total cost is ${total}.", str(a), False, "number on the way"),
        (f"She needs {b}.5 hours.", f"{b}.5", True, "unit"),
        (f"so {a} * {b} = {total}", str(total), True, "equation"),
        (f"{total} = {a} * {b}, so the product is {total}.", str(total), True, "product"),
        (f"The answer is {a * 1000:,}.", str(a * 1000), True, "thousands"),
        (f"The answer is ${a},\\!{100 + b}$.", f"{a}{100 + b}", True, "thousands in maths"),
        (f"So x = {a} and y = {b}, giving ({a}, {b}).", f"({a},{b})", True, "point"),
        (f"So x = {a} and y = {b}, giving ({a}, {b}).", f"({b},{a})", False, "point, swapped"),
        (f"He has {a} left (not {b}).", str(a), True, "remark in parentheses"),
        (f"The answer is {total}%.", f"{total}\\%", True, "percent"),
        (f"There were {a} apples and {b} pears. How many in total? {a} + {b} = {a + b} fruits.", str(a + b), True,
            "question inside"),
        (f"Answer: {total} (that is {b} times {a})", str(total), True, "explained in parentheses"),
        (f"The answer is ${total}$ square units.", str(total), True, "unit outside"),
        (f"The answer is $x = {total}$.", str(total), True, "named"),
        (f"The answer is ${total}.00.", str(total), True, "cents"),
        (f"The answer is {total}, not {total + 1}.", str(total), True, "denied number"),
        (f"The answer is {total}, not {total + 1}.", str(total + 1), False, "denied number"),
        (f"So the answer is {a}/{b}.", f"\\frac{{{a}}}{{{b}}}", True, "slash"),
        (f"The probability is {a} in {total + 1}, i.e. {a}/{total + 1}.", f"\\frac{{{a}}}{{{total + 1}}}", True,
            "probability"),
    ]  # fmt: skip


def nothing() -> list[Row]:
    """Texts that state no answer, or stop before it."""
    return [
        ("I don't know.", "5", False, "no answer"), ("", "5", False, "empty"), ("\\boxed{}", "5", False, "empty box"),
        ("<answer></answer>", "5", False, "empty tag"),
        ("The side of length 5 was needed, but I give up.", "12", False, "given up"),
        ("<think>the answer is 5", "6", False, "unfinished thought"), ("\\boxed{", "5", False, "box cut off"),
        ("Let me think about 3 cases.", "12", False, "start only"),
        ("The answer is", "5", False, "cut before the answer"),
        ("Cannot be determined.", "5", False, "refusal"),
        ("As an AI model I cannot solve this.", "1", False, "refusal"), ("#### ", "5", False, "hashes only"),
        ("Answer:", "7", False, "label only"), ("\\boxed{\\text{your answer}}", "7", False, "placeholder"),
        ("\\boxed{?}", "7", False, "placeholder"), ("\\boxed{x}", "7", False, "letter only"),
        ("the answer is forty-two", "42", True, "words"), ("the answer is forty-three", "42", False, "words"),
        ("Answer: seven", "7", True, "words"),
    ]  # fmt: skip
