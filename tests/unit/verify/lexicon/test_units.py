r"""Units after a number: what they measure and how large they are, by the definitions of the SI and of NIST SP 811.

Every factor is written out by hand as a fraction or decimal of base units; exponents of base units are those of the SI
brochure (joule = kg m² s⁻², volt = kg m² s⁻³ A⁻¹, ...).
"""

from __future__ import annotations

import gzip
import json
from fractions import Fraction
from pathlib import Path

import pytest

from dartkit.text.tokens import Token, tokenize
from dartkit.verify.lexicon.units import Unit, read_unit, read_unit_text, to_base_units


def read_after_number(text: str) -> Unit | None:
    """Read what follows the number 5 in the text of an answer."""
    tokens = tokenize("5" + text)
    assert tokens[0].text == "5"
    return read_unit(tokens[1:])


FACTORS: tuple[tuple[str, str, str], ...] = (
    (" m", "m1", "1"), (" \\text{km}", "m1", "1000"), ("\\text{ cm}^2", "m2", "0.0001"), (" mm", "m1", "0.001"),
    ("\\mathrm{~nm}", "m1", "1e-9"), (" \\mu m", "m1", "1e-6"), (" µm", "m1", "1e-6"), (" μm", "m1", "1e-6"),
    ("\\text{ \\AA}", "m1", "1e-10"), (" Å", "m1", "1e-10"), (" \\AA", "m1", "1e-10"), (" in", "m1", "0.0254"),
    (" inches", "m1", "0.0254"), (" square inches", "m2", "0.00064516"), (" inches^2", "m2", "0.00064516"),
    (" ft", "m1", "0.3048"), (" feet", "m1", "0.3048"), (" sq. ft.", "m2", "0.09290304"),
    (" sqft", "m2", "0.09290304"), (" yards", "m1", "0.9144"), (" miles", "m1", "1609.344"),
    (" square miles", "m2", "2589988.110336"), (" light-years", "m1", "9460730472580800"),
    (" AU", "m1", "149597870700"), (" nautical miles", "m1", "1852"), (" acres", "m2", "4046.8564224"),
    (" hectares", "m2", "10000"), (" L", "m3", "0.001"), (" mL", "m3", "0.000001"),
    (" cubic centimeters", "m3", "0.000001"), (" cc", "m3", "0.000001"), (" cubic feet", "m3", "0.028316846592"),
    (" \\text{litres}", "m3", "0.001"), (" dm^3", "m3", "0.001"), (" m³", "m3", "1"), (" kg", "kg1", "1"),
    (" g", "kg1", "0.001"), (" \\text{mg}", "kg1", "0.000001"), (" pounds", "kg1", "0.45359237"),
    (" lb", "kg1", "0.45359237"), (" oz", "kg1", "0.028349523125"), (" tonnes", "kg1", "1000"),
    (" metric tons", "kg1", "1000"), (" s", "s1", "1"), (" seconds", "s1", "1"), (" ms", "s1", "0.001"),
    (" min", "s1", "60"), (" minutes", "s1", "60"), (" hours", "s1", "3600"), (" hrs", "s1", "3600"),
    (" days", "s1", "86400"), (" weeks", "s1", "604800"), (" km/h", "m1 s-1", "5/18"),
    (" kilometres per hour", "m1 s-1", "5/18"), (" mph", "m1 s-1", "0.44704"),
    (" miles per hour", "m1 s-1", "0.44704"), (" m/s", "m1 s-1", "1"), (" \\mathrm{m/s^2}", "m1 s-2", "1"),
    (" m s^{-1}", "m1 s-1", "1"), (" m\\,s^{-2}", "m1 s-2", "1"), (" ms^{-1}", "m1 s-1", "1"),
    (" m s⁻²", "m1 s-2", "1"), (" \\frac{m}{s}", "m1 s-1", "1"),
    (" \\frac{\\text{g}}{\\text{cm}^3}", "kg1 m-3", "1000"), (" g/cm^3", "kg1 m-3", "1000"),
    (" meters per second per second", "m1 s-2", "1"), (" meters per second squared", "m1 s-2", "1"),
    (" ft/s", "m1 s-1", "0.3048"), (" per second", "s-1", "1"), (" s^{-1}", "s-1", "1"), (" 1/s", "s-1", "1"),
    (" kg·m²", "kg1 m2", "1"), (" N", "kg1 m1 s-2", "1"), (" N m", "kg1 m2 s-2", "1"), (" Nm", "kg1 m2 s-2", "1"),
    (" N \\cdot m", "kg1 m2 s-2", "1"), (" newton-meters", "kg1 m2 s-2", "1"), (" J", "kg1 m2 s-2", "1"),
    (" kJ/mol", "kg1 m2 mol-1 s-2", "1000"), (" kJ mol-1", "kg1 m2 mol-1 s-2", "1000"),
    (" kcal/mol", "kg1 m2 mol-1 s-2", "4184"), (" J/(mol K)", "K-1 kg1 m2 mol-1 s-2", "1"),
    (" J/(mol\\cdot K)", "K-1 kg1 m2 mol-1 s-2", "1"), (" J mol^{-1} K^{-1}", "K-1 kg1 m2 mol-1 s-2", "1"),
    (" J/mol·K", "K-1 kg1 m2 mol-1 s-2", "1"), (" cal/(g °C)", "K-1 m2 s-2", "4184"),
    (" eV", "kg1 m2 s-2", "1.602176634e-19"), (" MeV", "kg1 m2 s-2", "1.602176634e-13"),
    (" kWh", "kg1 m2 s-2", "3600000"), (" kilowatt-hours", "kg1 m2 s-2", "3600000"), (" erg", "kg1 m2 s-2", "1e-7"),
    (" W", "kg1 m2 s-3", "1"), (" kW", "kg1 m2 s-3", "1000"), (" W/(m^2 K)", "K-1 kg1 s-3", "1"),
    (" Pa", "kg1 m-1 s-2", "1"), (" kPa", "kg1 m-1 s-2", "1000"), (" kPA", "kg1 m-1 s-2", "1000"),
    (" atm", "kg1 m-1 s-2", "101325"), (" bar", "kg1 m-1 s-2", "100000"), (" torr", "kg1 m-1 s-2", "101325/760"),
    (" mmHg", "kg1 m-1 s-2", "133.322387415"), (" mm Hg", "kg1 m-1 s-2", "133.322387415"),
    (" psi", "kg1 m-1 s-2", "4.4482216152605/0.00064516"), (" lb/in^2", "kg1 m-1 s-2", "4.4482216152605/0.00064516"),
    (" ft-lb", "kg1 m2 s-2", "1.3558179483314004"), (" foot-pounds", "kg1 m2 s-2", "1.3558179483314004"),
    (" slug", "kg1", "4.4482216152605/0.3048"), (" C", "A1 s1", "1"), (" \\mu \\mathrm{C}", "A1 s1", "1e-6"),
    (" V", "A-1 kg1 m2 s-3", "1"), (" \\Omega", "A-2 kg1 m2 s-3", "1"), (" k\\Omega", "A-2 kg1 m2 s-3", "1000"),
    (" kΩ", "A-2 kg1 m2 s-3", "1000"), (" ohms", "A-2 kg1 m2 s-3", "1"), (" \\mu\\text{F}", "A2 kg-1 m-2 s4", "1e-6"),
    (" T", "A-1 kg1 s-2", "1"), (" G", "A-1 kg1 s-2", "1e-4"), (" H", "A-2 kg1 m2 s-2", "1"),
    (" N/C", "A-1 kg1 m1 s-3", "1"), (" mA", "A1", "0.001"), (" Hz", "s-1", "1"), (" MHz", "s-1", "1000000"),
    (" rad/s", "rad1 s-1", "1"), (" K", "K1", "1"), (" mol", "mol1", "1"), (" mol/L", "m-3 mol1", "1000"),
    (" M", "m-3 mol1", "1000"), (" mM", "m-3 mol1", "1"), (" D", "A1 m1 s1", "1e-21/299792458"),
    (" MeV/c^2", "kg1", "1.602176634e-13/89875517873681764"), (" 10^{-19} J", "kg1 m2 s-2", "1e-19"),
    (" \\times 10^{3} \\text{ kg}", "kg1", "1000"), (" bytes", "bit1", "8"), (" MB", "bit1", "8000000"),
    (" \\meter\\per\\second", "m1 s-1", "1"), (" \\unit{kg/s}", "kg1 s-1", "1"), (" kgms^{-1}", "kg1 m1 s-1", "1"),
    (" m2", "m2", "1"), (" 平方厘米", "m2", "0.0001"), (" 千米每小时", "m1 s-1", "5/18"), (" 小时", "s1", "3600"),
    (" Stunden", "s1", "3600"), (" heures", "s1", "3600"), (" horas", "s1", "3600"), (" Minuten", "s1", "60"),
    (" mètres", "m1", "1"), (" dollars", "USD1", "1"), ("\\$", "USD1", "1"), (" USD", "USD1", "1"),
    (" US dollars", "USD1", "1"), (" cents", "USD1", "0.01"), ("¢", "USD1", "0.01"),
    (" dollars per hour", "USD1 s-1", "1/3600"), (" dollars an hour", "USD1 s-1", "1/3600"), (" €", "EUR1", "1"),
    (" euros", "EUR1", "1"), (" £", "GBP1", "1"), (" pence", "GBP1", "0.01"), (" yen", "JPY1", "1"),
    (" yuan", "CNY1", "1"), (" RMB", "CNY1", "1"), (" 元", "CNY1", "1"), (" rupees", "INR1", "1"), ("\\%", "", "0.01"),
    (" percent", "", "0.01"), (" ppm", "", "1e-6"),
)  # fmt: skip


