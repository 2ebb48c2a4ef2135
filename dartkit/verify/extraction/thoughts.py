"""Leave out what a model thinks before it answers: thinking blocks, chat marks, the turns it makes up for others.

A block without an end hides the rest; an end without a beginning hides what came before it, because the beginning often
stands in the prompt.
"""

from __future__ import annotations

import re

_NAMES = r"(?:think(?:ing)?|thoughts?|reasoning|analysis|scratchpad|reflection)"
_MARK = re.compile(
    rf"(?P<close></(?:seed:)?{_NAMES}>|<\|end_of_(?:thought|thinking)\|>|<\|END_THINKING\|>|\[/THINK\]|◁/think▷"
    r"|<\|channel\|>final<\|message\|>)"
    rf"|<(?:seed:)?{_NAMES}>|<\|begin_of_(?:thought|thinking)\|>|<\|START_THINKING\|>|\[THINK\]|◁think▷"
    r"|<\|channel\|>(?:analysis|commentary)<\|message\|>",
    re.IGNORECASE,
)
_LONGEST = 40
_MAX_PIECES = 16
# Every mark in angle brackets ends with one of these; looking for them is much faster than the expression above.
_ENDINGS = (
    "hink>", "hinking>", "hought>", "houghts>", "easoning>", "nalysis>", "cratchpad>", "eflection>", "hought|>", "hinking|>",
    "THINK", "THOUGHT", "REASONING>", "ANALYSIS>", "<|message|>",
)  # fmt: skip
_NEXT_TURN = re.compile(
    r"<\|(?:im_start|start_header_id|start)\|>\s?(?:user|human|system)|<\|(?:User|user|HUMAN)\|>|<｜User｜>|<start_of_turn>user"
)
_END = re.compile(
    r"<\|(?:im_end|endoftext|eot_id|end|return|END_RESPONSE|eos)\|>|</s>|<eos>|<end_of_turn>|<｜end▁of▁sentence｜>"
)


def visible_pieces(completion: str, window: int) -> list[tuple[str, int]]:
    """Return the pieces of the last `window` characters that are no thought, in order, each with its start."""
    offset = max(len(completion) - window, 0)
    text = completion[offset:] if offset else completion
    thinking = offset > 0 and _is_open(completion[: offset + _LONGEST], offset)
    if not thinking and not _may_think(text):
        return [(_one_turn(text) if "<" in text else text, offset)]
    return [(_one_turn(text[start:end]), offset + start) for start, end in _spans(text, thinking=thinking)]


def _may_think(text: str) -> bool:
    """Say whether a mark may be in the text: wrong at times about yes, never about no."""
    if "<" in text and any(ending in text for ending in _ENDINGS):
        return True
    return "THINK]" in text or (not text.isascii() and "think▷" in text)


def _is_open(head: str, offset: int) -> bool:
    """Say whether the last mark that begins before the offset opens a block."""
    last = max(head.rfind(ending) for ending in (*_ENDINGS, "THINK]", "think▷"))
    is_open = False
    if last >= 0:
        for mark in _MARK.finditer(head, max(last - _LONGEST, 0)):
            is_open = mark["close"] is None if mark.start() < offset else is_open
    return is_open


def _spans(text: str, *, thinking: bool) -> list[tuple[int, int]]:
    """Return the spans outside of thinking blocks that are not blank; of very many only the last."""
    spans: list[tuple[int, int]] = []
    at = 0
    seen = thinking
    for mark in _MARK.finditer(text):
        closes = mark["close"] is not None
        if not thinking and (seen or not closes):
            spans.append((at, mark.start()))
        at, thinking, seen = mark.end(), not closes, True
    if not thinking:
        spans.append((at, len(text)))
    return [span for span in spans if not text[slice(*span)].isspace() and span[0] < span[1]][-_MAX_PIECES:]


def _one_turn(text: str) -> str:
    """Cut at the first mark that ends the turn, if anything stands before it."""
    if not any(mark in text for mark in ("<|", "</s>", "<e", "<｜", "<start")):
        return text
    turn = _NEXT_TURN.search(text)
    if turn is not None and text[: turn.start()].strip():
        text = text[: turn.start()]
    for mark in _END.finditer(text):
        if text[: mark.start()].strip():
            return text[: mark.start()]
    return text
