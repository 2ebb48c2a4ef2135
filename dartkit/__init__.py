"""dartkit: from problems with checkable answers to trained reasoning models."""

__version__ = "0.1.0"
