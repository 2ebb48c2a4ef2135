"""Which verifiers can be asked for, by which names and versions, and what asking costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dartkit.errors import ExitStatus, UsageError
from dartkit.verify import Policy, Verifier
from dartkit.verify.named import names, resolve
from dartkit.verify.named.dart_math.grader import DartMath, DartMathSets
from dartkit.verify.named.grader import NamedGrader
from dartkit.verify.named.math_dapo import MathDapo, MathDapoBox, MathDapoStrictBox
from dartkit.verify.named.theorem_qa import TheoremQa

CLASSES: dict[str, type[NamedGrader | TheoremQa]] = {
    "dart-math": DartMath,
    "dart-math-sets": DartMathSets,
    "math-dapo": MathDapo,
    "math-dapo-box": MathDapoBox,
    "math-dapo-strict-box": MathDapoStrictBox,
    "theorem-qa": TheoremQa,
}


@pytest.mark.parametrize("name", CLASSES)
def test_a_name_and_a_name_with_its_version_give_the_class_that_has_them(name: str) -> None:
    """The table repeats NAME and VERSION so that nothing need be imported; here the two are held together."""
    listed = {entry.name: entry.version for entry in names()}
    grader = CLASSES[name]
    assert name == grader.NAME
    assert listed[name] == grader.VERSION
    assert type(resolve(name)) is CLASSES[name]
    assert type(resolve(f"{name}@{CLASSES[name].VERSION}")) is CLASSES[name]


def test_the_list_is_complete_and_says_what_each_is() -> None:
    """The own verifier stands first, the published ones follow in order; each line fits a terminal."""
    listed = names()
    assert [entry.name for entry in listed] == ["dartkit", *sorted(CLASSES)]
    assert all(20 < len(entry.line) < 100 and entry.version >= 1 for entry in listed)


def test_the_own_verifier_takes_the_policy() -> None:
    """`5 cm` is 5 by default and not under strict units, as the policy's documentation says."""
    with resolve("dartkit") as loose, resolve("dartkit", Policy(units="strict")) as strict:
        assert isinstance(loose, Verifier)
        assert loose.check_answer("5 cm", "5").outcome == "correct"
        assert strict.check_answer("5 cm", "5").outcome == "incorrect"
        assert loose.verifier_id != strict.verifier_id


@pytest.mark.parametrize(
    ("name", "what", "fix"),
    [
        ("math-dap", "no verifier named 'math-dap'", "Did you mean math-dapo?"),
        ("dart_math", "no verifier named 'dart_math'", "Did you mean dart-math?"),
        ("zzz", "no verifier named 'zzz'", "Verifiers: dartkit, dart-math, dart-math-sets, math-dapo,"),
        ("", "no verifier named ''", "Verifiers: dartkit"),
        ("math-dapo@7", "has math-dapo@1, not math-dapo@7", "Ask for math-dapo@1"),
        ("math-dapo@", "has math-dapo@1, not math-dapo@", "Ask for math-dapo@1"),
        ("dart-math@1.0", "has dart-math@1, not dart-math@1.0", "their verdicts may differ"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(name: str, what: str, fix: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(name)
    assert what in caught.value.what
    assert fix in caught.value.fix
    assert caught.value.status is ExitStatus.USAGE


@pytest.mark.parametrize("name", CLASSES)
def test_a_policy_that_would_have_no_effect_is_refused(name: str) -> None:
    """A published grader has its own rules; the default policy says nothing and passes."""
    assert resolve(name, Policy()).verifier_id == resolve(name).verifier_id
    with pytest.raises(UsageError, match=f"{name} .*percent=strict, tolerance=0.01"):
        resolve(name, Policy(percent="strict", tolerance=0.01))


def test_identities_differ_and_stay() -> None:
    """Each has an id of 32 hex characters of its own, the same every time."""
    ids = [resolve(entry.name).verifier_id for entry in names()]
    assert len(set(ids)) == len(ids)
    assert all(len(one) == 32 and set(one) <= set("0123456789abcdef") for one in ids)
    assert ids == [resolve(entry.name).verifier_id for entry in names()]


def test_nothing_is_imported_before_it_is_asked_for() -> None:
    """The registry alone imports no grader; asking for one imports that one only, and never sympy."""
    code = (
        "import sys\nfrom dartkit.verify.named import names, resolve\nnames()\n"
        "mine = lambda: sorted(m for m in sys.modules if m.startswith('dartkit.verify.named.'))\n"
        "print(mine())\nresolve('math-dapo')\nprint(mine())\nprint('sympy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "[]",
        "['dartkit.verify.named.grader', 'dartkit.verify.named.math_dapo']",
        "False",
    ]
