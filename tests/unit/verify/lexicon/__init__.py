"""Tests of the readers of words, units, dates and times."""
