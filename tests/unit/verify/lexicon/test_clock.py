"""Times of the day and how they compare; seconds since midnight by hand."""

from __future__ import annotations

import pytest

from dartkit.verify.lexicon.clock import Clock, read_clock, same_clock


def at(hour: int, minute: int = 0, second: int = 0) -> int:
    return (hour * 60 + minute) * 60 + second


# Text, seconds, whether the half of the day is known, whether it can be nothing else.
TIMES: tuple[tuple[str, int, bool, bool], ...] = (
    ("4:30 PM", at(16, 30), True, True), ("4:30 p.m.", at(16, 30), True, True), ("4:30pm", at(16, 30), True, True),
    ("4:30 P.M", at(16, 30), True, True), ("4:30 a.m.", at(4, 30), True, True), ("11:45a.m.", at(11, 45), True, True),
    ("12:30 AM", at(0, 30), True, True), ("12:30 PM", at(12, 30), True, True), ("12 pm", at(12), True, True),
    ("12 a.m.", at(0), True, True), ("4 pm", at(16), True, True), ("at 4 p. m.", at(16), True, True),
    ("16:30", at(16, 30), True, False), ("16:30 pm", at(16, 30), True, True), ("4:30", at(4, 30), False, False),
    ("04:30", at(4, 30), False, False), ("12:00", at(0), False, False), ("0:15", at(0, 15), True, False),
    ("00:00", at(0), True, False), ("24:00", at(0), True, False), ("4:30:15", at(4, 30, 15), False, True),
    ("23:59:59", at(23, 59, 59), True, True), ("3 : 20", at(3, 20), False, False), ("4:30.", at(4, 30), False, False),
    ("1630 hours", at(16, 30), True, True), ("0930 hrs", at(9, 30), True, True), ("16h30", at(16, 30), True, False),
    ("9h05", at(9, 5), False, False), ("16:30 Uhr", at(16, 30), True, True), ("16 Uhr", at(16), True, True),
    ("4.30 pm", at(16, 30), True, True), ("4:30\\text{ p.m.}", at(16, 30), True, True),
    ("4\\!:\\!30", at(4, 30), False, False), ("\\text{4:30 p.m.}", at(16, 30), True, True),
    ("8\\!:\\!34 \\text{ p.m.}", at(20, 34), True, True), ("$5\\text{:}30\\text{ p.m.}$", at(17, 30), True, True),
    ("4{:}30", at(4, 30), False, False), ("4\\colon 30", at(4, 30), False, False),
    ("4:30~\\mathrm{PM}", at(16, 30), True, True), ("\\mathrm{4:51:06\\ p.m.}", at(16, 51, 6), True, True),
    ("4：30 PM", at(16, 30), True, True), ("noon", at(12), True, True), ("12 noon", at(12), True, True),
    ("12:00 noon", at(12), True, True), ("Midnight", at(0), True, True), ("12 midnight", at(0), True, True),
    ("midday", at(12), True, True), ("4 o'clock", at(4), False, True), ("four o’clock", at(4), False, True),
    ("4 o'clock.", at(4), False, True), ("half past four", at(4, 30), False, True),
    ("half past 4", at(4, 30), False, True), ("quarter past nine", at(9, 15), False, True),
    ("a quarter to five", at(4, 45), False, True), ("ten to one", at(0, 50), False, True),
    ("twenty-five past six", at(6, 25), False, True), ("ten past 4 pm", at(16, 10), True, True),
    ("5 minutes to 3", at(2, 55), False, True), ("ten past noon", at(12, 10), True, True),
    ("ten to midnight", at(23, 50), True, True), ("four thirty p.m.", at(16, 30), True, True),
    ("seven pm", at(19), True, True), ("4:30 in the afternoon", at(16, 30), True, True),
    ("9 in the morning", at(9), True, True), ("2 at night", at(2), True, True), ("10 at night", at(22), True, True),
    ("下午4点30分", at(16, 30), True, True), ("下午四点半", at(16, 30), True, True), ("3点", at(3), False, True),
    ("上午9点一刻", at(9, 15), True, True), ("中午12点", at(12), True, True), ("晚上8点", at(20), True, True),
    ("16点05分", at(16, 5), True, True), ("下午3:30", at(15, 30), True, True), ("凌晨两点", at(2), True, True),
)  # fmt: skip
NO_TIMES = (
    "", "4", "16", "1630", "4.30", "4:3", "3:75", "16:9", "25:00", "24:01", "4:30:75", "4:30:15:10", "a:b", "1:2:3",
    "16:30 am", "13 o'clock p", "5 h", "5h", "16h", "3 hours", "1630 h min", "x", "x:30", "\\frac{1}{2}", "pm",
    "p.m.", "am", "the noon", "afternoon", "half", "half past", "half to four", "quarter", "quarter of the cake",
    "ten past", "ten past thirteen", "past four", "三点五", "3点5", "25点", "三点钟表", "4:30 or 5:30", "4:30 PM EST",
    "4:30 + 1", "-4:30", "4 :: 30", "four", "four thirty", "four pm am", "noonday sun", "4:30 рm", "4:30\u200b",
    "4:30 p\u200bm", "ninety past four", "4:30 PM tomorrow", "1፩ Uhr", "፩:30", "at ,", "at", "exactly , ",
)  # fmt: skip


