"""A small random model and a byte-level tokenizer, made here so that no file is needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dartkit.engines.base import DrawRequest
from dartkit.settings import SamplingSettings
from tests.fault_server import FaultServer


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    """Return a tokenizer of single characters: printable ASCII and three special tokens."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = [chr(code) for code in range(33, 127)] + [
        "\u0120"
    ]  # byte-level coding writes a space as this letter
    core = Tokenizer(models.BPE(vocab={letter: index for index, letter in enumerate(letters)}, merges=[]))
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=core, bos_token="<|begin|>", eos_token="<|end|>", pad_token="<|pad|>"
    )


@pytest.fixture(scope="session")
def model(tokenizer: Any) -> Any:
    """Return a two-layer Llama in float32 with grouped heads (4 query, 2 key) and a window of 128."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(5)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=128,
        initializer_range=0.3,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    made = LlamaForCausalLM(config).eval()
    with (
        torch.no_grad()
    ):  # a logit of 0 among many large ones: the end token comes up seldom, special ones never matter
        made.lm_head.weight[len(tokenizer) - 3 :] = 0
    return made


def make_request(
    index: int, *, prompt: str = "What is 2 + 3?", seed: int | None = None, want: bool = True, **sampling: Any
) -> DrawRequest:
    """Return a request for 12 tokens unless told otherwise."""
    return DrawRequest(
        sample_id=str(index),
        problem_id="p",
        draw_index=index,
        prompt=prompt,
        seed=1000 + index if seed is None else seed,
        sampling=SamplingSettings(**{"max_tokens": 12, **sampling}),
        want_tokens=want,
    )


@pytest.fixture
def request_maker() -> Any:
    """Return `make_request`; a fixture because test folders are no packages."""
    return make_request


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the http engine wait milliseconds where a user waits seconds."""
    from dartkit.engines.http import outage, server

    monkeypatch.setattr(outage, "FIRST_WAIT_SECONDS", 0.005)
    monkeypatch.setattr(outage, "LONGEST_WAIT_SECONDS", 0.05)
    monkeypatch.setattr(server, "LIST_WAIT_SECONDS", 0.005)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """Return a running server that answers well until told otherwise."""
    with FaultServer() as running:
        yield running
