"""Groups that are written come back equal, but for the completions."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.errors import DataError
from dartkit.rl.data import RlProblem
from dartkit.rl.recorded import read_groups, write_groups
from dartkit.rl.samples import RolloutGroup, RolloutSample

numbers = st.floats(allow_nan=False, allow_infinity=False)
tokens = st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=6).map(tuple)
others = {
    spec.name: numbers
    for spec in fields(RolloutSample)
    if spec.default is MISSING and spec.default_factory is MISSING and spec.type == "float"
}
samples = st.builds(
    RolloutSample,
    **others,
    sample_index=st.integers(0, 99),
    prompt_ids=tokens,
    token_ids=tokens,
    completion=st.text(max_size=5),
    finish_reason=st.sampled_from(["stop", "length"]),
    outcome=st.sampled_from(["correct", "incorrect", "timeout"]),
    sampler_logprobs=st.none() | st.lists(numbers, max_size=6).map(tuple),
)
groups = st.builds(
    RolloutGroup,
    position=st.integers(0, 10**9),
    problem=st.builds(
        RlProblem, st.text(max_size=5), st.text(max_size=5), st.text(max_size=5), st.none() | st.floats(0, 1)
    ),
    samples=st.lists(samples, min_size=1, max_size=3).map(tuple),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(groups, max_size=3))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, given_groups: list[RolloutGroup]) -> None:
    path = tmp_path_factory.mktemp("recorded") / "step.parquet"
    write_groups(path, given_groups)
    bare = [
        replace(group, samples=tuple(replace(sample, completion="") for sample in group.samples))
        for group in given_groups
    ]
    assert read_groups(path) == bare


def test_a_missing_or_foreign_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        read_groups(tmp_path / "x.parquet")
    (tmp_path / "y.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(DataError, match=r"y\.parquet"):
        read_groups(tmp_path / "y.parquet")
