"""The stage `validate`: which problems can be worked with, decided before any draw is paid for.

The test that matters is the round trip of the gold answer (`dartkit.verify.gold`): a completion that states it must be judged
correct, or no model could ever be right about this problem; one that states another answer must not be.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dartkit.errors import GateFailed, UsageError
from dartkit.events import StageProgress, StageStarted
from dartkit.records import Action, Decision, Problem, from_row

if TYPE_CHECKING:
    from dartkit.engines.base import Engine
    from dartkit.events import EventSink
    from dartkit.run import RunDir
    from dartkit.stage_settings import ValidateSettings
    from dartkit.verify import Grader, Policy
    from dartkit.verify.gold import GoldReport

STAGE = "validate"
LONG_QUESTION_CHARACTERS = 8000
LONGEST_EVIDENCE = 500  # characters
_REPORT_EVERY = 200
_PROOF = re.compile(r"\b(?:prove|show) that\b|^\s*prove\b", re.IGNORECASE)
_PICTURE = re.compile(r"\[asy\]|!\[[^\]]*\]\(|\\includegraphics|<img\b", re.IGNORECASE)


def validate(
    run: RunDir, settings: ValidateSettings, engine: Engine | None, events: EventSink
) -> dict[str, Any]:
    """Decide about every problem of the run, all shards and splits; a second call replaces the decisions by the same ones.

    Dropped: `empty-text`, `proof` (asks for a proof and has no answer), `no-answer`, `gold-not-verifiable` (not matched when a
    completion states it in a box as it stands), `gold-accepts-wrong` (matched by any answer). Flagged, and kept:
    `gold-accepts-wrong` (matched by a wrong answer that is close to it), `gold-fragile` (matched in a box as it stands, but
    not in every form in which a right completion may state it), `gold-ambiguous` (unclear what the answer is), `text-answer`
    (compared as words only), `several-values` (a set or tuple: models often state one of them), `long-question`,
    `needs-picture`.

    Returns:
        `problems`, `dropped`, `flagged`; `rules` with the number of problems by rule; `unmatched_forms` with the number of
        problems by the form in which the gold answer was not matched.

    Raises:
        UsageError: when the run has no problems.
        GateFailed: when a larger share than `max_drop_share` was dropped; the decisions are written.
    """
    problems = [from_row(Problem, row) for row in run.rows("problems")]
    if not problems:
        raise UsageError(
            "there are no problems to validate",
            where=str(run.path),
            fix=f"Load some: dartkit load files {run.path} FILE",
        )
    events.emit(StageStarted(STAGE, "problems", len(problems)))
    decisions, forms = _decide_all(problems, settings, events)
    run.write_decisions(STAGE, decisions)
    dropped = {item.item_id for item in decisions if item.action == "drop"}
    counts = {
        "problems": len(problems),
        "dropped": len(dropped),
        "flagged": len({item.item_id for item in decisions if item.action == "flag"}),
        "rules": dict(sorted(Counter(item.rule for item in decisions).items())),
        "unmatched_forms": dict(forms.most_common()),
    }
    share = len(dropped) / len(problems)
    if share > settings.max_drop_share:
        raise GateFailed(
            f"{len(dropped)} of {len(problems)} problems ({share:.1%}) cannot be used, more than max_drop_share "
            f"{settings.max_drop_share:.1%} allows; by rule: {counts['rules']}",
            where=str(run.path / "decisions" / f"{STAGE}.parquet"),
            fix="Mend the source, or raise max_drop_share.",
        )
    return counts


def _decide_all(
    problems: list[Problem], settings: ValidateSettings, events: EventSink
) -> tuple[list[Decision], Counter[str]]:
    from dartkit.verify import load_verifier

    decisions: list[Decision] = []
    forms: Counter[str] = Counter()
    with load_verifier(settings.verifier) as verifier:
        examiner = _Examiner(verifier, settings.verifier.policy())
        for number, problem in enumerate(problems, 1):
            report = examiner.examine(problem)
            decisions.extend(decide(problem, report))
            forms.update({trial.name for trial in report.missed} if report else ())
            if number % _REPORT_EVERY == 0 or number == len(problems):
                events.emit(StageProgress(STAGE, number, len(problems), {"decisions": len(decisions)}))
    return decisions, forms


class _Examiner:
    """Sends each distinct gold answer round once: data sets repeat short answers very often."""

    def __init__(self, verifier: Grader, policy: Policy) -> None:
        self._verifier = verifier
        self._policy = policy
        self._reports: dict[str, GoldReport] = {}

    def examine(self, problem: Problem) -> GoldReport | None:
        """Return the report on a problem's gold answer, or None where it has none or is dropped for another reason."""
        from dartkit.verify.gold import examine_gold

        gold = problem.answer
        if gold is None or _reason_to_drop(problem) is not None:
            return None
        if gold not in self._reports:
            self._reports[gold] = examine_gold(gold, self._verifier, policy=self._policy)
        return self._reports[gold]


