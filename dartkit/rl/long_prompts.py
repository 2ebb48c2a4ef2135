"""Prompts that leave no room for an answer: end the run, leave them out, or cut their start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from dartkit.errors import DataError, UsageError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from dartkit.rl.data import RlProblem

Rule = Literal["error", "drop", "left-truncate"]
SHOWN = 5


@dataclass(frozen=True, slots=True)
class FittingPrompts:
    """Problems whose prompts fit, in the order given, and how many were left out or cut."""

    problems: tuple[RlProblem, ...]
    dropped: int = 0
    truncated: int = 0


def fit_prompts(
    problems: Sequence[RlProblem],
    tokenizer: PreTrainedTokenizerBase,
    rule: Rule,
    *,
    window: int,
    limit: int | None,
    where: str,
) -> FittingPrompts:
    """Apply a rule to the prompts of more than `limit` tokens.

    Args:
        problems: With final prompts.
        tokenizer: The model's.
        rule: What to do.
        window: Tokens that the model can see, prompt and completion together.
        limit: Most tokens of a prompt; None is all but one of the window.
        where: The data file, for messages.

    Raises:
        DataError: with the rule `error`, if there are such prompts; with `drop`, if there are no others.
        UsageError: if the limit leaves no room for a completion.
    """
    if limit is not None and limit >= window:
        raise UsageError(
            f"rollout.max_prompt_tokens {limit} leaves no room for a completion: the model's context is {window} tokens",
            fix=f"Set it to less than {window}.",
        )
    most = window - 1 if limit is None else limit
    lengths = [len(_encode(tokenizer, problem.prompt)) for problem in problems]
    long = [index for index, length in enumerate(lengths) if length > most]
    if rule == "left-truncate":
        cut = [
            replace(problem, prompt=_cut(tokenizer, problem.prompt, most)) if length > most else problem
            for problem, length in zip(problems, lengths, strict=True)
        ]
        return FittingPrompts(tuple(cut), truncated=len(long))
    fitting = tuple(problem for problem, length in zip(problems, lengths, strict=True) if length <= most)
    if long and (rule == "error" or not fitting):
        raise _too_long(problems, lengths, long, most, where)
    return FittingPrompts(fitting, dropped=len(long))


def _too_long(
    problems: Sequence[RlProblem], lengths: Sequence[int], long: Sequence[int], most: int, where: str
) -> DataError:
    shown = ", ".join(f"{problems[index].problem_id} ({lengths[index]} tokens)" for index in long[:SHOWN])
    more = f" and {len(long) - SHOWN} more" if len(long) > SHOWN else ""
    return DataError(
        f"{len(long)} of {len(problems)} prompts have more than {most} tokens: {shown}{more}",
        where=where,
        fix="Set `rollout.long_prompts` to drop or left-truncate, or use a model with a longer context.",
    )


def _encode(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    ids: list[int] = tokenizer(text, add_special_tokens=False, verbose=False).input_ids
    return ids


def _cut(tokenizer: PreTrainedTokenizerBase, prompt: str, most: int) -> str:
    """Return the longest end of a prompt, in whole tokens, that is no more than `most` tokens when it is tokenised again.

    Engines take text, and the text of the last n tokens may have more than n tokens.
    """
    ids = _encode(tokenizer, prompt)
    for count in range(most, 0, -1):
        text = str(tokenizer.decode(ids[-count:], clean_up_tokenization_spaces=False))
        if len(_encode(tokenizer, text)) <= most:
            return text
    raise DataError(f"no end of a prompt of {len(ids)} tokens fits into {most} tokens")
