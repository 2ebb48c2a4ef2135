"""Answers that never reach the judge, because they say nothing: punctuation, empty boxes, and the openers that fool judges.

Zhao et al. (arXiv 2507.08794) found that judges of every size accept strings such as ":" or "Thought process:" for almost any
reference. What consists of nothing else is `no_answer` by rule. Openers are found whole, one after the other, in any case
and with any punctuation between them; text that says more goes to the judge, whose control question is the second guard.
"""

from __future__ import annotations

import re
import unicodedata

from dartkit.text.symbols import COMMAND_SIGNS, DROPPED_COMMANDS, FONT_COMMANDS, TEXT_COMMANDS

MASTER_KEYS = (
    " ", ".", ",", ":", "Thought process:", "Let's solve this problem step by step.", "Solution", "解", "かいせつ", "Respuesta",
)  # fmt: skip
"""The ten strings of the paper."""

_OPENERS = (
    "thought process", "thinking process", "thinking", "reasoning", "reasoning process", "explanation", "analysis",
    "solution", "the solution", "solution process", "here is the solution", "here's the solution", "step by step solution",
    "answer", "the answer", "the answer is", "final answer", "the final answer", "the final answer is", "my answer is",
    "let's solve this problem step by step", "let us solve this problem step by step", "let's solve this step by step",
    "let's solve the problem step by step", "let's solve this problem", "let's solve the problem", "let's solve this",
    "let's think step by step", "let's think about this step by step", "let's work through this step by step",
    "let's break this down", "let's break this down step by step", "let's begin", "let's start", "step by step",
    "解", "解答", "解析", "解法", "答", "答案", "答案是", "思路", "思考过程", "解题过程", "推理过程", "让我们一步一步地解决这个问题",
    "让我们一步步解决这个问题", "让我们逐步解决这个问题", "让我们一步一步思考", "一步一步",
    "かいせつ", "解説", "答え", "こたえ", "思考過程", "思考プロセス", "この問題をステップバイステップで解きましょう",
    "この問題を段階的に解きましょう", "ステップバイステップで考えましょう",
    "respuesta", "la respuesta es", "respuesta final", "solución", "proceso de pensamiento", "resolvamos este problema paso a paso",
    "vamos a resolver este problema paso a paso", "paso a paso",
    "réponse", "la réponse est", "résolvons ce problème étape par étape", "raisonnement",
    "antwort", "lösung", "lösungsweg", "gedankengang", "lösen wir dieses problem schritt für schritt",
    "resposta", "solução", "vamos resolver este problema passo a passo", "решение", "ответ",
)  # fmt: skip
_COMMAND = re.compile(r"\\(?:[A-Za-z]{1,32}|[^A-Za-z])")
_SHELLS = DROPPED_COMMANDS | FONT_COMMANDS | TEXT_COMMANDS
_SIGNS = frozenset(COMMAND_SIGNS)
_SHORT_GOLD = 8  # words; a long gold answer has "the", "solution" and "is" in it by chance
MAX_SCREENED = 65_536


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text, in lower case, without punctuation, Markdown and LaTeX's empty shells.

    A sign such as the one for infinity is a word; a plus or a comma is none.
    """
    folded = unicodedata.normalize("NFKC", _COMMAND.sub(_content_of, text[:MAX_SCREENED])).casefold()
    return "".join(char if char.isalnum() or char in _SIGNS else " " for char in folded).split()


def _content_of(command: re.Match[str]) -> str:
    """Return a command's name as a word, or a blank where the command only dresses what follows."""
    name = command.group()[1:]
    return " " if name in _SHELLS or not name.isalpha() else f" {name} "


_OPENER_WORDS = frozenset(tuple(words_of(opener)) for opener in _OPENERS)
_LONGEST = max(len(opener) for opener in _OPENER_WORDS)


def says_nothing(candidate: str) -> bool:
    """Whether a candidate has no word, number or mathematical sign in it."""
    return not words_of(candidate)


def only_opens(candidate: str, gold: str) -> bool:
    """Whether a candidate is nothing but openers. Not where a short gold answer has all its words: then it may be an answer."""
    words = words_of(candidate)
    wanted = words_of(gold)
    if not words or (len(wanted) <= _SHORT_GOLD and set(words) <= set(wanted)):
        return False
    at = 0
    while at < len(words):
        length = next(
            (
                size
                for size in range(min(_LONGEST, len(words) - at), 0, -1)
                if tuple(words[at : at + size]) in _OPENER_WORDS
            ),
            0,
        )
        if length == 0:
            return False
        at += length
    return True
