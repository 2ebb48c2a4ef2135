"""Gold answers of the public data sets under DARTKIT_DATA, read at test time; there are none where the data is absent."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.corpus.case import Book

FILES = {
    "MATH": ("math/train.jsonl.gz", "math/test.jsonl.gz"),
    "OlympiadBench": ("olympiadbench/test.jsonl.gz",),
    "CollegeMath": ("college_math/test.jsonl.gz",),
    "DeepMind": ("deepmind_mathematics/sample.jsonl.gz",),
    "MathOdyssey": ("mathodyssey/test.jsonl.gz",),
    "TheoremQA": ("theoremqa/test.jsonl.gz",),
    "SciBench": ("scibench/test.jsonl.gz",),
    "OmniMATH": ("omni_math/rule_subset.jsonl.gz",),
    "AQuA": ("web_aqua/qa.jsonl.gz",),
    "MMLU": ("mmlu_stem/test.jsonl.gz",),
}
CHOICE_SOURCES = ("AQuA", "MMLU")
OUTPUTS = ("outputs_math_train_nemo3", "outputs_math_train_rollouts16", "outputs_polaris_rollouts16")


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold answer without its outer dollars, and the match of the pattern that selected it."""

    source: str
    text: str
    match: re.Match[str]


def data_folder() -> Path:
    """Return the folder of the data sets, present or not."""
    return Path(os.environ.get("DARTKIT_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))


def read(file: str) -> list[dict[str, Any]]:
    """Return the rows of a file, none where it is absent."""
    path = data_folder() / file
    if not path.is_file():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@lru_cache(maxsize=1)
def answers() -> tuple[tuple[str, str], ...]:
    """Return (source, answer) of all data sets in file order, each text once, choices left out."""
    found: dict[str, str] = {}
    for source, files in FILES.items():
        for row in (row for file in files if source not in CHOICE_SOURCES for row in read(file)):
            text = bare(str(row.get("answer") or ""))
            if text and "\n" not in text and "boxed" not in text:
                found.setdefault(text, source)
    return tuple((source, text) for text, source in found.items())


def bare(text: str) -> str:
    """Take off outer dollars and full stops, unless the dollar is a currency."""
    text = text.strip().rstrip(".")
    while re.fullmatch(r"\$[^$]+\$", text):
        text = text[1:-1].strip().rstrip(".")
    return text


def pool(
    book: Book, pattern: str, count: int, keep: Callable[[re.Match[str]], bool] | None = None
) -> list[Gold]:
    """Return some gold answers that match a pattern as a whole, in the order of the book's generator."""
    matches = ((source, text, re.fullmatch(pattern, text)) for source, text in answers())
    found = [Gold(source, text, match) for source, text, match in matches if match]
    return book.some([gold for gold in found if keep is None or keep(gold.match)], count)


@lru_cache(maxsize=1)
def choice_rows() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return (source, letter, option texts) of the multiple choice sets."""
    rows = []
    for source in CHOICE_SOURCES:
        for row in (row for file in FILES[source] for row in read(file)):
            options = row["meta"].get("options") or row["meta"].get("choices") or []
            texts = tuple(re.sub(r"^[A-E]\)\s*", "", str(option)).strip() for option in options)
            letter = str(row.get("answer") or "")
            if re.fullmatch("[A-E]", letter) and "ABCDE".index(letter) < len(texts):
                rows.append((source, letter, texts))
    return tuple(rows)


@lru_cache(maxsize=1)
def responses() -> tuple[tuple[str, str], ...]:
    """Return (source, response) of real models that put exactly one box, near the end."""
    found = {
        row["response"]: folder
        for folder in OUTPUTS
        for row in read(f"{folder}/responses.jsonl.gz")
        if isinstance(row.get("response"), str) and row["response"].count("boxed") == 1
    }
    return tuple((source, text) for text, source in found.items())
