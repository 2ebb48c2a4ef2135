"""One request after another to a server, until each of its draws is made, refused or lost with the server.

Whose fault a failure is, decides what becomes of it, and is found out rather than guessed from a server's words: where
nothing has been answered meanwhile, the server is asked something harmless with the same settings (`_answers_others`).

- The server answers that, but not this prompt: the prompt's draws are error rows.
- It refuses that too: the settings are wrong, and the stage ends.
- It fails at that too: the server is in trouble, and the request is repeated until `Outage` says that it is down.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import Any

import httpx2

from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.engines.http.outage import Outage, Transient, read_retry_after
from dartkit.engines.http.server import BUSY, Server, headers_for, problem_of_status
from dartkit.engines.http.wire import (
    PATHS,
    Answer,
    Garbage,
    error_words,
    plain,
    prompt_fields,
    read_answer,
    sampling_fields,
    share_tokens,
    token_fields,
)
from dartkit.engines.prompt_tokens import error_draw
from dartkit.errors import EnvironmentProblem
from dartkit.prompts.chat import ChatPrompt
from dartkit.settings import HttpEngine, SamplingSettings

CANARY = "What is 1 + 1?"
ERROR_LIMIT = 64 << 10
ANSWER_LIMIT = 4 << 20
BYTES_PER_TOKEN = 256
KEEPALIVE_SECONDS = 4.0  # under the five after which common servers hang up
REFUSALS_IN_A_ROW = 16
REFUSAL_STATUS = (400, 413, 422)
_OTHER_LIMIT_NAME = re.compile(r"use\W+max_completion_tokens", re.IGNORECASE)


class Refusal(Exception):
    """The server answered that it will not do what was asked."""


class Client:
    """Asks one server. Lives in one event loop.

    Args:
        settings: Limits and time-outs.
        server: What was found at first contact.
        deliver: Takes each finished draw.
    """

    def __init__(self, settings: HttpEngine, server: Server, deliver: Callable[[FinishedDraw], None]) -> None:
        self._settings = settings
        self._server = server
        self._deliver = deliver
        self._outage = Outage(settings.base_url, settings.give_up_seconds)
        self._limit_name = "max_tokens"
        self._accepted: set[tuple[SamplingSettings, bool]] = set()
        self._refusals = 0
        self._canary = asyncio.Lock()
        self._certificates = httpx2.create_ssl_context(trust_env=False)
        self._idle: list[httpx2.AsyncClient] = []

    def _connect(self) -> httpx2.AsyncClient:
        """Return an HTTP client of one connection.

        A client that holds all connections looks through every one of them for every request: at 256 in flight that
        takes longer than all the rest.
        """
        settings = self._settings
        return httpx2.AsyncClient(
            headers={**headers_for(self._server.key), "Content-Type": "application/json"},
            timeout=httpx2.Timeout(settings.read_timeout_seconds, connect=settings.connect_timeout_seconds),
            limits=httpx2.Limits(max_connections=1, keepalive_expiry=KEEPALIVE_SECONDS),
            verify=self._certificates,
            trust_env=False,
            follow_redirects=False,
        )

    def forget_failures(self) -> None:
        """Start afresh: what failed before an abort says nothing of the server later on."""
        self._outage.forget_failures()

    async def close(self) -> None:
        """Close all connections; call it with no request running."""
        while self._idle:
            await self._idle.pop().aclose()

    async def draw(self, group: list[DrawRequest]) -> None:
        """Make the draws of one prompt and deliver each, as a draw or as an error row.

        Raises:
            EnvironmentProblem: when the server is down, or refuses what every request has in common.
        """
        left = list(group)
        attempts = failures = 0
        suspected = False
        while left:
            await self._outage.pause()
            started, limit_name = time.monotonic(), self._limit_name
            try:
                answer = await self._attempt(left[0].prompt, left)
            except Refusal as refusal:
                failures += 1
                if self._learn_limit_name(str(refusal), limit_name):
                    continue
                if await self._is_of_the_prompt(left):
                    return self._fail(left, str(refusal), started)
            except Transient as trouble:
                self._outage.note_failure(trouble)
                attempts, failures = attempts + trouble.may_be_the_prompt, failures + 1
                # The last attempt comes after the server has shown that it works, or an outage would cost draws.
                if trouble.may_be_the_prompt and attempts >= self._settings.max_attempts - 1:
                    works = await self._answers_others(started, left)
                    if works and suspected:
                        return self._fail(left, f"{attempts} attempts failed, the last: {trouble}", started)
                    suspected = works
            else:
                self._note_answer(left)
                left = self._hand_over(answer, left, time.monotonic() - started)
                attempts = failures = 0
                suspected = False
                continue
            await self._outage.wait_out(failures)
        return None

    def _note_answer(self, group: list[DrawRequest]) -> None:
        self._outage.note_success()
        self._accepted.add(_manner(group))
        self._refusals = 0

    def _fail(self, group: list[DrawRequest], reason: str, started: float) -> None:
        for request in group:
            self._deliver(error_draw(request, reason, seconds=time.monotonic() - started))

    def _hand_over(self, answer: Answer, group: list[DrawRequest], seconds: float) -> list[DrawRequest]:
        """Deliver the draws of an answer and return those it has nothing for: some servers take no notice of `n`."""
        alone = len(group) == 1
        choices = answer.choices
        tokens = share_tokens(answer.completion_tokens, choices, group[0].sampling.max_tokens)
        for request, choice, count in zip(group, choices, tokens, strict=False):
            if choice.error is not None:
                self._deliver(error_draw(request, choice.error, seconds=seconds))
                continue
            tokens_of = choice.tokens if request.want_tokens else None
            if request.want_tokens and tokens_of is None:
                self._deliver(error_draw(request, "the server handed back no token ids", seconds=seconds))
                continue
            self._deliver(
                FinishedDraw(
                    request=request,
                    completion=choice.text,
                    finish_reason=choice.finish_reason,
                    seconds=seconds,
                    seed=request.seed if alone and self._settings.seeds else None,
                    prompt_tokens=answer.prompt_tokens,
                    completion_tokens=count if tokens_of is None else len(tokens_of.ids),
                    logprob_sum=None if tokens_of is None else sum(tokens_of.logprobs),
                    prompt_token_ids=None if tokens_of is None else tokens_of.prompt_ids,
                    token_ids=None if tokens_of is None else tokens_of.ids,
                    token_logprobs=None if tokens_of is None else tokens_of.logprobs,
                )
            )
        return group[len(choices) :]

    def _body(self, prompt: str, group: list[DrawRequest]) -> bytes:
        settings, dialect = self._settings, self._server.dialect
        sampling = group[0].sampling
        body: dict[str, Any] = {
            "model": self._server.model,
            **prompt_fields(prompt, settings.endpoint, dialect, has_begin=settings.local_model),
            **sampling_fields(sampling, dialect),
            **token_fields(group[0].want_tokens),
            self._limit_name: sampling.max_tokens,
        }
        if len(group) > 1:
            body["n"] = len(group)
        elif settings.seeds:
            body["seed"] = group[0].seed
        return json.dumps(body).encode()

    async def _attempt(self, prompt: str, group: list[DrawRequest]) -> Answer:
        """Make one request.

        Raises:
            Transient: if it may go better the next time.
            Refusal: if the server will not have it.
            EnvironmentProblem: if no request can succeed.
        """
        settings, body = self._settings, self._body(prompt, group)
        limit = ANSWER_LIMIT + len(group) * BYTES_PER_TOKEN * group[0].sampling.max_tokens
        try:
            # Two limits: httpx2's is for each read, and a server that sends a byte a minute would never reach it.
            async with asyncio.timeout(settings.connect_timeout_seconds + settings.read_timeout_seconds):
                status, headers, payload = await self._exchange(body, limit)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise EnvironmentProblem(
                    f"the server at {settings.base_url} has no valid certificate: {plain(str(error))}",
                    fix="Give its real name as --base-url, or correct the certificate.",
                ) from error
            raise Transient(f"no connection: {plain(str(error))}", may_be_the_prompt=False) from error
        except (httpx2.TimeoutException, TimeoutError) as error:
            raise Transient(f"no answer within {settings.read_timeout_seconds:g} s") from error
        except httpx2.TransportError as error:
            words = plain(str(error), self._server.key)
            raise Transient(f"the connection broke: {type(error).__name__} {words}".rstrip()) from error
        if status == 200:
            try:
                return read_answer(payload, settings.endpoint, len(group))
            except Garbage as error:
                raise Transient(plain(str(error), self._server.key)) from error
        raise self._failure(status, headers, payload)

    async def _exchange(self, body: bytes, limit: int) -> tuple[int, httpx2.Headers, bytes]:
        connection = self._idle.pop() if self._idle else self._connect()
        try:
            result = await self._post(connection, body, limit)
        except (
            BaseException
        ):  # also a cancelled request: what the connection is in the middle of is not reused
            await connection.aclose()
            raise
        self._idle.append(connection)
        return result

    async def _post(
        self, connection: httpx2.AsyncClient, body: bytes, limit: int
    ) -> tuple[int, httpx2.Headers, bytes]:
        """Send a body and return status, headers and at most `limit` bytes of the answer."""
        url = self._settings.base_url + PATHS[self._settings.endpoint]
        async with connection.stream("POST", url, content=body) as response:
            most = limit if response.status_code == 200 else ERROR_LIMIT
            payload = bytearray()
            async for chunk in response.aiter_raw():
                payload += chunk
                if len(payload) > most:
                    if response.status_code == 200:
                        raise Transient(f"the answer is longer than {most} bytes")
                    break
            return response.status_code, response.headers, bytes(payload[:most])

    def _failure(
        self, status: int, headers: httpx2.Headers, payload: bytes
    ) -> Transient | Refusal | EnvironmentProblem:
        """Say what a status other than 200 means."""
        words = error_words(payload, self._server.key)
        problem = problem_of_status(self._settings, status, headers.get("location", ""), words)
        if problem is not None:
            return problem
        shown = f"status {status}: {words}" if words else f"status {status}"
        if status in BUSY or status >= 500 or status < 300:
            overloaded = status in (429, 503, 529)
            wait = read_retry_after(headers.get("retry-after"), headers.get("date"))
            return Transient(shown, may_be_the_prompt=not overloaded, retry_after=wait)
        return Refusal(shown)

    def _learn_limit_name(self, words: str, used: str) -> bool:
        """Switch to the newer name of `max_tokens` where the server asks for it; say whether to ask again with it."""
        if used != "max_tokens" or not _OTHER_LIMIT_NAME.search(words):
            return False
        self._limit_name = "max_completion_tokens"
        return True

    async def _is_of_the_prompt(self, group: list[DrawRequest]) -> bool:
        """Say whether a refusal is about this prompt; False means that the server fails and nothing can be told.

        Raises:
            EnvironmentProblem: if it is about the settings, which every request has.
        """
        self._refusals += 1
        if _manner(group) in self._accepted and self._refusals <= REFUSALS_IN_A_ROW:
            self._outage.note_success()
            return True
        return await self._answers_others(time.monotonic(), group)

    async def _answers_others(self, since: float, group: list[DrawRequest]) -> bool:
        """Say whether the server has answered another request since then, or answers a harmless one now.

        Raises:
            EnvironmentProblem: if it refuses the harmless one, or is down.
        """
        async with self._canary:
            if self._outage.last_success >= since:
                return True
            try:
                await self._attempt(_harmless(group[0].prompt), group)
            except Refusal as refusal:
                raise EnvironmentProblem(
                    f"the server at {self._settings.base_url} refuses every request: {refusal}",
                    fix="Change what it names (`sampling`, `engine.seeds`, `engine.endpoint`, `--model`) and run the "
                    "same command: finished draws are kept.",
                ) from refusal
            except Transient as trouble:
                self._outage.note_failure(trouble)
                return False
            self._note_answer(group)
            return True


def _manner(group: list[DrawRequest]) -> tuple[SamplingSettings, bool]:
    """Return what two requests have in common that a server accepts or refuses whatever the prompt."""
    return group[0].sampling, len(group) > 1


def _harmless(prompt: str) -> str:
    """Return a prompt that every model answers, in the form of this one: a server may refuse the form."""
    if isinstance(prompt, ChatPrompt):
        return ChatPrompt((*prompt.messages[:-1], ("user", CANARY)))
    return CANARY
