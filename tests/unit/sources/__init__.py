"""Tests of dartkit.sources."""
