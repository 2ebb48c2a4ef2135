"""Evaluation on held-out problems while training: avg@k, pass@k and maj@k of the policy as it is.

A draw's seed is a function of run seed, problem and draw number, the same at every evaluation, so that two of them differ by the
weights alone. The formulas are those of `dartkit.evaluate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any

from dartkit.difficulty.rates import JudgedDraw
from dartkit.engines.base import DrawRequest
from dartkit.errors import EnvironmentProblem
from dartkit.evaluate.metrics import pass_chance, share_correct
from dartkit.evaluate.voting import count_votes, majority_chance
from dartkit.ids import content_id, draw_seed

if TYPE_CHECKING:
    from dartkit.checkpoint_settings import TrainEvalSettings
    from dartkit.engines.base import Engine, FinishedDraw
    from dartkit.rl.data import RlProblem
    from dartkit.settings import SamplingSettings
    from dartkit.verify import Grader


class TrainEvaluation:
    """Measures a policy on the same problems with the same seeds each time.

    Args:
        problems: At least one.
        settings: How many draws of each, and how.
        sampling: That of the rollouts; temperature, top_p and the length are replaced by the evaluation's.
        verifier: Judges completions.
        seed: The run's and the stage's seeds.
    """

    def __init__(
        self,
        problems: Sequence[RlProblem],
        settings: TrainEvalSettings,
        sampling: SamplingSettings,
        verifier: Grader,
        *,
        seed: tuple[int, int],
    ) -> None:
        self._problems = problems[: settings.max_problems]
        self._k = settings.samples_per_problem
        changes = {"temperature": settings.temperature, "top_p": settings.top_p}
        length = {} if settings.max_tokens is None else {"max_tokens": settings.max_tokens}
        self._sampling = sampling.model_copy(update=changes | length)
        self._verifier = verifier
        self._run_seed, self._stage_seed = seed

    @property
    def best_by(self) -> str:
        """The number by which one policy is better than another."""
        return f"eval/avg@{self._k}"

    def measure(self, engine: Engine) -> dict[str, Any]:
        """Draw and judge, and return the numbers under `eval/…`. A draw that could not be made counts as wrong.

        Raises:
            EnvironmentProblem: when the engine loses draws.
        """
        engine.abort()
        k = self._k
        requests = [self._request(problem, index) for problem in self._problems for index in range(self._k)]
        engine.submit(requests)
        finished: dict[str, FinishedDraw] = {}
        while len(finished) < len(requests):
            draws = engine.finished()
            if not draws:
                raise EnvironmentProblem(
                    f"the engine '{engine.name}' lost {len(requests) - len(finished)} draws of an evaluation",
                    fix="Run the same command again; it goes on from the last checkpoint.",
                )
            finished.update((draw.request.sample_id, draw) for draw in draws)
        ordered = [finished[request.sample_id] for request in requests]
        judged = [
            [self._judge(draw, problem) for draw in ordered[place * self._k : (place + 1) * self._k]]
            for place, problem in enumerate(self._problems)
        ]
        rates = [share_correct(draws) for draws in judged]
        return {
            self.best_by: fmean(rates),
            f"eval/pass@{k}": fmean(pass_chance(_right(draws), k, k) for draws in judged),
            f"eval/maj@{k}": fmean(majority_chance(count_votes(draws), k) for draws in judged),
            "eval/problems": len(rates),
            "eval/response_length": fmean(draw.completion_tokens or 0 for draw in ordered),
            "eval/truncated": sum(draw.finish_reason == "length" for draw in ordered),
        }

    def _request(self, problem: RlProblem, index: int) -> DrawRequest:
        name = f"rl eval {self._stage_seed} {problem.problem_id}"
        return DrawRequest(
            sample_id=content_id("rl-eval", [self._run_seed, name, index]),
            problem_id=problem.problem_id,
            draw_index=index,
            prompt=problem.prompt,
            seed=draw_seed(self._run_seed, name, index),
            sampling=self._sampling,
        )

    def _judge(self, draw: FinishedDraw, problem: RlProblem) -> JudgedDraw:
        if draw.finish_reason in ("error", "abort"):
            return JudgedDraw("error", None, draw.completion_tokens)
        verdict = self._verifier.check(draw.completion, problem.answer, finish_reason=draw.finish_reason)
        answer = verdict.prediction_form or verdict.extracted
        return JudgedDraw(verdict.outcome, answer, draw.completion_tokens, verdict.extracted)


def _right(draws: Sequence[JudgedDraw]) -> int:
    return sum(draw.outcome == "correct" for draw in draws)
