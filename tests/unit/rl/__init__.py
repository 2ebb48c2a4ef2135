"""Tests of dartkit.rl."""
