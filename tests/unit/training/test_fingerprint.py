"""The fingerprint of weights against plain integer arithmetic in numpy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.training import fingerprint
from dartkit.training.fingerprint import fingerprint_weights, sum_bits


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_sum_is_that_of_the_definition(dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    """S = sum x_i (2i + 1) mod 2^64 with Python's unlimited integers, over several chunks."""
    monkeypatch.setattr(fingerprint, "CHUNK_ELEMENTS", 7)
    tensor = torch.randn(5, 11, generator=torch.Generator().manual_seed(0)).to(dtype)
    width = {2: np.int16, 4: np.int32, 8: np.int64}[tensor.element_size()]
    bits = tensor.view(-1).view(torch.uint8).numpy().view(width)
    expected = sum(int(x) * (2 * i + 1) for i, x in enumerate(bits)) % 2**64
    assert sum_bits(tensor) % 2**64 == expected


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 59), st.integers(0, 31))
def test_one_bit_of_one_weight_changes_it(place: int, bit: int) -> None:
    model = torch.nn.Linear(10, 6, bias=False)
    before = fingerprint_weights(model)
    model.weight.data.view(-1).view(torch.int32)[place] ^= 1 << bit if bit < 31 else -(2**31)
    assert fingerprint_weights(model) != before


def test_order_names_and_shapes_count() -> None:
    model = torch.nn.Linear(2, 2, bias=False)
    model.weight.data = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    before = fingerprint_weights(model)
    model.weight.data = model.weight.data.flip(0)
    assert fingerprint_weights(model) != before
    model.weight.data = torch.tensor([[1.0, 2.0, 3.0, 4.0]])
    assert fingerprint_weights(model) != before
