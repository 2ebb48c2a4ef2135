"""The verifier: extract an answer, compare it with the gold answer, and name the outcome.

A comparison that could not be made is `undecided`, `timeout` or `error`, never `incorrect`, and earns no reward.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from dartkit.verify.clock import OutOfTime
from dartkit.verify.compare.comparer import Comparer, Library
from dartkit.verify.compare.finding import Finding, untold
from dartkit.verify.extraction import Extraction, extract_answer
from dartkit.verify.kinds import kind_of
from dartkit.verify.limits import Limits
from dartkit.verify.policy import DEFAULT, Policy
from dartkit.verify.reading.answer import Answer
from dartkit.verify.symbolic_tier import SymbolicTier
from dartkit.verify.verdict import Verdict

if TYPE_CHECKING:
    from dartkit.records import FinishReason, Outcome
    from dartkit.settings import VerifierSettings

NAME = "dartkit"
_NEGATION = re.compile(r"\b(?:not|cannot|never|neither|nor|no)\b|n['’]t\b", re.IGNORECASE)
_UNIT_WORDS = 2
SENTENCE_WORDS = 3  # an answer with as many words may be a sentence that states it
_STATED = frozenset({"answer-phrase", "choice-phrase", "closing-phrase", "answer-tag", "hashes"})
_COPULA = re.compile(
    r"(?:\b(?:is|are|was|were|be|equals|est|ist|es|by|at|costs?|ratio)|[:=])\s{0,3}[\[($*\\}]{0,4}\s?\Z"
)
_SLOW_SIGNS = re.compile(r"\\(?:sum|prod|int|lim)(?![a-zA-Z])|[∑∏∫]")  # of what may need a worker
VERSION = 3  # raise it whenever any verdict can change


class Grader(Protocol):
    """What stages ask of a verifier, ours or a named one."""

    @property
    def verifier_id(self) -> str:
        """Content hash of everything that can change a verdict."""
        ...

    def check(self, completion: str, gold: str, *, finish_reason: FinishReason = "stop") -> Verdict:
        """Check a whole completion."""
        ...

    def check_answer(self, answer: str, gold: str) -> Verdict:
        """Check a bare answer."""
        ...

    def close(self) -> None:
        """End worker processes, if there are any."""
        ...

    def __enter__(self) -> Self:
        """Return the verifier; leaving closes it."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        ...


