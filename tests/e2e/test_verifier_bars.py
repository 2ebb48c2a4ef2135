"""The bars of the verifier on the corpus: figures by kind, both directions, reflexivity, the split by policy, no sympy in process.

The truth of a pair is known from how it was made (tests/corpus) or was written down by hand; nothing there asks the code under
test. Without DARTKIT_DATA the same bars hold for the part that needs no data set.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from dartkit.verify import Policy, Verdict, Verifier
from dartkit.verify.api import check
from tests.corpus.build import corpus, own
from tests.corpus.case import Case
from tests.corpus.handwritten import handwritten
from tests.corpus.policies import CASES, OPTIONS, TAKES_AWAY
from tests.corpus.score import report, tallies, whole

STRUCTURED = ("interval", "inequality", "set", "tuple", "equation", "expression")
TEXTUAL = ("word", "choice", "date", "money")
# kinds in which something may be left out
LOOSE = ("percent", "base", "unit", "money", "fraction", "equation", "choice")
LEAST_PAIRS, LEAST_KINDS, LEAST_BY_HAND = 6_000, 18, 400


@dataclass(frozen=True)
class Judged:
    """Cases with their verdicts."""

    cases: list[Case]
    verdicts: list[Verdict]

    @property
    def equals(self) -> list[bool | None]:
        """What was decided."""
        return [verdict.equal for verdict in self.verdicts]

    def report(self) -> str:
        """The table of kinds and the first failures."""
        return "\n" + report(self.cases, self.equals, self.explain)

    def explain(self, number: int) -> str:
        """Say how a verdict came about."""
        verdict = self.verdicts[number]
        taken = f" of {verdict.extracted!r}" if self.cases[number].form == "response" else ""
        return f"{verdict.outcome} by {verdict.rule}{taken}" + (
            f" ({verdict.detail})" if verdict.detail else ""
        )


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    """One verifier with the default policy for the whole module."""
    with Verifier() as opened:
        yield opened


@pytest.fixture(scope="module")
def judged(verifier: Verifier) -> Judged:
    """All generated cases with their verdicts."""
    cases = list(corpus())
    return Judged(cases, [check(verifier, case.pair) for case in cases])


@pytest.fixture(scope="module")
def by_hand(verifier: Verifier) -> Judged:
    """All cases written by hand with their verdicts."""
    cases = handwritten()
    return Judged(cases, [check(verifier, case.pair) for case in cases])


@pytest.mark.data
def test_the_corpus_is_whole(data_dir: Path) -> None:
    """With the data sets there are real golds of every family; a third of the corpus or more needs none."""
    cases = corpus()
    assert len(cases) >= LEAST_PAIRS
    assert len(own(cases)) >= len(cases) / 3
    assert {"MATH", "OlympiadBench", "OmniMATH", "AQuA", "MMLU"} <= {case.source for case in cases}


def test_kinds_are_many_and_balanced() -> None:
    """Every kind has its share of both labels, generated and by hand."""
    kinds = {case.kind for case in corpus()}
    assert len(kinds) >= LEAST_KINDS
    assert len(handwritten()) >= LEAST_BY_HAND
    for kind in kinds:
        labels = [case.label for case in corpus() if case.kind == kind]
        assert 0.35 <= sum(labels) / len(labels) <= 0.65, kind


@pytest.mark.parametrize("part", ["judged", "by_hand"])
def test_bars(part: str, request: pytest.FixtureRequest) -> None:
    """Accuracy, precision, recall, share of undecided, F1 of the kinds with a bar of their own, accuracy of extraction."""
    found: Judged = request.getfixturevalue(part)
    kinds = tallies(found.cases, found.equals)
    everything = whole(kinds.values())
    missed = [
        f"{name} {value:.4f} instead of {bar}"
        for name, value, bar in (
            ("accuracy", everything.accuracy, 0.975),
            ("precision", everything.precision, 0.993),
            ("recall", everything.recall, 0.96),
            ("decided", 1 - everything.undecided / everything.total, 0.98),
            ("extraction accuracy", kinds["extraction"].accuracy, 0.98),
            *((f"F1 of {kind}", kinds[kind].f1, 0.95) for kind in STRUCTURED),
            *((f"F1 of {kind}", kinds[kind].f1, 0.90) for kind in TEXTUAL),
        )
        if value < bar
    ]
    assert not missed, "; ".join(missed) + found.report()


@pytest.mark.parametrize("part", ["judged", "by_hand"])
def test_every_pair_has_the_same_outcome_in_both_directions(
    part: str, request: pytest.FixtureRequest, verifier: Verifier
) -> None:
    """The answer-form pairs, swapped; but for limits that a busy machine met, of which there are at most one in five hundred."""
    found: Judged = request.getfixturevalue(part)
    differing = [
        f"{case.kind}: {case.prediction!r} and {case.reference!r}: {forwards.outcome} by {forwards.rule}, {backwards.outcome} by {backwards.rule}"
        for case, forwards in zip(found.cases, found.verdicts, strict=True)
        if case.form == "answer" and case.prediction.strip()
        if (backwards := verifier.check_answer(case.reference, case.prediction)).outcome != forwards.outcome
    ]  # fmt: skip
    late = [line for line in differing if " by timeout" in line]
    assert len(late) <= len(found.cases) / 500, late
    differing = [line for line in differing if line not in late]
    assert not differing, f"{len(differing)} pairs\n" + "\n".join(differing[:20])


def test_every_reference_is_itself(judged: Judged, by_hand: Judged, verifier: Verifier) -> None:
    """Readable or not."""
    references = {case.reference for found in (judged, by_hand) for case in found.cases}
    failed = [text for text in sorted(references) if not verifier.check_answer(text, text).equal]
    assert not failed, failed[:20]


def test_equal_answers_of_one_reference_are_equal_to_each_other(judged: Judged, verifier: Verifier) -> None:
    """Transitivity through the reference: two texts equal to it are hardly ever different from each other.

    Kinds with a convention that is not transitive are left out: 28 and 0.28 both equal 28 percent; a right side alone and the whole
    equation solved for x both equal the equation; numerals may leave out their base, quantities their unit, options their value.
    """
    groups: dict[str, list[str]] = {}
    for case, equal in zip(judged.cases, judged.equals, strict=True):
        if equal and case.form == "answer" and case.kind not in LOOSE:
            groups.setdefault(case.reference, []).append(case.prediction)
    contradictions = [
        f"{first!r} and {second!r} for {reference!r}"
        for reference, texts in groups.items()
        for first, second in pairwise(texts)
        if verifier.check_answer(first, second).outcome == "incorrect"
    ]
    assert len(groups) >= 800
    assert len(contradictions) <= 0.005 * len(groups), f"{len(contradictions)} of {len(groups)}\n" + "\n".join(contradictions[:20])  # fmt: skip


@pytest.mark.parametrize("name", ["default", *OPTIONS])
def test_an_option_turns_exactly_the_cases_it_documents(name: str) -> None:
    """All policy cases under every option; the labels were written from the documentation of the options."""
    with Verifier(OPTIONS.get(name, Policy())) as verifier:
        wrong = [
            case
            for case in CASES
            if (verifier.check_answer(case.prediction, case.reference).equal is True)
            != (case.label != (name in case.flips))
        ]
    assert not wrong


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_turns_verdicts_of_the_corpus_in_one_direction_only(name: str, judged: Judged) -> None:
    """A stricter option accepts nothing that the default rejects, a looser one rejects nothing that the default accepts."""
    turned = []
    with Verifier(OPTIONS[name]) as verifier:
        for case, default in zip(judged.cases, judged.equals, strict=True):
            if case.form == "answer":
                accepted = check(verifier, case.pair).equal is True
                if accepted != (default is True) and accepted == (name in TAKES_AWAY):
                    turned.append((case.prediction, case.reference, case.how))
    assert not turned, turned[:20]


def test_sympy_stays_out_of_this_process() -> None:
    """A fresh interpreter judges every tenth pair written by hand, some by the last tier, and has not imported sympy."""
    program = (
        "import sys\n"
        "from dartkit.verify import Verifier\n"
        "from dartkit.verify.api import check\n"
        "from tests.corpus.handwritten import handwritten\n"
        "with Verifier() as verifier:\n"
        "    tiers = [check(verifier, case.pair).tier for case in handwritten()[::10]]\n"
        "    tiers.append(verifier.check_answer('\\\\lim_{x\\\\to 0} \\\\frac{\\\\sin x}{x}', '1').tier)\n"
        "print(max(tier or 0 for tier in tiers), 'sympy' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert done.stdout.split() == ["5", "False"]
