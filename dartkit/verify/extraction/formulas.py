r"""LaTeX formulas: the one that begins at a place, the last one of a text, and the side of an equation that answers."""

from __future__ import annotations

import re
from typing import NamedTuple

from dartkit.verify.extraction.found import NUMBERS
from dartkit.verify.extraction.trimming import trim

Span = tuple[int, int]
_ENVIRONMENT = r"(?:equation|align|aligned|alignat|gather|gathered|multline|eqnarray|displaymath|math)\*?"
_MARK = re.compile(rf"\\[()\[\]$\\]|\\(?P<edge>begin|end)\{{{_ENVIRONMENT}\}}|\$\$?|\n[ \t]{{0,8}}\n")
_CLOSING = {"\\(": "\\)", "\\[": "\\]", "$$": "$$", "$": "$"}
_TAIL = 1_600
_MAX_FORMULA = 2_000
_SIGN = re.compile(r"\\(?:[A-Za-z]{1,20}|.)|[{}()\[\]=,;<>≈≤≥≠]|:=|\s(?:or|and|oder|und|ou|et)\s", re.DOTALL)
_ORDER = frozenset(
    {"<", ">", "≤", "≥", "≠", "\\le", "\\leq", "\\ge", "\\geq", "\\neq", "\\ne", "\\lt", "\\gt", "\\in", "\\cup", "\\equiv",
     "\\leqslant", "\\geqslant", "\\to", "\\mid", "\\iff", "\\text"}
)  # fmt: skip
_ARROWS = frozenset({"\\Rightarrow", "\\implies", "\\Longrightarrow", "\\therefore"})
_NAME = re.compile(
    r"\s{0,3}(?:\\(?:angle|triangle|overline|widehat|hat|vec|mathbf|mathrm|text|operatorname|boldsymbol)\s?)?\{?"
    r"(?:\\[A-Za-z]{2,10}|[A-Za-z]{1,6})(?:\}|_\{[^{}]{1,20}\}|_[A-Za-z0-9]|'|\([^()=]{1,20}\)|\\,|\s){0,6}\Z"
)
_BOUND = ("\\int", "\\sum", "\\prod", "\\lim", "\\max", "\\min", "\\iint")
_VARIABLE = re.compile(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])")
_WORD = re.compile(r"(?<![\\A-Za-z])[^\W\d_]{2,}")
_IN_TEXT = re.compile(r"\\[a-z]{1,12}\{[^{}$\\]{0,80}\}")
_NO_PROSE = frozenset((
    "or", "and", "oder", "und", "ou", "et", "sin", "cos", "tan", "cot", "sec", "csc", "log", "ln", "lim", "exp", "sqrt", "pi", "mod",
    "gcd", "lcm", "max", "min", "det", "inf",
))  # fmt: skip
_END_OF_PROOF = frozenset(("\\square", "\\blacksquare", "\\qed", "\\Box", "\\checkmark"))
_OPERATOR = re.compile(r"[0-9\\^_+\-−*/<>()\[\]=|,:%]")


class Formula(NamedTuple):
    """Where a formula begins and ends with its delimiters, and without them."""

    start: int
    end: int
    inside: int
    inside_end: int
    display: bool


def is_prose(piece: str) -> bool:
    """Say whether a piece of text is a sentence rather than an answer: it has more than two words outside LaTeX."""
    if "\\" in piece:
        piece = _IN_TEXT.sub(" ", piece)
    words = 0
    for word in _WORD.finditer(piece):
        text = word.group()
        if text.lower() not in _NO_PROSE:
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
    end = text.find(closed, at + 2, at + 2 + _MAX_FORMULA)
    return None if end < 0 else _formula(text, at, end + 2, at + 2, end, display=opened != "\\(")


def _dollar_formula(text: str, at: int) -> Formula | None:
    end = text.find("$", at + 1, at + _MAX_FORMULA)
    while end > 0 and text[end - 1] == "\\":
        end = text.find("$", end + 1, at + _MAX_FORMULA)
    if end < 0 or "\n\n" in text[at:end]:
        return None
    is_money = text[at + 1 : at + 2].isdigit() and (
        text[end - 1].isspace() or text[end + 1 : end + 2].isdigit()
    )
    if is_money or is_prose(text[at + 1 : end]):
        return None
    return _formula(text, at, end + 1, at + 1, end, display=False)


