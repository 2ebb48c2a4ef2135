"""What ranks send each other comes back equal, and nothing else comes back."""

from __future__ import annotations

import json
import math
from pathlib import PurePath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.errors import EnvironmentProblem, ExitStatus
from dartkit.rl.data import RlProblem
from dartkit.rl.samples import RolloutGroup, RolloutSample
from dartkit.settings import SamplingSettings
from dartkit.training.optimizer import UpdateResult
from dartkit.training.wire import decode, encode

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text() | st.tuples(st.integers(), st.booleans()), inner)
        | st.lists(inner).map(tuple)
        | st.tuples(st.integers(), inner)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_values_come_back_equal(value: Any) -> None:
    """Equality of Python tells lists from tuples; types of numbers are compared by their text."""
    back = decode(encode(value))
    assert back == value
    assert repr(back) == repr(value)


def test_floats_that_are_no_numbers_come_back() -> None:
    low, not_a_number = decode(encode([float("-inf"), float("nan")]))
    assert low == float("-inf")
    assert math.isnan(not_a_number)


def test_records_of_a_rollout_come_back_equal() -> None:
    """A draw with its request and settings, and a group with its problem: classes, tuples and floats all the way down."""
    request = DrawRequest(
        "s", "p", 3, "2+2?", 2**63 - 1, SamplingSettings(temperature=0.7, stop=("\n",)), True
    )
    draw = FinishedDraw(request, "4", "stop", 0.5, token_ids=(5, 2), token_logprobs=(-0.1, -1e-9))
    sample = RolloutSample(
        0,
        (1, 2),
        (3,),
        "\ud800 half a pair",
        "length",
        "truncated",
        {"outcome": -1.0},
        -1.25,
        sampler_logprobs=(-0.5,),
    )
    group = RolloutGroup(7, RlProblem("p", "2+2?", "4"), (sample,), failed=True)
    for value in (draw, group, UpdateResult(1.5, True), ExitStatus.DATA):
        back = decode(encode(value))
        assert back == value
        assert type(back) is type(value)


@pytest.mark.parametrize("value", [PurePath("x"), {1, 2}, json.JSONDecoder(), object()])
def test_other_kinds_are_not_sent(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be sent"):
        encode(value)


@pytest.mark.parametrize(
    "path",
    [
        "subprocess:Popen",
        "dartkit.errors:from_os_error",
        "dartkit.files:Path",
        "dartkit.errors:Nothing",
        "os:getcwd",
    ],
)
def test_bytes_that_name_something_else_are_refused(path: str) -> None:
    """Neither foreign code nor a function of dartkit can be called, nor a class that only passes through one of its modules."""
    with pytest.raises(EnvironmentProblem, match="unknown kind"):
        decode(json.dumps({".": path, "": {}}).encode())
