"""Days of the calendar. The day, month and year decide; order, short names and ordinals do not."""

from __future__ import annotations

from tests.corpus.case import Book, Case, Row, Writing
from tests.corpus.notation import ordinal

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def build() -> list[Case]:
    """Return all cases."""
    book = Book("date")
    for _ in range(36):
        day, month, year = book.rng.randint(1, 28), book.rng.randrange(12), book.rng.randint(1900, 2035)
        name = MONTHS[month]
        reference = book.rng.choice(
            [
                f"{name} {day}, {year}",
                f"\\text{{{name} {day}, {year}}}",
                f"{day} {name} {year}",
                f"{year:04d}-{month + 1:02d}-{day:02d}",
            ]
        )
        book.same(reference, full(day, month, year), 3)
        book.other(reference, other_full(day, month, year), 3)
    for _ in range(26):
        day, month = book.rng.randint(1, 28), book.rng.randrange(12)
        reference = book.rng.choice(
            [f"{MONTHS[month]} {day}", f"\\text{{{MONTHS[month]} {day}}}", f"{MONTHS[month]} {ordinal(day)}"]
        )
        book.same(reference, short(day, month), 2)
        book.other(reference, other_short(day, month), 2)
    for place, weekday in enumerate(WEEKDAYS):
        book.same(
            f"\\text{{{weekday}}}",
            [
                ("plain", weekday),
                ("short", weekday[:3]),
                ("short with a stop", f"{weekday[:3]}."),
                ("small", weekday.lower()),
                ("on", f"on {weekday}"),
            ],
            3,
        )
        book.other(
            f"\\text{{{weekday}}}",
            [
                ("next day", WEEKDAYS[(place + 1) % 7]),
                ("short of another", WEEKDAYS[(place + 3) % 7][:3]),
                ("two days", f"{weekday} or {WEEKDAYS[(place + 2) % 7]}"),
                ("not", f"not {weekday}"),
            ],
            3,
        )
    book.table(fixed())
    return book.cases  # fmt: skip


def full(day: int, month: int, year: int) -> list[Writing]:
    """The same day in the orders and names in use; the day stands before or behind the name, so nothing is ambiguous."""
    name, nth = MONTHS[month], ordinal(day)
    return [
        ("American", f"{name} {day}, {year}"), ("day first", f"{day} {name} {year}"),
        ("ISO", f"{year:04d}-{month + 1:02d}-{day:02d}"), ("ordinal", f"{name} {nth}, {year}"),
        ("short with a stop", f"{name[:3]}. {day}, {year}"), ("short", f"{name[:3]} {day}, {year}"),
        ("the … of", f"the {nth} of {name}, {year}"),
        ("\\text", f"\\text{{{name} {day}, {year}}}"), ("upper case", f"{name.upper()} {day} {year}"),
        ("Chinese", f"{year}年{month + 1}月{day}日"), ("day first, short", f"{day} {name[:3]} {year}"),
        ("ordinal day first", f"{nth} {name} {year}"), ("day and month in \\text", f"\\text{{{name} }}{day}, {year}"),
        ("full stop", f"{name} {day}, {year}."), ("slashes, year first", f"{year}/{month + 1:02d}/{day:02d}"),
        ("bold", f"**{name} {day}, {year}**"),
    ]  # fmt: skip


def other_full(day: int, month: int, year: int) -> list[Writing]:
    """Another day, month or year."""
    next_day, name = day % 28 + 1, MONTHS[month]
    return [
        ("other day", f"{name} {next_day}, {year}"), ("next month", f"{MONTHS[(month + 1) % 12]} {day}, {year}"),
        ("half a year off", f"{day} {MONTHS[(month + 6) % 12]} {year}"), ("next year", f"{name} {day}, {year + 1}"),
        ("ISO, other day", f"{year:04d}-{month + 1:02d}-{next_day:02d}"),
        ("ISO, other month", f"{year:04d}-{(month + 1) % 12 + 1:02d}-{day:02d}"),
        ("a century off", f"{name} {day}, {year - 100}"), ("year only", str(year + 2)),
        ("Chinese, other day", f"{year}年{month + 1}月{next_day}日"),
        ("two days", f"{name} {day} or {next_day}, {year}"), ("short, other day", f"{name[:3]}. {next_day}, {year}"),
    ]  # fmt: skip


def short(day: int, month: int) -> list[Writing]:
    """The same day of the year."""
    name, nth = MONTHS[month], ordinal(day)
    return [
        ("plain", f"{name} {day}"), ("day first", f"{day} {name}"), ("ordinal", f"{name} {nth}"),
        ("short", f"{name[:3]} {day}"), ("split \\text", f"\\text{{{name} }}{day}"), ("nth of", f"{nth} of {name}"),
        ("the nth of", f"the {nth} of {name}"), ("\\text", f"\\text{{{name} {day}}}"),
        ("small", f"{name.lower()} {day}"), ("Chinese", f"{month + 1}月{day}日"),
        ("raised ending", f"{name} {day}^{{\\text{{{nth[-2:]}}}}}"), ("on", f"on {name} {day}"),
    ]  # fmt: skip


def other_short(day: int, month: int) -> list[Writing]:
    """Another day or month."""
    name, next_day = MONTHS[month], day % 28 + 1
    return [
        ("other day", f"{name} {next_day}"), ("next month", f"{MONTHS[(month + 1) % 12]} {day}"),
        ("five months on", f"{day} {MONTHS[(month + 5) % 12]}"),
        ("month before", f"\\text{{{MONTHS[month - 1]} {day}}}"), ("other ordinal", f"{name} {ordinal(next_day)}"),
        ("number", str(day + 1)), ("month only", MONTHS[(month + 2) % 12]),
        ("short, other day", f"{name[:3]}. {next_day}"), ("two days", f"{name} {day} and {next_day}"),
    ]  # fmt: skip


def fixed() -> list[Row]:
    """Short names, weekdays beside dates, years, months."""
    return [
        ("Sept. 14", "September 14", True, "Sept"), ("Sept 14", "September 15", False, "Sept"),
        ("Friday, March 6", "March 6", True, "weekday added"), ("Friday, March 7", "March 6", False, "weekday added"),
        ("1987", "\\text{1987}", True, "year"), ("1988", "\\text{1987}", False, "year"),
        ("the year 1987", "1987", True, "the year"), ("May", "\\text{May}", True, "month"),
        ("March", "\\text{May}", False, "month"),
        ("Dec", "December", True, "short month"), ("Jan", "June", False, "short month"),
        ("July 4th, 1776", "4 July 1776", True, "ordinal"), ("Wednesday", "Monday", False, "weekday"),
        ("Weds", "Wednesday", True, "short weekday"), ("Thurs", "Thursday", True, "short weekday"),
        ("February 29, 2024", "2024-02-29", True, "leap day"), ("February 28, 2024", "2024-02-29", False, "leap day"),
    ]  # fmt: skip
