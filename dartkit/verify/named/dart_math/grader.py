r"""DART-Math's evaluator as a verifier: `dart-math`, and `dart-math-sets` for problems that ask for a set.

The behaviour is that of `dart_math/eval.py` at commit 219b324 with sympy 1.12.1 (arXiv 2407.13690), written anew. What it
gets wrong, on purpose:

  accepts   a factor of 100 without any percent sign (0.5 for 50, 2 for 200) · any two texts that contain "no" or "yes"
            ("monomial" for "polynomial", `\binom72` for `\binom{10}3`; and 0 for "no", 1 for "yes") · the first part for
            the whole where the rest cannot be read (`A) because` for `A`, `x**2` for `x`) · open for closed where both
            ends are alike (`[0,1]` for `(0,1)`) and wherever the difference is the point 0 · column for row vectors · a
            number with a `t`, `m`, `s`, `g` or `C` after it (`2t` for 2) · `.5` for 5 · `x=5` for `y=5` · "month" for "money", both
            being Monday · letters in another order ("act" for "cat", a product of letters) · `j` for `i` · numbers within
            1e-8 (`2^{-150}` for `2^{-151}`) and integers that no double holds (`2^{2025}` for `3^{2025}`)
  refuses   mixed numbers, inequalities for intervals, rearranged equations, `e^2` for its decimals, "5 dollars" for 5,
            decimals for fractions inside a tuple, any answer with a letter outside ASCII, a correct box that is followed
            by "Therefore"

Where it differs from upstream:
  * Nothing is evaluated. Text that upstream would run as Python (`parse_expr`, `eval`) is at most read as a call of an
    unknown function.
  * `simplify(a - b)` is replaced by comparing values at fixed complex points: an identity that sympy fails to simplify, or
    takes more than five seconds for, is accepted here. Sums, integrals, limits and derivatives are compared by their parts.
  * Answers of more than 65,536 characters, sets of more than 40 elements and lists of more than 400 are `undecided`; upstream
    reaches its time limit.
  * Upstream compares elements without order for problems that contain "ind the", or "all" and "separate". A verifier
    does not see the problem: `dart-math` never does so, `dart-math-sets` always; `asks_for_set` is upstream's test.
  * The separate judge for OlympiadBench and pairs of text and number (TheoremQA) are not reproduced.
"""

from __future__ import annotations

from typing import ClassVar

from dartkit.verify.named.dart_math.equality import MAX_CHARACTERS, Finding, compare
from dartkit.verify.named.dart_math.extract import find_answer
from dartkit.verify.named.dart_math.normalise import normal_answer
from dartkit.verify.named.dart_math.trees import TooLarge, Unreadable
from dartkit.verify.named.grader import Decision, NamedGrader


class DartMath(NamedGrader):
    """DART-Math's evaluator for problems with one answer. See the module for what it gets wrong."""

    NAME: ClassVar[str] = "dart-math"
    VERSION: ClassVar[int] = 1
    FAILS_TRUNCATED: ClassVar[bool] = True
    AS_SETS: ClassVar[bool] = False

    def find(self, completion: str) -> str | None:
        """Return the answer of a completion as written, or None where there is none."""
        return find_answer(completion) or None

    def decide(self, answer: str, gold: str, *, found: bool) -> Decision:
        """Compare; an answer found in a completion is normalised twice, as upstream does."""
        try:
            finding = self._finding(answer, gold, found=found)
        except TooLarge as error:
            same = answer == gold
            return Decision(
                True if same else None, "exact", f"{self.NAME}/too-large", answer, gold, str(error)
            )
        except Unreadable as error:
            return Decision(False, "symbolic", f"{self.NAME}/unreadable", answer, gold, str(error))
        return Decision(
            finding.equal,
            finding.method,
            f"{self.NAME}/{finding.rule}",
            finding.prediction_form,
            finding.reference_form,
        )

    def _finding(self, answer: str, gold: str, *, found: bool) -> Finding:
        if found:
            if len(answer) > MAX_CHARACTERS:
                raise TooLarge(f"more than {MAX_CHARACTERS} characters")
            answer = normal_answer(answer, _same)
        return compare(gold, answer, as_sets=self.AS_SETS)


class DartMathSets(DartMath):
    """DART-Math's evaluator for problems that ask for a set: elements are compared without order."""

    NAME: ClassVar[str] = "dart-math-sets"
    AS_SETS: ClassVar[bool] = True


def asks_for_set(problem: str) -> bool:
    """Say whether upstream compares without order for this problem: it contains "ind the", or "all" and "separate"."""
    return "ind the" in problem or ("all" in problem and "separate" in problem)


def _same(first: str, second: str) -> bool:
    return compare(first, second, depth=1).equal
