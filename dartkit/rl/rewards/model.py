"""A trained reward model: R = the one logit of a sequence classifier on question and completion.

The model is a folder in Hugging Face layout with safetensors weights; code that it brings is never run. Inputs are sorted by
length and padded to the right within a batch. Degenerate cases: an input longer than `max_input_tokens` or a logit that is no finite
number is an error of that sample, counted, and earns `on_error`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import EnvironmentProblem, boundary
from dartkit.models import load_tokenizer, no_progress_bars, resolve_model
from dartkit.rl.rewards.score import Score
from dartkit.settings import ModelSettings

if TYPE_CHECKING:
    from dartkit.reward_settings import ModelReward
    from dartkit.rl.data import RlProblem
    from dartkit.rl.samples import RolloutSample


class RewardModel:
    """Scores completions in batches.

    Args:
        settings: Which model and how.
        run_path: The run directory that `run:models/NAME` refers to.

    Raises:
        EnvironmentProblem: when the model cannot be loaded, has more than one output or no chat template where one is needed.
    """

    def __init__(self, settings: ModelReward, run_path: Path | None) -> None:
        import torch
        from transformers import AutoConfig, AutoModelForSequenceClassification

        self._settings = settings
        ref = resolve_model(ModelSettings(path=settings.path, dtype=settings.dtype), run_path=run_path)
        if settings.device == "cuda" and not torch.cuda.is_available():
            raise EnvironmentProblem(
                "device 'cuda' was asked for, and this machine has none", fix="Use device 'auto'."
            )
        place = "cuda" if torch.cuda.is_available() and settings.device != "cpu" else "cpu"
        _require_head(Path(ref.path))
        with (
            no_progress_bars(),
            boundary(f"load the reward model '{ref.name}' from {ref.path}", fix="Check the folder."),
        ):
            config = AutoConfig.from_pretrained(ref.path, trust_remote_code=False)
            self._model = AutoModelForSequenceClassification.from_pretrained(
                ref.path, config=config, dtype=getattr(torch, ref.dtype), trust_remote_code=False,
                use_safetensors=True,
            ).to(place)  # fmt: skip
        self._model.eval()
        self._tokenizer = load_tokenizer(ref)
        if config.num_labels != 1:
            raise EnvironmentProblem(
                f"'{ref.name}' has {config.num_labels} outputs, and a reward model has one",
                where=ref.path,
                fix="Name a reward model in `path`.",
            )
        if settings.input == "chat" and not getattr(self._tokenizer, "chat_template", None):
            raise EnvironmentProblem(
                f"the reward model '{ref.name}' has no chat template",
                where=ref.path,
                fix="Set its `input` to text.",
            )

    def score(self, problem: RlProblem, samples: Sequence[RolloutSample]) -> list[Score]:
        """Return the logit of each sample."""
        inputs = [self._encode(problem, sample.completion) for sample in samples]
        limit = self._settings.max_input_tokens
        scores = [
            Score(self._settings.on_error, error=f"{len(ids)} tokens, and max_input_tokens is {limit}")
            for ids in inputs
        ]
        fitting = sorted(
            (place for place, ids in enumerate(inputs) if len(ids) <= limit),
            key=lambda place: len(inputs[place]),
        )
        for begin in range(0, len(fitting), self._settings.batch_size):
            places = fitting[begin : begin + self._settings.batch_size]
            logits = self._forward([inputs[place] for place in places])
            for place, logit in zip(places, logits, strict=True):
                scores[place] = (
                    Score(logit)
                    if math.isfinite(logit)
                    else Score(self._settings.on_error, error=f"the reward model gave {logit}")
                )
        return scores

    def close(self) -> None:
        """Nothing to free before the process ends."""

    def _encode(self, problem: RlProblem, completion: str) -> list[int]:
        if self._settings.input == "text":
            return list(self._tokenizer(problem.prompt + completion)["input_ids"])
        messages = [
            {"role": "user", "content": problem.question or problem.prompt},
            {"role": "assistant", "content": completion},
        ]
        text = self._tokenizer.apply_chat_template(messages, tokenize=False)
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _forward(self, rows: Sequence[Sequence[int]]) -> list[float]:
        """Return a logit for each row, padded to the right.

        The head reads the last token that is not the padding token, so rows are padded with one that none of them ends with;
        where the model knows no padding token, rows go one by one.
        """
        import torch

        pad = self._model.config.pad_token_id
        if pad is None or any(row[-1] == pad for row in rows):
            groups: list[Sequence[Sequence[int]]] = [[row] for row in rows]
        else:
            groups = [rows]
        found: list[float] = []
        for group in groups:
            width = max(len(row) for row in group)
            ids_BS = torch.tensor([[*row, *[pad or 0] * (width - len(row))] for row in group])
            mask_BS = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in group])
            device = self._model.device
            with torch.inference_mode():
                output: Any = self._model(
                    input_ids=ids_BS.to(device), attention_mask=mask_BS.to(device), use_cache=False
                )
            found += [float(value) for value in output.logits[:, 0].float().cpu()]
        return found


def _require_head(folder: Path) -> None:
    """Refuse a language model, whose missing head transformers would fill with random numbers.

    Raises:
        EnvironmentProblem: when the configuration names no sequence classifier.
    """
    with boundary(f"read {folder / 'config.json'}", fix="Check the file."):
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        named = config.get("architectures") or []
    if not any("SequenceClassification" in str(name) for name in named):
        raise EnvironmentProblem(
            f"this is no sequence classifier (architectures: {', '.join(map(str, named)) or 'none'})",
            where=str(folder),
            fix="Name a reward model in `path`.",
        )
