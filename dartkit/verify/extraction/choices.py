r"""Choice letters in prose: "the correct option is **(C)**", "Therefore, C is correct", "选C", `C) 12 km`."""

from __future__ import annotations

import re

from dartkit.verify.extraction.trimming import trim

Span = tuple[int, int]
_WRAP = r"(?:[\s*_\"'“$`]|\\\(|\\\[|\\(?:text|textbf|mathrm|mathbf|boxed)\{){0,8}"
_LETTER = rf"{_WRAP}(?P<letter>[(\[（【]?[A-Ja-j][)\]）】]|[A-J](?![A-Za-z0-9'’^_=+]))"
_NAMED = r"(?:\s{0,3}(?:(?:the|la|le|el|il|die) )?(?:(?:option|choice|answer|statement|letter|lettre|letra|opción)\b|选项?)?\s{0,2}:?)?"
_FIRST = re.compile(rf"(?i:{_NAMED}){_LETTER}")
_ARTICLE = re.compile(r"A\s[a-z]")
_WITH_TEXT = re.compile(r"[*_]{0,3}[):.）：]\s?[*_]{0,3}(?=[^\s)])|[*_]{0,3}\s(?=[-$\\0-9])")
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i:\b(?:option|choice|answer|alternative)(?:s|['’]s)?\b)(?:\s(?:is|must be|should be|would be))?\s?(?::|→|->)?{_LETTER}",
        rf"{_LETTER}[*_)\]}}$]{{0,4}}\s(?:is|are)\s(?:the\s|indeed\s|therefore\s)?(?:[*_]{{0,3}})(?:correct|right|best|true|answer|only|one\b)",
        rf"(?i:\b(?:choose|select|pick|mark|choosing|selecting|is|be|it['’]s)\b)\s?:?\s?(?:option\s|choice\s)?{_WRAP}(?P<letter>[(\[][A-J][)\]]|[A-J](?=[\s.*,!]{{0,4}}(?:\Z|\n)))",
        rf"(?i:\b(?:opción|opcion|alternativa|opção|réponse|option|opzione|risposta)\s(?:correcta|correcte|correta|corretta|bonne)\s(?:es|est|è|é)(?:\s(?:la|el|a|o|le))?):?{_LETTER}",
        r"(?i:\b(?:(?:go|going|stick) with|leaves(?: us with)?|left with|opt for|settle on|(?:choice|match|letter|pick|selection) (?:is|would be)"
        r"|I(?:['’]d| would)? (?:think|believe|say|choose|pick|select)(?: (?:it is|it's|that it is|the answer is))?))\s(?i:(?:option|choice|answer)\s)?"
        rf"{_WRAP}(?P<letter>[(\[][A-J][)\]]|[A-J](?![A-Za-z0-9'’^_=+])(?!\s(?!because|since|as|is\b)[a-z]))",
        rf"\b(?:Antwort|Option|Lösung|Aussage|respuesta|réponse|risposta|resposta)\s(?:(?:ist|es|est|è|é)\s)?{_LETTER}",
        rf"(?:đáp án|chọn)\s{_LETTER}",
        rf"{_LETTER}\s?项?(?:是)?正确",
        rf"正确(?:的)?(?:选项|答案|结论)?(?:是|为)[:：]?{_LETTER}",
        rf"\b(?:that|only|option|choice)\s{_LETTER}[*_)]{{0,4}}\s(?:holds|works|fits|applies|remains)\b",
        rf"\b(?:[Tt]herefore|[Tt]hus|[Hh]ence|[Ss]o)[,:]?\s{_WRAP}(?P<letter>[(\[][A-J][)\]]|[A-J])(?=[*_.!\s)$]{{0,6}}\Z)",
        rf"(?:故选|应选|选择|选|選|答案)(?:项|是|为)?[:：]?{_LETTER}",
    )
)
_BRACKETED = re.compile(r"\([A-J]\)|(?<=\*\*)[A-J](?=\*\*)|(?<=\{)[A-J](?=\})")
_LAST_LINE = re.compile(
    r"[\s*_#>]{0,6}(?:\(?[A-J]\)[*_.]{0,4}\s{0,4}\Z|\(?[A-J]\)|[A-J][.:]|\*\*[A-J]\*\*|[A-J](?=\s{0,4}\Z))"
)
_DENIED = re.compile(
    r"(?:\bnot|n['’]t|\bnever|\brule[sd]? out|\beliminate[sd]?|\bexclude[sd]?)\s(?:\w{1,10}\s){0,2}[(\[*]{0,3}\Z"
)
_FAILS = re.compile(
    r"[)\]*_.:]{0,3}\s(?:(?:is|are|was|were|can be|seems|ist|est|es)\s(?:also |clearly |far |much |therefore |then )?(?:too|not|incorrect\w?|wrong|excluded"
    r"|eliminated|ruled|impossible|false|falsch|fausse|falsa|invalid|out|dropped)\b|(?:isn|doesn|won|can)['’]t\b|fails?\b|does not\b|cannot\b|contradicts?\b)"
)
_FELLOW = re.compile(
    r"(?:,?\s(?:and|&)\s|和|、)\(?[A-J]\)?(?![A-Za-z0-9'’])"
)  # several letters are one answer: "B and C"
_FELLOW_BEFORE = re.compile(r"(?<![A-Za-z])\(?[A-J]\)?\s(?:and|&)\s\Z")
_ALONE = re.compile(r"[\s*_#>]{0,6}\(?([A-J])[).]?[*_.]{0,4}\s{0,9}\Z")
OPTION = re.compile(r"(?:[Oo]ption\s)?(?:\([A-J]\)|[A-J]\)|[A-J][.:](?=\s))[\s:.]{0,3}(?=[-−$\\0-9(\[])")
_LETTERED = re.compile(
    r"[0-9][^()\n]{0,60}[\s(–—,-]\(?(?:option|choice|answer|which is)\s\(?(?P<letter>[a-e])\)[\s.)*]{0,6}\Z"
)
_TAIL = 700


