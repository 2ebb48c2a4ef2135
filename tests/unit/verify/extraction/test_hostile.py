r"""Any text is safe: nothing is raised, the result stands in the completion, and time grows in line with the length."""

from __future__ import annotations

import re
import time
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.records import AnswerKind
from dartkit.verify.extraction import Extraction, extract_answer
from dartkit.verify.extraction.boxes import last_box
from dartkit.verify.extraction.trimming import trim

WINDOW = 65_536
PIECES = (
    "\\boxed{", "\\boxed", "\\fbox", "\\framebox[", "box", "{", "}", "\\{", "\\", "\\\\", "<think>", "</think>", "[THINK]", "◁think▷",
    "<answer>", "</answer>", "<solution>", "<|begin_of_solution|>", "<|", "<|im_end|>", "</s>", "<<", "#### ", "#", "answer is ",
    "The answer is 5. ", "the answer is not ", "Answer: ", "Answer:\n\n", "Answer\n", "final answer\n", "A: ", "\nA: ", "ns.", "ns:", "1,",
    "1", "1.", "1e", "2^", "^{", "^{-1}", "3/", "1:", "1_2 ", "1\u2009", "1{,}", "１", "٣", "-", "−", "5 - ", "$", "$5", "$ ", "$$", "$x$ = ",
    "$5$ or ", "$5$, ", "\\(", "\\)", "\\[", "\\]", "\\begin{align}", "\\end{align}", "\\begin{equation}a", "\\frac{", "\\sqrt{2}",
    "\\text{", "\\approx", "\\Rightarrow", "\\int", "=", "= ", "x=", "≈", "or ", "5 or ", "6 or 8 ", "either ", "maybe ", "(A) ", "(A",
    "C is correct. ", "option ", "选", "故选", "答案", "答案是", "答", "Ответ: ", "réponse ", "é", "です", '"answer": "', '"answer": ', "'answer': '",
    '"answer":[', '"', "'", "**", "*", "_", "__", "`", " ", "\n", "\n\n", "\r\n", "\t", "\n- ", "\n- 5", "1. ", ". ", "? ", "! ", ", ",
    "; ", "because ", ", so ", " (or ", "Therefore ", "so is ", "is ", "is a ", "not ", "yes ", "no. ", "true", "word ", "a.m.", "e.g. ",
    "km", "%", "°", "€ ", "US$", "&", "\\\\ &", "\\quad", "\\,", "and ", "\x00", "\ud800", "\u200b", "[", "(1,", "[1,2", "{1,2}",
)  # fmt: skip
HINTS = (None, *get_args(AnswerKind))
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=24).map("".join))


def seconds(completion: str, hint: AnswerKind | None) -> float:
    begun = time.process_time()
    extract_answer(completion, hint=hint)
    return time.process_time() - begun


@pytest.mark.parametrize("piece", PIECES)
def test_a_window_full_of_one_piece_takes_little_time(piece: str) -> None:
    """At most 26 ms were measured for any of them; a scanner that is quadratic anywhere would take seconds."""
    filler = piece * (WINDOW // len(piece))
    for before, after in (
        ("", ""),
        ("The answer is ", ""),
        ("\\boxed{", ""),
        ("", "\\boxed{5}"),
        ("<answer>", ""),
        ("5 ", ""),
    ):
        for hint in (None, "choice", "text"):
            assert seconds(before + filler[: WINDOW - 40] + after, hint) < 2.0


@pytest.mark.parametrize(
    "piece", ["x", "<think>", "</think>", "thought>", "[THINK]", "think▷", "\\boxed{", "<|message|>"]
)
def test_what_lies_before_the_window_costs_little(piece: str) -> None:
    """Two million characters are only searched for marks of thinking, with plain string searches."""
    assert seconds(piece * (2_000_000 // len(piece)), None) < 2.0


@pytest.mark.parametrize(
    "completion",
    [
        "\\boxed{" * 9_000,
        "\\boxed{" * 9_000 + "5" + "}" * 9_000,
        "\\boxed{5}" + "\\boxed{" * 9_000,
        "\\boxed{5}, " * 6_000,
        "\\boxed{" + "{" * 32_000 + "}" * 31_000,
        "\\boxed{1}" + "}" * 60_000 + "{" * 5_000,
        "<answer>" + "\\boxed{" * 9_000 + "</answer>",
        '{"answer": "' + "\\" * 65_000,
        "Answer: " + "(" * 65_000,
        "The answer is " + "either " * 9_000,
        "#### " + "1 or " * 13_000,
    ],
    ids=lambda text: text[:20],
)
def test_hostile_families(completion: str) -> None:
    for hint in HINTS:
        assert seconds(completion, hint) < 2.0


def test_many_boxes_keep_their_meaning() -> None:
    """9,000 nested boxes: the innermost; one closed box before 9,000 open ones: that one."""
    found = extract_answer("\\boxed{" * 3_000 + "5" + "}" * 3_000)
    assert found is not None
    assert found.text == "5"
    found = extract_answer("\\boxed{5}" + "\\boxed{" * 9_000)
    assert found is not None
    assert found.text == "5"


@settings(max_examples=1_500, deadline=None)
@given(TEXTS, st.sampled_from(HINTS))
def test_laws(completion: str, hint: AnswerKind | None) -> None:
    """The text is not blank, is trimmed, and stands at its start; of a joined one the first piece does; a decimal comma became a point."""
    found = extract_answer(completion, hint=hint)
    if found is None:
        return
    assert found.text
    assert found.text == found.text.strip()
    assert 0 <= found.start < len(completion)
    if found.rule != "json-answer" and "decimal-comma" not in found.flags:
        first = re.split(", | or ", found.text)[0]
        is_joined = (
            found.rule == "boxed-list"
            or "hedged" in found.flags
            or "," in found.text
            or len(found.others) > 1
        )
        assert completion.startswith(first if is_joined else found.text, found.start)
    assert ("several-finals" not in found.flags) or found.others[-1] == found.text
    assert isinstance(hash(found), int)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_thinking_before_the_answer_changes_nothing_but_the_start(completion: str) -> None:
    """A closed block in front moves the start by its length, unless the text itself holds marks of thinking."""
    if any(mark in completion.lower() for mark in ("think", "<|")):
        return
    block = "<think>Is it \\boxed{77}? The answer is 77.</think>"
    plain, moved = extract_answer(completion), extract_answer(block + completion)
    if plain is None:
        assert moved is None
    else:
        assert moved == Extraction(
            plain.text, plain.start + len(block), plain.rule, plain.flags, plain.others
        )


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab12{}\\$ ", max_size=40), st.text(alphabet="ab12 .\n", max_size=40))
def test_a_closed_box_is_found_by_counting_braces(inside: str, before: str) -> None:
    """Against a slow count of braces character by character."""
    text = f"{before}\\boxed{{{inside}}}"
    depth, end, escaped = 0, None, False
    for place in range(len(before) + 6, len(text)):
        char = text[place]
        if not escaped and char in "{}":
            depth += 1 if char == "{" else -1
            if depth == 0:
                end = place
                break
        escaped = char == "\\" and not escaped
    found = last_box(text)
    begin = len(before) + 7
    if end is not None and trim(text, begin, end)[0] < trim(text, begin, end)[1]:
        assert found is not None
        assert found.text == text[slice(*trim(text, begin, end))]
    else:
        assert found is None or "unclosed-box" in found.flags
