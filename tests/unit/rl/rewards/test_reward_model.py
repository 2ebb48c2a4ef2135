"""A random two-layer sequence classifier as a reward model: its batches against one forward pass for each sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM, LlamaForSequenceClassification

from dartkit.errors import EnvironmentProblem
from dartkit.reward_settings import ModelReward
from dartkit.rl.rewards.model import RewardModel
from dartkit.tiny import checkpoint_path
from tests.unit.rl.rewards.samples import PROBLEM, make_sample

TEXTS = ("2", "It is \\boxed{2}.", "", "1 + 1 = 2, so the answer is 2. " * 3)


def save(folder: Path, kind: type[Any] = LlamaForSequenceClassification, **changes: Any) -> Path:
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(checkpoint_path())
    values: dict[str, Any] = {
        "vocab_size": len(tokenizer), "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_key_value_heads": 1, "initializer_range": 0.3, "pad_token_id": 0,
        "num_labels": 1,
    }  # fmt: skip
    kind(LlamaConfig(**values | changes)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("reward-model"))


def open_model(folder: Path, **changes: Any) -> RewardModel:
    values = {"dtype": "float32", "device": "cpu"} | changes
    return RewardModel(ModelReward(path=str(folder), **values), None)


def by_hand(folder: Path, text: str) -> float:
    """The head's weight on the last token's hidden state."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = LlamaForSequenceClassification.from_pretrained(folder).eval()
    ids_BS = torch.tensor([tokenizer(text, add_special_tokens=False)["input_ids"]])
    with torch.inference_mode():
        hidden_H = model.model(ids_BS).last_hidden_state[0, -1]
        return float(model.score.weight[0] @ hidden_H)


def test_batches_give_what_single_passes_give(folder: Path) -> None:
    """Chat input, lengths mixed, two to a batch."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    scores = open_model(folder, batch_size=2).score(PROBLEM, [make_sample(text) for text in TEXTS])
    for text, score in zip(TEXTS, scores, strict=True):
        messages = [
            {"role": "user", "content": "What is 1 + 1?"},
            {"role": "assistant", "content": text},
        ]
        chat = tokenizer.apply_chat_template(messages, tokenize=False)
        assert score.value == pytest.approx(by_hand(folder, chat), abs=1e-4)
        assert score.error is None
    assert len({round(score.value, 4) for score in scores}) == 4


def test_text_input_is_prompt_and_completion(folder: Path) -> None:
    (score,) = open_model(folder, input="text").score(PROBLEM, [make_sample("2")])
    tokenizer = AutoTokenizer.from_pretrained(folder)
    text = tokenizer.decode(tokenizer(PROBLEM.prompt + "2")["input_ids"])
    assert score.value == pytest.approx(by_hand(folder, text), abs=1e-4)


def test_too_long_is_an_error_of_that_sample(folder: Path) -> None:
    scores = open_model(folder, max_input_tokens=40, on_error=-2.0).score(
        PROBLEM, [make_sample("2"), make_sample("9 " * 60)]
    )
    assert scores[0].error is None
    assert scores[1].value == -2.0
    assert "max_input_tokens is 40" in (scores[1].error or "")


def test_without_a_padding_token_samples_go_one_by_one(folder: Path, tmp_path: Path) -> None:
    bare = save(tmp_path / "bare", pad_token_id=None)
    samples = [make_sample(text) for text in TEXTS]
    ours = [score.value for score in open_model(bare).score(PROBLEM, samples)]
    theirs = [score.value for score in open_model(folder).score(PROBLEM, samples)]
    assert ours == pytest.approx(theirs, abs=1e-4)


def test_numbers_that_are_not_finite_are_errors(tmp_path: Path) -> None:
    broken = save(tmp_path / "broken")
    model = LlamaForSequenceClassification.from_pretrained(broken)
    torch.nn.init.constant_(model.score.weight, float("nan"))
    model.save_pretrained(broken)
    (score,) = open_model(broken, on_error=-1.0).score(PROBLEM, [make_sample("2")])
    assert (score.value, score.error) == (-1.0, "the reward model gave nan")


def test_what_is_no_reward_model_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="no sequence classifier"):
        open_model(save(tmp_path / "language", LlamaForCausalLM))
    with pytest.raises(EnvironmentProblem, match="has 3 outputs"):
        open_model(save(tmp_path / "three", num_labels=3))
    pickled = save(tmp_path / "pickled")
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")
    with pytest.raises(EnvironmentProblem, match="pickled"):
        open_model(pickled)


def test_a_chat_needs_a_template(tmp_path: Path) -> None:
    plain = save(tmp_path / "plain")
    (plain / "chat_template.jinja").unlink(missing_ok=True)
    config = json.loads((plain / "tokenizer_config.json").read_text())
    config.pop("chat_template", None)
    (plain / "tokenizer_config.json").write_text(json.dumps(config))
    with pytest.raises(EnvironmentProblem, match="no chat template") as caught:
        open_model(plain)
    assert "text" in caught.value.fix
    assert open_model(plain, input="text").score(PROBLEM, [make_sample("2")])[0].error is None
