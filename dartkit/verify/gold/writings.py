"""All ways of writing a gold answer that a right completion may choose, by the kind of the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dartkit.records import AnswerKind
from dartkit.verify.gold import conventions as convention
from dartkit.verify.gold import notation
from dartkit.verify.gold.text import LONGEST, Candidate, strip_mathematics

Kinds = frozenset[AnswerKind]
NUMBERS: Kinds = frozenset({"integer", "decimal", "rational"})
VALUES: Kinds = NUMBERS | {"expression"}
MATHEMATICS: Kinds = VALUES | {"equation", "interval", "set", "tuple", "matrix"}
WORDS: Kinds = frozenset({"boolean", "text"})
CHOICES: Kinds = frozenset({"choice"})


class _Rewriting(NamedTuple):
    name: str
    kinds: Kinds
    rewrite: Callable[[str], str | None]


_REWRITINGS = (
    _Rewriting("display fraction", MATHEMATICS, notation.display_fraction),
    _Rewriting("slash fraction", NUMBERS, notation.slash_fraction),
    _Rewriting("no spaces", MATHEMATICS, notation.tight),
    _Rewriting("spaces", MATHEMATICS, notation.spaced),
    _Rewriting("sized brackets", MATHEMATICS, notation.sized_brackets),
    _Rewriting("braces", MATHEMATICS, notation.braced),
    _Rewriting("no braces", MATHEMATICS, notation.unbraced),
    _Rewriting("unicode signs", MATHEMATICS, notation.in_unicode),
    _Rewriting("product sign", VALUES, notation.product_sign),
    _Rewriting("leading zero", NUMBERS, notation.leading_zero),
    _Rewriting("matrix brackets", frozenset({"matrix"}), notation.matrix_brackets),
    _Rewriting("x =", VALUES, convention.named),
    _Rewriting("right-hand side", frozenset({"equation"}), convention.unnamed),
    _Rewriting("thousands separator", NUMBERS, convention.thousands),
    _Rewriting("LaTeX thousands separator", NUMBERS, convention.latex_thousands),
    _Rewriting("unit left out", VALUES, convention.unit_left_out),
    _Rewriting("unit as a word", VALUES, convention.unit_as_word),
    _Rewriting("percent sign", VALUES, convention.percent_sign),
    _Rewriting("percent left out", VALUES, convention.percent_left_out),
    _Rewriting("currency left out", VALUES, convention.currency_left_out),
    _Rewriting("degree sign", VALUES, convention.degree_sign),
    _Rewriting("degree left out", VALUES, convention.degree_left_out),
    _Rewriting("bare letter", CHOICES, convention.bare_letter),
    _Rewriting("letter in brackets", CHOICES, convention.bracketed_letter),
    _Rewriting("bold letter", CHOICES, convention.bold_letter),
    _Rewriting("text wrapper", WORDS | CHOICES, convention.text_wrapper),
    _Rewriting("other case", WORDS, convention.other_case),
    _Rewriting("set braces", frozenset({"set"}), convention.set_braces),
    _Rewriting("other order", frozenset({"set"}), convention.other_order),
    _Rewriting("joined by and", frozenset({"set"}), convention.joined_by_and),
    _Rewriting("element of", frozenset({"interval"}), convention.as_member),
    _Rewriting("full stop", MATHEMATICS | WORDS | CHOICES, convention.full_stop),
    _Rewriting("dollar signs", MATHEMATICS | WORDS | CHOICES, convention.inner_dollars),
)


def writings(gold: str, kind: AnswerKind) -> list[Candidate]:
    """Return the other ways of writing a gold answer, each text once, without the answer as it stands.

    Args:
        gold: The gold answer.
        kind: Its kind, which decides what may be left out: a set has no order, a tuple has one.
    """
    answer = strip_mathematics(gold)
    if not answer or len(answer) > LONGEST:
        return []
    found = {answer: "no delimiters"}
    for rewriting in _REWRITINGS:
        text = rewriting.rewrite(answer) if kind in rewriting.kinds else None
        if text:
            found.setdefault(text, rewriting.name)
    return [Candidate(name, text) for text, name in found.items() if text != gold.strip()]
