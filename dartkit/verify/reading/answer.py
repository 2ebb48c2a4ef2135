"""One side of a comparison: a text with everything that has been read in it, each reading made when first asked for."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING

from dartkit.text.tokens import Token, TooLong, render, tokenize
from dartkit.verify.algebra.tree import Node
from dartkit.verify.lexicon.dressing import undress
from dartkit.verify.lexicon.labels import Label, read_label, without_raised_endings
from dartkit.verify.lexicon.scales import scale_of
from dartkit.verify.lexicon.shorthand import write_out
from dartkit.verify.lexicon.spans import read_span
from dartkit.verify.lexicon.unit_words import MATHEMATICS
from dartkit.verify.reading.form import Form, Tokens
from dartkit.verify.reading.forms import read_form
from dartkit.verify.reading.once import once
from dartkit.verify.reading.programs import with_set_braces
from dartkit.verify.reading.quantity import trim

if TYPE_CHECKING:
    from dartkit.verify.lexicon.amounts import Amount
    from dartkit.verify.lexicon.choices import Choice
    from dartkit.verify.lexicon.clock import Clock
    from dartkit.verify.lexicon.dates import Date

_LETTER_MARK = re.compile(
    r"^\$?\s{0,4}\\(?:textbf|text|mathrm|textrm|mathbf)\s?\{\s?\(([A-J])\)\s?\}(?:[\s~]|\\[ ,;:]|\\q?quad){0,4}"
)
_EMPTY_BRACES = frozenset({"{}", "{ }", "$\\{\\}$", "\\{\\}", "\\{ \\}"})
_IDLE_SPACE = re.compile(r" (?![0-9A-Za-z])|(?<![0-9A-Za-z\\]) ")
_HALF_OF_DAY = re.compile(r"\s?\(\s?([aApP]\.?\s?[mM]\.?)\s?\)")  # 5:05(PM)
_MAX_COUNTED = 8
_PLAIN = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,11})?")
# 1,234 is a number with a separator, so it is never 1.234.
_DECIMAL_COMMA = re.compile(
    r"([-−]?(?!0*[1-9][0-9]{0,2},[0-9]{3}\Z)(?:0|[0-9]{1,15}(?=,[0-9]{2}))),(?!0+\Z)([0-9]{1,15})"
)


class Answer:
    """A text and its readings; what reads words is imported when the first words are met. Safe to share between threads: a reading made twice is the same.

    Args:
        text: The answer as written.
        thousands: Read `1,234` as one number; off, as two elements of a list.
    """

    def __init__(self, text: str, *, thousands: bool = True) -> None:
        stripped = text.strip("\ufeff\u200b \n")
        self.text = "\\emptyset" if stripped in _EMPTY_BRACES else stripped
        self.thousands = thousands

    @once
    def plain_number(self) -> Fraction | None:
        """The value of a short number in digits only, for which nothing else need be read."""
        return Fraction(self.text) if _PLAIN.fullmatch(self.text) else None

    @once
    def too_long(self) -> bool:
        """Whether the text is longer than what is read; only its identity to another text can be told."""
        try:
            found = tokenize(write_out(self.text), thousands=self.thousands)
            self.__dict__["tokens"] = trim(with_set_braces(found))
        except TooLong:
            self.__dict__["tokens"] = ()
            return True
        return False

    @once
    def without_spaces(self) -> str:
        """The text without the spaces that part nothing: its normal form where it is too long for another."""
        return _IDLE_SPACE.sub("", " ".join(self.text.split()))

    @once
    def tokens(self) -> Tokens:
        """The tokens without punctuation around them; none where the text is too long."""
        return () if self.too_long else self.__dict__["tokens"]

    @once
    def normal(self) -> str:
        """The normal form: the tokens as one text, without groups around single tokens."""
        grouped = "{" in self.text or not self.text.isascii()  # a raised sign stands for a group
        return render(_ungrouped(self.tokens) if grouped else self.tokens)

    @once
    def form(self) -> Form:
        """The mathematical form."""
        return read_form(self.tokens)

    @once
    def decimal_comma(self) -> Answer | None:
        """The answer with its comma read as a decimal point, where it may be one."""
        found = _DECIMAL_COMMA.fullmatch(self.text.strip(" $\n\t"))
        return Answer(f"{found.group(1)}.{found.group(2)}") if found else None

    @once
    def has_words(self) -> bool:
        """Whether a letter is in it that may belong to a word; the readers below are not asked otherwise."""
        return any(token.kind in ("word", "text", "other") for token in self.tokens)

    @once
    def words(self) -> frozenset[str]:
        """The words of more than one letter in lower case."""
        return frozenset(
            token.text.lower()
            for token in self.tokens
            if token.kind in ("word", "text") and len(token.text) > 1
        )

    @once
    def word_count(self) -> int:
        """How many words of more than one letter are in it."""
        return sum(token.kind in ("word", "text") and len(token.text) > 1 for token in self.tokens)

    @once
    def special(self) -> str | None:
        """The token of a phrase such as `no solution`."""
        if not self.has_words and len(self.tokens) != 1:
            return None
        from dartkit.verify.lexicon.phrases import special_of_text

        return special_of_text(self.text)

    @once
    def choice(self) -> Choice | None:
        """The letter of a multiple choice."""
        if not self.has_words:
            return None
        if not self.text.isascii() and any(unicodedata.category(char) == "Lm" for char in self.text[:80]):
            return None  # a raised letter is no choice, although its compatibility form is a letter
        from dartkit.verify.lexicon.choices import read_choice

        return read_choice(_LETTER_MARK.sub(r"(\1) ", self.text))

    @once
    def boolean(self) -> bool | None:
        """The truth value."""
        if not self.has_words:
            return None
        from dartkit.verify.lexicon.booleans import read_boolean

        return read_boolean(self.text)

    @once
    def date(self) -> Date | None:
        """The date, month or weekday."""
        from dartkit.verify.lexicon.dates import read_date

        return read_date(without_raised_endings(self.text.strip(" $\n\t")))

    @once
    def clock(self) -> Clock | None:
        """The time of the day."""
        from dartkit.verify.lexicon.clock import read_clock

        return read_clock(_HALF_OF_DAY.sub(r" \1", self.text.strip(" $\n\t")))

    @once
    def span(self) -> tuple[int, int] | None:
        """The first and the last of a span of years or other whole numbers."""
        return read_span(self.text)

    @once
    def duration(self) -> Fraction | None:
        """The length of time in seconds."""
        from dartkit.verify.lexicon.amounts import read_duration

        return read_duration(self.text)

    @once
    def label(self) -> Label | None:
        """The number that is given to a thing, as in `row 4` and `the 5th`."""
        return read_label(self.text)

    @once
    def undressed(self) -> Answer | None:
        """The answer without what introduces it and with figures for number words; None where that changes nothing."""
        bare = undress(self.text)
        if bare is None:
            return None
        answer = Answer(bare)
        answer.__dict__["undressed"] = None
        return answer

    @once
    def amount(self) -> Amount | None:
        """A number of units, or several that add up."""
        from dartkit.verify.lexicon.amounts import read_amount

        return read_amount(self.tokens)

    @once
    def spoken_number(self) -> Fraction | None:
        """The number in words."""
        if not self.has_words:
            return None
        from dartkit.verify.lexicon.number_words import read_number_words

        return read_number_words(self.text)

    @once
    def counted(self) -> Node | None:
        """The number that stands before words only, such as `7 DVDs`; None where the words are mathematics or it has none."""
        tokens = tuple(token for token in self.tokens if token.kind != "currency")
        if len(tokens) < 2 or tokens[0].kind != "number" or len(tokens) > _MAX_COUNTED:
            return None
        words = tokens[1:]
        quantity = self.form.quantity
        if quantity is not None and (quantity.percent or (quantity.unit is not None and quantity.unit.known)):
            return None  # a measure is no mere noun
        if not all(
            token.kind in ("word", "text") and len(token.text) > 1 and token.spaced for token in words
        ):
            return None
        if any(token.text.lower() in MATHEMATICS or scale_of(token.text) for token in words):
            return None
        return ("num", tokens[0].text)

    @once
    def phrase(self) -> str | None:
        """The words in normal form."""
        if not self.has_words:
            return None
        from dartkit.verify.lexicon.phrases import normal_phrase

        return normal_phrase(self.text)


def _is_one_sign(token: Token) -> bool:
    """Say whether a token means the same without braces around it: `x^{ab}` is not `x^ab`."""
    return token.kind not in ("open", "close") and (
        token.kind not in ("word", "text") or len(token.text) == 1
    )


def _ungrouped(tokens: Tokens) -> list[Token]:
    """Return the tokens with `{2}` written as `2`."""
    kept: list[Token] = []
    place, last = 0, len(tokens) - 2
    while place < len(tokens):
        is_single = place < last and tokens[place].text == "{" and tokens[place + 2].text == "}"
        if is_single and _is_one_sign(tokens[place + 1]):
            kept.append(tokens[place + 1])
            place += 3
        else:
            kept.append(tokens[place])
            place += 1
    return kept
