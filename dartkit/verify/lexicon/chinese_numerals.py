"""Read Chinese numerals: 三十五, 一百零三, 两万, 三点五, 二分之一, 百分之五, 二〇二四."""

from __future__ import annotations

from fractions import Fraction

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    sign: value for value, sign in enumerate("〇壹贰叁肆伍陆柒捌玖")
} | {"两": 2, "兩": 2}  # fmt: skip
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
STARTS = frozenset(_DIGITS) | frozenset("十拾百佰千仟负第半")
_LONGEST = 40


def read_chinese_numeral(text: str, *, ordinals: bool = False) -> Fraction | None:
    """Return the number that Chinese numerals write, or None; with `ordinals` 第三 is 3."""
    if not text or len(text) > _LONGEST or text[0] not in STARTS:
        return None
    if text[0] == "第":
        return _read_whole(text[1:]) if ordinals else None
    if text[0] == "负":
        value = read_chinese_numeral(text[1:]) if text[1:2] != "负" else None
        return -value if value is not None else None
    if text == "半":
        return Fraction(1, 2)
    whole, mixed, rest = text.partition("又")
    if mixed:
        left, right = _read_whole(whole), _read_ratio(rest)
        return left + right if left is not None and right is not None else None
    return _read_ratio(text) if "分之" in text else _read_decimal(text)


def _read_ratio(text: str) -> Fraction | None:
    below, sign, above = text.partition("分之")
    bottom = Fraction(_PLACES.get(below, 0)) or _read_whole(below)
    top = _read_decimal(above)
    return top / bottom if sign and bottom and top is not None else None


def _read_decimal(text: str) -> Fraction | None:
    whole, point, decimals = text.partition("点")
    value = _read_whole(whole)
    if value is None or not point:
        return value
    if not decimals or any(sign not in _DIGITS for sign in decimals):
        return None
    digits = "".join(str(_DIGITS[sign]) for sign in decimals)
    return value + Fraction(int(digits), 10 ** len(digits))


def _read_whole(text: str) -> Fraction | None:
    if not text:
        return None
    if all(sign in _DIGITS for sign in text):
        # Digit by digit as in years; two digits side by side would rather mean "three or five".
        is_written = len(text) == 1 or len(text) > 2
        return Fraction(int("".join(str(_DIGITS[sign]) for sign in text))) if is_written else None
    value = _read_places(text)
    return Fraction(value) if value is not None else None


def _read_places(text: str) -> int | None:
    """Add up digits and places; every place must be smaller than the one before within its myriad."""
    total = section = 0
    digit: int | None = None
    place, myriad, gap = 10**4, 10**12, True
    for sign in text:
        if sign in _DIGITS:
            if digit not in (None, 0) or (digit == 0 and _DIGITS[sign] == 0):
                return None
            gap = gap or digit == 0 or _DIGITS[sign] == 0
            digit = _DIGITS[sign]
        elif sign in _PLACES:
            if _PLACES[sign] >= place or (digit is None and _PLACES[sign] != 10):
                return None
            place = _PLACES[sign]
            section += (1 if digit is None else digit) * place
            digit, gap = None, place == 10
        elif sign in _MYRIADS:
            section += digit or 0
            if _MYRIADS[sign] >= myriad or section == 0:
                return None
            myriad = _MYRIADS[sign]
            total += section * myriad
            section, digit, place, gap = 0, None, 10**4, False
        else:
            return None
    if digit is not None and not gap:
        return None  # 一百五 is 150 in speech and 105 by the letter
    return total + section + (digit or 0)
