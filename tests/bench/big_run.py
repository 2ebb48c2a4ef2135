"""A run of millions of draws, made in seconds: parts are written directly, with random ids and worded completions.

A draw's text is one of a few thousand made of a few words and figures, about
600 characters long, so that it compresses as text does, or better; ids are random, as hashes are; a problem's pass rate is one of ten.
"""

from __future__ import annotations

import os
import random
from array import array
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from dartkit.dart.drawing import describe_sampler
from dartkit.engines import open_engine
from dartkit.ids import answer_id, problem_id
from dartkit.records import Problem, schema_of
from dartkit.run import RunDir
from dartkit.stage_settings import SynthSettings
from dartkit.store.names import Writer
from dartkit.store.parts import write_part
from dartkit.store.spec import TABLES, TableSpec

ROWS_PER_PART = 50_000
TEXTS = 4_000
PROBE = 8  # draws of each problem
WORDS = [
    "we",
    "add",
    "take",
    "the",
    "sum",
    "so",
    "that",
    "value",
    "equals",
    "step",
    "then",
    "multiply",
    "both",
    "sides",
    "divide",
    "by",
    "root",
    "hence",
    "gives",
    "term",
]


def make_big_run(path: Path, draws: int, problems: int, settings: SynthSettings, verifier_id: str) -> None:
    """Make a run directory with this many judged draws of the sampler that `settings` mean, spread evenly over the problems."""
    rng = random.Random(5)
    RunDir.create(path)
    with RunDir(path) as run:
        asked = [_problem(number) for number in range(problems)]
        for problem in asked:
            run.append(problem)
        sampler = run.save_sampler(describe_sampler(run, settings, open_engine(settings.engine, None))[0])
    texts = pa.array([_text(rng) for _ in range(TEXTS)])
    writer = Writer.new()
    for number, start in enumerate(range(0, draws, ROWS_PER_PART)):
        rows = range(start, min(draws, start + ROWS_PER_PART))
        ids = _ids(len(rows))
        name = writer.segment_name(number).replace("seg-", "part-").replace(".jsonl", ".parquet")
        samples = _samples(rows, asked, ids, sampler, texts)
        verdicts = _verdicts(rows, asked, ids, verifier_id)
        _write(path / "samples" / name, TABLES["samples"], samples)
        _write(path / "verdicts" / name, TABLES["verdicts"], verdicts)


def _problem(number: int) -> Problem:
    text = f"What is {number} times {number}, and what is the sum of its digits?"
    answer = str(number * number)
    return Problem(
        problem_id(text),
        text,
        "bench",
        "train",
        number,
        answer,
        answer_id(answer),
        "integer",
        level=str(number % 5 + 1),
    )


def _text(rng: random.Random) -> str:
    words = [rng.choice(WORDS) if rng.random() < 0.8 else str(rng.randrange(10_000)) for _ in range(115)]
    return " ".join(words) + f" \\boxed{{{rng.randrange(1000)}}}"


def _ids(count: int) -> pa.Array:
    offsets = array("i", range(0, 32 * (count + 1), 32))
    text = os.urandom(16 * count).hex().encode()
    return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(text)])


def _samples(
    rows: range, asked: list[Problem], ids: pa.Array, sampler: str, texts: pa.Array
) -> dict[str, pa.Array]:
    count, problems = len(rows), len(asked)
    return {
        "sample_id": ids,
        "problem_id": pa.array([asked[row % problems].problem_id for row in rows]),
        "sampler_id": pa.repeat(sampler, count),
        "draw_index": pa.array([row // problems for row in rows]),
        "phase": pa.array(["probe" if row // problems < PROBE else "synth" for row in rows]),
        "completion": texts.take(pa.array([row * 7919 % TEXTS for row in rows])),
        "finish_reason": pa.repeat("stop", count),
        "engine": pa.repeat("scripted", count),
        "created_at": pa.repeat("2026-01-01T00:00:00+00:00", count),
        "seed": pc.cast(pc.multiply(pa.array(rows), 1_000_003), pa.int64()),
        "max_tokens": pa.repeat(SynthSettings().sampling.max_tokens, count),
        "prompt_tokens": pa.repeat(20, count),
        "completion_tokens": pa.array([100 + row % 97 for row in rows]),
        "seconds": pa.repeat(0.5, count),
    }


def _verdicts(rows: range, asked: list[Problem], ids: pa.Array, verifier_id: str) -> dict[str, pa.Array]:
    count, problems = len(rows), len(asked)
    right = [(row * 2_654_435_761 >> 7) % 10 < row % problems % 10 for row in rows]
    return {
        "sample_id": ids,
        "answer_id": pa.array([asked[row % problems].answer_id for row in rows]),
        "verifier_id": pa.repeat(verifier_id, count),
        "outcome": pa.array(["correct" if one else "incorrect" for one in right]),
        "method": pa.repeat("exact", count),
        "reward": pa.array([float(one) for one in right]),
        "extracted": pa.array([str(row % 1000) for row in rows]),
        "normalized": pa.array([str(row % 1000) for row in rows]),
        "seconds": pa.repeat(0.0001, count),
    }


def _write(path: Path, spec: TableSpec, columns: dict[str, pa.Array]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = schema_of(spec.record)
    count = len(next(iter(columns.values())))
    filled = [columns.get(field.name, pa.nulls(count, field.type)) for field in schema]
    write_part(path, _slices(pa.table(filled, names=schema.names)), spec)


def _slices(table: pa.Table) -> Iterator[pa.Table]:
    yield table
