"""The same answer with more or less around it: names, units, signs, brackets and words that may be left out or added.

What counts as the same is a convention of labels (see `Policy`), so under a strict policy some of these are rightly not
matched: then only a completion that writes the gold answer's way is right, which is worth knowing too.
"""

from __future__ import annotations

import re

from dartkit.verify.gold.text import has_ambiguous_comma, has_variables, has_words, split_items

_NO_LIST = ("{,}", "=", "$", "dots", "mod", "...", "@")
_NUMBER = r"-?(?:[0-9][0-9.,]{0,40}(?:/[0-9]{1,20})?|\\[dt]?frac\{[0-9]{1,20}\}\{[0-9]{1,20}\})"
_GAP = r"(?:\s|\\[,;:! ]|~){0,6}"
_UNIT = re.compile(
    rf"(?P<number>{_NUMBER}){_GAP}\\(?:text|textrm|mathrm|mbox|rm)\s?\{{\s?(?P<unit>[A-Za-z][A-Za-z .]{{0,30}})\}}"
    r"(?:\^\{?[0-9]\}?)?"
)
_UNITS = (
    "mm cm m km in inch inches ft foot feet yards yd mile miles mph g grams kg pounds lb oz ounces s sec seconds min minutes "
    "h hr hour hours days weeks months years cents dollars liters ml gallons units degrees meters centimeters kilometers"
)
_UNIT_NAMES = frozenset(_UNITS.split())
_PERCENT = re.compile(rf"(?P<number>{_NUMBER}) ?(?P<sign>\\?%)")
_MONEY = re.compile(rf"\\?\$(?P<number>{_NUMBER})")
_DEGREES = re.compile(rf"(?P<number>{_NUMBER}) ?(?P<sign>\^\\circ|\^\{{\\circ\}}|°)")
_INTEGER = re.compile(r"-?[0-9]{4,15}")
_SEPARATED = re.compile(r"-?[0-9]{1,3}(?:(?:,|\{,\}|,\\!)[0-9]{3}){1,5}")
_NAMED = re.compile(r"[A-Za-z] ?= ?(?P<value>[^=<>,]{1,400})")
_CHOICE = re.compile(r"(?:\\(?:text|textbf|mathrm|mathbf|textrm) ?\{ ?)?\(?(?P<letter>[A-Za-z])\)?\.?\}?")
_WRAPPED = re.compile(r"\\(?:text|textbf|mathrm|mbox|textrm) ?\{(?P<inner>[^{}\\$]{1,200})\}")
_BARE_WORDS = re.compile(r"[A-Za-z][A-Za-z' -]{0,200}")
_INTERVAL = re.compile(r"[(\[].{1,400}[)\]]", re.DOTALL)


def named(answer: str) -> str | None:
    """`x = 5` for 5; only for answers without letters of their own."""
    return None if has_variables(answer) or not answer else f"x = {answer}"


def unnamed(answer: str) -> str | None:
    """5 for `x = 5`."""
    found = _NAMED.fullmatch(answer)
    return None if found is None or has_words(found["value"]) else found["value"].strip()


def thousands(answer: str) -> str | None:
    """`12,345` for 12345, and the other way round."""
    if _INTEGER.fullmatch(answer):
        return f"{int(answer):,}" if not answer.lstrip("-").startswith("0") else None
    found = _SEPARATED.fullmatch(answer)
    return re.sub(r"[^-0-9]", "", answer) if found else None


def latex_thousands(answer: str) -> str | None:
    """`12{,}345` for 12345."""
    plain = thousands(answer)
    return plain.replace(",", "{,}") if plain and "," in plain else None


def unit_left_out(answer: str) -> str | None:
    """The number alone, where a unit that everybody knows follows it."""
    found = _UNIT.fullmatch(answer)
    return found["number"] if found and _is_unit(found["unit"]) else None


def unit_as_word(answer: str) -> str | None:
    """The unit without its LaTeX wrapper."""
    found = _UNIT.fullmatch(answer)
    is_plain = found is not None and _is_unit(found["unit"]) and answer.endswith("}") and "^" not in answer
    return f"{found['number']} {found['unit'].strip()}" if found and is_plain else None


