"""Draws from any OpenAI-compatible server; see `engine` for the parts. Importing this package loads no HTTP library."""
