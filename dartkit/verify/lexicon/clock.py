r"""Read times of the day: `4:30 PM`, `16:30`, `1630 hours`, `half past four`, `noon`, `16h30`, 下午4点30分."""

from __future__ import annotations

import re
from typing import NamedTuple

from dartkit.verify.lexicon.chinese_numerals import read_chinese_numeral
from dartkit.verify.lexicon.number_words import read_number_words
from dartkit.verify.lexicon.plain import plain

_LONGEST = 60
_NOON = 12 * 3600
_DAY = 24 * 3600
_END = re.compile(
    r"\s?(?:(?P<m>[ap])\.?\s?m\b\.?|(?P<c>o\s?['’]?\s?clock)|(?P<u>uhr|hours?|hrs|h)\b|(?P<n>noon|midnight)"
    r"|(?P<p>(?:in\sthe\s(?:morning|afternoon|evening)|at\snight)))$"
)
_DIGITAL = re.compile(r"([0-9]{1,2})\s?([:h.])\s?([0-9]{2})(?:\s?[:]\s?([0-9]{2}))?")
_MILITARY = re.compile(r"([0-9]{2})([0-9]{2})")
_HOUR = re.compile(r"[0-9]{1,2}")
_RELATIVE = re.compile(
    r"(half|(?:a\s)?quarter|[a-z]{3,6}(?:[\s-][a-z]{3,5})?|[0-9]{1,2})(?:\sminutes?)?"
    r"\s(past|after|to|before|till)\s([a-z]{3,8}|[0-9]{1,2})"
)
_CHINESE = re.compile(
    r"(上午|早上|凌晨|清晨|下午|晚上|傍晚|中午)?\s?([0-9]{1,2}|[零一二两三四五六七八九十]{1,3})\s?(?:[点时](?:钟|整)?"
    r"(?:(半)|(一刻)|(三刻)|([0-9]{1,2}|[零一二三四五六七八九十]{1,3})分|([0-9]{2}))?|[:]([0-9]{2}))"
)
_OCLOCK = re.compile(r"\so\s?['’]?\s?clock(?=\s(?:in\sthe|at\snight|[ap]\.?\s?m))")
_NAMED = {"noon": _NOON, "midday": _NOON, "midnight": 0, "正午": _NOON, "中午": _NOON, "午夜": 0, "mittag": _NOON,
          "mitternacht": 0, "midi": _NOON, "minuit": 0, "mediodía": _NOON, "medianoche": 0}  # fmt: skip
_LATE = frozenset({"下午", "晚上", "傍晚", "中午"})
_CHINESE_STARTS = frozenset("上下早凌清晚傍中正午零一二两三四五六七八九十")
_WORD_STARTS = frozenset("nmhqatbfosewi")


class Clock(NamedTuple):
    """A time of the day.

    Attributes:
        seconds: Since midnight; below twelve hours where the half of the day was not stated.
        half_known: Whether it was stated, by am or pm, by an hour above twelve or by 0.
        certain: Whether it is written as nothing but a time is; `3:20` may be a ratio.
    """

    seconds: int
    half_known: bool
    certain: bool


def read_clock(text: str) -> Clock | None:
    """Return the time of the day that a text states, or None."""
    if len(text) > _LONGEST:
        return None
    words = plain(text.replace("\\colon", ":"), _LONGEST)
    if not words:
        return None
    words = words.lower()
    first = words[0]
    if not (("0" <= first <= "9") or first in _WORD_STARTS or first in _CHINESE_STARTS):
        return None
    words = _OCLOCK.sub("", words)
    words = words.removeprefix("at ").removeprefix("exactly ").rstrip(", ")
    if not words:
        return None
    if words.rstrip(".") in _NAMED:
        return Clock(_NAMED[words.rstrip(".")], True, True)
    end = _END.search(words) or (_END.search(words[:-1]) if words[-1] == "." else None)
    if end is not None and end["n"] and not words[0].isdigit():
        end = None  # noon is not a half of the day in "ten past noon"
    body = words[: end.start()] if end is not None else words.rstrip(".")
    if body[:1].isdigit():
        found = _read_digits(body, end)
        if found is not None:
            return found
    if not body.isascii():
        return _read_chinese(words)
    return _read_words(body, end)


def same_clock(left: Clock, right: Clock) -> bool | None:
    """Compare two times of the day.

    Where one does not state the half of the day, the halves are not compared: 4:30 is 4:30 PM as well as 16:30. None where
    two differ of which neither is certain to be a time, as they may be equal ratios.
    """
    if left.half_known and right.half_known:
        same = left.seconds == right.seconds
    else:
        same = left.seconds % _NOON == right.seconds % _NOON
    return same if same or left.certain or right.certain else None


