"""Real expressions spelled another way or damaged, polynomials built from their coefficients, and families of identities."""

from __future__ import annotations

import re

from tests.corpus import golds, identities, polynomials
from tests.corpus.case import Book, Case, Writing
from tests.corpus.notation import SUPERSCRIPTS, another_digit

_FUNCTIONS = (
    r"\\(sqrt|pi|left|right|cdot|sin|cos|tan|ln|log|alpha|beta|theta|lfloor|rfloor|lceil|rceil)(?![A-Za-z])"
)
_UNSAFE = re.compile(
    r"\\text|\\in\b|\\cup|matrix|\\mbox|\\l[et]|\\g[et]|\\circ|\\%|\\infty|\"|\\begin|\?|\\pm|\\mp|[A-Z]{2}|\\quad|\.\.|^\[|:|dots"
    r"|\\mathbb|\d ?(\\mathrm\{)?[a-z]{3,}|_\{?\d+\}?$|[a-z]{4,} |\\mathrm|\\operatorname|!|\+ ?[CcKk]\b|\(-1\)\^|\d\s+[\d\\]|\(\s*-?\w\s*\)$"
)
_FRACTION = r"\\[dt]?frac\{?\d+\}?\{?\d+\}?"


def build() -> list[Case]:
    """Return all cases."""
    book = Book("expression")
    for gold in golds.pool(book, r"[^$,=;<>]{2,80}", 80, keep=is_safe):
        book.same(gold.text, respelled(gold.text), 2, gold.source)
        book.other(gold.text, damaged(book, gold.text), 2, gold.source)
    polynomials.add(book)
    identities.add(book)
    return book.cases


def is_safe(match: re.Match[str]) -> bool:
    """Say whether a gold answer is one expression with a letter, a root or π, in which the rewritings below keep the meaning."""
    text = match[0]
    plain = re.sub(_FUNCTIONS, "@", text)
    return (
        _UNSAFE.search(plain) is None
        and re.search(r"\\sqrt|\\pi|[a-z]\^|[a-z]", re.sub(r"\\[a-z]*frac", "", text)) is not None
        and re.fullmatch(
            rf"[A-Za-z ]{{2,}}|-?[\d.]+e-?\d+|-?\d*\s*{_FRACTION}|-?\d*i?|.*(?<![a-z\\])i(?![a-z]).*", text
        )
        is None
        and all(text.count(left) == text.count(right) for left, right in ("{}", "()", "[]"))
        and ("[" not in text.replace("\\sqrt[", ""))
    )


def respelled(text: str) -> list[Writing]:
    """Markup, spacing, names of commands, Unicode signs: nothing that a reader would compute with."""
    found = [
        ("dollars", f"${text}$"), ("displaystyle", f"\\displaystyle {text}"), ("inline maths", f"\\({text}\\)"),
        ("display maths", f"\\[{text}\\]"),
        ("unicode minus", text.replace("-", "−")), ("pi sign", re.sub(r"\\pi(?![a-z])", "π", text)),
        ("tfrac", text.replace("\\frac", "\\tfrac")),
        ("dfrac", text.replace("\\frac", "\\dfrac")), ("frac", text.replace("\\dfrac", "\\frac")),
        ("spaces", re.sub(r"(?<=[\w}\)])([+])(?=[\w\\(])", r" \1 ", text)),
        ("no left right", re.sub(r"\\(left|right)(?![a-z])", "", text)),
        ("superscripts", re.sub(r"\^(\d)(?!\d)", lambda m: m[1].translate(SUPERSCRIPTS), text)),
        ("braced powers", re.sub(r"\^(\d)(?!\d)", r"^{\1}", text)), ("outer parentheses", f"({text})"),
        ("answer =", f"= {text}"), ("trailing space and stop", f"{text} ."),
    ]  # fmt: skip
    if "\\left" not in text:
        found.append(("left right", text.replace("(", "\\left(").replace(")", "\\right)")))
    if not re.search(r"\\[a-zA-Z]+ [a-zA-Z]", text):
        found.append(("no spaces", text.replace(" ", "")))
    ascii_form = as_ascii(text)
    if ascii_form:
        found += [
            ("ascii", ascii_form),
            ("ascii in code", f"`{ascii_form}`"),
            ("ascii with stars", ascii_form.replace("^", "**")),
        ]
    return [(how, spelled) for how, spelled in found if spelled != text]


def as_ascii(text: str) -> str | None:
    """Return the expression in the notation of a keyboard with every product written out; None where that is not sure."""
    plain = re.sub(r"\\[dt]frac", r"\\frac", text)
    plain = re.sub(r"\\(left|right)(?![a-z])", "", plain).replace("\\cdot", "*").replace(" ", "")
    plain = re.sub(r"\\pi(?![a-z])", "pi", plain)
    for _ in range(4):
        plain = re.sub(r"\\sqrt\{([^{}\\]*)\}", r"sqrt(\1)", plain)
        plain = re.sub(r"\\frac\{([^{}\\]*)\}\{([^{}\\]*)\}", r"((\1)/(\2))", plain)
        plain = re.sub(r"\^\{([^{}\\]*)\}", r"^(\1)", plain)
    if re.search(r"[\\{}_|]|[a-zA-Z][\d(]", plain.replace("sqrt(", "@(").replace("pi", "@")):
        return None
    plain = re.sub(r"(\d|\))(?=sqrt|pi|\(|[a-z])", r"\1*", plain)
    return re.sub(r"pi(?=[a-z(])", "pi*", plain)


def damaged(book: Book, text: str) -> list[Writing]:
    """One digit, one sign, one root or one term differs; a term of 1 added or a whole sign changed differs for every value but zero."""
    found = [
        ("one added", f"{text}+1"),
        ("half added", f"{text}+\\frac{{1}}{{2}}"),
        ("sign", f"-\\left({text}\\right)"),
        ("doubled", f"2\\left({text}\\right)"),
        ("two values", f"{text}, 0"),
    ]
    digits = [m.start() for m in re.finditer(r"(?<![\d_{])[2-9](?![\d!])", text)]
    if digits and "\\frac{0" not in text:
        at = book.rng.choice(digits)
        found += [("one digit", text[:at] + another_digit(book.rng, text[at]) + text[at + 1 :])] * 3
    inner = [m.start() for m in re.finditer(r"(?<=[\w}\)])\s*\+", text)]
    if inner and not re.search(r"\||\\(sin|cos|tan)", text):
        at = text.index("+", book.rng.choice(inner))
        found += [("inner sign", text[:at] + "-" + text[at + 1 :])] * 3
    root = re.search(r"(?<![\d}) ])\\sqrt\{([2-9]|\d\d+)\}(?!\s*[\d\\a-z(])", text)
    if root:
        found.append(("root lost", text[: root.start()] + root[1] + text[root.end() :]))
    return found  # fmt: skip
