"""Each rule for long prompts on three rows: one short, one of exactly the limit, one longer. Lengths are the tokenizer's."""

from __future__ import annotations

import pytest
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from dartkit.errors import DataError, UsageError
from dartkit.rl.data import RlProblem
from dartkit.rl.long_prompts import fit_prompts
from dartkit.tiny import checkpoint_path

TEXTS = [
    "Add 1.",
    "one two three four five six",
    "<|user|>\nWhat is 1 + 1, and what is twelve times seven, and why?",
]


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerBase:
    found: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(checkpoint_path())
    return found


@pytest.fixture(scope="module")
def problems() -> tuple[RlProblem, ...]:
    return tuple(RlProblem(f"p{number}", text, "2") for number, text in enumerate(TEXTS))


def length(tokenizer: PreTrainedTokenizerBase, text: str) -> int:
    return len(tokenizer(text, add_special_tokens=False).input_ids)


def test_error_names_the_long_prompt(
    tokenizer: PreTrainedTokenizerBase, problems: tuple[RlProblem, ...]
) -> None:
    limit, longest = length(tokenizer, TEXTS[1]), length(tokenizer, TEXTS[2])
    assert limit < longest
    with pytest.raises(DataError, match=rf"1 of 3 prompts have more than {limit} tokens: p2 \({longest}"):
        fit_prompts(problems, tokenizer, "error", window=512, limit=limit, where="x.jsonl")
    assert fit_prompts(problems, tokenizer, "error", window=512, limit=longest, where="").problems == problems


def test_drop_counts(tokenizer: PreTrainedTokenizerBase, problems: tuple[RlProblem, ...]) -> None:
    limit = length(tokenizer, TEXTS[1])
    fitting = fit_prompts(problems, tokenizer, "drop", window=512, limit=limit, where="")
    assert (fitting.problems, fitting.dropped, fitting.truncated) == (problems[:2], 1, 0)
    with pytest.raises(DataError, match="3 of 3"):
        fit_prompts(problems, tokenizer, "drop", window=512, limit=1, where="")


def test_left_truncate_keeps_the_end(
    tokenizer: PreTrainedTokenizerBase, problems: tuple[RlProblem, ...]
) -> None:
    """The last tokens of the long prompt, no more than the limit; ids, answers and the other prompts stay."""
    limit = length(tokenizer, TEXTS[1])
    fitting = fit_prompts(problems, tokenizer, "left-truncate", window=512, limit=limit, where="")
    assert (fitting.problems[:2], fitting.dropped, fitting.truncated) == (problems[:2], 0, 1)
    cut = fitting.problems[2]
    assert (cut.problem_id, cut.answer) == ("p2", "2")
    assert TEXTS[2].endswith(cut.prompt)
    assert limit - 2 <= length(tokenizer, cut.prompt) <= limit


def test_without_a_limit_one_token_of_the_window_is_left(
    tokenizer: PreTrainedTokenizerBase, problems: tuple[RlProblem, ...]
) -> None:
    longest = length(tokenizer, TEXTS[2])
    assert fit_prompts(problems, tokenizer, "drop", window=longest + 1, limit=None, where="").dropped == 0
    assert fit_prompts(problems, tokenizer, "drop", window=longest, limit=None, where="").dropped == 1
    with pytest.raises(UsageError, match="no room"):
        fit_prompts(problems, tokenizer, "drop", window=64, limit=64, where="")
