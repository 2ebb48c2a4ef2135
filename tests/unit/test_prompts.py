"""Rendering prompts: hostile problem texts, chat templates, one begin token, hashes, unknown names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dartkit.errors import DataError, EnvironmentProblem, UsageError
from dartkit.models import ModelRef
from dartkit.prompts import PromptRenderer, bundled_templates
from dartkit.settings import PromptSettings

CHAT = "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}{% if add_generation_prompt %}[go]{% endif %}"
HOSTILE = "Is {x} in {problem}? 50% of {{y}} \\boxed{} \u202e <|end|>"


def save_tokenizer(folder: Path, *, template: str | None, adds_begin: bool) -> ModelRef:
    """Save a byte-level tokenizer and return a reference to it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: index for index, letter in enumerate([*letters, "<|begin|>", "<|end|>"])}
    core = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    if adds_begin:
        core.post_processor = processors.TemplateProcessing(
            single="<|begin|> $A", special_tokens=[("<|begin|>", vocabulary["<|begin|>"])]
        )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=core, bos_token="<|begin|>", eos_token="<|end|>")
    tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    return ModelRef("m", str(folder), "r", "float32", "h" if template else None)


def begins(ref: ModelRef, prompt: str) -> int:
    """Count begin tokens of a prompt tokenised as engines do."""
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(ref.path)
    ids: list[int] = tokenizer(prompt, add_special_tokens=False).input_ids
    return ids.count(tokenizer.bos_token_id)


def test_every_bundled_template_has_one_slot() -> None:
    """The five of the documentation, each with the problem exactly once."""
    assert bundled_templates() == ("boxed", "choice", "dapo", "dart", "plain")
    for name in bundled_templates():
        text = PromptRenderer(PromptSettings(template=name), None).render("@@")
        assert text.count("@@") == 1
        assert "{problem}" not in text


def test_dapo_wrapper_is_the_published_one() -> None:
    """First and last words as in the DAPO data set."""
    text = PromptRenderer(PromptSettings(template="dapo"), None).render("Q")
    assert text.startswith(
        "Solve the following math problem step by step. The last line of your response should be"
    )
    assert text.endswith('\n\nQ\n\nRemember to put your answer on its own line after "Answer:".')


def test_hostile_text_survives() -> None:
    """Braces, percent signs, a literal slot and control characters pass through unchanged."""
    renderer = PromptRenderer(PromptSettings(system="S {problem}"), None)
    assert renderer.messages(HOSTILE)[1]["content"] == HOSTILE
    assert renderer.render(HOSTILE) == "S {problem}\n\n" + HOSTILE


def test_chat_template_with_generation_prompt(tmp_path: Path) -> None:
    """Worked out from CHAT by hand; the begin token is there once."""
    ref = save_tokenizer(tmp_path, template=CHAT, adds_begin=True)
    prompt = PromptRenderer(PromptSettings(template="plain", system="Be brief."), ref).render("Q")
    assert prompt == "<|begin|>[system]Be brief.[user]Q[go]"
    assert begins(ref, prompt) == 1


@pytest.mark.parametrize(("adds_begin", "expected"), [(True, "<|begin|>Q"), (False, "Q")])
def test_plain_prompt_begins_as_the_tokenizer_would(tmp_path: Path, adds_begin: bool, expected: str) -> None:
    """Without a chat template the renderer adds the begin token where the tokenizer adds one, never twice."""
    ref = save_tokenizer(tmp_path, template=None, adds_begin=adds_begin)
    prompt = PromptRenderer(PromptSettings(template="plain", chat=False), ref).render("Q")
    assert prompt == expected
    assert begins(ref, prompt) == int(adds_begin)


def test_model_without_chat_template(tmp_path: Path) -> None:
    """The message says both ways out."""
    ref = save_tokenizer(tmp_path, template=None, adds_begin=False)
    with pytest.raises(EnvironmentProblem, match="no chat template") as caught:
        PromptRenderer(PromptSettings(), ref).render("Q")
    assert "prompt.chat=false" in caught.value.fix
    assert "chat_template.jinja" in caught.value.fix


def test_chat_template_that_raises_is_named(tmp_path: Path) -> None:
    """A template that refuses system messages stops the run with its reason."""
    ref = save_tokenizer(tmp_path, template="{{ raise_exception('no system here') }}", adds_begin=False)
    with pytest.raises(EnvironmentProblem, match="no system here"):
        PromptRenderer(PromptSettings(system="S"), ref).render("Q")


def test_auto_is_plain_for_the_bundled_family_and_boxed_otherwise() -> None:
    """By name; a foreign chat template gets the boxed instruction."""
    tiny = PromptRenderer(PromptSettings(), ModelRef("tiny", "/x", "r", "float32", "t"))
    foreign = PromptRenderer(PromptSettings(), ModelRef("org/model", "/x", "r", "float32", "t"))
    assert tiny.messages("Q")[0]["content"] == "Q"
    assert "\\boxed{}" in foreign.messages("Q")[0]["content"]


def test_models_trained_from_the_bundled_one_stay_plain() -> None:
    """They keep its chat template, by which they are known."""
    from dartkit.models import resolve_model
    from dartkit.settings import ModelSettings

    tiny = resolve_model(ModelSettings(path="tiny"))
    child = ModelRef("run:models/sft", "/x", "r", "float32", tiny.chat_template_hash)
    assert PromptRenderer(PromptSettings(), child).messages("Q")[0]["content"] == "Q"


def test_hash_is_of_text_and_wrapping(tmp_path: Path) -> None:
    """A file with a bundled template's text is the same prompt; chat and wording make another."""
    file = tmp_path / "mine.txt"
    file.write_text("{problem}\n")
    plain = PromptRenderer(PromptSettings(template="plain"), None).prompt_hash
    assert PromptRenderer(PromptSettings(template=str(file)), None).prompt_hash == plain
    assert PromptRenderer(PromptSettings(template="plain", chat=False), None).prompt_hash != plain
    assert PromptRenderer(PromptSettings(template="boxed"), None).prompt_hash != plain


def test_unknown_template_names_the_nearest() -> None:
    """Usage error with all names."""
    with pytest.raises(UsageError, match="'boxd'") as caught:
        PromptRenderer(PromptSettings(template="boxd"), None)
    assert "Nearest: boxed" in caught.value.fix
    assert "dapo" in caught.value.fix


@pytest.mark.parametrize("content", [b"no slot", b"\xff\xfe{problem}"])
def test_bad_template_files(tmp_path: Path, content: bytes) -> None:
    """A file without the slot, and one that is not UTF-8."""
    file = tmp_path / "t.txt"
    file.write_bytes(content)
    with pytest.raises(DataError):
        PromptRenderer(PromptSettings(template=str(file)), None)
