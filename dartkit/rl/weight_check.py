"""Proof that the engine draws with the weights that the trainer handed over.

Three checks after every hand-over, each where it can be made:

- the engine's tensors are compared bit by bit with what was sent (transformers, here and in replicas);
- where weights changed, the engine's own checksums changed as well (vLLM, here and as a server);
- a probe: the engine draws a few fixed prompts with fixed seeds, and the log-probabilities that it gives the tokens are close to
  the trainer's own (every engine). The mean over the tokens is compared, because single improbable tokens differ more in
  bfloat16; what is not finite never passes.

The first two find what moves probabilities less than rounding does, such as a hand-over that was skipped after a small
update; the third finds what no copy of tensors shows, such as another temperature, a cache of the old weights or a wrong model.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import torch

from dartkit.engines.base import DrawRequest
from dartkit.errors import EnvironmentProblem
from dartkit.ids import content_id, draw_seed
from dartkit.settings import SamplingSettings
from dartkit.training.batching import TokenRow, collate
from dartkit.training.logprobs import score_tokens

if TYPE_CHECKING:
    from torch import Tensor

    from dartkit.engines.base import Engine, FinishedDraw
    from dartkit.training.model import TrainableModel

PROBE_TOKENS = 16
TOLERANCE = {torch.float32: 0.002}
TOLERANCE_LOW = 0.05  # rounding to bfloat16 gave 0.0004 to 0.01 over the bundled model
FIX = (
    "The run stopped before it drew with wrong weights; its last checkpoint is good. Start the engine afresh and run the same"
    " command. If it happens again: compare `sampling.temperature`, the model folder and its dtype on both sides; a quantised"
    " engine needs a larger `rollout.probe_tolerance`."
)


class WeightProbe:
    """Draws with an engine and compares log-probabilities.

    Args:
        trained: The trainer's model.
        prompts: What to ask, one draw each.
        temperature: Of the rollouts, so that an engine that applies it differently is found.
        tolerance: Largest mean absolute difference, in nats.
        seed: Of the draws.
    """

    def __init__(
        self,
        trained: TrainableModel,
        prompts: Sequence[str],
        *,
        temperature: float,
        tolerance: float,
        seed: int,
    ) -> None:
        self._trained = trained
        self._tolerance = tolerance
        sampling = SamplingSettings(temperature=temperature, max_tokens=PROBE_TOKENS)
        self._requests = [
            DrawRequest(
                sample_id=content_id("probe", [seed, index]),
                problem_id="probe",
                draw_index=index,
                prompt=prompt,
                seed=draw_seed(seed, "probe", index),
                sampling=sampling,
                want_tokens=True,
            )
            for index, prompt in enumerate(prompts)
        ]

    def check(self, engine: Engine) -> float:
        """Return the mean absolute difference over all tokens. Needs an engine with nothing in flight.

        Raises:
            EnvironmentProblem: if it is above the tolerance, or the engine cannot draw the probe or gives no log-probabilities.
        """
        draws = self._draw(engine)
        theirs = [_logprobs(engine, draw) for draw in draws]
        ours = self._score(draws)
        gaps = [
            abs(own - other)
            for own_row, row in zip(ours, theirs, strict=True)
            for own, other in zip(own_row, row, strict=True)
        ]
        mean = math.fsum(gaps) / len(gaps)
        if not mean <= self._tolerance:  # also where it is no number
            raise EnvironmentProblem(
                f"the engine '{engine.name}' does not draw with the trainer's weights: over {len(gaps)} probe tokens its"
                f" log-probabilities differ by {mean:.4g} on average and {max(gaps):.4g} at most, allowed are"
                f" {self._tolerance:g} on average",
                fix=FIX,
            )
        return mean

    def _draw(self, engine: Engine) -> list[FinishedDraw]:
        engine.submit(self._requests)
        found: dict[int, FinishedDraw] = {}
        while len(found) < len(self._requests):
            done = engine.finished()
            if not done:
                raise EnvironmentProblem(
                    f"the engine '{engine.name}' lost draws of the weight probe", fix=FIX
                )
            found.update((draw.request.draw_index, draw) for draw in done)
        return [found[index] for index in range(len(self._requests))]

    @torch.no_grad()
    def _score(self, draws: Sequence[FinishedDraw]) -> list[list[float]]:
        trained = self._trained
        was_training = trained.model.training
        trained.model.eval()
        rows = [TokenRow(draw.prompt_token_ids or (), draw.token_ids or ()) for draw in draws]
        scores_N = score_tokens(
            trained.model,
            collate(rows, device=trained.device),
            temperature=self._requests[0].sampling.temperature,
            dtype=trained.compute_dtype,
        ).logprobs_N
        trained.model.train(was_training)
        return [part.tolist() for part in torch.split(scores_N, [len(row.response_ids) for row in rows])]


def _logprobs(engine: Engine, draw: FinishedDraw) -> tuple[float, ...]:
    if draw.finish_reason == "error":
        raise EnvironmentProblem(
            f"the engine '{engine.name}' could not draw the weight probe: {draw.error}", fix=FIX
        )
    if not draw.token_logprobs or not draw.token_ids or not draw.prompt_token_ids:
        raise EnvironmentProblem(
            f"the engine '{engine.name}' gives no token ids and log-probabilities, without which weights cannot be checked",
            fix="Use transformers, vllm, ray, or a vLLM server.",
        )
    return draw.token_logprobs


def tolerance_for(dtype: torch.dtype) -> float:
    """Return the largest mean difference that rounding explains for an engine of this type."""
    return TOLERANCE.get(dtype, TOLERANCE_LOW)


def fingerprint(weights: Iterable[tuple[str, Tensor]], dtype: torch.dtype) -> list[tuple[int, int]]:
    """Return two integer sums over the bits of each tensor as an engine of this type would hold it.

    Made to tell whether weights changed at all in that type, on their own device; not proof against intent.
    """
    return [_sums(tensor.detach().to(dtype)) for _, tensor in weights]


def _sums(tensor: Tensor) -> tuple[int, int]:
    whole = {8: torch.int64, 4: torch.int32, 2: torch.int16, 1: torch.int8}[tensor.element_size()]
    bits_N = tensor.contiguous().view(-1).view(whole).long()
    places_N = torch.arange(1, len(bits_N) + 1, device=bits_N.device) % 65521
    return int(bits_N.sum()), int((bits_N * places_N).sum())
