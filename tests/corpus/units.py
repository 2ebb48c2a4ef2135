"""Quantities with a unit. A unit may be left out; two stated units must measure the same thing and convert into equal values."""

from __future__ import annotations

from fractions import Fraction

from tests.corpus import golds
from tests.corpus.case import Book, Case, Row, Writing
from tests.corpus.notation import another_digit, decimal, negated

# short name, long name in the plural, a unit of something else
PLAIN = (
    ("cm", "centimeters", "kg"), ("m", "meters", "seconds"), ("km", "kilometers", "hours"),
    ("kg", "kilograms", "meters"), ("g", "grams", "cm"),
    ("ft", "feet", "pounds"), ("in", "inches", "minutes"), ("mi", "miles", "gallons"), ("lb", "pounds", "feet"),
    ("L", "liters", "meters"),
    ("mL", "milliliters", "cm"), ("s", "seconds", "km"), ("min", "minutes", "kg"), ("mph", "miles per hour", "miles"),
    ("km/h", "kilometers per hour", "km"),
    ("m/s", "meters per second", "s"), ("yd", "yards", "oz"), ("oz", "ounces", "yd"),
)  # fmt: skip
# one of the first is `factor` of the second, by the definitions of the units
FACTORS = (
    ("km", 1000, "m"), ("m", 100, "cm"), ("cm", 10, "mm"), ("kg", 1000, "g"), ("hours", 60, "minutes"),
    ("minutes", 60, "seconds"), ("days", 24, "hours"),
    ("feet", 12, "inches"), ("yards", 3, "feet"), ("L", 1000, "mL"), ("weeks", 7, "days"), ("years", 12, "months"),
    ("\\text{ m}^2", 10000, "\\text{ cm}^2"),
)  # fmt: skip
NOUNS = (
    "apples",
    "students",
    "ways",
    "marbles",
    "tickets",
    "coins",
    "people",
    "books",
    "handshakes",
    "squares",
    "pages",
    "points",
)
PATTERN = r"(-?\d+(?:\.\d+)?|\\frac\{\d+\}\{\d+\}|\d*\\sqrt\{\d+\})\s*(\\(?:text|mbox)\{ ?[a-z ]+\}(?:\^\{?\d\}?)?|\^\{?\\circ\}?)"


def build() -> list[Case]:
    """Return all cases."""
    book = Book("unit")
    for gold in golds.pool(book, PATTERN, 30):
        value, unit = gold.match[1], gold.match[2]
        writings = same_degrees(value) if "circ" in unit else same_around(value, unit)
        book.same(gold.text, writings, 3, gold.source)
        book.other(gold.text, other_value(book, value, unit), 3, gold.source)
    for short, long, foreign in PLAIN:
        for _ in range(2):
            value = decimal(Fraction(book.rng.randint(2, 600), book.rng.choice([1, 1, 2, 10])))
            reference = book.rng.choice(
                [f"{value}\\text{{ {short}}}", f"{value} \\text{{ {long}}}", f"{value} {long}"]
            )
            book.same(reference, same_named(value, short, long), 3)
            book.other(reference, other_named(book, value, short, foreign), 3)
    for first, factor, second in FACTORS:
        book.table(book.some(converted(book.rng.randint(2, 30), first, factor, second), 4))
    for noun in NOUNS:
        book.table(book.some(counted(book.rng.randint(3, 400), noun), 3))
    for _ in range(12):
        book.table(book.some(squares(book.rng.randint(2, 300)), 4))
    for _ in range(10):
        value = str(book.rng.randint(5, 355))
        book.same(f"{value}^\\circ", same_degrees(value), 3)
        book.other(f"{value}^\\circ", other_value(book, value, "^\\circ"), 3)
    return book.cases


def same_around(value: str, unit: str) -> list[Writing]:
    """Markup around the same value and unit, or the unit left out."""
    return [
        ("unit left out", value), ("dollars around all", f"${value}{unit}$"), ("x =", f"x = {value}{unit}"),
        ("thin space", f"{value}\\,{unit}"),
        ("escaped space", f"{value}\\ {unit}"), ("parentheses", f"({value}){unit}"),
        ("area =", f"S = {value} {unit}"), ("displaystyle", f"\\displaystyle {value}{unit}"),
    ]  # fmt: skip


def same_degrees(value: str) -> list[Writing]:
    """The degree sign in its spellings, or left out."""
    return [
        ("degree sign", f"{value}°"), ("degrees", f"{value} degrees"), ("left out", value),
        ("braced circ", f"{value}^{{\\circ}}"), ("circ", f"{value}^\\circ"),
        ("\\text degrees", f"{value}\\text{{ degrees}}"), ("theta =", f"\\theta = {value}^\\circ"),
        ("angle =", f"\\angle PQR = {value}^\\circ"), ("degree command", f"{value}\\degree"),
        ("m angle =", f"m\\angle B = {value}^{{\\circ}}"), ("spaced circ", f"{value} ^ \\circ"),
    ]  # fmt: skip


def other_value(book: Book, value: str, unit: str) -> list[Writing]:
    """Another number before the same unit, or before none."""
    changed = another_digit(book.rng, value)
    found = [
        ("one digit", changed + unit), ("sign", negated(value) + unit), ("one digit, no unit", changed),
        ("two values", f"{value}{unit}, {changed}{unit}"),
        ("twice", f"2 \\cdot {value}{unit}"), ("hedge", f"{value}{unit} or {changed}{unit}"),
    ]  # fmt: skip
    return [*found, ("radians", f"{value} \\text{{ radians}}")] if "circ" in unit else found


