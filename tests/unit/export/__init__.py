"""Tests of dartkit.export."""
