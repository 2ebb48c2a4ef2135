r"""Take white space, Markdown and math delimiters off both ends of an answer, and never a part of the answer itself.

The currency sign of `$18`, the bracket of `[2, 5)`, the factorial of `5!` and the dots of `1, 2, ...` stay.
"""

from __future__ import annotations

_BLANK = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\u200b\ufeff"
_LEADING = _BLANK + '*`"“”„«»:：'
_TRAILING = _BLANK + '*`"“”«»:：;；,，、.。．✓✔✅∎■□\ufe0f'
_MARKUP = _BLANK + '*`"”'
_PAIRS = (("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"), ("$", "$"), ("__", "__"), ("_", "_"), ("'", "'"))
_DOTTED = ("a.m.", "p.m.", "A.M.", "P.M.", "...", "i.e.", "sq.ft.", "U.S.", "\\right.")
_OPENERS = {")": "([", "]": "([", "}": "{", "）": "（", "」": "「", "】": "【"}
_MAX_PASSES = 8


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the answer within the span given; the two are equal where nothing is left."""
    if text[start : start + 1].isalnum() and text[end - 1 : end].isalnum() and start < end:
        return start, end
    for _ in range(_MAX_PASSES):
        before = (start, end)
        piece = text[start:end]
        bare = piece.lstrip(_LEADING)
        start += len(piece) - len(bare)
        end -= _tail_width(bare)
        left, right = _pair_width(text[start:end])
        start, end = start + left, end - right
        if (start, end) == before:
            break
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def _tail_width(piece: str) -> int:
    """Return how many characters at the end are no part of the answer."""
    bare = piece.rstrip(_TRAILING)
    if len(bare) < len(piece) and piece.rstrip(_MARKUP).endswith(_DOTTED):
        bare = piece.rstrip(_MARKUP)
    elif piece[len(bare) : len(bare) + 1] == "*" and bare.endswith("^"):
        bare = piece[: len(bare) + 1]
    opener = _OPENERS.get(bare[-1:])
    if opener and not any(sign in bare for sign in opener):
        is_needed = bare.startswith("]") or bare.endswith(("\\)", "\\]", "\\}"))
        bare = bare if is_needed else bare[:-1]
    elif bare.endswith("!") and bare[-3:-1].isalpha() and len(bare) > 2:
        bare = bare[:-1]
    elif bare.endswith("__") and not bare.startswith("__"):
        bare = bare.rstrip("_")
    elif bare.endswith("\\"):
        bare = bare.rstrip("\\")
    return len(piece) - len(bare)


def _pair_width(piece: str) -> tuple[int, int]:
    """Return the widths of the delimiters at both ends, or of one that lost its partner."""
    for opened, closed in _PAIRS:
        width = len(opened)
        if piece.startswith(opened) and piece.endswith(closed) and len(piece) >= 2 * width:
            inside = piece[width:-width]
            if opened not in inside and closed not in inside and not inside.endswith("\\"):
                return width, width
    if (piece.startswith("\\[") and "\\]" not in piece) or (piece.startswith("\\(") and "\\)" not in piece):
        return 2, 0
    if (piece.endswith("\\]") and "\\[" not in piece) or (piece.endswith("\\)") and "\\(" not in piece):
        return 0, 2
    if piece.startswith("\\boxed{") and piece.endswith("}") and piece.count("{") == piece.count("}"):
        return (7, 1) if piece.count("{") == 1 else (0, 0)
    if piece.endswith("$") and piece.count("$") == 1 and not piece[-2:-1].isdigit():
        return 0, 1
    return 0, 0
