"""Read spans of years: `1990-1995`, `from 1990 to 1995`, `between 1990 and 1995`, `1990–95`."""

from __future__ import annotations

import re

from dartkit.verify.lexicon.plain import plain

_LONGEST = 60
_SPAN = re.compile(
    r"(?:the )?(?:years? )?(?:(?:from|in|during) (?:the )?(?:years? )?)?(1[0-9]{3}|20[0-9]{2}|2100)"
    r"\s?(?:-{1,3}|–|—|to|until|till|through)\s?([0-9]{4}|[0-9]{2})"
    r"|(?:from |in )?between (1[0-9]{3}|20[0-9]{2}|2100) and ([0-9]{4})"
)


def read_years(text: str) -> tuple[int, int] | None:
    """Return the first and the last year of a span of time, in rising order, or None."""
    if len(text) > _LONGEST:
        return None
    words = plain(text, _LONGEST)
    found = _SPAN.fullmatch(words.lower().rstrip(" .")) if words else None
    if found is None:
        return None
    first, last = found[1] or found[3], found[2] or found[4]
    last = first[: 4 - len(last)] + last
    return (int(first), int(last)) if int(first) < int(last) <= 2100 else None
