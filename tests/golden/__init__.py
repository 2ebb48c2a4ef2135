"""Texts that change only on purpose."""
