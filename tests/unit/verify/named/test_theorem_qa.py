"""TheoremQA's 4 % holds for decimals and for nothing else."""

from __future__ import annotations

import pytest

from dartkit.verify.named import resolve


@pytest.mark.parametrize(
    ("answer", "gold", "outcome"),
    [
        ("3.2", "3.14", "correct"),  # 1.9 % off
        ("3.3", "3.14", "incorrect"),  # 5.1 % off
        ("2.718", "2.72", "correct"),
        ("101", "100", "incorrect"),  # an integer is exact
        ("100.0", "100", "correct"),
        ("[1.02, 2]", "[1.0, 2.0]", "correct"),
        ("[1.2, 2]", "[1.0, 2.0]", "incorrect"),
        ("True", "True", "correct"),
        ("False", "True", "incorrect"),
        ("(b)", "(a)", "incorrect"),
    ],
)
def test_tolerance(answer: str, gold: str, outcome: str) -> None:
    with resolve("theorem-qa") as verifier:
        assert verifier.check_answer(answer, gold).outcome == outcome
        assert verifier.check(f"So the answer is \\boxed{{{answer}}}.", gold).outcome == outcome


def test_it_has_an_identity_of_its_own() -> None:
    with resolve("theorem-qa") as verifier, resolve("dartkit") as own:
        assert verifier.verifier_id != own.verifier_id
