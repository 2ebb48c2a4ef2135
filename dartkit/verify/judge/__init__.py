"""Verify free-form answers with a model: any engine, several votes, and no trust in what it reads or says."""

from __future__ import annotations

from dartkit.verify.judge.candidate import RuledSample, final_outcome, question_of, wants_judge
from dartkit.verify.judge.judge import Judge, load_judge
from dartkit.verify.judge.question import Ballot, JudgeQuestion, JudgeVerdict
from dartkit.verify.judge.settings import JudgeSettings

__all__ = [
    "Ballot",
    "Judge",
    "JudgeQuestion",
    "JudgeSettings",
    "JudgeVerdict",
    "RuledSample",
    "final_outcome",
    "load_judge",
    "question_of",
    "wants_judge",
]
