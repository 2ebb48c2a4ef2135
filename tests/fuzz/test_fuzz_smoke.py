"""The fuzz targets on 20,000 random texts, the same each time, without any tool; and the parts the real fuzzer needs."""

from __future__ import annotations

import random
import time
from functools import partial
from pathlib import Path

import pytest

from tests.fuzz import __main__ as launcher
from tests.fuzz import bulk, fuzz_compare, fuzz_extract, fuzz_read
from tests.fuzz.measure import TooSlow, within_bound
from tests.fuzz.mutate import Mutator
from tests.fuzz.pieces import PIECES, seed_answers, seed_responses


def test_comparing_random_texts() -> None:
    """8,000 texts against a mutant of themselves, or against the text before."""
    mutator, source = Mutator(seed_answers(), seed=1), random.Random(1)
    before = "5"
    for number, text in enumerate(mutator.texts(8_000)):
        fuzz_compare.check_pair(text, source.choice((before, mutator.mutant(text))), number % 3)
        before = text


def test_extracting_from_random_texts() -> None:
    """6,000 responses: pieces of prose, boxes and tags in any order."""
    for text in Mutator(seed_responses(), seed=2).texts(6_000):
        fuzz_extract.target(text)


def test_reading_random_texts() -> None:
    """6,000 texts through all readers and the named graders."""
    for text in Mutator(seed_answers(), seed=3).texts(6_000):
        fuzz_read.target(text)


def test_seeds_hold_to_the_laws() -> None:
    """Each seed alone, under each target."""
    for text in seed_answers():
        fuzz_compare.target(text)
        fuzz_read.target(text)
    for text in seed_responses():
        fuzz_extract.target(text)


def test_mutants_are_the_same_each_time_and_differ_from_each_other() -> None:
    """A seed decides all texts; hardly any text comes twice; none is longer than its bound."""
    once, again = (list(Mutator(seed_answers(), seed=7).texts(500)) for _ in range(2))
    assert once == again
    assert once != list(Mutator(seed_answers(), seed=8).texts(500))
    assert len(set(once)) > 450


def test_dictionary_and_corpus_come_back_as_they_went(tmp_path: Path) -> None:
    r"""A line is `"\x41\x42"` for libFuzzer; undoing the escapes gives the pieces, and decoding a seed gives its text."""
    launcher.write_dictionary(tmp_path / "pieces.dict")
    lines = (tmp_path / "pieces.dict").read_text().splitlines()
    read = {bytes.fromhex(line.strip('"').replace("\\x", "")) for line in lines}
    assert read == {piece.encode("utf-8", "surrogatepass") for piece in PIECES} | {b"\x1f"}
    launcher.write_corpus(tmp_path / "corpus", ["5 \\text{ cm}", "½"])
    assert launcher.as_text((tmp_path / "corpus" / "1-pair").read_bytes()) == "½\x1f5 \\text{ cm}"


def test_any_bytes_are_text() -> None:
    """Bytes that are no UTF-8 decode to lone surrogates, one each."""
    assert launcher.as_text(b"a\xff\xfe5") == "a\udcff\udcfe5"


def _burn() -> str:
    """Use 1.1 seconds of processor time."""
    begun = time.thread_time()
    while time.thread_time() - begun < 1.1:
        pass
    return "done"


def test_slow_work_is_noticed() -> None:
    """1.1 seconds are past the allowance of a short text, and within that of a text of 64,000 characters."""
    with pytest.raises(TooSlow, match="burning: 1"):
        within_bound(_burn, 1, "burning")
    assert within_bound(_burn, 64_000, "burning") == "done"


def test_unknown_target_is_refused() -> None:
    """The message names the targets."""
    with pytest.raises(SystemExit, match="compare,extract,read"):
        launcher.main(["everything"])


def test_bulk_search_reports_what_fails(capsys: pytest.CaptureFixture[str]) -> None:
    """A work that divides by zero is one failure with its arguments; 60 texts of the real targets are none."""
    assert "ZeroDivisionError" in str(bulk.attempt(partial(_divide, "1")))
    assert bulk.attempt(partial(_divide, "x")) is None
    assert bulk.main(["60", "3"]) == 0
    assert "60 texts, 0 failures" in capsys.readouterr().out
    assert bulk.main(["many"]) == 2


def _divide(text: str) -> None:
    """Fail for digits only."""
    if text.isdigit():
        raise ZeroDivisionError(text)
