"""From the run's tables to files that trainers read; every export folder carries the facts about itself."""

from __future__ import annotations

from dartkit.export.rl import export_rl
from dartkit.export.selection import correct_sample_ids
from dartkit.export.sft import export_sft

__all__ = ["correct_sample_ids", "export_rl", "export_sft"]
