"""Outcomes of whole checks, records made of them, kinds of gold answers, and identity of verifiers."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from dartkit.records import AnswerKind, FinishReason, Outcome
from dartkit.settings import VerifierSettings
from dartkit.verify import Limits, Policy, Verifier, answer_kind, load_verifier

KINDS: tuple[tuple[str, AnswerKind], ...] = (
    ("12", "integer"), ("-1,234", "integer"), ("16\\text{ daps}", "integer"), ("30^\\circ", "integer"), ("2.50", "decimal"),
    ("\\frac{3}{4}", "rational"), ("2\\frac12", "rational"), ("\\sqrt{2}", "expression"), ("x+1", "expression"),
    ("y = 2x+1", "equation"), ("2x+y=3", "equation"), ("[0,1)", "interval"), ("(0,\\infty)", "interval"), ("x<3", "interval"),
    ("[0,1]\\cup[2,3]", "interval"), ("\\{1,2\\}", "set"), ("1, 2", "set"), ("(1,2)", "tuple"),
    ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "matrix"), ("\\text{(B)}", "choice"), ("C", "choice"), ("True", "boolean"),
    ("\\text{Friday}", "text"), ("", "none"), ("  ", "none"),
)  # fmt: skip


@pytest.mark.parametrize(("gold", "kind"), KINDS)
def test_answer_kind(gold: str, kind: AnswerKind) -> None:
    """Kinds as a reader would name them."""
    assert answer_kind(gold) == kind


@pytest.mark.parametrize(
    ("completion", "reason", "outcome", "reward"),
    [
        ("\\boxed{5}", "stop", "correct", 1.0),
        ("\\boxed{6}", "stop", "incorrect", 0.0),
        ("\\boxed{5}", "length", "correct", 1.0),
        ("The answer is 5", "length", "truncated", 0.0),
        ("\\boxed{5}", "abort", "error", None),
        ("\\boxed{5}", "error", "error", None),
        ("no idea", "stop", "no_answer", 0.0),
        ("\\boxed{9^{9^{9^9}}}", "stop", "undecided", None),
    ],
)
def test_outcome_and_reward(
    completion: str, reason: FinishReason, outcome: Outcome, reward: float | None
) -> None:
    """Against the gold answer 5; what could not be told has no reward."""
    with load_verifier(VerifierSettings()) as verifier:
        found = verifier.check(completion, "5", finish_reason=reason)
        verdict = found.record(sample_id="s", answer_id="a", verifier_id=verifier.verifier_id)
    assert (found.outcome, verdict.outcome, verdict.reward) == (outcome, outcome, reward)
    assert found.seconds >= 0.0


def test_rule_names_both_halves() -> None:
    """The rule says how the answer was found and how it was compared."""
    with Verifier() as verifier:
        found = verifier.check("so it is \\boxed{\\frac12}", "0.5")
    assert (found.rule, found.method) == ("boxed:exact-fraction", "numeric")
    assert (found.extracted, found.prediction_form) == ("\\frac12", "\\frac 1 2")


@pytest.mark.parametrize(("answer", "gold", "outcome"), [("", "5", "no_answer"), ("5", "", "undecided")])
def test_missing_sides(answer: str, gold: str, outcome: Outcome) -> None:
    """No answer is the model's fault, no gold answer is nobody's."""
    with Verifier() as verifier:
        assert verifier.check_answer(answer, gold).outcome == outcome


def test_identity_follows_what_changes_verdicts() -> None:
    """Only the percent policy changes verdicts; deadline, memory and workers do not."""
    base = Verifier().verifier_id
    assert Verifier(limits=Limits(timeout_seconds=9.0, memory_mib=512, workers=3)).verifier_id == base
    assert Verifier(Policy(percent="strict")).verifier_id != base
    assert len(base) == 32


def test_threads_give_the_same_verdicts() -> None:
    """Eight threads share two workers; by hand, n equals 2n/2 and never n + 1."""
    with (
        Verifier(limits=Limits(workers=2, timeout_seconds=20.0)) as verifier,
        ThreadPoolExecutor(8) as threads,
    ):
        equal = list(
            threads.map(
                lambda n: verifier.check_answer(f"{n}\\sqrt{{x^2}}", f"{2 * n}|x|/2").outcome, range(1, 25)
            )
        )
        unequal = list(
            threads.map(
                lambda n: verifier.check_answer(f"{n}\\sqrt{{x}}", f"{n + 1}\\sqrt{{x}}").outcome, range(24)
            )
        )
    assert set(equal) == {"correct"}
    assert set(unequal) == {"incorrect"}


def test_sympy_stays_out_of_the_parent() -> None:
    """A symbolic check runs in another process, so this one never imports sympy."""
    program = (
        "import sys; from dartkit.verify import Verifier; from dartkit.verify import Limits\n"
        "v = Verifier(limits=Limits(timeout_seconds=20)); r = v.check_answer('\\\\lim_{x\\\\to 0} \\\\frac{\\\\sin x}{x}', '1'); v.close()\n"
        "sys.exit(0 if r.outcome == 'correct' and 'sympy' not in sys.modules else 1)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=120).returncode == 0
