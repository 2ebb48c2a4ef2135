"""Read spans of years and other whole numbers: `1990-1995`, `from 1990 to 1995`, `between 1990 and 1995`, `1990–95`, `7 - 19`."""

from __future__ import annotations

import re

from dartkit.verify.lexicon.plain import plain

_LONGEST = 60
_SPAN = re.compile(
    r"(?:the )?(?:years? )?(?:(?:from|in|during) (?:the )?(?:years? )?)?([0-9]{1,9})"
    r"\s?(?:-{1,3}|–|—|to|until|till|through)\s?([0-9]{1,9})"
    r"|(?:from |in )?between ([0-9]{1,9}) and ([0-9]{1,9})"
)
_YEARS = (1_000, 2_100)


def read_span(text: str) -> tuple[int, int] | None:
    """Return the first and the last number of a span in rising order, or None; only years are shortened to two digits."""
    if len(text) > _LONGEST:
        return None
    words = plain(text, _LONGEST)
    found = _SPAN.fullmatch(words.lower().rstrip(" .")) if words else None
    if found is None:
        return None
    first, last = found[1] or found[3], found[2] or found[4]
    if len(last) == 2 and len(first) == 4 and _YEARS[0] <= int(first) <= _YEARS[1]:
        last = first[:2] + last
    return (int(first), int(last)) if int(first) < int(last) else None
