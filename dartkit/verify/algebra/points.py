"""Where expressions are compared: points drawn from a hash of both, of many sizes and of mixed signs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

from dartkit.verify.algebra.tree import Node

_SCALES = tuple(Fraction(text) for text in ("1", "-1", "1/8", "-1/4", "1/4", "-8", "8", "1/5", "40", "-1/8"))
_TRIES = 16


def seeded(left: Node, right: Node) -> random.Random:
    """Return a source of points that depends on both trees, whatever their order."""
    import hashlib  # with OpenSSL behind it; most comparisons end before they need points

    texts = sorted((repr(left), repr(right)))
    digest = hashlib.blake2b("\n".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return random.Random(int.from_bytes(digest, "big"))


def points(
    names: list[str], source: random.Random, whole: bool, count: int = _TRIES
) -> Iterator[dict[str, Fraction]]:
    """Yield points of various sizes, some all positive and some of mixed signs; or natural ones."""
    turned = 0
    for turn in range(count):
        if whole:
            low = 2 + turn
            yield {name: Fraction(source.randint(low, low + 6)) for name in names}
            continue
        scale = _SCALES[turn % len(_SCALES)]
        sizes = (abs(scale) * Fraction(source.randint(1_001, 3_999), 1_000) for _ in names)
        negative = scale < 0
        turned += negative
        yield {
            name: -size if negative and _is_turned(place, turned) else size
            for place, (name, size) in enumerate(zip(names, sizes, strict=True))
        }


def _is_turned(place: int, turned: int) -> bool:
    """Say whether a variable is negative in this turn: every other one, then the rest, then all, so that |xy| is not xy."""
    return turned % 3 == 0 or place % 2 == turned % 3 - 1
