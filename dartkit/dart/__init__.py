"""Difficulty-aware rejection sampling (DART-Math, arXiv 2407.13690): who is drawn how often, and when to stop."""
