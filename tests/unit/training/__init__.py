"""Tests of dartkit.training."""
