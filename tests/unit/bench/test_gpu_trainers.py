"""The rows for a GPU, run on the CPU with a model of a few thousand weights: they need no GPU to be right, only to be fast."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from transformers import LlamaConfig

from tests.bench import gpu_trainers
from tests.bench.gpu_trainers import REPETITION, Scale, packing_rows, speed_rows, update_rows
from tests.bench.packing import make_rows
from tests.bench.random_model import write_model
from tests.bench.row import Row
from tests.bench.trainer_sides import dartkit_step
from tests.bench.trainers import drawn_case, make_case

SHAPE = {
    "vocab_size": 1024, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
    "num_key_value_heads": 1, "head_dim": 16, "max_position_embeddings": 512, "tie_word_embeddings": True,
}  # fmt: skip
# 48 of 1,024 tokens: about one repeated token in each sample, so rewards differ in any group of 8
SMALL = Scale(SHAPE, groups=2, steps=2, prompt_tokens=(10, 20), completion_tokens=(4, 40), drawn_tokens=48)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("model")
    write_model(folder, SHAPE)
    return {"device": "cpu", "model": str(folder), "dtype": "bfloat16"}


def test_a_written_model_is_always_the_same(place: dict[str, Any], tmp_path: Path) -> None:
    """Two folders, byte by byte."""
    write_model(tmp_path, SHAPE)
    weights = "model.safetensors"
    assert (tmp_path / weights).read_bytes() == (Path(place["model"]) / weights).read_bytes()


def test_a_batch_has_the_lengths_that_the_name_promises() -> None:
    """64 samples of 200 to 1,000 tokens, half of them under 500 and the longest over 700: a long tail."""
    scale = Scale()
    case = make_case(scale.prompt_tokens, scale.draw_length, scale.completion_tokens[1])
    lengths = sorted(
        len(group["prompt"]) + len(tokens) for group in case["groups"] for tokens in group["completions"]
    )
    assert len(lengths) == 64
    assert lengths[0] >= 200
    assert lengths[32] < 500
    assert 700 < lengths[-1] <= 1000


def test_speed_and_utilisation_by_hand() -> None:
    """One group, a prompt of 2 and completions of 3 and 1: 8 tokens in the samples.

    A model of one layer, width 4: 64 + 48 weights in the layer, 40 in the head, attention 4 wide. The group's work is that of
    `test_flops.py`: FLOPs 6 (112 x 4 + 40 x 4) + 12 x 4 x 10 = 4,128.
    """
    config = LlamaConfig(
        vocab_size=10, hidden_size=4, intermediate_size=4, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=2,
    )  # fmt: skip
    case = {"groups": [{"prompt": [1, 1], "completions": [[1, 1, 1], [1]]}]}
    unknown = speed_rows("u", case, config, "CPU", 2.0, 4.0)
    assert unknown == [Row("u, speed", 4.0, "tokens/s", 2.0, "TRL 1.16")]
    _, ours, theirs = speed_rows("u", case, config, "NVIDIA H100 80GB HBM3", 2.0, 4.0)
    assert (ours.value, theirs.value) == pytest.approx((2064e-12, 1032e-12))
    assert (ours.ratio, theirs.ratio) == pytest.approx((2064 / 989e12, 1032 / 989e12))


def test_packing_counts_every_row_once(place: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """With a clock that gives a second to each way, the speed is the number of tokens; both ratios are 1."""
    clock = iter(range(10_000))
    monkeypatch.setattr("tests.bench.meter.time.perf_counter", lambda: float(next(clock)))
    found = packing_rows(place, SMALL)
    data = make_rows(16, (10, 20), SMALL.draw_length, 40)
    assert [row.value for row in found] == [sum(row.length for row in data)] * 2
    assert [row.ratio for row in found] == [1.0, 1.0]


def test_both_sides_run_an_update(place: dict[str, Any]) -> None:
    """Each in its own process; speed times seconds is the number of tokens, counted here from the case."""
    if find_spec("trl") is None:
        pytest.skip("TRL is not installed")
    case = make_case(SMALL.prompt_tokens, SMALL.draw_length, 40, groups=2, steps=2)
    tokens = sum(len(group["prompt"]) + len(one) for group in case["groups"] for one in group["completions"])
    time, memory, speed = update_rows(place, SMALL, LlamaConfig(**SHAPE))
    assert speed.value * time.value == pytest.approx(tokens)
    assert speed.ratio * time.ratio == pytest.approx(1.0)
    assert memory.value > 50  # a process with torch in it


def test_a_model_that_knows_nothing_still_updates(
    place: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """No answer is right: with the verifier's reward no step makes an update, and the side refuses to time that."""
    case = drawn_case(groups=2, steps=3, max_tokens=SMALL.drawn_tokens) | place
    with pytest.raises(RuntimeError, match="0 updates in 3 steps"):
        dartkit_step(case)
    dartkit_step(case | {"rewards": [REPETITION]})
    timed = json.loads(capsys.readouterr().out.splitlines()[-1])["seconds"]
    assert len(timed) == 1  # of three: the first makes buffers, the last writes the model


def test_a_vllm_that_cannot_be_used_costs_no_other_row(
    place: dict[str, Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other rows come as they are, and what failed is on standard error; with the side's failure put in by hand."""

    def step(_: dict[str, Any], scale: Scale, engine: dict[str, Any]) -> list[Row]:
        if engine["kind"] == "vllm":
            raise RuntimeError("trl failed: vLLM 9 is too new")
        return [Row("step", 1.0, "s", 1.0, "TRL 1.16")]

    monkeypatch.setattr(gpu_trainers, "find_spec", lambda _: True)
    monkeypatch.setattr(gpu_trainers, "step_rows", step)
    monkeypatch.setattr(gpu_trainers, "update_rows", lambda *_: [])
    monkeypatch.setattr(gpu_trainers, "packing_rows", lambda *_: [])
    monkeypatch.setattr("tests.bench.tiled_head.rows", lambda _: [])
    assert [row.name for row in gpu_trainers.rows("cuda", SMALL)] == ["step"]
    assert "vLLM 9 is too new" in capsys.readouterr().err
