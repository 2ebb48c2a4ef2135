r"""Read the letter of a multiple choice: `B`, `(B) 12`, `Option b`, `\textbf{(B)}\ 12`, `B: twelve`, `A and C`, `(ii)`."""

from __future__ import annotations

import re
from typing import NamedTuple

from dartkit.text.symbols import names
from dartkit.verify.lexicon.plain import plain

_LONGEST = 2_000
_NAMES = re.compile(
    r"(?:(?:the|my|so|thus|hence|therefore|故|因此|所以),? ){0,2}(?:(?:final|correct|right|best) |正确|最终){0,2}"
    r"(?:(answer|ans|antwort|réponse|respuesta|solution)\b(?: ?choice| ?option)?\.?"
    r"(?: is| are|:| ist| est| es)?(?: choice| option)?:? ?"
    r"|(i (?:choose|pick|select)|options?|choices?|alternatives?|statements?|选项|选择|答案|故选|应选|本题选|选)(?: ?(?:is|are|是|为))?[:：]? ?)",
    re.IGNORECASE,
)
_SINGLE = re.compile(
    r"(?:([(\[])\s?([A-Za-z]|[ivIV]{1,4}|[ivx]{1,4})\s?([)\]])"
    r"|([A-Za-z]|[IV]{1,4}|ii|iii|iv|vi{1,3}|ix))(?![A-Za-z])"
)
_SEPARATOR = re.compile(r"(?:\s?[,;、&]\s?(?:and\s)?|\s?(?:and|et|und|y|和)\s?)")
_LEADING = re.compile(r"(?:[)\]}:.、．*\s~]|\\[ ,;:!]|\\q?quad(?![A-Za-z]))*")
_CLOSERS = ").:、．,"
_ROMAN = names("i ii iii iv v vi vii viii ix")
_PAIRS = {"(": ")", "[": "]"}
_SAYS_MORE = frozenset({" only", " is correct", " is right", " is true", " is the answer", " is the correct answer", " are correct",
                        " is the correct option", " is the correct choice", " are true", "选项", "项", " 选项", " 项", "选项正确", "项正确"})  # fmt: skip
_CIRCLED = re.compile(r"\$?(?:\\text\s?\{)?\s?([①-⑩](?:\s?[,，、;；和与及]?\s?[①-⑩]){0,9})\s?\}?\$?[.。]?")
_SIGN = re.compile("[①-⑩]")
_OPERATORS = frozenset("+-=*/^_<>|!'≤≥≠±×·÷∈∪∩→")


class Choice(NamedTuple):
    """The letters of a choice and what was said with them.

    Attributes:
        letters: In upper case and in order; roman numerals in lower case (`ii`).
        text: What follows the letter, such as the text of the option; None where nothing does.
        certain: Whether it can be nothing but a choice; a lone `b`, `A, C` and `AC` may be variables, `(i)` a number,
            and `A: 12` may name a value.
    """

    letters: tuple[str, ...]
    text: str | None
    certain: bool


def read_choice(text: str, *, letters: str = "ABCDEFGHIJ") -> Choice | None:
    """Return the choice that a text states, or None.

    Args:
        text: An answer; whatever follows a letter must stand apart from it, so `B+1`, `A = 5` and `(a, b)` are no choices.
        letters: The letters that can be chosen, in upper case.
    """
    if len(text) > _LONGEST:
        return None
    circled = _CIRCLED.fullmatch(text)
    if circled is not None:
        signs = tuple(sorted(set(_SIGN.findall(circled[1]))))
        return Choice(signs, None, len(signs) > 1)
    words = plain(text, _LONGEST)
    if not words:
        return None
    first = words[0]
    if not (first.isalpha() or first in "(["):
        return None
    named = _NAMES.match(words)
    start = named.end() if named is not None else 0
    both = words[start : start + 5].lower() == "both "
    start += 5 if both else 0
    found = _SINGLE.match(words, start)
    if found is None:
        return _read_run(words[start:], letters, named=named is not None)
    item = _item(found, letters)
    if item is None:
        return None
    several = _read_several(words, found, item, letters, named=named is not None)
    if several is not None or both:
        return several
    rest = words[found.end() :]
    if found[1] is not None:
        choice = _bracketed(item, found, rest, named=named is not None)
    else:
        choice = _bare(item, found[4], rest, named)
    if choice is None or choice.text is None or words == text:
        return choice
    return choice._replace(text=_raw_tail(text, found[2] or found[4]) or choice.text)


