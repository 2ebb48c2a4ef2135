"""Read the form of an answer from its tokens: separators and brackets decide, from the outside in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dartkit.text.tokens import Token
from dartkit.verify.clock import keep_time
from dartkit.verify.reading.form import Form, Tokens
from dartkit.verify.reading.matrices import spaced_cells
from dartkit.verify.reading.parameters import integer_parameter, read_congruence
from dartkit.verify.reading.programs import in_notation
from dartkit.verify.reading.quantity import closes_at, read_quantity, trim
from dartkit.verify.reading.remarks import split_remarks
from dartkit.verify.reading.splitting import is_conjunction, is_name, split
from dartkit.verify.reading.statements import (
    ORDER_SIGNS,
    join_conditions,
    read_domain,
    read_equation,
    read_order,
)
from dartkit.verify.reading.structure import read_bracketed, spread, with_ellipsis
from dartkit.verify.reading.syntax import Unreadable, parse
from dartkit.verify.reading.unions import read_union, with_plain_brackets
from dartkit.verify.reading.wording import in_signs

MAX_NESTING = 12
MAX_SIGNS = 3
_SEPARATORS = (",", ";", "、")
_LISTING = frozenset((*_SEPARATORS, "and", "or", "&", "y", "o", "et", "ou", "und", "oder", "和", "或"))
_PREFIX_WORDS = frozenset({"either", "both"})
_PUNCTUATED = frozenset({",", ";", "、", "=", "∈", "<", ">", "≤", "≥", "≠", "∪", "∩", "\\setminus", "\\backslash", "±", "∓", ":",
                         "\\emptyset", "\\mathbb R", "≡", ":=", "≈", "]", "…"})  # fmt: skip


def read_form(tokens: Sequence[Token], depth: int = 0) -> Form:
    """Return the form of an answer. Never fails: what has no clear form is a value without tree, or `unclear`."""
    inner = _without_outer_brackets(trim(with_plain_brackets(tuple(tokens))))
    if depth > MAX_NESTING:
        return Form("unclear", inner, trouble="nested too deeply")
    if _is_plain(inner):
        return read_value(inner)
    if depth == 0:
        inner = trim(in_signs(in_notation(_without_lone_brace(inner))))
    inner, said = split_remarks(inner)
    form = _read_structure(inner, depth)
    parameter = integer_parameter(said) if said else None
    return form if parameter is None else replace(form, parameter=parameter)


def _read_restated(tokens: Tokens, depth: int) -> Form | None:
    r"""Read `-1 < x \\le 1 : (-1, 1]`, which says one set twice, as the set."""
    if depth or not any(token.text == ":" for token in tokens):
        return None
    parts, cuts = split(tokens, lambda token: token.text == ":")
    if len(cuts) != 1 or not any(token.text in ORDER_SIGNS for token in parts[0]):
        return None
    first, second = (read_form(part, depth + 1) for part in parts)
    is_set = second.kind == "region" or (second.kind == "sequence" and len(second.items) == 2)
    return second if first.kind == "region" and is_set else None


def _without_lone_brace(tokens: Tokens) -> Tokens:
    """Drop the brace that stands before a system set as an array."""
    is_system = len(tokens) > 2 and tokens[0].text == "\\{" and tokens[1].kind == "begin"
    return tokens[1:] if is_system and closes_at(tokens, 1) == len(tokens) - 1 else tokens


def _read_structure(inner: Tokens, depth: int) -> Form:
    keep_time()
    form = (
        _read_restated(inner, depth)
        or read_domain(inner, depth, read_form)
        or read_congruence(inner, depth, read_form)
        or _read_list(inner, depth)
        or read_equation(inner, depth, read_form)
        or read_order(inner, depth, read_form)
        or read_union(inner, depth, read_form)
        or read_bracketed(inner, depth, read_form)
        or _read_plus_minus(inner, depth)
        or _read_ratio(inner, depth)
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
        return Form("value", tokens, tree=parse(_without_ellipsis(quantity.core)), quantity=quantity)
    except Unreadable as error:
        return _read_row(tokens) or Form("value", tokens, quantity=quantity, trouble=str(error)[:200])


def _without_ellipsis(tokens: Tokens) -> Tokens:
    """Drop the dots after the digits of `0.0223…`."""
    is_decimal = len(tokens) > 1 and tokens[-1].text == "…" and "." in tokens[-2].text
    return tokens[:-1] if is_decimal and tokens[-2].kind == "number" else tokens


def _read_row(tokens: Tokens) -> Form | None:
    """Read `7 1 -1`, numbers with nothing but spaces between them, as a list."""
    if len(tokens) < 2 or not all(token.kind == "number" or token.text == "-" for token in tokens):
        return None
    cells = spaced_cells(tokens)
    if len(cells) < 2 or any(len(cell) > 2 or cell[-1].kind != "number" for cell in cells):
        return None
    return Form("list", tokens, tuple(read_value(cell) for cell in cells))


def _read_list(tokens: Tokens, depth: int) -> Form | None:
    if tokens and tokens[0].kind in ("word", "text") and tokens[0].text.lower() in _PREFIX_WORDS:
        tokens = tokens[1:]
    assigned = _read_assignment(tokens, depth)
    if assigned is not None:
        return assigned
    parts, cuts = split(tokens, lambda token: token.text in _SEPARATORS or is_conjunction(token))
    if ";" in cuts and "," in cuts:  # p=5, q=2; p=7, q=2
        parts, cuts = split(tokens, lambda token: token.text == ";")
    kept = [part for part in parts if trim(part)]
    if len(kept) < 2:
        return None
    items = spread(read_form(part, depth + 1) for part in kept)
    joined = join_conditions(tokens, items, cuts)
    is_solved = {item.name for item in items} != {None} and len(
        {item.name for item in items}
    ) == 1  # x = 1 \\lor x = 2
    if joined is None and not set(cuts) <= _LISTING and not is_solved:
        return Form("unclear", tokens, trouble="a formula of logic")
    return joined or Form("list", tokens, with_ellipsis(items))


def _read_assignment(tokens: Tokens, depth: int) -> Form | None:
    """Read `a, b, c = 1, 2, 3` as three named values."""
    sides, cuts = split(tokens, lambda token: token.text == "=")
    if len(cuts) != 1:
        return None
    names, values = (split(side, lambda token: token.text == ",")[0] for side in sides)
    if (
        len(names) != len(values)
        or len(names) < 2
        or not all(len(name) == 1 and is_name(name) for name in names)
    ):
        return None
    read = (read_form(value, depth + 1) for value in values)
    return Form(
        "list", tokens, tuple(replace(one, name=name[0].text) for one, name in zip(read, names, strict=True))
    )


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
