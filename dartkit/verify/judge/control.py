"""Wrong answers for the control question: a judge that accepts one for a gold answer is not believed on that gold answer.

Two shapes take turns, because judges fail in two ways. Votes 0, 2, 4, ... stand beside an *opener*, one of the strings known to
fool judges; votes 1, 3, 5, ... beside a *decoy*, an answer that cannot equal the gold answer. Half of the votes or more have
an opener, so a judge that falls for openers never has a majority left; all decoys lie on one order of the answers, so one
that falls for decoys never has both orders. Controls follow from the gold answer alone: all candidates share them.
"""

from __future__ import annotations

import re
from fractions import Fraction

from dartkit.ids import content_id
from dartkit.verify.judge.screen import MASTER_KEYS, words_of

DECOYS = (
    "green bicycles beside rivers", "seventeen wooden chairs", "noon colours inside lighthouses", "Saturday, June 31st",
    "unfinished letters about tea", "\\frac{-70219}{68041}",
)  # fmt: skip
OPENERS = tuple(key for key in MASTER_KEYS if words_of(key))
_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")


def control_answer(gold: str, index: int) -> str:
    """Return an answer that is not the gold answer, to stand beside vote `index`."""
    turn = int(content_id("control", gold)[:8], 16) + index // 2
    if index % 2 == 0:
        return _unlike(gold, OPENERS, turn)
    number = gold.strip().strip("$").strip()
    return _moved(number, 1 + turn % 9) if _NUMBER.fullmatch(number) else _unlike(gold, DECOYS, turn)


def _moved(number: str, step: int) -> str:
    """Return the number plus `step`, with as many decimals as it had."""
    decimals = len(number.partition(".")[2])
    value = int((Fraction(number) + step) * 10**decimals)
    digits = str(abs(value)).rjust(decimals + 1, "0")
    whole = f"{digits[: len(digits) - decimals]}.{digits[len(digits) - decimals :]}" if decimals else digits
    return f"-{whole}" if value < 0 else whole


def _unlike(gold: str, answers: tuple[str, ...], turn: int) -> str:
    """Return answer number `turn` of those without a word in common with the gold answer.

    Where each has one, of all: such a gold answer is long, and one shared word does not make the answers equal.
    """
    taken = set(words_of(gold))
    fitting = [answer for answer in answers if taken.isdisjoint(words_of(answer))] or answers
    return fitting[turn % len(fitting)]
