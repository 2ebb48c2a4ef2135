r"""Completions that state an answer the way the prompt templates ask for it, and the other ways that models have.

The templates `boxed`, `dart` and `plain` are answered with a box (DART-Math's models and the bundled one were trained on
boxes), `dapo` with a last line `Answer: …`. Data sets and other prompts taught models the rest.
"""

from __future__ import annotations

from dartkit.verify.gold.text import Candidate, strip_mathematics

BOX = "boxed"
_WORK = "We put the values in and simplify.\n\n"


def box(answer: str) -> str:
    """Return a completion with the answer in a box."""
    return f"{_WORK}The answer is $\\boxed{{{answer}}}$."


def frames(gold: str, *, words: bool) -> list[Candidate]:
    """Return completions that state the gold answer as it is written, the box first.

    Args:
        gold: The gold answer.
        words: Whether it is words rather than a formula; plain words stand in a sentence without dollar signs.
    """
    bare = strip_mathematics(gold)
    formula = bare if "$" in bare or (words and "\\" not in bare) else f"${bare}$"
    return [
        Candidate(BOX, box(gold)),
        Candidate("box alone", f"{_WORK}\\[\n\\boxed{{{gold}}}\n\\]"),
        Candidate("sentence", f"{_WORK}The answer is {formula}."),
        Candidate(
            "final answer", f"{_WORK}Final Answer: The final answer is {formula}. I hope it is correct."
        ),
        Candidate("answer line", f"{_WORK}Answer: {formula}"),
        Candidate("plain answer line", f"{_WORK}Answer: {gold}"),
        Candidate("hashes", f"{_WORK}#### {gold}"),
        Candidate("answer tag", f"{_WORK}<answer>{gold}</answer>"),
    ]