def _fraction(text: str) -> Fraction:
    top, _, bottom = text.partition("/")
    return Fraction(top) / Fraction(bottom or "1")


def _dimension(text: str) -> tuple[tuple[str, int], ...]:
    found = []
    for part in text.split():
        name = part.rstrip("-0123456789")
        found.append((name, int(part[len(name) :])))
    return tuple(found)


@pytest.mark.parametrize(("text", "dimension", "factor"), FACTORS, ids=[row[0].strip() for row in FACTORS])
def test_dimension_and_factor(text: str, dimension: str, factor: str) -> None:
    unit = read_after_number(text)
    assert unit is not None
    assert unit.dimension == _dimension(dimension)
    assert unit.factor == _fraction(factor)
    assert unit.known
    assert unit.pi == unit.offset == 0


@pytest.mark.parametrize(
    ("text", "factor"),
    [("°", "1/180"), ("^\\circ", "1/180"), ("^{\\circ}", "1/180"), (" degrees", "1/180"), (" arcmin", "1/10800"),
     (" arcseconds", "1/648000"), (" revolutions", "2")],
)  # fmt: skip
def test_angles_are_exact_multiples_of_pi(text: str, factor: str) -> None:
    """A degree is π/180 of a radian, a minute of arc a sixtieth of it, a turn 2π."""
    unit = read_after_number(text)
    assert unit is not None
    assert (unit.dimension, unit.factor, unit.pi, unit.exact) == ((("rad", 1),), Fraction(factor), 1, True)


