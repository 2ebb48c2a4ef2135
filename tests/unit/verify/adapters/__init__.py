"""Tests of the drop-in reward functions."""
