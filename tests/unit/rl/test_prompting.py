"""Golden token ids of prompts: chat template, DAPO's wrapper as a template file, base-model mode; sampling arguments are honoured."""

from __future__ import annotations

from pathlib import Path

import pytest
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from dartkit.engines.base import DrawRequest
from dartkit.engines.transformers_engine import TransformersEngine
from dartkit.models import ModelRef, resolve_model
from dartkit.rl.prompting import RecipePromptWriter
from dartkit.settings import ModelSettings, PromptSettings, SamplingSettings
from dartkit.tiny import checkpoint_path
from dartkit.training.model import TrainableModel

QUESTION = "What is 17 + 25?"
BEGIN, END, SYSTEM, USER, ASSISTANT = 1, 2, 3, 4, 5
QUESTION_IDS = [60, 77, 387, 297, 226, 22, 28, 226, 16, 226, 23, 26, 36]
"""W, h, at, " is", then single digits: read off `tokenizer.json`, where 1, 7, 2 and 5 are 22, 28, 23 and 26."""
DAPO = (
    "Solve the following math problem step by step. The last line of your response should be of the form Answer: $Answer"
    " (without quotes) where $Answer is the answer to the problem.\n\n{problem}\n\n"
    'Remember to put your answer on its own line after "Answer:".'
)


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerBase:
    found: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(checkpoint_path())
    return found


@pytest.fixture(scope="module")
def tiny() -> ModelRef:
    return resolve_model(ModelSettings(path="tiny"))


def ids(tokenizer: PreTrainedTokenizerBase, prompt: str) -> list[int]:
    found: list[int] = tokenizer(prompt, add_special_tokens=False).input_ids
    return found


def test_chat_template(tokenizer: PreTrainedTokenizerBase, tiny: ModelRef) -> None:
    """<|begin|><|user|>QUESTION<|end|><|assistant|>, from a bare question and from a file's messages alike."""
    writer = RecipePromptWriter(PromptSettings(template="plain"), tiny, tokenizer)
    golden = [BEGIN, USER, *QUESTION_IDS, END, ASSISTANT]
    assert ids(tokenizer, writer.from_problem(QUESTION)) == golden
    assert ids(tokenizer, writer.from_messages([{"role": "user", "content": QUESTION}])) == golden


def test_system_message(tokenizer: PreTrainedTokenizerBase, tiny: ModelRef) -> None:
    writer = RecipePromptWriter(PromptSettings(template="plain", system="25?"), tiny, tokenizer)
    golden = [BEGIN, SYSTEM, 23, 26, 36, END, USER, *QUESTION_IDS, END, ASSISTANT]
    assert ids(tokenizer, writer.from_problem(QUESTION)) == golden


def test_base_model_mode(tokenizer: PreTrainedTokenizerBase, tiny: ModelRef) -> None:
    """The text alone: this tokenizer puts no begin token before plain text by itself."""
    writer = RecipePromptWriter(PromptSettings(template="plain", chat=False), tiny, tokenizer)
    assert ids(tokenizer, writer.from_problem(QUESTION)) == QUESTION_IDS
    assert ids(tokenizer, writer.from_messages([{"role": "user", "content": QUESTION}])) == QUESTION_IDS


@pytest.mark.parametrize("chat", [True, False])
def test_dapo_wrapper(tmp_path: Path, tokenizer: PreTrainedTokenizerBase, tiny: ModelRef, chat: bool) -> None:
    """The wrapper of the published data as a template file: its bytes are in the vocabulary pieces, one after the other.

    The question's own ids stand in the middle, because the tokenizer cuts words apart before it joins bytes.
    """
    template = tmp_path / "dapo.txt"
    template.write_text(DAPO)
    writer = RecipePromptWriter(PromptSettings(template=str(template), chat=chat), tiny, tokenizer)
    found = ids(tokenizer, writer.from_problem(QUESTION))
    inner = found[2:-2] if chat else found
    assert found == ([BEGIN, USER, *inner, END, ASSISTANT] if chat else inner)
    assert tokenizer.decode(inner, clean_up_tokenization_spaces=False) == DAPO.replace("{problem}", QUESTION)
    places = [at for at in range(len(inner)) if inner[at : at + len(QUESTION_IDS)] == QUESTION_IDS]
    assert len(places) == 1


def draw(trained: TrainableModel, batch_size: int, **sampling: object) -> list[tuple[int, ...]]:
    """Draw eight samples of one prompt."""
    settings = SamplingSettings.model_validate({"max_tokens": 12, **sampling})
    engine = TransformersEngine.from_model(trained.model, trained.tokenizer, batch_size=batch_size)
    engine.submit(
        [DrawRequest(str(n), "p", n, QUESTION, 100 + n, settings, want_tokens=True) for n in range(8)]
    )
    found: dict[int, tuple[int, ...]] = {}
    while done := engine.finished():
        found.update((one.request.draw_index, one.token_ids or ()) for one in done)
    return [found[n] for n in range(8)]


def test_sampling_arguments_reach_the_tokens(trained: TrainableModel) -> None:
    """Eight distinct samples at temperature 1; each restriction to the likeliest token makes all eight the greedy one."""
    assert len(set(draw(trained, 8))) == 8
    (greedy,) = set(draw(trained, 8, temperature=0.0))
    for only_the_likeliest in ({"top_k": 1}, {"top_p": 1e-6}, {"min_p": 1.0}, {"temperature": 1e-4}):
        assert set(draw(trained, 8, **only_the_likeliest)) == {greedy}
    assert all(len(tokens) <= 3 for tokens in draw(trained, 8, max_tokens=3))


def test_samples_do_not_depend_on_batch_size_or_restarts(trained: TrainableModel) -> None:
    """One row at a time, three, eight, and an engine that was stopped half way and asked again: the same tokens."""
    alone = draw(trained, 1)
    assert draw(trained, 3) == draw(trained, 8) == alone
    engine = TransformersEngine.from_model(trained.model, trained.tokenizer, batch_size=4)
    settings = SamplingSettings(max_tokens=12)
    requests = [DrawRequest(str(n), "p", n, QUESTION, 100 + n, settings, want_tokens=True) for n in range(8)]
    engine.submit(requests)
    engine.finished()
    engine.abort()
    engine.submit(requests[::-1])
    again = {one.request.draw_index: one.token_ids for _ in range(8) for one in engine.finished()}
    assert [again[n] for n in range(8)] == alone
