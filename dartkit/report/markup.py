"""Foreign text in HTML: whatever a model or a data file says comes out as text that one can see."""

from __future__ import annotations

import html
import re

_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def escape(text: object) -> str:
    """Return text for an element or a quoted attribute; hidden characters (control, direction) by their code points."""
    shown = _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", str(text))
    return html.escape(shown, quote=True)
