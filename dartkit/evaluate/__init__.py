"""Accuracy of a model on held-out problems: avg@k, pass@k, maj@k, each with an interval."""
