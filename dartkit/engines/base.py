"""The engine contract: requests go in, finished draws come back in any order, as they come.

There is never a list at the end: a draw is durable the moment it exists, and the scheduler refills a problem that still
lacks correct samples at once. A bad prompt is a row (`finish_reason="error"`), not a crash.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from dartkit.records import FinishReason

if TYPE_CHECKING:
    from torch import Tensor

    from dartkit.settings import SamplingSettings


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """One draw to make. `seed` is what the run would like; an engine that cannot seed single draws ignores it."""

    sample_id: str
    problem_id: str
    draw_index: int
    prompt: str
    seed: int
    sampling: SamplingSettings
    want_tokens: bool = False


@dataclass(frozen=True, slots=True)
class FinishedDraw:
    """One draw made. `seed` is the seed really used, None where the engine could not seed it.

    `token_ids` and `token_logprobs` (of the sampled tokens under the sampling distribution's model, temperature applied, before
    top-p and top-k) are filled only where the request asked with `want_tokens`; `prompt_token_ids` likewise.
    """

    request: DrawRequest
    completion: str
    finish_reason: FinishReason
    seconds: float
    seed: int | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    logprob_sum: float | None = None
    prompt_token_ids: tuple[int, ...] | None = None
    token_ids: tuple[int, ...] | None = None
    token_logprobs: tuple[float, ...] | None = None
    error: str | None = None
    worker: str | None = None
    """Who drew it, where an engine is spread over several processes."""


class Engine(Protocol):
    """A model that draws."""

    name: str
    """`transformers`, `vllm`, `http`, `scripted`, `ray:` and one of these."""
    seeds_draws: bool
    """Whether a draw's seed is honoured, so that a second run repeats it."""

    @property
    def capacity(self) -> int:
        """How many draws the engine wants in flight."""
        ...

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        """Take requests; returns at once."""
        ...

    def finished(self) -> list[FinishedDraw]:
        """Work until at least one draw is finished and hand back all that are; empty only if nothing is in flight."""
        ...

    def abort(self) -> None:
        """Forget everything in flight."""
        ...

    def load_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """Replace the model's weights in place (Hugging Face names); later draws use them."""
        ...

    def close(self) -> None:
        """Free the model."""
        ...


@runtime_checkable
class ServedEngine(Protocol):
    """An engine whose model is somewhere else, under a name that only the engine knows for sure."""

    served_model: str
    """What the server calls the model."""


def served_model(engine: Engine) -> str | None:
    """Return the name of an engine's model where a server has it; None where it is a folder here, or there is none."""
    return engine.served_model if isinstance(engine, ServedEngine) else None


@runtime_checkable
class NotifyingEngine(Protocol):
    """What an engine has besides, if things happen to it that a person should know, such as a lost replica."""

    def take_notices(self) -> list[str]:
        """Return what happened since the last call, a sentence each."""
        ...


@runtime_checkable
class InspectableEngine(Protocol):
    """An engine whose weights lie in this process under the names of the model folder."""

    def find_difference(self, weights: Iterable[tuple[str, Tensor]]) -> str | None:
        """Return the name of the first weight that is not the given one bit by bit, in the engine's type; None if all are."""
        ...


@runtime_checkable
class DigestingEngine(Protocol):
    """An engine that can say whether its weights changed, and not much more."""

    def weights_digest(self) -> str | None:
        """Return a checksum over all weights as the engine holds them; None where it cannot."""
        ...


@runtime_checkable
class CachingEngine(Protocol):
    """An engine that keeps keys and values in this process, and makes them anew when it draws again."""

    def free_cache(self) -> None:
        """Free them, with nothing in flight. Weights stay, so draws go on without new ones."""
        ...


@runtime_checkable
class SleepingEngine(Protocol):
    """An engine that can give its memory to a trainer on the same device."""

    can_sleep: bool
    """Whether it can on this machine."""

    def sleep(self) -> None:
        """Free weights and cache, with nothing in flight; the next `load_weights` wakes the engine."""
        ...
