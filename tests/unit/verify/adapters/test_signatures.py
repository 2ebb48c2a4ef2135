"""The adapters' signatures against upstream's, written down here from the upstream sources.

Sources: verl `reward_score/__init__.py`, `math_batch.py` and reward managers (2026-01); TRL `rewards/accuracy_rewards.py`
(2026-07); Math-Verify 0.9.0; OpenRLHF `examples/python/math_reward_func.py` and `utils/agent.py` (2026-08); NeMo-RL
`environments/math_environment.py` (2026-08). A parameter is (name, default), in order; `**` means that any keyword is taken.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from dartkit.verify.adapters import math_verify, nemo_rl, openrlhf, trl, verl

REQUIRED = inspect.Parameter.empty
UPSTREAM: tuple[tuple[str, Callable[..., Any], tuple[tuple[str, Any], ...], bool], ...] = (
    (
        "verl custom reward function",
        verl.compute_score,
        (
            ("data_source", REQUIRED),
            ("solution_str", REQUIRED),
            ("ground_truth", REQUIRED),
            ("extra_info", None),
        ),
        True,
    ),
    (
        "verl batch reward function",
        verl.compute_score_batched,
        (
            ("data_sources", REQUIRED),
            ("solution_strs", REQUIRED),
            ("ground_truths", REQUIRED),
            ("extra_infos", None),
        ),
        True,
    ),
    (
        "TRL accuracy_reward",
        trl.accuracy_reward,
        (("completions", REQUIRED), ("solution", REQUIRED), ("log_extra", None)),
        True,
    ),
    (
        "TRL reasoning_accuracy_reward",
        trl.reasoning_accuracy_reward,
        (
            ("completions", REQUIRED),
            ("solution", REQUIRED),
            ("reasoning_delimiters", None),
            ("log_extra", None),
        ),
        True,
    ),
    (
        "Math-Verify verify",
        math_verify.verify,
        (
            ("gold", REQUIRED),
            ("target", REQUIRED),
            ("float_rounding", 6),
            ("numeric_precision", 15),
            ("strict", True),
            ("allow_set_relation_comp", False),
            ("timeout_seconds", 5),
            ("raise_on_error", False),
        ),
        False,
    ),
    (
        "OpenRLHF reward_func",
        openrlhf.reward_func,
        (("queries", REQUIRED), ("prompts", REQUIRED), ("labels", REQUIRED)),
        True,
    ),
    (
        "NeMo-RL verify",
        nemo_rl.verify,
        (("pred_responses", REQUIRED), ("ground_truths", REQUIRED), ("return_extracted_answer", False)),
        True,
    ),
)


@pytest.mark.parametrize(
    ("name", "function", "expected", "takes_any"), UPSTREAM, ids=lambda value: str(value)[:30]
)
def test_positional_parameters_are_upstreams(
    name: str, function: Callable[..., Any], expected: tuple[tuple[str, Any], ...], takes_any: bool
) -> None:
    """Names, order and defaults; what is ours comes by keyword only; unknown keywords are taken where upstream takes them."""
    parameters = inspect.signature(function).parameters.values()
    positional = tuple((p.name, p.default) for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)
    assert positional == expected
    assert any(p.kind is p.VAR_KEYWORD for p in parameters) is takes_any
    assert all(p.default is not REQUIRED for p in parameters if p.kind is p.KEYWORD_ONLY)


def test_parse_takes_what_math_verify_takes() -> None:
    """The default of `extraction_config` differs: upstream's objects would need its package."""
    parameters = inspect.signature(math_verify.parse).parameters
    assert list(parameters) == [
        "pred", "extraction_config", "fallback_mode", "extraction_mode", "parsing_timeout", "raise_on_error",
    ]  # fmt: skip
    defaults = [parameter.default for parameter in parameters.values()]
    assert defaults == [REQUIRED, (), "first_match", "any_match", 5, False]


@pytest.mark.parametrize("unknown", ["timeout", "precision", "policy"])
def test_a_misspelt_argument_is_refused_where_upstream_refuses_it(unknown: str) -> None:
    with pytest.raises(TypeError):
        math_verify.verify("1", "1", **{unknown: 1})  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        math_verify.parse("1", **{unknown: 1})  # type: ignore[arg-type]
