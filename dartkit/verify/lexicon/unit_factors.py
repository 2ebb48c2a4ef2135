"""Read one factor of a unit where words stand: symbols and names with their exponents, and the nouns between."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dartkit.text.tokens import Token
from dartkit.verify.lexicon.unit_cursor import TokenCursor
from dartkit.verify.lexicon.unit_names import Atom, find_unit, join_words, split_symbols
from dartkit.verify.lexicon.unit_table import TEMPERATURES
from dartkit.verify.lexicon.unit_words import (
    DOUBTFUL_SYMBOLS,
    EXPONENTS,
    FILLERS,
    JOINING,
    MATHEMATICS,
    NEVER_SYMBOLS,
    PER,
    PLAIN_SYMBOLS,
    PREPOSITIONS,
)

WORDS = frozenset({"word", "text"})
CELSIUS = Atom("°C", (("K", 1),), 1, 1)
SCALES = {"°C": CELSIUS, "°F": Atom("°F", (("K", 1),), 5, 9), "K": Atom("K", (("K", 1),), 1, 1)}
_FORMULA = re.compile(r"(?=[A-Z]{0,5}[a-z])(?:[A-Z][a-z]?){2,5}")
_LIGHT = Atom("c", (("m", 1), ("s", -1)), 299792458, 1)  # as in MeV/c^2 only
_OHM_PREFIXES = frozenset("kMmGμn")


class FactorReader(TokenCursor):
    """The state of one pass over the tokens; `atoms` and `nouns` hold what was read."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens)
        self.atoms: list[tuple[Atom, int]] = []
        self.nouns: list[str] = []
        self.divides = False  # a division sign stands before, however far
        self.fresh = False  # the division sign stands right before
        self.power = 1  # from a word before: square, cubic
        self.muted = False  # a preposition stands before
        self.clear = False  # one symbol at least cannot be a variable
        self.doubtful = False  # the reading itself is one of two
        self.pound = False  # the word, a weight or a currency

    def is_ambiguous(self) -> bool:
        """Say whether what was read may as well be something else."""
        rival = self.doubtful or (self.pound and len(self.atoms) == 1)
        return bool(self.atoms) and (rival or not self.clear)

    def read_word(self, token: Token) -> bool:
        """Read a word and what belongs to it; False where it is no part of a unit."""
        self.at += 1
        text, lowered = token.text, token.text.lower()
        if lowered in JOINING:
            text = self._joined(text)
            lowered = text.lower()
        if lowered in PER:
            return self.start_division()
        if lowered in EXPONENTS:
            self.power = EXPONENTS[lowered]
            self.at += self.text(self.at) == "."
            return True
        if not text.isascii():
            return self._foreign(token)
        if text in ("a", "an"):
            return self._article(lowered)
        return self._unit_or_noun(token, text, lowered)

    def _joined(self, text: str) -> str:
        while True:
            at = self.at + (self.text(self.at) in ("-", "."))
            joined = join_words(text, self.text(at)) if self.kind(at) in WORDS else None
            if joined is None:
                return text
            text, self.at = joined, at + 1

    def _article(self, article: str) -> bool:
        """Read `a` as per in `5 dollars an hour`; elsewhere it fills a phrase."""
        if not self.atoms and not self.nouns:
            return False
        if self.kind(self.at) in WORDS and find_unit(self.text(self.at)) is not None:
            return self.start_division()
        self.nouns.append(article)
        return True

    def _foreign(self, token: Token) -> bool:
        """Read a word with letters beyond ASCII; Chinese writes squares and `per` into the word."""
        for place, part in enumerate(token.text.split("每", 4)):
            if place:
                self.divides = self.fresh = True
                self.muted = False
            for prefix in ("平方", "立方"):
                if part.startswith(prefix):
                    part = part.removeprefix(prefix)
                    self.power = EXPONENTS[prefix]
            if part and not self._unit_or_noun(token, part, part.lower()):
                return False
        return True

    def _unit_or_noun(self, token: Token, text: str, lowered: str) -> bool:
        if lowered in MATHEMATICS and not (lowered == "to" and self.atoms and self.text(self.at) == "the"):
            return False  # but 5 m/s to the left
        if self.muted or text in NEVER_SYMBOLS:
            return self._noun(token, text, lowered)
        atom = self._temperature(text, lowered)
        if atom is not None:
            return self.add(atom, clear=True)
        if text == "c" and self.fresh and self.atoms and self.atoms[-1][0].label.endswith("eV"):
            return self.add(_LIGHT, clear=True)
        if text == "ms" and self._negative_exponent():
            return self._add_run("ms", quoted=False)
        atom = find_unit(text)
        if text in ("in", "sec") and self._is_other_word(text):
            return text == "in" and self._noun(token, text, lowered)
        if atom is not None:
            self.pound = self.pound or lowered in ("pound", "pounds")
            return self.add(atom, clear=self._is_clear(token, text, atom))
        if text in _OHM_PREFIXES and self.text(self.at) == "\\Omega":
            self.at += 1
            return self.add_named(text + "Ω")
        if (token.spaced or token.kind == "text" or self.atoms or self.text(self.at) in ("^", "/")) and (
            self._add_run(text, quoted=token.kind == "text")
        ):
            return True
        return self._noun(token, text, lowered)

    def _is_other_word(self, text: str) -> bool:
        """Say whether `in` is a preposition here, or `sec` a function."""
        if self.kind(self.at) not in WORDS or self.fresh or self.power > 1:
            return False
        after = self.text(self.at)
        return len(after) == 1 if text == "sec" else find_unit(after) is None

    def _is_clear(self, token: Token, text: str, atom: Atom) -> bool:
        if text == "pm":  # an hour
            return False
        if token.kind == "text" or not text.isascii() or not atom.symbol:
            return True
        if len(text) == 1 or text in DOUBTFUL_SYMBOLS:
            return False
        return token.spaced or len(text) > 2 or text in PLAIN_SYMBOLS or bool(self.atoms)

    def _temperature(self, text: str, lowered: str) -> Atom | None:
        """Return the scale of `° C` and `degrees Celsius`, taking back the degree of angle, or of a bare `Celsius`."""
        label = TEMPERATURES.get(text) or TEMPERATURES.get(lowered if len(text) > 1 else "")
        if label is None:
            return None
        if self.atoms and self.atoms[-1][0].label == "deg" and abs(self.atoms[-1][1]) == 1:
            self.divides = self.atoms.pop()[1] < 0
            self.fresh = self.divides
            return SCALES[label]
        return SCALES[label] if len(text) > 1 and label != "K" else None

    def _negative_exponent(self) -> bool:
        return self.text(self.at) == "^" and "-" in (self.text(self.at + 1), self.text(self.at + 2))

    def _add_run(self, text: str, *, quoted: bool) -> bool:
        run = split_symbols(text)
        if run is None:
            return False
        for atom in run[:-1]:
            self._append(atom, 1)
        return self.add(run[-1], clear=quoted or len(run) > 2 or len(text) > len(run))

    def add_named(self, name: str) -> bool:
        """Add the unit of a name or sign with the exponent that follows; False where there is none."""
        atom = find_unit(name)
        return atom is not None and self.add(atom, clear=True)

    def add(self, atom: Atom, *, clear: bool) -> bool:
        """Add a unit with the exponent that follows; `clear` says that it cannot be a variable."""
        exponent = self.exponent(after_symbol=atom.symbol)
        if exponent is None:
            return False
        self.clear = self.clear or clear
        self._append(atom, exponent * self.power)
        self.power = 1
        return True

    def _append(self, atom: Atom, exponent: int) -> None:
        """Add a factor; after a division sign all that follows is divided by, which for the second one is a guess."""
        if self.divides and (self.fresh or exponent > 0):
            self.doubtful = self.doubtful or not self.fresh
            exponent = -exponent
        self.fresh = False
        self.atoms.append((atom, exponent))

    def _noun(self, token: Token, text: str, lowered: str) -> bool:
        """Take a word that is no unit: long enough not to be variables, or one that fills a phrase."""
        first = not self.atoms and not self.nouns
        if text[0].isupper() and (self.muted or (self.atoms and token.spaced and _FORMULA.fullmatch(text))):
            harmless = True  # 2 mol of CO2, 2 g NaCl
        elif lowered == "times":
            harmless = self.at == len(self.tokens) or self.text(self.at) in ("a", "per", "/")
        elif lowered in FILLERS:
            harmless = not first
        elif not text.isascii():
            harmless = _looks_like_foreign_word(text)
        elif token.kind == "text":
            harmless = len(text) > 1
        else:
            harmless = _looks_like_word(text) and (token.spaced or not first or len(text) > 5)
        if not harmless or self.exponent() is None:
            return False
        self.muted = self.muted or lowered in PREPOSITIONS
        self.fresh = False
        self.power = 1
        self.nouns.append(lowered)
        return True

    def start_division(self) -> bool:
        """Divide by what follows; False at the end and after another division sign."""
        if self.fresh or self.at >= len(self.tokens):
            return False
        self.divides = self.fresh = True
        self.muted = False
        return True


def _looks_like_word(text: str) -> bool:
    """Tell `cats` from `ABC` and `xyz`."""
    lowered = text[1:].islower()
    return lowered and (len(text) > 3 or (len(text) == 3 and any(vowel in text for vowel in "aeiouAEIOU")))


def _looks_like_foreign_word(text: str) -> bool:
    """Tell a Chinese, Russian or accented word from a Greek letter and from a word spelt with look-alike letters."""
    if any("\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" for char in text):
        return True
    is_mixed = any(char.isascii() for char in text) and any(char >= "\u0370" for char in text)
    return len(text) > 2 and not is_mixed
