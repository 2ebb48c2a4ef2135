r"""LaTeX formulas: the one that begins at a place, those of a sentence, the last one of a text."""

from __future__ import annotations

import re
from typing import NamedTuple

from dartkit.verify.extraction.trimming import trim

Span = tuple[int, int]
_ENVIRONMENT = r"(?:equation|align|aligned|alignat|gather|gathered|multline|eqnarray|displaymath|math)\*?"
_MARK = re.compile(rf"\\[()\[\]$\\]|\\(?P<edge>begin|end)\{{{_ENVIRONMENT}\}}|\$\$?|\n[ \t]{{0,8}}\n")
_CLOSING = {"\\(": "\\)", "\\[": "\\]", "$$": "$$", "$": "$"}
_INNER = re.compile(r"\\begin\{((?:aligned|align|split|gathered|gather)\*?)\}")
_TAIL = 1_600
_MAX_DISPLAY = 4_000
_MAX_FORMULA = 2_000
_WORD = re.compile(r"(?<![\\A-Za-z])[^\W\d_]{2,}")
_BETWEEN = re.compile(
    r"[\s,.;:]+[A-Za-z]{2,}(?:[\s,.;:]+[A-Za-z]+)*[\s,.;:]*\Z"
)  # words between two formulas
_IN_TEXT = re.compile(r"\\[a-z]{1,12}\{[^{}$\\]{0,80}\}")
_NO_PROSE = frozenset((
    "or", "and", "oder", "und", "ou", "et", "sin", "cos", "tan", "cot", "sec", "csc", "log", "ln", "lim", "exp", "sqrt", "pi", "mod",
    "gcd", "lcm", "max", "min", "det", "inf",
))  # fmt: skip
_RANGE = re.compile(
    r"[a-zA-Z](?:,\s?[a-zA-Z]){0,3}\s?\\in\s?\\(?:mathbb|mathbf|Z|N|R)\s?\{?[ZNRQC]?\}?(?:\^[+*]|_\+)?|[a-zA-Z]\s?(?:[<>]|\\(?:ge|le|geq|leq|neq?|gt|lt)(?![A-Za-z]))\s?[0-9]{1,4}"
)
_TO_RANGE = re.compile(r"[\s,;]{0,4}(?P<said>(?:where|for|with|for any|for all|for every|for some)\s)?")
_END_OF_PROOF = frozenset(("\\square", "\\blacksquare", "\\qed", "\\Box", "\\checkmark"))
NUMBER_SIGN = re.compile(r"[0-9]|\\(?:pi|infty|emptyset)(?![A-Za-z])|(?<![A-Za-z\\])[ei](?![A-Za-z])")
OPERATOR = re.compile(r"[0-9\\^_+\-−*/<>()\[\]=|,:%]")


class Formula(NamedTuple):
    """Where a formula begins and ends with its delimiters, and without them."""

    start: int
    end: int
    inside: int
    inside_end: int
    display: bool


def is_prose(piece: str, *, least: int = 2) -> bool:
    """Say whether a piece of text is a sentence rather than an answer: it has more than two words outside LaTeX.

    Within a formula only what has at least three letters is a word, because `ab` is a product.
    """
    if "\\" in piece:
        piece = _IN_TEXT.sub(" ", piece)
    words = 0
    for word in _WORD.finditer(piece):
        text = word.group()
        if len(text) >= least and text.lower() not in _NO_PROSE and not (len(text) < 5 and text.isupper()):
            words += 1 if text.isascii() or text[0] < "\u2e80" else 1 + len(text) // 6
            if words > 2:
                return True
    return False


def formula_at(text: str, at: int) -> Formula | None:
    """Return the formula whose opening delimiter is here, unless a dollar sign is a currency."""
    first = text[at : at + 1]
    if first not in ("$", "\\") or not first:
        return None
    opened = text[at : at + 2]
    if first == "$" and opened != "$$":
        return _dollar_formula(text, at)
    closed = _CLOSING.get(opened)
    if closed is None:
        return _environment(text, at)
    end = text.find(closed, at + 2, at + 2 + _MAX_DISPLAY)
    return None if end < 0 else _formula(text, at, end + 2, at + 2, end, display=opened != "\\(")


