r"""Bring an answer in words to a normal form: `The \text{empty-set}.` is `empty set`; two answers match if theirs is one."""

from __future__ import annotations

import re
import unicodedata

from dartkit.text.symbols import names
from dartkit.verify.lexicon.plain import plain
from dartkit.verify.lexicon.special_phrases import SPECIAL
from dartkit.verify.lexicon.spelling import fold_phrase, fold_word, join_words

_LONGEST = 1_500
_LONGEST_SPECIAL = 120
_ARTICLES = names("the a an")
_AFTER_NAMES = names("and or is only has wins to then but with plus")
# Words of up to three letters; others as short are rather products of variables.
_SHORT = names(
    "air all any apr aug bad bag bar bat bed bee big box boy bug bus cab car cat cob cow cup dad day dec den dne dog "
    "dot dry egg end eye fan fat feb few fin fly fog fox fri fun fur gas gem gum gun gym ham hat hay hen her hex him "
    "hip his hot how hug ice ink ion ja jam jan jar jaw jet job joy jul jun key kid kit lab lap law leg lid lip lot "
    "low mad man mar mat may men mid mix mom mon mud mug nap net new nil no non nor not nov nut oak oar oct odd off "
    "oil old one oui out owl pad pan paw pea pen pet pie pig pin pit pot pub ram rat raw ray red rib rim rod row rug "
    "sad sap sat saw sea sep set she shy si sip six ski sky son spa sum sun tab tag tap tea ten thu tie tin tip top "
    "toy tub tue two up urn van vet war wax web wed wet who why wig win yak yam yes yet you zip zoo"
)
_CRITERIA = re.compile("[AS]{3}|RHS")  # of congruent triangles, whose letters have an order
_LEADS = ("to ", "number of ", "answer is ", "it is ")
_ORDINAL = re.compile(r"[0-9]{1,4}(?:st|nd|rd|th)\b", re.IGNORECASE)
_APART = re.compile(r"(?<![0-9])[-_‐‑–—](?![0-9])|(?<=[0-9])[-_‐‑](?=[^\W\d])|[_]")
_PUNCTUATION = re.compile(
    r"(?<![0-9])[.,:](?![0-9])|(?<=[0-9])[.,:](?![0-9])|(?<![0-9])[.,:](?=[0-9])|[;!?\"，。；：！？、“”「」]"
)
_APOSTROPHES = re.compile("['’‘ʼ](?:s\\Z)?")  # Alice's is Alice
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐‑](?=[^\W\d_])")
_BRACKETS = re.compile(r"[()\[\]]")
_DIGIT = re.compile(r"[0-9]")
_MATHEMATICS_IN_BRACKETS = re.compile(r"[(\[]\s?(?:[-0-9]|[A-Za-z]\s?[,)])")
_LOWERED = re.compile(r"_\s?[{0-9]")
_MATHEMATICS = re.compile(r"[=<>+^|\\*~@#±×÷≤≥≠√∫∑∏≈∈∪∩→]")
_REALS = "<all-real-numbers>"
_LONE_TOKENS = {"∞": "<infinity>", "\\infty": "<infinity>", "+\\infty": "<infinity>", "+∞": "<infinity>",
                "-∞": "<negative-infinity>", "-\\infty": "<negative-infinity>", "∅": "<empty-set>",
                "\\emptyset": "<empty-set>", "\\varnothing": "<empty-set>", "ℝ": _REALS, "\\mathbb{R}": _REALS, "\\mathbb R": _REALS}  # fmt: skip


def normal_phrase(text: str) -> str | None:
    r"""Return the words of an answer in lower case, without articles and punctuation, or None where it is not in words.

    Hyphens, underscores and spaces are alike. An answer with a sign of mathematics, one that begins with a number, a single
    letter, and two or three letters that are no common word (`xy`), unless quoted by `\text{...}`, are not in words.
    """
    found = _normalize(text)
    if found is None:
        return None
    phrase, words = found
    return phrase if _is_words(phrase, words, quoted="\\text" in text or "\\mbox" in text) else None


def joined_phrase(text: str) -> str | None:
    """Return the normal phrase with hyphens between letters taken out: a compound may be written as one word."""
    return normal_phrase(_HYPHEN.sub("", text))


def _normalize(text: str) -> tuple[str, str] | None:
    """Return the normal form and the words as written, or None where there is mathematics among them."""
    if len(text) > _LONGEST:
        return None
    words = plain(text, _LONGEST)
    if not words or not (words[0].isalpha() or words[0] in "([_'" or words[0].isdigit()):
        return None
    if _MATHEMATICS.search(words) or (words[0].isdigit() and not _ORDINAL.match(words)):
        return None
    if _MATHEMATICS_IN_BRACKETS.match(words) or _LOWERED.search(text):
        return None
    apart = _APART.sub(" ", _APOSTROPHES.sub("", words)).replace("&", " and ")
    if not _DIGIT.search(apart):
        apart = _BRACKETS.sub(" ", apart)  # with numbers in them, brackets may be an interval's
    written = _PUNCTUATION.sub(" ", apart).split()
    kept = [_fold(word) for at, word in enumerate(written) if not _is_article(written, at)]
    phrase = fold_phrase(" ".join(join_words(kept)))
    for lead in _LEADS:
        phrase = phrase.removeprefix(lead)
    return phrase, words


def _fold(word: str) -> str:
    return fold_word(unicodedata.normalize("NFKC", word.casefold()))


def _is_article(words: list[str], at: int) -> bool:
    """Say whether a word is an article; the A of `team A` and of `A and B` is a name, that of `A circle` is not."""
    if at == len(words) - 1:
        return False
    if words[at] == "A":
        return at == 0 and words[1] not in _AFTER_NAMES and words[1][0].islower()
    return words[at].lower() in _ARTICLES


def special_of(phrase: str) -> str | None:
    """Return the token of the group that a normal phrase belongs to, such as `<no-solution>`, or None.

    Different tokens are different answers except that `<no-solution>`, `<none-exist>`, `<undefined>`, `<empty-set>`,
    `<none>` and `<impossible>` may mean the same where the question decides.
    """
    return SPECIAL.get(phrase)


def special_of_text(text: str) -> str | None:
    r"""Return the token of an answer as it was written, of the signs `\infty`, `\emptyset`, `\mathbb{R}` too; None for any other."""
    if len(text) > _LONGEST_SPECIAL:
        return None
    stripped = text.strip(" $")
    if stripped in _LONE_TOKENS:
        return _LONE_TOKENS[stripped]
    found = _normalize(text)
    return SPECIAL.get(found[0]) if found is not None else None


def _is_words(phrase: str, written: str, *, quoted: bool) -> bool:
    longest = max((len(word) for word in phrase.split() if word[0].isalpha()), default=0)
    if not phrase.isascii():
        return longest > 0 and (longest > 1 or not phrase[0].isascii())
    if longest > 3 or (longest > 1 and quoted):
        return True
    if longest < 2:
        return False
    if _CRITERIA.fullmatch(written) or any(word in _SHORT for word in phrase.split()):
        return True
    return longest == 3 and written[0].isupper() and written[1:3].islower()  # a name: Amy
