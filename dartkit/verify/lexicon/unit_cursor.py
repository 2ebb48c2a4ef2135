"""A place in a list of tokens, with what every part of a unit needs: looking ahead and reading exponents."""

from __future__ import annotations

from collections.abc import Sequence

from dartkit.text.tokens import Token
from dartkit.verify.lexicon.unit_words import AFTER_EXPONENTS


class TokenCursor:
    """A place in a list of tokens; beyond the end stand empty texts and kinds."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def text(self, at: int) -> str:
        """Return the text of the token at a place."""
        return self.tokens[at].text if at < len(self.tokens) else ""

    def kind(self, at: int) -> str:
        """Return the kind of the token at a place."""
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def exponent(self, *, after_symbol: bool = False) -> int | None:
        """Read what raises the factor before, 1 where nothing does; None where it is no small integer."""
        text = self.text(self.at)
        if text in AFTER_EXPONENTS:
            self.at += 1
            return AFTER_EXPONENTS[text]
        if text in ("^", "**"):
            self.at += 1
            if self.kind(self.at) != "open":
                return self._integer(1)
            self.at += 1
            exponent = self._integer(2)
            self.at += 1
            return exponent if self.kind(self.at - 1) == "close" else None
        if after_symbol and self._is_glued(self.at):
            return self._integer(1)
        if after_symbol and text == "-" and self._is_glued(self.at + 1) and not self.tokens[self.at].spaced:
            return self._integer(1) if self.at > 1 or len(self.text(self.at - 1)) > 1 else None
        return 1

    def _is_glued(self, at: int) -> bool:
        return self.kind(at) == "number" and not self.tokens[at].spaced and len(self.tokens[at].text) == 1

    def _integer(self, digits: int) -> int | None:
        sign = 1
        if self.text(self.at) in ("-", "+"):
            sign = -1 if self.text(self.at) == "-" else 1
            self.at += 1
        number = self.text(self.at)
        self.at += 1
        if self.kind(self.at - 1) != "number" or not number.isascii() or not number.isdigit():
            return None
        return sign * int(number) if len(number) <= digits else None
