"""Wrong answers that look like the gold answer, and wrong ones that look like nothing of the kind.

A verifier that accepts one of the first is too lax for this gold answer; one that accepts the second accepts everything. Each is wrong
whatever the gold answer's value is, under the policy given.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dartkit.records import AnswerKind
from dartkit.verify import Policy
from dartkit.verify.gold.conventions import bare_letter, list_items
from dartkit.verify.gold.doubts import has_box, is_sentence
from dartkit.verify.gold.text import (
    LONGEST,
    Candidate,
    has_words,
    is_enclosed,
    split_items,
    strip_mathematics,
)
from dartkit.verify.gold.writings import VALUES

_DECOYS = (
    Candidate("an unrelated number", "-86413.25"),
    Candidate("unrelated words", "\\text{purple umbrellas}"),
)
_DEFAULT = Policy()
_DIGIT = re.compile(r"(?<![0-9_A-Za-z\\])(?<!_\{)[0-9]{0,30}(?P<last>[0-9])(?![0-9])")
_ZERO = re.compile(r"-?[0.]+")
_MARKS = ("%", "\\circ", "°", "\\pm", "\\mp", "\\infty", "∞", "\\$")
_SUMS = ("+", "-", ",", "<", ">", "=", "\\sin", "\\log", "\\ln")
_OPPOSITES = {"true": "false", "false": "true", "yes": "no", "no": "yes"}


def decoys() -> tuple[Candidate, ...]:
    """Return answers to no question: whatever is equal to one of them is no gold answer."""
    return _DECOYS


def near_misses(gold: str, kind: AnswerKind, policy: Policy = _DEFAULT) -> list[Candidate]:
    """Return wrong answers next to a gold answer, each text once; none where it is unknown what would be wrong."""
    answer = strip_mathematics(gold)
    if not answer or len(answer) > LONGEST or has_box(answer) or is_sentence(answer):
        return []
    found: dict[str, str] = {}
    for name, make in _makers(kind, policy):
        text = make(answer)
        if text and text != answer:
            found.setdefault(text, name)
    return [Candidate(name, text) for text, name in found.items()]


def _makers(kind: AnswerKind, policy: Policy) -> list[tuple[str, Callable[[str], str | None]]]:
    makers: list[tuple[str, Callable[[str], str | None]]] = []
    if policy.tolerance == 0.0 and kind not in ("text", "choice", "boolean"):
        makers.append(("another digit", _other_digit))
        if kind in VALUES or kind == "equation":
            makers.append(("one more", _one_more))
    if kind in VALUES:
        makers.append(("the other sign", _other_sign))
    if kind == "tuple" and policy.order != "unordered":
        makers.append(("the first two swapped", _swapped))
    if kind in ("tuple", "set"):
        makers.append(("the last element missing", _shorter))
    if kind == "interval":
        makers += [("another bracket", _other_bracket), ("intersection for union", _intersection)]
    if kind == "choice":
        makers.append(("another letter", _other_letter))
    if kind == "boolean":
        makers.append(("the opposite", _opposite))
    return makers


def _other_digit(answer: str) -> str | None:
    """Change the last digit of the first number that is no subscript."""
    found = _DIGIT.search(answer)
    if found is None:
        return None
    digit = found["last"]
    return f"{answer[: found.start('last')]}{'8' if digit == '9' else int(digit) + 1}{answer[found.end('last') :]}"


def _one_more(answer: str) -> str | None:
    return None if has_words(answer) or any(mark in answer for mark in _MARKS) else f"{answer} + 1"


def _other_sign(answer: str) -> str | None:
    """Negate a product; a sum may be zero, which is its own negative."""
    if has_words(answer) or "\\pm" in answer or "\\mp" in answer or _ZERO.fullmatch(answer):
        return None
    if re.fullmatch(r"-[0-9.]{1,40}", answer):
        return answer[1:]
    return None if any(sign in answer for sign in _SUMS) else f"-{answer}"


def _swapped(answer: str) -> str | None:
    items = _tuple_items(answer)
    if items is None or items[0] == items[1]:
        return None
    return f"{answer[0]}{', '.join((items[1], items[0], *items[2:]))}{answer[-1]}"


def _shorter(answer: str) -> str | None:
    if items := _tuple_items(answer):
        kept = ", ".join(items[:-1])
        return f"{answer[0]}{kept}{answer[-1]}" if len(items) > 2 else kept
    items = list_items(answer)
    if items is None or items[-1] in items[:-1]:
        return None
    kept = ", ".join(items[:-1])
    return f"\\{{{kept}\\}}" if answer.startswith("\\{") else kept


def _tuple_items(answer: str) -> list[str] | None:
    if answer[:1] != "(" or not is_enclosed(answer):
        return None
    items = split_items(answer[1:-1])
    return items if len(items) >= 2 and all(items) else None


def _other_bracket(answer: str) -> str | None:
    """Turn an open end into a closed one or back, at an end that is not infinite."""
    if not is_enclosed(answer) or answer[0] not in "([" or answer[-1] not in ")]":
        return None
    items = split_items(answer[1:-1])
    if len(items) != 2:
        return None
    if "infty" not in items[0] and "∞" not in items[0]:
        return ("[" if answer[0] == "(" else "(") + answer[1:]
    if "infty" not in items[1] and "∞" not in items[1]:
        return answer[:-1] + ("]" if answer[-1] == ")" else ")")
    return None


def _intersection(answer: str) -> str | None:
    return answer.replace("\\cup", "\\cap") if "\\cup" in answer else None


def _other_letter(answer: str) -> str | None:
    letter = bare_letter(answer)
    return None if letter is None else ("A" if letter.upper() == "E" else chr(ord(letter.upper()) + 1))


def _opposite(answer: str) -> str | None:
    return next((other for word, other in _OPPOSITES.items() if word in answer.lower()), None)