def _environment(text: str, at: int) -> Formula | None:
    mark = _MARK.match(text, at)
    if mark is None or mark["edge"] != "begin":
        return None
    name = mark.group()[len("\\begin") :]
    end = text.find("\\end" + name, mark.end(), mark.end() + _MAX_FORMULA)
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


def last_formula(text: str, *, bare_names: bool = False) -> Formula | None:
    """Return the last formula near the end that could be an answer: no prose, and no lone variable unless allowed."""
    begin = max(len(text) - _TAIL, 0)
    if "$" not in text[begin:] and "\\" not in text[begin:]:
        return None
    if begin:
        line = text.find("\n", begin, begin + _TAIL // 2)
        begin = line if line >= 0 else begin
    for formula in reversed(formulas_in(text, begin, len(text))[-6:]):
        inside = text[formula.inside : formula.inside_end]
        if (bare_names or _OPERATOR.search(inside)) and not is_prose(inside) and inside not in _END_OF_PROOF:
            return formula
    return None


def last_row(text: str, start: int, end: int) -> Span:
    r"""Return the last row of an alignment; a matrix or `cases` stays whole."""
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


class _Signs(NamedTuple):
    equals: list[int]
    approx: Span | None
    listed: bool


def right_side(text: str, start: int, end: int, hint: str | None) -> Span:
    r"""Return what an equation says its left side is: `7` of `3+4=7`; `x=5`, lists and true equations stay whole."""
    if end - start > _MAX_FORMULA or not any(
        sign in text[start:end] for sign in ("=", "≈", "\\approx", "\\Rightarrow", "\\implies", "\\therefore")
    ):
        return start, end
    start = _after_arrow(text, start, end)
    signs = _top_signs(text, start, end)
    if signs.listed:
        return start, end
    begin = start
    if signs.equals:
        left = text[start : signs.equals[0]].replace("&", "")
        is_name = _NAME.match(left) is not None
        if hint == "equation" and (is_name or len(signs.equals) == 1):
            return start, end
        is_equation = (
            not any(sign in left for sign in _BOUND)
            and len(signs.equals) == 1
            and not is_name
            and hint is None
            and _VARIABLE.search(left) is not None
        )
        if is_equation or (is_name and len(signs.equals) == 1 and signs.approx is None):
            return start, end
        begin = signs.equals[-1] + 1
    return _side_of_approx(text, start, begin, end, signs.approx, hint)


def _side_of_approx(
    text: str, start: int, begin: int, end: int, approx: Span | None, hint: str | None
) -> Span:
    if approx is not None and approx[0] >= begin:
        left = trim(text, begin, approx[0])
        is_name = _NAME.match(text[left[0] : left[1]]) is not None
        wants_decimal = hint in NUMBERS and hint != "rational"
        begin, end = (
            (approx[1], end) if is_name or wants_decimal or left[0] == left[1] else (begin, approx[0])
        )
    first, last = trim(text, begin, end)
    if text[first : first + 1] == "&":
        first, last = trim(text, first + 1, last)
    return (first, last) if first < last else (start, end)


def _after_arrow(text: str, start: int, end: int) -> int:
    arrow = max(
        (text.rfind(sign, start, end) + len(sign) for sign in _ARROWS if text.rfind(sign, start, end) >= 0),
        default=-1,
    )
    if arrow < 0 or "\\text" in text[start:end]:
        return start
    first, last = trim(text, arrow, end)
    return first if first < last else start


def _top_signs(text: str, start: int, end: int) -> _Signs:
    depth = 0
    equals: list[int] = []
    approx: Span | None = None
    listed = False
    for found in _SIGN.finditer(text, start, end):
        sign = found.group()
        if sign in ("{", "(", "[", "\\{", "\\begin"):
            depth += 1
        elif sign in ("}", ")", "]", "\\}", "\\end"):
            depth -= 1
        elif depth > 0:
            continue
        elif sign == "=":
            equals.append(found.start())
        elif sign in ("≈", "\\approx"):
            approx = found.span()
        elif sign in (",", ";") or sign in _ORDER or sign[-1].isspace():
            listed = listed or not text[found.end() : found.end() + 3].isdigit() or sign in _ORDER
    return _Signs(equals, approx, listed)
