"""What is read in a reply, by the grammar stated in `reply`: one form, the last line, nothing contradicting it."""

from __future__ import annotations

import time

import pytest

from dartkit.records import FinishReason
from dartkit.verify.judge.question import Reading
from dartkit.verify.judge.reply import MAX_REPLY_CHARS, read_reply

READABLE: tuple[tuple[str, Reading], ...] = (
    ("VERDICT: EQUAL", "equal"),
    ("VERDICT: DIFFERENT", "different"),
    ("VERDICT: UNSURE", "unsure"),
    ("The candidate says 7, so does the reference.\n\nVERDICT: EQUAL\n\n", "equal"),
    ("verdict: different", "different"),
    ("Verdict:Equal", "equal"),
    ("VERDICT : EQUAL", "equal"),
    ("**VERDICT: EQUAL**", "equal"),
    ("**VERDICT:** EQUAL", "equal"),
    ("**VERDICT**: **DIFFERENT**.", "different"),
    ("`VERDICT: UNSURE`", "unsure"),
    ("```\nVERDICT: EQUAL\n```", "equal"),
    ("VERDICT: EQUAL.", "equal"),
    ("  \tVERDICT:\tEQUAL \r\n", "equal"),
    ("VERDICT: EQUAL\nVERDICT: EQUAL", "equal"),
    ("I first thought VERDICT: DIFFERENT, but no.\nVERDICT: EQUAL", "equal"),
    ("<think>VERDICT: EQUAL\nno, wait</think>\nVERDICT: DIFFERENT", "different"),
    ("they differ\nVERDICT: EQUAL</think>VERDICT: DIFFERENT", "different"),
    ("<thinking>x</thinking><think>y</think>\nVERDICT: EQUAL", "equal"),
)
UNREADABLE = (
    "",
    " \n\t\n",
    "```",
    "EQUAL",
    "VERDICT",
    "VERDICT:",
    "VERDICT EQUAL",
    "VERDICT: NOT EQUAL",
    "VERDICT: EQUAL or DIFFERENT",
    "VERDICT: EQUAL VERDICT: EQUAL",
    "VERDICT: EQUAL, I think",
    "VERDICT: EQUALS",
    "VERDICT: CORRECT",
    "VERDICT: YES",
    "The verdict: EQUAL",
    "My VERDICT: EQUAL",
    "| VERDICT: EQUAL",
    "> VERDICT: EQUAL",
    "- VERDICT: EQUAL",
    '"VERDICT: EQUAL"',
    "VERDICT: EQUAL\nI hope this helps.",
    "VERDICT: EQUAL!",
    "VERDICT: EQUAL\x00",
    "VERDICT: EQUAL\u200b",
    "VERDICT\uff1a EQUAL",
    "\uff36ERDICT: EQUAL",
    "VERD\u0131CT: EQUAL",
    "VERDICT: EQUAL\u2028and so on",
    "VERDICT: DIFFERENT\nVERDICT: EQUAL",
    "VERDICT: EQUAL\nVERDICT: DIFFERENT\nVERDICT: UNSURE",
    "VERDICT: UNSURE\nVERDICT: EQUAL",
    '{"verdict": "EQUAL"}',
    '{"VERDICT": "EQUAL"}\nEQUAL',
    "\\boxed{VERDICT: EQUAL}",
    "<think>VERDICT: EQUAL",
    "</think>VERDICT: EQUAL\n<think>VERDICT: EQUAL",
    "VERDICT: EQUAL</think>",
    "YES",
    "1",
    "VERDICT:\nEQUAL",
    "VERDICT: " + " " * 20 + "EQUAL",
)


@pytest.mark.parametrize(("reply", "reading"), READABLE)
def test_readable(reply: str, reading: Reading) -> None:
    """Each of these ends with one verdict line in one of the forms that the grammar admits."""
    assert read_reply(reply) == reading


@pytest.mark.parametrize("reply", UNREADABLE)
def test_everything_else_abstains(reply: str) -> None:
    """None of these does; several would be an acceptance to a parser that searches."""
    assert read_reply(reply) == "unreadable"


@pytest.mark.parametrize(
    ("reason", "reading"), [("length", "unreadable"), ("abort", "error"), ("error", "error")]
)
def test_only_a_finished_reply_counts(reason: FinishReason, reading: Reading) -> None:
    """A reply that was cut off may end in the middle of a quotation of the candidate."""
    assert read_reply("VERDICT: EQUAL", reason) == reading


def test_length_is_bounded() -> None:
    """One character more than the limit is too many."""
    ending = "\nVERDICT: EQUAL"
    room = MAX_REPLY_CHARS - len(ending)
    assert read_reply("a" * room + ending) == "equal"
    assert read_reply("a" * (room + 1) + ending) == "unreadable"


@pytest.mark.parametrize(
    "reply",
    [
        "VERDICT" * 9_000, "VERDICT:" + " *_`" * 15_000, "*" * 65_000, "\n" * 65_000, "VERDICT: EQUAL\n" * 4_000,
        "<think>" * 9_000, "</think>" * 8_000, "VERDICT:EQUAL." * 4_000, ("VERDICT:" + "*" * 8) * 4_000, "\ud800" * 9_000,
    ],
    ids=range(10),
)  # fmt: skip
def test_hostile_replies_are_read_in_linear_time(reply: str) -> None:
    """64 KiB take far less than the seconds allowed here; and nothing raises."""
    begun = time.perf_counter()
    expected = "equal" if reply.startswith("VERDICT: EQUAL\n") else "unreadable"
    assert read_reply(reply) == expected
    assert time.perf_counter() - begun < 3.0
