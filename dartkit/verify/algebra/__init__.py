"""Arithmetic on expression trees: exact fractions, residues modulo primes, floating point with error bounds, identity tests."""