def _item(found: re.Match[str], letters: str) -> str | None:
    """Return the letter or roman numeral that was found, in its normal form."""
    if found[1] is not None and _PAIRS[found[1]] != found[3]:
        return None
    written = found[2] or found[4]
    if len(written) > 1 or written == "i":
        return written.lower() if written.lower() in _ROMAN else None
    return written.upper() if written.upper() in letters else None


def _raw_tail(text: str, letter: str) -> str:
    """Return what follows the letter in the text as it was written, braces and all."""
    found = re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", text)
    if found is None:
        return ""
    tail = _LEADING.sub("", text[found.end() :], count=1).strip()
    surplus = tail.count("}") - tail.count("{")
    while surplus > 0 and tail.endswith("}"):  # of a wrapper that opened before the letter
        tail, surplus = tail[:-1].rstrip(), surplus - 1
    return tail


def _is_end(rest: str) -> bool:
    return not rest.strip(" .,;:、。，") or rest.rstrip(".") in _SAYS_MORE


def _bracketed(item: str, found: re.Match[str], rest: str, *, named: bool) -> Choice | None:
    roman = item in _ROMAN
    sure = named or not (item == "i" or found[1] == "[")
    if _is_end(rest):
        return Choice((item,), None, sure)
    closed = rest[0] in ":.、"
    if not closed and rest[0] != " ":
        return None
    told = rest.lstrip(" :.、")
    is_negative = told[:1] in ("-", "−") and told[1:2] not in ("", " ")
    if not told or (told[0] in _OPERATORS and not is_negative and not told[1:2].isdigit()):
        return None
    upper = found[2].isupper() or roman
    return Choice((item,), told, sure and (upper or closed or named))


def _bare(item: str, written: str, rest: str, named: re.Match[str] | None) -> Choice | None:
    upper = written.isupper()
    if _is_end(rest):
        alone = rest in ("", ".", "、", "。") and len(written) == 1 and upper and written != "I"
        told = upper and (rest[:1] == ":" or rest.rstrip(".") in _SAYS_MORE)
        return Choice((item,), None, named is not None or alone or told)
    if rest[0] in _CLOSERS and rest[0] != ",":
        return _closed(item, written, rest, named)
    if named is not None and named[2] is not None and rest[0] == " " and rest[1:2].isalpha():
        return Choice((item,), None, True) if upper else None  # Option B is correct
    return None


def _closed(item: str, written: str, rest: str, named: re.Match[str] | None) -> Choice | None:
    """Read `B) 12`, `B. 12`, `B: 12`."""
    told = rest[1:].strip(" .")
    spaced = rest[1:2] == " "
    if rest[0] == ")":
        return (
            Choice((item,), told or None, True) if not told or told[0] not in _OPERATORS or spaced else None
        )
    if written.islower() or (rest[0] == ":" and not spaced) or not told or len(written) > 1:
        return Choice((item,), None, True) if named is not None and not told else None
    return Choice((item,), told, named is not None or rest[0] != ":")  # A: {1, 2} may name a set


def _read_several(words: str, found: re.Match[str], item: str, letters: str, *, named: bool) -> Choice | None:
    """Read `A and C`, `(A), (C)`, `II and III only`; the same letter twice is no list of choices."""
    items = [item]
    sure = found[1] == "("
    upper = found[1] is not None or (found[4] or "").isupper()
    at = found.end()
    while len(items) <= len(letters):
        separator = _SEPARATOR.match(words, at)
        following = _SINGLE.match(words, separator.end()) if separator is not None else None
        if separator is None or following is None:
            break
        item_after = _item(following, letters)
        if item_after is None or item_after in items:
            return None
        sure = sure and following[1] == "("
        upper = upper and (following[1] is not None or (following[4] or "").isupper())
        items.append(item_after)
        at = following.end()
    if len(items) == 1 or not upper or not _is_end(words[at:]):
        return None
    if any(name in _ROMAN for name in items):
        items = [name.lower() if name in ("I", "V") else name for name in items]
        sure = sure or " only" in words
        if any(name not in _ROMAN for name in items):
            return None
    spoken = any(f" {word} " in words for word in ("and", "et", "und", "y"))
    return Choice(tuple(sorted(items)), None, named or sure or (spoken and len(items) > 1))


def _read_run(words: str, letters: str, *, named: bool) -> Choice | None:
    """Read `AC`: two or more letters in rising order, which without a name may as well be a product or a segment."""
    run = words.rstrip(". ").removeprefix("(").removesuffix(")")
    if not 2 <= len(run) <= len(letters) or any(letter not in letters for letter in run):
        return None
    return Choice(tuple(run), None, named) if list(run) == sorted(set(run)) else None
