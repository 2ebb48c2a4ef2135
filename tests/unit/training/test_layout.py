"""Packed, padded and one by one give the same; no row sees another; models that cannot pack are found out by the test."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.training.batching import Layout, TokenRow, collate, split_rows
from dartkit.training.layout import UNLIMITED, prepare_packing
from dartkit.training.logprobs import score_tokens
from tests.unit.training.architectures import VOCABULARY, make_model

CPU = torch.device("cpu")


def make_rows(sizes: list[tuple[int, int]], seed: int = 0) -> list[TokenRow]:
    """Rows of random tokens; prompts of one length are the same prompt."""
    prompts: dict[int, tuple[int, ...]] = {}
    draw = random.Random(seed)
    rows = []
    for prompt, response in sizes:
        prompts.setdefault(prompt, tuple(draw.randrange(VOCABULARY) for _ in range(prompt)))
        rows.append(TokenRow(prompts[prompt], tuple(draw.randrange(VOCABULARY) for _ in range(response))))
    return rows


ROWS = [
    *make_rows([(12, 1), (12, 9), (12, 4), (3, 6), (3, 2), (20, 40), (1, 1)]),
    TokenRow((5, 6, 7, 8, 9, 1, 2, 3, 4), (9, 9, 8), (True, False, True)),
]


def loss_and_gradients(
    model: Any, rows: list[TokenRow], budget: int, layout: Layout
) -> tuple[float, list[torch.Tensor]]:
    """A loss that gives every row its own weight, also through the entropy."""
    total = 0.0
    for part in split_rows(rows, budget, layout):
        batch = collate([rows[index] for index in part], device=CPU, layout=layout)
        scores = score_tokens(model, batch, temperature=0.9, entropy_grad=True)
        weight_N = torch.tensor([0.1 * (index + 1) for index in part], dtype=scores.logprobs_N.dtype)[
            batch.row_N
        ]
        loss = (weight_N * (scores.logprobs_N + 0.5 * scores.entropy_N)).sum()
        torch.autograd.backward(loss)
        total += float(loss.detach())
    gradients = [weight.grad.clone() for weight in model.parameters()]
    model.zero_grad()
    return total, gradients


@pytest.mark.parametrize(("dtype", "close"), [(torch.float64, 1e-10), (torch.float32, 1e-6)])
@pytest.mark.parametrize("budget", [16, 40, 1000])
def test_packed_equals_padded_equals_one_by_one(dtype: torch.dtype, close: float, budget: int) -> None:
    """GPT-2 computes everything in its own type, so float64 shows equality to its last digits.

    Gradients are compared relative to the largest.
    """
    model = make_model("gpt2", n_embd=32, n_head=4, n_layer=2, n_positions=256).to(dtype)
    assert prepare_packing(model, dtype) == UNLIMITED
    alone = loss_and_gradients(model, ROWS, 1, "padded")
    largest = max(float(gradient.abs().max()) for gradient in alone[1])
    layouts: tuple[Layout, ...] = ("packed", "padded")
    for layout in layouts:
        value, gradients = loss_and_gradients(model, ROWS, budget, layout)
        assert value == pytest.approx(alone[0], rel=close)
        for ours, theirs in zip(gradients, alone[1], strict=True):
            torch.testing.assert_close(ours, theirs, rtol=0, atol=close * largest)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 9)), min_size=2, max_size=8), st.integers(0, 7))
def test_other_tokens_in_one_row_leave_the_others_as_they_are(
    sizes: list[tuple[int, int]], which: int
) -> None:
    """Bit by bit, because every number of the other rows is made from the same inputs in the same way."""
    model = PACKING_MODEL
    rows = make_rows(sizes)
    which %= len(rows)
    changed = list(rows)
    changed[which] = TokenRow(
        rows[which].prompt_ids, tuple((t + 1) % VOCABULARY for t in rows[which].response_ids)
    )
    batches = [collate(version, device=CPU, layout="packed") for version in (rows, changed)]
    with torch.no_grad():
        before, after = (score_tokens(model, batch).logprobs_N for batch in batches)
    others = batches[0].row_N != which
    assert torch.equal(before[others], after[others])
    assert not torch.equal(before[~others], after[~others])


@pytest.mark.parametrize("layout", ["packed", "padded"])
@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_a_row_of_numbers_that_are_none_stays_alone(kind: str, layout: Layout) -> None:
    """The vectors of token 66 and of token 0, the padding token, are NaN: only rows that hold 66 are NaN.

    The others are, bit by bit, what they are where 66 has a vector of zeros.
    """
    sizes = {"n_embd": 32, "n_head": 4, "n_layer": 2, "n_positions": 256} if kind == "gpt2" else {}
    model = make_model(kind, tie_word_embeddings=False, **sizes)
    assert prepare_packing(model, torch.float32)
    prompt = tuple(range(3, 15))  # long enough to be shared
    rows = [
        TokenRow(prompt, (5, 6, 7, 8, 9, 10, 11)), TokenRow(prompt, (9, 66, 12)), TokenRow((4, 5), (6,)), TokenRow((4, 66), (6, 7)),
    ]  # fmt: skip
    found = []
    for vector in (torch.nan, 0.0):
        with torch.no_grad():
            model.get_input_embeddings().weight[[0, 66]] = vector
            scores = score_tokens(model, collate(rows, device=CPU, layout=layout))
        found.append(torch.split(scores.logprobs_N, [len(row.response_ids) for row in rows]))
    poisoned, clean = found
    assert [bool(part_N.isfinite().all()) for part_N in poisoned] == [True, False, True, False]
    assert torch.equal(poisoned[0], clean[0])
    assert torch.equal(poisoned[2], clean[2])


PACKING_MODEL = make_model("llama")
assert prepare_packing(PACKING_MODEL, torch.float32)


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        ("llama", {}, UNLIMITED),
        ("qwen3", {}, UNLIMITED),
        ("granite", {}, UNLIMITED),
        ("mistral", {"sliding_window": 16}, 16),
        ("gemma2", {}, 0),  # attention with a soft cap
        (
            "lfm2",
            {"layer_types": ["conv", "full_attention"]},
            0,
        ),  # a convolution runs over the borders of rows
        ("bloom", {"n_layer": 2, "n_head": 4}, 0),  # positions come from the mask, not from position_ids
    ],
)
def test_rule_by_architecture(kind: str, changes: dict[str, Any], expected: int) -> None:
    assert prepare_packing(make_model(kind, **changes), torch.float32) == expected


@pytest.mark.parametrize("kind", ["llama", "qwen3", "granite", "gemma2", "lfm2", "bloom"])
def test_each_architecture_scores_as_its_own_logits_do(kind: str) -> None:
    """The other way: one row at a time through the model's own logits and torch's log_softmax."""
    changes: dict[str, dict[str, Any]] = {
        "lfm2": {"layer_types": ["conv", "full_attention"]},
        "bloom": {"n_layer": 2, "n_head": 4},
    }
    model = make_model(kind, **changes.get(kind, {}))
    rows = make_rows([(12, 5), (12, 9), (4, 7)])
    expected = []
    with torch.no_grad():
        for row in rows:
            logits = model(input_ids=torch.tensor([row.prompt_ids + row.response_ids])).logits[0]
            everything = torch.log_softmax(logits[len(row.prompt_ids) - 1 : -1], -1)
            expected.append(everything.gather(1, torch.tensor(row.response_ids)[:, None])[:, 0])
    layout: Layout = "packed" if prepare_packing(model, torch.float32) else "padded"
    with torch.no_grad():
        scores = score_tokens(model, collate(rows, device=CPU, layout=layout))
    torch.testing.assert_close(scores.logprobs_N, torch.cat(expected), rtol=1e-4, atol=1e-5)


def test_prompts_shared_by_rows_are_computed_once() -> None:
    """Prompt of 12 with responses of 1, 9 and 4: 12 + 0 + 8 + 3 inputs, the last token of each row being none."""
    batch = collate(ROWS[:3], device=CPU, layout="packed")
    assert batch.ids_BT.shape == (1, 23)
    assert batch.positions_BT is not None
    assert batch.positions_BT[0].tolist() == [*range(12), *range(12, 20), *range(12, 15)]


def test_model_that_is_not_prepared_refuses_packed_rows() -> None:
    """Its own attention would let rows see each other."""
    with pytest.raises(ValueError, match="not prepared"):
        score_tokens(make_model("llama"), collate(ROWS, device=CPU, layout="packed"))
