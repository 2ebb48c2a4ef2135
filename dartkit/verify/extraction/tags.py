r"""Answers in tags and JSON: `<answer>42</answer>`, `{"answer": "42"}`."""

from __future__ import annotations

import re
from typing import NamedTuple

from dartkit.verify.extraction.found import Extraction
from dartkit.verify.extraction.trimming import trim

_NAMES = r"(?:final[_ ]?answer|answer|ans|solution|result|final)"
_TAG = re.compile(
    rf"<(?P<close>/)?\s?{_NAMES}\s?>|<\|(?P<begin>begin|end)_of_(?:solution|answer)\|>", re.IGNORECASE
)
_KEY = re.compile(r"[\"'](?:(?:final|correct)[_ ]?)?answer[\"']\s{0,8}:\s{0,8}", re.IGNORECASE)
_VALUE_KEY = re.compile(r"[\"'](?:value|result|solution|final|x)[\"']\s{0,8}:\s{0,8}", re.IGNORECASE)
_STRING = re.compile(
    r"\"((?:[^\"\\\n]|\\.){0,4000})\"|'((?:[^'\\\n]|\\.){0,4000})'|\"([^\"\n]{0,4000})\"", re.DOTALL
)
_BARE = re.compile(r"[-+]?[0-9][0-9.eE+\-/]{0,60}|true|false|True|False|\[[^\[\]{}\n]{0,400}\]", re.DOTALL)
_PLACEHOLDER = re.compile(
    r"\.{2,}|…|[\[({]?(?:your|insert|put)\b[^<0-9]{0,40}\banswer\b[^<0-9]{0,20}\Z|(?:the )?(?:final )?answer(?: here)?\Z|here\Z",
    re.IGNORECASE,
)

_RAW_LATEX = re.compile(
    r"(?<!\\)\\(?:begin|bar|binom|boxed|frac|neq|right|text|theta|times|tan|[acdeghijklmopqsvwxyzA-Z])"
)
_ENTRY = re.compile(
    r"[\"'](?P<key>[^\"'\n]{1,40})[\"']\s{0,4}:\s{0,4}(?:\"(?P<text>[^\"\n]{0,200})\"|(?P<bare>[-+]?[0-9][0-9.eE+\-/]{0,40}|true|false))"
)
_MAX_OBJECT = 600
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_ESCAPES = {"\\\\": "\\", '\\"': '"', "\\/": "/", "\\n": "\n", "\\t": "\t"}
_MAX_KEYS = 8


class Region(NamedTuple):
    """The content of a tag: where it starts and ends, where the tag is over, and whether it was closed."""

    start: int
    end: int
    after: int
    closed: bool
    is_answer: bool


def last_tag(text: str) -> Region | None:
    """Return the last answer tag with content; an open one counts only where no closed one follows it."""
    if "<" not in text or not any(
        name in text for name in ("nswer", "NSWER", "olution", "ans>", "esult>", "inal>")
    ):
        return None
    opened: int | None = None
    name = ""
    best: Region | None = None
    for tag in _TAG.finditer(text):
        closes = tag["close"] is not None or tag["begin"] == "end"
        if not closes:
            opened, name = tag.end(), tag.group().lower()
        elif opened is not None:
            region = _region(text, opened, tag.start(), tag.end(), name, closed=True)
            best = region or best
            opened = None
    if opened is not None:
        best = _region(text, opened, len(text), len(text), name, closed=False) or best
    return best


def _region(text: str, start: int, end: int, after: int, name: str, *, closed: bool) -> Region | None:
    first, last = trim(text, start, end)
    if first == last or _PLACEHOLDER.match(text, first, last):
        return None
    return Region(first, last, after, closed, "nswer" in name or "ans" in name)


def json_answer(text: str, hint: str | None) -> Extraction | None:
    """Return the value of the last `"answer"` key, with its escapes undone."""
    if 'nswer"' not in text and "nswer'" not in text:
        return None
    return _last_value_of(_KEY, text, hint)


def only_value(text: str, hint: str | None) -> Extraction | None:
    """Return the value of an object such as `{"value": 15}` that is all that stands in an answer tag."""
    if text[:1] != "{" or text[-1:] != "}" or text[1:].lstrip()[:1] not in ('"', "'"):
        return None
    return _last_value_of(_VALUE_KEY, text, hint)


def _last_value_of(keys: re.Pattern[str], text: str, hint: str | None) -> Extraction | None:
    for key in [*keys.finditer(text)][: -_MAX_KEYS - 1 : -1]:
        string = _STRING.match(text, key.end())
        bare = _BARE.match(text, key.end()) if string is None else None
        if string is not None and string.lastindex is not None:
            start, end = trim(text, *string.span(string.lastindex))
            value = "" if _PLACEHOLDER.match(text, start, end) else _unescaped(text[start:end])
            if value:
                return Extraction(value, start, "json-answer")
        elif bare is not None:
            return _from_bare(text, *bare.span(), hint)
        elif text[key.end() : key.end() + 1] == "{":
            return _from_object(text, key.end())
    return None


def _from_object(text: str, start: int) -> Extraction | None:
    """Return the values of an object such as `{"x": 2, "y": 3}` as one list; of `{"value": 5, "unit": "cm"}` the value."""
    end = text.find("}", start, start + _MAX_OBJECT)
    entries = list(_ENTRY.finditer(text, start, end)) if end >= 0 else []
    values = [entry for entry in entries if entry["key"].lower() in ("value", "result", "answer")] or entries
    members = tuple(_unescaped(entry["text"] or entry["bare"] or "").strip() for entry in values)
    if not all(members) or not members:
        return None
    first = values[0].start("text") if values[0]["text"] else values[0].start("bare")
    return Extraction(", ".join(members), first, "json-answer", (), members if len(members) > 1 else ())


def _unescaped(value: str) -> str:
    r"""Undo the escapes of JSON, unless the value holds LaTeX that its writer forgot to escape, such as `\\frac`."""
    if ("\\\\" not in value and '\\"' not in value) or _RAW_LATEX.search(value) is not None:
        return value
    return _ESCAPE.sub(_unescape_one, value).strip()


def _unescape_one(escape: re.Match[str]) -> str:
    return _ESCAPES.get(escape.group(), escape.group())


def _from_bare(text: str, start: int, end: int, hint: str | None) -> Extraction:
    if text[start] != "[" or hint in ("interval", "tuple", "matrix"):
        return Extraction(text[start:end], start, "json-answer")
    items = tuple(part.strip(" \t\"'") for part in text[start + 1 : end - 1].split(",")[:32])
    return Extraction(", ".join(items), start + 1, "json-answer", (), items)
