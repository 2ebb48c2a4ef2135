r"""TheoremQA's tolerance (Chen et al. 2023, arXiv 2305.12524) around dartkit's own comparison.

A gold answer with a decimal point, alone or in a list, matches numbers within 4 % of it; every other gold answer (integers, truth
values, options) is compared exactly. The published evaluator also rounds a prediction before it compares it with an
integer, so that 2.6 matches 3; that is not reproduced.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Self

from dartkit.ids import content_id
from dartkit.verify.policy import Policy
from dartkit.verify.verifier import VERSION as OWN_VERSION
from dartkit.verify.verifier import Verifier

if TYPE_CHECKING:
    from types import TracebackType

    from dartkit.records import FinishReason
    from dartkit.verify.limits import Limits
    from dartkit.verify.verdict import Verdict

TOLERANCE = 0.04
_DECIMAL = re.compile(r"\d\.\d|(?<!\d)\.\d")


class TheoremQa:
    """Checks answers with dartkit's verifier, at 4 % where the gold answer is a decimal."""

    NAME: ClassVar[str] = "theorem-qa"
    VERSION: ClassVar[int] = 1

    def __init__(self, limits: Limits | None = None) -> None:
        self._exact = Verifier(limits=limits)
        self._near = Verifier(Policy(tolerance=TOLERANCE), limits)

    @property
    def verifier_id(self) -> str:
        """Content hash of everything that can change a verdict."""
        return content_id("verifier", {"name": self.NAME, "version": self.VERSION, "own": OWN_VERSION})

    def check(self, completion: str, gold: str, *, finish_reason: FinishReason = "stop") -> Verdict:
        """Check a whole completion."""
        return self._for(gold).check(completion, gold, finish_reason=finish_reason)

    def check_answer(self, answer: str, gold: str) -> Verdict:
        """Check a bare answer."""
        return self._for(gold).check_answer(answer, gold)

    def _for(self, gold: str) -> Verifier:
        return self._near if _DECIMAL.search(gold) else self._exact

    def close(self) -> None:
        """End the worker processes."""
        self._exact.close()
        self._near.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
