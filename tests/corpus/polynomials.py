"""Polynomials from integer coefficients: expanded, factored, reordered; products are multiplied out here, coefficient by coefficient."""

from __future__ import annotations

from collections.abc import Sequence

from tests.corpus.case import Book, Writing

NAMES = "xytnmabpqr"


def add(book: Book) -> None:
    """Add quadratics and cubics with known factors, and quotients that cancel."""
    for _ in range(34):
        name = book.rng.choice(NAMES)
        factors = [linear(book) for _ in range(book.rng.choice([2, 2, 3]))]
        product = multiplied(factors)
        reference = book.rng.choice(
            [written(product, name), "".join(f"({written(f, name)})" for f in factors)]
        )
        book.same(reference, same(factors, name), 3)
        book.other(reference, other(book, factors, name), 3)


def linear(book: Book) -> list[int]:
    """Return [constant, leading] with a constant and a leading coefficient that are not zero."""
    return [
        book.rng.choice([-9, -8, -7, -5, -4, -3, -1, 1, 2, 3, 5, 6, 7, 9]),
        book.rng.choice([1, 1, 1, 2, 3, 5]),
    ]


def multiplied(factors: Sequence[Sequence[int]]) -> list[int]:
    """Return the coefficients of a product, constant first."""
    product = [1]
    for factor in factors:
        longer = [0] * (len(product) + len(factor) - 1)
        for i, left in enumerate(product):
            for j, right in enumerate(factor):
                longer[i + j] += left * right
        product = longer
    return product


def written(
    coefficients: Sequence[int], name: str, *, rising: bool = False, star: str = "", power: str = "^@"
) -> str:
    """Write a polynomial, highest power first unless `rising`."""
    terms = []
    for exponent, factor in enumerate(coefficients):
        if not factor:
            continue
        letters = "" if exponent == 0 else name if exponent == 1 else name + power.replace("@", str(exponent))
        digits = "" if abs(factor) == 1 and exponent else str(abs(factor)) + (star if exponent else "")
        terms.append(("-" if factor < 0 else "+") + digits + letters)
    text = "".join(terms if rising else reversed(terms))
    return text.removeprefix("+") or "0"


def same(factors: list[list[int]], name: str) -> list[Writing]:
    """Both forms in several orders and notations, and the product divided by an extra factor."""
    product = multiplied(factors)
    parts = [f"({written(factor, name)})" for factor in factors]
    extra = f"({name}+11)"
    return [
        ("factored", "".join(parts)), ("factors reordered", "".join(reversed(parts))),
        ("expanded", written(product, name)), ("rising powers", written(product, name, rising=True)),
        ("with \\cdot", " \\cdot ".join(parts)),
        ("python", "*".join(f"({written(f, name, star='*')})" for f in factors)),
        ("double star", written(product, name, star="*", power="**@")),
        ("two signs turned",
            f"({written([-c for c in factors[0]], name)})({written([-c for c in factors[1]], name)})" + "".join(parts[2:])),
        ("braced powers", written(product, name, power="^{@}")),
        ("cancelled quotient", f"\\frac{{{''.join(parts)}{extra}}}{{{extra[1:-1]}}}"),
        ("half expanded", f"({written(multiplied(factors[:2]), name)})" + "".join(parts[2:])),
        ("times one", f"\\frac{{2({written(product, name)})}}{{2}}"),
        ("left right", "".join(part.replace("(", "\\left(").replace(")", "\\right)") for part in parts)),
    ]  # fmt: skip


def other(book: Book, factors: list[list[int]], name: str) -> list[Writing]:
    """One coefficient, one sign, one letter or one factor differs; two polynomials are equal only with all coefficients."""
    product = multiplied(factors)
    off = list(product)
    off[book.rng.randrange(len(off))] += book.rng.choice([-3, -2, -1, 1, 2, 3])
    parts = [f"({written(factor, name)})" for factor in factors]
    turned = f"({written([-factors[0][0], factors[0][1]], name)})"
    another = next(letter for letter in NAMES[book.rng.randrange(5) :] if letter != name)
    return [
        ("coefficient", written(off, name)), ("other letter", written(product, another)),
        ("sign in a factor", "".join([turned, *parts[1:]])), ("factor lost", "".join(parts[1:])),
        ("negated", written([-c for c in product], name)), ("sum of factors", "+".join(parts)),
        ("equation", f"{written(product, name)}=0"), ("capital letter", written(product, name.upper())),
        ("doubled", f"2({written(product, name)})"), ("factor squared", f"{parts[0]}^2" + "".join(parts[1:])),
        ("constant lost", written([0, *product[1:]], name)),
    ]  # fmt: skip
