"""From a question to the exact text the judging model sees; the templates lie beside this file as `.txt`."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from dartkit.errors import DataError, UsageError, boundary
from dartkit.ids import content_id
from dartkit.models import ModelRef
from dartkit.prompts import PromptRenderer
from dartkit.settings import PromptSettings, endpoint_of
from dartkit.verify.judge.neutral import make_fence, quote
from dartkit.verify.judge.question import MAX_PROBLEM_CHARS, JudgeQuestion, Order
from dartkit.verify.judge.settings import JudgeSettings

SLOTS = ("fence", "problem", "first", "second")
TEMPLATE_LIMIT = 1 << 20
_SLOT = re.compile(r"\{(fence|problem|first|second)\}")


def bundled_judge_templates() -> tuple[str, ...]:
    """Return the names that `template` and `proof_template` may take besides a file."""
    return tuple(sorted(file.stem for file in Path(__file__).parent.glob("*.txt")))


class JudgePrompt:
    """Words questions, always the same way.

    Args:
        settings: Templates, system message, chat or plain.
        model: The model that will read the prompts; None (the scripted engine, tests) renders plain text.

    Raises:
        UsageError: if a template is neither bundled nor a `.txt` file.
        DataError: if a template file lacks a slot.
    """

    def __init__(self, settings: JudgeSettings, model: ModelRef | None) -> None:
        self._templates = {
            "answer": _read_template(settings.template),
            "proof": _read_template(settings.proof_template),
        }
        self._chat = settings.chat
        self._renderer = PromptRenderer(
            PromptSettings(template="plain", system=settings.system, chat=settings.chat),
            model,
            endpoint=endpoint_of(settings.engine),
        )

    @property
    def prompt_hash(self) -> str:
        """Identity of both templates' texts and of whether a chat template wraps them."""
        return content_id("judge-prompt", {"templates": self._templates, "chat": self._chat})

    def render(self, question: JudgeQuestion, order: Order) -> str:
        """Return the whole prompt, up to the point where the judge is to speak.

        Raises:
            EnvironmentProblem: if a chat is wanted and the model has no chat template.
        """
        problem = question.problem
        if len(problem) > MAX_PROBLEM_CHARS:
            problem = problem[:MAX_PROBLEM_CHARS] + "\n(the rest is left out)"
        texts = [quote(text) for text in (problem, question.gold, question.candidate)]
        fence = make_fence(question.question_id, texts)
        reference = _block("REFERENCE", texts[1], fence)
        candidate = _block("CANDIDATE", texts[2], fence)
        first, second = (reference, candidate) if order == "reference-first" else (candidate, reference)
        values = {"fence": fence, "problem": texts[0], "first": first, "second": second}
        template = self._templates["proof" if question.kind == "proof" else "answer"]
        # One pass over the template: a slot's name inside a text that was put in is not a slot.
        return self._renderer.render(_SLOT.sub(lambda found: values[found[1]], template))


def _block(name: str, quoted: str, fence: str) -> str:
    return f"BEGIN {name} {fence}\n{quoted}\nEND {name} {fence}"


def _read_template(template: str) -> str:
    if template in bundled_judge_templates():
        return _read(Path(__file__).parent / f"{template}.txt")
    file = Path(template).expanduser()
    if file.suffix != ".txt" or not file.is_file():
        names = bundled_judge_templates()
        near = difflib.get_close_matches(template, names, n=1, cutoff=0.5)
        hint = f" Nearest: {near[0]}." if near else ""
        raise UsageError(
            f"the judge's template '{template}' is neither bundled nor a .txt file",
            fix=f"Bundled: {', '.join(names)}.{hint} A file must end in .txt.",
        )
    if file.stat().st_size > TEMPLATE_LIMIT:
        raise DataError("the template is larger than 1 MiB", where=str(file), fix="Use a short text file.")
    text = _read(file)
    missing = [f"{{{slot}}}" for slot in SLOTS if f"{{{slot}}}" not in text]
    if missing:
        raise DataError(
            f"the judge's template has no {', '.join(missing)}",
            where=str(file),
            fix="Start from the bundled `strict.txt`, which has all four slots.",
        )
    return text


def _read(file: Path) -> str:
    """Read a template without the newline that editors leave at the end."""
    with boundary(f"read the judge's template {file}", kind=DataError, fix="Save it as UTF-8 text."):
        return file.read_text(encoding="utf-8").removesuffix("\n")
