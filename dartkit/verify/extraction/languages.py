r"""Answer words of languages other than English, each as a stem to search for and an expression to read it with.

An expression starts at the stem, whose first letters are left out so that one search finds both cases.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Announcement(NamedTuple):
    """A stem, and the expression that must match where the stem begins."""

    stem: str
    pattern: re.Pattern[str]


def _make(stem: str, rest: str) -> Announcement:
    return Announcement(stem, re.compile(re.escape(stem) + rest + r"[ *_:：]{0,6}", re.IGNORECASE))


_AT_MOST = r"[^\n.:：=]{0,50}?"
_COLON = r"[ *_]{0,4}[:：]"
# Stems that may stand in a text without any letter outside ASCII.
PLAIN = (
    _make("ponse", rf"(?<=[eé]ponse){_AT_MOST}(?:[:：]|\b(?:est|vaut)\b)"),  # French
    _make("ntwort", rf"(?:en)?{_AT_MOST}(?:[:：]|\b(?:ist|lautet|sind)\b)"),  # German
    _make("rgebnis", r"(?:se)?[ *_]{0,4}(?:[:：=]|ist\b|lautet\b|beträgt\b|sind\b)"),
    _make("espuesta", rf"s?{_AT_MOST}(?:[:：]|\b(?:es|son|sería)\b)"),  # Spanish
    _make("esultado", rf"{_AT_MOST}(?:[:：]|\b(?:es|é)\b)"),  # Spanish, Portuguese
    _make("esposta", rf"s?{_AT_MOST}(?:[:：]|\b(?:é|são|será)\b)"),  # Portuguese
    _make("isposta", rf"{_AT_MOST}(?:[:：]|\b(?:è|e'|sono)(?!\w))"),  # Italian
    _make("isultato", rf"{_AT_MOST}(?:[:：]|\b(?:è|e')(?!\w))"),
    _make("ntwoord", rf"{_AT_MOST}(?:[:：]|\b(?:is|luidt)\b)"),  # Dutch
    _make("dpowied", rf"(?:ź|zią|zia|z){_AT_MOST}(?:[:：]|\b(?:to|jest|wynosi)\b)"),  # Polish
    _make("ynik", _COLON),
    _make("evap", r"(?:ı|i)?[ *_]{0,4}[:：]"),  # Turkish
    _make("awaban", rf"(?:nya)?{_AT_MOST}(?:[:：]|\badalah\b)"),  # Indonesian
    _make("Svar", rf"(?:et)?(?:{_COLON}| (?:är|er)\b)"),
    _make("svaret ", r"(?:är|er)\b"),  # Swedish, Danish, Norwegian
    _make("astaus", rf"{_COLON}"),  # Finnish
)
# Stems with a letter outside ASCII; texts in ASCII are not searched for them.
MARKED = (
    _make("答案", r"(?:[应應][该該]?|[就便])?(?:[是为為:：=]|选|選|(?=\s?[0-9A-J$\\]))"),  # Chinese
    _make("故选", r"(?:择)?(?:项)?"),
    _make("应选", r"(?:择)?(?:项)?"),
    _make("结果", r"(?:[是为為:：=])"),
    _make("答", r"\s?[:：]"),
    _make("答え", r"(?:[はを]|\s?[:：=])"),  # Japanese
    _make("解答", r"(?:は|\s?[:：])"),
    _make("正解", r"(?:は|\s?[:：])"),
    _make("정답", r"\s?(?:은|[:：])"),  # Korean
    _make("답", r"\s?(?:은|[:：])"),
    _make("твет", rf"(?:ом|ы)?{_AT_MOST}(?:[:：]|\s[—–-]\s|\b(?:равен|равна|равно|является)\b)"),  # Russian
    _make("ідповідь", rf"{_AT_MOST}(?:[:：]|\s[—–-]\s)"),  # Ukrainian
    _make("áp án", rf"{_AT_MOST}(?:[:：]|\blà\b)"),  # Vietnamese
    _make("áp số", rf"{_AT_MOST}(?:[:：]|\blà\b)"),
    _make("rả lời", rf"{_AT_MOST}(?:[:：]|\blà\b)"),
    _make("ết quả", rf"{_AT_MOST}(?:[:：]|\blà\b)"),
    _make("onuç", _COLON),
    _make("anıt", r"(?:ı)?[ *_]{0,4}[:：]"),  # Turkish
    _make("dpověď", rf"{_AT_MOST}(?:[:：]|\bje\b)"),  # Czech
    _make("ăspuns", rf"(?:ul)?{_AT_MOST}(?:[:：]|\beste\b)"),  # Romanian
    _make("álasz", rf"{_COLON}"),  # Hungarian
    _make("πάντηση", rf"{_AT_MOST}(?:[:：]|\bείναι\b)"),  # Greek
    _make("ösung", rf"{_AT_MOST}\b(?:ist|lautet)\b"),  # German
    _make("ésultat", rf"{_AT_MOST}(?:[:：]|\best\b)"),  # French
    _make("الجواب", rf"{_AT_MOST}(?:[:：]|هو|هي)"),  # Arabic
    _make("الإجابة", rf"{_AT_MOST}(?:[:：]|هو|هي)"),
    _make("جواب", r"\s?[:：]"),
    _make("پاسخ", r"[^\n.:：]{0,20}?(?:[:：]|برابر)"),  # Persian
    _make("उत्तर", r"[^\n.:：]{0,20}?(?:[:：=]|(?=\s[0-9०-९$\\]))"),  # Hindi
    _make("คำตอบ", r"(?:คือ|\s?[:：])"),  # Thai
    _make("উত্তর", r"[^\n.:：]{0,20}?[:：=]"),  # Bengali
    _make("תשובה", r"[^\n.:：]{0,20}?(?:[:：]|היא)"),  # Hebrew
)
# What a language puts after the answer: "5です。", "5입니다.", "5 है।", "5'tir".
TAIL = re.compile(
    r"\s?(?:です|であ[るり].{0,4}|となります|になります|だ|입니다|이다|예요|है|हैं|होगा|'?[dt][ıiuü]r|olur)\s?[。.।]?\Z"
)
