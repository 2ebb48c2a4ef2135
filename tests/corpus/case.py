"""A labelled pair of answers, and the book in which the pairs of one kind are collected."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dartkit.verify import Form, Pair

SEED = 2211
OWN = "own"  # source of everything that was made here and not taken from a data set
Writing = tuple[str, str]  # how it was made, and the text
Row = tuple[str, str, bool, str]  # prediction, reference, label, how
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Case:
    """A prediction and a reference of which it is known whether they state the same answer, and how that is known."""

    prediction: str
    reference: str
    label: bool
    kind: str
    how: str
    source: str = OWN
    form: Form = "answer"

    @property
    def pair(self) -> Pair:
        """The pair as the verifier takes it."""
        return Pair(self.prediction, self.reference, self.form)


class Book:
    """Collects the cases of one kind. Its own seeded generator keeps the kinds independent of each other.

    Args:
        kind: The kind of all its cases.
        form: What their predictions are.
    """

    def __init__(self, kind: str, form: Form = "answer") -> None:
        self.kind = kind
        self.form = form
        self.rng = random.Random(f"{SEED} {kind}")
        self.cases: list[Case] = []
        self._seen: set[tuple[str, str]] = set()

    def add(self, prediction: str, reference: str, label: bool, how: str, source: str = OWN) -> None:
        """Take a case unless the pair is there already or both texts are the same (reflexivity has its own test)."""
        key = (prediction.strip(), reference.strip())
        if key not in self._seen and key[0] != key[1]:
            self._seen.add(key)
            self.cases.append(Case(prediction, reference, label, self.kind, how, source, self.form))

    def same(self, reference: str, writings: Iterable[Writing], count: int, source: str = OWN) -> None:
        """Take some of the writings of the same answer."""
        for how, text in self.some(list(writings), count):
            self.add(text, reference, True, how, source)

    def other(self, reference: str, writings: Iterable[Writing], count: int, source: str = OWN) -> None:
        """Take some of the writings of another answer."""
        for how, text in self.some(list(writings), count):
            self.add(text, reference, False, how, source)

    def table(self, rows: Iterable[Row]) -> None:
        """Take all rows."""
        for prediction, reference, label, how in rows:
            self.add(prediction, reference, label, how)

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """Draw without replacement, all if there are fewer."""
        return self.rng.sample(choices, min(count, len(choices)))

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in another order than given, if there is one."""
        turned = list(items)
        if len(set(map(repr, items))) > 1:
            while turned == list(items):
                self.rng.shuffle(turned)
        return turned
