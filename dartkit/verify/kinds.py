"""Name the kind of a gold answer from its form."""

from __future__ import annotations

from dartkit.records import AnswerKind
from dartkit.text.tokens import TooLong, tokenize
from dartkit.verify.quantity import read_quantity
from dartkit.verify.shapes import Shape, Tokens, shape_of
from dartkit.verify.syntax import Unreadable, parse
from dartkit.verify.values import exact_value
from dartkit.verify.words import boolean_of, choice_of, read_phrase

_SHAPES: dict[str, AnswerKind] = {
    "set": "set", "list": "set", "union": "interval", "matrix": "matrix", "ratio": "rational", "equation": "equation",
    "relation": "expression", "unclear": "expression",
}  # fmt: skip


def answer_kind(gold: str) -> AnswerKind:
    """Return the kind of an answer; `none` for an empty one, `text` for what is no mathematics.

    A pair in round brackets is a tuple, although it could be an open interval: the two look the same.
    """
    try:
        shape = shape_of(tokenize(gold))
    except TooLong:
        return "text"
    if not gold.strip() or (shape.kind == "value" and not shape.tokens):
        return "none"
    if shape.kind == "sequence":
        is_pair = shape.opened == "(" and shape.closed == ")" and shape.name is None
        return "tuple" if is_pair and not _is_infinite(shape) else "interval"
    if shape.kind != "value":
        return _SHAPES[shape.kind]
    return "equation" if shape.name is not None else _value_kind(shape.tokens)


def _is_infinite(shape: Shape) -> bool:
    return any(token.text == "\\infty" for item in shape.items for token in item.tokens)


def _value_kind(tokens: Tokens) -> AnswerKind:
    if boolean_of(tokens) is not None:
        return "boolean"
    if choice_of(tokens) is not None:
        return "choice"
    phrase = read_phrase(tokens)
    if phrase is not None and phrase.certain:
        return "text"
    quantity = read_quantity(tokens)
    try:
        tree = parse(quantity.core)
    except (Unreadable, RecursionError):
        return "text"
    value = exact_value(tree)
    if value is None:
        return "expression"
    literal = tree[1] if tree[0] == "neg" else tree
    if literal[0] == "num" and "." in literal[1]:
        return "decimal"
    return "integer" if value.denominator == 1 else "rational"
