r"""Read the unit that stands after a number: `\text{cm}^2`, `m s^{-1}`, `J/(mol K)`, `miles per hour`, `dollars`.

The whole of the tokens must be a unit, with harmless nouns around it (`hours of work`); otherwise there is none. What the
unit measures is `dimension`, and a number of it in base units is `number * factor * π^pi + offset`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from dartkit.text.tokens import Token, TooLong, tokenize
from dartkit.verify.lexicon.unit_names import Atom, find_unit
from dartkit.verify.lexicon.unit_reader import UnitReader

MAX_TOKENS = 32
_MAX_TEXT = 300
_MAX_EXPONENT = 12
_FORCE = find_unit("lbf")
_OFFSETS = {"°C": Fraction(27315, 100), "°F": Fraction(45967, 180)}
_NO_OFFSET = Fraction(0)
# Where engineers write lb for a force: the exponents of everything but the pound.
_POUND_FORCE = frozenset(
    {"ft", "in", "ft^-1", "in^-1", "ft^-2", "in^-2", "s·ft^-1", "ft^-1·s", "s·in^-1", "in^-1·s"}
)


class Unit(NamedTuple):
    """A unit of measure.

    Attributes:
        dimension: Base units with exponents, sorted; empty for percent, bare powers of ten and nouns.
        factor: How many base units one of it is, but for the power of π.
        offset: What to add, in base units, after the multiplication; not zero only for °C and °F.
        label: The unit in symbols, for messages; with nouns only, the nouns.
        exact: Whether the factor is exact by definition; otherwise only equality with the same unit is certain.
        known: Whether a unit of a table is in it; a mere noun (`apples`, `ways`, `units`) is not known.
        ambiguous: Whether it may as well be something else: variables (`g`, `m s`), the other pound, `J/mol K`.
        pi: The exponent of π in the factor.
        nouns: The words that are no units, in lower case and in order.
    """

    dimension: tuple[tuple[str, int], ...]
    factor: Fraction
    offset: Fraction
    label: str
    exact: bool = True
    known: bool = True
    ambiguous: bool = False
    pi: int = 0
    nouns: tuple[str, ...] = ()


def read_unit(tokens: Sequence[Token]) -> Unit | None:
    """Return the unit that all of the tokens after a number make up, or None.

    A power of ten before the unit is part of it, as in tables of results: `10^{-19} J`.
    """
    if not 0 < len(tokens) <= MAX_TOKENS:
        return None
    reader = UnitReader(tokens)
    power = reader.read_power_of_ten()
    if power is None or not reader.read_product() or reader.at < len(tokens):
        return None
    return _build(reader, power)


def read_unit_text(text: str) -> Unit | None:
    """Return the unit that a text names, such as a column heading of a data set; a lone `$` is the dollar."""
    if len(text) > _MAX_TEXT:
        return None
    if text.strip() == "$":
        return read_unit([Token("currency", "dollar")])
    try:
        return read_unit(tokenize(text))
    except TooLong:
        return None


def to_base_units(number: Fraction, unit: Unit) -> Fraction:
    """Return the rational part of a number of units in base units; `unit.pi` says which power of π it lacks."""
    return number * unit.factor + unit.offset


def _build(reader: UnitReader, power: int) -> Unit | None:
    atoms = reader.atoms
    if not atoms and not reader.nouns and not power:
        return None
    if any(abs(exponent) > _MAX_EXPONENT for _, exponent in atoms):
        return None
    if len(atoms) > 1 and _FORCE is not None:
        atoms = _with_pound_force(atoms)
    top, bottom = (10**power, 1) if power >= 0 else (1, 10**-power)
    exact, known, pi = True, False, 0
    dimension: dict[str, int] = {}
    for atom, exponent in atoms:
        exact = exact and atom.exact
        known = known or atom.label != "unit"
        pi += atom.pi * exponent
        if exponent > 0:
            top, bottom = top * atom.numerator**exponent, bottom * atom.denominator**exponent
        else:
            top, bottom = top * atom.denominator**-exponent, bottom * atom.numerator**-exponent
        for name, times in atom.dimension:
            dimension[name] = dimension.get(name, 0) + times * exponent
    alone = len(atoms) == 1 and atoms[0][1] == 1
    return Unit(
        dimension=tuple(sorted((name, times) for name, times in dimension.items() if times)),
        factor=Fraction(top, bottom),
        offset=_OFFSETS.get(atoms[0][0].label, _NO_OFFSET) if alone else _NO_OFFSET,
        label=_label(atoms, reader.nouns, power),
        exact=exact,
        known=known or (not reader.nouns and not atoms),
        ambiguous=reader.is_ambiguous(),
        pi=pi,
        nouns=tuple(reader.nouns),
    )


def _label(atoms: list[tuple[Atom, int]], nouns: list[str], power: int) -> str:
    parts = [_power(atom.label, exponent) for atom, exponent in atoms]
    if power:
        parts.insert(0, f"10^{power}")
    return "·".join(parts) or " ".join(nouns)


def _power(label: str, exponent: int) -> str:
    return label if exponent == 1 else f"{label}^{exponent}"


def _with_pound_force(atoms: list[tuple[Atom, int]]) -> list[tuple[Atom, int]]:
    """Read `ft-lb` and `lb/in^2` with the pound as a force, which is how they are meant."""
    others = "·".join(_power(atom.label, exponent) for atom, exponent in atoms if atom.label != "lb")
    if len(atoms) < 4 and others in _POUND_FORCE and _FORCE is not None:
        return [(_FORCE if atom.label == "lb" else atom, exponent) for atom, exponent in atoms]
    return atoms
