"""Tests of dartkit.card."""
