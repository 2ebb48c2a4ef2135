"""The answer after `####`, the mark of GSM8K, which is also a heading of the fourth level in Markdown."""

from __future__ import annotations

import re

from dartkit.verify.extraction.formulas import is_prose
from dartkit.verify.extraction.found import Extraction
from dartkit.verify.extraction.segments import answer_after

_HEADING = re.compile(
    r"[ \t]*[*_]{0,3}(?:[0-9]{1,2}[.):][ \t]{1,4}\S|step\b|case\b|part\b|final answer|answer|conclusion|verif|check|[IVX]{1,4}[.)]\s)",
    re.IGNORECASE,
)


def answer_after_hashes(text: str, at: int, hint: str | None) -> Extraction | None:
    """Return the answer in the line after `####`, or None where the line is a heading."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    line = text[at:end].strip()
    if not line or _HEADING.match(text, at, end):
        return None
    found = answer_after(text, at, hint, "hashes")
    if found is None or found.start >= end:
        return None
    follows = text[end : end + 400].strip()
    if follows and not any(char.isdigit() for char in found.text):
        return None  # a heading in words; an answer in words stands last
    return None if is_prose(found.text) else found
