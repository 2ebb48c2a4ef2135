"""Name the kind of a gold answer from its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.verify.algebra.rational import exact_value
from dartkit.verify.algebra.tree import INFINITY, MINUS_INFINITY
from dartkit.verify.reading.answer import Answer
from dartkit.verify.reading.form import Form

if TYPE_CHECKING:
    from dartkit.records import AnswerKind

_FORMS: dict[str, AnswerKind] = {
    "set": "set", "list": "set", "region": "interval", "matrix": "matrix", "ratio": "rational", "equation": "equation",
    "relation": "expression", "unclear": "expression",
}  # fmt: skip


def answer_kind(gold: str) -> AnswerKind:
    """Return the kind of an answer; see `kind_of`."""
    return kind_of(Answer(gold.strip()))


def kind_of(answer: Answer) -> AnswerKind:
    """Return the kind of an answer; `none` for an empty one, `text` for what is no mathematics.

    A pair in round brackets is a tuple, although it could be an open interval: the two look the same.
    """
    if answer.too_long:
        return "text"
    if not answer.tokens:
        return "none"
    if answer.boolean is not None:
        return "boolean"
    if answer.choice is not None and answer.choice.certain:
        return "choice"
    if answer.date is not None and answer.date.certain:
        return "text"
    form = answer.form
    if form.kind == "sequence":
        is_pair = form.opened == "(" and form.closed == ")" and form.name is None
        return "tuple" if (is_pair and not _is_infinite(form)) or len(form.items) != 2 else "interval"
    if form.kind != "value":
        return "text" if _is_words(answer, form) else _FORMS[form.kind]
    return "equation" if form.name is not None and form.tree is not None else _value_kind(answer, form)


def _is_words(answer: Answer, form: Form) -> bool:
    items = form.items or (form,)
    return answer.phrase is not None and all(item.tree is None for item in items)


def _is_infinite(form: Form) -> bool:
    return any(item.tree in (INFINITY, MINUS_INFINITY) for item in form.items)


def _value_kind(answer: Answer, form: Form) -> AnswerKind:
    if form.tree is None:
        return "text"
    if (
        answer.phrase is not None
        and not any(token.kind == "number" for token in answer.tokens)
        and len(answer.tokens) > 1
    ):
        return "text"
    value = exact_value(form.tree)
    if value is None:
        return "expression"
    literal = form.tree[1] if form.tree[0] == "neg" else form.tree
    if literal[0] == "num" and "." in literal[1]:
        return "decimal"
    return "integer" if value.denominator == 1 else "rational"
