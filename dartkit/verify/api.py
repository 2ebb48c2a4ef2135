"""The short way in: `equal(prediction, reference)`."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from dartkit.verify.policy import DEFAULT, Policy
from dartkit.verify.verdict import Verdict
from dartkit.verify.verifier import Verifier

Form = Literal["auto", "answer", "response", "cut"]
LONGEST_ANSWER = 300  # characters from which a text that reads like prose is a response
PROSE_WORDS = 12
_WORD = re.compile(
    r"(?<![^\s(\"'*])(?!(?:and|or|sin|cos|tan|ln|log|exp|sqrt)\b)[^\W\d_]{2,}(?![^\s,.;:!?)\"'*])|[\u3040-\u9fff]"
)
_RESPONSE_MARKS = ("\\boxed", "\\fbox", "<answer>", "####", "<think>", "\n")


class Pair(NamedTuple):
    """A prediction and the reference it is checked against; `form` says what the prediction is."""

    prediction: str
    reference: str
    form: Form = "auto"


def equal(prediction: str, reference: str, *, form: Form = "auto", policy: Policy = DEFAULT) -> Verdict:
    """Check a bare answer or a whole response against a reference answer.

    Args:
        prediction: What the model wrote.
        reference: The gold answer.
        form: `answer` compares the text as it is; `response` first finds the final answer in it; `auto` reads a text
            with a box, an answer tag, `####` or a line break as a response, and more than 300 characters of prose; `cut` is
            a response that its token limit ended, which counts only if it boxed an answer before.
        policy: What counts as the same answer.

    Returns:
        The verdict. Never raises for any pair of strings.

    Raises:
        EnvironmentProblem: when this machine cannot start a worker process for the symbolic tier.
    """
    return check(_shared(policy), Pair(prediction, reference, form))


def check(verifier: Verifier, pair: Pair) -> Verdict:
    """Check one pair in its form."""
    if pair.form == "cut":
        return verifier.check(pair.prediction, pair.reference, finish_reason="length")
    if is_response(pair):
        return verifier.check(pair.prediction, pair.reference)
    return verifier.check_answer(pair.prediction, pair.reference)


def is_response(pair: Pair) -> bool:
    """Say whether the prediction is a response in which an answer must be found first."""
    if pair.form != "auto":
        return pair.form == "response"
    text = pair.prediction
    return any(mark in text for mark in _RESPONSE_MARKS) or (len(text) > LONGEST_ANSWER and _is_prose(text))


def _is_prose(text: str) -> bool:
    """Say whether a dozen words stand in a text, which one long formula or list has not."""
    return sum(1 for _ in islice(_WORD.finditer(text), PROSE_WORDS)) == PROSE_WORDS


@lru_cache(maxsize=8)
def _shared(policy: Policy) -> Verifier:
    """Return the one verifier of a policy: its worker processes serve every caller and keep nothing between tasks."""
    return Verifier(policy)
