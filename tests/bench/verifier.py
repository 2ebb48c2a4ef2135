"""Verdicts per second on real model outputs, against finding the answer alone in the same texts; then the corpus."""

from __future__ import annotations

import gzip
import json
import os
import time
from pathlib import Path
from typing import Any

from dartkit.settings import VerifierSettings
from dartkit.verify import Verifier, extract_answer, load_verifier
from tests.bench import verifier_corpus
from tests.bench.row import Row

GROUP = 8
RUNS = 3
FILE = "outputs_math_train_rollouts16/responses.jsonl.gz"


def rows() -> list[Row]:
    """Return all rows."""
    return [*_real_outputs(), *verifier_corpus.rows()]


def _real_outputs() -> list[Row]:
    """Return verdicts per CPU second and agreement with the labels, which Math-Verify made; nothing where the data is absent."""
    path = Path(os.environ.get("DARTKIT_DATA", "../shared/data")) / FILE
    if not path.is_file():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        pairs = [json.loads(line) for line in file]
    with load_verifier(VerifierSettings()) as verifier:
        verifier.check(r"\boxed{x+1}", "1+x")  # starts the symbolic worker
        began = time.process_time()
        outcomes = [verifier.check(row["response"], row["answer"]).outcome for row in pairs]
        seconds = time.process_time() - began
    began = time.process_time()
    for row in pairs:
        extract_answer(row["response"])
    extraction = time.process_time() - began
    agree = sum(
        (outcome == "correct") == row["correct"] for outcome, row in zip(outcomes, pairs, strict=True)
    )
    speed = len(pairs) / seconds
    return [
        *_groups(pairs),
        Row(
            "verdicts, MATH rollouts, one process",
            speed,
            "per CPU second",
            extraction / seconds,
            "extraction alone",
        ),
        Row(
            "agreement with Math-Verify's labels",
            agree / len(pairs),
            "share",
            agree / len(pairs),
            "all labels",
        ),
    ]


def _groups(pairs: list[dict[str, Any]]) -> list[Row]:
    """Return the cost of the extracted answers of eight draws of one problem, against eight verifiers that see one each."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in pairs:
        found = extract_answer(row["response"])
        if found is not None:
            groups.setdefault(row["question_id"], []).append((found.text, row["answer"]))
    eights = [group[:GROUP] for group in groups.values() if len(group) >= GROUP]
    shared = min(_spent(eights) for _ in range(RUNS))
    alone = min(_spent([[pair] for group in eights for pair in group]) for _ in range(RUNS))
    name = f"{GROUP} real draws of one problem, answers only"
    return [
        Row(
            name, 1e6 * shared / len(eights), "us of CPU", shared / alone, f"{GROUP} single calls (limit 0.5)"
        )
    ]


def _spent(groups: list[list[tuple[str, str]]]) -> float:
    """Measure the groups, each with a verifier of its own that remembers nothing of the others."""
    verifiers = [Verifier() for _ in groups]
    began = time.process_time()
    for verifier, group in zip(verifiers, groups, strict=True):
        for answer, gold in group:
            verifier.check_answer(answer, gold)
    return time.process_time() - began
