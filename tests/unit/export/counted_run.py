"""A run small enough to count on fingers, appended through `RunDir`: five problems, their draws, verdicts and targets.

P1 2+2 (level 1, MIT)  probe "is 4" right, "is 5" wrong; given "maybe 4" right; synth "so 4" right, "so  4" the same again
P2 3*3 (level 1)       probe "is 8" wrong; synth "is 9" right, "9 and" cut off
P3 7-5 (level 2)       probe "is 3" wrong (the older verifier said right), "is 2" without a verdict
P4 a proof without an answer, dropped; P5 8/2, split test, right
"""

from __future__ import annotations

from dartkit.ids import answer_id, problem_id, sample_id
from dartkit.records import Decision, Difficulty, Outcome, Phase, Problem, Sample, Sampler, Target, Verdict
from dartkit.run import RunDir

NEW, OLD = "verifier-new", "verifier-old"
P1, P2, P3, P4, P5 = (problem_id(text) for text in ("2+2?", "3*3?", "7-5?", "Prove it.", "8/2?"))


def make_problem(
    text: str,
    answer: str | None,
    level: str | None = None,
    *,
    split: str = "train",
    license: str | None = None,
    solution: str | None = None,
) -> Problem:
    """A problem of source `sums`, its answer a whole number."""
    return Problem(
        problem_id=problem_id(text),
        text=text,
        source="sums",
        source_split=split,
        source_row=1,
        answer=answer,
        answer_id=None if answer is None else answer_id(answer),
        answer_kind="none" if answer is None else "integer",
        reference_solution=solution,
        level=level,
        license=license,
    )


def make_sample(
    problem: str, sampler: str, index: int, phase: Phase, text: str, tokens: int | None = None
) -> Sample:
    """A finished draw."""
    return Sample(
        sample_id(problem, sampler, index), problem, sampler, index, phase, text, "stop", "scripted",
        "2026-01-01T00:00:00+00:00", completion_tokens=tokens,
    )  # fmt: skip


def fill_run(run: RunDir) -> None:
    """Append the tables that the module's docstring lists."""
    for problem in (
        make_problem("2+2?", "4", "1", license="MIT", solution="Two and two make 4."),
        make_problem("3*3?", "9", "1"),
        make_problem("7-5?", "2", "2"),
        make_problem("Prove it.", None),
        make_problem("8/2?", "4", "1", split="test"),
    ):
        run.append(problem)
    run.write_decisions("validate", [Decision("problem", P4, "validate", "no-answer", "drop")])
    mine = run.save_sampler(Sampler("tiny", temperature=1.0))
    other = run.save_sampler(Sampler("somebody's"))
    judged: tuple[tuple[Sample, str, Outcome | None], ...] = (
        (make_sample(P1, mine, 2, "synth", "so 4", 5), "4", "correct"),
        (make_sample(P1, mine, 0, "probe", "is 4", 3), "4", "correct"),
        (make_sample(P1, mine, 1, "probe", "is 5", 3), "4", "incorrect"),
        (make_sample(P1, mine, 3, "synth", "so  4", 5), "4", "correct"),
        (make_sample(P1, other, 0, "given", "maybe 4"), "4", "correct"),
        (make_sample(P2, mine, 0, "probe", "is 8", 3), "9", "incorrect"),
        (make_sample(P2, mine, 2, "synth", "is 9", 4), "9", "correct"),
        (make_sample(P2, mine, 3, "synth", "9 and", 8), "9", "truncated"),
        (make_sample(P3, mine, 0, "probe", "is 3", 3), "2", "incorrect"),
        (make_sample(P3, mine, 1, "probe", "is 2", 3), "2", None),
        (make_sample(P5, mine, 0, "probe", "is 4", 3), "4", "correct"),
    )
    wrong = judged[8][0]
    run.append(Verdict(wrong.sample_id, answer_id("2"), OLD, "correct", "exact"))
    for sample, gold, outcome in judged:
        run.append(sample)
        if outcome is not None:
            run.append(Verdict(sample.sample_id, answer_id(gold), NEW, outcome, "exact"))
    run.write_targets(
        Target(problem, strategy, wanted, 16, 0, drawn, None, None, "open")
        for strategy, wants, drawn in (("uniform", (1, 2, 2), 16), ("vanilla", (0, 0, 0), 2))
        for problem, wanted in zip((P1, P2, P3), wants, strict=True)
    )
    run.write_difficulty(
        [
            Difficulty(P1, mine, NEW, 2, 1, 0, 0.5, 0.5, 0.1, 0.9, 0),
            Difficulty(P2, mine, NEW, 1, 0, 0, 0.0, 1.0, 0.0, 0.8, 0),
            Difficulty(P3, mine, NEW, 1, 0, 1, None, None, 0.0, 1.0, 0),
        ]
    )
