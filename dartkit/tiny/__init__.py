"""The embedded default: a problem generator and a language model small enough to ship with it."""

from __future__ import annotations

from pathlib import Path


def checkpoint_path() -> Path:
    """Return the folder of the bundled checkpoint, in the layout that transformers loads."""
    return Path(__file__).resolve().parent / "checkpoint"
