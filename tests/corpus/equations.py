"""Equations. Scaled and rearranged they are the same; the same right-hand side alone makes no two equations equal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.corpus import golds
from tests.corpus.case import Book, Case, Row, Writing
from tests.corpus.notation import another_digit

_RIGHT = r"[^=,;<>]{2,60}"


def build() -> list[Case]:
    """Return all cases."""
    book = Book("equation")
    for gold in golds.pool(book, rf"([yf][\w(){{}}^\-]*|[a-z])\s*=\s*({_RIGHT})", 22, keep=is_definition):
        left, right = gold.match[1].strip(), gold.match[2].strip()
        book.same(gold.text, same_definition(left, right), 2, gold.source)
        book.other(gold.text, other_definition(book, left, right), 2, gold.source)
    for _ in range(30):
        names = book.rng.choice(["xy", "xyz", "ab", "xy"])
        factors = [book.rng.choice([-7, -5, -4, -3, -2, -1, 1, 2, 3, 4, 6, 9]) for _ in names]
        constant = book.rng.choice([-15, -12, -9, -8, -5, -2, 1, 3, 7, 10, 14])
        reference = (
            linear(factors, names) + f"={-constant}"
            if book.rng.random() < 0.5
            else linear(factors, names, constant) + "=0"
        )
        book.same(reference, same_line(book, factors, names, constant), 3)
        book.other(reference, other_line(book, factors, names, constant), 3)
    for _ in range(12):
        book.table(book.some(lines(book), 4))
        book.table(book.some(circles(book), 4))
        book.table(book.some(values(book), 4))
    book.table(fixed())
    return book.cases  # fmt: skip


def is_definition(match: re.Match[str]) -> bool:
    """Say whether the right side is one expression with a letter and nothing that makes the equation a family."""
    right = match[2]
    letters = re.sub(r"\\[a-zA-Z]+", "", right)
    return (
        re.search(r"[a-z]", letters) is not None
        and re.search(r"\\text|or|and|where|matrix|\\pm|\\in|\\mathbb|\+ ?C", right) is None
        and all(right.count(a) == right.count(b) for a, b in ("{}", "()"))
    )


def same_definition(left: str, right: str) -> list[Writing]:
    """A defined name may be left out; the sides may change places."""
    return [
        ("right side only", right), ("sides swapped", f"{right} = {left}"), ("spaces", f"{left}  =  {right}"),
        ("dollars", f"${left} = {right}$"),
        ("aligned", f"{left} &= {right}"), ("left right", f"{left} = \\left({right}\\right)"),
        ("inline maths", f"\\({left}={right}\\)"),
    ]  # fmt: skip


def other_definition(book: Book, left: str, right: str) -> list[Writing]:
    """Another right side."""
    found = [
        ("one more", f"{left}={right}+1"),
        ("sign", f"{left}=-({right})"),
        ("twice", f"{left}=2({right})"),
        ("inequality", f"{left} > {right}"),
        ("not", f"{left} \\neq {right}"),
    ]
    places = [m.start() for m in re.finditer(r"(?<![\d_{])[2-9](?!\d)", right)]
    if places:
        at = book.rng.choice(places)
        changed = right[:at] + another_digit(book.rng, right[at]) + right[at + 1 :]
        found += [("one digit", f"{left}={changed}"), ("one digit, right side only", changed)]
    return found  # fmt: skip


def linear(factors: Sequence[int], names: str, constant: int = 0) -> str:
    """Write a sum of multiples of names and a constant."""
    text = "".join(
        ("-" if factor < 0 else "+") + ("" if abs(factor) == 1 else str(abs(factor))) + name
        for factor, name in zip(factors, names, strict=True)
        if factor
    )
    return (text + (f"{constant:+}" if constant else "")).removeprefix("+") or "0"


def same_line(book: Book, factors: list[int], names: str, constant: int) -> list[Writing]:
    """Multiplied by a number that is not zero, terms moved with their sign, sides swapped."""
    k = book.rng.choice([-3, -2, -1, 2, 3, 5])
    scaled = [k * factor for factor in factors]
    rest, rest_names = [-factor for factor in factors[1:]], names[1:]
    return [
        ("scaled", linear(scaled, names, k * constant) + "=0"),
        ("scaled, constant moved", linear(scaled, names) + f"={-k * constant}"),
        ("swapped", f"0={linear(factors, names, constant)}"),
        ("constant moved", f"{linear(factors, names)}={-constant}"),
        ("zero on the right", f"{linear(factors, names, constant)}=0"),
        ("terms moved", f"{linear(factors[:1], names[:1])}={linear(rest, rest_names, -constant)}"),
        ("reordered", f"{linear(factors[::-1], names[::-1], constant)} = 0"),
        ("over a number", f"\\frac{{{linear(factors, names)}}}{{{abs(constant)}}} = {1 if constant < 0 else -1}"),
        ("dollars", f"${linear(factors, names)} = {-constant}$"),
        ("unicode minus", f"{linear(factors, names)}={-constant}".replace("-", "−")),
    ]  # fmt: skip


def other_line(book: Book, factors: list[int], names: str, constant: int) -> list[Writing]:
    """One coefficient or the constant differs while the rest stays: no multiple of the equation."""
    place = book.rng.randrange(len(factors))
    changed = list(factors)
    changed[place] += 1 if changed[place] != -1 else 2
    turned = [-factors[0], *factors[1:]]
    return [
        ("coefficient, same right side", f"{linear(changed, names)}={-constant}"),
        ("sign of a term, same right side", f"{linear(turned, names)}={-constant}"),
        ("constant", f"{linear(factors, names, constant + 1)}=0"),
        ("constant not turned", f"{linear(factors, names)}={constant}"), ("right side alone", str(-constant)),
        ("left side alone", linear(factors, names)),
        ("scaled on one side", f"{linear([2 * f for f in factors], names)}={-constant}"),
        ("inequality", f"{linear(factors, names)} \\le {-constant}"),
        ("other name", f"{linear(factors, names[:-1] + 'w')}={-constant}"), ("zero on both", "0=0"),
        ("homogeneous", f"{linear(factors, names)}=0"),
    ]  # fmt: skip


def lines(book: Book) -> list[Row]:
    """The line through (p, q) with slope m in its usual forms: y = m x + (q - m p)."""
    slope, p, q = book.rng.choice([-4, -3, -2, 2, 3, 5]), book.rng.randint(1, 6), book.rng.randint(1, 9)
    cut = q - slope * p
    reference = "y=" + linear([slope], "x", cut)
    return [
        (f"y-{q}={slope}(x-{p})", reference, True, "through a point"),
        (f"y-{q}={slope}(x+{p})", reference, False, "through another point"),
        (linear([-slope, 1], "xy") + f"={cut}", reference, True, "both names left"),
        (linear([slope, 1], "xy") + f"={cut}", reference, False, "sign of the slope"),
        (linear([slope], "x", cut), reference, True, "right side"),
        (linear([slope], "x", cut).replace("x", "\\cdot x"), reference, True, "dot"),
        (linear([slope], "x", cut + 1), reference, False, "other cut"),
        (f"y={linear([slope], 'x', -cut or 8)}", reference, False, "sign of the cut"),
        (f"x={linear([slope], 'y', cut)}", reference, False, "names swapped"),
        (f"2y={linear([2 * slope], 'x', 2 * cut)}", reference, True, "doubled"),
        (f"2y={linear([slope], 'x', cut)}", reference, False, "doubled on one side"),
        (f"x=\\frac{{y{-cut:+}}}{{{slope}}}" if cut else f"x=\\frac{{y}}{{{slope}}}", reference, True,
            "solved for x"),
    ]  # fmt: skip


def circles(book: Book) -> list[Row]:
    """(x-a)² + (y-b)² = r² multiplied out: x² + y² - 2ax - 2by + a² + b² - r² = 0."""
    a, b, r = book.rng.randint(1, 6), book.rng.randint(1, 6), book.rng.randint(2, 9)
    rest = a * a + b * b - r * r
    reference = f"(x-{a})^2+(y-{b})^2={r * r}"
    return [
        (f"x^2+y^2-{2 * a}x-{2 * b}y{rest:+}=0", reference, True, "multiplied out"),
        (f"x^2+y^2-{2 * a}x-{2 * b}y{rest + 1:+}=0", reference, False, "other radius"),
        (f"(x+{a})^2+(y-{b})^2={r * r}", reference, False, "other centre"),
        (f"(x-{a})^2+(y-{b})^2={r}", reference, False, "radius not squared"),
        (f"(x-{a})^2+(y-{b})^2={r}^2", reference, True, "power on the right"),
        (f"(y-{b})^2+(x-{a})^2={r * r}", reference, True, "terms reordered"),
        (f"({a}-x)^2+({b}-y)^2={r * r}", reference, True, "signs turned"),
        (f"(x-{a})^2-(y-{b})^2={r * r}", reference, False, "hyperbola"),
        (f"\\frac{{(x-{a})^2}}{{{r * r}}}+\\frac{{(y-{b})^2}}{{{r * r}}}=1", reference, True, "over the radius"),
        (f"(x-{a})²+(y-{b})²={r * r}", reference, True, "superscripts"),
        (f"(x-{a})^2+(y-{b})^2 \\le {r * r}", reference, False, "disc"),
    ]  # fmt: skip


def values(book: Book) -> list[Row]:
    """A named value is its value; another value and a tautology are not."""
    value, name = book.rng.randint(2, 99), book.rng.choice("xnkmt")
    reference = f"{name}={value}"
    return [
        (str(value), reference, True, "value"), (f"{value}={name}", reference, True, "swapped"),
        (f"{name} = {value}.0", reference, True, "decimal"), (f"{name}={value + 1}", reference, False, "other value"),
        (f"{name} > {value}", reference, False, "inequality"),
        (f"{name}={name}", reference, False, "tautology"), ("0=0", reference, False, "tautology"),
        (f"{name}^2={value * value}", reference, False, "squared"),
        (f"{name} \\neq {value}", reference, False, "not"), (f"{name}-{value}=0", reference, True, "moved"),
        (f"2{name}={2 * value}", reference, True, "doubled"),
        (f"{name}={value - 2}+2", reference, True, "sum on the right"),
        (f"{name}={value}, {name}={value + 4}", reference, False, "two values"),
        (f"\\boldsymbol{{{name}={value}}}", reference, True, "bold"),
    ]  # fmt: skip


def fixed() -> list[Row]:
    """Conics, functions whose bound name changes, formulas with several letters."""
    return [
        ("f(t)=t^2-3", "f(x)=x^2-3", True, "bound name"), ("f(t)=t^2+3", "f(x)=x^2-3", False, "bound name, sign"),
        ("x^2-3", "f(x)=x^2-3", True, "right side"),
        ("f(x)=\\frac{1}{1-x}", "f(x)=-\\frac{1}{x-1}", True, "signs turned"),
        ("f(x)=\\frac{1}{x-1}", "f(x)=-\\frac{1}{x-1}", False, "sign"),
        ("\\frac{x^2}{16}+\\frac{y^2}{25}=1", "25x^2+16y^2=400", True, "bottoms cleared"),
        ("\\frac{x^2}{25}+\\frac{y^2}{16}=1", "25x^2+16y^2=400", False, "axes swapped"),
        ("\\frac{x^2}{16}-\\frac{y^2}{25}=1", "25x^2+16y^2=400", False, "hyperbola"),
        ("y^2=8x", "x=\\frac{y^2}{8}", True, "parabola"), ("y^2=-8x", "x=\\frac{y^2}{8}", False, "parabola, sign"),
        ("x^2=8y", "x=\\frac{y^2}{8}", False, "names swapped"), ("F=ma", "F = m a", True, "spaces"),
        ("F=\\frac{m}{a}", "F = m a", False, "quotient"), ("a=\\frac{F}{m}", "F=ma", True, "solved"),
        ("a_n=3n-2", "3n-2", True, "sequence"), ("a_n=3n-2", "a_n = 1+3(n-1)", True, "sequence"),
        ("a_n=3n+2", "a_n = 1+3(n-1)", False, "sequence"), ("S_n=n^2", "S_{n}=n^{2}", True, "braces"),
        ("S_n=n^3", "S_n=n^2", False, "power"), ("P(A)=0.4", "\\frac25", True, "probability"),
        ("AB=12", "12", True, "length"), ("BC=12", "AB=12", False, "other length"),
        ("5x-2y=9", "5x+2y=9", False, "same right side"), ("2a+b=0", "a+2b=0", False, "same right side"),
        ("x=y", "x+y=0", False, "sign"), ("x=y", "y=x", True, "swapped"),
        ("x+3=8", "5", False, "not solved"), ("pq=12", "qp = 12", True, "commuted"),
        ("pq=12", "p+q=12", False, "sum"), ("\\ln y = x", "y=e^x+1", False, "other curve"),
        ("3 = \\frac{6}{2}", "3", True, "computed"), ("y=|x-1|", "y=|1-x|", True, "absolute value"),
        ("y=|x-1|", "y=x-1", False, "bars lost"),
    ]  # fmt: skip
