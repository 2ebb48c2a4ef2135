"""Write words that stand for signs as signs: `x is at least 2`, `n choose 2`, `1 in 6`; and drop `The solution is:`.

Only whole phrases in a table count, and only where a formula can stand on the side on which it must; any other word stays.
"""

from __future__ import annotations

from dartkit.text.tokens import Token
from dartkit.verify.clock import keep_time
from dartkit.verify.reading.form import Tokens

_SIGNS = {
    "≥": "is greater than or equal to; greater than or equal to; is at least; at least; no less than; is not less than; not less than; "
    "is more than or equal to; more than or equal to; is no less than",
    "≤": "is less than or equal to; less than or equal to; is at most; at most; no more than; is not more than; not more than; "
    "is no more than; no greater than; is no greater than",
    ">": "is greater than; greater than; is strictly greater than; strictly greater than; is larger than; larger than; exceeds",
    "<": "is less than; less than; is strictly less than; strictly less than; is smaller than; smaller than",
    "≠": "is not equal to; not equal to; does not equal; cannot equal; cannot be; is not; unequal to; can't be",
    "=": "is equal to; equals; equal to",
}
_BETWEEN_VALUES = {"plus": "+", "minus": "-", "times": "*", "over": "/"}
_LABELS = frozenset({"answer", "solution", "solutions", "result", "value", "roots", "zeros", "values"})
_LABEL_WORDS = _LABELS | frozenset(
    {"the", "final", "our", "set", "correct", "required", "desired", "general", "only", "possible"}
)
_COPULAS = frozenset({"is", "are"})
_MAX_LABEL = 6


def _phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return the phrases by their first word, longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for sign, texts in _SIGNS.items():
        for text in texts.split(";"):
            words = tuple(text.split())
            found.setdefault(words[0], []).append((words, sign))
    for listed in found.values():
        listed.sort(key=lambda entry: -len(entry[0]))
    return found


_PHRASES = _phrases()
_TOKENS_BETWEEN_LOOKS = 500  # at the clock
_TRIGGERS = frozenset({*_PHRASES, *_BETWEEN_VALUES, "choose", "in", "out"})


def in_signs(tokens: Tokens) -> Tokens:
    """Return the tokens with signs for the words that mean one, and without a label before the answer."""
    if not any(token.kind in ("word", "text") and len(token.text) > 1 for token in tokens):
        return tokens
    tokens = _without_label(tokens)
    if not any(token.text.lower() in _TRIGGERS for token in tokens):
        return tokens
    made: list[Token] = []
    place = 0
    while place < len(tokens):
        if place % _TOKENS_BETWEEN_LOOKS == _TOKENS_BETWEEN_LOOKS - 1:
            keep_time()
        sign, width = _sign_at(tokens, place)
        made.append(tokens[place] if sign is None else sign)
        place += width
    return tuple(made)


def _sign_at(tokens: Tokens, place: int) -> tuple[Token | None, int]:
    """Return the sign that the words at this place mean and their number; None and one where they mean none."""
    token = tokens[place]
    word = token.text.lower()
    if token.kind not in ("word", "text") or word not in _TRIGGERS:
        return None, 1
    if word in ("in", "out"):
        width = 2 if word == "out" else 1
        is_rate = word == "in" or (place + 1 < len(tokens) and tokens[place + 1].text.lower() == "of")
        if is_rate and _is_number(tokens, place - 1) and _is_number(tokens, place + width):
            return Token("operator", "/"), width
        return None, 1
    if word == "choose":
        return Token("command", "\\choose"), 1
    if word in _BETWEEN_VALUES:
        is_between = _is_value(tokens, place - 1) and _is_value(tokens, place + 1)
        return (Token("operator", _BETWEEN_VALUES[word]), 1) if is_between else (None, 1)
    for words, sign in _PHRASES[word]:
        found = tuple(other.text.lower() for other in tokens[place : place + len(words)])
        if (
            found == words
            and _is_value(tokens, place + len(words))
            and (place == 0 or _is_value(tokens, place - 1))
        ):
            return Token("operator", sign), len(words)
    return None, 1


def _is_number(tokens: Tokens, place: int) -> bool:
    return 0 <= place < len(tokens) and tokens[place].kind == "number"


def _is_value(tokens: Tokens, place: int) -> bool:
    """Say whether a number, a letter, a formula or a bracket stands here."""
    if not 0 <= place < len(tokens):
        return False
    token = tokens[place]
    if token.kind in ("word", "text"):
        return len(token.text) == 1
    return token.kind != "other" and (
        token.kind != "operator" or token.text in ("-", "+", "|", "!", "°", "%")
    )


def _without_label(tokens: Tokens) -> Tokens:
    """Drop `Solution:`, `The answer is` and `The solutions are:` before something else."""
    is_affirmed = len(tokens) > 4 and tokens[0].text.lower() in ("yes", "no") and tokens[1].text in (",", ".")
    if is_affirmed and any(token.text == "=" for token in tokens):
        return tokens[2:]  # Yes, F(x, y) = …
    place = 0
    while place < min(len(tokens), _MAX_LABEL) and tokens[place].text.lower() in _LABEL_WORDS:
        place += 1
    words = {token.text.lower() for token in tokens[:place]}
    if not words & _LABELS:
        return tokens
    begin = place
    if place < len(tokens) and tokens[place].text.lower() in _COPULAS:
        place += 1
    if place < len(tokens) and tokens[place].text == ":":
        place += 1
    return tokens[place:] if begin < place < len(tokens) else tokens