def same_named(value: str, short: str, long: str) -> list[Writing]:
    """The short and the long name of a unit in all places where models put them."""
    return [
        ("left out", value), ("short", f"{value} {short}"), ("long", f"{value} {long}"),
        ("short in \\text", f"{value}\\text{{ {short}}}"), ("long in \\text", f"{value} \\text{{ {long}}}"),
        ("mathrm", f"{value}~\\mathrm{{{short}}}"), ("mbox", f"{value}\\mbox{{ {long}}}"),
        ("rm", f"{value} {{\\rm {short}}}"), ("outside maths", f"${value}$ {short}"),
        ("glued", f"{value}{short}"), ("textbf", f"\\textbf{{{value} {long}}}"),
        ("everything in \\text", f"\\text{{{value} {long}}}"), ("x =", f"x = {value}\\ \\text{{{short}}}"),
        ("bold", f"**{value} {long}**"), ("approximately", f"\\approx {value} \\text{{ {short}}}"),
        ("full stop", f"{value} {long}."),
    ]  # fmt: skip


def other_named(book: Book, value: str, short: str, foreign: str) -> list[Writing]:
    """Another number, or the same number of a unit for another thing."""
    changed = another_digit(book.rng, value)
    return [
        ("one digit", f"{changed} \\text{{ {short}}}"), ("one digit, no unit", changed),
        ("unit of something else", f"{value} \\text{{ {foreign}}}"),
        ("sign", f"-{value} \\text{{ {short}}}"),
        ("unit of something else, squared", f"{value} \\text{{ {foreign}}}^2"),
        ("power of ten", f"{value}0\\ \\text{{{short}}}" if "." not in value else f"1{value} \\text{{ {short}}}"),
        ("two values", f"{value} {short} and {changed} {short}"),
        ("cubed", f"{value} \\text{{ {short}}}^3" if "/" not in short and short != "mph" else f"{changed} {short}"),
    ]  # fmt: skip


def converted(value: int, first: str, factor: int, second: str) -> list[Row]:
    """A conversion by the definition of the units, and one with a wrong factor."""
    one, two = (unit if unit.startswith("\\") else f"\\text{{ {unit}}}" for unit in (first, second))
    half = Fraction(value, 2)
    return [
        (f"{value}{one}", f"{value * factor}{two}", True, "larger unit"),
        (f"{value * factor}{two}", f"{value}{one}", True, "smaller unit"),
        (f"{decimal(half)}{one}", f"{decimal(half * factor)}{two}", True, "half of them"),
        (f"{value}{one}", f"{value}{two}", False, "same number, other unit"),
        (f"{value}{one}", f"{value * factor * 10}{two}", False, "wrong factor"),
        (f"{value * factor + 1}{two}", f"{value}{one}", False, "one off"),
        (f"{value * factor}{two}", f"{value + 1}{one}", False, "one off"),
    ]  # fmt: skip


def counted(value: int, noun: str) -> list[Row]:
    """What is counted may be named or not; the count decides."""
    return [
        (f"{value} {noun}", str(value), True, "noun added"),
        (str(value), f"{value}\\text{{ {noun}}}", True, "noun left out"),
        (f"{value} \\text{{ {noun}}}", f"{value} {noun}", True, "\\text"),
        (f"{value + 1} {noun}", f"{value} {noun}", False, "one more"),
        (f"{value}0 {noun}", str(value), False, "ten times"),
        (f"{value - 1}\\text{{ {noun}}}", f"{value}\\text{{ {noun}}}", False, "one less"),
        (f"{value} {noun} or {value + 2} {noun}", str(value), False, "hedge"),
    ]  # fmt: skip


def squares(value: int) -> list[Row]:
    """Powers of a unit by words, digits and signs; a length is not an area and an area no volume."""
    return [
        (f"{value} cm²", f"{value}\\text{{ cm}}^2", True, "superscript"),
        (f"{value} square centimeters", f"{value} \\text{{ cm}}^2", True, "square"),
        (f"{value}\\ \\mathrm{{m^3}}", f"{value}\\text{{ m}}^3", True, "mathrm"),
        (f"{value} cubic meters", f"{value}\\text{{ m}}^3", True, "cubic"),
        (f"{value} sq ft", f"{value}\\text{{ square feet}}", True, "sq ft"),
        (f"{value} in^2", f"{value}\\text{{ square inches}}", True, "in^2"),
        (f"{value} \\text{{ square units}}", str(value), True, "square units"),
        (f"{value} m/s^2", f"{value}\\ \\mathrm{{m/s^2}}", True, "acceleration"),
        (f"{value}\\text{{ m/s}}", f"{value}\\text{{ m/s}}^2", False, "speed for acceleration"),
        (f"{value}\\text{{ cm}}", f"{value}\\text{{ cm}}^2", False, "length for area"),
        (f"{value}\\text{{ cm}}^3", f"{value}\\text{{ cm}}^2", False, "volume for area"),
        (f"{value + 1} cm²", f"{value}\\text{{ cm}}^2", False, "one more"),
        (f"{value}\\text{{ m}}^2", f"{value}\\text{{ cm}}^2", False, "other unit of area"),
        (f"{value * value}\\text{{ cm}}", f"{value}\\text{{ cm}}^2", False, "value squared"),
    ]  # fmt: skip
