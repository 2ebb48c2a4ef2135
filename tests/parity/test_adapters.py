"""The adapter of Math-Verify beside Math-Verify itself: the same names, the same signatures, the same verdicts on plain cases.

The peer runs in a child process, as its time limits use the signal that pytest's own limit uses.
"""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from dartkit.verify.adapters import math_verify as adapter
from tests.conftest import REQUIRE_ALL
from tests.corpus import peer

# (gold, prediction, equal): worked by hand, in forms that the peer's documentation claims.
PAIRS = (
    ("$\\frac{1}{2}$", "$0.5$", True), ("$\\frac{1}{2}$", "The answer is $\\frac{2}{4}$", True), ("3", "so \\boxed{3}", True),
    ("3", "so \\boxed{4}", False), ("${1,3} \\cup {2,4}$", "${1,2,3,4}$", True), ("$x+1$", "$1+x$", True), ("$x+1$", "$x-1$", False),
    ("$\\sqrt{8}$", "$2\\sqrt{2}$", True), ("$(1,2)$", "$(1,2)$", True), ("$(1,2)$", "$(1,3)$", False), ("$x=5$", "$5$", True),
    ("$1,2,3$", "$3,1,2$", True), ("$1,2,3$", "$1,2$", False), ("$\\pi$", "$2\\pi$", False), ("$2^{10}$", "$1024$", True),
    ("$\\frac{x^2-1}{x-1}$", "$x+1$", True), ("$(1,2)$", "$1<x<2$", False), ("1,234", "1234", True), ("$50\\%$", "$50\\%$", True),
    ("$\\begin{pmatrix}1\\\\2\\end{pmatrix}$", "$\\begin{pmatrix}1\\\\2\\end{pmatrix}$", True), ("7", "The final answer is 7.", True),
    ("7", "We tried 7, but the final answer is 8.", False), ("$-3$", "$3$", False), ("$0.333$", "$\\frac13$", False),
)  # fmt: skip
# Ours reads an inequality as the interval it describes whatever the setting; the peer does so when `allow_set_relation_comp` is set.
DIFFERS = {("$(1,2)$", "$1<x<2$")}
PROGRAM = """
import inspect, json, sys, logging
logging.disable(logging.CRITICAL)
import math_verify as peer
pairs = json.load(sys.stdin)
said = {
    "verdicts": [bool(peer.verify(peer.parse(gold), peer.parse(answer))) for gold, answer in pairs],
    "names": sorted(peer.__all__),
    "verify": [[p.name, repr(p.default)] for p in inspect.signature(peer.verify).parameters.values()],
    "parse": [[p.name, repr(p.default)] for p in inspect.signature(peer.parse).parameters.values()],
}
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    """What the peer says of the pairs and of itself; absent, skipped, or a failure where everything is required."""
    if not peer.is_installed():
        if REQUIRE_ALL:
            pytest.fail(peer.REASON)
        pytest.skip(peer.REASON)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([[gold, answer] for gold, answer, _ in PAIRS]),
        capture_output=True,
        text=True,
        check=True,
    )
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def parameters(function: Callable[..., Any]) -> list[list[str]]:
    found = inspect.signature(function).parameters.values()
    return [[parameter.name, repr(parameter.default)] for parameter in found]


def test_verify_has_the_peers_signature(said: dict[str, Any]) -> None:
    """Names, order and defaults."""
    assert parameters(adapter.verify) == said["verify"]


def test_parse_has_the_peers_signature(said: dict[str, Any]) -> None:
    """All but the default of `extraction_config`, which holds objects of the peer."""
    ours, theirs = parameters(adapter.parse), said["parse"]
    assert [name for name, _ in ours] == [name for name, _ in theirs]
    assert [default for name, default in ours if name != "extraction_config"] == [
        default for name, default in theirs if name != "extraction_config"
    ]


def test_an_import_line_of_the_peer_works_here(said: dict[str, Any]) -> None:
    """Every public name but the metric of its evaluation tool and the settings of its LaTeX clean-up."""
    missing = [name for name in said["names"] if not hasattr(adapter, name)]
    assert missing == ["LatexNormalizationConfig", "math_metric"]


def test_verdicts_on_plain_cases(said: dict[str, Any]) -> None:
    """Both say what a reader says; one documented difference."""
    for (gold, answer, equal), theirs in zip(PAIRS, said["verdicts"], strict=True):
        ours = adapter.verify(adapter.parse(gold), adapter.parse(answer))
        assert theirs is equal, (gold, answer)
        assert ours is (equal or (gold, answer) in DIFFERS), (gold, answer)