def decide(problem: Problem, report: GoldReport | None) -> Iterator[Decision]:
    """Yield the first reason to drop a problem, or every reason to look at it.

    Args:
        problem: The problem.
        report: What the round trip of its gold answer found; None where there was none.
    """
    reason = _reason_to_drop(problem) or (None if report is None else _gold_reason_to_drop(report))
    if reason is not None:
        yield _decision(problem, reason[0], "drop", reason[1])
        return
    if report is not None:
        yield from _look_at_gold(problem, report)
    if problem.answer_kind == "text":
        yield _decision(problem, "text-answer", "flag", problem.answer)
    if problem.answer_kind in ("set", "tuple"):
        yield _decision(problem, "several-values", "flag", problem.answer)
    if len(problem.text) > LONG_QUESTION_CHARACTERS:
        yield _decision(problem, "long-question", "flag", f"{len(problem.text)} characters")
    picture = _PICTURE.search(problem.text)
    if picture:
        yield _decision(problem, "needs-picture", "flag", picture[0])


def _reason_to_drop(problem: Problem) -> tuple[str, str | None] | None:
    """Return rule and evidence where the problem cannot be used whatever the verifier says."""
    if not problem.text.strip():
        return "empty-text", None
    answered = problem.answer is not None and bool(problem.answer.strip())
    if problem.answer_kind == "proof" or (not answered and _PROOF.search(problem.text)):
        return "proof", problem.answer
    return None if answered else ("no-answer", None)


def _gold_reason_to_drop(report: GoldReport) -> tuple[str, str] | None:
    if not report.verifiable:
        found = report.boxed
        return "gold-not-verifiable", f"answer {report.gold!r}: {found.outcome} ({found.rule})"
    if report.accepts_anything:
        return "gold-accepts-wrong", f"answer {report.gold!r} is matched by an unrelated answer"
    return None


def _look_at_gold(problem: Problem, report: GoldReport) -> Iterator[Decision]:
    """Yield the flags that the round trip gave; `score` of a fragile one is the share of forms that were matched."""
    if report.accepted:
        yield _decision(problem, "gold-accepts-wrong", "flag", "; ".join(map(str, report.accepted)))
    if report.missed:
        matched = 1 - len(report.missed) / report.tried
        yield _decision(problem, "gold-fragile", "flag", "; ".join(map(str, report.missed)), matched)
    if report.doubts:
        said = "; ".join(f"{doubt.reason}: {doubt.evidence}" for doubt in report.doubts)
        yield _decision(problem, "gold-ambiguous", "flag", said)


def _decision(
    problem: Problem, rule: str, action: Action, evidence: str | None, score: float | None = None
) -> Decision:
    shown = None if evidence is None else evidence[:LONGEST_EVIDENCE]
    return Decision("problem", problem.problem_id, STAGE, rule, action, score, shown)
