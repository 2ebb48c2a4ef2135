"""Find the unit that one word names: `km`, `kilometres`, `µF`, `feet`, `平方厘米` without its 平方."""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from dartkit.verify.lexicon.unit_table import JOINED, PREFIX_NAMES, PREFIXES, UNIT_ROWS

_LONGEST = 24
# Spellings with the wrong case that are met often; other wrong cases could be another unit (mW and MW).
_MISSPELT = "km cm mm kg mg mL kPa MPa kJ kW kWh Hz kHz MHz GHz keV MeV GeV eV kmol mol ft lb oz hr min sec yd mi rpm mph psi atm kcal"
_RUN_TOGETHER = "kg cm km mm mol kJ kN kPa eV Hg Pa Hz N J W V A C K g m s L h"


class Atom(NamedTuple):
    """One unit: base units with exponents, a factor as two integers, the exponent of π, and whether it is a symbol."""

    label: str
    dimension: tuple[tuple[str, int], ...]
    numerator: int
    denominator: int
    pi: int = 0
    exact: bool = True
    symbol: bool = True


class _Book(NamedTuple):
    symbols: dict[str, Atom]
    scalable_symbols: dict[str, Atom]
    names: dict[str, Atom]
    scalable_names: dict[str, Atom]


def _read_base(text: str) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    for part in text.split():
        name = part.rstrip("-0123456789")
        found.append((name, int(part[len(name) :] or 1)))
    return tuple(found)


def _read_factor(text: str) -> tuple[Fraction, int]:
    number, _, pi = text.partition(" ")
    top, _, bottom = number.partition("/")
    return Fraction(top) / Fraction(bottom or "1"), {"": 0, "pi": 1, "1/pi": -1}[pi.strip()]


def _read_rows() -> _Book:
    book = _Book({}, {}, {}, {})
    for row in UNIT_ROWS.strip().splitlines():
        if not row:
            continue
        label, base, factor, symbols, names = (cell.strip() for cell in row.split("|"))
        value, pi = _read_factor(factor.lstrip("~"))
        atom = Atom(label, _read_base(base), *value.as_integer_ratio(), pi, not factor.startswith("~"))
        for symbol in unicodedata.normalize("NFKC", symbols).split():
            book.symbols.setdefault(symbol.lstrip("*"), atom)
            if symbol.startswith("*"):
                book.scalable_symbols[symbol[1:]] = atom
        for name in unicodedata.normalize("NFKC", names).split():
            book.names.setdefault(name.lstrip("*"), atom._replace(symbol=False))
            if name.startswith("*"):
                book.scalable_names[name[1:]] = atom._replace(symbol=False)
    return book


_BOOK = _read_rows()
_FOLDED = {symbol.lower(): symbol for symbol in _MISSPELT.split()}
_PREFIX_SYMBOLS = {power: symbol for symbol, power in PREFIXES.items()}
_PIECES = frozenset(_RUN_TOGETHER.split())


def find_unit(word: str) -> Atom | None:
    """Return the unit of a symbol (case matters) or of a name in any case and number, or None."""
    return _find(word) if len(word) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _find(word: str) -> Atom | None:
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word)
    found = _find_symbol(word)
    if found is None:
        found = _find_name(word.lower())
    if found is None and word.lower() in _FOLDED:
        found = _find_symbol(_FOLDED[word.lower()])
    return found


def split_symbols(word: str) -> tuple[Atom, ...] | None:
    """Return the units of symbols run together (`Nm`, `kgm`, `Jmol`), or None; at most three."""
    if not 2 <= len(word) <= 6:
        return None
    found: list[Atom] = []
    at = 0
    while at < len(word) and len(found) < 3:
        piece = next((word[at : at + width] for width in (3, 2, 1) if word[at : at + width] in _PIECES), "")
        atom = _find_symbol(piece)
        if atom is None:
            return None
        found.append(atom)
        at += len(piece)
    return tuple(found) if at == len(word) and len(found) > 1 else None


def join_words(first: str, second: str) -> str | None:
    """Return the one word that two words of a name make (`light years`), or None."""
    first, second = first.lower(), second.lower().removesuffix("s")
    return JOINED.get(f"{first} {second}") or JOINED.get(f"{first.removesuffix('s')} {second}")


def _find_symbol(word: str) -> Atom | None:
    found = _BOOK.symbols.get(word)
    if found is not None or len(word) < 2:
        return found
    for width in (1, 2):
        power = PREFIXES.get(word[:width])
        base = _BOOK.scalable_symbols.get(word[width:]) if power is not None else None
        if base is not None and power is not None:
            return _scale(base, power, word)
    return None


def _find_name(word: str) -> Atom | None:
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        found = _BOOK.names.get(form)
        if found is not None:
            return found
    for width in range(1, 6):
        power = PREFIX_NAMES.get(word[:width])
        if power is None:
            continue
        rest = word[width:]
        base = _BOOK.scalable_names.get(rest) or _BOOK.scalable_names.get(rest.removesuffix("s"))
        base = base or (_BOOK.names.get(rest) if width == 1 else None)
        if base is not None:
            return _scale(base, power, _PREFIX_SYMBOLS[power] + base.label)
    return None


def _scale(atom: Atom, power: int, label: str) -> Atom:
    if power >= 0:
        return atom._replace(label=label, numerator=atom.numerator * 10**power)
    return atom._replace(label=label, denominator=atom.denominator * 10**-power)
