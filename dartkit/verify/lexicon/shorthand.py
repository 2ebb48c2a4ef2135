r"""Write out shorthand that its signs alone would misread: `Rs.500`, `500/-`, `v0`, feet as 5'3\"."""

from __future__ import annotations

import re

# Of an abbreviation only the point goes, which would otherwise begin a decimal.
_LONGEST_FORMULA = 20
_SIGNS = {"\\pounds": "£", "\\euro": "€", "\\EUR": "€", "\\textyen": "¥", "\\yen": "¥"}
_SIGN = re.compile("(?:" + "|".join(re.escape(sign) for sign in _SIGNS) + r")(?![A-Za-z])\s?(?:\{\})?")
_POINT = re.compile(r"\b(Rs|rs|No|no|Nos|Tk|Re)\.(?=\s?[}~]?\s?\\?[$]?[0-9])")
# A letter times nought is written nowhere.
_INDEX = re.compile(r"(?<![A-Za-z0-9_\\^{.])((?:[0-9]{1,4}|[a-z])?[a-df-z])0(?![0-9A-Za-z.,_])")
_FEET = re.compile(r"(?<![0-9.°}'′])([0-9]{1,3})\s?['′’]\s?([0-9]{1,2})\s?(?:[\"″”]|'')(?![0-9A-Za-z'])")
# A whole formula of chemistry: H2O; of these letters only it may rather be a hexadecimal number.
_FORMULA = re.compile(r"(?![A-Z]{3}[0-9])(?=.{0,20}[A-Z].{0,20}[G-Z a-z])(?:[A-Z][a-z]?[0-9]{0,2}){2,8}")
_COUNT = re.compile(r"(?<=[A-Za-z])([0-9]{1,2})")
_RUPEES = re.compile(r"(?<=[0-9])\s?/-(?=[\s.$}]{0,4}\Z)")


def write_out(text: str) -> str:
    """Return a text with such shorthand as what it stands for; any other text as it is."""
    if "\\" in text:
        text = _SIGN.sub(lambda found: _SIGNS[found.group().rstrip(" {}")], text)
    if '"' in text or "''" in text or "″" in text or "”" in text:
        text = _FEET.sub(r"\1 ft \2 in", text)
    if text[:1].isupper() and len(text) <= _LONGEST_FORMULA and _FORMULA.fullmatch(text):
        return _COUNT.sub(r"_{\1}", text)
    if "0" in text:
        text = _INDEX.sub(r"\1_0", text)
    if "." in text and _POINT.search(text):
        text = _POINT.sub(r"\1 ", text)
    return _RUPEES.sub("", text) if "/-" in text else text