def test_revolutions_per_minute_two_ways() -> None:
    """One revolution a minute is 2π/60 = π/30 radians a second."""
    for text in (" rpm", " revolutions per minute", " rev/min"):
        unit = read_after_number(text)
        assert unit is not None
        assert (unit.dimension, unit.factor, unit.pi) == ((("rad", 1), ("s", -1)), Fraction(1, 30), 1)


@pytest.mark.parametrize(
    ("text", "number", "kelvins"),
    [
        ("°C", "25", "298.15"), ("^\\circ\\text{C}", "0", "273.15"), (" degrees Celsius", "-273.15", "0"),
        ("℃", "100", "373.15"), ("°F", "32", "273.15"), (" degrees Fahrenheit", "212", "373.15"),
        ("^{\\circ} \\mathrm{F}", "-40", "233.15"), (" K", "300", "300"), (" kelvins", "1", "1"),
        (" degrees K", "7", "7"),
    ],
)  # fmt: skip
def test_temperatures(text: str, number: str, kelvins: str) -> None:
    """Fixed points: water freezes at 0 °C = 32 °F = 273.15 K and boils at 100 °C = 212 °F; -40 °F is -40 °C."""
    unit = read_after_number(text)
    assert unit is not None
    assert to_base_units(Fraction(number), unit) == Fraction(kelvins)


