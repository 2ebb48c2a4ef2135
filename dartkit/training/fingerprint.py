"""A fingerprint of all weights, cheap enough for every step.

The 32 bits of element i of a tensor are read as an integer x_i, and the tensor's sum is s = sum_i x_i * (2 i + 1) mod 2^64.
A change of one element always changes s, because odd numbers have an inverse mod 2^64; two arrays that differ in more
elements agree by chance once in about 2^64. Integer sums do not depend on the order of addition, so that CPU and GPU, and
any number of threads, give one value. It is no defence against somebody who wants a collision.

Measured on one CPU core: 0.3 to 0.5 s for 100 million float32 weights.
"""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor, nn

from dartkit.training.parallel import whole_tensor

CHUNK_ELEMENTS = 2**18  # 2 MiB of 64-bit integers stay in a processor's cache


def fingerprint_weights(model: nn.Module) -> str:
    """Return 16 hex characters that follow every bit of every parameter, its name and its shape; collective on several ranks."""
    digest = hashlib.sha256()
    for name, weight in model.named_parameters():
        fact = f"{name} {tuple(weight.shape)} {weight.dtype} {sum_bits(whole_tensor(weight))}\n"
        digest.update(fact.encode())
    return digest.hexdigest()[:16]


def sum_bits(tensor: Tensor) -> int:
    """Return the weighted sum of a tensor's bits, as a signed 64-bit integer."""
    width = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}[tensor.element_size()]
    bits_N = tensor.contiguous().view(-1).view(width)
    odd_C = torch.arange(min(CHUNK_ELEMENTS, bits_N.numel()), device=bits_N.device).mul_(2).add_(1)
    total = 0
    for first in range(0, bits_N.numel(), CHUNK_ELEMENTS):
        part_C = bits_N[first : first + CHUNK_ELEMENTS].long()
        # 2 (first + j) + 1 = 2 first + (2 j + 1), so that every chunk has the same factors but for a constant.
        total += 2 * first * int(part_C.sum()) + int(part_C.mul_(odd_C[: len(part_C)]).sum())
    return (total + 2**63) % 2**64 - 2**63
