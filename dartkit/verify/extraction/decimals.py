r"""Decimal commas: `2,5 km/h` in a French text is 2.5, and in an English one a list.

The language is told by the words around, and only where one comma stands between digits, so no other text is looked at.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dartkit.verify.extraction.found import Extraction

_COMMA = re.compile(
    r"(?<![0-9.,])((?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,9}))(?:,|\{,\})([0-9]{1,12})(?![0-9]|[.,][0-9])"
)
_IN_BRACES = re.compile(r"(?<=[0-9])\{,\}(?=[0-9]{1,2}(?![0-9]))")
_REACH = 1_200
_ENGLISH = re.compile(
    r"\b(?:the|is|of|and|we|that|this|are|answer|so|thus|therefore|hence|with|have|for)\b", re.IGNORECASE
)
_OTHERS = re.compile(
    # German, Dutch, Danish, Swedish, Norwegian
    r"\b(?:der|das|ist|und|beträgt|antwort|ergebnis|lösung|eine|daher|somit|sind|mit|het|een|antwoord|dus|svar|svaret|är|och|og"
    # French, Spanish, Portuguese, Italian, Romanian
    r"|la|le|les|est|donc|vaut|réponse|résultat|une|égale?|moyenne|el|los|las|es|por|tanto|respuesta|resultado|una|del|resposta|portanto|logo|uma|são|é|è"
    r"|il|lo|che|risposta|risultato|quindi|dunque|della|răspuns|este"
    # Polish, Czech, Turkish, Finnish, Hungarian, Indonesian, Vietnamese
    r"|odpowiedź|wynik|jest|wynosi|zatem|odpověď|výsledek|cevap|sonuç|vastaus|válasz|jawaban(?:nya)?|adalah|jadi|đáp|số|là|vậy)\b|[а-яА-Я]{3,}",
    re.IGNORECASE,
)  # fmt: skip


def with_decimal_point(text: str, found: Extraction, hint: str | None) -> Extraction:
    """Return the extraction with a point for a decimal comma, where the answer is one number in such a language."""
    if "," not in found.text or len(found.text) > 80:
        return found
    written = _IN_BRACES.sub(".", found.text)
    if hint != "set":
        commas = list(_COMMA.finditer(written))
        if (
            len(commas) == 1
            and written.count(",") == 1
            and _is_decimal(commas[0])
            and _has_comma_decimals(text, found.start)
        ):
            whole, part = commas[0].groups()
            start, end = commas[0].span()
            written = f"{written[:start]}{whole.replace('.', '')}.{part}{written[end:]}"
    if written == found.text:
        return found
    others = (*found.others[:-1], written) if "several-finals" in found.flags else found.others
    return replace(found, text=written, flags=(*found.flags, "decimal-comma"), others=others)


def _is_decimal(number: re.Match[str]) -> bool:
    """Say whether a comma divides decimals off: three digits after it may also be thousands."""
    whole, part = number.groups()
    return len(part) != 3 or whole == "0" or "." in whole


def _has_comma_decimals(text: str, at: int) -> bool:
    """Say whether the words around the answer are rather of a language that writes decimal commas than English."""
    around = text[max(at - _REACH, 0) : at + 200]
    others = len(_OTHERS.findall(around))
    return others > len(_ENGLISH.findall(around))