@pytest.mark.parametrize(("text", "seconds", "half_known", "certain"), TIMES, ids=[row[0] for row in TIMES])
def test_times(text: str, seconds: int, half_known: bool, certain: bool) -> None:
    assert read_clock(text) == Clock(seconds, half_known, certain)


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time(text: str) -> None:
    """Numbers, ratios without two digits of minutes, lengths of time, times with a zone, Cyrillic letters, invisible marks."""
    assert read_clock(text) is None


def test_every_minute_of_the_day_in_both_styles() -> None:
    """The twelve-hour style made by hand of the hour: 0 is 12 AM, 12 is 12 PM."""
    for minutes in range(24 * 60):
        hour, minute = divmod(minutes, 60)
        half = "AM" if hour < 12 else "PM"
        spoken = read_clock(f"{(hour - 1) % 12 + 1}:{minute:02d} {half}")
        written = read_clock(f"{hour:02d}:{minute:02d}")
        assert spoken == Clock(minutes * 60, True, True)
        assert written is not None
        assert written.seconds == (minutes * 60 if hour == 0 or hour > 12 else minutes * 60 % (12 * 3600))
        assert same_clock(spoken, written) is True


PAIRS: tuple[tuple[str, str, bool | None], ...] = (
    ("4:30 PM", "16:30", True), ("4:30 PM", "4:30", True), ("4:30 AM", "4:30 PM", False), ("16:30", "4:30", True),
    ("16:30", "4:30 AM", False), ("4:30 PM", "4:31 PM", False), ("4:30", "4:31 PM", False), ("4:30", "4:31", None),
    ("3:20", "3:20", True), ("noon", "12 PM", True), ("noon", "midnight", False), ("noon", "12:00", True),
    ("midnight", "12:00 AM", True), ("midnight", "24:00", True), ("half past four", "4:30 PM", True),
    ("quarter to five", "4:45", True), ("4 o'clock", "4:00 PM", True), ("16h30", "下午4点30分", True),
    ("4:30", "4:30:15", False), ("1630 hours", "4.30 p.m.", True),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right", "expected"), PAIRS)
def test_same_clock(left: str, right: str, expected: bool | None) -> None:
    """A time without the half of the day agrees with both; two bare `a:b` that differ may be equal ratios."""
    first, second = read_clock(left), read_clock(right)
    assert first is not None
    assert second is not None
    assert same_clock(first, second) is expected
    assert same_clock(second, first) is expected
