"""Number words as data: English with its ordinals and denominators, and whole numbers up to 100 in three languages."""

from __future__ import annotations


def _list(text: str) -> list[str]:
    return text.split()


_SMALL = _list(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = _list("twenty thirty forty fifty sixty seventy eighty ninety")
SMALL = {word: value for value, word in enumerate(_SMALL)} | {"nought": 0, "naught": 0}
TENS = {word: 10 * value for value, word in enumerate(_TENS, 2)}
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

_ORDINALS = _list(
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
)
# The cardinal that an ordinal ends in: twenty-third, one hundred and first.
ORDINALS = (
    dict(zip(_ORDINALS, _SMALL, strict=True))
    | {word.removesuffix("y") + "ieth": word for word in _TENS}
    | {word + "th": word for word in ("hundred", *SCALES)}
)
DENOMINATORS = {word: value for value, word in enumerate(_ORDINALS) if value > 2} | {
    "half": 2, "quarter": 4, "twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60,
    "hundredth": 100, "thousandth": 10**3, "millionth": 10**6, "billionth": 10**9,
}  # fmt: skip
DENOMINATOR_PLURALS = {word + "s": value for word, value in DENOMINATORS.items() if word != "half"} | {
    "halves": 2
}


def _french() -> dict[str, int]:
    small = _list(
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
        "dix-huit dix-neuf"
    )
    found = dict(zip(small, range(20), strict=True))
    for word, ten, end in (("vingt", 20, 10), ("trente", 30, 10), ("quarante", 40, 10), ("cinquante", 50, 10),
                           ("soixante", 60, 20), ("quatre-vingt", 80, 20)):  # fmt: skip
        found |= {f"{word}-{small[rest]}": ten + rest for rest in range(1, end)}
        found[word] = ten
        found |= {f"{word}-et-{small[rest]}": ten + rest for rest in (1, 11) if rest < end and ten < 80}
    return found | {"quatre-vingts": 80}


def _german() -> dict[str, int]:
    small = _list(
        "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
        "achtzehn neunzehn"
    )
    tens = _list("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
    found = dict(zip(small, range(20), strict=True)) | {"hundert": 100}
    for ten, word in enumerate(tens, 2):
        found[word] = 10 * ten
        found |= {f"{'ein' if rest == 1 else small[rest]}und{word}": 10 * ten + rest for rest in range(1, 10)}
    return found


def _spanish() -> dict[str, int]:
    small = _list(
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
        "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
        "veintiocho veintinueve"
    )
    tens = _list("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
    found = dict(zip(small, range(30), strict=True)) | {"cien": 100}
    for ten, word in enumerate(tens, 3):
        found[word] = 10 * ten
        found |= {f"{word}-y-{small[rest]}": 10 * ten + rest for rest in range(1, 10)}
    return found


# Words that are something else in English are left out.
FOREIGN = {
    word: value
    for word, value in (_french() | _german() | _spanish()).items()
    if word not in ("once", "elf", "un", "null", "quince", "dos", "six")
}
