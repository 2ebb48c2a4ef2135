"""Gold answers that the draws speak against: flagged, never dropped, because a model can be wrong in chorus.

A gold answer is suspect when no draw was correct and most draws agree on another answer. Both halves matter. Released rollouts of 828
problems (GSM8K by 18 models, MATH and Polaris 16 times by one) were read where at least 60 % of the draws agreed on an answer other
than the gold one: with a correct draw among them at most one of eight gold answers was wrong (the majority had walked into a trap);
without one and from two thirds on, four of seven were wrong and two more were right but written so that no draw matched them.
"""

from __future__ import annotations

from collections.abc import Iterable

from dartkit.records import Decision, Difficulty
from dartkit.run import RunDir

STAGE = "estimate"
SUSPECT_SHARE = 2 / 3  # of all draws, with those that gave no answer
SUSPECT_VOTES = 4  # draws; three that agree by chance are too common among thousands of problems


def suspect_rule(record: Difficulty) -> str | None:
    """Return the rule that flags a problem's gold answer, or None.

    Returns:
        `suspect-gold` where the majority answer differs from the gold answer, `undecided-gold` where the verifier could
        not tell whether it does.
    """
    if record.majority_share is None or record.n_correct > 0 or record.majority_agrees is True:
        return None
    votes = round(record.majority_share * record.n_samples)
    if record.majority_share < SUSPECT_SHARE or votes < SUSPECT_VOTES:
        return None
    return "suspect-gold" if record.majority_agrees is False else "undecided-gold"


def find_suspects(records: Iterable[Difficulty], golds: dict[str, str | None]) -> list[Decision]:
    """Return a flag for every suspect gold answer; `score` is the share of the majority.

    Args:
        records: Difficulties with their majority answers.
        golds: Gold answer of each problem.
    """
    found: list[Decision] = []
    for record in records:
        rule = suspect_rule(record)
        if rule is not None:
            votes = round((record.majority_share or 0.0) * record.n_samples)
            evidence = (
                f"gold {golds.get(record.problem_id)!r}; {votes} of {record.n_samples} draws say "
                f"{record.majority_answer!r}, none is correct"
            )
            found.append(
                Decision(
                    "problem", record.problem_id, STAGE, rule, "flag", record.majority_share, evidence[:500]
                )
            )
    return found


def write_suspects(run: RunDir, decisions: Iterable[Decision]) -> None:
    """Replace this shard's flags; a call without shards replaces those of all shards."""
    index, count = run.shard
    if count > 1:
        run.write_decisions(f"{STAGE}-{index}-of-{count}", decisions)
        return
    run.write_decisions(STAGE, decisions)
    for path in (run.path / "decisions").glob(f"{STAGE}-*-of-*.parquet"):
        path.unlink(missing_ok=True)
