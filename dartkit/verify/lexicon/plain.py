r"""Take the typography off a short answer: `\text{4:30\ p.m.}` becomes `4:30 p.m.`, for readers of words.

Only what carries no meaning goes: text and font wrappers, spacing commands, dollar signs, grouping braces, Markdown
emphasis. Any other command stays where it is, so a reader of words meets its backslash and gives up.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from dartkit.text.symbols import (
    DROPPED_COMMANDS,
    FONT_COMMANDS,
    FRACTION_SIGNS,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    TEXT_COMMANDS,
)

_MARKED = re.compile(r"[\\{}$~*`\"“”]|\s\s|[^\S ]|^\s|\s$")
_MARK = re.compile(r"\\(?:([A-Za-z]{1,40})|(.)|$)|[{}$`\"“”]|[~\s]+", re.DOTALL)
_EMPHASIS = re.compile(r"(?:^|(?<=\s))\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?=$|[\s.,:;)])")
_WRAPPERS = TEXT_COMMANDS | FONT_COMMANDS
_NARROW = frozenset({"!", "left", "right", "(", ")", "[", "]"})
_RAISED = re.compile(
    "[" + "".join(re.escape(sign) for sign in (*SUPERSCRIPTS, *SUBSCRIPTS, *FRACTION_SIGNS)) + "]"
)


def plain(text: str, limit: int) -> str | None:
    """Return the words of an answer without typography and with single spaces.

    Unicode is brought to its compatibility form (full-width letters become ASCII), look-alike letters of other scripts
    and invisible marks stay what they are.

    Args:
        text: Any string.
        limit: The most characters an answer of the wanted sort can have.

    Returns:
        None above the limit, and where raised or lowered digits or fraction signs stand, which the compatibility form
        would turn into other numbers.
    """
    return _plain(text) if len(text) <= limit else None


@lru_cache(maxsize=64)  # the readers of one answer ask for the same text one after another
def _plain(text: str) -> str | None:
    if not text.isascii():
        if _RAISED.search(text):
            return None
        text = unicodedata.normalize("NFKC", text)
    if _MARKED.search(text) is None:
        return text
    if "*" in text:
        text = _EMPHASIS.sub("", text)
    return " ".join(_MARK.sub(_unmark, text).split())


def _unmark(found: re.Match[str]) -> str:
    mark = found.group()
    if mark[0] != "\\":
        return " " if mark[0] == "~" or mark[0].isspace() else ""
    name = found.group(1) or found.group(2) or ""
    if name in _WRAPPERS or name in _NARROW:
        return ""
    return " " if name in DROPPED_COMMANDS or name.isspace() else mark
