"""Leave out what is said beside an answer: `≈ 0.577` after an exact value, `for all x`, `because …`, `(about 18.9 cards)`."""

from __future__ import annotations

from dartkit.text.tokens import Token
from dartkit.verify.reading.form import Tokens
from dartkit.verify.reading.quantity import closes_at, trim
from dartkit.verify.reading.splitting import is_conjunction

_APPROXIMATELY = frozenset({"about", "approximately", "approx", "roughly", "≈"})
_ASIDES = _APPROXIMATELY | {"since", "because", "where", "which", "for", "see"}
_MAX_ASIDES = 64
_MAX_CONDITION = 12
_LINKS = frozenset({"is", "are", "being", "an", "any", "arbitrary", "some", "a", "be"})
_SIGNS = frozenset({"≈", "\\forall", "∀", ",", "("})  # beside words, all that a remark may begin with
_REASONS = frozenset({"because", "since", "where", "which", "as"})
_QUANTIFIERS = frozenset(
    {"all", "any", "every", "each", "some", "positive", "real", "integer", "integers", "natural", "non"}
)


def split_remarks(tokens: Tokens) -> tuple[Tokens, Tokens]:
    """Return the tokens up to the first remark outside all brackets, and the remark; all of them where it is the whole."""
    depth = asides = 0
    is_value = False  # whether a value, not only the name of one, was seen
    for place, token in enumerate(tokens):
        kind, text = token.kind, token.text
        may_begin = kind in ("word", "text", "command") or text in _SIGNS
        if place and depth == 0 and asides < _MAX_ASIDES and may_begin:
            if text == "≈" and is_value:
                return trim(tokens[:place]), ()
            if _starts_remark(tokens, place, token):
                return trim(tokens[:place]), tokens[place:]
            asides += text in ("(", ",")
        is_value = is_value or kind in ("number", "based") or text == "="
        if kind in ("open", "begin"):
            depth += 1
        elif kind in ("close", "end"):
            depth -= 1
    return tokens, ()


def _starts_remark(tokens: Tokens, place: int, token: Token) -> bool:
    text = token.text
    if token.kind in ("word", "text"):
        follows = tokens[place + 1] if place + 1 < len(tokens) else None
        if text in _REASONS:
            return follows is not None
        if text in ("for", "with") and _is_membership(tokens[place + 1 : place + _MAX_CONDITION]):
            return True
        if text in ("for", "∀") and follows is not None and follows.text.lower() in _QUANTIFIERS:
            return True
        return token.spaced and _is_late_membership(tokens, place)
    if text == "\\forall":
        return True
    if text == "," and _is_membership(tokens[place + 1 : place + _MAX_CONDITION]):
        return True
    if text == "(" and _is_comment(tokens, place):
        return True
    if text == "(" and place + 1 < len(tokens) and tokens[place + 1].text.lower() in _ASIDES:
        return (
            closes_at(tokens, place) == len(tokens) - 1
            and len(tokens) > place + 2
            and tokens[place + 2].text != ")"
        )
    return False


def _is_membership(tokens: Tokens) -> bool:
    r"""Say whether what follows is a side condition: `k \in \mathbb{Z}`, `m, n \in \mathbb{N}`."""
    place = 0
    while place < len(tokens) and (tokens[place].text in (",", "and") or _is_letter(tokens[place])):
        place += 1
    if not 0 < place < len(tokens):
        return False
    if tokens[place].text == "∈":
        follows = tokens[place + 1].text if place + 1 < len(tokens) else ""
        return follows.startswith("\\mathbb ") or follows in ("Z", "N", "R", "Q")
    while place < len(tokens) - 1 and tokens[place].text in _LINKS:
        place += 1
    return tokens[place].text in ("integer", "integers")


def _is_late_membership(tokens: Tokens, place: int) -> bool:
    r"""Say whether `k \in \mathbb{Z}` ends the answer without a comma before it, and its letter stands before it."""
    is_end = len(tokens) - place <= _MAX_CONDITION and _is_letter(tokens[place])
    is_end = is_end and not is_conjunction(tokens[place - 1])  # `x < 1 or x ∈ ℝ` are two conditions
    return (
        is_end and _is_membership(tokens[place:]) and tokens[place].text in {t.text for t in tokens[:place]}
    )


def _is_letter(token: Token) -> bool:
    return (token.kind == "word" and len(token.text) == 1) or token.kind == "command"


def _is_comment(tokens: Tokens, place: int) -> bool:
    """Say whether a bracket at the end holds words only, `(square units)`, or a side condition."""
    inside = tokens[place + 1 : place + _MAX_CONDITION]
    if _is_membership(inside):
        return True
    words = inside[:-1]
    if not words or len(inside) != len(tokens) - place - 1 or inside[-1].text != ")":
        return False
    is_value = tokens[place - 1].kind != "word"
    return is_value and all(token.kind in ("word", "text") and len(token.text) > 2 for token in words)