def _is_unit(text: str) -> bool:
    words = text.lower().replace(".", "").split()
    return bool(words) and all(word in _UNIT_NAMES or word in ("square", "cubic", "per") for word in words)


def percent_sign(answer: str) -> str | None:
    r"""`28%` for `28\%`, and the other way round."""
    found = _PERCENT.fullmatch(answer)
    return None if found is None else found["number"] + ("%" if found["sign"] == "\\%" else "\\%")


def percent_left_out(answer: str) -> str | None:
    """The number alone, where a percent sign follows it."""
    found = _PERCENT.fullmatch(answer)
    return found["number"] if found else None


def currency_left_out(answer: str) -> str | None:
    """The number alone, where a dollar sign precedes it."""
    found = _MONEY.fullmatch(answer)
    return found["number"] if found else None


def degree_sign(answer: str) -> str | None:
    r"""`90^{\circ}` for `90^\circ`, and the other way round."""
    found = _DEGREES.fullmatch(answer)
    return (
        None
        if found is None
        else found["number"] + ("^{\\circ}" if found["sign"] == "^\\circ" else "^\\circ")
    )


def degree_left_out(answer: str) -> str | None:
    """The number alone, where a degree sign follows it."""
    found = _DEGREES.fullmatch(answer)
    return found["number"] if found else None


def bare_letter(answer: str) -> str | None:
    """The letter of a choice alone."""
    found = _CHOICE.fullmatch(answer)
    return found["letter"] if found else None


def bracketed_letter(answer: str) -> str | None:
    """The letter of a choice in brackets."""
    found = _CHOICE.fullmatch(answer)
    return f"({found['letter']})" if found else None


def bold_letter(answer: str) -> str | None:
    """The letter of a choice as contests print it."""
    found = _CHOICE.fullmatch(answer)
    return f"\\textbf{{({found['letter']})}}" if found else None


def text_wrapper(answer: str) -> str | None:
    r"""Words in `\text{}`, or without it."""
    if found := _WRAPPED.fullmatch(answer):
        return found["inner"].strip()
    return f"\\text{{{answer}}}" if _BARE_WORDS.fullmatch(answer) else None


def other_case(answer: str) -> str | None:
    """Words in lower case, or with a capital."""
    found = _WRAPPED.fullmatch(answer)
    inner = found["inner"].strip() if found else answer
    if not _BARE_WORDS.fullmatch(inner) or len(inner) < 2:
        return None
    return inner.lower() if inner != inner.lower() else inner.capitalize()


def list_items(answer: str) -> list[str] | None:
    r"""Return the elements of `1, 2` or `\{1, 2\}`; None for anything in which a comma can mean something else."""
    text = answer[2:-2] if answer.startswith("\\{") and answer.endswith("\\}") else answer
    if (
        has_words(text)
        or has_ambiguous_comma(text.replace(" ", ""))
        or any(mark in text for mark in _NO_LIST)
    ):
        return None
    items = split_items(text)
    return items if len(items) >= 2 and all(items) else None


def set_braces(answer: str) -> str | None:
    r"""A list in `\{ \}`, or a set without."""
    inner = list_items(answer)
    if inner is None:
        return None
    return ", ".join(inner) if answer.startswith("\\{") else f"\\{{{', '.join(inner)}\\}}"


def other_order(answer: str) -> str | None:
    """The elements of a list or set from the last to the first."""
    inner = list_items(answer)
    if inner is None:
        return None
    turned = ", ".join(reversed(inner))
    return f"\\{{{turned}\\}}" if answer.startswith("\\{") else turned


def joined_by_and(answer: str) -> str | None:
    """Two elements joined by `and`."""
    inner = list_items(answer)
    return f"{inner[0]} \\text{{ and }} {inner[1]}" if inner and len(inner) == 2 else None


def as_member(answer: str) -> str | None:
    """`x` in an interval or union of intervals."""
    return f"x \\in {answer}" if _INTERVAL.fullmatch(answer) and "=" not in answer else None


def full_stop(answer: str) -> str | None:
    """A full stop after the answer, inside the box."""
    return None if answer.endswith((".", "\\")) else f"{answer}."


def inner_dollars(answer: str) -> str | None:
    """Dollar signs around the answer, inside the box."""
    return None if "$" in answer else f"${answer}$"
