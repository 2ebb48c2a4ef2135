"""What the verifier says of one prediction, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dartkit.records import Method, Outcome
    from dartkit.records import Verdict as VerdictRecord

REWARDS: dict[Outcome, float] = {"correct": 1.0, "incorrect": 0.0, "no_answer": 0.0, "truncated": 0.0}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one check with everything needed to explain it.

    Attributes:
        outcome: One of seven named outcomes; `undecided`, `timeout` and `error` are never folded into `incorrect`.
        method: The sort of comparison that decided (records.Method).
        rule: The rule that decided, for example `boxed:intervals/bracket`; the part before the colon found the answer.
        tier: 0 same text, 1 numbers and words, 2 structure, 3 canonical form, 4 identity test, 5 symbolic worker, 6 judge;
            None where nothing was compared.
        extracted: What was taken for the answer, as written.
        prediction_form: Normal form of the prediction's answer.
        reference_form: Normal form of the reference.
        flags: What a reader should know of the extraction: `hedged`, `several-finals`, ….
        detail: One sentence more, where there is one.
        seconds: Wall clock.
    """

    outcome: Outcome
    method: Method
    rule: str
    seconds: float
    tier: int | None = None
    extracted: str | None = None
    prediction_form: str | None = None
    reference_form: str | None = None
    flags: tuple[str, ...] = ()
    detail: str | None = None

    @property
    def equal(self) -> bool | None:
        """True for correct; False for incorrect and for responses without an answer; None where nobody could tell."""
        if self.outcome == "correct":
            return True
        return False if self.outcome in ("incorrect", "no_answer", "truncated") else None

    @property
    def reward(self) -> float | None:
        """1 for correct, 0 for wrong or missing, None where nobody could tell."""
        return REWARDS.get(self.outcome)

    def record(self, *, sample_id: str, answer_id: str, verifier_id: str) -> VerdictRecord:
        """Return the row of the table `verdicts`."""
        from dartkit.records import Verdict as VerdictRecord  # the tables are no part of a comparison

        return VerdictRecord(
            sample_id=sample_id,
            answer_id=answer_id,
            verifier_id=verifier_id,
            outcome=self.outcome,
            method=self.method,
            reward=self.reward,
            extracted=self.extracted,
            normalized=self.prediction_form,
            detail=self.detail,
            seconds=self.seconds,
        )


Head = tuple["Outcome", "Method", str, int | None, tuple[str, ...], str | None]


class _Draft:
    """A verdict while it is filled in: the same slots, open to assignment."""

    __slots__ = Verdict.__slots__


def make_verdict(
    head: Head,
    seconds: float,
    extracted: str | None,
    prediction_form: str | None,
    reference_form: str | None,
) -> Verdict:
    """Return a verdict, in a fifth of the time of its class, which sets each field of a frozen object by a call.

    Args:
        head: Outcome, method, rule, tier, flags and detail.
        seconds: As in `Verdict`, like all that follows.
        extracted: What was taken for the answer.
        prediction_form: Normal form of the prediction's answer.
        reference_form: Normal form of the reference.
    """
    made: Any = _Draft()
    made.outcome, made.method, made.rule, made.tier, made.flags, made.detail = head
    made.seconds, made.extracted = seconds, extracted
    made.prediction_form, made.reference_form = prediction_form, reference_form
    made.__class__ = Verdict
    verdict: Verdict = made
    return verdict
