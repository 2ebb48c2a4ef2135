"""Tests of dartkit.verify."""
