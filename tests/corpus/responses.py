"""Whole responses whose final answer is known because it was put there: frames around golds, drafts, hedges, and real responses."""

from __future__ import annotations

import json
import re
from itertools import cycle

from tests.corpus import drafts, finals, golds
from tests.corpus.case import OWN, Book, Case
from tests.corpus.notation import wrong_answer

_OWN_ANSWERS = (
    "42", "-17", "\\frac{3}{8}", "2\\sqrt{5}", "x^2-4x+1", "(3,-2)", "[2,7)", "12\\pi", "0.625", "1024",
    "\\frac{7\\sqrt{3}}{2}", "3+4i", "\\{1,5,9\\}", "y=2x-3", "2^{10}-1", "360", "-\\frac{1}{6}", "100!", "e^3-1",
    "18", "\\frac{\\pi}{4}", "n(n+1)", "75", "9.5", "-\\frac{13}{4}", "\\log_2 7", "5040", "k=6", "\\sqrt[3]{2}",
    "8\\sqrt{2}-4",
    "\\begin{pmatrix} 1 & 5 \\\\ 3 & 2 \\end{pmatrix}", "24\\text{ cm}^2", "45^\\circ", "\\$12.50", "30\\%",
    "x \\geq 4", "(-\\infty, 2) \\cup (6, \\infty)", "6, 8, 15", "\\text{parabola } 2", "1{,}250",
)  # fmt: skip
_REAL_LENGTH = 6000  # characters of a real response that are worth the time


def build() -> list[Case]:
    """Return all cases."""
    book = Book("extraction", "response")
    answers = cycle(pool(book))
    numbers = cycle([(text, source) for text, source in pool(book) if re.fullmatch(r"-?[\d.]+", text)])
    for frames, times in ((finals.BOXES, 3), (finals.TAGS, 3), (finals.PHRASES, 3), (finals.LANGUAGES, 3)):
        for how, frame in frames.items():
            for _ in range(times):
                add(book, how, frame, *next(answers))
    for how, frame in finals.NUMBERS.items():
        for _ in range(3):
            add(book, how, frame, *next(numbers))
    choices(book)
    drafts.add(book, answers)
    real(book)
    return book.cases


def pool(book: Book) -> list[tuple[str, str]]:
    """Return short answers that hold a digit, real ones and our own, in a random order."""
    kept = r"(?=.*\d)(?!.*(?:\\text\{ ?(?:and|or)|\.\.\.|\\dots|\\ldots|:|where|[Yy]es|[Nn]o\b|\$)).{1,44}"
    found = [
        (gold.text, gold.source)
        for gold in golds.pool(book, kept, 150)
        if gold.text.count("{") == gold.text.count("}")
    ]
    return book.shuffled([*found, *((text, OWN) for text in _OWN_ANSWERS)])


def add(book: Book, how: str, frame: str, answer: str, source: str) -> None:
    """Add a frame around the answer, and the same frame around a wrong one with another opening."""
    for text, label in ((answer, True), (wrong_answer(book.rng, answer), False)):
        inside = json.dumps(text)[1:-1] if how.startswith("json") else text
        response = finals.filled(frame, book.rng.choice(finals.OPENINGS), inside)
        book.add(response, answer, label, how if label else f"{how}, other answer", source)


def choices(book: Book) -> None:
    """Add letters in prose."""
    for how, frame in finals.CHOICES.items():
        for letter, another in (book.rng.sample("ABCD", 2) for _ in range(2)):
            opening = book.rng.choice([*finals.CHOICE_OPENINGS, f"Option {another} fails at zero."])
            book.add(finals.filled(frame, opening, letter), letter, True, f"choice: {how}")
            opening = book.rng.choice(finals.CHOICE_OPENINGS)
            book.add(finals.filled(frame, opening, another), letter, False, f"choice: {how}, other letter")


def real(book: Book) -> None:
    """Add real responses with one box: the reference is what they put into it, or that with one digit changed.

    Whether the response solves its problem does not matter, only what it states at the end.
    """
    kept = r"(?=.*\d)[^$,:;=]{1,40}"
    found = []
    for source, text in golds.responses():
        match = re.search(r"\\boxed\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}", text)
        if len(text) < _REAL_LENGTH and match and re.fullmatch(kept, match[1]) and "text" not in match[1]:
            found.append((source, text, match[1].strip()))
    for source, text, answer in book.some(found, 90):
        reference = book.rng.choice(
            [f"${answer}$", answer.replace("\\frac", "\\dfrac"), f"\\left({answer}\\right)", answer]
        )
        book.add(text, reference, True, "real response", source)
        book.add(text, wrong_answer(book.rng, answer), False, "real response, other reference", source)  # fmt: skip
