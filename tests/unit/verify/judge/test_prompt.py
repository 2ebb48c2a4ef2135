"""The text the judge sees, its identity, and what is refused as a template."""

from __future__ import annotations

from pathlib import Path

import pytest

from dartkit.errors import DataError, UsageError
from dartkit.verify.judge import JudgeQuestion, JudgeSettings
from dartkit.verify.judge.prompt import JudgePrompt, bundled_judge_templates
from dartkit.verify.judge.question import MAX_PROBLEM_CHARS
from tests.unit.verify.judge.voices import judge_settings, read_prompt

QUESTION = JudgeQuestion("Which day?", "Friday", "the day after Thursday")


def prompt_of(settings: JudgeSettings) -> JudgePrompt:
    return JudgePrompt(settings, None)


@pytest.mark.parametrize("kind", ["text", "proof", "integer"])
def test_everything_is_shown_once(kind: str) -> None:
    """The test's reader finds problem, reference and candidate behind one fence, each once, in either order."""
    question = JudgeQuestion(QUESTION.problem, QUESTION.gold, QUESTION.candidate, kind)  # type: ignore[arg-type]  # from a table
    prompt = prompt_of(judge_settings())
    first, second = (
        read_prompt(prompt.render(question, order)) for order in ("reference-first", "candidate-first")
    )
    assert (first.problem, first.reference, first.candidate) == (
        "Which day?",
        "Friday",
        "the day after Thursday",
    )
    assert (first.reference_first, second.reference_first) == (True, False)
    assert first.fence == second.fence
    assert "check a proof" in prompt.render(question, "reference-first") or kind != "proof"


def test_slots_inside_texts_are_text() -> None:
    """A candidate that spells a slot gets its own letters back, not the gold answer."""
    question = JudgeQuestion("{candidate} {gold} {problem}", "{first}", "{second} {fence} {problem} {first}")
    shown = read_prompt(prompt_of(judge_settings()).render(question, "reference-first"))
    assert shown.problem == "{candidate} {gold} {problem}"
    assert shown.reference == "{first}"
    assert shown.candidate == "{second} {fence} {problem} {first}"


def test_long_problems_are_cut() -> None:
    """The limit's last character is there, the next is not, and the cut is said."""
    prompt = prompt_of(judge_settings())
    fits = JudgeQuestion("a" * (MAX_PROBLEM_CHARS - 1) + "b", "x", "y")
    longer = JudgeQuestion(fits.problem + "c", "x", "y")
    assert read_prompt(prompt.render(fits, "reference-first")).problem == fits.problem
    assert (
        read_prompt(prompt.render(longer, "reference-first")).problem
        == fits.problem + "\n(the rest is left out)"
    )


def test_fence_follows_content() -> None:
    """Another candidate has another fence; nobody who writes a candidate can know the fence it will get."""
    prompt = prompt_of(judge_settings())
    fences = {
        read_prompt(prompt.render(JudgeQuestion("p", "g", f"c{n}"), "reference-first")).fence
        for n in range(50)
    }
    assert len(fences) == 50


@pytest.mark.parametrize("template", bundled_judge_templates())
def test_bundled_templates_state_the_reply(template: str) -> None:
    """Each says the three verdicts in the form that is read, and has no slot left after rendering."""
    settings = judge_settings().model_copy(update={"template": template})
    text = prompt_of(settings).render(QUESTION, "reference-first")
    assert text.endswith("VERDICT: EQUAL\nVERDICT: DIFFERENT\nVERDICT: UNSURE")
    assert "{" not in text
    assert "the day after Thursday" in text


def test_bundled() -> None:
    assert bundled_judge_templates() == ("proof", "strict")


def test_identity_follows_the_words(tmp_path: Path) -> None:
    """A template's text counts, not its name; so does the chat wrapping."""
    base = judge_settings()
    copy = tmp_path / "copy.txt"
    copy.write_text("{fence} {problem} {first} {second}")
    own = base.model_copy(update={"template": str(copy)})
    changed = prompt_of(own).prompt_hash
    assert changed != prompt_of(base).prompt_hash
    moved = tmp_path / "moved.txt"
    moved.write_text("{fence} {problem} {first} {second}\n")
    assert prompt_of(base.model_copy(update={"template": str(moved)})).prompt_hash == changed
    assert (
        prompt_of(base.model_copy(update={"proof_template": str(copy)})).prompt_hash
        != prompt_of(base).prompt_hash
    )
    assert prompt_of(base.model_copy(update={"chat": False})).prompt_hash != prompt_of(base).prompt_hash


def test_own_template(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("{second}\n{first}\n{problem} {fence} {other}")
    settings = judge_settings().model_copy(update={"template": str(own)})
    text = prompt_of(settings).render(JudgeQuestion("P", "G", "C"), "reference-first")
    fence = text.split()[2]
    assert text == (
        f"BEGIN CANDIDATE {fence}\n| C\nEND CANDIDATE {fence}\nBEGIN REFERENCE {fence}\n| G\nEND REFERENCE {fence}\n| P {fence} {{other}}"
    )


@pytest.mark.parametrize("slot", ["fence", "problem", "first", "second"])
def test_a_missing_slot_is_named(tmp_path: Path, slot: str) -> None:
    own = tmp_path / "own.txt"
    own.write_text("{fence}{problem}{first}{second}".replace(f"{{{slot}}}", ""))
    with pytest.raises(DataError, match=rf"no \{{{slot}\}}") as caught:
        prompt_of(judge_settings().model_copy(update={"template": str(own)}))
    assert caught.value.where == str(own)


@pytest.mark.parametrize("template", ["strickt", "nothing.txt", "own.md", ""])
def test_an_unknown_template_names_the_bundled(template: str) -> None:
    with pytest.raises(UsageError, match="neither bundled") as caught:
        prompt_of(judge_settings().model_copy(update={"template": template}))
    assert "proof, strict" in caught.value.fix
    assert ("Nearest: strict" in caught.value.fix) == (template == "strickt")


def test_templates_that_are_no_text(tmp_path: Path) -> None:
    broken, large = tmp_path / "broken.txt", tmp_path / "large.txt"
    broken.write_bytes(b"{fence}{problem}{first}{second}\xff")
    large.write_text("{fence}{problem}{first}{second}" + "a" * (1 << 20))
    for file, message in ((broken, "UnicodeDecodeError"), (large, "larger than 1 MiB")):
        with pytest.raises(DataError, match=message):
            prompt_of(judge_settings().model_copy(update={"template": str(file)}))
