"""The reward of a sample: R = 1 if its answer is right, else -1 (DAPO eq. 7), plus the soft overlong punishment (eq. 13).

With L the token limit and C the buffer: 0 up to L - C tokens; (L - C - n) / C for n tokens within the buffer; never below -1.
Degenerate case: a buffer of 0 punishes nothing, since generation stops at the limit. Could not tell (undecided, timeout,
error) earns -1 like wrong, as the policy must not learn to confuse the verifier, but is counted by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dartkit.records import Outcome

RIGHT, WRONG = 1.0, -1.0
COULD_NOT_TELL: tuple[Outcome, ...] = ("undecided", "timeout", "error")


def correctness_reward(outcome: Outcome) -> float:
    """Return 1 for `correct` and -1 for every other outcome."""
    return RIGHT if outcome == "correct" else WRONG


def overlong_penalty(tokens: int, *, max_tokens: int, buffer_tokens: int) -> float:
    """Return the punishment for a completion of `tokens` tokens, from -1 to 0."""
    if buffer_tokens == 0:
        return 0.0
    over = tokens - (max_tokens - buffer_tokens)
    return -min(max(over, 0) / buffer_tokens, 1.0) + 0.0
