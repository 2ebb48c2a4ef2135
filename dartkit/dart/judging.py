"""Judges samples beside generation and appends their verdicts to the run."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from dartkit.ids import answer_id
from dartkit.records import Outcome, Sample
from dartkit.run import RunDir
from dartkit.settings import VerifierSettings
from dartkit.verify.api import Form, Pair
from dartkit.verify.batch.stream import VerdictStream, open_stream
from dartkit.verify.verdict import Verdict
from dartkit.verify.verifier import Grader


class StoredVerdicts:
    """Takes samples, has them judged in other processes, and makes each verdict durable before its outcome is handed out.

    Args:
        run: Where verdicts go.
        verifier: Who judges; dartkit's own judges in `settings.workers` processes.
        settings: Limits of one check.
    """

    def __init__(self, run: RunDir, verifier: Grader, settings: VerifierSettings) -> None:
        self._run = run
        self._verifier = verifier
        self._stream: VerdictStream[tuple[str, str]] = open_stream(verifier, settings.limits())
        self._told: list[tuple[tuple[str, str], Verdict]] = []  # of draws that failed: nothing to judge
        self._answer_ids: dict[str, str] = {}

    @property
    def waiting(self) -> int:
        """Samples handed in whose outcome was not fetched."""
        return self._stream.waiting + len(self._told)

    def submit(self, sample: Sample, gold: str) -> None:
        """Hand in a sample; returns at once."""
        ticket = (sample.sample_id, gold)
        if sample.finish_reason in ("abort", "error"):
            failed = self._verifier.check("", gold, finish_reason=sample.finish_reason)
            self._told.append((ticket, failed))
            return
        form: Form = "cut" if sample.finish_reason == "length" else "response"
        self._stream.submit(ticket, Pair(sample.completion, gold, form))

    def ready(self, *, wait: bool = False) -> list[tuple[str, Outcome]]:
        """Return ids and outcomes of judged samples; with `wait`, at least one if any is outstanding."""
        told, self._told = self._told, []
        found: list[tuple[str, Outcome]] = []
        for (sample_id, gold), verdict in [*told, *self._stream.ready(wait=wait and not told)]:
            self._run.append(
                verdict.record(
                    sample_id=sample_id,
                    answer_id=self._id_of(gold),
                    verifier_id=self._verifier.verifier_id,
                )
            )
            found.append((sample_id, verdict.outcome))
        return found

    def _id_of(self, gold: str) -> str:
        if gold not in self._answer_ids:
            self._answer_ids[gold] = answer_id(gold)
        return self._answer_ids[gold]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()