class Verifier:
    """Checks answers. Safe to share between threads; symbolic workers start only when the last tier is reached.

    Args:
        policy: What counts as the same answer.
        limits: What one comparison may cost.
    """

    def __init__(self, policy: Policy = DEFAULT, limits: Limits | None = None) -> None:
        self.policy = policy
        self._symbolic = SymbolicTier(limits or Limits())
        self._library = Library()
        self._idle: list[Comparer] = []  # one for each check that ever ran beside another

    @property
    def verifier_id(self) -> str:
        """Content hash of everything that can change a verdict."""
        return _id_of(self.policy)

    def check(self, completion: str, gold: str, *, finish_reason: FinishReason = "stop") -> Verdict:
        """Check a whole completion against a gold answer.

        A completion cut off by its token limit counts only if it boxed an answer before. Never raises for any text.

        Raises:
            EnvironmentProblem: when this machine cannot start a worker process.
        """
        begun = time.perf_counter()
        if finish_reason in ("abort", "error"):
            return _without_answer("error", f"finish-{finish_reason}", begun)
        if finish_reason == "stop" and completion.strip() and completion.strip() == gold.strip():
            return self._same_text(completion.strip(), begun)
        reference = self._library.read(_unboxed(gold))
        found = extract_answer(completion, hint=kind_of(reference))
        is_boxed = found is not None and found.rule.startswith("boxed") and "unclosed-box" not in found.flags
        if finish_reason == "length" and not is_boxed:
            return _without_answer("truncated", "finish-length", begun)
        if found is None:
            return _without_answer("no_answer", "nothing-found", begun)
        if len(found.others) > 1:
            with self._symbolic.session():  # one allowance of time for all that is compared
                checked = self.check_answer(found.text, gold)
                if checked.equal is False and reference.form.kind in ("set", "list"):
                    checked = self._several(found, gold, checked)
        else:
            checked = self.check_answer(found.text, gold)
        return replace(
            checked,
            rule=f"{found.rule}:{checked.rule}",
            flags=found.flags,
            seconds=time.perf_counter() - begun,
        )

    def _several(self, found: Extraction, gold: str, checked: Verdict) -> Verdict:
        """Read the answers of several boxes as one list, which a reference that is a list asks for."""
        joined = self.check_answer(", ".join(found.others), gold)
        return joined if joined.equal else checked

    def check_answer(self, answer: str, gold: str) -> Verdict:
        """Check a bare answer. Equal in both directions: swapping the two gives the same outcome."""
        begun = time.perf_counter()
        if not answer.strip():
            return _without_answer("no_answer", "empty", begun)
        if not gold.strip():
            return replace(_without_answer("undecided", "no-gold", begun), detail="there is no gold answer")
        answer, gold = answer.strip(), gold.strip()
        if answer == gold:
            return self._same_text(answer, begun)
        left, right = self._library.read(_unboxed(answer)), self._library.read(_unboxed(gold))
        finding = self._library.found(left, right)
        if finding is None:
            finding = self._find(left, right)
            self._library.keep(left, right, finding)
        return Verdict(
            outcome=_outcome(finding),
            method=finding.method,
            rule=finding.rule,
            seconds=time.perf_counter() - begun,
            tier=finding.tier,
            extracted=answer,
            prediction_form=left.normal or None,
            reference_form=right.normal or None,
            detail=finding.detail,
        )

    def _same_text(self, answer: str, begun: float) -> Verdict:
        """Return the verdict on an answer that is the reference to the letter."""
        normal = self._library.read(_unboxed(answer)).normal or None
        return Verdict(
            "correct", "exact", "same-text", time.perf_counter() - begun, 0, answer, normal, normal
        )

    def _find(self, left: Answer, right: Answer) -> Finding:
        if _SLOW_SIGNS.search(left.text) or _SLOW_SIGNS.search(right.text):
            self._symbolic.prepare()
        try:
            comparer = self._idle.pop()  # one step, which threads share without a lock
        except IndexError:
            comparer = Comparer(self.policy)
        with self._symbolic.session() as comparer.symbolic:
            try:
                finding = comparer.compare(left, right)
                if finding.equal is not True:
                    finding = self._in_prose(left, right, comparer) or finding
            except OutOfTime:
                finding = Finding(None, "none", "timeout", "the comparison took too long", "timeout")
            except RecursionError:  # the caller's own stack is nearly full
                finding = untold("nested-too-deeply")
            except (ArithmeticError, ValueError) as error:
                # A reader met what it does not expect; no text may stop a run.
                finding = Finding(None, "none", "comparison-failed", str(error)[:200], "error")
        self._idle.append(comparer)
        return finding

    def _in_prose(self, left: Answer, right: Answer, comparer: Comparer) -> Finding | None:
        """Compare the answer that one side states in a sentence; None where that is not the other side either."""
        for side, other in ((left, right), (right, left)):
            if side.word_count < SENTENCE_WORDS or side.word_count <= other.word_count:
                continue
            found = extract_answer(side.text, hint=kind_of(other))
            if found is None or found.text == side.text or not _is_stated(found, side.text):
                continue
            finding = comparer.compare(self._library.read(_with_unit(found, side.text)), other)
            if finding.equal:
                return finding.within("in-prose")
        return None

    def close(self) -> None:
        """End the worker processes. A check after this starts them again."""
        self._symbolic.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@lru_cache(maxsize=64)
def _id_of(policy: Policy) -> str:
    from dartkit.ids import content_id  # hashing is no part of a comparison

    return content_id("verifier", {"name": NAME, "version": VERSION, "policy": policy.as_dict()})


def _is_stated(found: Extraction, text: str) -> bool:
    """Say whether a sentence states this answer: after a phrase, or as its last word after `is`."""
    if _NEGATION.search(text, 0, found.start) is not None:
        return False
    if found.rule in _STATED:
        return True
    ends = not any(char.isalnum() for char in text[found.start + len(_with_unit(found, text)) :])
    return ends and _COPULA.search(text, max(found.start - 24, 0), found.start) is not None


def _with_unit(found: Extraction, text: str) -> str:
    """Return the answer with the one or two words behind it that end the sentence: `50 dollars`."""
    after = text[found.start + len(found.text) :].rstrip(" .!*")
    words = after.split()
    is_unit = 0 < len(words) <= _UNIT_WORDS and all(word.isalpha() for word in words)
    return found.text + after if is_unit and text.startswith(found.text, found.start) else found.text


def _unboxed(text: str) -> str:
    """Return what stands in the last box of a text that has one: a gold answer may be a whole solution."""
    if "\\boxed" not in text and "\\fbox" not in text:
        return text
    found = extract_answer(text)
    return found.text if found is not None and found.rule.startswith("boxed") else text


def _outcome(finding: Finding) -> Outcome:
    if finding.trouble:
        return finding.trouble
    if finding.equal is None:
        return "undecided"
    return "correct" if finding.equal else "incorrect"


def _without_answer(outcome: Outcome, rule: str, begun: float) -> Verdict:
    return Verdict(outcome, "none", rule, time.perf_counter() - begun)


def load_verifier(settings: VerifierSettings) -> Grader:
    """Return the verifier that the settings name.

    Raises:
        UsageError: for a name or a version that does not exist.
    """
    from dartkit.verify.named import resolve

    return resolve(settings.name, settings.policy(), settings.limits())
