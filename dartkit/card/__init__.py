"""Data set cards: what an export holds, proven from its files."""

from __future__ import annotations

from dartkit.card.stage import card

__all__ = ["card"]
