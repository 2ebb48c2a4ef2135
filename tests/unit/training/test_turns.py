"""Conversations of several turns: every assistant's turn is learnt from once, and nothing else; strings are written out."""

from __future__ import annotations

from dartkit.training.batching import TokenRow
from dartkit.training.chat import tokenize_turns
from dartkit.training.model import TrainableModel

TURNS = [
    {"role": "user", "content": "1+1?"},
    {"role": "assistant", "content": "2"},
    {"role": "user", "content": "2+2?"},
    {"role": "assistant", "content": "4"},
]
LINES = (
    "{% for m in messages %}{{ m.role + ':' + m.content + '<|end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}assistant:{% endif %}"
)
FORGETFUL = (
    "{% for m in messages %}{% if m.role == 'user' or loop.last %}{{ m.role + ':' + m.content + '<|end|>' }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}"
)


def parts(trained: TrainableModel, row: TokenRow) -> tuple[str, list[str]]:
    """The prompt, and the stretches of the response that are learnt from."""
    learnt = row.learnt or (True,) * len(row.response_ids)
    stretches: list[list[int]] = []
    for index, (token, wanted) in enumerate(zip(row.response_ids, learnt, strict=True)):
        if wanted:
            if not index or not learnt[index - 1]:
                stretches.append([])
            stretches[-1].append(token)
    return trained.tokenizer.decode(row.prompt_ids), [trained.tokenizer.decode(ids) for ids in stretches]


def test_all_turns_of_an_appending_template_share_a_row(trained: TrainableModel) -> None:
    trained.tokenizer.chat_template = LINES
    (row,) = tokenize_turns(trained.tokenizer, TURNS, {2})
    assert parts(trained, row) == ("user:1+1?<|end|>\nassistant:", ["2<|end|>", "4<|end|>"])
    text = trained.tokenizer.decode(row.prompt_ids + row.response_ids)
    assert text == "user:1+1?<|end|>\nassistant:2<|end|>\nuser:2+2?<|end|>\nassistant:4<|end|>"
    assert row.learnt_tokens == sum(row.learnt or ()) == 4  # two digits and two end tokens


def test_template_that_renders_earlier_turns_anew_gives_a_row_for_each(trained: TrainableModel) -> None:
    """It drops earlier assistant's turns, as templates do that hide old reasoning: each turn follows what was seen then."""
    trained.tokenizer.chat_template = FORGETFUL
    rows = tokenize_turns(trained.tokenizer, TURNS, {2})
    assert [parts(trained, row) for row in rows] == [
        ("user:1+1?<|end|>assistant:", ["2<|end|>"]),
        ("user:1+1?<|end|>user:2+2?<|end|>assistant:", ["4<|end|>"]),
    ]


def test_without_template_each_turn_is_a_row(trained: TrainableModel) -> None:
    trained.tokenizer.chat_template = None
    rows = tokenize_turns(trained.tokenizer, TURNS, {2})
    assert [parts(trained, row) for row in rows] == [
        ("1+1?", ["2<|end|>"]),
        ("1+1?\n\n2\n\n2+2?", ["4<|end|>"]),
    ]