def test_differences_of_temperature_have_no_offset() -> None:
    unit = read_after_number(" J/°C")
    assert unit is not None
    assert unit.offset == 0
    assert dict(unit.dimension)["K"] == -1


@pytest.mark.parametrize(
    ("text", "label", "nouns"),
    [
        (" apples", "apples", ("apples",)), ("\\text{ ways}", "ways", ("ways",)),
        (" students in the class", "students in the class", None), (" bacteria", "bacteria", ("bacteria",)),
        (" units", "unit", ()), (" square units", "unit^2", ()), (" cubic units", "unit^3", ()),
        ("\\text{ gold coins}", "gold coins", ("gold", "coins")), (" times", "times", ("times",)),
        (" 个苹果", "个苹果", None), (" students per class", "students class", ("students", "class")),
        ("\\text{ solutions}", "solutions", ("solutions",)),
    ],
)  # fmt: skip
def test_nouns_are_units_that_are_not_known(text: str, label: str, nouns: tuple[str, ...] | None) -> None:
    unit = read_after_number(text)
    assert unit is not None
    assert not unit.known
    assert not unit.dimension
    assert unit.factor == 1
    assert unit.label == label
    if nouns is not None:
        assert unit.nouns == nouns


@pytest.mark.parametrize(
    ("text", "dimension", "nouns"),
    [
        (" hours of work", "s1", ("of", "work")), (" square miles of land", "m2", ("of", "land")),
        (" years old", "s1", ("old",)), (" yards long", "m1", ("long",)), (" words per minute", "s-1", ("words",)),
        (" times a day", "s-1", ("times",)), (" dollars per book", "USD1", ("book",)),
        (" gallons of water per hour", "m3 s-1", ("of", "water")), (" cm in length", "m1", None),
        (" days of the week", "s1", ("of", "the", "week")), (" person-hours", "s1", ("person",)),
        (" degrees north", "rad1", ("north",)),
        (" J / \\alpha \\text{-particle}", "kg1 m2 s-2", ("alpha", "particle")),
        (" J \\cdot$ electron ${ }^{-1}", "kg1 m2 s-2", ("electron",)), (" N \\hat{\\mathrm{i}}", "kg1 m1 s-2", ()),
    ],
)  # fmt: skip
def test_nouns_around_a_unit_do_not_change_it(
    text: str, dimension: str, nouns: tuple[str, ...] | None
) -> None:
    unit = read_after_number(text)
    assert unit is not None
    assert unit.known
    assert unit.dimension == _dimension(dimension)
    assert nouns is None or unit.nouns == nouns


AMBIGUOUS = (
    " m", " g", "m", " s", " h", " L", " V", " N", " J", " K", " A", " C", " F", " W", " m s", " N m", "ms", "nm",
    " in", " pm", " pounds", " J/mol K", " J/mol·K", " ¥", " m/s", " psi",
)  # fmt: skip
CLEAR = (
    "\\text{ m}", "\\text{g}", " km", "cm", "km", "kg", " kg m", " m/min", " miles", " foot-pounds", "\\text{m/s}",
    " J/(mol K)", " \\Omega", "°", " dollars", "\\$", " pounds sterling", " nm", " eV", " \\mu m", "\\text{ in}",
    " 米",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [*((text, True) for text in AMBIGUOUS), *((text, False) for text in CLEAR)]
)
def test_what_may_be_something_else_is_marked(text: str, expected: bool) -> None:
    """A lone letter may be a variable, `5nm` a product, a pound a currency, and `J/mol K` has two readings."""
    unit = read_after_number(text)
    assert unit is not None
    assert unit.ambiguous is expected


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        (" eV", True), (" inches", True), (" atm", True), ("°", True), (" light years", True), (" years", False),
        (" months", False), (" gallons", False), (" tons", False), (" cal", False), (" mmHg", False), (" u", False),
        (" miles per gallon", False),
    ],
)  # fmt: skip
def test_measured_and_rival_factors_are_not_exact(text: str, exact: bool) -> None:
    unit = read_after_number(text)
    assert unit is not None
    assert unit.exact is exact


