"""Tests of dartkit.sft."""
