"""The pre-training stream: problems of the split `train` and bare drills, packed into rows.

Whole documents are packed, never halves of one: a solution whose question was cut off teaches a
model to guess. Drills (`17+25=42`) fill what is left of a row, and half of the early stream, since
the arithmetic has to be there before a chain of it can be.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dartkit.tiny.problems import FAMILIES, LEVELS, make_problem
from dartkit.tiny.solutions import work_out
from dartkit.tiny.structure import sample_structure, split_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transformers import PreTrainedTokenizerFast

ROW_TOKENS = 256
QUESTION_WEIGHT = 0.05

# What prompt templates put around a problem; a tenth of the corpus each, so they do no harm.
SYSTEM_PROMPTS = ("You are a helpful assistant.", "Solve the problem step by step.")
INSTRUCTIONS = (
    "Please reason step by step, and put your final answer within \\boxed{}.",
    "Let's think step by step.",
)
_WRAPPED_SHARE = 0.1
_DRILL_LEVELS = (2, 3, 4, 5)
_DRILL_BLOCK = 8
_SMALLEST_DRILL = 12


@dataclass(frozen=True, slots=True)
class Mixture:
    """Shares of a training phase: of drill blocks among documents, and of levels 1 to 5."""

    drills: float
    levels: tuple[int, ...]


EARLY = Mixture(drills=0.5, levels=(45, 30, 15, 7, 3))
LATE = Mixture(drills=0.15, levels=(26, 24, 22, 17, 11))


@dataclass(frozen=True, slots=True)
class Row:
    """Token ids of one row and the loss weight of each; padding weighs nothing."""

    ids: list[int]
    weights: list[float]


def messages_for(text: str, rng: random.Random) -> list[dict[str, str]]:
    """Wrap a problem as a chat, sometimes with a system prompt or a closing instruction."""
    messages = []
    if rng.random() < _WRAPPED_SHARE:
        messages.append({"role": "system", "content": rng.choice(SYSTEM_PROMPTS)})
    if rng.random() < _WRAPPED_SHARE:
        text = rng.choice((" ", "\n")).join((text, rng.choice(INSTRUCTIONS)))
    return [*messages, {"role": "user", "content": text}]


class Corpus:
    """An endless, seeded stream of rows; `mixture` may be changed between two rows."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, seed: int) -> None:
        """Start the stream of a seed, in the early mixture."""
        self.mixture = EARLY
        self._tokenizer = tokenizer
        self._seed = seed
        self._rng = random.Random(f"corpus/{seed}")
        self._count = 0
        self._waiting: Row | None = None

    def rows(self) -> Iterator[Row]:
        """Pack documents greedily; the one that does not fit opens the next row."""
        while True:
            ids: list[int] = []
            weights: list[float] = []
            while len(ids) <= ROW_TOKENS - _SMALLEST_DRILL:
                document = self._waiting or self._document()
                self._waiting = None
                if len(document.ids) > ROW_TOKENS - len(ids):
                    if len(document.ids) <= ROW_TOKENS:
                        self._waiting = document
                    break
                ids += document.ids
                weights += document.weights
            self._fill(ids, weights)
            yield Row(ids, weights)

    def _fill(self, ids: list[int], weights: list[float]) -> None:
        """Use the rest of a row for drills, and pad what even a drill does not fit into."""
        while (room := ROW_TOKENS - len(ids)) >= _SMALLEST_DRILL:
            drill = self._drills(max(1, min(_DRILL_BLOCK, room // _SMALLEST_DRILL)))
            if len(drill.ids) > room:
                break
            ids += drill.ids
            weights += drill.weights
        room = ROW_TOKENS - len(ids)
        ids += [_token(self._tokenizer.pad_token_id)] * room
        weights += [0.0] * room

    def _document(self) -> Row:
        if self._rng.random() < self.mixture.drills:
            return self._drills(_DRILL_BLOCK)
        level = self._rng.choices(LEVELS, self.mixture.levels)[0]
        family = self._rng.choice(FAMILIES)
        self._count += 1
        problem = make_problem(family, level, "train", self._seed, self._count)
        prompt = self._tokenizer.apply_chat_template(
            messages_for(problem.text, self._rng), tokenize=False, add_generation_prompt=True
        )
        question = self._encode(str(prompt))
        answer = [*self._encode(problem.solution), _token(self._tokenizer.eos_token_id)]
        weights = [QUESTION_WEIGHT] * len(question) + [1.0] * len(answer)
        return Row(question + answer, weights)

    def _drills(self, count: int) -> Row:
        """Write bare equations, weighing only their results."""
        ids = [_token(self._tokenizer.bos_token_id)]
        weights = [0.0]
        for _ in range(count):
            left, result = self._equation().split("=")
            task, outcome = self._encode(f"{left}="), self._encode(f"{result}\n")
            ids += task + outcome
            weights += [QUESTION_WEIGHT] * len(task) + [1.0] * len(outcome)
        ids.append(_token(self._tokenizer.eos_token_id))
        return Row(ids, [*weights, QUESTION_WEIGHT])

    def _equation(self) -> str:
        """Take one step out of a chain, so that drills have the operands that problems have."""
        level = self._rng.choice(_DRILL_LEVELS)
        structure = sample_structure(self._rng, level)
        while split_of(structure) != "train":
            structure = sample_structure(self._rng, level)
        return str(self._rng.choice(work_out(structure, products_first=False)))

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return ids


def tokenizer_texts(seed: int, count: int) -> Iterator[str]:
    """Yield the texts that the merges are learnt from, the wrappings included."""
    rng = random.Random(f"tokenizer/{seed}")
    for index in range(count):
        level = LEVELS[index % len(LEVELS)]
        problem = make_problem(rng.choice(FAMILIES), level, "train", seed, index)
        for message in messages_for(problem.text, rng):
            yield message["content"]
        yield problem.solution


def _token(token_id: int | list[int] | None) -> int:
    """Narrow the type of a special token's id, which the library declares loosely."""
    if not isinstance(token_id, int):
        raise TypeError(f"the tokenizer lacks a special token: {token_id!r}")
    return token_id
