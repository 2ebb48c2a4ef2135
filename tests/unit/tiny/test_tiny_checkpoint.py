"""The bundled files: small, complete, loadable, and as good as the other tests need them to be."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dartkit.tiny import checkpoint_path
from dartkit.tiny.measure import is_correct, wilson
from dartkit.tiny.problems import FAMILIES, HELD_OUT_FAMILIES, LEVELS, generate_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dartkit.tiny.problems import TinyProblem

MIB = 1024 * 1024
CHAT = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": "Tom has 12 apples. Tom buys 5 more. How many apples does Tom have now?"},
]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    transformers = pytest.importorskip("transformers")
    return transformers.AutoTokenizer.from_pretrained(checkpoint_path())


@pytest.fixture(scope="module")
def model() -> Iterator[Any]:
    """Load the model, and run it on one thread: threads that wait for each other cost more here."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield transformers.AutoModelForCausalLM.from_pretrained(checkpoint_path(), dtype=torch.float32)
    torch.set_num_threads(threads)


def judge(model: Any, tokenizer: Any, problems: Sequence[TinyProblem], *, sample: bool) -> list[bool]:
    """Answer all problems in one batch and tell which answers are right."""
    torch = pytest.importorskip("torch")
    prompts = [
        tokenizer.apply_chat_template(
            [{"role": "user", "content": problem.text}], tokenize=False, add_generation_prompt=True
        )
        for problem in problems
    ]
    batch = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=False)
    torch.manual_seed(0)
    output = model.generate(
        input_ids=batch.input_ids,
        attention_mask=batch.attention_mask,
        max_new_tokens=140,
        do_sample=sample,
        **({} if sample else {"temperature": None, "top_k": None, "top_p": None}),
    )
    completions = tokenizer.batch_decode(output[:, batch.input_ids.shape[1] :], skip_special_tokens=True)
    return [is_correct(c, p.answer) for c, p in zip(completions, problems, strict=True)]


def test_all_files_are_there_and_together_small() -> None:
    files = {path.name: path.stat().st_size for path in checkpoint_path().iterdir()}
    assert set(files) == {
        "README.md",
        "chat_template.jinja",
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    assert sum(files.values()) <= 8 * MIB


def test_the_files_agree_on_the_special_tokens() -> None:
    folder = checkpoint_path()
    config, generation = (
        json.loads((folder / name).read_text()) for name in ("config.json", "generation_config.json")
    )
    tokens = json.loads((folder / "tokenizer.json").read_text())
    ids = {token["content"]: token["id"] for token in tokens["added_tokens"]}
    assert config["eos_token_id"] == generation["eos_token_id"] == ids["<|end|>"]
    assert config["bos_token_id"] == ids["<|begin|>"]
    assert config["pad_token_id"] == ids["<|pad|>"]
    assert config["vocab_size"] == len(tokens["model"]["vocab"])
    assert config["dtype"] == "bfloat16"


def test_the_card_gives_the_command_the_licence_and_every_level() -> None:
    card = (checkpoint_path() / "README.md").read_text()
    assert "license: apache-2.0" in card
    assert "python -m dartkit.tiny.pretrain --out" in card
    for level in range(1, 8):
        assert re.search(rf"^\| {level} \|", card, re.MULTILINE)
    for family in FAMILIES + HELD_OUT_FAMILIES:
        assert family in card


@pytest.mark.parametrize(
    "text", ["Tom has 7 apples.", "naïve café, 东京 42\n\ttabs", "\\boxed{-3/4}", "", "  two  spaces "]
)
def test_the_tokenizer_gives_every_text_back(tokenizer: Any, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False)) == text


def test_every_digit_is_a_token(tokenizer: Any) -> None:
    pieces = tokenizer.tokenize("1234+50=1284")
    assert [piece for piece in pieces if piece.isdigit()] == list("1234501284")


def test_no_token_but_a_single_digit_contains_digits() -> None:
    vocabulary = json.loads((checkpoint_path() / "tokenizer.json").read_text())["model"]["vocab"]
    assert {token for token in vocabulary if re.search(r"\d", token)} == set("0123456789")


def test_the_chat_template(tokenizer: Any) -> None:
    assert tokenizer.apply_chat_template(CHAT, tokenize=False, add_generation_prompt=True) == (
        "<|begin|><|system|>You are a helpful assistant.<|end|><|user|>Tom has 12 apples. Tom buys 5 "
        "more. How many apples does Tom have now?<|end|><|assistant|>"
    )
    answered = [*CHAT[1:], {"role": "assistant", "content": "12+5=17"}]
    assert tokenizer.apply_chat_template(answered, tokenize=False) == (
        "<|begin|><|user|>Tom has 12 apples. Tom buys 5 more. How many apples does Tom have now?"
        "<|end|><|assistant|>12+5=17<|end|>"
    )


def test_the_chat_template_refuses_an_unknown_role(tokenizer: Any) -> None:
    with pytest.raises(Exception, match="Unknown role: tool"):
        tokenizer.apply_chat_template([{"role": "tool", "content": "x"}], tokenize=False)


def test_the_model_has_the_stated_size(model: Any) -> None:
    assert 1_800_000 < model.num_parameters() < 2_000_000


def test_level_one_is_answered_greedily(model: Any, tokenizer: Any) -> None:
    problems = list(generate_problems(families=FAMILIES, levels=[1], per_level=40, split="test", seed=1))
    right = judge(model, tokenizer, problems, sample=False)
    assert sum(right) >= 0.9 * len(problems)


def test_pass_rates_are_spread_over_levels_and_families(model: Any, tokenizer: Any) -> None:
    """The bounds leave three standard errors around the rates of the model card."""
    levels = (LEVELS[0], 3, LEVELS[-1])
    problems = [
        *generate_problems(families=FAMILIES, levels=levels, per_level=40, split="test", seed=2),
        *generate_problems(families=HELD_OUT_FAMILIES, levels=[1], per_level=40, split="test", seed=2),
    ]
    right = judge(model, tokenizer, problems, sample=True)
    rates = [sum(right[start : start + 40]) / 40 for start in (0, 40, 80, 120)]
    assert rates[0] >= 0.85
    assert 0.38 <= rates[1] <= 0.86
    assert rates[2] <= 0.22
    assert 0.2 <= rates[3] <= 0.75


def test_the_path_is_a_folder_of_the_package() -> None:
    assert checkpoint_path() == Path(__file__).resolve().parents[3] / "dartkit" / "tiny" / "checkpoint"


@pytest.mark.parametrize(
    ("completion", "right"),
    [
        ("7+5=12\nThe answer is \\boxed{12}.", True),
        ("7+5=12\nThe answer is \\boxed{12}.\n", True),
        ("7+5=13\nThe answer is \\boxed{13}.", False),
        ("The answer is \\boxed{12}. The answer is \\boxed{13}.", False),
        ("The answer is 12.", False),
    ],
)
def test_a_completion_is_judged_by_its_last_box(completion: str, right: bool) -> None:
    assert is_correct(completion, "12") is right


def test_wilson_interval_by_hand() -> None:
    """8 of 10 with z = 1.96: centre 0.9921/1.3841 = 0.7168, margin 0.2265: from 0.490 to 0.943."""
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 300)[0] == pytest.approx(0.0)
    assert 0.01 < wilson(0, 300)[1] < 0.02
