"""Answers in words: case, markup and articles do not matter, the words do."""

from __future__ import annotations

import re

from tests.corpus import golds
from tests.corpus.case import OWN, Book, Case, Row, Writing

OPPOSITES = {
    "even": "odd", "parabola": "hyperbola", "True": "False", "Yes": "No", "left": "right", "increasing": "decreasing",
    "acute": "obtuse", "convergent": "divergent", "north": "south", "always": "never", "prime": "composite",
    "isosceles": "scalene", "rational": "irrational", "maximum": "minimum", "row": "column", "inside": "outside",
    "Alice": "Bob", "Monday": "Thursday", "heads": "tails", "clockwise": "counterclockwise",
    "the first": "the second", "square": "rectangle",
    "dependent": "independent", "consistent": "inconsistent", "injective": "surjective", "red": "blue",
    "undefined": "zero", "a circle": "an ellipse", "two lines": "one line", "infinitely many": "finitely many",
    "reflection": "rotation", "diverges": "converges",
}  # fmt: skip
_OTHER_WORDS = (
    "ellipse",
    "Evelyn",
    "Tuesday",
    "orange",
    "neither",
    "circle",
    "east",
    "banana",
    "seven sisters",
    "Newton",
)


def build() -> list[Case]:
    """Return all cases."""
    book = Book("word")
    found = []
    for gold in golds.pool(book, r"\\text\{([A-Za-z ]{3,30})\}|([A-Za-z]{4,20})", 30):
        word = (gold.match[1] or gold.match[2]).strip()
        if not re.search("dollars|percent", word) and not word.isupper():
            found.append((gold.text, word, gold.source))
    for left, right in OPPOSITES.items():
        word = book.rng.choice([left, right])
        found.append((book.rng.choice([word, f"\\text{{{word}}}"]), word, OWN))
    for text, word, source in found:
        book.same(text, same(word), 3, source)
        book.other(text, other(book, word), 3, source)
    book.table(fixed())
    return book.cases


def same(word: str) -> list[Writing]:
    """The same words in other letters' case, markup or quotes."""
    return [
        ("upper case", word.upper()), ("lower case", word.lower()), ("\\text", f"\\text{{{word}}}"),
        ("\\textbf", f"\\textbf{{{word}}}"), ("mathrm with ties", f"\\mathrm{{{word.replace(' ', '~')}}}"),
        ("dollars", f"$\\text{{{word}}}$"), ("full stop", f"{word}."), ("quotes", f'"{word}"'),
        ("capitalised", word.capitalize()),
        ("markdown", f"**{word}**"), ("spaces inside", f"\\text{{ {word} }}"), ("mbox", f"\\mbox{{{word}}}"),
        ("plain", word), ("italics", f"\\textit{{{word}}}"), ("markdown italics", f"*{word}*"),
        ("curly quotes", f"“{word}”"), ("text quotes", f"``{word}''"), ("rm", f"{{\\rm {word}}}"),
        ("full stop in \\text", f"\\text{{{word}.}}"),
    ]  # fmt: skip


def other(book: Book, word: str) -> list[Writing]:
    """Other words, a negation, more words or fewer letters."""
    against = OPPOSITES.get(word) or {right: left for left, right in OPPOSITES.items()}.get(word)
    another = against or book.rng.choice([item for item in _OTHER_WORDS if item.lower() != word.lower()])
    found = [
        ("other word", another), ("other word in \\text", f"\\text{{{another}}}"), ("negation", f"not {word}"),
        ("negation in \\text", f"\\text{{not {word}}}"), ("hedge", f"{word} or {another}"),
        ("both", f"{word} and {another}"), ("prefix", f"\\text{{un{word.lower()}}}"),
        ("word after it", f"{word} {another}"), ("number", "7"), ("neither", f"neither {word} nor {another}"),
    ]  # fmt: skip
    return [*found, ("last letter lost", word[:-1])] if len(word) > 4 and not word.endswith("s") else found


def fixed() -> list[Row]:
    """Truth values, existence, names, letters as names, short forms of one thing."""
    return [
        ("True", "\\text{true}", True, "case"), ("False", "True", False, "truth"), ("yes", "Yes", True, "case"),
        ("no", "Yes", False, "truth"), ("DNE", "\\text{does not exist}", True, "short form"),
        ("does not exist", "DNE", True, "short form"), ("exists", "\\text{does not exist}", False, "negation lost"),
        ("0", "\\text{does not exist}", False, "zero"),
        ("the parabola", "parabola", True, "article"), ("a hyperbola", "\\text{hyperbola}", True, "article"),
        ("an ellipse", "\\text{a circle}", False, "other curve"), ("k", "K", False, "case of a variable"),
        ("ABDC", "ABCD", False, "letters in other order"), ("ABCD", "\\text{ABCD}", True, "letters"),
        ("\\triangle ABC", "\\triangle ABE", False, "other triangle"), ("infinity", "\\infty", True, "word"),
        ("∞", "\\infty", True, "sign"), ("-\\infty", "\\infty", False, "sign"), ("+\\infty", "\\infty", True, "plus"),
        ("undefined", "\\text{undefined}", True, "markup"), ("undefined", "0", False, "zero"),
        ("infinitely many solutions", "\\text{infinitely many solutions}", True, "markup"),
        ("no solution", "\\text{infinitely many solutions}", False, "count of solutions"),
        ("one solution", "\\text{no solution}", False, "count of solutions"),
        ("Mon", "Monday", True, "short weekday"), ("Tue", "Thursday", False, "short weekday"),
        ("\\text{Anna and Ben}", "\\text{Ben and Anna}", True, "two names"),
        ("\\text{Anna}", "\\text{Ben and Anna}", False, "one of two names"),
        ("both", "neither", False, "opposite"), ("some", "none", False, "opposite"),
        ("ellispe", "ellipse", False, "misspelt"), ("right triangle", "right angle", False, "second word"),
        ("Gauß", "gauß", True, "case of a sharp s"), ("Émilie", "émilie", True, "case of an accent"),
    ]  # fmt: skip
