r"""Write out shorthand of plain text that its signs alone would misread: `Rs.500`, `500/-`, `6.02 x 10^23`."""

from __future__ import annotations

import re

# Of an abbreviation only the point goes, which would otherwise begin a decimal.
_POINT = re.compile(r"\b(Rs|rs|No|no|Nos|Tk|Re)\.(?=\s?[}~]?\s?\\?[$]?[0-9])")
_TIMES_TEN = re.compile(r"(?<=[0-9])\s?[xX]\s?(?=10\s?\^)")
_RUPEES = re.compile(r"(?<=[0-9])\s?/-(?=[\s.$}]{0,4}\Z)")


def write_out(text: str) -> str:
    """Return a text with the point of `Rs.`, the x of `6 x 10^2` and the dash of `500/-` as what they stand for."""
    if "." in text and _POINT.search(text):
        text = _POINT.sub(r"\1 ", text)
    if "10" in text and "^" in text:
        text = _TIMES_TEN.sub(r" \\times ", text)
    return _RUPEES.sub("", text) if "/-" in text else text
