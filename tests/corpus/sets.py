"""Lists without an order. Element for element they are compared; one that is missing, extra or changed makes another set."""

from __future__ import annotations

import re

from tests.corpus import golds
from tests.corpus.case import OWN, Book, Case, Row, Writing
from tests.corpus.notation import another_digit, negated

_ELEMENT = r"-?(?:\d+(?:\.\d+)?|\d*\\[dt]?frac\{\d+\}\{\d+\}|\d*\\sqrt\{\d+\}|\d*[a-z](?:\^\d)?|\d*\\pi)"
_PAIR = rf"\(\s*{_ELEMENT}(?:\s*,\s*{_ELEMENT})+\s*\)"


def build() -> list[Case]:
    """Return all cases."""
    book = Book("set")
    for text, elements, source in [*real(book, 40), *own(book, 34)]:
        book.same(text, same(book, elements), 3, source)
        book.other(text, other(book, elements), 3, source)
    for _ in range(10):
        book.table(book.some(signs(book), 4))
    book.table(fixed())
    return book.cases


def split(text: str) -> list[str]:
    """Split at commas outside all brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "({[") - (character in ")}]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def real(book: Book, count: int) -> list[tuple[str, list[str], str]]:
    """Return real gold answers that list distinct numbers or distinct points."""
    found = []
    for gold in golds.pool(book, r".*,.*", 10**6):
        plain = re.sub(r"\\(left|right)(?![a-z])", "", gold.text)
        braces = re.fullmatch(r"\\\{(.*)\\\}", plain)
        elements = split(braces[1] if braces else plain)
        kinds = [all(re.fullmatch(pattern, element) for element in elements) for pattern in (_ELEMENT, _PAIR)]
        if (
            2 <= len(elements) <= 8
            and len(set(elements)) == len(elements)
            and any(kinds)
            and not is_thousands(plain)
        ):
            found.append((gold.text, elements, gold.source))
    return book.some(found, count)  # fmt: skip


def is_thousands(text: str) -> bool:
    """Say whether a list could be one number with separators."""
    return re.fullmatch(r"-?\d{1,3}(,\d{3})+", re.sub(r"[ {}]", "", text)) is not None


def own(book: Book, count: int) -> list[tuple[str, list[str], str]]:
    """Return random lists of distinct integers, fractions, multiples of roots, or points."""
    found = []
    for _ in range(count):
        size, shape = book.rng.randint(2, 5), book.rng.randrange(4)
        numbers = book.rng.sample([n for n in range(-40, 60) if n not in (-1, 0, 1)], size)
        elements = [str(n) for n in numbers]
        if shape == 1:
            elements[0] = f"\\frac{{{abs(numbers[0])}}}{{61}}"
        if shape == 2:
            elements[-1] = f"{numbers[-1]}\\sqrt{{2}}"
        if shape == 3:
            elements = [f"({n}, {book.rng.randint(-9, 9)})" for n in numbers]
        text = ", ".join(elements)
        found.append((f"\\{{{text}\\}}" if book.rng.random() < 0.4 else text, elements, OWN))
    return found


def same(book: Book, elements: list[str]) -> list[Writing]:
    """Another order, other separators, braces or none, a name before each element."""
    mixed = book.shuffled(elements)
    name = book.rng.choice("xnkt")
    comma = ", ".join(mixed)
    last = f"{', '.join(mixed[:-1])}{',' if len(mixed) > 2 else ''}"
    found = [
        ("reordered", comma), ("reordered", comma), ("braces", f"\\{{{', '.join(elements)}\\}}"),
        ("braces, reordered", f"\\{{{comma}\\}}"), ("left right braces", f"\\left\\{{{','.join(mixed)}\\right\\}}"),
        ("and in \\text", f"{last} \\text{{ and }} {mixed[-1]}"),
        ("and", f"{last} and {mixed[-1]}"), ("or", f"{last} \\text{{ or }} {mixed[-1]}"),
        ("semicolons", "; ".join(mixed)), ("bare braces", f"{{{comma}}}"), ("dollars", f"${comma}$"),
        ("dollars each", ", ".join(f"${e}$" for e in mixed)), ("spaced", ",\\ ".join(mixed)),
        ("quad", ", \\quad ".join(mixed)),
        ("repeated element", f"{comma}, {mixed[0]}"), ("full stop", f"{comma}."), ("S =", f"S = \\{{{comma}\\}}"),
        ("mathrm and", f"{last} \\mathrm{{~and~}} {mixed[-1]}"),
    ]  # fmt: skip
    if not any(
        "(" in element or re.search("[a-z]", re.sub(r"\\[a-z]+", "", element)) for element in elements
    ):
        found += [
            ("named each", ", ".join(f"{name}={e}" for e in mixed)),
            ("named each, or", " \\text{ or } ".join(f"{name}={e}" for e in mixed)),
            ("in a set", f"{name} \\in \\{{{comma}\\}}"), ("named list", f"{name} = {comma}"),
            ("subscripts", ", ".join(f"{name}_{i}={e}" for i, e in enumerate(mixed, 1))),
            ("named each, and", " and ".join(f"${name} = {e}$" for e in mixed)),
            ("one name, or", f"{name} = " + " \\text{ or } ".join(mixed)),
            ("logical or", " \\lor ".join(f"{name}={e}" for e in mixed)),
        ]  # fmt: skip
    return found


def other(book: Book, elements: list[str]) -> list[Writing]:
    """An element missing, extra or changed. A change that makes one of the elements again is left out."""
    mixed = book.shuffled(elements)
    extra = "97" if "(" not in elements[0] else "(97, 89)"
    changed = mutated(book, mixed[-1])
    found = [
        ("first missing", ", ".join(elements[1:])), ("last missing", ", ".join(elements[:-1])),
        ("extra", f"{', '.join(mixed)}, {extra}"), ("extra, braces", f"\\{{{extra}, {', '.join(mixed)}\\}}"),
        ("one only", mixed[0]),
        ("all but", f"\\mathbb{{R}} \\setminus \\{{{', '.join(mixed)}\\}}"),
        ("not", f"x \\neq {', '.join(elements)}"),
    ]  # fmt: skip
    if changed not in elements:
        found += [
            ("element changed", ", ".join([*mixed[:-1], changed])),
            ("element changed, braces", f"\\{{{', '.join([changed, *mixed[:-1]])}\\}}"),
        ] * 2
    if "(" not in mixed[0] and mixed[0] != "0" and negated(mixed[0]) not in elements:
        found += [
            ("sign of an element", ", ".join([negated(mixed[0]), *mixed[1:]])),
            ("signs of two hedged", ", ".join([f"\\pm {mixed[0].lstrip('-')}", *mixed[1:]])),
        ]
    if all(re.fullmatch(r"-?\d+", element) for element in elements):
        numbers = [int(element) for element in elements]
        found += [
            ("sum", str(sum(numbers))),
            ("added up", " + ".join(f"({n})" for n in numbers)),
            (
                "interval of integers",
                f"{min(numbers)}, {min(numbers) + 1}, \\ldots, {max(numbers)}"
                if max(numbers) - min(numbers) > 2 * len(numbers)
                else str(sum(numbers) + 1),
            ),
        ]
    return found  # fmt: skip


def mutated(book: Book, element: str) -> str:
    """Change a digit; an element without one gets a summand."""
    return another_digit(book.rng, element) if re.search(r"\d", element) else f"{element}+1"


def signs(book: Book) -> list[Row]:
    """`±` stands for both signs, never for one of them."""
    a, b, c = book.rng.randint(1, 9), book.rng.choice([2, 3, 5, 7, 11]), book.rng.randint(2, 9)
    both = f"{a}+\\sqrt{{{b}}}, {a}-\\sqrt{{{b}}}"
    return [
        (f"{a} \\pm \\sqrt{{{b}}}", both, True, "both signs"), (f"{a}+\\sqrt{{{b}}}", both, False, "one sign"),
        (f"{a} \\pm \\sqrt{{{b + 1}}}", both, False, "other root"),
        (f"x = {a} \\pm \\sqrt{{{b}}}", both, True, "named"),
        (f"-{a} \\pm \\sqrt{{{b}}}", both, False, "other middle"),
        (f"\\pm {c}", f"-{c}, {c}", True, "both signs of a number"), (f"{c}", f"\\pm {c}", False, "positive only"),
        (f"-{c}", f"\\pm {c}", False, "negative only"), (f"±{c}", f"\\{{-{c},{c}\\}}", True, "sign"),
        (f"\\pm {c + 1}", f"\\pm {c}", False, "other number"),
        (f"x = {c} \\text{{ or }} x = -{c}", f"\\pm {c}", True, "named or"),
        (f"\\frac{{{a}\\pm\\sqrt{{{b}}}}}{{{c}}}",
            f"\\frac{{{a}-\\sqrt{{{b}}}}}{{{c}}}, \\frac{{{a}+\\sqrt{{{b}}}}}{{{c}}}", True, "quotient"),
        (f"\\frac{{{a}+\\sqrt{{{b}}}}}{{{c}}}", f"\\frac{{{a}\\pm\\sqrt{{{b}}}}}{{{c}}}", False,
            "quotient, one sign"), (f"{a} \\mp \\sqrt{{{b}}}", both, True, "minus plus"),
        (f"\\pm\\sqrt{{{b}}}", both, False, "middle lost"),
    ]  # fmt: skip


def fixed() -> list[Row]:
    """Nothing, repetitions, computed elements, sets built from sets, ellipses, hedges."""
    return [
        ("\\varnothing", "\\emptyset", True, "nothing"), ("\\{\\}", "\\emptyset", True, "empty braces"),
        ("∅", "\\emptyset", True, "sign"), ("\\text{no solution}", "\\emptyset", True, "words"),
        ("\\text{no solutions}", "\\text{no solution}", True, "plural"),
        ("\\{0\\}", "\\emptyset", False, "zero is something"),
        ("\\{\\emptyset\\}", "\\emptyset", False, "set of nothing"),
        ("0", "\\text{no solution}", False, "zero is a solution"),
        ("5,5,9", "5,9", True, "repeated"), ("0.25, 3", "\\frac14, 3", True, "decimal"),
        ("\\sqrt{16}, 2^3", "4, 8", True, "computed"), ("\\{1,4\\}\\cup\\{6\\}", "\\{1,4,6\\}", True, "union"),
        ("\\{1,4,6\\}\\cap\\{4,6,8\\}", "\\{4,6\\}", True, "intersection"),
        ("\\{1,4,6\\}\\setminus\\{4\\}", "\\{1,6\\}", True, "difference"),
        ("\\{1,4\\}\\cup\\{6\\}", "\\{1,4\\}", False, "union"),
        ("\\{1,2,3,\\ldots,7\\}", "\\{1,2,3,4,5,6,7\\}", True, "ellipsis"),
        ("1, 2, 3, ..., 8", "1,2,3,4,5,6,7", False, "ellipsis, other end"),
        ("2, 4, 6, \\dots, 12", "2,4,6,8,10,12", True, "even ellipsis"), ("7 or 9", "7", False, "hedge"),
        ("either 7 or 9", "9", False, "hedge"), ("7, 9", "9", False, "superset"), ("7", "7, 9", False, "subset"),
        ("7 and 9", "9, 7", True, "and"),
        ("123", "1, 2, 3", False, "glued"), ("\\{-2,2\\}", "\\{2\\}", False, "extra sign"),
        ("x^2, x", "x, x^2", True, "letters"), ("\\{a,b\\}", "\\{b,a\\}", True, "letters"),
        ("\\{a,b\\}", "\\{a,c\\}", False, "letters"), ("(1,2),(3,4)", "(3,4),(1,2)", True, "points"),
        ("(1,2),(4,3)", "(3,4),(1,2)", False, "points, order inside"),
        ("(1,2,3,4)", "(1,2),(3,4)", False, "glued points"),
        ("1,2,3", "1,2,4", False, "last"), ("-1,2,3", "1,2,3", False, "first sign"),
        ("\\{\\{1\\},\\{2\\}\\}", "\\{1,2\\}", False, "nested"),
        ("\\{\\{1\\},\\{2\\}\\}", "\\{\\{2\\},\\{1\\}\\}", True, "nested"),
        ("\\text{none}", "\\emptyset", True, "none"), ("2, 3, 5, 7", "\\{2,3,5,7\\}", True, "primes"),
        ("2, 3, 5, 7, 9", "\\{2,3,5,7\\}", False, "one too many"),
    ]  # fmt: skip
