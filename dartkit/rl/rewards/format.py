r"""Format reward: `match` where every wanted part is in the completion exactly once, else `mismatch`.

    boxed        one \boxed{...} with balanced braces and something in it
    answer-line  one line that begins with "Answer:" and goes on; it is the last line with text
    think-tags   <think> once, then </think> once
    answer-tags  <answer> once, then </answer> once, something between them, nothing behind them
With both kinds of tags, the answer begins after the thinking ends. A prompt that ends with <think> has opened it already.
Every test is a count or a search from one end: linear in the text.
Degenerate case: an empty completion never matches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.rl.rewards.score import PlainReward, Score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dartkit.reward_settings import FormatReward
    from dartkit.rl.data import RlProblem
    from dartkit.rl.samples import RolloutSample

BOX = r"\boxed{"
ANSWER = "answer:"


def has_one_box(text: str) -> bool:
    """Say whether there is exactly one box, closed and not empty."""
    if text.count(BOX) != 1:
        return False
    begin = text.index(BOX) + len(BOX)
    depth, skip = 1, False
    for place in range(begin, len(text)):
        char = text[place]
        if skip:
            skip = False
        elif char == "\\":
            skip = True  # an escaped brace opens and closes nothing
        elif char in "{}":
            depth += 1 if char == "{" else -1
            if depth == 0:
                return bool(text[begin:place].strip())
    return False


def ends_with_answer_line(text: str) -> bool:
    """Say whether exactly one line begins with `Answer:`, goes on, and is the last line with text."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    answers = [line for line in lines if line.lower().startswith(ANSWER)]
    return len(answers) == 1 and answers[0] is lines[-1] and len(answers[0]) > len(ANSWER)


def find_tags(text: str, name: str) -> tuple[int, int] | None:
    """Return where the text between the one pair of tags begins and ends; None where there is not exactly one pair."""
    opening, closing = f"<{name}>", f"</{name}>"
    if text.count(opening) != 1 or text.count(closing) != 1:
        return None
    begin, end = text.index(opening) + len(opening), text.index(closing)
    return (begin, end) if begin <= end else None


def matches(text: str, parts: Sequence[str]) -> bool:
    """Say whether every part is there once, in order."""
    if "boxed" in parts and not has_one_box(text):
        return False
    if "answer-line" in parts and not ends_with_answer_line(text):
        return False
    think, answer = find_tags(text, "think"), find_tags(text, "answer")
    if "think-tags" in parts and think is None:
        return False
    if "answer-tags" not in parts:
        return True
    if answer is None or not text[slice(*answer)].strip() or text[answer[1] + len("</answer>") :].strip():
        return False
    return "think-tags" not in parts or think is None or think[1] < answer[0]


class FormatCheck(PlainReward):
    """Pays for the form, whatever the answer."""

    def __init__(self, settings: FormatReward) -> None:
        self._settings = settings

    def score_one(self, problem: RlProblem, sample: RolloutSample) -> Score:
        """Return whether one sample has the form."""
        opened = "<think>" if problem.prompt.rstrip().endswith("<think>") else ""
        good = matches(opened + sample.completion, self._settings.parts)
        return Score(self._settings.match if good else self._settings.mismatch)
