"""Hostile answers, generated in families: each at any size, so that time can be held against length."""
