r"""DART-Math's comparison: text, numbers with a percent rule, then five readings of which any may agree.

Order of upstream: dates, normal form, text without regard to case, floats, Python notation, intervals, matrices, LaTeX, and
LaTeX of one side against Python notation of the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeVar

from dartkit.records import Method
from dartkit.verify.named.dart_math import words
from dartkit.verify.named.dart_math.latex import read_guarded
from dartkit.verify.named.dart_math.normalise import Same, elements, normal_answer
from dartkit.verify.named.dart_math.plain import read_plain
from dartkit.verify.named.dart_math.regions import read_region, same_region
from dartkit.verify.named.dart_math.rows import read_rows
from dartkit.verify.named.dart_math.trees import TooLarge, Tree, Unreadable, is_plain
from dartkit.verify.named.dart_math.values import is_truth_value, same_number, same_value, vanishes

Read = TypeVar("Read")

MAX_CHARACTERS = 65_536
MAX_NESTING = 6  # of sets whose elements are sets


class Finding(NamedTuple):
    """Whether two answers are one, which reading said so, and the normal forms."""

    equal: bool
    method: Method
    rule: str
    prediction_form: str
    reference_form: str


def compare(gold: str, answer: str, *, depth: int = 0, as_sets: bool = False) -> Finding:
    """Compare an answer with the gold answer.

    Args:
        gold: The reference; upstream's first argument too.
        answer: The prediction.
        depth: How many sets enclose the two.
        as_sets: Compare the elements of both without order, as upstream does for some problems.

    Raises:
        Unreadable: where upstream raises: no reading takes one of the two, or an element of a set.
        TooLarge: for more than 65,536 characters, 40 elements of a set or six nested sets.
    """
    if max(len(gold), len(answer)) > MAX_CHARACTERS or depth > MAX_NESTING:
        raise TooLarge(f"more than {MAX_CHARACTERS} characters or {MAX_NESTING} nested sets")
    same = partial(_same_element, depth=depth + 1)
    if (moment := _moment(answer)) is not None and moment == _moment(gold):
        return Finding(True, "exact", "date", answer, gold)
    prediction, reference = normal_answer(answer, same), normal_answer(gold, same)
    if not prediction or not prediction.isascii():
        return Finding(False, "exact", "not-ascii" if prediction else "empty", prediction, reference)
    if prediction.lower() == reference.lower():
        return Finding(True, "exact", "text", prediction, reference)
    if as_sets:
        equal = _same_sets(elements(prediction, same), elements(reference, same), same)
        return Finding(equal, "symbolic", "elements", prediction, reference)
    rule = _agreeing_reading(prediction, reference, same)
    method: Method = "numeric" if rule == "number" else "symbolic"
    return Finding(rule is not None, method, rule or "no-reading-agrees", prediction, reference)


def _same_element(first: str, second: str, *, depth: int) -> bool:
    return compare(first, second, depth=depth).equal


def _same_sets(predictions: list[str], references: list[str], same: Same) -> bool:
    if len(predictions) != len(references):
        return False
    left = list(references)
    for prediction in predictions:
        match = next((reference for reference in left if same(prediction, reference)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _moment(text: str) -> tuple[int, ...] | None:
    """Return a date, a clock time or both as numbers, in the first of sixteen formats that fits."""
    if len(text) > 40 or not any(sign in text for sign in ":/-"):
        return None
    dates = [
        *words.DATE_FORMATS,
        *(f"{date} {clock}" for clock in words.CLOCK_FORMATS[:2] for date in words.DATE_FORMATS),
    ]
    for layout in (*dates, *words.CLOCK_FORMATS):
        try:
            found = time.strptime(text, layout)
        except ValueError:
            continue
        if found.tm_sec < 60:
            return (*found[:3], *found[3:6], "%Y" in layout, "%M" in layout)
    return None


def _agreeing_reading(prediction: str, reference: str, same: Same) -> str | None:
    """Return the first reading under which the two are equal, or None.

    Raises:
        Unreadable: if no reading takes the prediction, or none the reference.
    """
    numbers = _read(float, prediction), _read(float, reference)
    if numbers[0] is not None and numbers[1] is not None and same_number(numbers[1], numbers[0]):
        return "number"
    objects = _read(read_plain, prediction), _read(read_plain, reference)
    if objects[0] is not None and objects[1] is not None and _same_object(objects[0], objects[1]):
        return "plain"
    regions = _read(read_region, prediction), _read(read_region, reference)
    if regions[0] is not None and regions[1] is not None and same_region(regions[0], regions[1]):
        return "interval"
    rows = _read(partial(read_rows, same=same), prediction), _read(partial(read_rows, same=same), reference)
    if rows[0] is not None and rows[0] == rows[1]:  # upstream never simplifies a difference of matrices
        return "matrix"
    trees = _read(read_guarded, prediction), _read(read_guarded, reference)
    for mine, theirs in (trees, (trees[0], objects[1]), (objects[0], trees[1])):
        if mine is not None and theirs is not None and same_value(mine, theirs):
            return "latex"
    for side in range(2):
        if all(reading[side] is None for reading in (numbers, objects, regions, rows, trees)):
            raise Unreadable("no reading takes this text")
    return None


def _read(reader: Callable[[str], Read], text: str) -> Read | None:
    try:
        return reader(text)
    except TooLarge:
        raise
    except ValueError:  # a refusal: `Unreadable`, or what float raises
        return None


def _same_object(mine: Tree, theirs: Tree) -> bool:
    """Compare two readings in Python notation as Python does: `True` equals 1 there."""
    if is_truth_value(mine, theirs) or is_truth_value(theirs, mine):
        return True
    if is_plain(mine) and is_plain(theirs):
        return mine == theirs or vanishes(mine, theirs)
    if mine.kind != theirs.kind or mine.text != theirs.text or len(mine.parts) != len(theirs.parts):
        return False
    if mine.kind == "set":
        return all(any(_same_object(part, other) for other in theirs.parts) for part in mine.parts)
    return all(_same_object(part, other) for part, other in zip(mine.parts, theirs.parts, strict=True))
