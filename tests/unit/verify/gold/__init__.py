"""Tests of dartkit.verify.gold."""
