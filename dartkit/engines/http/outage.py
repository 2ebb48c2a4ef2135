"""When a server fails: how long to wait, and when to say that it is down.

A server is down once nothing has succeeded for `give_up_seconds` since its first failure after a success. Slow answers are
no failures, so a long generation never looks like an outage. All times are of the monotonic clock.
"""

from __future__ import annotations

import asyncio
import random
import time
from email.utils import parsedate_to_datetime

from dartkit.errors import EnvironmentProblem

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0


class Transient(Exception):
    """A request that failed and may be made again.

    Args:
        reason: What happened.
        may_be_the_prompt: Whether this prompt itself could be the cause; a refused connection or a rate limit cannot.
        retry_after: Seconds that the server asks everybody to wait.
    """

    def __init__(
        self, reason: str, *, may_be_the_prompt: bool = True, retry_after: float | None = None
    ) -> None:
        super().__init__(reason)
        self.may_be_the_prompt = may_be_the_prompt
        self.retry_after = retry_after


class Outage:
    """The health of one server, as seen by all requests to it."""

    def __init__(self, base_url: str, give_up_seconds: float) -> None:
        self._base_url = base_url
        self._give_up_seconds = give_up_seconds
        self._failing_since: float | None = None
        self._paused_until = 0.0
        self.last_success = float("-inf")

    def note_success(self) -> None:
        """The server has answered."""
        self._failing_since = None
        self.last_success = time.monotonic()

    def forget_failures(self) -> None:
        """Take no account of failures so far, nor of a wait that was asked for."""
        self._failing_since = None
        self._paused_until = 0.0

    def note_failure(self, trouble: Transient) -> None:
        """A request has failed.

        Raises:
            EnvironmentProblem: when nothing but failures has come for `give_up_seconds`.
        """
        now = time.monotonic()
        if self._failing_since is None:
            self._failing_since = now
        if trouble.retry_after is not None:
            # Bounded: a server that asks for a week would otherwise hold the run for a week.
            wait = min(trouble.retry_after, self._give_up_seconds)
            self._paused_until = max(self._paused_until, now + wait)
        failing = now - self._failing_since
        if failing >= self._give_up_seconds:
            raise EnvironmentProblem(
                f"the server at {self._base_url} has only failed for {failing:.0f} s: {trouble}",
                fix="Bring it back, then run the same command: finished draws are kept. "
                "`engine.give_up_seconds` says how long to wait for it.",
            ) from trouble

    async def wait_out(self, failures: int) -> None:
        """Wait before a request is repeated: longer after each failure, at random so that not all come back at once."""
        longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(failures - 1, 16))
        await asyncio.sleep(longest * random.uniform(0.5, 1.0))

    async def pause(self) -> None:
        """Wait as long as the server has asked everybody to."""
        while (left := self._paused_until - time.monotonic()) > 0:
            await asyncio.sleep(left)


def read_retry_after(value: str | None, date: str | None) -> float | None:
    """Return the seconds of a Retry-After header, or None.

    A date is held against the server's own `Date`, so that no clock of this machine matters.
    """
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        return max(0.0, (parsedate_to_datetime(value) - parsedate_to_datetime(date or "")).total_seconds())
    except (ValueError, TypeError, IndexError):
        return None
