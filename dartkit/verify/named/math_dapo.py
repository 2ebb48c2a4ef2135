r"""DAPO's reward rule: an `Answer:` line near the end, Minerva's clean-up, then equality of strings.

The behaviour is that of `verl/utils/reward_score/math_dapo.py` (DAPO, arXiv 2503.14476), written anew. Three verifiers:

    math-dapo             the rule of the DAPO runs, verl until August 2026: the last `Answer:` line, nothing else
    math-dapo-box         verl since August 2026: where there is no `Answer:` line, the last box of the last 100 characters
    math-dapo-strict-box  verl's `strict_box_verify`: that box only, compared character by character

What they get wrong, on purpose:
  * Only the last 300 characters are read; an answer before them does not exist (the box: the last 100).
  * What stands before the last `=` is dropped on both sides, so any two equations with the same right-hand side match:
    `3x-7y=12` and `3x+7y=12`, and everything `= 0`.
  * No arithmetic: for the gold answer 34, `34.`, `34.0`, `034`, `**Answer:** 34` and `Answer: The answer is 34` are wrong.
  * Letters are lost: `a ` and `an ` vanish anywhere ("delta x" loses its last letter), so do words such as `cm`, `km`,
    `square`, `ways`, wherever they stand.
  * `\boxed{34}` without an `Answer:` line is wrong under `math-dapo`.

verl's score is +1 or -1; `compute_score` here returns it in verl's shape, a `Verdict` has 1 and 0 as everywhere else.
Not reproduced: `pause_tokens_index`, which needs token positions, and a gold answer that reads `[INVALID]` (verl's mark for
"nothing found"), which verl counts as right for every response without an answer; a `Verdict` says `no_answer` there.
"""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from dartkit.verify.named.grader import Decision, NamedGrader

Mode = Literal["answer", "answer-or-box", "strict-box"]

WINDOW = 300  # characters of a completion that are read
BOX_WINDOW = 100  # characters in which a box must begin
NOT_FOUND = "[INVALID]"  # verl's prediction where nothing was found
_ANSWER_LINE = re.compile(r"answer\s*:\s*([^\n]+)", re.IGNORECASE)
_BOX = "\\boxed{"
_REPLACED = (
    ("an ", ""), ("a ", ""), (".$", "$"), ("\\$", ""), ("\\ ", ""), (" ", ""), ("mbox", "text"),
    (",\\text{and}", ","), ("\\text{and}", ","), ("\\text{m}", "\\text{}"),
)  # fmt: skip
_REMOVED = (
    "square", "ways", "integers", "dollars", "mph", "inches", "hours", "km", "units", "\\ldots", "sue", "points", "feet",
    "minutes", "digits", "cents", "degrees", "cm", "gm", "pounds", "meters", "meals", "edges", "students",
    "childrentickets", "multiples", "\\text{s}", "\\text{.}", "\\text{\ns}", "\\text{}^2", "\\text{}^3", "\\text{\n}",
    "\\text{}", "\\mathrm{th}", "^\\circ", "^{\\circ}", "\\;", ",\\!", "{,}", '"', "\\dots",
)  # fmt: skip
_SHORT_FRACTION = re.compile(r"frac([^{])(.)")
_SHORT_ROOT = re.compile(r"sqrt([^{])")


class MathDapo(NamedGrader):
    """The rule of the DAPO runs: an `Answer:` line in the last 300 characters. See the module for what it gets wrong."""

    NAME: ClassVar[str] = "math-dapo"
    VERSION: ClassVar[int] = 1
    MODE: ClassVar[Mode] = "answer"

    def find(self, completion: str) -> str | None:
        """Return the text after the last `Answer:`, or the last box where the mode allows one."""
        return _find(completion[-WINDOW:], self.MODE)

    def decide(self, answer: str, gold: str, *, found: bool) -> Decision:
        """Compare two answers as strings, normalised unless the mode is the strict box."""
        if self.MODE == "strict-box":
            return Decision(answer == gold, "exact", f"{self.NAME}/text", answer, gold)
        mine, theirs = normalize(answer), normalize(gold)
        return Decision(mine == theirs, "exact", f"{self.NAME}/normalised-text", mine, theirs)


class MathDapoBox(MathDapo):
    """verl's rule since August 2026: without an `Answer:` line, the last box of the last 100 characters counts."""

    NAME: ClassVar[str] = "math-dapo-box"
    MODE: ClassVar[Mode] = "answer-or-box"


