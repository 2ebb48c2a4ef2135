r"""From a comparison of two verifiers to figures: agreement, Cohen's kappa, and classes of disagreements.

agreement p = share of samples with one outcome
chance    q = sum over outcomes of (share under the first) * (share under the second)
kappa       = (p - q) / (1 - q), None where q = 1: two verifiers that never say but one thing cannot be told from chance
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Literal, NamedTuple, get_args

from dartkit.ids import normalize_text
from dartkit.records import Outcome
from dartkit.verify.audit import Audit, Disagreement, Side

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
EXAMPLES = 3  # of each class
Cause = Literal["extraction", "comparison"]


class DisagreementClass(NamedTuple):
    """What disagreements of one sort have in common.

    Attributes:
        cause: `extraction`: the two found different answers; `comparison`: they found the same and judged it differently.
        answer_kind: Kind of the gold answer.
        first: Outcome of the first verifier.
        first_rule: Its rule: that which found the answer, or that which compared it, as the cause is.
        second: Outcome of the second.
        second_rule: Its rule.
    """

    cause: Cause
    answer_kind: str
    first: Outcome
    first_rule: str
    second: Outcome
    second_rule: str


def agreement(confusion: Counter[tuple[Outcome, Outcome]]) -> float | None:
    """Return the share of samples with one outcome; None without samples."""
    total = confusion.total()
    return sum(confusion[name, name] for name in OUTCOMES) / total if total else None


def cohens_kappa(confusion: Counter[tuple[Outcome, Outcome]]) -> float | None:
    """Return the agreement beyond chance, 1 at most; None where chance alone explains everything."""
    total = confusion.total()
    observed = agreement(confusion)
    if observed is None:
        return None
    firsts: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for (first, second), count in confusion.items():
        firsts[first] += count
        seconds[second] += count
    by_chance = sum(firsts[name] * seconds[name] for name in OUTCOMES)
    if by_chance == total * total:
        return None
    chance = by_chance / total**2
    return (observed - chance) / (1 - chance)


def class_of(item: Disagreement) -> DisagreementClass:
    """Return the class of a disagreement."""
    found = [normalize_text(side.extracted or "") for side in (item.first, item.second)]
    cause: Cause = "comparison" if found[0] == found[1] else "extraction"
    return DisagreementClass(
        cause, item.answer_kind, item.first.outcome, _rule(item.first, cause), item.second.outcome,
        _rule(item.second, cause),
    )  # fmt: skip


def _rule(side: Side, cause: Cause) -> str:
    """Return the part of a rule that matters: `boxed:intervals/bracket` found the answer by one and compared it by the other."""
    finder, colon, comparison = (side.rule or "").partition(":")
    return comparison if colon and cause == "comparison" else finder


def group_disagreements(items: Iterable[Disagreement]) -> list[tuple[DisagreementClass, list[Disagreement]]]:
    """Return the disagreements by class, the largest class first."""
    groups: dict[DisagreementClass, list[Disagreement]] = defaultdict(list)
    for item in items:
        groups[class_of(item)].append(item)
    return sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def summarize_audit(audit: Audit) -> dict[str, Any]:
    """Return the figures of an audit, JSON-ready: totals, confusion, and the classes with examples."""
    confusion = audit.confusion
    firsts = sum(count for (first, _), count in confusion.items() if first == "correct")
    seconds = sum(count for (_, second), count in confusion.items() if second == "correct")
    both = confusion["correct", "correct"]
    kappa = cohens_kappa(confusion)
    share = agreement(confusion)
    return {
        "samples": audit.samples,
        "without_gold": audit.without_gold,
        "computed_verdicts": audit.computed,
        "disagreements": len(audit.disagreements),
        "agreement": None if share is None else round(share, 6),
        "kappa": None if kappa is None else round(kappa, 6),
        "correct": {
            "both": both,
            "only_first": firsts - both,
            "only_second": seconds - both,
        },
        "confusion": [
            {"first": first, "second": second, "samples": confusion[first, second]}
            for first in OUTCOMES
            for second in OUTCOMES
            if confusion[first, second]
        ],
        "classes": [
            {**kind._asdict(), "samples": len(items), "examples": [asdict(item) for item in items[:EXAMPLES]]}
            for kind, items in group_disagreements(audit.disagreements)
        ],
    }
