"""The vLLM engine: vLLM v1 in this process, fed request by request, finished draws handed back as they come.

In process, because a start then takes seconds instead of a minute and new weights are handed over without a copy through
another process. On CPU builds a request's own seed is broken in vLLM ("CPU Generator does not use offset"), so there no
seed is passed, draws carry no seed, and only the engine as a whole is seeded.

Log-probabilities are vLLM's `processed_logprobs`: temperature and penalty applied, and unlike the transformers engine
also top_p, top_k and min_p where those are on.
"""

from __future__ import annotations

import gc
import math
import os
import time
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dartkit import settings as config
from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.engines.prompt_tokens import encode_prompt, error_draw
from dartkit.errors import DataError, DrawError, boundary
from dartkit.ids import content_id
from dartkit.models import ModelRef, load_tokenizer, weight_shapes

if TYPE_CHECKING:
    from torch import Tensor

# Read by vLLM when it is imported; a value that the user has set wins.
ENVIRONMENT = {
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "VLLM_LOGGING_LEVEL": "ERROR",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
}
TIED_HEAD = "lm_head.weight"


class InFlight(NamedTuple):
    """A request that vLLM is working on."""

    request: DrawRequest
    prompt_ids: list[int]
    submitted: float


class VllmEngine:
    """Draws with vLLM.

    Args:
        settings: Batch size, memory, GPUs.
        model: The model folder.
        seed: Seed of the whole engine, the only one that counts on a CPU.
        sleeps: Start with vLLM's sleep mode, where the machine has it (CUDA).

    Raises:
        EnvironmentProblem: if vLLM does not start with this model.
    """

    name = "vllm"

    def __init__(
        self, settings: config.VllmEngine, model: ModelRef, *, seed: int = 0, sleeps: bool = False
    ) -> None:
        for key, value in ENVIRONMENT.items():
            os.environ.setdefault(key, value)
        os.environ["VLLM_CPU_KVCACHE_SPACE"] = str(math.ceil(settings.cpu_kv_cache_gib))
        self._settings = settings
        self._tokenizer = load_tokenizer(model)
        self._shapes = weight_shapes(Path(model.path))
        self._in_flight: dict[str, InFlight] = {}
        self._ready: list[FinishedDraw] = []
        self._count = 0
        self._asleep = False
        with boundary(
            f"start vLLM with the model '{model.name}' from {model.path}", fix="See the cause above."
        ):
            self._llm, self.seeds_draws, self.can_sleep = _start(settings, model, seed, sleeps)
            self._window: int = self._llm.llm_engine.model_config.max_model_len

    @property
    def capacity(self) -> int:
        """`max_num_seqs`: vLLM refills a finished row from what is submitted before the next step."""
        return self._settings.max_num_seqs

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        """Hand requests to vLLM; those whose prompt cannot be used come back as error rows."""
        for request in requests:
            try:
                ids = encode_prompt(self._tokenizer, request.prompt, self._window)
            except DrawError as error:
                self._ready.append(error_draw(request, str(error)))
                continue
            self._count += 1
            key = str(self._count)
            with boundary("submit a draw to vLLM"):
                self._llm.llm_engine.add_request(key, {"prompt_token_ids": ids}, self._parameters(request))
            self._in_flight[key] = InFlight(request, ids, time.monotonic())

    def _parameters(self, request: DrawRequest) -> Any:
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        sampling = request.sampling
        return SamplingParams(
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            top_k=sampling.top_k,
            min_p=sampling.min_p,
            repetition_penalty=sampling.repetition_penalty,
            stop=list(sampling.stop) or None,
            max_tokens=sampling.max_tokens,
            seed=request.seed if self.seeds_draws else None,
            logprobs=0 if request.want_tokens else None,
            output_kind=RequestOutputKind.FINAL_ONLY,
        )

    def finished(self) -> list[FinishedDraw]:
        """Step vLLM until at least one draw ends, and hand back all that did."""
        while not self._ready and self._in_flight:
            with boundary("draw with vLLM", fix="Lower `engine.max_num_seqs`, or see the cause above."):
                outputs = self._llm.llm_engine.step()
            self._ready.extend(self._convert(output) for output in outputs if output.finished)
        done, self._ready = self._ready, []
        return done

    def _convert(self, output: Any) -> FinishedDraw:
        request, prompt_ids, submitted = self._in_flight.pop(output.request_id)
        seconds = time.monotonic() - submitted
        made = output.outputs[0]
        if made.finish_reason not in ("stop", "length"):
            return error_draw(request, f"vLLM ended the draw with '{made.finish_reason}'", seconds=seconds)
        logprobs: tuple[float, ...] | None = None
        if request.want_tokens:
            pairs = zip(made.token_ids, made.logprobs, strict=True)
            logprobs = tuple(float(step[token].logprob) for token, step in pairs)
        return FinishedDraw(
            request=request,
            completion=made.text,
            finish_reason=made.finish_reason,
            seconds=seconds,
            seed=request.seed if self.seeds_draws else None,
            prompt_tokens=len(prompt_ids),
            completion_tokens=len(made.token_ids),
            logprob_sum=None if logprobs is None else sum(logprobs),
            prompt_token_ids=tuple(prompt_ids) if request.want_tokens else None,
            token_ids=tuple(made.token_ids) if request.want_tokens else None,
            token_logprobs=logprobs,
        )

    def abort(self) -> None:
        """Forget everything in flight."""
        if self._in_flight:
            with boundary("abort the draws in vLLM"):
                self._llm.llm_engine.abort_request(list(self._in_flight))
        self._in_flight.clear()
        self._ready.clear()

    def load_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """Hand new weights to vLLM and forget the prompts that it has cached.

        Call it with nothing in flight: vLLM keeps cached prompts of the old weights as long as a row uses them.
        Names and shapes are checked against the model folder first, because a reload that fails half way leaves vLLM
        without weights. A tied output head may be among them and is passed over.

        Raises:
            DataError: if a name or shape is not that of the folder, or a weight is missing.
        """
        tensors = [
            (name, tensor.detach()) for name, tensor in weights if name in self._shapes or name != TIED_HEAD
        ]
        _check_shapes(tensors, self._shapes)
        with boundary("load new weights into vLLM"):
            if self._asleep:
                self._llm.wake_up(tags=["weights"])
            self._llm.collective_rpc("reload_weights", kwargs={"weights_iterator": iter(tensors)})
            if (
                self._asleep
            ):  # room for the cache comes last: the trainer's copy of the weights is still about
                self._llm.wake_up(tags=["kv_cache"])
                self._asleep = False
            self._llm.reset_prefix_cache()

    def sleep(self) -> None:
        """Give up weights and cache, as the next weights replace them; `load_weights` wakes vLLM."""
        if self.can_sleep:
            with boundary("put vLLM to sleep"):
                self._llm.reset_prefix_cache()
                self._llm.sleep(level=2)
            self._asleep = True

    def weights_digest(self) -> str | None:
        """Return a checksum over vLLM's own tensors, which it names and joins in its own way."""
        with boundary("ask vLLM for the checksums of its weights"):
            found: list[dict[str, str]] = self._llm.collective_rpc("compute_weight_checksums")
        return content_id("weights", found)

    def close(self) -> None:
        """Stop vLLM and free its memory."""
        if self._llm is None:
            return
        self._in_flight.clear()
        self._ready.clear()
        with boundary("stop vLLM"):
            self._llm.llm_engine.engine_core.shutdown()
        self._llm = None
        gc.collect()


