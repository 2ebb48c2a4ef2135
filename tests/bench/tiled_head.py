"""Peak memory of log-probabilities and entropy at a vocabulary of 150,000: tile by tile against a full softmax.

Each way runs in a process of its own, forward and backward, on 1,024 tokens of hidden size 256 in float32; counted is what the
process (on a GPU: torch) holds at its peak above what it held before (hidden states and head are there already).
"""

from __future__ import annotations

import subprocess
import sys

from tests.bench.row import Row

TOKENS, HIDDEN, VOCABULARY = 1024, 256, 150_000


def rows(device: str = "cpu") -> list[Row]:
    """Return the peak of the tiled head against the full softmax."""
    tiled, full = (_measure(way, device) for way in ("tiled", "full"))
    name = "tiled head, vocabulary 150k, peak memory"
    return [Row(name if device == "cpu" else f"{device}, {name}", tiled, "MiB", tiled / full, "full softmax")]


def _measure(way: str, device: str) -> float:
    command = [sys.executable, "-m", "tests.bench.tiled_head", way, device]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main(way: str, device: str) -> None:
    """Print the growth of the peak in MiB."""
    import torch

    from dartkit.training.head import HeadOptions, LogitShape, score_hidden
    from tests.bench.meter import Meter

    hidden = torch.randn(TOKENS, HIDDEN, device=device, requires_grad=True)
    weight = torch.randn(VOCABULARY, HIDDEN, device=device, requires_grad=True)
    targets = torch.arange(TOKENS, device=device)
    meter = Meter(device)
    meter.begin()
    if way == "tiled":
        options = HeadOptions(1.0, LogitShape(), torch.float32, entropy_grad=False)
        logprobs, _ = score_hidden(hidden, weight, None, targets, options)
    else:
        everything = torch.log_softmax(hidden @ weight.T, -1)
        logprobs = everything.gather(1, targets[:, None])[:, 0]
        with torch.no_grad():
            torch.special.entr(everything.exp()).sum(-1)
    torch.autograd.backward(logprobs.sum())
    print(meter.growth())


if __name__ == "__main__":
    main(*sys.argv[1:3])
