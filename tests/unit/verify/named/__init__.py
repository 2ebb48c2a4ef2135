"""Tests of the published graders that dartkit reproduces."""
