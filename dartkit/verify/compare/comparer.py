"""The ladder: same text, plain numbers, words, structure, canonical form, identity test, and last another process.

Each tier answers equal, not equal or pass; every one is symmetric in its two sides. Answers are read once: a bounded memory
keeps the readings of references and of answers that a group of samples repeats.
"""

from __future__ import annotations

import contextlib
from functools import lru_cache

from dartkit.text.tokens import Token, render
from dartkit.verify.algebra.tree import Node
from dartkit.verify.compare.finding import Finding, Symbolic, differ, equal, untold
from dartkit.verify.compare.forms import FormComparer
from dartkit.verify.compare.words import compare_leftovers, compare_words
from dartkit.verify.policy import Policy
from dartkit.verify.reading.answer import Answer
from dartkit.verify.reading.form import Form

_REMEMBERED = 2_048
_FINDINGS = 4_096
_LONGEST_REMEMBERED = 400


class Library:
    """Remembers the readings of short answers, the most recent 2,048. Safe to share between threads."""

    def __init__(self) -> None:
        self._remembered = lru_cache(maxsize=_REMEMBERED)(Answer)
        self._findings: dict[tuple[str, str], Finding] = {}

    def read(self, text: str) -> Answer:
        """Return the readings of a text without the space around it."""
        text = text.strip()
        return self._remembered(text) if len(text) <= _LONGEST_REMEMBERED else Answer(text)

    def found(self, left: Answer, right: Answer) -> Finding | None:
        """Return what was found of a pair before: samples of one problem repeat their answers."""
        return self._findings.get((left.text, right.text))

    def keep(self, left: Answer, right: Answer, finding: Finding) -> None:
        """Remember a finding that does not depend on the clock, of short texts, up to 4,096 of them."""
        if finding.trouble or len(left.text) + len(right.text) > _LONGEST_REMEMBERED:
            return
        if len(self._findings) >= _FINDINGS:
            with contextlib.suppress(KeyError, StopIteration, RuntimeError):  # another thread was faster
                del self._findings[next(iter(self._findings))]
        self._findings[(left.text, right.text)] = finding


class Comparer:
    """Compares two answers under a policy. To be used by one thread at a time, with the last tier of its check.

    Args:
        policy: What counts as the same answer.
    """

    symbolic: Symbolic

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._forms = FormComparer(policy, self._symbolic, self._texts)

    def _symbolic(self, left: Node, right: Node, tolerance: float) -> Finding:
        return self.symbolic(left, right, tolerance)

    def compare(self, left: Answer, right: Answer) -> Finding:
        """Say whether two answers are equal. Symmetric, reflexive for non-empty answers, never raises."""
        if left.text == right.text:
            return equal("same-text", tier=0)
        if left.plain_number is not None and right.plain_number is not None and not self._policy.tolerance:
            same = left.plain_number == right.plain_number
            if same or self._policy.decimals == "exact":
                return (equal if same else differ)("plain-number", method="numeric", tier=1)
        return self.answers(left, right)

    def answers(self, left: Answer, right: Answer) -> Finding:
        """Compare two answers that are read already."""
        if left.too_long or right.too_long:
            if left.without_spaces == right.without_spaces:
                return equal("normal-form", tier=0)
            return untold("too-long", "more than 64 KB or 20,000 tokens", tier=0)
        if not left.tokens or not right.tokens:
            return untold("nothing-to-compare", "one side is empty after normalisation", tier=0)
        if left.normal == right.normal:
            return equal("normal-form", tier=0)
        words = compare_words(left, right, self.answers)
        if words is not None:
            return words
        found = self._forms.compare(left.form, right.form)
        if found.equal is not True:
            found = self._otherwise(left, right, found)
        return found

    def _otherwise(self, left: Answer, right: Answer, found: Finding) -> Finding:
        """Try the other readings of what the mathematics did not find equal."""
        again = (
            compare_leftovers(left, right, self.answers)
            if left.has_words or right.has_words or ":" in left.text or ":" in right.text
            else None
        )
        if again is not None and (again.equal is not None or found.equal is None):
            found = again if again.equal or found.equal is None else found
        if found.equal is False and (left.decimal_comma or right.decimal_comma):
            sides = [answer.decimal_comma or answer for answer in (left, right)]
            if self._forms.compare(sides[0].form, sides[1].form).equal:
                return equal("decimal-comma", method="numeric", tier=1)
        if found.equal is False and "," in left.text and "," in right.text and left.thousands:
            return self._without_thousands(left, right, found)
        return found

    def _without_thousands(self, left: Answer, right: Answer, found: Finding) -> Finding:
        """Read `100,200` as a list where the other side is one: a comma in a number and in a list look the same."""
        if (left.form.kind == "list") == (right.form.kind == "list") and not _is_permuted(
            left.text, right.text
        ):
            return found
        again = self.answers(Answer(left.text, thousands=False), Answer(right.text, thousands=False))
        return again if again.equal else found

    def _texts(self, left: Form, right: Form) -> Finding | None:
        """Compare two elements of which at least one is no expression, as answers of their own."""
        first, second = Answer(_spoken(left)), Answer(_spoken(right))
        found = compare_words(first, second, self.answers)
        return found if found is not None else compare_leftovers(first, second, self.answers)


def _is_permuted(left: str, right: str) -> bool:
    """Say whether two texts have the same parts between commas in another order, as only lists have."""
    first, second = (sorted(part.strip() for part in text.split(",")) for text in (left, right))
    return first == second


def _spoken(form: Form) -> str:
    """Return the tokens of an element as text, words apart."""
    if all(token.kind in ("word", "text") for token in form.tokens):
        return " ".join(token.text for token in form.tokens)
    return render(_with_quotes(form.tokens))


def _with_quotes(tokens: tuple[Token, ...]) -> list[Token]:
    return [Token("word", token.text) if token.kind == "text" else token for token in tokens]
