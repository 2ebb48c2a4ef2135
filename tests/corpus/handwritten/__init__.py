"""Pairs written and labelled by hand, one reference with answers that are the same and answers that are not.

The wording is that of real model outputs; numbers and sentences are our own. Nothing here was computed by any grader.
"""

from __future__ import annotations

from tests.corpus.case import Case
from tests.corpus.handwritten import amounts, formulas, habits, lists, responses, texts

Group = tuple[str, tuple[str, ...], tuple[str, ...]]  # reference, the same answers, other answers


def handwritten() -> list[Case]:
    """Return all cases."""
    found = []
    for module in (amounts, formulas, lists, texts, habits, responses):
        form = "response" if module is responses else "answer"
        for kind, groups in module.GROUPS.items():
            for reference, same, other in groups:
                for label, texts_ in ((True, same), (False, other)):
                    found += [
                        Case(
                            text,
                            reference,
                            label,
                            kind,
                            "by hand",
                            "hand",
                            "response" if form == "response" else "answer",
                        )
                        for text in texts_
                    ]
    return found
