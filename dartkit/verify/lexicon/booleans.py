"""Read truth values: true and false, yes and no, correct and incorrect, in several languages."""

from __future__ import annotations

from dartkit.text.symbols import names
from dartkit.verify.lexicon.plain import plain

_LONGEST = 400
_TRUE = names("true yes correct yep vrai oui wahr ja richtig sí verdadero cierto vero sì verdadeiro sim да верно "
              "是 对 正确 真 是的 对的 正确的 はい")  # fmt: skip
_FALSE = names("false no incorrect nope untrue faux non falsch nein falso нет неверно "
               "否 错 错误 假 不是 不对 不正确 错的 错误的 不 いいえ")  # fmt: skip
_PHRASES = {"not true": False, "not correct": False, "not false": True, "not incorrect": True, "not right": False,
            "true statement": True, "false statement": False, "a true statement": True, "a false statement": False}  # fmt: skip
_LINKS = (
    "so ",
    "so, ",
    "thus ",
    "thus, ",
    "hence ",
    "hence, ",
    "therefore ",
    "therefore, ",
    "final answer: ",
)
_LEADS = ("the statement is ", "this statement is ", "statement is ", "the assertion is ", "the inequality is ",
          "the equation is ", "the conjecture is ", "the proposition is ", "the argument is ", "the hypothesis is ",
          "the claim is ", "the answer is ", "it is ", "that is ", "this is ",
          "answer: ", "answer is ")  # fmt: skip
# What may follow `yes` in a sentence; `no solution` is not a no.
_STOPS = ",.;:!，。；：！—–"
_AFTER_YES = names("it the this they because since as there he she we that")
_CONDITIONS = names("if when unless only provided iff for except but depending 如果 当")
_FIRST = frozenset(word[0] for word in _TRUE | _FALSE) | frozenset("tias")


def read_boolean(text: str, *, letters: bool = False) -> bool | None:
    r"""Return the truth value that a text states, or None.

    Args:
        text: One word (`True`, `\text{No}`), a sentence that begins with one (`Yes, it converges`) or that says that
            something is true or false (`The statement is false`). A condition after it (`yes, if n is even`) is no answer.
        letters: Read a lone `T` or `F` too.
    """
    if len(text) > _LONGEST:
        return None
    words = plain(text, _LONGEST)
    if not words:
        return None
    if letters and words in ("T", "F", "(T)", "(F)"):
        return "T" in words
    lowered = words.casefold().strip("*'. !").lstrip("# ")
    for link in _LINKS:
        lowered = lowered.removeprefix(link)
    if lowered[:1] not in _FIRST and not lowered.startswith("not "):
        return None
    value = _truth_of(lowered)
    if value is not None:
        return value
    for lead in _LEADS:
        if lowered.startswith(lead):
            return _truth_of(lowered[len(lead) :])
    return _read_sentence(lowered)


def _truth_of(words: str) -> bool | None:
    if words in _TRUE:
        return True
    return False if words in _FALSE else _PHRASES.get(words)


def _read_sentence(words: str) -> bool | None:
    end = next((at for at, char in enumerate(words[:16]) if char in _STOPS or char == " "), 0)
    value = _truth_of(words[:end])
    if value is None:
        return None
    if value is False and words[end] == "." and words[end + 1 :].lstrip(" ")[:1].isdigit():
        return None  # No. 7 is a number
    stopped = words[end] != " " or words[end + 1 : end + 2] in ("-", "—", "–")
    rest = words[end + 1 :].lstrip(" -—–" + _STOPS)
    following = rest.partition(" ")[0].rstrip(_STOPS)
    if following in _CONDITIONS or any(rest.startswith(word) for word in ("如果", "当")):
        return None
    if _truth_of(following) not in (None, value) or following == words[:end]:
        return None  # yes, no: two answers
    if stopped:
        return value if "=" not in rest or following in _AFTER_YES else None  # Yes. f(x)=2x
    return value if words[:end] == "yes" and following in _AFTER_YES else None