def _read_digits(body: str, end: re.Match[str] | None) -> Clock | None:
    found = _DIGITAL.fullmatch(body)
    if found is not None:
        if found[2] == "." and (end is None or not (end["m"] or end["u"] == "uhr") or int(found[1]) == 0):
            return None  # 0.42 pm is a length
        certain = end is not None or found[4] is not None
        return _clock(int(found[1]), int(found[3]), int(found[4] or 0), end, certain=certain)
    found = _MILITARY.fullmatch(body)
    if found is not None and end is not None and end["u"] in ("hours", "hrs", "h"):
        clock = _clock(int(found[1]), int(found[2]), 0, None, certain=True)
        return clock._replace(half_known=True) if clock is not None else None
    is_hour = _HOUR.fullmatch(body) is not None and end is not None and end["u"] in (None, "uhr")
    return _clock(int(body), 0, 0, end, certain=True) if is_hour else None


def _clock(hour: int, minute: int, second: int, end: re.Match[str] | None, *, certain: bool) -> Clock | None:
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        return None
    late = _is_late(hour, end) if end is not None else None
    if late is not None and hour > 12 and not late:
        return None
    rest = minute * 60 + second
    if late is not None:
        return Clock((hour % 12) * 3600 + rest + _NOON * late, True, True)
    if hour == 0 or hour > 12:
        return Clock((hour % 24) * 3600 + rest, True, certain)
    return Clock((hour % 12) * 3600 + rest, False, certain)


def _is_late(hour: int, end: re.Match[str]) -> bool | None:
    """Return whether the words after the time put it in the second half of the day, None where they do not say."""
    if end["m"]:
        return end["m"] == "p"
    if end["n"]:
        return end["n"] == "noon"
    if not end["p"]:
        return None
    if end["p"].endswith("night"):
        return 6 <= hour < 12 or hour > 12
    return not end["p"].endswith("morning")


def _read_words(body: str, end: re.Match[str] | None) -> Clock | None:
    """Read `half past four`, `ten to 5`, `four o'clock`, `four thirty pm`."""
    found = _RELATIVE.fullmatch(body)
    if found is not None:
        minutes = {"half": 30, "quarter": 15, "a quarter": 15}.get(found[1]) or _small(found[1], 59)
        named = _NAMED.get(found[3])
        hour = _small(found[3], 12) if named is None else 12
        if not minutes or not hour or (found[1] == "half" and found[2] not in ("past", "after")):
            return None
        minutes = minutes if found[2] in ("past", "after") else -minutes
        if named is not None:
            return Clock((named + minutes * 60) % _DAY, True, True)
        return _shifted(hour, minutes, end)
    if end is None or not (end["m"] or end["c"] or end["p"]):
        return None
    head, _, tail = body.partition(" ")
    hour, minute = _small(head, 12), _small(tail, 59) if tail else 0
    return _clock(hour, minute, 0, end, certain=True) if hour and minute is not None else None


def _shifted(hour: int, minutes: int, end: re.Match[str] | None) -> Clock | None:
    """Return the time some minutes from an hour; am or pm belongs to the time itself, not to the hour named."""
    whole = (hour * 60 + minutes) % 720
    return _clock(whole // 60 or 12, whole % 60, 0, end, certain=True)


def _small(word: str, limit: int) -> int | None:
    if word.isascii() and word.isdigit():
        return int(word) if int(word) <= limit else None
    number = read_number_words(word)
    return int(number) if number is not None and number.denominator == 1 and 0 < number <= limit else None


def _read_chinese(text: str) -> Clock | None:
    found = _CHINESE.fullmatch(text)
    if found is None:
        return None
    hour = _chinese_number(found[2])
    minute = 30 if found[3] else 15 if found[4] else 45 if found[5] else 0
    written = found[6] or found[7] or found[8]
    if written:
        minute = _chinese_number(written)
    if found[1] is None or hour > 12:
        return _clock(hour, minute, 0, None, certain=found[8] is None)
    clock = _clock(hour, minute, 0, None, certain=True)
    late = found[1] in _LATE and not (found[1] == "中午" and hour == 11)
    return Clock(clock.seconds % _NOON + _NOON * late, True, True) if clock is not None else None


def _chinese_number(text: str) -> int:
    if text.isdigit() and text.isascii():
        return int(text)
    number = read_chinese_numeral(text)
    return int(number) if number is not None else 99  # no hour and no minute
