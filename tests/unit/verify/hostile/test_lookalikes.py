"""Characters that look like others, are invisible, or turn the direction of text: never equal by accident.

`=` must be correct, `!` incorrect, `x` anything but correct, `?` must only be answered; all in both orders and in time. The
labels follow from Unicode's names: a Cyrillic letter is no Latin one, an Arabic-Indic digit is a digit.
"""

from __future__ import annotations

import pytest

from tests.unit.verify.hostile.checking import NOT_CORRECT, answer_outcome, assert_equals_itself

PAIRS = (
    # letters of other scripts
    ("\u0445", "x", "x"), ("\u0430", "a", "x"), ("\u0410", "A", "x"), ("\u0421", "C", "x"), ("\u0412", "B", "x"), ("\u0391", "A", "x"), ("\u041e", "O", "x"),
    ("\u0440", "p", "x"), ("\u043e", "0", "x"), ("\u0417", "3", "x"), ("\u2170", "i", "x"), ("\u2113", "l", "x"), ("\u0131", "i", "x"), ("\u017f", "s", "x"),
    ("\u1d2c", "A", "x"), ("\u0130", "i", "x"), ("\u0251", "a", "x"), ("\u0261", "g", "x"), ("\u03bd", "v", "x"), ("\u03c1", "p", "x"), ("\u0585", "o", "x"),
    ("\u0443=2\u0445", "y=2x", "x"), ("\u0441\u043e\u0455 x", "\\cos x", "x"), ("\u0432", "B", "x"), ("(\u0412)", "(B)", "x"), ("\u03c0", "n", "x"),
    ("\u220f", "\\pi", "x"), ("\u00b5", "u", "x"), ("l", "1", "x"), ("I", "1", "x"), ("O", "0", "x"), ("o", "0", "x"), ("S", "5", "x"), ("\u2228", "v", "x"),
    # digits that are digits
    ("\uff14\uff12", "42", "="), ("\u0664\u0662", "42", "="), ("\u096a\u0968", "42", "="), ("\U0001d7d2\U0001d7d0", "42", "="), ("\u0e54\u0e52", "42", "="),
    ("\uff14\uff12", "43", "!"), ("\u0664\u0662", "24", "!"), ("\u096a\u0968", "24", "!"), ("\U0001d7d2\U0001d7d0", "43", "x"), ("\uff14\uff12\uff05", "42%", "="),
    # raised, lowered and enclosed digits are not the digits
    ("2\u00b2", "4", "="), ("2\u00b2", "22", "!"), ("x\u00b2", "x2", "x"), ("x\u00b2", "x^2", "="), ("10\u207b\u00b3", "0.001", "="), ("x\u2081", "x_1", "="),
    ("\u00bd", "0.5", "="), ("\u00bd", "12", "!"), ("1\u00bd", "3/2", "="), ("1\u00bd", "11/2", "!"), ("\u2460", "10", "x"), ("\u2163", "6", "x"),
    ("\u2463", "5", "x"), ("4\ufe0f\u20e32\ufe0f\u20e3", "43", "x"), ("\U0001f4af", "100", "x"),
    # signs
    ("\u221242", "-42", "="), ("\u221242", "42", "!"), ("\u201342", "-42", "="), ("\u201442", "42", "x"), ("\u201042", "42", "x"), ("\u00ad42", "-42", "x"),
    ("5\u00d73", "15", "="), ("6\u00f72", "3", "="), ("\u221a4", "2", "="), ("\u221b8", "4", "x"), ("5\u22c53", "15", "="), ("x\u22645", "x\u22655", "x"),
    ("x\u2a7d5", "x \\le 5", "="), ("\u2229", "\u222a", "x"), ("\u2282", "\u2283", "x"), ("\u221e", "\u221d", "x"), ("\u2260 5", "= 5", "x"), ("\uff1d5", "6", "x"),
    ("(1\uff0c2)", "(1,2)", "="), ("\uff081,2\uff09", "(1,2)", "="), ("\u27e81,2\u27e9", "(1,2)", "="), ("5\u2032", "5", "?"), ("1\u20442", "0.5", "="),
    # invisible characters and directions
    ("\u202e24\u202c", "42", "x"), ("\u202e42", "42", "x"), ("4\u202e2", "42", "x"), ("\u202e24", "42", "x"), ("\u20674\u20692", "43", "x"), ("4\u200b2", "43", "x"),
    ("4\u200b2", "4", "x"), ("4\u200d2", "4", "x"), ("4\u00ad2", "4", "x"), ("4\u20602", "2", "x"), ("42\u200e", "43", "x"), ("\ufeff42", "43", "x"),
    ("4\x002", "42", "x"), ("42\x00", "43", "x"), ("\x0042", "41", "x"), ("\x1b[31m42\x1b[0m", "43", "x"), ("\x08\x0842", "43", "x"), ("4\u20622", "42", "x"),
    ("\u200b" * 60_000, "42", "x"), ("\u200f" * 20_000 + "42", "43", "x"), ("x\u034fy", "z", "x"), ("\U000e0034\U000e0032", "42", "x"), ("\u28008", "88", "x"),
    # white space
    ("42\r\n", "42", "="), ("\u00a042\u00a0", "42", "="), ("\u300042", "42", "="), ("4 2", "6", "x"), ("4\t2", "6", "x"), ("4\n2", "6", "x"),
    # broken and rare text
    ("\ud800", "42", "x"), ("42\ud800", "42", "x"), ("\ud8005", "5", "x"), ("4\udc002", "42", "x"), ("\u0378", "\u0379", "x"), ("\U0010ffff", "42", "x"),
    ("a\u0301", "a", "x"), ("z" + "\u0301" * 5_000, "z", "x"), ("5\u0338", "5", "x"), ("=\u03385", "5", "x"), ("x\u0305", "x", "x"), ("\u00e9", "e", "x"),
    ("\ufb01ve", "six", "x"), ("\u00df", "b", "x"), ("\u212a", "273", "x"), ("\u212b", "A", "x"), ("\u2103", "C", "x"), ("\u3231", "1", "x"),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right", "label"), PAIRS)
def test_pair(left: str, right: str, label: str) -> None:
    found = answer_outcome(left, right)
    allowed = {"=": {"correct"}, "!": {"incorrect"}, "x": NOT_CORRECT, "?": NOT_CORRECT | {"correct"}}[label]
    assert found in allowed, found


@pytest.mark.parametrize("text", sorted({text for pair in PAIRS for text in pair[:2] if text.strip()}))
def test_every_text_is_itself(text: str) -> None:
    assert_equals_itself(text)


@pytest.mark.parametrize(
    "mark", ["\u200b", "\u200d", "\u2060", "\u202e", "\u200f", "\u00ad", "\x00", "\u0301", "\ufe0f", "\ud800"]
)
@pytest.mark.parametrize("number", ["42", "3.5", "-17", "1/2", "x^2"])
def test_a_mark_anywhere_does_not_make_another_answer(mark: str, number: str) -> None:
    """With a mark at any place an answer is itself or unreadable; it never becomes a neighbour of itself."""
    for place in range(len(number) + 1):
        marked = number[:place] + mark + number[place:]
        for other in ("7", number[:place] or "8", number[place:] or "9", number[::-1]):
            if other != number:
                assert answer_outcome(marked, other) != "correct", (marked, other)
