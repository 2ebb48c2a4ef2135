"""Read a text in every way there is: tokens, form, words, named graders. No exception, linear time, one normal form."""

from __future__ import annotations

from dartkit.text.tokens import TooLong, render, tokenize
from dartkit.verify import answer_kind
from dartkit.verify.named import OWN, names, resolve
from dartkit.verify.reading.answer import Answer
from tests.fuzz.measure import within_bound

_READINGS = ("form", "special", "choice", "boolean", "date", "clock", "amount", "spoken_number", "phrase", "decimal_comma", "normal")  # fmt: skip
_GRADERS = {listed.name: resolve(listed.name) for listed in names() if listed.name != OWN}
_NAMES = sorted(_GRADERS)


def target(text: str) -> None:
    """Read the text, and ask one named grader that its length picks."""
    within_bound(lambda: _read(text), len(text), "reading")
    name = _NAMES[len(text) % len(_NAMES)]
    within_bound(lambda: _GRADERS[name].check(text, "5"), len(text), name)
    within_bound(lambda: _GRADERS[name].check_answer(text, text[::-1]), len(text), name)


def _read(text: str) -> None:
    answer = Answer(text)
    for reading in _READINGS:
        getattr(answer, reading)
    assert answer_kind(text) == answer_kind(text)
    try:
        tokens = tokenize(text)
    except TooLong:
        assert answer.too_long
        return
    assert render(tokens) == render(tokenize(text))
