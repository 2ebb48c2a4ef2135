"""Gaps made by each known cause are traced to it. Means and shares are worked out by hand."""

from __future__ import annotations

import pytest
import torch
from transformers import AutoTokenizer

from dartkit.rl.diagnosis import SampleGaps, diagnose, explain
from dartkit.rl.training_samples import TrainingSample
from dartkit.tiny import checkpoint_path
from dartkit.training.batching import TokenRow


def sample(*differences: float, stale: bool = False, changes: bool = False) -> SampleGaps:
    return SampleGaps(list(differences), stale, changes)


def test_the_numbers_are_those_of_the_tokens() -> None:
    """|0.2|, |0.4|, |0.6| and 0: mean 0.3; two of three that differ are above; 1 % of 4 is one token, with half of the gap."""
    text = explain([sample(0.2, -0.4), sample(0.6, 0.0)])
    assert "over 4 tokens: mean gap 0.3;" in text
    assert "larger one at 67% of the tokens that differ" in text
    assert "widest 1 % of the tokens have 50% of the gap" in text
    assert "0 of 2 samples give other tokens" in text


SPREAD = (0.1, -0.1) * 100


@pytest.mark.parametrize(
    ("known", "cause"),
    [
        ([sample(*SPREAD)], "no single cause"),
        ([sample(0.4, -0.5, stale=True), sample(*SPREAD)], "carried over too many updates"),
        ([sample(0.2, -0.1, stale=True), sample(*SPREAD)], "no single cause"),  # 0.15 is not four times 0.1
        ([sample(1.0, -1.0, changes=True), sample(*SPREAD)], "tokens are made from its text"),
        ([sample(0.2, -0.1, changes=True), sample(*SPREAD)], "no single cause"),
        ([sample(*(0.1,) * 180, *(-0.1,) * 10)], "after cutting the distribution"),
        ([sample(5.0, -5.0, *(0.001, -0.001) * 99)], "rounding of single tokens"),
    ],
)
def test_each_cause_leaves_its_trace(known: list[SampleGaps], cause: str) -> None:
    assert cause in explain(known)


def test_carried_samples_alone_compare_with_nothing() -> None:
    text = explain([sample(*SPREAD, stale=True)])
    assert "0.1 in carried samples, none in the others" in text
    assert "no single cause" in text


def test_tokens_are_decoded_and_encoded_again() -> None:
    """The tokens of a text come back; the text spelt letter by letter comes back as fewer tokens. Samples without numbers are left out."""
    tokenizer = AutoTokenizer.from_pretrained(checkpoint_path())
    text = "Tom has 7 apples"
    whole = tokenizer.encode(text, add_special_tokens=False)
    letters = [tokenizer.encode(letter, add_special_tokens=False)[-1] for letter in text]
    assert tokenizer.decode(letters) == text
    assert len(letters) > len(whole)

    def row(ids: list[int], told: float | None) -> TrainingSample:
        known = None if told is None else (told,) * len(ids)
        return TrainingSample(TokenRow((1,), tuple(ids)), 1.0, sampler_logprobs=known)

    samples = [row(whole, -0.5), row(letters, -2.0), row(whole, None), row(whole, -9.0)]
    old = [torch.full((len(item.row.response_ids),), -0.6) for item in samples[:3]]
    found = diagnose(samples, [*old, None], tokenizer)
    assert f"over {len(whole) + len(letters)} tokens" in found
    assert (
        "1 of 2 samples give other tokens when decoded and encoded again (gap 1.4, the others 0.1)" in found
    )
    assert "tokens are made from its text" in found
    assert "nothing could be measured" in diagnose([row(whole, None)], [None], tokenizer)
