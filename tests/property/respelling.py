"""Change how a text is set without changing what it says: the text level, for texts that no generator knows."""

from __future__ import annotations

import random
import re

_FRACTION = re.compile(r"\\[dt]?frac(?![A-Za-z])")
_TIMES = re.compile(r"\\(?:cdot|times)(?![A-Za-z])")
_LOWER = re.compile(r"\\leq?(?![A-Za-z])")


def respelled(text: str, source: random.Random) -> str:
    """Return the text with other spacing, fractions, products, bracket sizes, or dollar signs around it."""
    for change in source.sample(_CHANGES, 3):
        text = change(text, source)
    return text


def _fractions(text: str, source: random.Random) -> str:
    return _FRACTION.sub(lambda found: source.choice(("\\frac", "\\dfrac", "\\tfrac")), text)


def _products(text: str, source: random.Random) -> str:
    return _TIMES.sub(lambda found: source.choice(("\\cdot", "\\times")), text)


def _relations(text: str, source: random.Random) -> str:
    return _LOWER.sub(lambda found: source.choice(("\\le", "\\leq")), text)


def _brackets(text: str, source: random.Random) -> str:
    if "\\" in text.replace("\\frac", "") and re.search(r"\\[A-Za-z]*[()]|\\[()\[\]]", text):
        return text
    return (
        text.replace("(", "\\left(").replace(")", "\\right)") if text.count("(") == text.count(")") else text
    )


def _outer_space(text: str, source: random.Random) -> str:
    return source.choice(("", " ", "\n", "\t ")) + text + source.choice(("", " ", "\n"))


def _dollars(text: str, source: random.Random) -> str:
    return f"${text}$" if "$" not in text and text.strip() else text


def _display(text: str, source: random.Random) -> str:
    return (
        f"\\displaystyle {text}" if "$" not in text and "\\" in text else text
    )  # only a formula has a style


_CHANGES = (_fractions, _products, _relations, _brackets, _outer_space, _dollars, _display)
