"""Random texts from a seed: the fuzzing that runs inside the tests, without any tool and the same each time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from tests.fuzz.pieces import PIECES

LONGEST = 400
_ROUNDS = 4


class Mutator:
    """Makes texts out of seeds and pieces. Two mutators with one seed make the same texts."""

    def __init__(self, seeds: list[str], seed: int) -> None:
        self._random = random.Random(seed)
        self._seeds = seeds
        self._ways: tuple[Callable[[str], str], ...] = (
            self._insert, self._insert, self._delete, self._repeat, self._replace, self._swap, self._splice, self._character, self._enclose,
        )  # fmt: skip

    def texts(self, count: int) -> Iterator[str]:
        """Yield so many texts: a fifth are pieces in random order, the rest are changed seeds."""
        for turn in range(count):
            yield self.soup() if turn % 5 == 0 else self.mutant(self._random.choice(self._seeds))

    def soup(self) -> str:
        """Return pieces in random order, with or without spaces."""
        space = self._random.choice(("", "", " "))
        return space.join(self._random.choice(PIECES) for _ in range(self._random.randint(1, 14)))

    def mutant(self, text: str) -> str:
        """Return a text after one to four changes."""
        for _ in range(self._random.randint(1, _ROUNDS)):
            text = self._random.choice(self._ways)(text)[:LONGEST]
        return text

    def _place(self, text: str) -> int:
        return self._random.randint(0, len(text))

    def _span(self, text: str) -> tuple[int, int]:
        first, last = sorted((self._place(text), self._place(text)))
        return first, min(last, first + 12)

    def _insert(self, text: str) -> str:
        place = self._place(text)
        return text[:place] + self._random.choice(PIECES) + text[place:]

    def _delete(self, text: str) -> str:
        first, last = self._span(text)
        return text[:first] + text[last:]

    def _repeat(self, text: str) -> str:
        first, last = self._span(text)
        return text[:last] + text[first:last] * self._random.choice((1, 2, 9)) + text[last:]

    def _replace(self, text: str) -> str:
        first, last = self._span(text)
        return text[:first] + self._random.choice(PIECES) + text[last:]

    def _swap(self, text: str) -> str:
        first, last = self._span(text)
        return text[:first] + text[last:] + text[first:last]

    def _splice(self, text: str) -> str:
        other = self._random.choice(self._seeds)
        return text[: self._place(text)] + other[self._place(other) :]

    def _character(self, text: str) -> str:
        place = self._place(text)
        code = self._random.choice((self._random.randrange(32, 127), self._random.randrange(0x110000)))
        return text[:place] + chr(code) + text[place + 1 :]

    def _enclose(self, text: str) -> str:
        opened, closed = self._random.choice(
            (
                ("(", ")"),
                ("{", "}"),
                ("\\left[", "\\right)"),
                ("\\{", "\\}"),
                ("\\frac{1}{", "}"),
                ("|", "|"),
                ("\\text{", "}"),
                ("-", "!"),
            )
        )
        first, last = self._span(text)
        return text[:first] + opened + text[first:last] + closed + text[last:]
