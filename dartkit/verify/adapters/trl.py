r"""TRL's accuracy rewards, for `GRPOTrainer(reward_funcs=[accuracy_reward])`.

    >>> accuracy_reward([[{"role": "assistant", "content": r"\boxed{\frac13}"}], "It is 2."], ["1/3", "3"])
    [1.0, 0.0]

The trainer passes the completions and every column of the data set by name; the gold answers are the column `solution`, an
answer or a whole solution with a box. None takes a completion out of the loss, so nobody is punished for an answer that the
verifier could not judge. TRL's own function gives None only for gold answers that it cannot parse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dartkit.verify.adapters.checking import check_response
from dartkit.verify.named import OWN
from dartkit.verify.verdict import Verdict

Message = Mapping[str, Any]
Completion = str | Sequence[Message]
LogExtra = Callable[[str, list[Any]], None]

REASONING_ENDS = ("</think>",)


def accuracy_reward(
    completions: Sequence[Completion],
    solution: Sequence[object],
    log_extra: LogExtra | None = None,
    **kwargs: Any,
) -> list[float | None]:
    """Reward each completion whose answer is the gold answer.

    Args:
        completions: Texts, or lists of messages, of which the last one by the assistant is judged.
        solution: The gold answers.
        log_extra: The trainer's function for more columns of its completions table: `solution`, `gold_parsed` and
            `answer_parsed`, the last two in normal form.
        **kwargs: Other columns and what else the trainer passes; not used, as in TRL's own function.

    Returns:
        1.0 for correct, 0.0 for wrong or missing, None where nobody could tell, in the order of the completions.

    Raises:
        ValueError: where the two lists differ in length.
    """
    return AccuracyReward()(completions, solution, log_extra)


def reasoning_accuracy_reward(
    completions: Sequence[Completion],
    solution: Sequence[object],
    reasoning_delimiters: Sequence[str] | None = None,
    log_extra: LogExtra | None = None,
    **kwargs: Any,
) -> list[float | None]:
    """Reward each completion whose answer *after* its reasoning is the gold answer; reasoning without an end earns 0.0.

    Args:
        completions: As for `accuracy_reward`.
        solution: The gold answers.
        reasoning_delimiters: Marks that end the reasoning; the first one that occurs counts, at its last place. None:
            `</think>`.
        log_extra: As for `accuracy_reward`.
        **kwargs: Not used.

    Raises:
        ValueError: where the two lists differ in length.
    """
    ends = REASONING_ENDS if reasoning_delimiters is None else reasoning_delimiters
    answers = [_after_reasoning(last_text(completion), ends) for completion in completions]
    rewards = AccuracyReward()([answer or "" for answer in answers], solution, log_extra)
    return [0.0 if answer is None else reward for answer, reward in zip(answers, rewards, strict=True)]


class AccuracyReward:
    """`accuracy_reward` with a named verifier: `GRPOTrainer(reward_funcs=[AccuracyReward("math-dapo")])`. Can be pickled.

    Args:
        verifier: A name from `dartkit.verify.named`.
    """

    __name__ = "accuracy_reward"  # the trainer names its metric by it

    def __init__(self, verifier: str = OWN) -> None:
        self.verifier = verifier

    def __call__(
        self,
        completions: Sequence[Completion],
        solution: Sequence[object],
        log_extra: LogExtra | None = None,
        **kwargs: Any,
    ) -> list[float | None]:
        """Reward as `accuracy_reward` does.

        Raises:
            ValueError: where the two lists differ in length.
            UsageError: for a verifier that does not exist.
        """
        verdicts = [
            check_response(last_text(completion), gold, self.verifier)
            for completion, gold in zip(completions, solution, strict=True)
        ]
        if log_extra is not None:
            _log(log_extra, solution, verdicts)
        return [verdict.reward for verdict in verdicts]


def last_text(completion: Completion) -> str:
    """Return a plain completion, or the text of the last message by the assistant (the last one where no role is given)."""
    if isinstance(completion, str):
        return completion
    spoken = [message for message in completion if message.get("role", "assistant") == "assistant"]
    content = spoken[-1].get("content") if spoken else None
    if isinstance(content, str) or content is None:
        return content or ""
    return "".join(str(part.get("text", "")) for part in content if isinstance(part, Mapping))


def _after_reasoning(text: str, ends: Sequence[str]) -> str | None:
    return next((text.rpartition(end)[2] for end in ends if end in text), None)


def _log(log_extra: LogExtra, solution: Sequence[object], verdicts: Sequence[Verdict]) -> None:
    log_extra("solution", list(solution))
    log_extra("gold_parsed", [verdict.reference_form or "" for verdict in verdicts])
    log_extra("answer_parsed", [verdict.prediction_form or verdict.outcome for verdict in verdicts])
