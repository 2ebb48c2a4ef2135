"""Polynomial equations in two variables, scaled and rearranged; two are the same where their polynomials are proportional."""

from __future__ import annotations

import random
from fractions import Fraction

# coefficients of x^2, y^2, xy, x, y, 1
Equation = tuple[Fraction, ...]
_TERMS = (("x^2", "x^{2}", "x²"), ("y^2", "y^{2}", "y²"), ("xy", "x y", "x \\cdot y"), ("x",), ("y",), ("",))
_ZERO = Fraction(0)


def draw_equation(source: random.Random) -> Equation:
    """Return a line or a conic with whole coefficients, with at least two terms and both variables."""
    line = source.random() < 0.5
    while True:
        values = tuple(
            Fraction(0 if (line and at < 3) else source.choice((0, *range(-9, 10))))
            for at in range(len(_TERMS))
        )
        has_x, has_y = any((values[0], values[2], values[3])), any((values[1], values[2], values[4]))
        if has_x and has_y and sum(value != 0 for value in values) > 2:
            return values


def spell_equation(value: Equation, source: random.Random) -> str:
    """Multiply by a number and put each term on either side."""
    factor = Fraction(source.choice((1, 1, 2, 3, -1, -2, 5)), source.choice((1, 1, 1, 2)))
    left = [factor * number for number in value]
    right = [_ZERO] * len(left)
    for at in range(len(left)):
        if source.random() < 0.4:
            left[at], right[at] = _ZERO, -left[at]
        elif source.random() < 0.15:
            extra = Fraction(source.randint(1, 4))
            left[at], right[at] = left[at] + extra, extra
    sides = [_side(side, source) for side in (left, right)]
    if not any(set(side) & set("xy") for side in sides):
        return spell_equation(value, source)
    if any(side in ("x", "y") for side in sides):  # `y = …` names a value, which is another reading
        return spell_equation(value, source)
    return source.choice(("{} = {}", "{}={}", "${} = {}$")).format(*sides)


def _side(side: list[Fraction], source: random.Random) -> str:
    places = [at for at, number in enumerate(side) if number]
    source.shuffle(places)
    text = ""
    for at in places:
        number, term = side[at], source.choice(_TERMS[at])
        sign = "-" if number < 0 else ("+" if text else "")
        size = abs(number)
        factor = "" if size == 1 and term else _coefficient(size, source)
        text += f" {sign} {factor}{term}" if text else f"{sign}{factor}{term}"
    return text or "0"


def _coefficient(size: Fraction, source: random.Random) -> str:
    if size.denominator == 1:
        return str(size)
    return source.choice((f"\\frac{{{size.numerator}}}{{{size.denominator}}}", str(float(size))))


def change_equation(value: Equation, source: random.Random) -> Equation:
    """Change one coefficient, or swap the variables."""
    if source.random() < 0.2:
        return (value[1], value[0], value[2], value[4], value[3], value[5])
    at = source.randrange(len(value))
    changed = source.choice((-value[at], value[at] + 1, value[at] * 2))
    return (*value[:at], changed, *value[at + 1 :])


def same_equation(left: Equation, right: Equation) -> bool:
    """Say whether one is a non-zero multiple of the other."""
    return all(left[i] * right[j] == left[j] * right[i] for i in range(len(left)) for j in range(i)) and any(
        right
    ) == any(left)
