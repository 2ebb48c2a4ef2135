"""Counts of right and wrong verdicts, figures from them, and the report of a failed bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.corpus.case import Case

_SHOWN = 160  # characters of a text in the report, its end, where a response has its answer


@dataclass(slots=True)
class Tally:
    """Verdicts by label. A verdict that could not be made accepts nothing."""

    accepted_right: int = 0
    accepted_wrong: int = 0
    rejected_right: int = 0
    rejected_wrong: int = 0
    undecided: int = 0

    def add(self, label: bool, equal: bool | None) -> None:
        """Count one verdict."""
        self.undecided += equal is None
        accepted = equal is True
        self.accepted_right += accepted and label
        self.accepted_wrong += accepted and not label
        self.rejected_right += not accepted and label
        self.rejected_wrong += not accepted and not label

    @property
    def total(self) -> int:
        """All verdicts."""
        return self.accepted_right + self.accepted_wrong + self.rejected_right + self.rejected_wrong

    @property
    def accuracy(self) -> float:
        """Share of verdicts that agree with the label."""
        return (self.accepted_right + self.rejected_wrong) / self.total if self.total else 1.0

    @property
    def precision(self) -> float:
        """Share of accepted answers that are right; 1 where nothing was accepted."""
        accepted = self.accepted_right + self.accepted_wrong
        return self.accepted_right / accepted if accepted else 1.0

    @property
    def recall(self) -> float:
        """Share of right answers that were accepted; 1 where there is none."""
        right = self.accepted_right + self.rejected_right
        return self.accepted_right / right if right else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, from the counts."""
        weighed = 2 * self.accepted_right + self.accepted_wrong + self.rejected_right
        return 2 * self.accepted_right / weighed if weighed else 1.0


def tallies(cases: Sequence[Case], equals: Sequence[bool | None]) -> dict[str, Tally]:
    """Return the counts of every kind, in the order of their first case."""
    found: dict[str, Tally] = {}
    for case, equal in zip(cases, equals, strict=True):
        found.setdefault(case.kind, Tally()).add(case.label, equal)
    return found


def whole(kinds: Iterable[Tally]) -> Tally:
    """Return the sum of all counts."""
    result = Tally()
    for tally in kinds:
        result.accepted_right += tally.accepted_right
        result.accepted_wrong += tally.accepted_wrong
        result.rejected_right += tally.rejected_right
        result.rejected_wrong += tally.rejected_wrong
        result.undecided += tally.undecided
    return result


def report(
    cases: Sequence[Case], equals: Sequence[bool | None], explain: Callable[[int], str], shown: int = 20
) -> str:
    """Return a table of the kinds and the first failures, wrong accepts before wrong rejects.

    Args:
        cases: The cases.
        equals: A verdict for each.
        explain: Says of the verdict with this number how it came about.
        shown: Failures of each sort in the text.
    """
    kinds = tallies(cases, equals)
    lines = [f"{'kind':12}{'pairs':>7}{'acc':>8}{'prec':>8}{'rec':>8}{'F1':>8}{'FP':>5}{'FN':>5}{'undec':>7}"]
    for name, tally in {"all": whole(kinds.values()), **kinds}.items():
        figures = "".join(
            f"{value:8.3f}" for value in (tally.accuracy, tally.precision, tally.recall, tally.f1)
        )
        lines.append(
            f"{name:12}{tally.total:7}{figures}{tally.accepted_wrong:5}{tally.rejected_right:5}{tally.undecided:7}"
        )
    for label, title in ((False, "wrong accepts"), (True, "wrong rejects")):
        failed = [i for i, case in enumerate(cases) if case.label == label and (equals[i] is True) != label]
        lines.append(f"{title}: {len(failed)}")
        for i in failed[:shown]:
            case = cases[i]
            lines.append(
                f"  {case.kind}, {case.how}: {case.prediction[-_SHOWN:]!r} for {case.reference!r}: {explain(i)}"
            )
    return "\n".join(lines)  # fmt: skip
