"""Extract the answer of a response and check it: no exception, the answer stands where it is said to, linear time."""

from __future__ import annotations

from dartkit.verify import extract_answer
from dartkit.verify.extraction import Extraction
from tests.fuzz.checking import POLICIES, make_verifier
from tests.fuzz.measure import within_bound

_VERIFIER = make_verifier(POLICIES[0])
_GOLDS = ("5", "x=2, y=3", "(B)", "\\{1,2\\}", "1 < x \\le 5", "no")
_CHANGED = frozenset({"hedged", "decimal-comma"})  # flags of an answer that is not as it stands in the text
_REWRITTEN = frozenset(
    {"boxed-list", "json-answer"}
)  # rules whose answer need not stand in the text as it is


def target(text: str) -> None:
    """Extract from the text, then check all of it against a gold answer that its length picks."""
    found = within_bound(lambda: extract_answer(text), len(text), "extraction")
    if found is not None:
        check_place(found, text)
        assert extract_answer(text) == found, f"another extraction the second time from {text!r}"
    gold = _GOLDS[len(text) % len(_GOLDS)]
    verdict = within_bound(lambda: _VERIFIER.check(text, gold), len(text), "check")
    assert verdict.outcome in ("correct", "incorrect", "undecided", "no_answer"), f"{verdict} for {text!r}"


def check_place(found: Extraction, text: str) -> None:
    """Assert that an answer is not empty and stands where it is said to.

    Raises:
        AssertionError: where it does not.
    """
    assert found.text.strip(), f"an empty answer from {text!r}"
    assert 0 <= found.start <= len(text), f"{found} for {text!r}"
    is_list = found.text == ", ".join(found.others)  # put together from several places
    if found.rule not in _REWRITTEN and not is_list and not _CHANGED & set(found.flags):
        assert text.startswith(found.text, found.start), f"{found} stands elsewhere in {text!r}"
