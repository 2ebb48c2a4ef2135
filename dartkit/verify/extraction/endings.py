r"""Where the conclusion of a text without any mark ends: before remarks, checks, offers of help, reasons and asides.

What is cut off is never searched for a value. Nothing is cut where no value would be left, and no remark in which the
text draws another conclusion.
"""

from __future__ import annotations

import re

from dartkit.verify.extraction.formulas import formulas_in
from dartkit.verify.extraction.numbers import numbers_in

Span = tuple[int, int]
_TAIL = 1_500
_OPENS = r"(?:\n|(?<=。)|(?<=[.!?])\s|(?<=[.!]\*\*)\s)[\s*_#>(-]{0,10}"
_SECTION = re.compile(
    rf"{_OPENS}(?:(?:(?:quick |double[- ]?|sanity )?check(?:ing)?|verif(?:ication|ying)|notes?|remarks?|explanation|reasoning|justification|proof)[^\n:]{{0,40}}[:：]"
    r"|(?:检验|验证|验算|检查|注意?)[:：]|to (?:verify|check|confirm|double[- ]check)\b|let['’]?s (?:double[- ]?check|verify|check)|let us (?:verify|check)|we can (?:verify|check|confirm))",
    re.IGNORECASE,
)
_REMARK = re.compile(
    rf"{_OPENS}(?:notes?\b|n\.?b\.|(?:i )?hope (?:this|that|it)|let me know|feel free|if you (?:have|need|want|would|'d)|please (?:let|feel|note)"
    r"|for reference|is there anything|would you like|do you (?:have|want)|generated|sources?:|references?:|confidence)",
    re.IGNORECASE,
)
# "## Diameter: 6" before a last paragraph
_HEADING = re.compile(
    r"(?:\A|\n)#{1,6} (?!(?:step|part|case|option|example|method|given|method|approach|problem)\b)[^\n:=]{2,80}(?::|=)\s?(?P<value>[^\n:=]{1,60})\n+(?P<rest>[^\n#|][^\n]{0,600})\s*\Z",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(
    r"(?:\n|(?<=[.!?])\s)[\s*_]{0,4}\([A-Z][^()\n]{0,300}\)[\s*_.]{0,4}\Z"
)  # a last paragraph or sentence that is an aside
_TURNS = re.compile(r"\b(?:wait|actually|answer|correction|mistake|oops|instead)\b", re.IGNORECASE)
_RULE = re.compile(r"\n[ \t]{0,4}(?:-{3,}|\*{3,}|_{3,})[ \t]{0,4}\n")
_CONCLUDES = re.compile(
    r"\b(?:so|thus|therefore|hence|answer|wait|actually|instead|mistake|error|wrong|incorrect|oops|finally|conclu\w{1,6}|correction|forgot|total|altogether|in all)\b",
    re.IGNORECASE,
)
_WORKS_OUT = re.compile(rf"{_CONCLUDES.pattern}|[=≈]|\\boxed", re.IGNORECASE)
_CONFIRMS = re.compile(
    r"\b(?:so|thus|therefore|hence|which|this|answer|solution|result|everything|that)\b[^.\n]{0,60}?\b(?:(?:is|are|be)\s(?:indeed |also |all )?(?:correct|right|valid"
    r"|consistent|true|verified|confirmed|satisfied|reasonable)|checks?|works?|holds?|confirms?|verif\w{1,5}|satisf\w{1,5}|match(?:es)?)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r",?\s(?:because|since|given that|due to|whereas|while|(?:even )?though|although|despite|assuming|provided(?: that)?|as (?:required|desired|needed|we|the|it|there|shown))\b"
    r"|,\s(?:as|where|when|while|if|attained|achieved|obtained|occurring|with equality|rounded|i\.e\.|not|at a|that is|out of|which is different|(?:twice|half|double|three times) the)\s|,\sand (?:we are|this|that|it) "
    r"|,?\s(?:by the way|(?:and|but) not|compared (?:to|with)|(?:up|down) from)\b|\s[–—]\s(?=(?:option|choice|answer)\b)"
    r"|(?P<aside>(?<=[0-9a-z])\s(?:more|less|fewer|[a-z]{2,8}er)(?:\s[a-z]{2,14})?\sthan\s|\s(?:when|if|after|before|once|until|confirms?|for all|for every|for any|whenever)\s|\sfor the\s(?=[a-z]{2,14}\sto\s)|\s(?:at|when|for|with)\s(?=\$?[a-zA-Z]\s?=))"
    r"|\s\((?=[^()\n]{0,80}[A-Za-z]{2})(?!mod|or )"
)
_LEADING = re.compile(
    r"[\s*_]{0,4}(?:since|because|as|while|although|(?:even )?though|if|when|for|at|with|given|after|before|once)\b",
    re.IGNORECASE,
)
_SO = re.compile(
    r"\b(?:so|thus|therefore|hence|total|answer|altogether|leaving|left|remain\w{0,3})\b", re.IGNORECASE
)
_GOES_ON = re.compile(
    rf"{_SO.pattern}|\b(?:is|are|equals?|gives?|get|leaves?|means|makes?|must|has|have|will|yields?)\b",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"(?:\b(?:is|are|equals|be)|=)\s{0,2}(?:\$?[A-Za-z]\s?=\s?)?[$\\*(]{0,4}(?:-?[0-9][0-9.,/]*|-?\\[dt]?frac\{[^{}]{1,12}\}\{[^{}]{1,12}\})(?:\^\{?\\circ\}?|°)?[$*)\\]{0,4}(?:\s[a-z]{1,12})?\Z"
)
_WHICH = re.compile(r",\swhich\s")
_ANNOUNCED = re.compile(
    r"\b(?:so|thus|therefore|hence|giving|leaving|making|total|altogether|=|which (?:is|means|gives))\b|="
)
_BOLD = re.compile(r"(?<![*\\])\*\*(?!\s)([^*\n]{1,80})\*\*|(?<![\w_])__(?!\s)([^_\n]{1,80})__(?![\w_])")
_LABEL = re.compile(
    r"[\s*_]{0,4}(?:step|part|case|option|note|given|check|example|example|method)\b|[^:]{0,80}:\s{0,2}\Z",
    re.IGNORECASE,
)
NUMBER_WORD = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)(?:-[a-z]{3,5})?"
)
_WORD_STATED = re.compile(
    rf"\b(?:is|are|equals|be|needs?|takes?|leaves?|gets?|gives?|makes?)\s(?:exactly |only |just |therefore |thus |hence |then )?{NUMBER_WORD}\b",
    re.IGNORECASE,
)
VALUE = re.compile(
    rf"[0-9٠-٩۰-۹]|\\(?:frac|sqrt|pi|infty)|(?<![A-Za-z]){NUMBER_WORD}(?![A-Za-z])|\$[^$\s]", re.IGNORECASE
)


