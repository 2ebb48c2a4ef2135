"""The three file shapes give the same problems; bad rows are named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dartkit.errors import DataError
from dartkit.ids import problem_id
from dartkit.rl.data import RlProblem, expected_acceptance, read_rl_data
from dartkit.rl.prompt_order import PromptOrder
from dartkit.training.chat import Messages

TEXTS = [("What is 1+1?", "2"), ("What is 3*4?", "12")]


class AngleWriter:
    """Puts questions in angle brackets, and messages by their last content."""

    def from_problem(self, text: str) -> str:
        return f"<{text}>"

    def from_messages(self, messages: Messages) -> str:
        return f"<{messages[-1]['content']}>"


def ask(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_three_shapes_one_data_set(tmp_path: Path) -> None:
    own = [
        {
            "problem_id": problem_id(text),
            "problem": text,
            "answer": answer,
            "pass_rate": 0.25,
            "prompt": ask(text),
        }
        for text, answer in TEXTS
    ]
    verl = [
        {
            "data_source": "math", "prompt": ask(text), "ability": "MATH",
            "reward_model": {"ground_truth": answer, "style": "rule"},
            "extra_info": {"index": i, "raw_problem": text, "split": "train", "pass_rate": 0.25},
        }
        for i, (text, answer) in enumerate(TEXTS)
    ]  # fmt: skip
    trl = [{"prompt": ask(text), "answer": answer, "pass_rate": 0.25} for text, answer in TEXTS]
    expected = tuple(RlProblem(problem_id(text), f"<{text}>", answer, 0.25, text) for text, answer in TEXTS)
    files: dict[str, list[dict[str, Any]]] = {"own.jsonl": own, "verl.parquet": verl, "trl.jsonl": trl}
    for name, rows in files.items():
        assert read_rl_data(write(tmp_path / name, rows), AngleWriter()).problems == expected


def test_text_prompt_is_used_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [{"prompt": "Q: 1+1\nA:", "answer": 2}])
    assert read_rl_data(path, AngleWriter()).problems == (
        RlProblem(problem_id("Q: 1+1\nA:"), "Q: 1+1\nA:", "2"),
    )


def test_repeats_keep_the_first_and_are_counted(tmp_path: Path) -> None:
    rows = [{"prompt": ask("a"), "answer": answer} for answer in ("1", "1", "2")]
    data = read_rl_data(write(tmp_path / "a.jsonl", rows), AngleWriter())
    assert (len(data.problems), data.problems[0].answer, data.repeated, data.conflicting) == (1, "1", 2, 1)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"problem": "x"}, "has no answer"),
        ({"problem": "x", "answer": "  "}, "has no answer"),
        ({"problem": "x", "answer": True}, "has no answer"),
        ({"prompt": ask("x"), "reward_model": {"style": "rule"}}, "has no answer"),
        ({"answer": "1"}, "neither a `problem` nor a `prompt`"),
        ({"prompt": "", "answer": "1"}, "neither a `problem` nor a `prompt`"),
        ({"prompt": [{"role": "user"}], "answer": "1"}, "in `prompt`"),
        (
            {"prompt": [*ask("x"), {"role": "assistant", "content": "y"}], "answer": "1"},
            "end with a user message",
        ),
        ({"problem": "x", "answer": "1", "pass_rate": 1.5}, "pass_rate 1.5"),
        ({"problem": "x", "answer": "1", "pass_rate": "high"}, "pass_rate 'high'"),
    ],
)
def test_bad_row_is_named(tmp_path: Path, row: dict[str, Any], complaint: str) -> None:
    path = write(tmp_path / "a.jsonl", [{"problem": "ok", "answer": "1"}, row])
    with pytest.raises(DataError) as caught:
        read_rl_data(path, AngleWriter())
    assert complaint in caught.value.what
    assert "row 2" in caught.value.what
    assert caught.value.where == f"{path}:2"


def test_files_without_rows_or_sense(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no rows"):
        read_rl_data(write(tmp_path / "a.jsonl", []), AngleWriter())
    (tmp_path / "b.parquet").write_bytes(b"not parquet")
    with pytest.raises(DataError, match=r"b\.parquet"):
        read_rl_data(tmp_path / "b.parquet", AngleWriter())


def test_order_is_a_permutation_each_epoch_and_addressed_by_position() -> None:
    problems = tuple(RlProblem(str(i), "", "") for i in range(7))
    order = PromptOrder(problems, seed=3)
    first, second = [order.at(i) for i in range(7)], [order.at(i) for i in range(7, 14)]
    assert sorted(first, key=str) == sorted(second, key=str) == sorted(problems, key=str)
    assert first != second
    assert [PromptOrder(problems, seed=3).at(i) for i in (13, 0, 6)] == [second[6], first[0], first[6]]


def test_expected_acceptance_by_hand() -> None:
    """G = 2: p = 1/2 gives 1 - 1/4 - 1/4 = 1/2; p = 1 gives 0; unknown counts 1. Mean 1/2; all hopeless: held at 0.05."""
    rates = (0.5, 1.0, None)
    problems = tuple(RlProblem(str(rate), "", "", rate) for rate in rates)
    assert expected_acceptance(problems, 2) == pytest.approx(0.5)
    assert expected_acceptance(problems[1:2], 2) == 0.05
