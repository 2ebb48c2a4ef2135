"""Rewards: one small file each, joined by `compose` into what a sample earns. Formulas and traps: docs/rewards.md."""
