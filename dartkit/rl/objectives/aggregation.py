"""What a token of each sample weighs, so that the weighted sum of token losses is the loss.

With n_i tokens of sample i, S samples with any, P prompts with any, and the constant C:

    token-mean               1 / (n_1 + ... + n_S)                                          DAPO, eq. 12
    prompt-mean              1 / (P * tokens of the sample's prompt)                        DAPO, eq. 8 as written
    seq-mean-token-mean      1 / (S * n_i)                                                  GRPO
    seq-mean-token-sum       1 / S                                                          RLOO
    seq-mean-token-sum-norm  1 / (S * C)                                                    Dr. GRPO

The numbers are those of the whole mini-batch over all ranks, so the parts of any split, accumulation or sharding add up to the
same value exactly. Degenerate case: a sample without tokens weighs 0 and counts nowhere; without any token all weights are 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dartkit.algorithm_settings import Aggregation


def sample_weights(
    lengths: Sequence[int],
    aggregation: Aggregation,
    *,
    prompts: Sequence[int] | None = None,
    constant: int = 1,
) -> list[float]:
    """Return the weight of a token of each sample of a mini-batch.

    Args:
        lengths: Tokens of each sample that count.
        aggregation: How.
        prompts: Which prompt each sample belongs to; needed by `prompt-mean`.
        constant: C, in tokens; used by `seq-mean-token-sum-norm`.
    """
    samples = sum(1 for length in lengths if length)
    if aggregation == "token-mean":
        return _inverse([sum(lengths)] * len(lengths), lengths)
    if aggregation == "prompt-mean":
        assert prompts is not None, "prompt-mean needs to know which samples share a prompt"
        tokens: Counter[int] = Counter()
        for prompt, length in zip(prompts, lengths, strict=True):
            tokens[prompt] += length
        counted = sum(1 for total in tokens.values() if total)
        return _inverse([counted * tokens[prompt] for prompt in prompts], lengths)
    if aggregation == "seq-mean-token-mean":
        return _inverse([samples * length for length in lengths], lengths)
    norm = constant if aggregation == "seq-mean-token-sum-norm" else 1
    return _inverse([samples * norm] * len(lengths), lengths)


def _inverse(denominators: Sequence[int], lengths: Sequence[int]) -> list[float]:
    return [1.0 / number if length else 0.0 for number, length in zip(denominators, lengths, strict=True)]
