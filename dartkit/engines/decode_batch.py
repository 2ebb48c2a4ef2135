"""A batch of rows that decode together, of which any may leave and be replaced after every token.

A row joins with its prompt but for the last token in the cache (prefill) and then takes one decoding step at a time like
everyone else, the first with the prompt's last token; so prefill needs no logits. Rows with a prompt that some slot still
holds, live or left behind, copy it instead of computing it again: many draws of one problem cost one prefill.

Live rows are always slots 0..B-1: the last rows move into the holes that finished ones leave.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from dartkit.engines.base import DrawRequest
from dartkit.engines.slots import ATTENTION_NAME, SlotCache
from dartkit.engines.token_sampling import RowSettings, choose_tokens, noise, penalise_repeats
from dartkit.errors import EnvironmentProblem

PREFILL_TOKENS = 4096
ATTENTION_KINDS = {"full_attention", "sliding_attention"}
UNLIMITED = 1 << 30


@dataclass(slots=True, eq=False)
class Row:
    """One draw on its way. `limit` is how many new tokens it may have: `max_tokens`, or less where the window ends."""

    request: DrawRequest
    prompt_ids: list[int]
    limit: int
    submitted: float
    tokens: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    noise: Iterator[float] = field(init=False)

    def __post_init__(self) -> None:
        self.noise = noise(self.request.seed)

    @property
    def prefix(self) -> tuple[int, ...]:
        """What prefill puts into the cache."""
        return tuple(self.prompt_ids[:-1])

    @property
    def length(self) -> int:
        """Columns of the cache that are filled before the next step."""
        return len(self.prompt_ids) - 1 + len(self.tokens)

    @property
    def last_token(self) -> int:
        """Input of the next step."""
        return self.tokens[-1] if self.tokens else self.prompt_ids[-1]


def usable_window(config: Any) -> int:
    """Return how many tokens a row may have.

    Sliding-window layers see everything as long as a row is no longer than their window, so such models are used within
    it.

    Raises:
        EnvironmentProblem: if some layers keep a state that is not keys and values.
    """
    kinds = set(getattr(config, "layer_types", None) or ())
    if kinds - ATTENTION_KINDS:
        raise EnvironmentProblem(
            f"the transformers engine cannot run layers of kind {', '.join(sorted(kinds - ATTENTION_KINDS))}",
            fix="Use `engine.kind=vllm` for this model.",
        )
    window = int(getattr(config, "max_position_embeddings", None) or UNLIMITED)
    sliding = getattr(config, "sliding_window", None)
    slides = "sliding_attention" in kinds or not kinds
    return min(window, int(sliding)) if sliding and slides else window


@contextmanager
def decoding_mode(model: Any) -> Iterator[None]:
    """Run the model for sampling only: no gradients, no dropout, our attention; leave it as it was found.

    `no_grad` and not `inference_mode`, because the model may be a trainer's and must not keep inference tensors.
    Eager attention stays: models use it where they need terms that no other kernel has.
    """
    config = model.config.get_text_config(decoder=True)
    before, training = config._attn_implementation, model.training
    if before != "eager":
        config._attn_implementation = ATTENTION_NAME
    if training:
        model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        config._attn_implementation = before
        if training:
            model.train()


class DecodeBatch:
    """Live rows and their cache. All methods must run inside `decoding_mode`, except the plain properties."""

    def __init__(self, model: Any, capacity: int) -> None:
        self.rows: list[Row] = []
        self._model = model
        self._capacity = capacity
        self._device: torch.device = next(model.parameters()).device
        accepted = inspect.signature(model.forward).parameters
        self._keep_last = {"logits_to_keep": 1} if "logits_to_keep" in accepted else {}
        self.forget()

    @property
    def free(self) -> int:
        """Slots without a row."""
        return self._capacity - len(self.rows)

    def forget(self) -> None:
        """Drop all rows and all cached prompts; to be called when the weights change or everything is aborted."""
        self.rows.clear()
        self._cache = SlotCache(self._capacity)
        self.forget_prompts()
        self._settings: RowSettings | None = None

    def forget_prompts(self) -> None:
        """Compute every later prompt anew, while live rows go on."""
        self._held: list[tuple[int, ...]] = [()] * self._capacity

    def admit(self, rows: Sequence[Row]) -> None:
        """Give rows a slot and put their prompts into the cache."""
        where = {held: slot for slot, held in enumerate(self._held) if held}
        known: list[tuple[int, int]] = []
        fresh: dict[tuple[int, ...], int] = {}
        twins: list[tuple[int, int]] = []
        for slot, row in enumerate(rows, start=len(self.rows)):
            prefix = row.prefix
            if prefix in where:
                known.append((where[prefix], slot))
            elif prefix in fresh:
                twins.append((fresh[prefix], slot))
            elif prefix:
                fresh[prefix] = slot
            self._held[slot] = prefix
        self.rows.extend(rows)
        self._settings = None
        width = max(len(row.prompt_ids) for row in rows)
        self._cache.reserve(width)
        self._copy(known, width)
        for chunk in prefill_chunks(fresh):
            self._prefill(chunk)
        self._copy(twins, width)

    def remove(self, indices: Sequence[int]) -> None:
        """Take rows out, by ascending index; their prompts stay known until another row takes the slot."""
        self._settings = None
        gone = set(indices)
        count = len(self.rows) - len(gone)
        holes = [index for index in indices if index < count]
        movers = [index for index in range(count, len(self.rows)) if index not in gone]
        width = max((self.rows[mover].length for mover in movers), default=0)
        self._copy(list(zip(movers, holes, strict=True)), width)
        for mover, hole in zip(movers, holes, strict=True):
            self.rows[hole] = self.rows[mover]
            self._held[hole], self._held[mover] = self._held[mover], ()
        del self.rows[count:]

    def clear_slot(self, index: int) -> None:
        """Wipe the slot of a row whose numbers were not finite, so that they cannot reach the next row there."""
        self._cache.clear(index)
        self._held[index] = ()

    def step(self) -> None:
        """Append one token and its log-probability to every row."""
        rows = self.rows
        positions_B = self._long([row.length for row in rows])
        width = max(row.length for row in rows) + 1
        self._cache.reserve(width)
        self._cache.begin_decode(torch.arange(len(rows), device=self._device), positions_B, width)
        logits_BV = self._forward(
            input_ids=self._long([row.last_token for row in rows])[:, None],
            position_ids=positions_B[:, None],
            attention_mask=self._mask(positions_B, width),
        )
        if self._cache.is_empty:
            raise EnvironmentProblem(
                f"{type(self._model).__name__} does not use a key-value cache that the transformers engine can serve",
                fix="Use `engine.kind=vllm` for this model.",
            )
        self._settings = self._settings or RowSettings.stack(
            [row.request.sampling for row in rows], self._device
        )
        self._choose(logits_BV[:, -1].float(), self._settings)

    def _choose(self, logits_BV: Tensor, settings: RowSettings) -> None:
        if settings.penalty_B1 is not None:
            seen = [row.prompt_ids + row.tokens for row in self.rows]
            logits_BV = penalise_repeats(logits_BV, settings.penalty_B1, seen)
        uniforms_B = torch.tensor([next(row.noise) for row in self.rows], device=self._device)
        chosen = choose_tokens(logits_BV, settings, uniforms_B)
        tokens, logprobs = chosen.tokens_B.tolist(), chosen.logprobs_B.tolist()
        for row, token, logprob in zip(self.rows, tokens, logprobs, strict=True):
            row.tokens.append(token)
            row.logprobs.append(logprob)

    def _mask(self, positions_B: Tensor, width: int) -> Tensor:
        dtype = self._model.dtype
        hidden_BW = torch.arange(width, device=self._device) > positions_B[:, None]
        mask_BW = torch.zeros(hidden_BW.shape, dtype=dtype, device=self._device)
        return mask_BW.masked_fill_(hidden_BW, torch.finfo(dtype).min)[:, None, None]

    def _prefill(self, chunk: Sequence[tuple[tuple[int, ...], int]]) -> None:
        # Padding is on the right: causal attention keeps it out of the prompt, and decoding overwrites its columns.
        longest = max(len(prefix) for prefix, _ in chunk)
        ids_NT = self._long([[*prefix, *([0] * (longest - len(prefix)))] for prefix, _ in chunk])
        self._cache.begin_prefill(self._long([slot for _, slot in chunk]))
        positions_NT = torch.arange(longest, device=self._device).expand(len(chunk), longest)
        self._forward(input_ids=ids_NT, position_ids=positions_NT, attention_mask=None, **self._keep_last)

    def _forward(self, **inputs: Any) -> Tensor:
        logits: Tensor = self._model(past_key_values=self._cache, use_cache=True, **inputs).logits
        return logits

    def _copy(self, moves: Sequence[tuple[int, int]], width: int) -> None:
        self._cache.copy([source for source, _ in moves], [target for _, target in moves], width)

    def _long(self, values: list[Any]) -> Tensor:
        return torch.tensor(values, dtype=torch.long, device=self._device)


def prefill_chunks(fresh: dict[tuple[int, ...], int]) -> Iterator[list[tuple[tuple[int, ...], int]]]:
    """Group prompts of like length so that no forward pass has more than 4,096 tokens, padding included."""
    chunk: list[tuple[tuple[int, ...], int]] = []
    for prefix, slot in sorted(fresh.items(), key=lambda item: len(item[0])):
        if chunk and (len(chunk) + 1) * len(prefix) > PREFILL_TOKENS:
            yield chunk
            chunk = []
        chunk.append((prefix, slot))
    if chunk:
        yield chunk
