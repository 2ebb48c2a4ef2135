"""A verifier for the fuzzers: as the real one, but without its last tier, which would ask another process for a second."""

from __future__ import annotations

from dartkit.verify import Policy, Verifier
from dartkit.verify.algebra.tree import Node
from dartkit.verify.compare.finding import Finding, Symbolic

POLICIES = (
    Policy(),
    Policy(percent="strict", units="strict", order="ordered", decimals="rounded"),
    Policy(tolerance=0.01, order="unordered"),
)


class NoSymbolicTier:
    """Stands where the symbolic workers would be: nothing is told."""

    def session(self) -> Symbolic:
        """Give one check what it asks at the end."""
        return _not_asked

    def close(self) -> None:
        """Do nothing: there is no worker."""


def make_verifier(policy: Policy) -> Verifier:
    """Return a verifier that never starts a process."""
    verifier = Verifier(policy)
    setattr(verifier, "_symbolic", NoSymbolicTier())  # noqa: B010  (the attribute has another type)
    return verifier


def _not_asked(left: Node, right: Node, tolerance: float) -> Finding:
    return Finding(None, "none", "not-asked")
