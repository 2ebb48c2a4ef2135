"""A function of the user's own as a reward: R = what it returns.

It runs in worker processes that are killed when a call takes longer than it may, so neither a hang nor a crash stops the
training. A plain function is called sample by sample, over `workers` processes; an async one for all samples of a group at
once in one process. Degenerate case: what raises, hangs, dies or returns no finite number is an error of that sample, counted,
and earns `on_error`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from dartkit.errors import EnvironmentProblem, UsageError
from dartkit.rl.rewards.score import Score
from dartkit.verify.pool import START_SECONDS, WorkerDied, WorkerPool, WorkerTimedOut

if TYPE_CHECKING:
    from dartkit.reward_settings import PythonReward
    from dartkit.rl.data import RlProblem
    from dartkit.rl.samples import RolloutSample

LONGEST_REPLY = 1 << 20
GRACE_SECONDS = 2.0  # beyond the limit that async calls have in the process itself, before it is killed
DESCRIBE_SECONDS = 60.0


class UserFunction:
    """Calls the function.

    Args:
        settings: Which function and how long it may take.

    Raises:
        UsageError: when it cannot be imported, is no function, or asks for something it is not given.
    """

    def __init__(self, settings: PythonReward) -> None:
        self._settings = settings
        self._pool = WorkerPool(worker_command(settings), settings.workers, LONGEST_REPLY)
        self._threads = ThreadPoolExecutor(settings.workers, thread_name_prefix="reward")
        facts = self._describe()
        self._wanted = frozenset(facts["wanted"])
        self._is_async = bool(facts["async"])

    def score(self, problem: RlProblem, samples: Sequence[RolloutSample]) -> list[Score]:
        """Return what the function says of each sample."""
        calls = [self._arguments(problem, sample) for sample in samples]
        if self._is_async and len(calls) > 1:
            scores = self._ask(calls)
            if scores is not None:
                return scores
            # The event loop itself was blocked or the process died: one call at a time shows whose fault it is.
        return list(self._threads.map(self._score_alone, calls))

    def close(self) -> None:
        """End the workers."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._pool.close()

    def _describe(self) -> dict[str, Any]:
        try:
            with self._pool.lend() as worker:
                worker.send({"describe": True})
                facts: dict[str, Any] = worker.receive(time.monotonic() + DESCRIBE_SECONDS)
        except (WorkerDied, WorkerTimedOut, EnvironmentProblem):
            facts = {
                "error": f"its process ended, or was not ready after {START_SECONDS:g} s, while importing it"
            }
        if "error" in facts:
            self.close()
            raise UsageError(
                f"the reward function '{self._settings.function}' cannot be used: {facts['error']}",
                fix="Name it as module:function or path.py:function; see docs/rewards.md.",
            )
        return facts

    def _arguments(self, problem: RlProblem, sample: RolloutSample) -> dict[str, Any]:
        """Return what the function asks for by name."""
        offered = {
            "completion": sample.completion,
            "answer": problem.answer,
            "problem": problem.question or problem.prompt,
            "prompt": problem.prompt,
            "problem_id": problem.problem_id,
            "outcome": sample.outcome,
            "finish_reason": sample.finish_reason,
            "tokens": len(sample.token_ids),
            "token_ids": list(sample.token_ids),
            "solution_str": sample.completion,
            "ground_truth": problem.answer,
            "data_source": "dartkit",
            "extra_info": {"problem_id": problem.problem_id, "problem": problem.question},
        }
        return {name: value for name, value in offered.items() if name in self._wanted}

    def _score_alone(self, call: dict[str, Any]) -> Score:
        limit = self._settings.timeout_seconds
        try:
            scores = self._receive([call])
        except WorkerTimedOut:
            return self._failed(f"no result within {limit:g} s")
        except WorkerDied:
            return self._failed("its process ended")
        except EnvironmentProblem as error:  # it could be imported when the training began
            return self._failed(error.what)
        return scores[0]

    def _ask(self, calls: list[dict[str, Any]]) -> list[Score] | None:
        """Return the scores of a batch, None where its process had to be killed or died."""
        try:
            return self._receive(calls)
        except (WorkerTimedOut, WorkerDied, EnvironmentProblem):
            return None

    def _receive(self, calls: list[dict[str, Any]]) -> list[Score]:
        seconds = self._settings.timeout_seconds + (GRACE_SECONDS if self._is_async else 0.0)
        with self._pool.lend() as worker:  # its start does not count
            worker.send({"calls": calls})
            reply = worker.receive(time.monotonic() + seconds)
            worker.tasks = 0  # only sympy needs fresh processes; an import of the user's may be slow
        return [self._read(item) for item in reply["results"]]

    def _read(self, item: dict[str, Any]) -> Score:
        if "error" in item:
            return self._failed(str(item["error"]))
        extra = {str(key): float(value) for key, value in item["extra"].items()}
        return Score(float(item["value"]), extra=extra)

    def _failed(self, why: str) -> Score:
        return Score(self._settings.on_error, error=why)


def worker_command(settings: PythonReward) -> list[str]:
    """Return the command line of a worker."""
    return [
        sys.executable, "-P", "-m", "dartkit.rl.rewards.user_worker", settings.function, str(settings.memory_mib),
        str(settings.timeout_seconds),
    ]  # fmt: skip


OFFERED = (
    "completion", "answer", "problem", "prompt", "problem_id", "outcome", "finish_reason", "tokens", "token_ids",
    "solution_str", "ground_truth", "data_source", "extra_info",
)  # fmt: skip
"""What a function may ask for by name; the last four are verl's names."""
