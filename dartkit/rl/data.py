"""Read reinforcement learning problems from an RL export, a verl Parquet file or TRL JSON lines.

- dartkit: `problem_id`, `problem`, `answer`, `pass_rate`?, `level`?; asked with the recipe's prompt template.
- verl: `prompt` (messages) and `reward_model.ground_truth`; asked with the file's own messages.
- TRL: `prompt` (messages or text) and `answer`; messages go through the chat template, text is used as it is.

A problem that occurs again keeps its first row; DAPO's published training file repeats each of its problems 100 times.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dartkit.errors import DataError, boundary
from dartkit.ids import problem_id
from dartkit.training.chat import Messages, read_messages
from dartkit.training.rows import bad_row, read_json_rows

PARQUET_COLUMNS = ("prompt", "reward_model", "extra_info", "problem_id", "problem", "answer", "pass_rate")


class PromptWriter(Protocol):
    """Turns what a file holds into the prompt text that the model sees."""

    def from_problem(self, text: str) -> str:
        """Ask a bare question."""
        ...

    def from_messages(self, messages: Messages) -> str:
        """Ask with given messages."""
        ...


@dataclass(frozen=True, slots=True)
class RlProblem:
    """A prompt, final text, with its gold answer. `pass_rate` is what was measured before training, if anything."""

    problem_id: str
    prompt: str
    answer: str
    pass_rate: float | None = None
    question: str = ""
    """The question itself, without template; empty where the file has only a finished prompt."""


@dataclass(frozen=True, slots=True)
class RlData:
    """Problems in file order, without repeats."""

    problems: tuple[RlProblem, ...]
    repeated: int
    conflicting: int
    """Repeats (counted above too) with another answer than the first row."""
    too_long: int = 0
    """Problems left out because of the length of their prompts."""
    truncated: int = 0
    """Problems whose prompts lost their start."""

    def left_out(self) -> dict[str, int]:
        """Return how many rows repeat others, and how many prompts were left out and cut, as a training's counts."""
        return {
            "rows_repeated": self.repeated, "prompts_dropped": self.too_long, "prompts_truncated": self.truncated,
        }  # fmt: skip


def read_rl_data(path: Path, writer: PromptWriter) -> RlData:
    """Read all problems of a `.parquet` file or of JSON lines.

    Raises:
        DataError: naming file and row, for a row without prompt or answer; when the file holds no row.
    """
    found: dict[str, RlProblem] = {}
    repeated = conflicting = 0
    rows = _read_parquet(path) if path.suffix == ".parquet" else read_json_rows(path)
    for number, row in rows:
        problem = _read_problem(row, path, number, writer)
        first = found.setdefault(problem.problem_id, problem)
        if first is not problem:
            repeated += 1
            conflicting += first.answer != problem.answer
    if not found:
        raise DataError("the file has no rows", where=str(path), fix="Export problems first.")
    return RlData(tuple(found.values()), repeated, conflicting)


def _read_parquet(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    import pyarrow.parquet as pq

    with boundary(f"read {path}", kind=DataError, fix="Give `data` a Parquet or JSON-lines file."):
        file = pq.ParquetFile(path)
        columns = [name for name in PARQUET_COLUMNS if name in file.schema_arrow.names]
        number = 0
        for batch in file.iter_batches(batch_size=4096, columns=columns):
            for row in batch.to_pylist():
                number += 1
                yield number, row


def _read_problem(row: dict[str, Any], path: Path, number: int, writer: PromptWriter) -> RlProblem:
    """Recognise the shape of one row: dartkit's by its `problem`, the others by their `prompt`."""
    answer = _read_answer(row)
    if answer is None:
        raise bad_row(path, number, "has no answer (`answer` or `reward_model.ground_truth`)")
    text = row.get("problem")
    if isinstance(text, str) and text.strip():
        prompt, question, identity = writer.from_problem(text), text, problem_id(text)
    else:
        prompt, question, identity = _read_prompt(row, path, number, writer)
    given = row.get("problem_id") or _extra(row).get("problem_id")
    return RlProblem(
        given if isinstance(given, str) else identity,
        prompt,
        answer,
        _read_pass_rate(row, path, number),
        question,
    )


def _read_prompt(row: dict[str, Any], path: Path, number: int, writer: PromptWriter) -> tuple[str, str, str]:
    """Return the final prompt, the question in it where it can be told, and the problem's id."""
    prompt = row.get("prompt")
    if isinstance(prompt, str) and prompt:
        return prompt, "", problem_id(prompt)
    if prompt is None or isinstance(prompt, str):
        raise bad_row(path, number, "has neither a `problem` nor a `prompt`")
    messages = read_messages(prompt)
    if isinstance(messages, str):
        raise bad_row(path, number, f"{messages} in `prompt`")
    if messages[-1]["role"] != "user":
        raise bad_row(path, number, "has a `prompt` that does not end with a user message")
    raw = _extra(row).get("raw_problem")
    text = raw if isinstance(raw, str) and raw.strip() else messages[-1]["content"]
    return writer.from_messages(messages), text, problem_id(text)


def _read_answer(row: dict[str, Any]) -> str | None:
    holder = row.get("reward_model")
    answer = holder.get("ground_truth") if isinstance(holder, dict) else row.get("answer")
    if isinstance(answer, bool) or not isinstance(answer, str | int | float):
        return None
    return str(answer).strip() or None


def _extra(row: dict[str, Any]) -> dict[str, Any]:
    extra = row.get("extra_info")
    return extra if isinstance(extra, dict) else {}


def _read_pass_rate(row: dict[str, Any], path: Path, number: int) -> float | None:
    rate = row.get("pass_rate", _extra(row).get("pass_rate"))
    if rate is None:
        return None
    if (
        isinstance(rate, bool)
        or not isinstance(rate, int | float)
        or not 0.0 <= rate <= 1.0
        or math.isnan(rate)
    ):
        raise bad_row(path, number, f"has pass_rate {rate!r}, which is not between 0 and 1")
    return float(rate)


def expected_acceptance(problems: tuple[RlProblem, ...], group_size: int) -> float:
    """Return the share of groups expected to be neither all right nor all wrong: the mean of 1 - p^G - (1 - p)^G.

    A problem without a measured pass rate p counts as 1, so that nothing is drawn in advance on a guess. The share is kept
    at 0.05 or more.
    """
    rates = [problem.pass_rate for problem in problems]
    shares = [1.0 if rate is None else 1.0 - rate**group_size - (1.0 - rate) ** group_size for rate in rates]
    return max(0.05, math.fsum(shares) / len(shares))
