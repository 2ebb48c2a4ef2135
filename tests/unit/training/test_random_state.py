"""Restored streams go on as the first ones did: the next numbers are equal."""

from __future__ import annotations

import random

import numpy as np
import torch

from dartkit.training.random_state import collect_random_state, restore_random_state, seed_streams


def draw() -> list[float]:
    """The next numbers of every stream; Gaussians leave half of a pair behind in Python's and numpy's."""
    return [float(torch.rand(())), random.random(), random.gauss(0, 1), float(np.random.normal())]


def test_all_streams_go_on() -> None:
    draw()
    state = collect_random_state()
    expected = [draw(), draw()]
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    restore_random_state(state)
    assert [draw(), draw()] == expected


def test_a_seed_sets_every_stream() -> None:
    """Whatever was drawn before; another seed gives other numbers in each stream."""
    seed_streams(3)
    first = draw()
    seed_streams(3)
    assert draw() == first
    seed_streams(4)
    assert not set(draw()) & set(first)
