"""Compare answers that are no mathematics: choices, truth values, dates, times of the day, set phrases, words.

Each rule speaks only where both sides, or one beyond doubt, are of its sort; otherwise the next is asked, and at last the
mathematics. None means nothing was found out. The right side is asked first: it is the reference, which is read once for many
answers, and often settles that a rule has nothing to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from dartkit.verify.algebra.rational import exact_value
from dartkit.verify.compare.dressed import compare_dressed, number_of
from dartkit.verify.compare.finding import Finding, differ, equal, untold
from dartkit.verify.lexicon.opposites import are_opposed
from dartkit.verify.lexicon.phrases import joined_phrase
from dartkit.verify.lexicon.plain import plain
from dartkit.verify.lexicon.spelling import differ_by_noun
from dartkit.verify.reading.answer import Answer
from dartkit.verify.reading.form import Form

if TYPE_CHECKING:
    from dartkit.verify.lexicon.amounts import Amount
    from dartkit.verify.lexicon.choices import Choice

Compare = Callable[[Answer, Answer], Finding]
_NO_ANSWER = frozenset({"<no-solution>", "<none-exist>", "<empty-set>", "<none>", "<impossible>"})
_MAX_WORDS = 6
_HOUR = 3_600
_EULER_LENGTH = 40
_SPAN = re.compile(r"[0-9][^0-9]{1,12}[0-9]")
_FIGURE = re.compile(r"[0-9\\]")
_TRUTHS = re.compile(r"\b(?:true|false|yes|no)\b")
_REASONS = frozenset({"because", "since", "as", "which", "where", "when"})
_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}")


def compare_words(left: Answer, right: Answer, compare: Compare) -> Finding | None:
    """Compare before the mathematics is read; None where neither side is beyond doubt in words."""
    if not left.has_words and not right.has_words:
        return _dates(left, right) or _spans(left, right) or _clocks(left, right, certain=True)
    return (
        _opposites(left, right)
        or _specials(left, right)
        or (None if _is_certain_choice(left) or _is_certain_choice(right) else _truth_lists(left, right))
        or _booleans(left, right)
        or _alternatives(left, right)
        or _choices(left, right, compare)
        or _ordinals(left, right)
        or _dates(left, right)
        or _spans(left, right)
        or _clocks(left, right, certain=True)
        or _same_phrase(left, right)
        or _sentences(left, right)
    )


def compare_leftovers(left: Answer, right: Answer, compare: Compare) -> Finding | None:
    """Compare after the mathematics could not: numbers in words, amounts in several units, uncertain times, words."""
    return (
        _amounts(left, right)
        or _numbers(left, right)
        or _counted(left, right)
        or _clocks(left, right, certain=False)
        or compare_dressed(left, right, compare)
        or _phrases(left, right)
    )


def _opposites(left: Answer, right: Answer) -> Finding | None:
    """Tell a profit of 25% from a loss of 25%, whatever the mathematics says of the numbers."""
    if not are_opposed(left.words, right.words) or _is_same_phrase(left, right):
        return None
    return differ("opposites", tier=1)


def _is_certain_choice(answer: Answer) -> bool:
    return answer.choice is not None and answer.choice.certain


def _truth_lists(left: Answer, right: Answer) -> Finding | None:
    """Compare `True, False` in order: it says something of a first and of a second statement."""
    sides = [_TRUTHS.findall(answer.text.lower()) for answer in (left, right)]
    if max(map(len, sides)) < 2 or any(
        len(side) != answer.word_count for side, answer in zip(sides, (left, right), strict=True)
    ):
        return None
    if any(len({word in ("yes", "no") for word in side}) > 1 for side in sides):
        return None  # yes, true
    return (equal if sides[0] == sides[1] else differ)("booleans", method="choice", tier=1)


def _sentences(left: Answer, right: Answer) -> Finding | None:
    """Keep different words from the mathematics, which would read no reasons (`because`) and `Ann Lee` as a product."""
    if left.phrase is None or right.phrase is None:
        return None
    if left.words & _REASONS and right.words & _REASONS:
        return untold("reasons-differ", tier=1)
    if _FIGURE.search(left.text + right.text):
        return None
    is_value = left.form.tree is not None and right.form.tree is not None
    are_words = all(
        token.kind in ("word", "text") and len(token.text) > 1 for token in (*left.tokens, *right.tokens)
    )
    return _phrases(left, right) if is_value and are_words else None  # `z/pi` has an operator


def _specials(left: Answer, right: Answer) -> Finding | None:
    second = right.special
    if second is None and (right.form.kind != "set" or right.form.items):
        return None
    first = left.special
    if first is None or second is None:
        if first in _NO_ANSWER or second in _NO_ANSWER:
            other = right if first is not None else left
            if other.form.kind == "set" and not other.form.items:
                return equal("special-phrase", tier=1)
        return None
    if first == second or {first, second} <= _NO_ANSWER:
        return equal("special-phrase", tier=1)
    return differ("special-phrase", f"{first} against {second}", tier=1)


def _booleans(left: Answer, right: Answer) -> Finding | None:
    first, second = left.boolean, right.boolean
    if first is None and second is None:
        return None
    if first is None or second is None:
        other = left if first is None else right
        from dartkit.verify.lexicon.booleans import read_boolean

        letter = read_boolean(other.text, letters=True)  # a lone T is a truth value beside one
        if letter is not None:
            return (equal if letter in (first, second) else differ)("boolean", method="choice", tier=1)
        if other.form.kind != "value" or other.form.tree is not None:
            return differ("boolean-against-value", tier=1)
        return None
    found = equal if first == second else differ
    return found("boolean", method="choice", tier=1)


def _alternatives(left: Answer, right: Answer) -> Finding | None:
    """Tell `Ann or Bob` from `Ann and Bob`, and `A or C` from the choice of both; of numbers the mathematics decides."""
    open_sides = [any(token.text == "or" for token in answer.tokens) for answer in (left, right)]
    if open_sides[0] == open_sides[1]:
        return None
    hedged, other = (left, right) if open_sides[0] else (right, left)
    several = other.choice is not None and len(other.choice.letters) > 1
    if several or _is_list_of_words(hedged.form):
        return differ("or-against-and", tier=1) if several or _is_list_of_words(other.form) else None
    return None


def _is_list_of_words(form: Form) -> bool:
    return form.kind in ("list", "set") and any(
        item.kind == "value" and item.tree is None for item in form.items
    )


def _choices(left: Answer, right: Answer, compare: Compare) -> Finding | None:
    first, second = left.choice, right.choice
    if first is not None and second is not None:
        if not (first.certain or second.certain):
            same = len(first.letters) > 1 and set(first.letters) == set(second.letters)
            return equal("choice", method="choice", tier=1) if same else None
        found = equal if set(first.letters) == set(second.letters) else differ
        return found("choice", method="choice", tier=1)
    choice, other = (first, right) if first is not None else (second, left)
    if choice is not None and not choice.certain and choice.text is not None:
        stated = compare(Answer(choice.text), other)  # (d) 400%
        return stated.within("choice-text") if stated.equal else None
    if choice is None or not choice.certain:
        return None
    chosen = left if first is not None else right
    if other.form.tree is not None and plain(chosen.text, _EULER_LENGTH) == "(e)":
        return None  # (e) beside e·1: the mathematics decides
    return _choice_against_text(choice, other, compare)


def _choice_against_text(choice: Choice, other: Answer, compare: Compare) -> Finding | None:
    """Compare `(B) 12` with 12; a bare letter says nothing of values, so it is no value."""
    if choice.text is not None:
        found = compare(Answer(choice.text), other)
        return found.within("choice-text") if found.equal else None
    if other.form.kind == "value" and other.form.tree is None and other.phrase is None:
        return None
    return differ("choice-against-value", method="choice", tier=1)


def _ordinals(left: Answer, right: Answer) -> Finding | None:
    """Tell `the 2nd` from `2 seconds` and `5th` from 5%: the mathematics leaves the ending out."""
    for one, other in ((left, right), (right, left)):
        ordinal = one.label is not None and not one.label.noun and other.label is None
        quantity = other.form.quantity if ordinal else None
        if quantity is not None and (quantity.percent or quantity.unit is not None):
            return differ("ordinal-against-measure", tier=1)
    return None


def _dates(left: Answer, right: Answer) -> Finding | None:
    if not all(answer.has_words or _DATE.fullmatch(answer.text.strip(" $\n\t")) for answer in (left, right)):
        return None
    second = right.date
    if second is None:
        return None
    first = left.date
    if first is None:
        return None
    from dartkit.verify.lexicon.dates import same_date

    same = same_date(first, second)
    if not (first.certain or second.certain):
        return equal("date", tier=1) if same else None
    if same is None:
        return untold("date", tier=1)
    return (equal if same else differ)("date", tier=1)


def _spans(left: Answer, right: Answer) -> Finding | None:
    """Compare spans, which are no differences: 1990-1995 is not 1980-1985."""
    if not all(_SPAN.search(answer.text) for answer in (left, right)):
        return None
    first, second = left.span, right.span
    if first is None or second is None:
        return None
    return (equal if first == second else differ)("span", tier=1)


def _clocks(left: Answer, right: Answer, *, certain: bool) -> Finding | None:
    if ":" not in left.text and ":" not in right.text and not (left.has_words or right.has_words):
        return None
    second = right.clock
    if second is None and (right.has_words or len(right.tokens) != 1):
        return None
    first = left.clock
    if first is None or second is None:
        return _hour(left, right) if certain else None
    if certain and not (first.certain or second.certain):
        return None
    from dartkit.verify.lexicon.clock import same_clock

    same = same_clock(first, second)
    if same is None:
        return untold("clock", tier=1)
    return (equal if same else differ)("clock", tier=1)


def _hour(left: Answer, right: Answer) -> Finding | None:
    """Compare `4 p.m.` with 4, whose unit was left out."""
    clock, other = (left.clock, right) if left.clock is not None else (right.clock, left)
    if clock is None or not clock.certain or other.has_words or len(other.tokens) != 1:
        return None
    value = exact_value(other.form.tree) if other.form.tree is not None else None
    if value is None:
        return None
    hours = clock.seconds / _HOUR
    return equal("hour", tier=1) if value in (hours, (hours - 1) % 12 + 1) else differ("hour", tier=1)


def _amounts(left: Answer, right: Answer) -> Finding | None:
    first, second = left.amount, right.amount
    if first is None or second is None:
        return _amount_and_value(left, right)
    if first.parts == 1 and second.parts == 1:
        return None
    if first.unit.dimension != second.unit.dimension or first.unit.pi != second.unit.pi:
        return differ("units-differ", tier=1)
    return (equal if first.value == second.value else differ)("amount", method="numeric", tier=1)


def _amount_and_value(left: Answer, right: Answer) -> Finding | None:
    """Compare `33 dollars and 80 cents` with `$33.80`."""
    amount, other = (left.amount, right.form) if left.amount is not None else (right.amount, left.form)
    if amount is None or amount.parts == 1 or other.tree is None or other.quantity is None:
        return None
    unit, value = other.quantity.unit, exact_value(other.tree)
    if value is not None and unit is None and not other.quantity.percent:
        return _amount_and_number(amount, value)
    if unit is None or value is None or unit.dimension != amount.unit.dimension or unit.pi != amount.unit.pi:
        return None
    return (equal if amount.value == value * unit.factor + unit.offset else differ)(
        "amount", method="numeric", tier=1
    )


def _amount_and_number(amount: Amount, value: object) -> Finding | None:
    """Compare `2 hours 30 minutes` with 2.5 or 150, of which the unit was left out."""
    values = (amount.value / amount.unit.factor, amount.value / amount.last.factor)
    return equal("amount-without-unit", method="numeric", tier=1) if value in values else None


def _numbers(left: Answer, right: Answer) -> Finding | None:
    """Compare `twenty-three` with 23."""
    values = [number_of(answer) for answer in (left, right)]
    if left.spoken_number is None and right.spoken_number is None:
        return None
    if values[0] is None or values[1] is None:
        return None
    if any(answer.form.quantity is not None and answer.form.quantity.percent for answer in (left, right)):
        return None  # a quarter is 25%
    return (equal if values[0] == values[1] else differ)("number-words", method="numeric", tier=1)


def _counted(left: Answer, right: Answer) -> Finding | None:
    """Compare `52 WPM` or `$5 that day` with the number of things that it states."""
    sides = (left.counted, right.counted)
    if sides[0] is None and sides[1] is None:
        return None
    values = [
        number_of(answer) if side is None else exact_value(side)
        for answer, side in zip((left, right), sides, strict=True)
    ]
    if values[0] is None or values[1] is None or values[0] != values[1]:
        return None
    return equal("counted", method="numeric", tier=1)


def _same_phrase(left: Answer, right: Answer) -> Finding | None:
    if left.phrase is None and right.phrase is None:
        return None
    if _is_same_phrase(left, right):
        return equal("words", tier=1)
    if left.phrase is not None and right.phrase is not None and differ_by_noun(left.phrase, right.phrase):
        return equal("words-but-a-noun", tier=1)
    return None


def _is_same_phrase(left: Answer, right: Answer) -> bool:
    if left.phrase is None and right.phrase is None:
        return False
    return left.phrase == right.phrase or _spelled(left) == _spelled(right) != "" or _joined(left, right)


def _joined(left: Answer, right: Answer) -> bool:
    """Say whether the words are the same with a hyphen left out of one side's: `semi-prime` and `semiprime`."""
    if "-" not in left.text and "-" not in right.text:
        return False
    first, second = {left.phrase, joined_phrase(left.text)}, {right.phrase, joined_phrase(right.text)}
    return bool((first & second) - {None})


def _spelled(answer: Answer) -> str:
    """Return the words of an answer of words only, in lower case, quoted or not."""
    if not all(token.kind in ("word", "text") for token in answer.tokens):
        return ""
    return " ".join(token.text.casefold() for token in answer.tokens)


def _phrases(left: Answer, right: Answer) -> Finding | None:
    """Tell different words apart; of long sentences nothing is said."""
    first, second = left.phrase, right.phrase
    if first is None and second is None:
        return None
    if first is None or second is None:
        words = first if first is not None else second
        other = right if first is not None else left
        if words is not None and words.count(" ") < _MAX_WORDS and _is_mathematics(other.form):
            return differ("words-against-value", tier=1)
        return untold("words-against-value", tier=1)
    if max(first.count(" "), second.count(" ")) < _MAX_WORDS:
        return differ("words", tier=1)
    return untold("words", tier=1)


def _is_mathematics(form: Form) -> bool:
    return form.kind not in ("value", "unclear") or form.tree is not None
