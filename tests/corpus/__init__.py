"""Pairs of answers with a known truth: generated at test time from real and invented gold answers, and a table written by hand."""