def _dollar_formula(text: str, at: int) -> Formula | None:
    end = text.find("$", at + 1, at + _MAX_FORMULA)
    while end > 0 and text[end - 1] == "\\":
        end = text.find("$", end + 1, at + _MAX_FORMULA)
    if end < 0 or "\n\n" in text[at:end]:
        return None
    inside = text[at + 1 : end]
    is_loose = inside[-1:].isspace() and not any(sign in inside for sign in "\\^=_")
    is_money = inside[:1].isdigit() and (is_loose or text[end + 1 : end + 2].isdigit())
    if is_money or is_prose(inside, least=3) or _BETWEEN.match(inside) is not None:
        return None
    return _formula(text, at, end + 1, at + 1, end, display=False)


def _environment(text: str, at: int) -> Formula | None:
    mark = _MARK.match(text, at)
    if mark is None or mark["edge"] != "begin":
        return None
    name = mark.group()[len("\\begin") :]
    end = text.find("\\end" + name, mark.end(), mark.end() + _MAX_DISPLAY)
    return None if end < 0 else _formula(text, at, end + 4 + len(name), mark.end(), end, display=True)


def _formula(
    text: str, start: int, end: int, inside: int, inside_end: int, *, display: bool
) -> Formula | None:
    first, last = trim(text, inside, inside_end)
    return Formula(start, end, first, last, display) if first < last else None


def formulas_in(text: str, start: int, end: int) -> list[Formula]:
    """Return the formulas between two places, in order; an open one at the end is left out."""
    found: list[Formula] = []
    at = start
    while at < end:
        mark = _MARK.search(text, at, end)
        if mark is None:
            break
        formula = formula_at(text, mark.start()) if mark.group() in _CLOSING or mark["edge"] else None
        if formula is None or formula.end > end:
            at = mark.end()
        else:
            found.append(formula)
            at = formula.end
    return found


def last_formula(text: str, needs: re.Pattern[str] | None) -> Formula | None:
    """Return the last formula near the end that could be an answer: no prose, and with what is needed in it."""
    begin = max(len(text) - _TAIL, 0)
    if "$" not in text[begin:] and "\\" not in text[begin:]:
        return None
    cut_off = _cut_off(text, begin)
    if begin:
        line = text.find("\n", begin, begin + _TAIL // 2)
        begin = line if line >= 0 else begin
    found = formulas_in(text, begin, len(text))[-6:]
    if cut_off is not None and (not found or found[-1].end <= cut_off.end):
        found.append(cut_off)
    while len(found) > 1 and _is_range(text, found[-2], found[-1]):
        found.pop()
    for formula in reversed(found):
        inside = text[formula.inside : formula.inside_end]
        if (
            (needs is None or needs.search(inside))
            and not is_prose(inside, least=3)
            and inside not in _END_OF_PROOF
        ):
            return formula
    return None


def _is_range(text: str, before: Formula, last: Formula) -> bool:
    r"""Say whether a formula only says what a letter of the one before runs over: `$x = k\pi$, $k \in \mathbb{Z}$`."""
    inside = text[last.inside : last.inside_end]
    joint = _TO_RANGE.fullmatch(text, before.end, last.start)
    if joint is None or _RANGE.fullmatch(inside) is None:
        return False
    return "\\in" in inside or joint["said"] is not None  # a bare `x > 0` may be the answer


def _cut_off(text: str, begin: int) -> Formula | None:
    """Return the environment that ends last, if it begins before the part of the text that is searched."""
    last = text.rfind("\\end{", begin)
    mark = _MARK.match(text, last) if last >= 0 else None
    if mark is None or mark["edge"] != "end":
        return None
    name = mark.group()[len("\\end") :]
    start = text.rfind("\\begin" + name, max(0, last - _MAX_DISPLAY), last)
    if start < 0 or start >= begin:
        return None
    return _formula(text, start, mark.end(), start + len("\\begin" + name), last, display=True)


def last_row(text: str, start: int, end: int) -> Span:
    r"""Return the last row of an alignment; a matrix or `cases` stays whole."""
    inner = _INNER.match(text, start, end)
    if (
        inner is not None
        and text.rfind("\\end{", start, end) == text.find("\\end{" + inner[1], start, end) > 0
    ):
        start, end = inner.end(), text.rfind("\\end{", start, end)
    if "\\begin" in text[start:end]:
        return start, end
    row = text.rfind("\\\\", start, end)
    while row >= 0:
        first, last = trim(text, row + 2, end)
        if first < last:
            return first, last
        end = row
        row = text.rfind("\\\\", start, end)
    return trim(text, start, end)
