"""What a resumed run knows of its draws: the columns against the rule applied row by row."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from dartkit.dart.resume import read_stored_draws
from dartkit.records import FinishReason, Outcome, Problem, Verdict
from dartkit.run import RunDir
from tests.conftest import make_problem, make_run, make_sample

OURS, OTHER = "a" * 32, "b" * 32
PROBLEMS = [make_problem(f"problem {number}", str(number)) for number in range(6)]
REASONS: tuple[FinishReason, ...] = ("stop", "stop", "length", "abort")
OUTCOMES: tuple[Outcome, ...] = ("correct", "incorrect", "truncated", "timeout")


def fill(run: RunDir, rng: random.Random) -> None:
    """Draws of two samplers, some made again, with verdicts of two verifiers against today's and yesterday's answers."""
    for _ in range(400):
        problem = rng.choice(PROBLEMS)
        sample = make_sample(problem, rng.randrange(20), str(rng.random()), sampler=rng.choice((OURS, OTHER)))
        reason = rng.choice(REASONS)
        run.append(
            replace(
                sample,
                finish_reason=reason,
                max_tokens=rng.choice((32, 64)),
                phase=rng.choice(("probe", "synth")),
            )
        )
        if rng.random() < 0.7:
            answer = problem.answer_id if rng.random() < 0.9 else "of another gold answer"
            run.append(
                Verdict(sample.sample_id, str(answer), rng.choice("vw"), rng.choice(OUTCOMES), "exact")
            )


def test_stored_draws_equal_the_rule_row_by_row(tmp_path: Path) -> None:
    """Aborted draws and those cut off under a smaller limit do not count; a cut-off draw's verdict does not outlive it."""
    run = make_run(tmp_path, PROBLEMS)
    fill(run, random.Random(4))
    asked = PROBLEMS[1:]
    places = {problem.problem_id: place for place, problem in enumerate(asked)}
    verdicts = {(item.sample_id, item.answer_id): item.outcome for item in run.verdicts("v")}
    judged: dict[int, list[tuple[int, Outcome]]] = {}
    unjudged, spent = set(), [0, 0]
    for sample in run.samples():
        short = sample.finish_reason == "length" and (sample.max_tokens or 0) < 64
        if (
            sample.problem_id not in places
            or sample.sampler_id != OURS
            or sample.finish_reason == "abort"
            or short
        ):
            continue
        if sample.phase == "synth":
            spent = [spent[0] + 1, spent[1] + (sample.completion_tokens or 0)]
        place = places[sample.problem_id]
        outcome = verdicts.get((sample.sample_id, str(asked[place].answer_id)))
        if outcome is None or (outcome == "truncated" and sample.finish_reason == "stop"):
            unjudged.add(sample.sample_id)
        else:
            judged.setdefault(place, []).append((sample.draw_index, outcome))
    stored = read_stored_draws(run, asked, sampler_id=OURS, verifier_id="v", max_tokens=64)
    assert stored.unjudged == unjudged
    assert {sample.sample_id for sample in stored.unjudged_samples()} == unjudged
    assert dict(stored.outcomes()) == {place: sorted(draws) for place, draws in judged.items()}
    assert list(stored.spent("synth")) == spent
    assert len(unjudged) > 10
    assert len(judged) == len(asked)


def test_a_run_without_draws_has_none(tmp_path: Path) -> None:
    run = make_run(tmp_path, PROBLEMS)
    none: list[Problem] = []
    for problems in (PROBLEMS, none):
        stored = read_stored_draws(run, problems, sampler_id=OURS, verifier_id="v", max_tokens=64)
        assert (list(stored.outcomes()), list(stored.unjudged_samples()), stored.spent("probe")) == (
            [],
            [],
            (0, 0),
        )
