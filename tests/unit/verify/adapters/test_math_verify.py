r"""Math-Verify's two functions: what is parsed, which argument is the gold answer, what an error looks like."""

from __future__ import annotations

import inspect

import pytest

from dartkit.errors import VerifyError
from dartkit.verify.adapters.math_verify import (
    ExprExtractionConfig,
    LatexExtractionConfig,
    Parsed,
    StringExtractionConfig,
    parse,
    verify,
)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("1/2", "1/2"), ("$\\frac{1}{2}$", "$\\frac{1}{2}$"), ("The answer is $\\frac{1}{2}$", "\\frac{1}{2}"),
        ("The answer is 1/2", "1/2"), ("so \\boxed{7} it is", "7"), ("x+1", "x+1"), ("sqrt(2)+exp(3)", "sqrt(2)+exp(3)"),
        ("Monday", "Monday"), ("12 square meters", "12 square meters"), ("Answer: (B)", "(B)"), ("B", "B"),
        ("${1,3} \\cup {2,4}$", "${1,3} \\cup {2,4}$"), ("first\n\nIt is 5.", "5"), (" 8 ", "8"),
    ],
)  # fmt: skip
def test_parse(text: str, answer: str) -> None:
    """A bare answer is taken whole, a sentence, a box or several lines are searched for the final answer."""
    found = parse(text)
    assert [str(one).strip("$") for one in found] == [answer.strip("$")]


@pytest.mark.parametrize("text", ["", "   ", "\n", "nothing\nat all"])
def test_parse_of_nothing_is_an_empty_list(text: str) -> None:
    assert parse(text) == []


@pytest.mark.parametrize(
    ("gold", "target", "equal"),
    [
        (parse("$\\frac{1}{2}$"), parse("The answer is 0.5"), True),
        (parse("${1,3} \\cup {2,4}$"), parse("${1,2,3,4}$"), True),
        ("1/2", "0.5", True),  # upstream compares two texts as texts
        ("\\frac12", parse("0.5"), True),
        (0.5, "1/2", True),
        (3, parse("\\boxed{3}"), True),
        ("3", "4", False),
        ([], "4", False),
        ("4", [], False),
        ([], [], False),
        (["3", "4"], "4", True),
        ("4", ["3", "4"], True),
        (("3", "5"), ["4"], False),
    ],
)
def test_verify(gold: object, target: object, equal: bool) -> None:
    """Lists, single answers, texts and numbers on both sides; of several, any may match."""
    assert verify(gold, target) is equal  # type: ignore[arg-type]


def test_the_gold_answer_comes_first() -> None:
    """Upstream's order. For bare answers dartkit's verdict does not depend on it."""
    assert list(inspect.signature(verify).parameters)[:2] == ["gold", "target"]
    for one, other in (("x=5", "5"), ("1<x<2", "(1,2)"), ("\\{1,2\\}", "2,1"), ("3", "4")):
        assert verify(one, other) is verify(other, one)


def test_what_nobody_can_tell_is_false_or_an_error_on_request() -> None:
    """An empty gold answer can be neither right nor wrong; upstream's False hides that, `raise_on_error` does not."""
    assert verify("", "5") is False
    with pytest.raises(VerifyError, match=r"undecided.*no gold answer"):
        verify("", "5", raise_on_error=True)
    assert verify("4", "5", raise_on_error=False) is False
    assert verify("4", "5", raise_on_error=True) is False
    assert verify(["", "5"], "5", raise_on_error=True) is True


@pytest.mark.parametrize("seconds", [None, 0, -1, 1, 2.5])
def test_time_limits_of_all_kinds(seconds: float | None) -> None:
    """None and what is not positive leave dartkit's own limit, since there always is one."""
    assert verify("\\frac12", "0.5", timeout_seconds=seconds) is True


def test_configuration_is_accepted_as_upstream_writes_it() -> None:
    """Import lines and calls of upstream's README stay as they are; the settings have no effect."""
    config = [
        LatexExtractionConfig(boxed_match_priority=0),
        ExprExtractionConfig(),
        StringExtractionConfig(strings=("A",)),
    ]
    found = parse(
        "so \\boxed{7}", extraction_config=config, extraction_mode="first_match", parsing_timeout=None
    )
    assert found == [Parsed("7")]
    assert verify(found, parse("7", config, "no_fallback"), 6, 15, False, True, 3, True)
