"""Dense repetition penalty (Demystifying Long CoT, arXiv 2502.03373 appendix C.2, algorithm 1).

For each start j = 0 … l - N: if the n-gram of N tokens at j was seen before, positions j … j + N - 1 are *assigned* P, so
overlaps do not add up; then the n-gram counts as seen. All other positions are 0. It is a stream of its own, independent of
correctness, with its own discount (see `dense`).

N-grams are numbered by doubling: the number of a 2k-gram is that of its pair of k-gram numbers, so equal numbers mean equal
n-grams, exactly. Work is at most 2 (1 + log2 N) passes over the tokens, whatever the text.
Degenerate cases: fewer than N + 1 tokens repeat nothing; N = 1 charges every token that occurred before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dartkit.rl.rewards.score import PlainReward, Score

if TYPE_CHECKING:
    from dartkit.reward_settings import RepetitionReward
    from dartkit.rl.data import RlProblem
    from dartkit.rl.samples import RolloutSample


def number_ngrams(tokens: Sequence[object], size: int) -> list[int]:
    """Return a number for the n-gram at every start, equal exactly where the n-grams are equal; empty for fewer than `size`.

    The number of an n-gram is the order of its first occurrence.
    """
    if len(tokens) < size:
        return []
    seen: dict[object, int] = {}
    power = [
        seen.setdefault(token, len(seen)) for token in tokens
    ]  # numbers of the n-grams of 1, 2, 4, … tokens
    whole: list[int] = []
    width, covered = 1, 0
    while True:
        if size & width:
            whole = _join(whole, power, covered) if covered else power
            covered += width
        if covered == size:
            return whole
        power = _join(power, power, width)
        width *= 2


def _join(left: Sequence[int], right: Sequence[int], shift: int) -> list[int]:
    """Number the n-grams that are one of `left` followed, `shift` tokens later, by one of `right`."""
    base = max(right, default=0) + 1
    seen: dict[int, int] = {}
    return [
        seen.setdefault(first * base + second, len(seen))
        for first, second in zip(left, right[shift:], strict=False)
    ]


def repetition_stream(token_ids: Sequence[int], *, ngram_tokens: int, penalty: float) -> list[float]:
    """Return what each token earns: `penalty` inside an n-gram that occurred before, else 0."""
    stream = [0.0] * len(token_ids)
    newest = -1
    marked = 0  # positions before this are done
    for start, number in enumerate(number_ngrams(token_ids, ngram_tokens)):
        if number > newest:
            newest = number
            continue
        for position in range(max(start, marked), start + ngram_tokens):
            stream[position] = penalty
        marked = start + ngram_tokens
    return stream


class RepetitionPenalty(PlainReward):
    """Charges every repeated token."""

    def __init__(self, settings: RepetitionReward) -> None:
        self._settings = settings

    def score_one(self, problem: RlProblem, sample: RolloutSample) -> Score:
        """Return the stream of one sample and its sum."""
        settings = self._settings
        stream = repetition_stream(
            sample.token_ids, ngram_tokens=settings.ngram_tokens, penalty=settings.penalty
        )
        return Score(settings.penalty * sum(value != 0.0 for value in stream) + 0.0, tuple(stream))
