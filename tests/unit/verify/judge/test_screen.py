"""What never reaches the judge: the ten master keys of arXiv 2507.08794 with their disguises, and what must not be mistaken for them."""

from __future__ import annotations

import time

import pytest

from dartkit.verify.judge.screen import MASTER_KEYS, only_opens, says_nothing, words_of

SILENT = (
    "", " ", "\n\t", ".", ",", ":", "...", "-", "—", "?!", "***", "|", "()", "$$", "\\(\\)", "\\[ \\]", "\\boxed{}", "\\boxed{ }",
    "\\boxed{\\text{}}", "\\text{ }", "\\quad", "\\left( \\right)", "\\mathrm{}", "{}", "#", "####", "、。", "：", "\u200b", "\u00a0", "\u3000",
    "\ufeff", "_", "`", "==", "\\,\\;\\!", "\ud800",
)  # fmt: skip
SPEAKING = (
    "7", "x", "½", "²", "∞", "\\infty", "∅", "\\emptyset", "π", "√", "零", "é", "A.", "(b)", "-1", "\\boxed{0}", "\\text{no}",
    "\\frac{1}{2}", "٣",
)  # fmt: skip
OPENING = (
    "Thought process:", "thought process", "**Thought Process:**", "THOUGHT PROCESS", "Thought\nprocess:", "Ｔｈｏｕｇｈｔ process：",
    "# Thought process", "\\text{Thought process:}", "\\boxed{\\text{Thought process}}", "Let's solve this problem step by step.",
    "Let’s solve this problem step by step", "Let us solve this problem step-by-step:", "LET'S THINK STEP BY STEP!", "Solution",
    "Solution:", "### Solution\n\n", "\\textbf{Solution}.", "\\boxed{\\text{Solution}}", "Solution: Let's solve this problem step by step.",
    "Thought process: Solution: Answer:", "The final answer is", "The answer is:", "Final Answer:", "Answer", "解", "解：", "解:", "解答", "【解】",
    "思考过程：", "让我们一步一步地解决这个问题。", "かいせつ", "かいせつ：", "解説", "Respuesta", "Respuesta:", "¿Respuesta?", "Solución", "Réponse :", "Lösung", "Ответ:",
    "Solution Solution Solution", "Respuesta: Solution: 解",
)  # fmt: skip
ANSWERING = (
    "Solution: 7", "The answer is 7", "a solution", "no solution", "the solution set is empty", "Thought", "process", "解 7", "x = 解",
    "step 1", "a saline solution", "Let's solve", "Respuesta: sí", "answers", "Paris", "Solution B",
)  # fmt: skip


@pytest.mark.parametrize("candidate", SILENT)
def test_silent(candidate: str) -> None:
    """Punctuation, blanks and LaTeX shells around nothing."""
    assert says_nothing(candidate)


@pytest.mark.parametrize("candidate", SPEAKING)
def test_speaking(candidate: str) -> None:
    """One letter, digit or mathematical sign is an answer."""
    assert not says_nothing(candidate)
    assert not only_opens(candidate, "5")


@pytest.mark.parametrize("key", MASTER_KEYS)
def test_every_master_key_is_caught(key: str) -> None:
    """The list of the paper, each as it stands there."""
    assert says_nothing(key) or only_opens(key, "5")


@pytest.mark.parametrize("candidate", OPENING)
def test_openers(candidate: str) -> None:
    """Openers in other clothes and several in a row."""
    assert only_opens(candidate, "5")
    assert not says_nothing(candidate)


@pytest.mark.parametrize("candidate", ANSWERING)
def test_openers_with_something_behind_them_are_heard(candidate: str) -> None:
    """These say something, or may: they are the judge's business."""
    assert not only_opens(candidate, "5")
    assert not says_nothing(candidate)


@pytest.mark.parametrize(
    ("candidate", "gold", "opens"),
    [
        ("Solution.", "7", True), ("Solution.", "\\text{solution}", False), ("Solution", "a saline solution", False),
        ("Answer:", "solution", True), ("Solution: answer", "solution", True), ("analysis", "data analysis", False),
        ("Solution", "The solution " + "a " * 6, False), ("Solution", "The solution " + "a " * 7, True),
    ],
)  # fmt: skip
def test_an_opener_that_may_be_the_answer(candidate: str, gold: str, opens: bool) -> None:
    """A question of chemistry may well have the answer "solution"; the last two are gold answers of eight and nine words."""
    assert only_opens(candidate, gold) is opens


def test_words() -> None:
    """By hand: shells and punctuation go, commands of mathematics stay as words, wide letters become plain."""
    assert words_of("\\boxed{\\text{Ｔhe}\\ \\frac{1}{2}\\infty, ∞}") == [
        "the",
        "frac",
        "1",
        "2",
        "infty",
        "∞",
    ]


@pytest.mark.parametrize(
    "candidate",
    ["Solution " * 7_000, "\\text{" * 10_000, "\\" * 65_000, ":" * 65_000, "let s solve this problem step by " * 2_000, "\ufdfa" * 9_000, "解" * 60_000],
    ids=range(7),
)  # fmt: skip
def test_screening_is_linear(candidate: str) -> None:
    """64 KB within seconds on a busy machine, where they take a few hundredths of one."""
    begun = time.perf_counter()
    says_nothing(candidate)
    only_opens(candidate, "5")
    assert time.perf_counter() - begun < 5.0
