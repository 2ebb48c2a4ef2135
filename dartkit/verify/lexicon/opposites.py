"""Words that cannot both be right: `25% profit` and `25% loss`, `5 m up` and `5 m down`, `17 boys` and `17 girls`."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from dartkit.text.symbols import names

_PAIRS = (
    "left right", "up down", "upward downward", "upwards downwards", "north south", "east west", "northern southern",
    "eastern western", "northward southward", "eastward westward", "northwards southwards", "eastwards westwards",
    "northeast southwest", "northwest southeast", "above below", "inside outside", "into out", "inward outward",
    "inwards outwards", "forward backward", "forwards backwards", "clockwise counterclockwise",
    "clockwise anticlockwise", "ahead behind", "before after", "profit loss", "gain loss", "gained lost", "won lost",
    "wins loses", "surplus deficit", "deposit withdrawal", "credit debit", "discount surcharge", "increase decrease",
    "increases decreases", "increased decreased", "increasing decreasing", "rises falls", "rise fall", "rose fell",
    "more less", "more fewer", "more times", "most least", "higher lower", "highest lowest", "larger smaller",
    "largest smallest", "greater smaller", "greatest smallest", "greatest least", "longer shorter", "taller shorter",
    "longest shortest", "tallest shortest", "older younger", "oldest youngest", "faster slower", "fastest slowest",
    "heavier lighter", "hotter colder", "warmer colder", "warmer cooler", "maximum minimum", "max min", "odd even",
    "positive negative", "true false", "possible impossible", "rational irrational", "finite infinite", "open closed",
    "converges diverges", "convergent divergent", "dependent independent", "boys girls", "boy girl", "men women",
    "man woman", "male female", "males females", "sons daughters", "adults children", "heads tails", "first last",
    "day night", "morning evening", "concave convex", "real virtual", "real imaginary", "upright inverted",
    "attractive repulsive", "attract repel", "exothermic endothermic", "exothermically endothermically",
    "oxidized reduced", "acidic basic", "cation anion", "proton electron", "protons electrons", "parallel perpendicular",
    "inner outer", "upper lower", "numerator denominator", "horizontal vertical", "horizontally vertically", "row column",
    "rows columns", "sine cosine", "bc ad", "bce ce", "bc ce", "black white", "square cubic", "squared cubed", "early late",
)  # fmt: skip
_OPPOSITES: dict[str, set[str]] = {}
for _pair in _PAIRS:
    _one, _other = _pair.split()
    _OPPOSITES.setdefault(_one, set()).add(_other)
    _OPPOSITES.setdefault(_other, set()).add(_one)
# Of these a text names one.
_GROUPS = (
    names("monday tuesday wednesday thursday friday saturday sunday"),
    names("january february april june july august september october november december"),
)
# With one of these a word may mean its opposite, or be compared with it.
_TURNING = names("not neither nor isnt never no non opposite opposing instead than")


def are_opposed(left: AbstractSet[str], right: AbstractSet[str]) -> bool:
    """Say whether two sets of words in lower case, of one answer each, hold a word against its opposite.

    A word that both sides have opposes nothing, and neither does anything where a side has a negation.
    """
    if left & _TURNING or right & _TURNING:
        return False
    only_left, only_right = left - right, right - left
    if any(only_left & group and only_right & group for group in _GROUPS):
        return True
    return any(not only_right.isdisjoint(_OPPOSITES.get(word, ())) for word in only_left)
