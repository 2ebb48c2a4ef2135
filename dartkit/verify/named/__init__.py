"""Verifiers by name: dartkit's own, and published graders reproduced with their errors for strict comparison.

    >>> resolve("math-dapo").check_answer("3x-7y=12", "3x+7y=12").outcome
    'correct'

A name may carry a version, `math-dapo@1`, and is then refused by a dartkit that has another one: verdicts of two versions
may differ. Each module says in its docstring what its grader gets wrong. Nothing is imported before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from dartkit.errors import UsageError

if TYPE_CHECKING:
    from dartkit.verify.limits import Limits
    from dartkit.verify.policy import Policy
    from dartkit.verify.verifier import Grader

OWN = "dartkit"


class Listed(NamedTuple):
    """One verifier that can be asked for: name, version, and one line on what it is."""

    name: str
    version: int
    line: str


class _Entry(NamedTuple):
    make: Callable[[], Grader]
    version: int
    line: str


def _math_dapo() -> Grader:
    from dartkit.verify.named.math_dapo import MathDapo

    return MathDapo()


def _math_dapo_box() -> Grader:
    from dartkit.verify.named.math_dapo import MathDapoBox

    return MathDapoBox()


def _math_dapo_strict_box() -> Grader:
    from dartkit.verify.named.math_dapo import MathDapoStrictBox

    return MathDapoStrictBox()


def _dart_math() -> Grader:
    from dartkit.verify.named.dart_math.grader import DartMath

    return DartMath()


def _dart_math_sets() -> Grader:
    from dartkit.verify.named.dart_math.grader import DartMathSets

    return DartMathSets()


def _theorem_qa() -> Grader:
    from dartkit.verify.named.theorem_qa import TheoremQa

    return TheoremQa()


_NAMED = {
    "dart-math": _Entry(
        _dart_math, 1, "DART-Math's evaluator (2407.13690); accepts a factor of 100, open for closed"
    ),
    "dart-math-sets": _Entry(
        _dart_math_sets, 1, "DART-Math's evaluator for problems that ask for a set: no order"
    ),
    "theorem-qa": _Entry(
        _theorem_qa, 1, "dartkit's own, at 4 % where the gold answer is a decimal (2305.12524)"
    ),
    "math-dapo": _Entry(
        _math_dapo, 1, "DAPO's reward (2503.14476): `Answer:` line, equal text after the last `=`"
    ),
    "math-dapo-box": _Entry(_math_dapo_box, 1, "the same in verl since August 2026: else the last box"),
    "math-dapo-strict-box": _Entry(
        _math_dapo_strict_box, 1, "verl's strict box: the last box, equal to the character"
    ),
}


def resolve(name: str, policy: Policy | None = None, limits: Limits | None = None) -> Grader:
    """Return a verifier by its name, `NAME` or `NAME@VERSION`.

    Args:
        name: One of `names()`.
        policy: What counts as the same answer. A published grader has its own rules and takes no policy but the default.
        limits: What one comparison may cost; published graders start no worker process and need none.

    Raises:
        UsageError: for a name or a version that does not exist, and for a policy that would have no effect.
    """
    wanted, at, version = name.partition("@")
    current = {listed.name: listed.version for listed in names()}
    if wanted not in current:
        raise UsageError(f"there is no verifier named {wanted!r}", fix=_suggestion(wanted, list(current)))
    if at and version != str(current[wanted]):
        raise UsageError(
            f"this dartkit has {wanted}@{current[wanted]}, not {name}",
            fix=f"Ask for {wanted}@{current[wanted]}, or install the dartkit that had {name}; their verdicts may differ.",
        )
    return _own(policy, limits) if wanted == OWN else _published(wanted, policy)


def names() -> list[Listed]:
    """Return every verifier that `resolve` knows, dartkit's own first."""
    from dartkit.verify.verifier import VERSION

    own = Listed(OWN, VERSION, "dartkit's own verifier: says undecided rather than guess, and takes a policy")
    return [own, *(Listed(name, entry.version, entry.line) for name, entry in sorted(_NAMED.items()))]


def _own(policy: Policy | None, limits: Limits | None) -> Grader:
    from dartkit.verify.policy import DEFAULT
    from dartkit.verify.verifier import Verifier

    return Verifier(policy or DEFAULT, limits)


def _published(name: str, policy: Policy | None) -> Grader:
    from dartkit.verify.policy import DEFAULT

    changed = {
        key: value for key, value in (policy or DEFAULT).as_dict().items() if value != DEFAULT.as_dict()[key]
    }
    if changed:
        stated = ", ".join(f"{key}={value}" for key, value in changed.items())
        raise UsageError(
            f"the verifier {name} reproduces a published grader and takes no policy ({stated})",
            fix=f"Leave the policy out, or use the verifier {OWN}, which takes it.",
        )
    return _NAMED[name].make()


def _suggestion(wanted: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(wanted, known, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]}? " if near else ""
    return f"{hint}Verifiers: {', '.join(known)}."
