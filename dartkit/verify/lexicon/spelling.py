"""Spellings and plain synonyms of school mathematics as data; every entry is one meaning written in two ways."""

from __future__ import annotations

import re

from dartkit.text.symbols import names

_WORDS = {
    "colour": "color", "grey": "gray", "centre": "center", "metre": "meter", "metres": "meters", "litre": "liter",
    "litres": "liters", "cannot": "can not", "cant": "can not", "isnt": "is not", "1st": "first",
    "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth", "6th": "sixth", "7th": "seventh", "8th": "eighth",
    "9th": "ninth", "10th": "tenth", "11th": "eleventh", "12th": "twelfth", "coloured": "colored", "colours": "colors",
    "neighbour": "neighbor", "neighbours": "neighbors", "neighbouring": "neighboring", "behaviour": "behavior",
    "centred": "centered", "centroidal": "centroid", "trapezium": "trapezoid", "trapeziums": "trapezoids",
    "anticlockwise": "counterclockwise", "rightangled": "right", "colinear": "collinear",
    "parallelopiped": "parallelepiped", "parallelipiped": "parallelepiped", "rhombuses": "rhombi", "sulphur": "sulfur",
    "sulphate": "sulfate", "sulphide": "sulfide", "sulphuric": "sulfuric", "aluminium": "aluminum", "caesium": "cesium",
    "modelled": "modeled", "labelled": "labeled", "travelled": "traveled", "travelling": "traveling",
    "maths": "mathematics", "math": "mathematics", "centimetre": "centimeter", "centimetres": "centimeters",
    "kilometre": "kilometer", "kilometres": "kilometers", "millimetre": "millimeter", "millimetres": "millimeters",
}  # fmt: skip
_ENDING = re.compile(r"(?<=[a-z]{3}[a-vx-z])(i|y)s(e|ed|es|er|ing|able|ation)\Z")
_WARDS = re.compile(r"(?:left|right|up|down|in|out|for|back|north|south|east|west)wards")
# Words that are written as one, with a hyphen or apart: non-negative, co-planar, self adjoint.
_PREFIXES = names("non semi anti counter co multi quasi sub super equi self inter hyper")
_COMPASS = names("east west eastern western easterly westerly eastward westward eastwards westwards")
_PHRASES = (
    ("right angled", "right"), ("right angle triangle", "right triangle"), ("straight line", "line"),
    ("relative maximum", "local maximum"), ("relative minimum", "local minimum"), ("relative max", "local maximum"),
    ("relative min", "local minimum"), ("local max", "local maximum"), ("local min", "local minimum"),
    ("absolute maximum", "global maximum"), ("absolute minimum", "global minimum"), ("global max", "global maximum"),
    ("global min", "global minimum"), ("absolute max", "global maximum"), ("absolute min", "global minimum"),
    ("point of inflection", "inflection point"), ("point of inflexion", "inflection point"),
    ("inflexion point", "inflection point"), ("all reals", "all real numbers"), ("even nor odd", "odd nor even"), ("convergent absolutely", "converges absolutely"),
    ("absolutely convergent", "converges absolutely"), ("conditionally convergent", "converges conditionally"),
    ("absolutely converges", "converges absolutely"), ("conditionally converges", "converges conditionally"),
)  # fmt: skip
_LONGEST_PHRASES = 200
# The noun may be left out after these words and no others: an even function is even, a right angle is not right.
_NOUNS = {
    "equilateral isosceles scalene obtuse acute": "triangle",
    "odd even": "number integer function",
    "prime composite rational irrational": "number numbers",
    "skew parallel perpendicular intersecting concurrent": "lines",
    "geometric arithmetic": "sequence progression",
    "positive negative": "number",
    "increasing decreasing": "function sequence",
}
HEADS = frozenset(
    (word, noun) for words, nouns in _NOUNS.items() for word in words.split() for noun in nouns.split()
)


def fold_word(word: str) -> str:
    """Return the American spelling of a word in lower case."""
    found = _WORDS.get(word)
    if found is not None:
        return found
    return word[:-1] if _WARDS.fullmatch(word) else _ENDING.sub(r"\1z\2", word)


def join_words(words: list[str]) -> list[str]:
    """Write as one what is written apart or as one: `north east`, `non negative`."""
    kept: list[str] = []
    for word in words:
        before = kept[-1] if kept else ""
        if before in ("north", "south") and word in _COMPASS:
            kept[-1] += word
        elif before in _PREFIXES and len(word) > 3 and word.isalpha():
            kept[-1] = fold_word(before + word)
        else:
            kept.append(word)
    return kept


def fold_phrase(phrase: str) -> str:
    """Bring plain synonyms of more than one word to one of them; a long text stays as it is."""
    if len(phrase) > _LONGEST_PHRASES or " " not in phrase:
        return phrase
    padded = f" {phrase} "
    for written, meant in _PHRASES:
        padded = padded.replace(f" {written} ", f" {meant} ")
    return padded.strip()


def differ_by_noun(left: str, right: str) -> bool:
    """Say whether one phrase is the other without a noun that goes without saying: `odd number` and `odd`."""
    shorter, longer = sorted((left, right), key=len)
    adjective, _, noun = longer.partition(" ")
    return adjective == shorter and (adjective, noun) in HEADS
