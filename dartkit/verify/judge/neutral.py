"""Make foreign text harmless inside a prompt: it stays readable, and can neither end its block nor become a control token.

Three things are done. Characters nobody sees (controls, bidirectional marks, tag characters, lone surrogates) go. A space is
put after each `<` and `[` that could open a special token of some model (`<|im_end|>`, `</s>`, `<start_of_turn>`, `[INST]`), which no
list could name completely and which changes no mathematics. And every line begins with `| `, so that no line of the text is
a line of the prompt. The block is closed by a fence: a code from the hash of the content, which no text can contain that is
itself hashed, and which is changed should one contain it all the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from dartkit.ids import content_id

FENCE_LENGTH = 12
_FENCE_TRIES = 1_000
_OPENS_TOKEN = re.compile(r"<(?=[^\s=])|\[(?=[A-Za-z/])")
_UNSEEN = frozenset({"Cf", "Cs"})


def neutralize(text: str) -> str:
    """Return text that spells no control token and has no invisible character but line ends and tabs."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _OPENS_TOKEN.sub(_apart, "".join(_visible(char) for char in plain))


def _visible(char: str) -> str:
    if char.isprintable() or char in "\n\t":
        return char
    category = unicodedata.category(char)
    return "" if category in _UNSEEN else " " if category == "Cc" else char


def _apart(found: re.Match[str]) -> str:
    return found.group() + " "


def quote(text: str) -> str:
    """Return neutral text with `| ` before each line, whatever ends a line in Unicode."""
    return "\n".join(f"| {line}" for line in neutralize(text).splitlines() or [""])


def make_fence(question_id: str, texts: Sequence[str]) -> str:
    """Return a code that stands in none of the texts, the same for the same question."""
    for attempt in range(_FENCE_TRIES):
        fence = content_id("fence", [question_id, attempt])[:FENCE_LENGTH]
        if not any(fence in text for text in texts):
            return fence
    raise AssertionError(f"{_FENCE_TRIES} hashes of {question_id} all stand in its own texts")
