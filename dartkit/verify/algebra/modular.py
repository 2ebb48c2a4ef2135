"""Values of rational functions modulo a large prime, for trees whose exact values would be too long to write down.

A rational function that vanishes at random points modulo a 61-bit prime is zero but for a chance of about degree/2^61
(Schwartz 1980, Zippel 1979), and no number ever grows: a power is taken modulo the prime. The primes are drawn from a hash of
both trees, so that no coefficient can be chosen to vanish.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from dartkit.verify.algebra.rational import NotRational, Oversized, value_of
from dartkit.verify.algebra.tree import Node

_PRIMES, _BITS = 2, 61
_WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)  # enough below 2^81 (Sorenson and Webster 2015)
MAX_EXPONENT = 10**12


def primes(source: random.Random) -> Iterator[int]:
    """Yield two primes below 2^61."""
    for _ in range(_PRIMES):
        number = source.randrange(1 << _BITS - 1, 1 << _BITS) | 1
        while not is_prime(number):
            number += 2
        yield number


def is_prime(number: int) -> bool:
    """Say whether an odd number above 37 and below 2^81 is a prime, by the test of Miller and Rabin."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for witness in _WITNESSES:
        power = pow(witness, odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def residue_of(node: Node, point: Mapping[str, int], prime: int) -> int:
    """Return the value of a tree at a point, modulo the prime.

    Raises:
        NotRational: for a function, an irrational constant, a variable exponent or a division by zero.
        Oversized: for an exponent above 10^12 or a large factorial.
    """
    kind = node[0]
    if kind == "var" and node[1] in point:
        return point[node[1]] % prime
    if kind == "neg":
        return -residue_of(node[1], point, prime) % prime
    if kind == "add":
        return sum(residue_of(part, point, prime) for part in node[1:]) % prime
    if kind == "mul":
        product = 1
        for part in node[1:]:
            product = product * residue_of(part, point, prime) % prime
        return product
    if kind == "inv":
        return _inverse(residue_of(node[1], point, prime), prime)
    if kind == "pow":
        return _power(node, point, prime)
    value = value_of(node)
    return value.numerator * _inverse(value.denominator % prime, prime) % prime


def _power(node: Node, point: Mapping[str, int], prime: int) -> int:
    exponent = value_of(node[2])
    if exponent.denominator != 1:
        raise NotRational("a root")
    power = exponent.numerator
    if abs(power) > MAX_EXPONENT:
        raise Oversized("a very large power")
    base = residue_of(node[1], point, prime)
    return pow(_inverse(base, prime) if power < 0 else base, abs(power), prime)


def _inverse(value: int, prime: int) -> int:
    if value == 0:
        raise NotRational("division by zero")
    return pow(value, -1, prime)
