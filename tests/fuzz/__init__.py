"""Fuzzing: no text may raise, break symmetry or cost more than its length deserves."""