NO_UNITS = (
    "", "x", " x", "x^2", " xy", " xyz", " ABC", " e", " i", "\\pi", " pi", " sin x", " sec x", "\\min", " mod 7",
    " or 6", "\\text{ or } 6", " and 6", " to 6", " more than 3", " times as many", "\\text{ if } x>0", " factorial",
    " million", " dozen", " hundred", " thirds", " quarters", " half", " o'clock", " a.m.", " am", " a", " the",
    " in the class", " 7", ", 7 m", " m, 7", " m 7 s", "/", "-", " km-", " km/", "^2", "^2 m", " m^{1/2}", " m^{13}",
    " m^99", " kg^2^3", " m + s", " m = s", " m^x", " s-1", " (m", " m)", " ((((((m))))))", "\\sqrt{m}", "\\hat{i} N",
    " \\bar{m}", " square", " per", " m per", " θ", " ψ", " δ", " соs x", " kм", " 10^{500} m", " \\alpha", " \\mu",
    " m " * 40, "′", " \\text{x}",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_UNITS)
def test_what_is_no_unit(text: str) -> None:
    """Variables, functions, connectives, scale and fraction words, hours, look-alike letters (соs with a Cyrillic с and о)."""
    assert read_after_number(text) is None


def test_never_the_same_unit_by_look_alike_letters() -> None:
    """Cyrillic м and с for Latin m and s, and a metre with a mark that is not seen."""
    for text in ("м", "км/с", "m\u200b", "\u202em"):
        unit = read_unit([Token("text", text)])
        assert unit is None or not unit.known


def test_texts_of_units() -> None:
    """A lone dollar sign delimits formulas elsewhere; as the heading of a column it is the dollar."""
    dollar = read_unit_text("$")
    assert dollar is not None
    assert dollar.dimension == (("USD", 1),)
    power = read_unit_text("$10^{28} $")
    assert power is not None
    assert power.known
    assert not power.dimension
    assert power.factor == 10**28
    assert read_unit_text("") is None
    assert read_unit_text("m" * 400) is None


def test_equal_units_have_equal_factors_whatever_they_are_called() -> None:
    """Of each row all are one unit, by definition."""
    for row in (
        ("km/h", "kph", "kilometers per hour", "\\text{km}\\,\\text{h}^{-1}", "kilometre / hour"),
        ("Pa", "N/m^2", "\\text{kg}/(\\text{m}\\cdot\\text{s}^2)", "J/m^3"),
        ("V", "J/C", "W/A", "\\text{kg m}^2/(\\text{A s}^3)"),
        ("T", "Wb/m^2", "N/(A m)", "V s/m^2"),
        ("L", "dm^3", "cubic decimeters", "liters"),
    ):
        units = [read_unit_text(text) for text in row]
        assert all(unit is not None for unit in units), row
        assert len({(unit.dimension, unit.factor, unit.pi) for unit in units if unit is not None}) == 1, row


@pytest.mark.data
def test_all_units_of_published_tables_are_read(data_dir: Path) -> None:
    """SciBench and OlympiadBench state a unit beside many answers; every one must be read."""
    seen = set()
    for name in ("scibench", "olympiadbench"):
        path = data_dir / name / "test.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            seen |= {json.loads(line)["meta"].get("unit") for line in lines} - {None, ""}
    assert len(seen) > 150
    assert [unit for unit in seen if read_unit_text(unit) is None] == []
