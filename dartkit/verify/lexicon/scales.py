"""Scale words after a number: `3 million`, `2 dozen`, `5 lakh`, and with a currency `$5M`, `£3bn`, `$40k`."""

from __future__ import annotations

_SCALES = {
    "dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "quadrillion": 10**15, "lakh": 10**5, "lac": 10**5, "crore": 10**7, "milliard": 10**9, "myriad": 10**4,
    "millionen": 10**6, "milliarde": 10**9, "milliarden": 10**9, "mio": 10**6, "mrd": 10**9, "millones": 10**6,
    "百": 100, "千": 10**3, "万": 10**4, "萬": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "億": 10**8,
}  # fmt: skip
_MONEY_SCALES = {
    "k": 10**3, "K": 10**3, "m": 10**6, "M": 10**6, "mm": 10**6, "MM": 10**6, "mn": 10**6, "mln": 10**6, "B": 10**9,
    "b": 10**9, "bn": 10**9, "Bn": 10**9, "T": 10**12, "tn": 10**12, "trn": 10**12,
}  # fmt: skip
_LONGEST = 12


def scale_of(word: str, *, currency: bool = False) -> int | None:
    """Return what a scale word multiplies by, or None.

    Args:
        word: One word in any case, singular or plural.
        currency: Whether the number is an amount of money; only then letters count (`5M` may be five metres or 5·M).
    """
    if len(word) > _LONGEST:
        return None
    if currency and word in _MONEY_SCALES:
        return _MONEY_SCALES[word]
    lowered = word.lower()
    return _SCALES.get(lowered) or _SCALES.get(lowered.removesuffix("s"))
