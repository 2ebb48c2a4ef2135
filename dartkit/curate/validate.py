"""The stage `validate`: which problems can be worked with, decided before any draw is paid for.

The test that matters is the round trip: a completion that states the gold answer itself must be judged correct, or no model
could ever be right about this problem.
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
    from dartkit.verify import Verifier

STAGE = "validate"
LONG_QUESTION_CHARACTERS = 8000
_REPORT_EVERY = 200
_PROOF = re.compile(r"\b(?:prove|show) that\b|^\s*prove\b", re.IGNORECASE)
_PICTURE = re.compile(r"\[asy\]|!\[[^\]]*\]\(|\\includegraphics|<img\b", re.IGNORECASE)


def validate(
    run: RunDir, settings: ValidateSettings, engine: Engine | None, events: EventSink
) -> dict[str, Any]:
    """Decide about every problem of the run, all shards and splits; a second call replaces the decisions by the same ones.

    Dropped: `empty-text`, `proof` (asks for a proof and has no answer), `no-answer`, `gold-not-verifiable`. Flagged, and kept: `text-answer` (compared as words
    only), `several-values` (a set or tuple: models often state one of them), `long-question`, `needs-picture`.

    Returns:
        `problems`, `dropped`, `flagged`, and `rules` with the number of problems by rule.

    Raises:
        UsageError: when the run has no problems.
        GateFailed: when a larger share than `max_drop_share` was dropped; the decisions are written.
    """
    from dartkit.verify import load_verifier

    problems = [from_row(Problem, row) for row in run.rows("problems")]
    if not problems:
        raise UsageError(
            "there are no problems to validate",
            where=str(run.path),
            fix=f"Load some: dartkit load files {run.path} FILE",
        )
    events.emit(StageStarted(STAGE, "problems", len(problems)))
    decisions: list[Decision] = []
    with load_verifier(settings.verifier) as verifier:
        for number, problem in enumerate(problems, 1):
            decisions.extend(_decide(problem, verifier))
            if number % _REPORT_EVERY == 0 or number == len(problems):
                events.emit(StageProgress(STAGE, number, len(problems), {"decisions": len(decisions)}))
    run.write_decisions(STAGE, decisions)
    dropped = {item.item_id for item in decisions if item.action == "drop"}
    counts = {
        "problems": len(problems),
        "dropped": len(dropped),
        "flagged": len({item.item_id for item in decisions if item.action == "flag"}),
        "rules": dict(sorted(Counter(item.rule for item in decisions).items())),
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


def _decide(problem: Problem, verifier: Verifier) -> Iterator[Decision]:
    """Yield the first reason to drop a problem, or every reason to look at it."""
    reason = _reason_to_drop(problem, verifier)
    if reason is not None:
        yield _decision(problem, reason[0], "drop", reason[1])
        return
    if problem.answer_kind == "text":
        yield _decision(problem, "text-answer", "flag", problem.answer)
    if problem.answer_kind in ("set", "tuple"):
        yield _decision(problem, "several-values", "flag", problem.answer)
    if len(problem.text) > LONG_QUESTION_CHARACTERS:
        yield _decision(problem, "long-question", "flag", f"{len(problem.text)} characters")
    picture = _PICTURE.search(problem.text)
    if picture:
        yield _decision(problem, "needs-picture", "flag", picture[0])


def _reason_to_drop(problem: Problem, verifier: Verifier) -> tuple[str, str | None] | None:
    """Return rule and evidence, or None."""
    if not problem.text.strip():
        return "empty-text", None
    answered = problem.answer is not None and bool(problem.answer.strip())
    if problem.answer_kind == "proof" or (not answered and _PROOF.search(problem.text)):
        return "proof", problem.answer
    if problem.answer is None or not answered:
        return "no-answer", None
    result = verifier.check(
        f"The answer is \\boxed{{{problem.answer}}}", problem.answer, finish_reason="stop"
    )
    if result.outcome == "correct":
        return None
    return (
        "gold-not-verifiable",
        f"answer {problem.answer!r}: {result.outcome} ({result.detail or result.method})",
    )


def _decision(problem: Problem, rule: str, action: Action, evidence: str | None) -> Decision:
    shown = None if evidence is None else evidence[:500]
    return Decision("problem", problem.problem_id, STAGE, rule, action, None, shown)
