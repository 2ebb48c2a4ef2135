"""Times of day and durations. 5:30 p.m. is 17:30; half a day, a minute or an hour apart is another time."""

from __future__ import annotations

from tests.corpus.case import Book, Case, Row, Writing

_MINUTES = (0, 0, 3, 5, 10, 15, 20, 24, 30, 34, 45, 50, 58)


def build() -> list[Case]:
    """Return all cases."""
    book = Book("time")
    for _ in range(54):
        hour, minute = book.rng.randrange(24), book.rng.choice(_MINUTES)
        twelve, half, upper = clock(hour)
        reference = book.rng.choice(
            [
                f"{twelve}:{minute:02d} \\text{{ {half}}}",
                f"\\text{{{twelve}:{minute:02d} {upper}}}",
                f"{twelve}\\!:\\!{minute:02d} \\text{{ {half}}}",
                f"{twelve}:{minute:02d} {upper}",
            ]
        )
        book.same(reference, same(hour, minute), 2)
        book.other(reference, other(hour, minute), 2)
    for _ in range(16):
        book.table(book.some(bare(book), 2))
        book.table(book.some(durations(book), 4))
    book.table(fixed())
    return book.cases  # fmt: skip


def clock(hour: int) -> tuple[int, str, str]:
    """Return the hour on a twelve-hour clock and the half of the day in two spellings."""
    return hour % 12 or 12, "p.m." if hour >= 12 else "a.m.", "PM" if hour >= 12 else "AM"


def same(hour: int, minute: int) -> list[Writing]:
    """The same time on a clock of 12 or 24 hours."""
    twelve, half, upper = clock(hour)
    found = [
        ("PM", f"{twelve}:{minute:02d} {upper}"), ("p.m.", f"{twelve}:{minute:02d} {half}"),
        ("pm glued", f"{twelve}:{minute:02d}{upper.lower()}"), ("24 hours", f"{hour:02d}:{minute:02d}"),
        ("\\text", f"\\text{{{twelve}:{minute:02d} {half}}}"),
        ("PM in \\text", f"{twelve}:{minute:02d}\\text{{ {upper}}}"),
        ("leading zero", f"{twelve:02d}:{minute:02d} {upper}"), ("dollars", f"${twelve}:{minute:02d}$ {half}"),
        ("at", f"at {twelve}:{minute:02d} {upper}"),
        ("mathrm", f"{twelve}:{minute:02d}\\ \\mathrm{{{upper.lower()}}}"),
        ("seconds", f"{twelve}:{minute:02d}:00 {upper}"), ("bold", f"**{twelve}:{minute:02d} {upper}**"),
        ("tie", f"{twelve}:{minute:02d}~\\text{{{half}}}"),
    ]  # fmt: skip
    if minute == 0:
        found += [("hour only", f"{twelve} {upper}"), ("hour only, glued", f"{twelve}{upper.lower()}")]
    return found


def other(hour: int, minute: int) -> list[Writing]:
    """The other half of the day, another minute or another hour."""
    twelve, half, upper = clock(hour)
    wrong = "AM" if hour >= 12 else "PM"
    after = twelve % 12 + 1
    return [
        ("other half", f"{twelve}:{minute:02d} {wrong}"), ("minute", f"{twelve}:{(minute + 1) % 60:02d} {upper}"),
        ("ten minutes", f"{twelve}:{(minute + 10) % 60:02d} {half}"), ("hour", f"{after}:{minute:02d} {upper}"),
        ("24 hours, other hour", f"{(hour + 7) % 24:02d}:{minute:02d}"),
        ("24 hours, other minute", f"{hour:02d}:{(minute + 5) % 60:02d}"),
        ("24 hours, five on", f"{(hour + 5) % 24:02d}:{minute:02d}"),
        ("two times", f"{twelve}:{minute:02d} {upper} or {after}:{minute:02d} {upper}"),
        ("hour and minute swapped", f"{minute % 12 + 1}:{(minute + 7) % 60:02d} {upper}"),
        ("as number", f"{twelve}.{minute:02d}1"),
    ]  # fmt: skip


def bare(book: Book) -> list[Row]:
    """A clock without a half of the day."""
    hour, minute = book.rng.randint(1, 12), book.rng.randint(1, 58)
    text = f"{hour}:{minute:02d}"
    return [
        (f"{hour}\\!:\\!{minute:02d}", text, True, "negative spaces"), (f"\\text{{{text}}}", text, True, "\\text"),
        (f"{hour}:{minute + 1:02d}", text, False, "minute"), (f"{hour % 12 + 1}:{minute:02d}", text, False, "hour"),
        (f"{hour:02d}:{minute:02d}", text, True, "leading zero"),
        (f"{hour}:{minute:02d}:30", text, False, "half a minute more"),
        (f"{hour} : {minute:02d}", text, True, "spaces"),
    ]  # fmt: skip


def durations(book: Book) -> list[Row]:
    """An hour has 60 minutes, a minute 60 seconds."""
    hours, minutes = book.rng.randint(1, 9), book.rng.choice([10, 12, 15, 20, 25, 30, 36, 40, 45, 50])
    text, all_minutes = f"{hours}\\text{{ hours }}{minutes}\\text{{ minutes}}", 60 * hours + minutes
    return [
        (f"{hours} hours {minutes} minutes", text, True, "plain"),
        (f"{hours} hours and {minutes} minutes", text, True, "and"),
        (f"{all_minutes} minutes", text, True, "in minutes"), (f"{hours} h {minutes} min", text, True, "short"),
        (f"{all_minutes + 1} minutes", text, False, "a minute more"),
        (f"{hours + 1} hours {minutes} minutes", text, False, "an hour more"),
        (f"{minutes} hours {hours} minutes", text, minutes == hours, "swapped"),
        (f"{all_minutes} hours", text, False, "other unit"),
        (f"{60 * all_minutes} seconds", f"{all_minutes}\\text{{ minutes}}", True, "in seconds"),
        (f"{all_minutes} seconds", f"{all_minutes}\\text{{ minutes}}", False, "seconds for minutes"),
        (f"{hours}h{minutes:02d}m", text, True, "glued"),
        (f"{hours}.{minutes} hours", text, minutes == 0, "decimal hours misread"),
        (f"{hours}\\frac{{{minutes}}}{{60}} \\text{{ hours}}", text, True, "mixed hours"),
    ]  # fmt: skip


def fixed() -> list[Row]:
    """Noon, midnight, seconds, ratios."""
    return [
        ("noon", "12:00 \\text{ p.m.}", True, "noon"), ("12 noon", "12:00 PM", True, "noon"),
        ("midnight", "12:00 \\text{ a.m.}", True, "midnight"), ("noon", "12:00 \\text{ a.m.}", False, "noon"),
        ("midnight", "12:00 PM", False, "midnight"), ("00:00", "12:00 a.m.", True, "24 hours"),
        ("2:07:45", "2:07:46", False, "seconds"), ("02:07:45", "2:07:45", True, "leading zero"),
        ("9 o'clock", "9:00", True, "o'clock"), ("10 o'clock", "9:00", False, "o'clock"),
        ("half past 9", "9:30", True, "half past"), ("quarter to 9", "9:45", False, "quarter to"),
        ("3:5", "5:3", False, "ratio upside down"), ("6:10", "3:5", True, "ratio not reduced"),
        ("3 : 5", "3:5", True, "ratio with spaces"), ("3 to 5", "3:5", True, "ratio in words"),
        ("3:5:7", "3:7:5", False, "ratio of three"), ("6:10:14", "3:5:7", True, "ratio of three, not reduced"),
    ]  # fmt: skip
