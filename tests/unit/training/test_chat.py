"""Conversations as tokens: the expected strings are written out from the bundled chat template."""

from __future__ import annotations

from typing import Any

import pytest

from dartkit.errors import DataError
from dartkit.training.chat import read_messages, render_prompt, tokenize_conversation
from dartkit.training.model import TrainableModel

USER, ASSISTANT = {"role": "user", "content": "What is 1+1?"}, {"role": "assistant", "content": "It is 2."}
SYSTEM = {"role": "system", "content": "Add."}


def test_prompt_and_response_of_the_bundled_template(trained: TrainableModel) -> None:
    row = tokenize_conversation(trained.tokenizer, [SYSTEM, USER, ASSISTANT], {2})
    assert trained.tokenizer.decode(row.prompt_ids) == (
        "<|begin|><|system|>Add.<|end|><|user|>What is 1+1?<|end|><|assistant|>"
    )
    assert trained.tokenizer.decode(row.response_ids) == "It is 2.<|end|>"
    assert row.response_ids[-1] == trained.tokenizer.eos_token_id
    prompt = render_prompt(trained.tokenizer, [SYSTEM, USER])
    assert tuple(trained.tokenizer(prompt, add_special_tokens=False).input_ids) == row.prompt_ids


def test_response_ends_at_the_end_token_where_the_template_goes_on(trained: TrainableModel) -> None:
    """ChatML-like templates put a newline after the end token, which no completion has."""
    trained.tokenizer.chat_template = "{% for m in messages %}{{ m.role + ':' + m.content + '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}"
    row = tokenize_conversation(trained.tokenizer, [USER, ASSISTANT], {2})
    assert trained.tokenizer.decode(row.prompt_ids) == "user:What is 1+1?<|end|>\nassistant:"
    assert trained.tokenizer.decode(row.response_ids) == "It is 2.<|end|>"


def test_without_template_the_contents_are_joined_and_closed(trained: TrainableModel) -> None:
    trained.tokenizer.chat_template = None
    row = tokenize_conversation(trained.tokenizer, [SYSTEM, USER, ASSISTANT], {2})
    assert trained.tokenizer.decode(row.prompt_ids) == "Add.\n\nWhat is 1+1?"
    assert trained.tokenizer.decode(row.response_ids) == "It is 2.<|end|>"


def test_template_that_rewrites_the_prompt_is_refused(trained: TrainableModel) -> None:
    trained.tokenizer.chat_template = (
        "{{ messages | length }}{% for m in messages %}{{ m.content }}{% endfor %}"
    )
    with pytest.raises(DataError, match="does not begin with the open prompt"):
        tokenize_conversation(trained.tokenizer, [USER, ASSISTANT], {2})


@pytest.mark.parametrize(
    "value",
    [None, [], "text", [1], [{"role": "user"}], [{"role": "tool", "content": "x"}], [SYSTEM], [ASSISTANT],
     [USER, USER], [USER, SYSTEM], [USER, ASSISTANT, ASSISTANT]],
)  # fmt: skip
def test_other_shapes_are_complaints(value: Any) -> None:
    assert isinstance(read_messages(value), str)


def test_turns_in_order_pass_and_other_keys_go() -> None:
    turns = [SYSTEM, USER, ASSISTANT, {**USER, "name": "x"}, ASSISTANT]
    assert read_messages(turns) == [SYSTEM, USER, ASSISTANT, USER, ASSISTANT]
