"""An engine without a model: right answers with a known probability, for tests and dry runs of the statistics.

Whether a draw is right, its length and its wording are a pure function of the problem and the draw's seed; temperature
and the other sampling knobs change nothing but `max_tokens`. Draws end in an order unlike that of submission, as with a
real engine.
"""

from __future__ import annotations

import heapq
import re
import time
import zlib
from collections import deque
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from dartkit import settings as config
from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.engines.prompt_tokens import error_draw
from dartkit.records import Problem

if TYPE_CHECKING:
    from torch import Tensor

MASK = (1 << 64) - 1
TICK = 0.25  # of a mean duration: with no pretended time, this much of the virtual clock passes in one call
OPENINGS = (
    "Let us see.",
    "First, read the problem again.",
    "We work step by step.",
    "Start from what is given.",
    "Write down what is known.",
    "Set up the calculation.",
)
STEPS = (
    "Step {n}: the partial result is {v}.",
    "Then we get {v} after step {n}.",
    "Carrying on ({n}), this gives {v}.",
    "Part {n} yields {v}.",
)
CLOSINGS = (
    "So the answer is \\boxed{{{a}}}.",
    "Hence the result is \\boxed{{{a}}}.",
    "The answer is \\boxed{{{a}}}.",
)
CHOICES = "ABCD"
OPPOSITES = {"yes": "no", "no": "yes", "true": "false", "false": "true"}
NUMBER = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?(?:/\d{1,30})?", re.ASCII)
FRACTION = re.compile(r"(-?)\\[dt]?frac\{(-?\d{1,30})\}\{(-?\d{1,30})\}", re.ASCII)
TOKENS_PER_STEP = 10


