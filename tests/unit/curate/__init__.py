"""Tests of dartkit.curate."""
