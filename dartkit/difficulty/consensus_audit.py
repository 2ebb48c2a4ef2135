"""The gold answers of a run against what most of its draws say: every draw counts, whoever drew it and for what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from dartkit.difficulty.estimate import is_same, judged_draws
from dartkit.difficulty.rates import rate_problem
from dartkit.difficulty.suspects import suspect_rule
from dartkit.errors import UsageError

if TYPE_CHECKING:
    from dartkit.records import Difficulty
    from dartkit.run import RunDir
    from dartkit.verify import Grader


@dataclass(frozen=True, slots=True)
class Dispute:
    """A problem whose majority answer is not known to be its gold answer.

    Attributes:
        problem_id: The problem.
        answer_kind: Kind of its gold answer.
        gold: The gold answer.
        majority: What most draws say.
        votes: Draws that say so.
        draws: All draws.
        correct: Draws that agree with the gold answer.
        agrees: False where the two differ, None where the verifier could not tell.
        rule: The flag that `estimate` gives for it, if any.
    """

    problem_id: str
    answer_kind: str
    gold: str
    majority: str
    votes: int
    draws: int
    correct: int
    agrees: bool | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class ConsensusAudit:
    """Problems with draws by what their majority says, and every dispute, the clearest first."""

    agree: int
    differ: int
    undecided: int
    no_majority: int
    disputes: tuple[Dispute, ...]

    def summary(self) -> dict[str, Any]:
        """Return the counts, JSON-ready."""
        rules = [item.rule for item in self.disputes]
        return {
            "problems": self.agree + self.differ + self.undecided + self.no_majority,
            "agree": self.agree,
            "differ": self.differ,
            "undecided": self.undecided,
            "no_majority": self.no_majority,
            "suspect_gold": rules.count("suspect-gold"),
            "undecided_gold": rules.count("undecided-gold"),
        }


def audit_consensus(run: RunDir, verifier: Grader) -> ConsensusAudit:
    """Compare gold answers with majorities, from the verdicts that the run holds; nothing is written.

    Raises:
        UsageError: when the run holds no verdict of this verifier.
    """
    records = list(_rate(run, verifier))
    if not records:
        raise UsageError(
            "this run has no verdicts of this verifier",
            where=str(run.path),
            fix=f"First: dartkit verify {run.path}, or name the verifier that judged it: --verifier NAME",
        )
    disputes = [_dispute(run, item) for item in records if item.majority_answer and not item.majority_agrees]
    disputes.sort(
        key=lambda item: (item.rule is None, item.rule or "", -item.votes / item.draws, item.problem_id)
    )
    majorities = [item.majority_agrees for item in records if item.majority_answer is not None]
    return ConsensusAudit(
        agree=majorities.count(True),
        differ=majorities.count(False),
        undecided=majorities.count(None),
        no_majority=len(records) - len(majorities),
        disputes=tuple(disputes),
    )


def _rate(run: RunDir, verifier: Grader) -> Iterator[Difficulty]:
    same = partial(is_same, verifier)
    for problem_id, draws in judged_draws(run, verifier.verifier_id).items():
        yield rate_problem(problem_id, "all", verifier.verifier_id, draws, same=same)


def _dispute(run: RunDir, record: Difficulty) -> Dispute:
    problem = run.problems_by_id[record.problem_id]
    return Dispute(
        problem_id=record.problem_id,
        answer_kind=problem.answer_kind,
        gold=problem.answer or "",
        majority=record.majority_answer or "",
        votes=round((record.majority_share or 0.0) * record.n_samples),
        draws=record.n_samples,
        correct=record.n_correct,
        agrees=record.majority_agrees,
        rule=suspect_rule(record),
    )
