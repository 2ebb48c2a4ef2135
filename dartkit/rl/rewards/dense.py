"""From streams of token rewards to per-token advantages, without a critic.

Returns of a stream r with its own discount (Demystifying Long CoT section 4.6, lambda = 1):

    G[i,t] = sum over l >= 0 of gamma^l r[i,t+l]                 (streams add up, each with its own gamma)

The paper subtracts a critic's V(s_t). Here the other samples of the group are the baseline, position by position:

    A[i,t] = G[i,t] - (1 / (g - 1)) sum over j != i of G[j,t],   G[j,t] = 0 once sample j has ended

A sample that has ended earns nothing more, so 0 is its true return there, and a sample that repeats itself beyond the end of
all others gets the whole penalty (a mean over those still running would be its own return, and would forgive it). The baseline
does not depend on sample i, so it adds no bias. It is not divided by a standard deviation: the advantage keeps the reward's
unit, at most |weight * P| / (1 - gamma) per token, and is added to the normalised advantage of the sample.
Degenerate cases: a group of one has the baseline 0; a group without repetition has exactly 0 everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence


def returns_to_go(stream: Sequence[float], gamma: float) -> list[float]:
    """Return the discounted sum from each token on."""
    returns = [0.0] * len(stream)
    following = 0.0
    for place in range(len(stream) - 1, -1, -1):
        following = stream[place] + gamma * following
        returns[place] = following
    return returns


def dense_advantages(returns: Sequence[Sequence[float]]) -> list[tuple[float, ...]]:
    """Return what is added to each token's advantage.

    Args:
        returns: For each sample of a group, the return of each of its tokens.
    """
    others = len(returns) - 1
    if others < 1:
        return [tuple(values) for values in returns]
    sums = [0.0] * max(len(values) for values in returns)
    for values in returns:
        for place, value in enumerate(values):
            sums[place] += value
    return [
        tuple(value - (sums[place] - value) / others for place, value in enumerate(values))
        for values in returns
    ]