def leading_choice(text: str, start: int, end: int) -> Span | None:
    """Return the letter an answer begins with, with what stands beside it in `C) 12 km`; None where it begins otherwise."""
    found = _FIRST.match(text, start, end)
    if found is None:
        return None
    begin, stop = found.span("letter")
    letter = found["letter"]
    if letter == "A" and _ARTICLE.match(text, begin, end) and not text.startswith("A is", begin):
        return None
    fellow = _FELLOW.match(text, stop, end)
    if fellow is not None:
        return begin, fellow.end()
    beside = _WITH_TEXT.match(text, stop - (letter[-1:] in ")]）】" and letter[:1] not in "([（【"), end)
    if beside is not None or (
        letter[:1] in "([" and text[stop : stop + 1] == " " and text[stop + 1 : stop + 2] in "$\\0123456789-"
    ):
        return trim_choice(text, begin, end)
    return begin, stop


def choice_within(text: str, start: int, end: int) -> Span | None:
    """Return the letter that a sentence names anywhere: "12, which is option C", "5 km (B)"."""
    for pattern in (_PATTERNS[0], _BRACKETED):
        for found in pattern.finditer(text, start, end):
            return _without_bracket(text, *(found.span("letter") if pattern.groups else found.span()))
    return None


def trim_choice(text: str, start: int, end: int) -> Span:
    """Trim a choice with its text; a bracket that closes its letter stays."""
    first, last = trim(text, start, end)
    return (first, last + 1) if text[last : last + 1] == ")" and last - first == 1 else (first, last)


def declared_choice(text: str) -> Span | None:
    """Return the letter in the last phrase such as "option C", "C is correct", "choose (C)" at the end of a text."""
    begin = max(len(text) - _TAIL, 0)
    best: Span | None = None
    for pattern in _PATTERNS:
        for found in pattern.finditer(text, begin):
            letter = found.span("letter")
            if _DENIED.search(text, max(found.start() - 20, 0), letter[0]) or _FAILS.match(text, letter[1]):
                continue
            if (best is None or letter[0] > best[0]) and not _is_article(text, *letter):
                best = letter
    if best is not None and (fellow := _FELLOW_BEFORE.search(text, max(best[0] - 12, 0), best[0])):
        best = (fellow.start(), best[1])
    return best and _without_bracket(text, *best)


def lettered_option(text: str, start: int, end: int) -> Span | None:
    """Return the small letter of the option that a sentence gives for a number: "190 pounds, choice (e)".

    A single small letter as gold answer could be a variable, so it has the kind of an expression.
    """
    found = _LETTERED.search(text, max(start, end - 120), end)
    return found and found.span("letter")


def _without_bracket(text: str, start: int, end: int) -> Span:
    """Leave out a bracket that closes a letter but opens nowhere: `option C)`."""
    return (start, end - 1) if end - start == 2 else (start, end)


def choice_in_prose(text: str) -> Span | None:
    """Return the letter that the end of a text declares correct: the last such phrase, else the last line, else `(C)`."""
    line = text.rstrip().rfind("\n") + 1
    alone = _ALONE.match(text, line)
    if alone is not None and line > 0:
        return alone.span(1)
    best = declared_choice(text)
    if best is not None:
        return best
    begin = max(len(text) - _TAIL, 0)
    found_line = _LAST_LINE.match(text, line)
    if found_line is not None:
        return leading_choice(text, line, len(text.rstrip()))
    last: Span | None = None
    for bracketed in _BRACKETED.finditer(text, begin):
        last = bracketed.span()
    return last


def _is_article(text: str, start: int, end: int) -> bool:
    return (
        text[start:end] == "A"
        and re.match(r"\s[a-z]", text[end : end + 2]) is not None
        and not text.startswith(" is", end)
    )
