"""Words that may stand after a number: units, currencies, and scale words such as `million`.

A unit may be left out of an answer, so most words only need to be recognised as harmless; the table names the measures
for which two different units mean two different answers.
"""

from __future__ import annotations

from collections.abc import Sequence

from dartkit.text.symbols import names

_MEASURES = """
mm millimeter millimetre | cm centimeter centimetre | m meter metre | km kilometer kilometre | mi mile | yd yard
in inch inche | ft foot feet | mg milligram | g gram | kg kilogram | lb pound lbs | oz ounce | ton tonne | gal gallon
ml milliliter millilitre | l liter litre | quart | pint | cup | s sec second | min minute | h hr hour | day | week | month
year yr | cent | dollar usd buck | euro eur | yen | rupee | mph | kph | n newton | j joule | w watt | v volt | pa pascal
hz hertz | k kelvin | mol mole | rad radian
"""
_CANONICAL = {
    name: group.split()[0]
    for line in _MEASURES.strip().splitlines()
    for group in line.split("|")
    for name in group.split()
}
_QUALIFIERS = names("square sq cubic cu squared cubed per each of a an the")
SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
NOT_UNITS = names(
    "or and either plus minus times to not than over if when for where except half least most about between from squared "
    "divided modulo mod is are was no none only but cubed power percent hundred thousand million billion trillion dozen "
    "fifth third quarter tenth fourth sixth eighth hundredth thousandth twice "
    "double triple factorial choose root cube inverse negative"
)


def measure_of(words: Sequence[str]) -> str | None:
    """Return the canonical name of the first measure among the words of a unit, or None where no measure is known.

    Singular and plural, short and long names are one measure; qualifiers (`square`, `per`) are passed over.
    """
    for word in words:
        lowered = word.lower()
        if lowered in _QUALIFIERS:
            continue
        for form in (lowered, lowered.removesuffix("s")):
            if form in _CANONICAL:
                return _CANONICAL[form]
        return None
    return None


def is_unit_word(word: str, *, quoted: bool, spaced: bool) -> bool:
    """Say whether a word after a number is a unit or another harmless noun rather than part of the mathematics.

    Args:
        word: Letters only.
        quoted: Whether it stood in a text wrapper, where it cannot be a variable.
        spaced: Whether white space stood before it; `12xy` is a product, `12 cats` is not.
    """
    lowered = word.lower()
    if lowered in NOT_UNITS or lowered.removesuffix("s") in NOT_UNITS:
        return False
    if quoted:
        return True
    if len(word) >= 2 and (lowered in _CANONICAL or lowered.removesuffix("s") in _CANONICAL):
        return True
    return len(word) >= 3 and spaced