def _check_shapes(tensors: Sequence[tuple[str, Tensor]], shapes: Mapping[str, tuple[int, ...]]) -> None:
    for name, tensor in tensors:
        if name not in shapes:
            raise DataError(f"the model has no weight '{name}'", fix="Use the names of the model folder.")
        if tuple(tensor.shape) != shapes[name]:
            raise DataError(f"weight '{name}' has shape {tuple(tensor.shape)}, not {shapes[name]}")
    missing = shapes.keys() - {name for name, _ in tensors}
    if missing:
        raise DataError(f"{len(missing)} weights are missing, one is '{min(missing)}'")


def _start(settings: config.VllmEngine, model: ModelRef, seed: int, sleeps: bool) -> tuple[Any, bool, bool]:
    """Return vLLM, whether it seeds draws, and whether it can sleep."""
    with (
        warnings.catch_warnings()
    ):  # vLLM's own modules warn about torch's deprecations, some only while it starts
        warnings.simplefilter("ignore", FutureWarning)
        from vllm import LLM
        from vllm.platforms import current_platform

        on_cpu = current_platform.is_cpu()
        can_sleep = sleeps and current_platform.is_sleep_mode_available()
        llm = LLM(
            model=model.path,
            dtype=model.dtype,
            seed=seed % (1 << 31),
            max_model_len=settings.max_model_len,
            max_num_seqs=settings.max_num_seqs,
            gpu_memory_utilization=settings.gpu_memory_utilization,
            tensor_parallel_size=settings.tensor_parallel_size,
            enforce_eager=settings.enforce_eager or on_cpu,
            trust_remote_code=False,
            load_format="safetensors",
            use_tqdm_on_load=False,
            disable_log_stats=True,
            logprobs_mode="processed_logprobs",
            enable_sleep_mode=can_sleep,
        )
    return llm, not on_cpu, can_sleep
