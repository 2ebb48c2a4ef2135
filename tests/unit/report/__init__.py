"""Tests of dartkit.report."""
