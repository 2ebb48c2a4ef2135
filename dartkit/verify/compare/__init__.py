"""Compare two answers: a ladder of tiers from equal text to identity tests, each symmetric in its two sides."""