class ScriptedEngine:
    """Draws from a script.

    Args:
        settings: Pass rates, lengths, capacity, pretended speed.
        problems: The problems that will be asked, with gold answers and levels; others come back as error rows.
        seed: Shifts every draw's script; a run passes its own seed.
    """

    name = "scripted"
    seeds_draws = True

    def __init__(
        self, settings: config.ScriptedEngine, problems: Iterable[Problem], *, seed: int = 0
    ) -> None:
        self._settings = settings
        self._problems = {problem.problem_id: problem for problem in problems}
        self._shift = _mix(seed)
        self._waiting: deque[tuple[float, DrawRequest]] = deque()
        self._running: list[tuple[float, int, float, DrawRequest]] = []  # end, tie-break, start, request
        self._ready: list[FinishedDraw] = []
        self._submitted = 0
        self._virtual_now = 0.0

    @property
    def capacity(self) -> int:
        """Draws that run at once."""
        return self._settings.capacity

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        """Start or queue requests."""
        now = self._now()
        for request in requests:
            if request.problem_id not in self._problems:
                self._ready.append(error_draw(request, "the scripted engine does not know this problem"))
            elif not request.prompt:
                self._ready.append(error_draw(request, "the prompt is empty"))
            elif len(self._running) < self._settings.capacity:
                self._start(request, now)
            else:
                self._waiting.append((now, request))

    def finished(self) -> list[FinishedDraw]:
        """Wait for the draw that ends first, and hand back all that have ended by then."""
        if not self._ready and self._running:
            horizon = self._advance(self._running[0][0])
            while self._running and self._running[0][0] <= horizon:
                end, _, start, request = heapq.heappop(self._running)
                self._ready.append(
                    self._draw(request, end - start if self._settings.seconds_per_draw else 0.0)
                )
                if self._waiting:
                    arrived, following = self._waiting.popleft()
                    self._start(following, max(end, arrived))
        done, self._ready = self._ready, []
        return done

    def abort(self) -> None:
        """Forget everything in flight."""
        self._waiting.clear()
        self._running.clear()
        self._ready.clear()

    def load_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """Pass over the weights: a script has none, and its answers stay as they are."""
        for _ in weights:
            pass

    def close(self) -> None:
        """Forget everything."""
        self.abort()

    def _now(self) -> float:
        return time.monotonic() if self._settings.seconds_per_draw else self._virtual_now

    def _advance(self, earliest: float) -> float:
        """Let time pass until `earliest`: really, or on a clock of our own that counts in mean durations."""
        if not self._settings.seconds_per_draw:
            self._virtual_now = earliest + TICK
            return self._virtual_now
        time.sleep(max(0.0, earliest - time.monotonic()))
        return max(earliest, time.monotonic())

    def _start(self, request: DrawRequest, now: float) -> None:
        share = 0.5 + (self._noise(request) & 0xFFFF) / 0x10000
        self._submitted += 1
        end = now + share * (self._settings.seconds_per_draw or 1.0)
        heapq.heappush(self._running, (end, self._submitted, now, request))

    def _noise(self, request: DrawRequest) -> int:
        """64 bits from the draw's seed and its problem."""
        return _mix(request.seed ^ (zlib.crc32(request.problem_id.encode()) << 31) ^ self._shift)

    def pass_rate(self, problem: Problem) -> float:
        """Return the probability that a draw of this problem is right: by id, else by level, else the general one."""
        settings = self._settings
        by_level = settings.pass_rate_by_level.get(problem.level or "", settings.pass_rate)
        return settings.pass_rate_by_problem.get(problem.problem_id, by_level)

    def _draw(self, request: DrawRequest, seconds: float) -> FinishedDraw:
        problem = self._problems[request.problem_id]
        noise = _mix(self._noise(request) + 1)
        right = (noise >> 11) * 2.0**-53 < self.pass_rate(problem)
        more = _mix(noise)
        length = max(1, round(self._settings.mean_tokens * (0.5 + (more & 0xFFFF) / 0x10000)))
        body = _body(more >> 16, length)
        limit = request.sampling.max_tokens
        cut = length > limit
        if cut:
            text = body[: len(body) * limit // length]
        elif right and problem.answer is not None:
            text = f"{body} {_closing(more, problem.answer)}"
        else:
            text = f"{body} {_closing(more, wrong_answer(problem.answer, more >> 40))}"
        return FinishedDraw(
            request=request,
            completion=text,
            finish_reason="length" if cut else "stop",
            seconds=seconds,
            seed=request.seed,
            prompt_tokens=len(request.prompt) // 4 + 1,
            completion_tokens=min(length, limit),
        )


def _mix(value: int) -> int:
    """Scramble 64 bits (the finaliser of splitmix64): neighbours in, strangers out."""
    value = (value + 0x9E3779B97F4A7C15) & MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def _body(noise: int, tokens: int) -> str:
    """Return some working of about this many tokens; a long completion repeats no line, the figures differ."""
    lines = [OPENINGS[noise % len(OPENINGS)]]
    pattern = STEPS[(noise >> 8) % len(STEPS)]
    first = (noise >> 12) % 9973
    lines.extend(pattern.format(n=n, v=first + n * n) for n in range(1, 1 + tokens // TOKENS_PER_STEP))
    return " ".join(lines)


def _closing(noise: int, answer: str) -> str:
    return CLOSINGS[noise % len(CLOSINGS)].format(a=answer)


def wrong_answer(gold: str | None, noise: int) -> str:
    """Return an answer of the gold answer's kind that cannot be equal to it.

    Numbers and fractions are moved by 1 to 9, choices and truth values exchanged; anything else gets an integer too
    large to come up in a problem. Without a gold answer every answer is as good as wrong, and a small integer is given.
    """
    step = 1 + noise % 9
    if gold is None:
        return str(step)
    plain = gold.strip().strip("$").replace(",", "").strip()
    if plain.lower() in OPPOSITES:
        return OPPOSITES[plain.lower()]
    if len(plain) == 1 and plain.upper() in CHOICES:
        return CHOICES[(CHOICES.index(plain.upper()) + 1 + noise % 3) % len(CHOICES)]
    value = _number(plain)
    if value is None:
        return str(10**12 + noise % 10**6)
    moved = value + step
    return (
        str(moved.numerator)
        if moved.denominator == 1
        else f"\\frac{{{moved.numerator}}}{{{moved.denominator}}}"
    )


def _number(text: str) -> Fraction | None:
    """Read an integer, decimal or fraction of at most 30 digits a part; None for anything else."""
    found = FRACTION.fullmatch(text)
    if found:
        text = f"{found[2]}/{found[3]}"
    elif not NUMBER.fullmatch(text):
        return None
    top, _, bottom = text.partition("/")
    divisor = Fraction(bottom) if bottom else Fraction(1)
    if divisor == 0:
        return None
    value = Fraction(top) / divisor
    return -value if found and found[1] else value