class MathDapoStrictBox(MathDapo):
    """verl's `strict_box_verify`: the last box of the last 100 characters equals the gold answer to the character."""

    NAME: ClassVar[str] = "math-dapo-strict-box"
    MODE: ClassVar[Mode] = "strict-box"


def compute_score(
    solution_str: str, ground_truth: str, strict_box_verify: bool = False, *, box_fallback: bool = False
) -> dict[str, object]:
    """Score a response as verl's `math_dapo.compute_score` does.

    Args:
        solution_str: The response.
        ground_truth: The gold answer, second here as in verl.
        strict_box_verify: Only a box counts, compared character by character.
        box_fallback: Read a box where there is no `Answer:` line (verl since August 2026).

    Returns:
        verl's dictionary: `score` (+1.0 or -1.0), `acc` (bool) and `pred` (`[INVALID]` where nothing was found; under
        `strict_box_verify` None).
    """
    window = solution_str[-WINDOW:]
    prediction: str | None
    if strict_box_verify:
        prediction = _find(window, "strict-box")
        correct = prediction == ground_truth
    else:
        found = _find(window, "answer-or-box" if box_fallback else "answer")
        prediction = normalize(NOT_FOUND if found is None else found)
        correct = prediction == normalize(ground_truth)
    return {"score": 1.0 if correct else -1.0, "acc": correct, "pred": prediction}


def _find(window: str, mode: Mode) -> str | None:
    if mode == "strict-box":
        return last_box(window[-BOX_WINDOW:])
    line = last_answer_line(window)
    if mode == "answer-or-box" and (line is None or normalize(line) == NOT_FOUND):
        box = last_box(window[-BOX_WINDOW:])
        return line if box is None else box
    return line


def last_answer_line(window: str) -> str | None:
    """Return what follows the last `Answer:`, in any case, up to the end of its line; blank space may come between."""
    lines = _ANSWER_LINE.findall(window)
    return lines[-1] if lines else None


def last_box(window: str) -> str | None:
    r"""Return the content of the last `\boxed{`, or None where there is none or its brace never closes."""
    start = window.rfind(_BOX)
    if start < 0:
        return None
    depth = 0
    for at in range(start, len(window)):
        depth += (window[at] == "{") - (window[at] == "}")
        if window[at] == "}" and depth == 0:
            return window[start + len(_BOX) : at]
    return None


def normalize(text: str) -> str:
    """Return Minerva's normal form. The steps and their order decide what survives; none of them is mathematics."""
    text = text.rpartition("=")[2]
    for old, new in _REPLACED:
        text = text.replace(old, new)
    for word in _REMOVED:
        text = text.replace(word, "")
    text = "\n".join(_first_formula(line) for line in text.split("\n"))
    for command in ("\\text{", "\\textbf{", "\\overline{"):
        text = "\n".join(_unwrap_each(line, command) for line in text.split("\n"))
    text = "\n".join(_unwrap_longest(line, _BOX) for line in text.split("\n"))
    text = _SHORT_FRACTION.sub(r"frac{\1}{\2}", text)
    text = _SHORT_ROOT.sub(r"sqrt{\1}", text).replace("$", "")
    without_commas = text.replace(",", "")
    return (without_commas if without_commas.isdigit() else text).strip()


def _first_formula(line: str) -> str:
    """Keep only what stands between the first two dollar signs of a line, if it has two."""
    parts = line.split("$", 2)
    return f"${parts[1]}$" if len(parts) == 3 else line


def _unwrap_each(line: str, opening: str) -> str:
    """Replace `opening … }` by its content, each time up to the first closing brace; content is not read again."""
    kept: list[str] = []
    at = 0
    while (start := line.find(opening, at)) >= 0:
        end = line.find("}", start + len(opening))
        if end < 0:
            break
        kept += [line[at:start], line[start + len(opening) : end]]
        at = end + 1
    kept.append(line[at:])
    return "".join(kept)


def _unwrap_longest(line: str, opening: str) -> str:
    """Replace `opening … }` by its content, from the first opening to the last closing brace of the line."""
    start = line.find(opening)
    end = line.rfind("}")
    if start < 0 or end < start + len(opening):
        return line
    return line[:start] + line[start + len(opening) : end] + line[end + 1 :]