def before_remarks(text: str) -> int:
    """Return where the remarks at the end begin; the length of the text where it has none."""
    begin = max(len(text) - _TAIL, 0)
    rules = list(_RULE.finditer(text, max(len(text) - 300, 0)))
    if rules and VALUE.search(text, begin, rules[-1].start()) and not _draws(text, rules[-1].end()):
        text = text[: rules[-1].start()]
    heading = _HEADING.search(text, begin)
    if heading is not None and VALUE.search(heading["value"]) and not _WORKS_OUT.search(heading["rest"]):
        text = text[: heading.start("rest")]
    aside = _IN_BRACKETS.search(text, begin)
    if aside is not None and VALUE.search(text, begin, aside.start()) and not _TURNS.search(aside.group()):
        text = text[: aside.start()]
    for section in _SECTION.finditer(text, begin):
        if VALUE.search(text, begin, section.start()) and not _draws(text, section.end()):
            return section.start() + (not text.startswith(("检", "验", "注"), section.start()))
    for remark in _REMARK.finditer(text, begin):
        is_last = not text[remark.end() :].strip().count("\n\n")
        if is_last and VALUE.search(text, begin, remark.start()) and not _draws(text, remark.end()):
            return remark.start() + 1
    return len(text)


def _draws(text: str, start: int) -> bool:
    """Say whether a remark draws a conclusion of its own, and not only that the answer is right."""
    rest = _CONFIRMS.sub(" ", text[start:])
    return _CONCLUDES.search(rest) is not None


def before_reason(text: str, start: int, end: int) -> int:
    """Return where the reason or the aside begins that a sentence ends with; its end where it has none."""
    first = start + 1
    if _LEADING.match(text, start, end) is not None:
        # the sentence begins with its reason: "Since f(1) = 0 at x = 1, the minimum is 2"
        comma = text.find(", ", start, end)
        first = comma + 1 if comma >= 0 else end
    for found in _REASON.finditer(text, first, end):
        after = text[found.end() : end]
        if found.group()[-1] == "(":
            after = after.partition(")")[2]
            goes_on = VALUE.search(after) is not None
        else:
            is_stated = _STATED.search(text, max(start, found.start() - 60), found.start()) is not None
            is_aside = found["aside"] is not None and not is_stated
            goes_on = (_GOES_ON if is_aside else _SO).search(after) is not None
        if not goes_on and _holds_result(text, start, found.start()):
            return found.start()
    which = _WHICH.search(text, start, end)
    if which is not None and _STATED.search(text, max(start, which.start() - 60), which.start()):
        return which.start()
    return end


def _holds_result(text: str, start: int, end: int) -> bool:
    """Say whether a piece of a sentence holds a value and does not end within a formula."""
    if text.count("$", start, end) % 2 or text.count("(", start, end) != text.count(")", start, end):
        return False
    formulas = formulas_in(text, start, end)
    if any(VALUE.search(text, formula.inside, formula.inside_end) for formula in formulas):
        return True
    if next(numbers_in(text, start, end), None) is not None:
        return True
    return _WORD_STATED.search(text, start, end) is not None


def bold_value(text: str, start: int, end: int) -> Span | None:
    """Return the last bold text of a sentence that holds a value, unless more is concluded after it."""
    last: re.Match[str] | None = None
    for found in _BOLD.finditer(text, start, end):
        inside = found.span(1) if found[1] is not None else found.span(2)
        if (
            VALUE.search(text, *inside)
            and not _LABEL.match(text[slice(*inside)])
            and text[found.end() : found.end() + 1] != ":"
        ):
            last = found
    if last is None:
        return None
    rest = text[last.end() : end]
    if _ANNOUNCED.search(rest) and any(char.isdigit() for char in rest):
        return None
    return last.span(1) if last[1] is not None else last.span(2)
