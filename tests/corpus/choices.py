"""Letters of multiple choice questions, alone and with the text of their option."""

from __future__ import annotations

from tests.corpus import golds
from tests.corpus.case import OWN, Book, Case, Row, Writing

OWN_ROWS = (
    ("B", ("12", "15", "18", "21", "24")), ("D", ("a circle", "a parabola", "a line", "an ellipse")),
    ("A", ("$x<2$", "$x>2$", "$x\\le 2$", "$x=2$")), ("E", ("2/3", "3/4", "1/2", "5/6", "7/8")),
    ("C", ("45 km/h", "50 km/h", "55 km/h", "60 km/h")), ("B", ("Only I", "Only II", "Both", "Neither")),
    ("A", ("$7.50", "$8.25", "$9.00", "$9.75")),
    ("D", ("$\\frac{1}{6}$", "$\\frac{1}{4}$", "$\\frac{1}{3}$", "$\\frac{1}{2}$")),
    ("C", ("true for all n", "true for even n", "true for odd n", "never true")),
    ("E", ("10", "100", "1000", "10000", "none of these")), ("F", ("1", "2", "3", "4", "5", "6")),
    ("H", ("1", "2", "3", "4", "5", "6", "7", "8")),
)  # fmt: skip


def build() -> list[Case]:
    """Return all cases."""
    book = Book("choice")
    rows = [(source, letter, options) for source, letter, options in book.some(golds.choice_rows(), 46)]
    rows += [(OWN, letter, options) for letter, options in OWN_ROWS]
    for source, letter, options in rows:
        letters = "ABCDEFGHIJ"[: len(options)]
        reference = book.rng.choice([letter, letter, f"({letter})", f"\\text{{({letter})}}", f"{letter}."])
        wrong = book.rng.choice([other for other in letters if other != letter])
        book.same(reference, same(letter, options[letters.index(letter)]), 3, source)
        book.other(reference, other(letter, wrong, options[letters.index(wrong)]), 3, source)
    for _ in range(10):
        book.table(book.some(with_value(book), 5))
    book.table(fixed())
    return book.cases


def same(letter: str, text: str) -> list[Writing]:
    """The same letter in other markup, or followed by the text of its option."""
    low = letter.lower()
    return [
        ("parentheses", f"({letter})"), ("full stop", f"{letter}."), ("small", low), ("option", f"Option {letter}"),
        ("\\text", f"\\text{{{letter}}}"), ("\\text parentheses", f"\\text{{({letter})}}"), ("bracket", f"{letter})"),
        ("mathrm", f"\\mathrm{{{letter}}}"),
        ("textbf", f"\\textbf{{({letter})}}"), ("colon and text", f"{letter}: {text}"),
        ("parentheses and text", f"({letter}) {text}"), ("full stop and text", f"{letter}. {text}"),
        ("choice", f"Choice {letter}"), ("dollars", f"${letter}$"), ("markdown", f"**{letter}**"),
        ("answer", f"answer {letter}"),
        ("mathbf", f"\\mathbf{{{letter}}}"), ("bracket and text", f"{letter}) {text}"),
        ("bold with text", f"**{letter}. {text}**"), ("square brackets", f"[{letter}]"),
        ("small in parentheses", f"({low})"), ("textbf with space", f"\\textbf{{({letter})}}\\ {text}"),
        ("the option", f"option ({letter})"), ("plain", letter),
    ]  # fmt: skip


def other(letter: str, wrong: str, text: str) -> list[Writing]:
    """Another letter, two letters, a negation, or the text of another option."""
    return [
        ("other letter", wrong), ("other, parentheses", f"({wrong})"), ("other option", f"Option {wrong}"),
        ("other with text", f"{wrong}: {text}"), ("two letters", f"{letter}, {wrong}"),
        ("other, full stop", f"{wrong}."), ("other in \\text", f"\\text{{{wrong}}}"),
        ("hedge", f"{letter} or {wrong}"),
        ("negation", f"not {letter}"), ("glued", f"{letter}{wrong}"),
        ("text of another option", text if len(text) > 1 else wrong), ("both", f"{letter} and {wrong}"),
        ("other, bold", f"**{wrong}**"), ("other, textbf", f"\\textbf{{({wrong})}}"),
        ("number of the option", str("ABCDEFGHIJ".index(wrong) + 1)), ("other, small", wrong.lower()),
    ]  # fmt: skip


def with_value(book: Book) -> list[Row]:
    """A reference that gives the letter and its value is met by either of them alone."""
    letter, wrong = book.rng.sample("ABCDE", 2)
    value = book.rng.randint(12, 980)
    reference = book.rng.choice(
        [f"\\textbf{{({letter})}}\\ {value}", f"({letter}) {value}", f"{letter}. {value}"]
    )
    return [
        (letter, reference, True, "letter of both"), (f"({letter})", reference, True, "letter of both"),
        (str(value), reference, True, "value of both"), (f"{letter}) {value}", reference, True, "both"),
        (wrong, reference, False, "other letter"), (str(value + 1), reference, False, "other value"),
        (f"({wrong})", reference, False, "other letter"), (f"{wrong}) {value + 1}", reference, False, "both others"),
        (f"{value} \\text{{ or }} {value + 3}", reference, False, "hedged value"),
    ]  # fmt: skip


def fixed() -> list[Row]:
    """Several letters, scripts that look alike, letters in other scripts' markup."""
    return [
        ("Ⓒ", "C", True, "circled"), ("Ｃ", "C", True, "full-width"), ("选C", "C", True, "Chinese"),
        ("С", "C", False, "Cyrillic es"), ("Β", "B", False, "Greek beta"),
        ("ACE", "A, C, E", True, "several letters"), ("A, C", "A, C, E", False, "one missing"),
        ("C, A and E", "A, C, E", True, "several, other order"), ("A,C,E,B", "A, C, E", False, "one too many"),
        ("B and D", "B, D", True, "two letters"), ("BD", "B, D", True, "two letters glued"),
        ("B", "B, D", False, "one of two"), ("D, B", "BD", True, "two letters, other order"),
        ("\\textbf{(A)}~12", "A", True, "option text after a tie"),
        ("(E) none of the above", "E", True, "option text"), ("Option A is correct", "A", True, "sentence"),
        ("Option B is correct", "A", False, "sentence"), ("A. True", "A", True, "truth as option text"),
        ("B. False", "A", False, "truth as option text"), ("13", "B", False, "number like a letter"),
        ("8", "B", False, "number like a letter"), ("\\boxed{C}", "C", True, "boxed"),
        ("\\fbox{C}", "D", False, "boxed"), ("a", "A", True, "small"), ("e)", "E", True, "small with bracket"),
        ("I", "(I)", True, "roman or letter"), ("II", "I", False, "roman numbers"),
    ]  # fmt: skip
