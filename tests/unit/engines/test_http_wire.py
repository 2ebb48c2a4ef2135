"""What goes over the wire: reading hostile answers, dividing token counts, wording errors, waiting times."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.engines.http.outage import read_retry_after
from dartkit.engines.http.wire import (
    DIALECTS,
    Choice,
    Garbage,
    error_words,
    plain,
    prompt_fields,
    read_answer,
    sampling_fields,
    share_tokens,
)
from dartkit.settings import SamplingSettings

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["choices", "message", "content", "text", "finish_reason", "usage", "reasoning",
                         "completion_tokens", "prompt_tokens", "error", "detail"]) | st.text(max_size=3), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


def chat(message: Any, reason: Any = "stop", **more: Any) -> bytes:
    return json.dumps({"choices": [{"finish_reason": reason, "message": message}], **more}).encode()


@given(JSON, st.sampled_from(["chat", "completions"]), st.integers(1, 3))
def test_any_json_is_an_answer_or_garbage(value: Any, endpoint: Any, count: int) -> None:
    """No other error comes out, and an answer's texts can be written as UTF-8 and its counts are small."""
    try:
        answer = read_answer(json.dumps(value).encode(), endpoint, count)
    except Garbage:
        return
    assert 1 <= len(answer.choices) <= count
    for choice in answer.choices:
        choice.text.encode()
        assert choice.finish_reason in ("stop", "length", "error")
    assert all(0 <= (number or 0) < 2**31 for number in (answer.prompt_tokens, answer.completion_tokens))


@given(st.binary(max_size=200))
def test_any_bytes_are_garbage_or_words(payload: bytes) -> None:
    """Neither reader raises anything else, and what is shown is one printable line."""
    with pytest.raises(Garbage):  # 200 bytes of chance are no chat answer
        read_answer(payload, "chat", 1)
    assert error_words(payload, None).isprintable()


@pytest.mark.parametrize(
    ("message", "reason", "text"),
    [
        ({"content": "a"}, "stop", "a"),
        ({"content": ""}, "stop", ""),
        ({"content": "a", "reasoning_content": None}, "stop", "a"),
        ({"content": "a", "reasoning_content": "t"}, "stop", "<think>\nt\n</think>\n\na"),
        ({"content": "a", "reasoning": "t"}, "stop", "<think>\nt\n</think>\n\na"),
        ({"content": None, "reasoning": "t"}, "length", "<think>\nt"),
        ({"content": "a\ud800b"}, "stop", "a\ufffdb"),
    ],
)
def test_texts(message: dict[str, Any], reason: str, text: str) -> None:
    """Thoughts that the server took out are put back; half a surrogate pair becomes the replacement character."""
    assert read_answer(chat(message, reason), "chat", 1).choices == [Choice(text, reason)]  # type: ignore[arg-type]


def test_prompts_and_penalties_by_dialect() -> None:
    """Only vLLM knows `add_special_tokens`; llama.cpp looks back 64 tokens unless told otherwise."""
    assert prompt_fields("x", "completions", DIALECTS["vllm"], has_begin=True)["add_special_tokens"] is False
    assert prompt_fields("x", "completions", DIALECTS["vllm"], has_begin=False) == {"prompt": "x"}
    assert prompt_fields("x", "completions", DIALECTS["sglang"], has_begin=True) == {"prompt": "x"}
    strict = SamplingSettings(repetition_penalty=1.1)
    assert sampling_fields(strict, DIALECTS["llamacpp"])["repeat_penalty"] == 1.1
    assert sampling_fields(strict, DIALECTS["llamacpp"])["repeat_last_n"] == -1
    assert "repeat_last_n" not in sampling_fields(SamplingSettings(), DIALECTS["llamacpp"])


@pytest.mark.parametrize(
    "choice",
    [None, "x", {}, {"finish_reason": None, "text": "x"}, {"finish_reason": "stop"}, {"finish_reason": "?", "text": "x"},
     {"finish_reason": "stop", "text": ["x"]}],
)  # fmt: skip
def test_choices_that_are_none(choice: Any) -> None:
    """Beside a proper one they are left out, to be asked for again; alone they are garbage."""
    good = {"finish_reason": "length", "text": "y"}
    payload = json.dumps({"choices": [choice, good], "usage": {"completion_tokens": 9}}).encode()
    assert read_answer(payload, "completions", 2) == ([Choice("y", "length")], None, None)
    with pytest.raises(Garbage):
        read_answer(json.dumps({"choices": [choice]}).encode(), "completions", 1)


def test_counts_of_choices_that_were_not_taken_are_not_known() -> None:
    """Two choices for one draw: what the first alone cost, the sum does not say."""
    item = {"finish_reason": "stop", "text": "x"}
    payload = json.dumps({"choices": [item, item], "usage": {"completion_tokens": 10, "prompt_tokens": 3}})
    answer = read_answer(payload.encode(), "completions", 1)
    assert (len(answer.choices), answer.prompt_tokens, answer.completion_tokens) == (1, 3, None)


@pytest.mark.parametrize("value", [True, -1, 2**31, 1.5, "7", None])
def test_a_count_that_is_none_is_not_known(value: Any) -> None:
    payload = chat({"content": "x"}, usage={"completion_tokens": value, "prompt_tokens": value})
    assert read_answer(payload, "chat", 1)[1:] == (None, None)


def test_shares_by_hand() -> None:
    """Total 30 with one cut at 10: 20 are left for texts of 9 and 29 letters, weights 10 and 30, so 5 and 15."""
    choices = [Choice("x" * 9, "stop"), Choice("y", "length"), Choice("z" * 29, "stop")]
    assert share_tokens(30, choices, 10) == [5, 10, 15]
    assert share_tokens(None, choices, 10) == [None] * 3
    assert share_tokens(7, choices[:1], 10) == [7]


@given(
    st.integers(0, 5000),
    st.lists(st.tuples(st.text(max_size=20), st.sampled_from(["stop", "length"])), min_size=1, max_size=6),
    st.integers(1, 500),
)
def test_shares_add_up(total: int, texts: list[tuple[str, Any]], max_tokens: int) -> None:
    """Whatever the server says, the budget sees the sum that was paid, and no share is negative."""
    shares = share_tokens(total, [Choice(text, reason) for text, reason in texts], max_tokens)
    assert sum(share or 0 for share in shares) == total
    assert all(share is not None and share >= 0 for share in shares)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ('{"error": {"message": "too long", "code": "context_length_exceeded"}}', "too long (context_length_exceeded)"),
        ('{"error": {"message": "too long", "code": 400}}', "too long"),
        ('{"object": "error", "message": "bad"}', "bad"),
        ('{"detail": [{"loc": ["body"], "msg": "field required"}]}', "field required"),
        ("plain\n text\x1b[31m", "plain text [31m"),
        ('{"error": "k-1 is wrong"}', "[key] is wrong"),
    ],
)  # fmt: skip
def test_words_of_errors(payload: str, words: str) -> None:
    assert error_words(payload.encode(), "k-1") == words


def test_words_are_bounded() -> None:
    assert len(plain("ab " * 10**5)) == 300


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 12 ", 12.0),
        ("0", 0.0),
        ("Sun, 06 Nov 1994 08:50:07 GMT", 30.0),
        ("Sun, 06 Nov 1994 08:49:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    """A date counts from the server's own clock, which says 08:49:37."""
    assert read_retry_after(value, "Sun, 06 Nov 1994 08:49:37 GMT") == seconds
    if value and "GMT" in value:
        assert read_retry_after(value, None) is None
