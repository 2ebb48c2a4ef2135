"""Answers that are no mathematics: choice letters, booleans and plain words, all compared without regard to case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dartkit.text.tokens import Token
from dartkit.verify.finding import Finding
from dartkit.verify.syntax import CONSTANTS, FUNCTIONS

_CHOICES = frozenset("ABCDEFGHIJ")
_CHOICE_NAMES = frozenset({"option", "choice", "answer", "statement"})
_TRUE, _FALSE = frozenset({"true", "yes"}), frozenset({"false", "no"})
_ARTICLES = frozenset({"the", "a", "an"})
_SHORT_ENGLISH = "yes no odd all two one six ten none even both dne sat sun mon tue wed thu fri"
_SHORT_WORDS = frozenset(_SHORT_ENGLISH.split())


def choice_of(tokens: Sequence[Token]) -> str | None:
    """Return the letter of `B`, `(B)`, `B.`, `B) 12` or `Option b` in upper case, or None.

    A lone letter in lower case is a variable as far as one can see, so it needs brackets or a name to be a choice.
    """
    rest = list(tokens)
    named = bool(rest) and rest[0].kind in ("word", "text") and rest[0].text.lower() in _CHOICE_NAMES
    rest = rest[1:] if named else rest
    opened = len(rest) >= 3 and rest[0].text in "([" and rest[2].text in ")]"
    letter = rest[1] if opened else rest[0] if rest else None
    if letter is None or letter.kind not in ("word", "text") or letter.text.upper() not in _CHOICES:
        return None
    after = rest[3:] if opened else rest[1:]
    closed = bool(after) and after[0].kind in ("operator", "close") and after[0].text in (".", ")", ":")
    if after and not closed and not opened:
        return None
    if opened and after and not closed and not (after[0].spaced and after[0].kind != "operator"):
        return None
    return letter.text.upper() if opened or named or closed or letter.text.isupper() else None


def boolean_of(tokens: Sequence[Token]) -> bool | None:
    """Return the truth value that one word states, or None."""
    if len(tokens) != 1 or tokens[0].kind not in ("word", "text"):
        return None
    word = tokens[0].text.lower()
    return True if word in _TRUE else False if word in _FALSE else None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in lower case without articles and punctuation. `certain` tells them from a product of variables."""

    text: str
    certain: bool


def read_phrase(tokens: Sequence[Token]) -> Phrase | None:
    """Return an answer that begins with a word and has only words and numbers in it, or None.

    It is certain if a word is quoted, known or longer than three letters: `xy` is rather a product.
    """
    if not tokens or tokens[0].kind not in ("word", "text"):
        return None
    words: list[str] = []
    certain = False
    for token in tokens:
        lowered = token.text.lower()
        if token.kind in ("word", "text"):
            if lowered in FUNCTIONS or lowered in CONSTANTS:
                return None
            certain = certain or token.kind == "text" or len(lowered) > 3 or lowered in _SHORT_WORDS
            words.append(lowered)
        elif token.kind == "number":
            words.append(lowered)
        elif not (token.kind == "operator" and token.text in ("-", ".", ",", "'", "!", "&", "**")):
            return None
    kept = [word for word in words if word not in _ARTICLES]
    return Phrase(" ".join(kept), certain) if kept else None


def compare_words(left: Sequence[Token], right: Sequence[Token]) -> Finding | None:
    """Compare choices, booleans or words; None where neither side is of this sort."""
    truths = (boolean_of(left), boolean_of(right))
    if None not in truths:
        return Finding(truths[0] == truths[1], "choice", "boolean")
    choices = (choice_of(left), choice_of(right))
    if any(choices):
        letters = tuple(
            choice or _lone_letter(side) for choice, side in zip(choices, (left, right), strict=True)
        )
        if None in letters:
            return Finding(None, "none", "choice-against-value", "only one side is a choice letter")
        return Finding(letters[0] == letters[1], "choice", "choice")
    return _compare_phrases(read_phrase(left), read_phrase(right))


def _compare_phrases(left: Phrase | None, right: Phrase | None) -> Finding | None:
    if left is not None and right is not None and (left.certain or right.certain):
        if left.text == right.text:
            return Finding(True, "exact", "words")
        if min(len(left.text), len(right.text)) > 2:
            return Finding(False, "exact", "words")
    if any(side is not None and side.certain for side in (left, right)):
        return Finding(None, "none", "words-against-value", "only one side is in words")
    return None


def _lone_letter(tokens: Sequence[Token]) -> str | None:
    if len(tokens) == 1 and tokens[0].kind in ("word", "text") and len(tokens[0].text) == 1:
        return tokens[0].text.upper()
    return None
