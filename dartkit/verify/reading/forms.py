"""Read the form of an answer from its tokens: separators and brackets decide, from the outside in."""

from __future__ import annotations

from collections.abc import Sequence

from dartkit.text.tokens import Token
from dartkit.verify.reading.form import Form, Tokens
from dartkit.verify.reading.quantity import read_quantity, trim
from dartkit.verify.reading.remarks import without_remarks
from dartkit.verify.reading.splitting import is_conjunction, split
from dartkit.verify.reading.statements import join_conditions, read_domain, read_equation, read_order
from dartkit.verify.reading.structure import (
    read_bracketed,
    read_union,
    spread,
    with_ellipsis,
    with_plain_brackets,
)
from dartkit.verify.reading.syntax import Unreadable, parse

MAX_NESTING = 12
MAX_SIGNS = 3
_SEPARATORS = (",", ";", "、")
_LISTING = frozenset((*_SEPARATORS, "and", "or", "&", "y", "o", "et", "ou", "und", "oder", "和", "或"))
_PREFIX_WORDS = frozenset({"either", "both"})
_PUNCTUATED = frozenset({",", ";", "、", "=", "∈", "<", ">", "≤", "≥", "≠", "∪", "∩", "\\setminus", "\\backslash", "±", "∓", ":",
                         "\\emptyset", "\\mathbb R", "≡", ":=", "≈", "]", "…"})  # fmt: skip


def read_form(tokens: Sequence[Token], depth: int = 0) -> Form:
    """Return the form of an answer. Never fails: what has no clear form is a value without tree, or `unclear`."""
    inner = _without_outer_brackets(without_remarks(trim(with_plain_brackets(tuple(tokens)))))
    if depth > MAX_NESTING:
        return Form("unclear", inner, trouble="nested too deeply")
    if _is_plain(inner):
        return read_value(inner)
    form = (
        _read_list(inner, depth)
        or read_equation(inner, depth, read_form)
        or read_order(inner, depth, read_form)
        or read_union(inner, depth, read_form)
        or read_bracketed(inner, depth, read_form)
        or _read_plus_minus(inner, depth)
        or _read_ratio(inner, depth)
        or read_domain(inner)
    )
    return form or read_value(inner)


def _without_outer_brackets(tokens: Tokens) -> Tokens:
    """Return `(x)` for `(((x)))`; the last pair stays, which may be a tuple's."""
    pairs, last = 0, len(tokens) - 1
    while pairs < last - pairs and tokens[pairs].text == "(" and tokens[last - pairs].text == ")":
        pairs += 1
    if pairs < 2:
        return tokens
    level = least = pairs  # how deep the tokens between the brackets are, and how deep the shallowest
    for token in tokens[pairs : last + 1 - pairs]:
        level += (token.kind in ("open", "begin")) - (token.kind in ("close", "end"))
        least = min(least, level)
    return tokens[least - 1 : len(tokens) + 1 - least] if level == pairs and least > 1 else tokens


def _is_plain(tokens: Tokens) -> bool:
    """Say whether no sign of structure is in the tokens, which saves most answers the readers below."""
    for token in tokens:
        if (
            token.kind in ("begin", "word", "text")
            or token.text == "\\{"
            or token.text in _PUNCTUATED
            or token.text in "(["
        ):
            return False
    return True


def read_value(tokens: Tokens) -> Form:
    """Read one value with what surrounds it; without a tree where it is no expression."""
    quantity = read_quantity(tokens)
    try:
        return Form("value", tokens, tree=parse(quantity.core), quantity=quantity)
    except Unreadable as error:
        return Form("value", tokens, quantity=quantity, trouble=str(error)[:200])


def _read_list(tokens: Tokens, depth: int) -> Form | None:
    if tokens and tokens[0].kind in ("word", "text") and tokens[0].text.lower() in _PREFIX_WORDS:
        tokens = tokens[1:]
    parts, cuts = split(tokens, lambda token: token.text in _SEPARATORS or is_conjunction(token))
    if ";" in cuts and "," in cuts:  # p=5, q=2; p=7, q=2
        parts, cuts = split(tokens, lambda token: token.text == ";")
    kept = [part for part in parts if trim(part)]
    if len(kept) < 2:
        return None
    items = spread(read_form(part, depth + 1) for part in kept)
    joined = join_conditions(tokens, items, cuts)
    if joined is None and not set(cuts) <= _LISTING:
        return Form("unclear", tokens, trouble="a formula of logic")
    return joined or Form("list", tokens, with_ellipsis(items))


def _read_plus_minus(tokens: Tokens, depth: int) -> Form | None:
    r"""Read `a \pm b` as the two values it stands for; several signs are independent, `\mp` goes against the first."""
    if not any(token.text == "±" for token in tokens):  # a lone ∓ is a ±
        tokens = tuple(Token("operator", "±") if token.text == "∓" else token for token in tokens)
    places = [place for place, token in enumerate(tokens) if token.text == "±"]
    if not 0 < len(places) <= MAX_SIGNS:
        return None
    found: list[Form] = []
    for pattern in range(1 << len(places)):
        spelled = list(tokens)
        for bit, place in enumerate(places):
            spelled[place] = Token("operator", "-" if pattern >> bit & 1 else "+")
        first = spelled[places[0]].text
        for place, token in enumerate(spelled):
            if token.text == "∓":
                spelled[place] = Token("operator", "+" if first == "-" else "-")
        found.append(read_form(spelled, depth + 1))
    return Form("list", tokens, tuple(found))


def _read_ratio(tokens: Tokens, depth: int) -> Form | None:
    parts, cuts = split(tokens, lambda token: token.text in (":", "to"))
    if (
        not cuts
        or not all(trim(part) for part in parts)
        or not any(token.kind == "number" for token in parts[0])
    ):
        return None
    items = tuple(read_form(part, depth + 1) for part in parts)
    if any(item.tree is None for item in items):
        return None
    return Form("ratio", tokens, items)
