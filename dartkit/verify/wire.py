r"""JSON lines between our own processes: every text arrives as it was sent, lone surrogates included.

Escapes would not do: two lone surrogates written as `\ud83d\ude00` are read back as one character.
"""

from __future__ import annotations

import json
from typing import Any


def encode_line(value: Any) -> bytes:
    """Return a value as one line of JSON in UTF-8; line breaks inside texts are escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def decode_line(line: bytes) -> Any:
    """Return the value of a line that `encode_line` made.

    Raises:
        ValueError: when it is no JSON.
    """
    return json.loads(line.decode("utf-8", "surrogatepass"))
