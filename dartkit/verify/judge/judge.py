"""The judge: a model that says whether two answers are the same, heard several times, believed only where it is consistent.

Nothing it says is taken at its word. Candidates that say nothing never reach it; what it sees is neutral text behind a fence;
its reply has one readable form; every second vote shows the answers the other way round; and beside each vote stands a
control question with a wrong answer. Whatever is not a clear majority is `undecided`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dartkit.budget import BudgetMeter
from dartkit.engines.base import DrawRequest, Engine, served_model
from dartkit.ids import content_id, draw_seed, sampler_id
from dartkit.models import ModelRef, identify_model
from dartkit.records import Sampler, as_row
from dartkit.settings import is_scripted
from dartkit.verify.judge.control import control_answer
from dartkit.verify.judge.poll import Ask, Poll, Slip
from dartkit.verify.judge.prompt import JudgePrompt
from dartkit.verify.judge.question import (
    LEFT_OUT,
    MAX_GOLD_CHARS,
    Ballot,
    JudgeQuestion,
    JudgeVerdict,
    order_of,
)
from dartkit.verify.judge.screen import only_opens, says_nothing
from dartkit.verify.judge.settings import JudgeSettings
from dartkit.verify.judge.tally import decide
from dartkit.verify.judge.votes import VoteBook, vote_id

NAME = "dartkit-judge"
VERSION = 1  # raise it whenever any verdict can change


class Judge:
    """Compares free-form answers by asking a model. Not for several threads: the engine is not.

    Args:
        engine: The model. Nothing else may draw from it while the judge does.
        settings: How to ask and when to believe.
        model: What the engine runs, exactly; it decides the chat template and the identity. None for the scripted engine.
        seed: The run's seed.
        over: Identity of the verifier whose verdicts this judge completes; part of its own identity.
        book: Votes that exist already; None starts without any.

    Raises:
        UsageError: if a template is neither bundled nor a file.
        DataError: if a template lacks a slot.
    """

    def __init__(
        self,
        engine: Engine,
        settings: JudgeSettings,
        *,
        model: ModelRef | None = None,
        seed: int = 0,
        over: str | None = None,
        book: VoteBook | None = None,
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._prompt = JudgePrompt(settings, model)
        self._seed = seed
        self.sampler = _sampler_of(settings, model, self._prompt.prompt_hash, served_model(engine))
        self.sampler_id = sampler_id(as_row(self.sampler))
        self.identity: dict[str, Any] = {
            "name": NAME,
            "version": VERSION,
            "over": over,
            "sampler": as_row(self.sampler),
            "max_tokens": settings.sampling.max_tokens,
            "votes": settings.votes,
            "accept": settings.accept,
            "control": settings.control,
            "max_answer_chars": settings.max_answer_chars,
        }
        self.verifier_id = content_id("verifier", self.identity)
        self.book = VoteBook() if book is None else book

    def ask(
        self, questions: Sequence[JudgeQuestion], *, meter: BudgetMeter | None = None
    ) -> list[JudgeVerdict]:
        """Return a verdict for each question, in order; equal questions are asked once. Never raises for any text.

        Where the budget ends before a question has all its votes, its verdict is `undecided` with rule `budget`.
        """
        found = {question.question_id: verdict for question, verdict in self.stream(questions, meter=meter)}
        missing = JudgeVerdict("undecided", "none", "budget")
        return [found.get(question.question_id, missing) for question in questions]

    def stream(
        self, questions: Iterable[JudgeQuestion], *, meter: BudgetMeter | None = None
    ) -> Iterator[tuple[JudgeQuestion, JudgeVerdict]]:
        """Yield questions with their verdicts as they come, each distinct question once; see `ask`."""
        settled: list[tuple[JudgeQuestion, JudgeVerdict]] = []
        poll = Poll(
            self._engine,
            self.book,
            word=self._word,
            sampler_id=self.sampler_id,
            meter=meter or BudgetMeter(self._settings.budget),
        )
        for ask in poll.run(self._asks(questions, settled)):
            yield from _drain(settled)
            yield ask.question, self._count(ask)
        yield from _drain(settled)

    def _asks(
        self, questions: Iterable[JudgeQuestion], settled: list[tuple[JudgeQuestion, JudgeVerdict]]
    ) -> Iterator[Ask]:
        """Yield what the model has to be asked; what rules can say goes to `settled`."""
        seen: set[str] = set()
        for question in questions:
            if question.question_id in seen:
                continue
            seen.add(question.question_id)
            verdict = self._screen(question)
            if verdict is not None:
                settled.append((question, verdict))
            else:
                yield Ask(question, self._slips(question))

    def _screen(self, question: JudgeQuestion) -> JudgeVerdict | None:
        """Settle by rule what the model must not be asked."""
        if says_nothing(question.gold):
            return JudgeVerdict("undecided", "none", "no-gold")
        if len(question.gold) > MAX_GOLD_CHARS:
            return JudgeVerdict("undecided", "none", "gold-too-long")
        limit = self._settings.max_answer_chars
        shown = question.candidate[-limit:]
        if says_nothing(shown):
            return JudgeVerdict("no_answer", "none", "no-content")
        if only_opens(shown, question.gold):
            return JudgeVerdict("no_answer", "none", "opener")
        if question.kind == "proof" and len(question.candidate) > limit:
            return JudgeVerdict("undecided", "none", "proof-too-long")
        return None

    def _slips(self, question: JudgeQuestion) -> tuple[Slip, ...]:
        """Return the votes on a question and, behind them, their controls."""
        indices = range(self._settings.votes)
        slips = [self._slip(self._shorten(question), index) for index in indices]
        if self._settings.control:
            slips += [self._slip(_control_of(question, index), index) for index in indices]
        return tuple(slips)

    def _slip(self, question: JudgeQuestion, index: int) -> Slip:
        identity = question.question_id
        return Slip(vote_id(identity, self.sampler_id, index), question, order_of(identity, index), index)

    def _shorten(self, question: JudgeQuestion) -> JudgeQuestion:
        limit = self._settings.max_answer_chars
        if len(question.candidate) <= limit:
            return question
        return replace(question, candidate=LEFT_OUT + question.candidate[-limit:])

    def _word(self, slip: Slip) -> DrawRequest:
        identity = slip.question.question_id
        return DrawRequest(
            sample_id=slip.vote_id,
            problem_id=slip.question.problem_id or identity,
            draw_index=slip.index,
            prompt=self._prompt.render(slip.question, slip.order),
            seed=draw_seed(self._seed, identity, slip.index),
            sampling=self._settings.sampling,
        )

    def _count(self, ask: Ask) -> JudgeVerdict:
        count = self._settings.votes
        ballots = []
        for index, slip in enumerate(ask.slips[:count]):
            control = ask.slips[count + index] if self._settings.control else None
            ballots.append(
                Ballot(
                    slip.order,
                    self.book.reading(slip.vote_id),
                    self.book.reading(control.vote_id) if control else None,
                )
            )
        outcome = decide(ballots, self._settings.accept)
        seconds = sum(self.book.seconds(slip.vote_id) for slip in ask.slips[:count])
        rules = {"correct": self._settings.accept, "incorrect": "majority"}
        return JudgeVerdict(outcome, "judge", rules.get(outcome, "no-majority"), tuple(ballots), seconds)


def load_judge(
    engine: Engine,
    settings: JudgeSettings,
    *,
    run_path: Path | None = None,
    seed: int = 0,
    over: str | None = None,
    book: VoteBook | None = None,
) -> Judge:
    """Return the judge that the settings describe, on an engine opened for `settings.engine` and `settings.model`.

    Raises:
        EnvironmentProblem: if the model is not here and cannot be had.
        UsageError: if a template is neither bundled nor a file.
        DataError: if a template lacks a slot.
    """
    from dartkit.models import model_for

    model = model_for(settings.engine, settings.model, run_path=run_path)
    return Judge(engine, settings, model=model, seed=seed, over=over, book=book)


def _control_of(question: JudgeQuestion, index: int) -> JudgeQuestion:
    return replace(question, candidate=control_answer(question.gold, index))


def _drain(
    settled: list[tuple[JudgeQuestion, JudgeVerdict]],
) -> Iterator[tuple[JudgeQuestion, JudgeVerdict]]:
    ready = settled[:]
    settled.clear()
    yield from ready


def _sampler_of(
    settings: JudgeSettings, model: ModelRef | None, prompt_hash: str, served: str | None
) -> Sampler:
    sampling = settings.sampling
    if served is None and not is_scripted(settings.engine):
        served = settings.model.path
    identity = identify_model(settings.engine, settings.model, model, served=served, chat=settings.chat)
    return Sampler(
        model=identity.name,
        model_revision=identity.revision,
        dtype=identity.dtype,
        prompt_hash=prompt_hash,
        chat_template_hash=identity.chat_template_hash,
        system_prompt=settings.system,
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        top_k=sampling.top_k,
        min_p=sampling.min_p,
        repetition_penalty=sampling.repetition_penalty,
        stop=sampling.stop,
    )
