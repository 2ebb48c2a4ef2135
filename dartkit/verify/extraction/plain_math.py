r"""Mathematics written without LaTeX: how far `√(2 − √3)`, `⌊log₂ n⌋ + 1` or `(√65, 2π − arctan(4√3), 0)` reaches in a sentence."""

from __future__ import annotations

import re

Span = tuple[int, int]
_MAX_TOKENS = 120
_MAX_BRACKETS = 400
_MAX_TRAILING = 120
_POWERS = tuple("^²³⁴⁵⁶ⁿ")
_FUNCTION = r"(?:(?:arc|a)?(?:sin|cos|tan|cot|sec|csc)h?|log|ln|lg|exp|sqrt|cbrt|gcd|lcm|max|min)"
_TOKEN = re.compile(
    rf"(?P<gap>\s?)(?:(?P<function>{_FUNCTION})(?![A-Za-z])"
    r"|(?P<number>[0-9]{1,40}(?:[.,][0-9]{1,40}){0,12}|\.[0-9]{1,40}|…|\.\.\.)"
    r"|(?P<letter>pi(?![A-Za-z])|(?![aAI]\s[a-z]{2})(?:[A-Za-z](?![A-Za-z])|[α-ωΔΓΩ∞ℓ]))"
    r"|(?P<product>(?!mod)[a-z]{2,3}(?![A-Za-z]))"
    r"|(?P<suffix>[²³⁰¹⁴-⁹⁺⁻⁼⁽⁾ⁿⁱˣᵏᵐ₀-₉₊₋ₙₖᵢⱼ!%°′]{1,12}|_(?:[A-Za-z0-9]|\{[^{}\n]{1,12}\}))"
    r"|(?P<open>[(\[{⌊⌈])|(?P<close>[)\]}⌋⌉])|(?P<bar>\|)|(?P<root>[√∛])"
    r"|(?P<sign>[-−–+±∓])|(?P<operator>\*\*|[<>]=|[*/^·×÷=<>≤≥≈≡≠∪∩]|:(?=\s?[0-9])|mod(?![A-Za-z]))|(?P<comma>[,;]))"
)
_MIXED = re.compile(r"\s[0-9]{1,6}/[0-9]{1,6}(?![0-9/])")
_JOINT = re.compile(r"(?:,|;)?\s?(?:and\s|or\s|∪\s?)?")

_CLOSING = ")]}⟩"


def math_end(text: str, start: int, end: int) -> int:
    """Return where the plain mathematics that begins at a place ends; the place itself where none begins.

    Brackets must close, and what stands beside an operand after a blank is no factor: `3 n` ends after 3, as `12 m` does.
    """
    at = good = start
    stack: list[str] = []
    before = ""
    operand = named = (
        False  # whether the last token may be followed by an operator; whether it was the name of a function
    )
    for _ in range(_MAX_TOKENS):
        token = _TOKEN.match(text, at, end)
        if token is None:
            break
        sort, gap = token.lastgroup or "", bool(token["gap"])
        is_factor = before in ("suffix", "close", "letter", "product") and (
            text.startswith(_POWERS, token.end())
            if sort == "letter"
            else sort == "open" and before != "letter"
        )
        if not _follows(
            sort, operand=operand, named=named, apart=gap and operand and not stack and not is_factor
        ):
            mixed = _MIXED.match(text, at, end) if sort == "number" and text[at - 1 : at].isdigit() else None
            if mixed is None:
                break
            at = good = mixed.end()
            continue
        if sort == "comma" and not stack:
            break
        if sort == "open" or (sort == "bar" and not operand):
            stack.append(sort)
        elif sort in ("close", "bar"):
            if not stack:
                break
            stack.pop()
        operand = sort in ("number", "letter", "product", "suffix", "close") or (sort == "bar" and operand)
        named = sort == "function" or (named and sort == "suffix")
        operand = operand and not named
        before = "suffix" if sort == "number" and text[at - 1 : at] == "^" else sort
        at = token.end()
        if operand and not stack:
            good = at
    return good


def trailing_math(text: str, start: int, end: int) -> Span | None:
    """Return the longest plain mathematics that a sentence ends in: `x² − 1` of "it simplifies to x² − 1"."""
    while end > start and text[end - 1] in ".*! \n":
        end -= 1
    for place in range(max(start, end - _MAX_TRAILING), end):
        if (place == start or text[place - 1].isspace()) and math_end(text, place, end) == end:
            return place, end
    return None


def _follows(sort: str, *, operand: bool, named: bool, apart: bool) -> bool:
    """Say whether a token may stand after what was read; `apart` where a blank divides it from an operand."""
    if sort in ("number", "letter", "open", "root"):
        return not apart
    if sort == "product":
        return not apart and operand  # `4xy` and not the word "is"
    if sort == "suffix":
        return (operand or named) and not apart
    if sort in ("close", "operator", "comma"):
        return operand
    return True


def final_brackets(text: str, start: int, end: int) -> Span | None:
    """Return the list in brackets that a sentence ends in, or several of them that commas, `and` or `∪` join.

    Brackets may stand within brackets, and the two ends of an interval need not be alike.
    """
    while end > start and text[end - 1] in ".*! \n":
        end -= 1
    first = last = end
    while first > start:
        group = _bracket_start(text, max(start, first - _MAX_BRACKETS), first)
        if group is None or text[max(group - 1, start) : group].isalnum():
            break
        last = group
        joint = max(group - 6, start)
        before = next((at for at in range(joint, group) if _JOINT.fullmatch(text, at, group)), group)
        if before == start or text[before - 1 : before] not in (")", "]", "}", "⟩"):
            break
        first = before
    return (last, end) if last < end else None


def _bracket_start(text: str, start: int, end: int) -> int | None:
    """Return where the bracket opens that ends here and holds a comma outside of inner brackets."""
    if text[end - 1 : end] not in _CLOSING or start == end:
        return None
    depth = 0
    listed = text.startswith("]]", end - 2) or text.startswith("))", end - 2)
    for at in range(end - 1, start - 1, -1):
        char = text[at]
        if char == "\n":
            return None
        if char in ")]}⟩":
            depth += 1
        elif char in "([{⟨":
            depth -= 1
            if depth == 0:
                return at if listed else None
        listed = listed or (char in ",;" and depth == 1)
    return None
