"""Difficulty: the pass rate of a problem under a sampler, with an honest interval."""
