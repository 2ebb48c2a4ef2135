"""The transformers engine: any causal language model, continuous batching, every draw seeded.

Rows that finish are handed back at once and their slots refilled from the waiting draws; the model may be the trainer's
own, shared without a copy. The arithmetic of a step is in `decode_batch`, of the sampling in `token_sampling`.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from dartkit import settings as config
from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.engines.decode_batch import DecodeBatch, Row, decoding_mode, usable_window
from dartkit.engines.prompt_tokens import encode_prompt, error_draw
from dartkit.errors import DataError, DrawError, EnvironmentProblem, boundary
from dartkit.models import ModelRef, load_tokenizer, no_progress_bars
from dartkit.records import FinishReason

if TYPE_CHECKING:
    from torch import Tensor

REFILL_SHARE = 16
REFILL_STEPS = 8
STOP_MARGIN = 8


class TransformersEngine:
    """Draws with a transformers model in this process.

    Args:
        model: A causal language model with an ordinary key-value cache.
        tokenizer: Its tokenizer.
        batch_size: Rows decoded together.

    Raises:
        EnvironmentProblem: if the model has layers without keys and values.
    """

    name = "transformers"
    seeds_draws = True

    def __init__(self, model: Any, tokenizer: Any, *, batch_size: int) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._batch_size = batch_size
        self._window = usable_window(model.config.get_text_config(decoder=True))
        self._end_tokens = _end_tokens(model, tokenizer)
        self._batch = DecodeBatch(model, batch_size)
        self._waiting: deque[Row] = deque()
        self._ready: list[FinishedDraw] = []
        self._steps_since_refill = 0

    @classmethod
    def load(cls, settings: config.TransformersEngine, model: ModelRef) -> TransformersEngine:
        """Load a model folder.

        Raises:
            EnvironmentProblem: if `device` is `cuda` and there is none, or the folder does not load.
        """
        device = _choose_device(settings.device)
        with boundary(
            f"load the model '{model.name}' from {model.path}", fix="Check the files of that folder."
        ):
            return cls(_load_model(model, device), load_tokenizer(model), batch_size=settings.batch_size)

    @classmethod
    def from_model(cls, model: Any, tokenizer: Any, *, batch_size: int = 64) -> TransformersEngine:
        """Share a model that someone else holds, such as a trainer; its mode is restored after each call."""
        return cls(model, tokenizer, batch_size=batch_size)

    @property
    def capacity(self) -> int:
        """The batch size: a finished row is replaced before the next step if its successor is submitted in between."""
        return self._batch_size

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        """Queue requests; those whose prompt cannot be used come back as error rows."""
        now = time.monotonic()
        for request in requests:
            try:
                ids = encode_prompt(self._tokenizer, request.prompt, self._window)
            except DrawError as error:
                self._ready.append(error_draw(request, str(error)))
                continue
            limit = min(request.sampling.max_tokens, self._window - len(ids))
            self._waiting.append(Row(request, ids, limit, now))

    def finished(self) -> list[FinishedDraw]:
        """Decode until at least one row ends, and hand back all that did."""
        if not self._ready and (self._waiting or self._batch.rows):
            with (
                decoding_mode(self._model),
                boundary("decode with the model", fix="Lower `engine.batch_size`."),
            ):
                while not self._ready and (self._waiting or self._batch.rows):
                    self._refill()
                    self._batch.step()
                    self._collect()
        done, self._ready = self._ready, []
        return done

    def _refill(self) -> None:
        """Admit waiting rows, several at a time where that costs little waiting: each prefill has a fixed cost."""
        count = min(self._batch.free, len(self._waiting))
        self._steps_since_refill += 1
        enough = max(1, self._batch_size // REFILL_SHARE)
        if count and (count >= enough or not self._batch.rows or self._steps_since_refill >= REFILL_STEPS):
            self._batch.admit([self._waiting.popleft() for _ in range(count)])
            self._steps_since_refill = 0

    def _collect(self) -> None:
        ended: list[int] = []
        for index, row in enumerate(self._batch.rows):
            reason = self._ending(row)
            if reason is not None:
                ended.append(index)
                self._ready.append(self._finish(row, reason))
                if reason == "error":
                    self._batch.clear_slot(index)
        if ended:
            self._batch.remove(ended)

    def _ending(self, row: Row) -> FinishReason | None:
        token = row.tokens[-1]
        if not isfinite(row.logprobs[-1]):
            return "error"
        if token in self._end_tokens or (row.request.sampling.stop and self._at_stop_string(row)):
            return "stop"
        return "length" if len(row.tokens) >= row.limit else None

    def _at_stop_string(self, row: Row) -> bool:
        # Every token but a special one has at least one byte, so the last tokens are enough to hold the longest string.
        stops = row.request.sampling.stop
        reach = max(len(stop.encode()) for stop in stops) + STOP_MARGIN
        tail = self._decode(row.tokens[-reach:])
        return any(stop in tail for stop in stops if stop)

    def _finish(self, row: Row, reason: FinishReason) -> FinishedDraw:
        seconds = time.monotonic() - row.submitted
        if reason == "error":
            return error_draw(row.request, "the model's logits are not finite numbers", seconds=seconds)
        wanted = row.request.want_tokens
        return FinishedDraw(
            request=row.request,
            completion=self._text(row),
            finish_reason=reason,
            seconds=seconds,
            seed=row.request.seed,
            prompt_tokens=len(row.prompt_ids),
            completion_tokens=len(row.tokens),
            logprob_sum=sum(row.logprobs),
            prompt_token_ids=tuple(row.prompt_ids) if wanted else None,
            token_ids=tuple(row.tokens) if wanted else None,
            token_logprobs=tuple(row.logprobs) if wanted else None,
        )

    def _text(self, row: Row) -> str:
        text = self._decode(row.tokens)
        found = [text.find(stop) for stop in row.request.sampling.stop if stop]
        return text[: min((at for at in found if at >= 0), default=len(text))]

    def _decode(self, tokens: list[int]) -> str:
        return str(
            self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        )

    def abort(self) -> None:
        """Forget waiting, live and finished rows alike."""
        self._waiting.clear()
        self._ready.clear()
        self._batch.forget()
        self._steps_since_refill = 0  # an engine that was emptied decodes exactly as a new one

    def free_cache(self) -> None:
        """Free keys, values and known prompts between batches; they are made anew as a new engine makes them.

        Raises:
            RuntimeError: with draws in flight or not yet fetched, which would be lost.
        """
        if self._waiting or self._ready or self._batch.rows:
            raise RuntimeError("the cache of the transformers engine is in use")
        self.abort()

    def load_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """Copy weights into the model in place.

        Live rows go on with the new weights over the keys and values of the old ones; submit after the call for clean
        draws. A tensor that shares memory with another (tied embeddings) may be named once or twice.

        Raises:
            DataError: at the first unknown name or wrong shape, or if a weight is missing at the end; the tensors copied
                so far stay copied.
        """
        copy_weights(self._model, weights)
        self._batch.forget_prompts()

    def find_difference(self, weights: Iterable[tuple[str, Tensor]]) -> str | None:
        """Return the name of the first weight that is not the given one, rounded to the model's type; None if all are."""
        import torch

        own: dict[str, Tensor] = self._model.state_dict()
        for name, tensor in weights:
            if not torch.equal(own[name], tensor.detach().to(own[name])):
                return name
        return None

    def close(self) -> None:
        """Let go of the model and the cache."""
        self.abort()
        self._model = self._batch = None  # type: ignore[assignment]  # a closed engine must not be used
        import torch

        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def copy_weights(model: Any, weights: Iterable[tuple[str, Tensor]]) -> None:
    """Copy named tensors over a model's own; see `TransformersEngine.load_weights`."""
    import torch

    own: dict[str, Tensor] = model.state_dict(keep_vars=True)
    left = {tensor.data_ptr(): name for name, tensor in own.items()}
    with torch.no_grad():
        for name, tensor in weights:
            if name not in own:
                raise DataError(
                    f"the model has no weight '{name}'", fix="Use the names of the model's state_dict."
                )
            if tensor.shape != own[name].shape:
                raise DataError(
                    f"weight '{name}' has shape {tuple(tensor.shape)}, not {tuple(own[name].shape)}"
                )
            own[name].copy_(tensor)
            left.pop(own[name].data_ptr(), None)
    if left:
        raise DataError(f"{len(left)} weights are missing, the first is '{next(iter(left.values()))}'")


def _end_tokens(model: Any, tokenizer: Any) -> frozenset[int]:
    """Collect what ends a completion: the tokenizer's end token and those of the generation configuration."""
    found = getattr(getattr(model, "generation_config", None), "eos_token_id", None)
    ids = list(found) if isinstance(found, list | tuple) else [found]
    return frozenset(int(token) for token in [*ids, tokenizer.eos_token_id] if token is not None)


def _choose_device(wanted: str) -> str:
    import torch

    if wanted == "cuda" and not torch.cuda.is_available():
        raise EnvironmentProblem("engine.device is cuda and there is no GPU", fix="Set `engine.device=auto`.")
    return "cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu"


def _load_model(model: ModelRef, device: str) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    with no_progress_bars():
        loaded = AutoModelForCausalLM.from_pretrained(
            model.path,
            dtype=getattr(torch, model.dtype),
            trust_remote_code=False,
            use_safetensors=True,
            local_files_only=True,
        )
    return loaded.to(device).eval()
