r"""What is thought and what is said, and where a turn ends. Read off the completions by eye."""

from __future__ import annotations

import pytest

from dartkit.verify.extraction import extract_answer

SAID = (
    (r"<think>\boxed{1}</think> It is \boxed{2}", "2"),
    (r"<thinking>\boxed{1}</thinking> It is \boxed{2}", "2"),
    (r"<THINK>\boxed{1}</THINK> It is \boxed{2}", "2"),
    (r"<thought>\boxed{1}</thought> It is \boxed{2}", "2"),
    (r"<seed:think>\boxed{1}</seed:think> It is \boxed{2}", "2"),
    (r"<analysis>\boxed{1}</analysis> It is \boxed{2}", "2"),
    (r"<reasoning>\boxed{1}</reasoning> It is \boxed{2}", "2"),
    (r"[THINK]\boxed{1}[/THINK]It is \boxed{2}", "2"),
    (r"◁think▷\boxed{1}◁/think▷It is \boxed{2}", "2"),
    (r"<|begin_of_thought|>\boxed{1}<|end_of_thought|><|begin_of_solution|>So \boxed{2}<|end_of_solution|>", "2"),
    (r"<|START_THINKING|>\boxed{1}<|END_THINKING|>It is \boxed{2}", "2"),
    (r"<|channel|>analysis<|message|>\boxed{1}<|end|><|start|>assistant<|channel|>final<|message|>It is \boxed{2}<|return|>", "2"),
    (r"\boxed{1}</think> The answer is 9", "9"),  # the block began in the prompt
    (r"The answer is 4. <think> perhaps \boxed{5}", "4"),
    (r"It is 4. <think> perhaps \boxed{5}", "4"),
    (r"<think>a</think>\boxed{3}<think>\boxed{4}</think> Done.", "3"),
    (r"<think>a</think>\boxed{3}<think>\boxed{4}</think> I checked it 2 times.", "3"),
    (r"<think>a</think>\boxed{3}<think>b</think> No, \boxed{5}.", "5"),
    (r"<think>one <think> two</think> The answer is 6", "6"),  # a block does not nest
    (r"<think>1</think> The answer is 6.</think>", "6"),  # a second end hides nothing
    (r"<think></think>The answer is 6", "6"),
    ("I think > 5 and so \\boxed{6}", "6"),
    ("A thought> and reasoning> without a mark: \\boxed{6}", "6"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "text"), SAID)
def test_only_what_is_said_counts(completion: str, text: str) -> None:
    found = extract_answer(completion)
    assert found is not None
    assert found.text == text
    assert completion.startswith(text, found.start)


@pytest.mark.parametrize(
    "completion",
    [
        "<think>It is 5",
        r"<think>\boxed{5}",
        r"<think>\boxed{5}</think>",
        r"<think>\boxed{5}</think>   ",
        r"<think>\boxed{5}</think> I cannot say.",
        r"<|begin_of_thought|>\boxed{5}",
        r"[THINK]\boxed{5}",
        r"◁think▷\boxed{5}",
        r"\boxed{5}</think>",
        "<reasoning>5 <answer>6</answer>",
        r"<|channel|>analysis<|message|>The answer is 5",
    ],
)
def test_an_answer_in_the_thoughts_alone_is_none(completion: str) -> None:
    assert extract_answer(completion) is None


TURNS = (
    ("The answer is 12.<|im_end|>", "12"),
    ("The answer is 12</s>", "12"),
    ("The answer is 12<|endoftext|>", "12"),
    ("The answer is 12<|eot_id|>", "12"),
    ("The answer is 12<end_of_turn>", "12"),
    ("The answer is 12<｜end▁of▁sentence｜>", "12"),
    ("It is 12.<|im_end|>\n<|im_start|>user\nWhat is 3+4?<|im_end|>", "12"),
    ("It is 12.\n<|im_start|>user\nWhat is 3+4?", "12"),
    ("It is 12.<|start_header_id|>user<|end_header_id|>7", "12"),
    ("It is 12.<start_of_turn>user\n7", "12"),
    (r"\boxed{12}</s></s></s>\boxed{13}", "12"),
    ("<|im_end|> The answer is 12", "12"),  # nothing stands before the mark
    ("2 </s", "2"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "text"), TURNS)
def test_the_turn_of_the_model_ends(completion: str, text: str) -> None:
    found = extract_answer(completion)
    assert found is not None
    assert found.text == text


def test_only_the_end_is_read_and_the_offset_counts_from_the_start() -> None:
    """70,000 characters before the box are more than the window of 65,536."""
    filler = "x" * 70_000
    found = extract_answer("\\boxed{1}" + filler + "\\boxed{2}")
    assert found is not None
    assert (found.text, found.start, found.others) == ("2", 9 + 70_000 + 7, ())


@pytest.mark.parametrize(
    ("begin", "end", "text"),
    [
        ("<think>", "", None),
        ("<think>", "</think>", "2"),
        ("<think>a</think>", "", "2"),
        ("", "", "2"),
        ("", "</think>", "2"),
        ("[THINK]", "", None),
        ("◁think▷", "", None),
    ],
)
def test_a_block_that_began_before_the_window(begin: str, end: str, text: str | None) -> None:
    """An open block of 70,000 characters hides the answer although its beginning is out of reach."""
    found = extract_answer(begin + "x " * 35_000 + end + "\\boxed{2}")
    assert (found.text if found else None) == text


@pytest.mark.parametrize("shift", range(-9, 3))
def test_a_mark_across_the_border_of_the_window(shift: int) -> None:
    """The window may begin within `<think>`; wherever it does, the rest stays hidden or, before it, is seen."""
    completion = "<think>" + "x" * (65_536 + shift - len("\\boxed{2}")) + "\\boxed{2}"
    assert extract_answer(completion) is None
