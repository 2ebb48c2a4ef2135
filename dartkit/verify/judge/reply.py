"""Read a judge's reply. One form is understood; everything else is an abstention, never an acceptance.

The last line that is not blank must be `VERDICT: EQUAL`, `VERDICT: DIFFERENT` or `VERDICT: UNSURE`. Letter case, spaces around
the colon, a final full stop and Markdown around the words do not matter. Another verdict line earlier in the reply that says
something else makes it unreadable: a judge that quotes a forged verdict and one that changes its mind look the same.
"""

from __future__ import annotations

import re

from dartkit.records import FinishReason
from dartkit.verify.judge.question import Reading

MAX_REPLY_CHARS = 65_536
_DECORATION = " \t\r*_`"
_VERDICT = re.compile(r"verdict[ \t*_`]{0,8}:[ \t*_`]{0,8}(equal|different|unsure)", re.IGNORECASE | re.ASCII)
_THOUGHT = re.compile(r"</?think(?:ing)?>")
_READINGS: dict[str, Reading] = {"equal": "equal", "different": "different", "unsure": "unsure"}


def read_reply(reply: str, finish_reason: FinishReason = "stop") -> Reading:
    """Return what a reply says. Never raises.

    A reply that did not end by itself is unreadable, because its last line may be the middle of a quotation, and so is one that
    never closes its thinking or is longer than 64 Ki characters.
    """
    if finish_reason in ("abort", "error"):
        return "error"
    if finish_reason != "stop" or len(reply) > MAX_REPLY_CHARS:
        return "unreadable"
    spoken = _without_thoughts(reply)
    if spoken is None:
        return "unreadable"
    lines = [line for line in (raw.strip(_DECORATION) for raw in spoken.split("\n")) if line]
    verdicts = [_read_line(line) for line in lines]
    last = verdicts[-1] if verdicts else None
    others = {verdict for verdict in verdicts if verdict is not None}
    return last if last is not None and others == {last} else "unreadable"


def _read_line(line: str) -> Reading | None:
    found = _VERDICT.fullmatch(line.removesuffix(".").rstrip(_DECORATION))
    return _READINGS[found[1].lower()] if found else None


def _without_thoughts(reply: str) -> str | None:
    """Return what follows the last thinking block; None if a block is still open at the end."""
    tags = list(_THOUGHT.finditer(reply))
    if not tags:
        return reply
    return reply[tags[-1].end() :] if tags[-1].group().startswith("</") else None
