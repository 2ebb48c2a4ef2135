"""Gold answers put to the test: can a right completion be judged right, a wrong one wrong, and is it clear what is asked?"""

from __future__ import annotations

from dartkit.verify.gold.doubts import find_doubts
from dartkit.verify.gold.examine import GoldReport, Trial, examine_gold
from dartkit.verify.gold.frames import frames
from dartkit.verify.gold.near_misses import decoys, near_misses
from dartkit.verify.gold.writings import writings

__all__ = [
    "GoldReport",
    "Trial",
    "decoys",
    "examine_gold",
    "find_doubts",
    "frames",
    "near_misses",
    "writings",
]
