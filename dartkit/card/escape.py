"""Foreign text in Markdown: names of sources, levels and licences come out as inert code or plain words.

A card is rendered as HTML by whoever hosts it, so text that nobody vetted must not end a table, open a tag or make a link.
"""

from __future__ import annotations

import re
from typing import Any

SHOWN_CHARACTERS = 120
_NOT_PRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~$:@-])")


def one_line(text: Any) -> str:
    """Return text as one line without control and direction characters, at most 120 characters."""
    line = " ".join(_NOT_PRINTABLE.sub(" ", str(text)).split())
    return line if len(line) <= SHOWN_CHARACTERS else line[: SHOWN_CHARACTERS - 3] + "..."


def inline_code(text: Any) -> str:
    """Return text as a code span that also holds in a table cell; empty text as a dash.

    The fence is longer than any run of backticks inside. A pipe becomes a broken bar: Markdown tables end a cell at a pipe
    even within code, and escaping one reads differently inside and outside of tables.
    """
    line = one_line(text).replace("|", "¦")
    if not line:
        return "–"
    fence = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def plain(text: Any) -> str:
    """Return text with all Markdown and HTML characters escaped, for headings and sentences."""
    line = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\1", line)
