r"""DART-Math's normal form of an answer: about forty rewrites of text, whose order decides what survives.

Quirks kept, among many: a text that contains `no` anywhere (`\binom`, "minor") is `False`; a word that begins like a weekday
is that day ("month" is Monday); only the first `\text` is unwrapped; `2t` loses its unit; `x=5`, `y=5` and `5` are one;
normalising twice is not normalising once.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dartkit.verify.named.dart_math import words
from dartkit.verify.named.dart_math.brackets import without_first_braces, without_outer
from dartkit.verify.named.dart_math.extract import truth_value, without_marks
from dartkit.verify.named.dart_math.trees import TooLarge

Same = Callable[[str, str], bool]

MAX_ELEMENTS = 40  # of a set whose elements are compared with one another
_OR = re.compile(r"[^a-z]or(?:x|[^a-z])")
_WHOLE_DEGREE = re.compile(r"^(\d+) ?\^?\\?circ$")
_DEGREE = re.compile(r"(?<!\d)(\d+) ?\^?\\?circ")
_BARE_FUNCTION = re.compile(rf"(?<!\\)(pi\b|{words.FUNCTIONS})")
_FUNCTION_POWER = re.compile(rf"\\?({words.FUNCTIONS})\^(\d+)")
_FUNCTION = re.compile(rf"\\?({words.FUNCTIONS})(?!\^)")
_MATRIX = re.compile(r"\{[a-z]?matrix\}")
_COLUMNS = re.compile(r"\\begin\{array\}\{[lcr]*\}")
_ZERO_DECIMALS = re.compile(r"(?<!\d)(\d+)\.0+([^\d])")
_ZERO_DECIMALS_AT_END = re.compile(r"(?<!\d)(\d+)\.0+$")
_ROOT_BRACKET = re.compile(r"\\?sqrt[({\[](\w+)[)}\]]")
_ROOT_DIGITS = re.compile(r"\\?sqrt\s*(\d+)")
_SLASH = re.compile(r"(\b\d+|sqrt\(.{0,200}?\))/(\d+|sqrt\(.{0,200}?\)\b)")
_MEMBER = re.compile(r"^[a-z]\\in")
_NAME = re.compile(
    rf"^(?:[a-z]|[A-Z]{{2}}|\\?(?:{words.NAMES}))\^?\{{?-?(?:'|\\prime|\d)*\}}?(?:\(-?(?:[\d.]+|[a-z])?\))?$"
)
_LETTER = re.compile(r"[a-zA-Z]")
_LEADING_ZEROS = re.compile(r"^0+([1-9])")
_MID = re.compile(r"\\mid([a-z])")
_PLUS_MINUS_RUN = re.compile(r"[\w.\\{}+\-*^]+")


def normal_answer(text: str, same: Same) -> str:
    """Return the normal form of an answer.

    Args:
        text: Any string.
        same: Whether two elements of a set are one, which upstream decides by its whole comparison.

    Raises:
        Unreadable: where `same` does.
        TooLarge: for sets of more than 40 elements.
    """
    text = without_marks(text.replace("\n", "").strip())
    truth = truth_value(text)
    if truth is not None:
        return truth
    return _weekday(text) or _mathematics(text, same)


def elements(text: str, same: Same) -> list[str]:
    """Return the elements of a set, comma or `or` between them, each once, sorted as text."""
    parts = [part.strip() for part in without_outer(text).replace("or", ",").split(",")]
    if len(parts) > MAX_ELEMENTS:
        raise TooLarge(f"a set of {len(parts)} elements")
    kept = [part for at, part in enumerate(parts) if not any(same(part, other) for other in parts[:at])]
    return sorted(kept)


def is_set(text: str) -> bool:
    """Say whether a text reads as a set: braces around it, or an `or` inside."""
    if _OR.search(text) is not None:
        return True
    return (text.startswith("{") and text.endswith("}")) or (text.startswith("\\{") and text.endswith("\\}"))


def _weekday(text: str) -> str | None:
    word = text.lower().strip()
    if " " in word:
        return None
    return next((day for day in words.WEEKDAYS if word.startswith(day[:3].lower())), None)


def _mathematics(text: str, same: Same) -> str:
    text = _without_units(_arrays(_functions(_plain_text(without_marks(text)))))
    if not text:
        return text
    if text.startswith("."):
        text = "0" + text
    text = ",".join(_one(part) for part in (elements(text, same) if is_set(text) else [text]))
    if "," not in text:
        text = without_outer(text)
    text = words.NUMBER_WORDS.get(text, text)
    text = without_marks(_MID.sub(r"\\mid \1", text))
    for sign in "<>":
        if text.count(sign) > 1 and not any(word in text.lower() for word in (",", "and", "or")):
            text = text.replace(sign, ",")
    return text


def _plain_text(text: str) -> str:
    for dropped in words.DROPPED:
        text = text.replace(dropped, "")
    for old, new in words.REPLACED:
        text = text.replace(old, new)
    if "\\infty" not in text:
        text = text.replace("inf", "\\infty")
    text = text.replace(" ", "")
    for command in words.COMMANDS:
        text = _without_command(text, command)
    for environment in words.ENVIRONMENTS:
        text = text.replace(f"\\begin{{{environment}}}", "").replace(f"\\end{{{environment}}}", "")
    return text


def _without_command(text: str, command: str) -> str:
    """Remove the first use of a command: the braces after it, or those of the group in which it stands first."""
    before, found, after = text.partition(command)
    if not found:
        return text
    before, after = before.strip(), after.strip()
    if after.startswith("{"):
        return before + without_first_braces(after)
    if before.endswith("{") and "}" in after:
        return before[:-1] + after.replace("}", "", 1)
    return before + after


def _functions(text: str) -> str:
    """Write degrees as multiples of pi over 180, and each function name with a backslash and a power."""
    text = _WHOLE_DEGREE.sub(r"\1", text.replace("rad", ""))
    text = _DEGREE.sub(r"{\1*\\frac{\\pi}{180}}", text)
    text = _BARE_FUNCTION.sub(r"\\\1", text)
    return _FUNCTION.sub(r"\\\1^{1}", _FUNCTION_POWER.sub(r"\\\1^{\2}", text))


def _arrays(text: str) -> str:
    text = _COLUMNS.sub(r"\\begin{array}{}", _MATRIX.sub("{array}", text))
    if "\\begin{array}" not in text:
        text = text.replace("\\\\", "")
    if "j" in text and "i" not in text:
        text = text.replace("j", "i")
    return _ZERO_DECIMALS_AT_END.sub(r"\1", _ZERO_DECIMALS.sub(r"\1\2", text))


def _without_units(text: str) -> str:
    for forms in words.UNITS:
        for form in forms:
            tail = next((form + end for end in words.UNIT_ENDINGS if text.endswith(form + end)), None)
            if tail is not None and _ends_a_number(text[: -len(tail)]):
                text = text[: -len(tail)]
                break
    return text


def _ends_a_number(text: str) -> bool:
    return text[-1:] in tuple("-.*^{}") or text[-1:].isdecimal()


def _one(text: str) -> str:
    """Normalise one element: roots, fractions, what stands before an equals sign, plus-minus, leading zeros."""
    text = _ROOT_DIGITS.sub(r"\\sqrt{\1}", _ROOT_BRACKET.sub(r"\\sqrt{\1}", text))
    if text.startswith("frac"):
        text = "\\" + text
    text = _SLASH.sub(_fraction, _braced_fractions(text))
    text = _MEMBER.sub("", text)
    if "," not in text:
        text = without_outer(text)
    if "\\begin{array}" not in text:
        text = _right_side(text)
    return _LEADING_ZEROS.sub(r"\1", _expanded_plus_minus(text))


def _fraction(found: re.Match[str]) -> str:
    return f"\\frac{{{found.group(1)}}}{{{found.group(2)}}}"


def _braced_fractions(text: str) -> str:
    r"""Give `\frac12` and `\frac1{72}` their braces; a `\frac` with fewer than two characters after it stops everything."""
    head, *rests = text.split("\\frac")
    fixed = [head]
    for rest in rests:
        if rest.startswith("{"):
            fixed.append(rest)
        elif len(rest) < 2:
            return text
        elif rest[1] == "{":
            fixed.append("{" + rest[0] + "}" + rest[1:])
        else:
            fixed.append("{" + rest[0] + "}{" + rest[1] + "}" + rest[2:])
    return "\\frac".join(fixed)


def _right_side(text: str) -> str:
    """Keep the last side of a chain of equations, and the right side where the left is a name or has no letters."""
    if text.count("=") > 1:
        text = text.rpartition("=")[2]
    left, equals, right = text.partition("=")
    if equals and _NAME.match(left.strip()):
        return right
    return right if equals and _LETTER.search(left) is None else text


def _expanded_plus_minus(text: str) -> str:
    r"""Write `a\pm b` as `a-b,a+b`; outer brackets go with it."""
    inside = without_outer(text)
    expanded = _PLUS_MINUS_RUN.sub(_both_signs, inside)
    return text if expanded == inside else expanded


def _both_signs(found: re.Match[str]) -> str:
    run = found.group()
    places = [place for place in (run.find("\\pm", 1), run.find("\\mp", 1)) if place > 0]
    if not places or min(places) + 3 >= len(run):
        return run
    first, second = run[: min(places)], run[min(places) + 3 :]
    return f"{first}-{second},{first}+{second}"
