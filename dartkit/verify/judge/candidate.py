"""Which verdicts of the rules the judge may touch, and what it is shown of a completion."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dartkit.records import AnswerKind, FinishReason, Outcome, Problem, Verdict
from dartkit.verify import extract_answer
from dartkit.verify.judge.question import JudgeQuestion

WORDY: frozenset[AnswerKind] = frozenset({"text", "proof"})
JUDGEABLE: frozenset[Outcome] = frozenset({"undecided", "incorrect", "no_answer"})
"""Outcomes of the rules that a judge may ever touch; see `wants_judge`."""
_BOXED = frozenset({"boxed", "boxed-list"})
_MARKED = _BOXED | {"answer-tag", "json-answer", "answer-phrase", "hashes", "choice-phrase"}
"""Extraction rules that follow the completion's own mark of its answer; all others take the last thing that could be one."""
_THOUGHT = re.compile(r"</?think(?:ing)?>")


@dataclass(frozen=True, slots=True)
class RuledSample:
    """A completion of a problem with what the rules said of it."""

    problem: Problem
    completion: str
    finish_reason: FinishReason
    verdict: Verdict


def wants_judge(kind: AnswerKind, outcome: Outcome) -> bool:
    """Whether the judge has a say.

    On a mathematical gold answer only where the rules could not tell. On words and proofs also where they found no equality,
    since they compare words by spelling. Never after `correct`, and never where a completion was cut off or a check failed:
    those verdicts are provisional and the rules will see them again.
    """
    return outcome == "undecided" or (kind in WORDY and outcome in ("incorrect", "no_answer"))


def final_outcome(kind: AnswerKind, ruled: Outcome, judged: Outcome | None) -> Outcome:
    """Join the outcomes of the rules and of the judge (None: it was not asked)."""
    return judged if judged is not None and wants_judge(kind, ruled) else ruled


def question_of(sample: RuledSample) -> JudgeQuestion | None:
    """Return what the judge is to be asked of a sample, or None where it has no say."""
    problem = sample.problem
    if not (problem.answer or "").strip() or not wants_judge(problem.answer_kind, sample.verdict.outcome):
        return None
    candidate = _candidate_of(sample)
    if candidate is None:
        return None
    return JudgeQuestion(
        problem.text, problem.answer or "", candidate, problem.answer_kind, problem.problem_id
    )


def _candidate_of(sample: RuledSample) -> str | None:
    """Return the answer that the rules extracted; for words, where that was a guess, all that was said; None if it was cut off."""
    kind, cut_off = sample.problem.answer_kind, sample.finish_reason != "stop"
    if kind not in WORDY:
        return sample.verdict.extracted
    found = extract_answer(sample.completion) if kind == "text" else None
    if found is not None and found.rule in (_BOXED if cut_off else _MARKED):
        return found.text
    return None if cut_off else spoken_text(sample.completion)


def spoken_text(completion: str) -> str:
    """Return a completion without its thinking; a block without an end hides the rest."""
    tags = list(_THOUGHT.finditer(completion))
    closing = [tag.end() for tag in tags if tag.group().startswith("</")]
    start = closing[-1] if closing else 0
    opening = [tag.start() for tag in tags if tag.start() >= start and not tag.group().startswith("</")]
    return completion[start : opening[0] if opening else len(completion)].strip()
