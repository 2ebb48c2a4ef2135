"""Lines for logs: when they come and what they say."""

from __future__ import annotations

import json
import time

import pytest
from dartkit.cli.progress import (
    JsonSink,
    StageClock,
    finish_line,
    format_seconds,
    number_texts,
    open_lines,
    start_line,
)

from dartkit.events import Notice, StageFinished, StageProgress, StageStarted

STARTED = StageStarted("synth", "problems", 10, done=2, note="7 draws on disk")
FINISHED = StageFinished("synth", {"draws": 1234, "funnel": {"a": 1}, "by_level": [1]}, 65.0)


def test_a_stage_is_told_in_three_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Progress within 30 seconds of the last line is silent; the second StageFinished of one stage is an echo."""
    with open_lines() as sink:
        sink.emit(STARTED)
        sink.emit(StageProgress("synth", 3, 10, {"met": 3}))
        sink.emit(Notice("synth", "evil \x1b[2J"))
        sink.emit(FINISHED)
        sink.emit(FINISHED)
    assert capsys.readouterr().err.splitlines() == [
        "synth: 10 problems, 2 done before, 7 draws on disk",
        r"synth: note: evil \x1b[2J",
        "synth: done in 1 min 05 s: draws 1,234",
    ]


def test_a_silent_stage_still_gives_signs_of_life(capsys: pytest.CaptureFixture[str]) -> None:
    """With an interval of 0.2 s and no events for 1.1 s there are at least two lines beside the first."""
    with open_lines(0.2) as sink:
        sink.emit(STARTED)
        time.sleep(1.1)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) >= 3
    assert set(lines[1:]) == {"synth: 2/10 problems"}


def test_skipped_steps_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with open_lines() as sink:
        sink.emit(StageFinished("load", {"rows": 3}, 1.0, skipped=True))
        sink.emit(StageFinished("load", {"rows": 4}, 1.0, skipped=True))
    assert capsys.readouterr().err.splitlines() == [
        "load: was done before: rows 3",
        "load: was done before: rows 4",
    ]


def test_time_left_follows_the_pace() -> None:
    """6 of 8 new units are open: the time left is three times the time gone for the first two."""
    clock = StageClock(STARTED)
    assert clock.seconds_left() is None
    clock.advance(StageProgress("synth", 4, None, {"yield": 0.25, "draws_per_s": 2.0}))
    time.sleep(0.02)
    gone, left = clock.seconds, clock.seconds_left()
    assert left is not None
    assert left == pytest.approx(3 * gone, rel=0.1)
    assert clock.line().startswith("synth: 4/10 problems, yield 25.0%, 2.0 draws/s, about ")
    clock.advance(StageProgress("synth", 10, 10, {}))
    assert clock.seconds_left() == 0.0


def test_json_lines_hold_the_event(capsys: pytest.CaptureFixture[str]) -> None:
    JsonSink().emit(StageProgress("eval", 1, 2, {"met": 1}))
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["stage"], line["numbers"]) == ("StageProgress", "eval", {"met": 1})


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (42.3, "42 s"),
        (59.6, "1 min 00 s"),
        (185, "3 min 05 s"),
        (7801, "2 h 10 min"),
    ],
)
def test_format_seconds(seconds: float, expected: str) -> None:
    assert format_seconds(seconds) == expected


def test_lines_hold_only_plain_counts() -> None:
    assert finish_line(FINISHED) == "synth: done in 1 min 05 s: draws 1,234"
    assert start_line(StageStarted("load", "rows")) == "load: rows"
    assert number_texts({"tokens_per_s": 1234.5, "loss": 0.5, "in_flight": 3}) == [
        "1,234 tokens/s",
        "loss 0.5",
        "3 in flight",
    ]
