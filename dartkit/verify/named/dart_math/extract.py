r"""DART-Math's extraction: cut at `herefore`, `####`, `# Answer`; then a box, an answer phrase, the last formula, a number.

Quirks kept: "Therefore" after a box hides the box; a formula opens *and closes* with `$`, `\(` or `\[`, so two `\( … \)`
formulas are read as one text; a text with the word "statement" and no yes or no is returned whole.
"""

from __future__ import annotations

import re

_SPACES = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_EITHER_END = ":./,#?$\"'ки"
_TRAILING = _EITHER_END + "([{\\"
_LEADING = _EITHER_END + "!)]}"
_CUTS = ("herefore", "####", "# Answer")
_BEFORE_PHRASES = ("is the ans", "is our ans")
_AFTER_PHRASES = ("answer is", "answer:", "answer :")
_FORMULA_SIGN = re.compile(r"\$|\\\(|\\\[")
_NUMBER = re.compile(r"-?\d*\.?\d+")
_CLAUSE_END = re.compile(r"[,.]|!\|?")


def find_answer(completion: str) -> str:
    """Return what DART-Math takes for the answer, before normalisation; empty where it finds nothing."""
    explicit = _explicit_answer(completion)
    if explicit is not None:
        return explicit
    formula = _last_formula(completion)
    if formula is not None:
        return formula
    numbers = _NUMBER.findall(completion.replace(",", ""))
    return numbers[-1] if numbers else ""


def without_trailing_marks(text: str) -> str:
    """Strip white space and marks that end a sentence or open a bracket."""
    return text.strip().rstrip(_TRAILING + _SPACES)


def without_marks(text: str) -> str:
    """Strip white space and stray marks on both ends."""
    return without_trailing_marks(text.strip().lstrip(_LEADING + _SPACES))


def truth_value(text: str) -> str | None:
    """Read `True` or `False` anywhere in a text, or None: `no` is found in `binom`, `minor` and `polynomial` too."""
    lowered = text.lower().strip().replace("noindent", "")
    if "yes" in lowered or "true" in lowered:
        return "True"
    return "False" if "no" in lowered or "false" in lowered else None


def _explicit_answer(completion: str) -> str | None:
    text = without_trailing_marks(completion)
    for cut in _CUTS:
        if cut in text:
            text = text.split(cut)[-1].strip()  # from the left: `####` may overlap itself
    if "oxed{" in text:
        return _last_box(text)
    for phrase in _BEFORE_PHRASES:
        if phrase in text:
            return _undollared(_last_clause(text.split(phrase)[-2].strip()))
    for phrase in _AFTER_PHRASES:
        if phrase in text:
            return _undollared(text.rpartition(phrase)[2].strip())
    if "statement" in text:
        return truth_value(text.split("is ")[-1]) or _undollared(text)
    return None


def _last_clause(text: str) -> str:
    end = 0
    for found in _CLAUSE_END.finditer(text):
        end = found.end()
    return text[end:].strip()


def _undollared(text: str) -> str:
    return text[1:-1] if text.startswith("$") and text.endswith("$") else text


def _last_box(text: str) -> str:
    """Return what follows the last `oxed`: up to the closing brace, the end if it never closes, or the next dollar."""
    rest = text.rpartition("oxed")[2]
    if not rest.startswith("{"):
        return rest.partition("$")[0].strip()
    depth = 1
    for at in range(1, len(rest)):
        if rest[at - 1] == "\\" or rest[at] not in "{}":
            continue
        depth += 1 if rest[at] == "{" else -1
        if depth == 0:
            return rest[1:at]
    return rest[1:]


def _last_formula(text: str) -> str | None:
    found: str | None = None
    at = 0
    while (opened := _FORMULA_SIGN.search(text, at)) is not None:
        begin = opened.end()
        dollar = text.find("$", begin)
        if dollar < 0:
            last = max(text.rfind("\\(", begin + 1), text.rfind("\\[", begin + 1))
            return found if last < 0 else text[begin:last]
        if dollar > begin:
            found = text[begin:dollar]
        at = max(dollar + 1, begin) if dollar > begin else begin
    return found
