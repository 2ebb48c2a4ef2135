r"""Responses that end without an answer: they give up, restate the task, or are a program whose result nobody printed.

The last number of such a text is one of the question's, so it must not be taken for an answer.
"""

from __future__ import annotations

import re

Span = tuple[int, int]
_TAIL = 700
_VERBS = (
    r"(?:determine|find|solve|answer|conclude|decide|compute|calculate|figure|give|provide|complete|finish|proceed|continue|obtain|derive"
    r"|help|identify|reach|come up|see how)\b"
)
_NEVER = r"(?:can\s?not|can['’]t|could(?:\snot|n['’]t)|(?:am|was|are|were)\s(?:un|not\s)able\sto|failed\sto|(?:do|did)(?:\snot|n['’]t)\sknow\show\sto)"
_OWN = re.compile(
    rf"\b(?:I(?:['’]m)?|we)\s(?:\w{{1,14}}\s){{0,2}}?(?:{_NEVER}|unable\sto|not\sable\sto)\s(?:\w{{1,12}}\s){{0,2}}?{_VERBS}(?!\s(?:any|more|another|a larger|a smaller))"
    r"|\bI\s(?:do\snot|don['’]t|really\sdon['’]t)\sknow\b(?!\sif|\swhether)|\bI\s(?:have\sto\s|must\s)?give\sup\b|\bI(?:['’]m|\sam)\snot\ssure\show\b"
    r"|\bwould take too long\b|无法(?:确定|求解|得出|计算|解)|(?:kann|konnte)\s(?:ich\s)?(?:nicht|keine)\s|keine\sLösung\sgefunden|\bno\s(?:puedo|pude|se\spuede)\s(?:resolver|determinar)"
    r"|\bne\speux\spas\s(?:résoudre|déterminer|trouver)|не\s(?:могу|удалось)\s(?:решить|найти|определить)"
    r"|\b(?:no|not find (?:a|any|the))\s(?:valid\s|final\s)?(?:solution|answer)\s(?:was|could\sbe)\s(?:found|given|determined)\b",
    re.IGNORECASE,
)
_IMPERSONAL = re.compile(
    r"(?:(?:\bnot|n['’]t)\s(?:have\s)?enough|\binsufficient|\blacks?\s(?:the\s)?|\bmissing)\s(?:information|data|details)\b|\b(?:problem|question|statement)\sis\sincomplete\b|\bcannot\sbe\s(?:determined|solved|answered)\b"
    r"|\b(?:problem|question|it|this)\s(?:can\s?not|can['’]t)\sbe\s(?:determined|solved|answered)\b",
    re.IGNORECASE,
)
_RESUMES = re.compile(
    r"(?:[.!?:;,]\s{1,3}|\n[\s*_#>]{0,8})(?:so|thus|therefore|hence|but|however|finally|still|in conclusion|then|consequently|answer|final answer)\b"
    r"|\b(?:my|best|an?)\sguess\b|\bI(?:['’]d|\swould)\s(?:guess|say|choose|pick|go)\b",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"\b(?:we|us|I|you|to)(?:['’](?:re|ll|d|m))?\s(?:\w{1,10}\s)?(?:need|needed|want|have|asked|required|trying|try|supposed|going|looking|wish|aim)\s(?:us\s)?(?:to|for)\s"
    r"(?:\w{1,12}\s)?(?:find|determine|compute|calculate|evaluate|show|prove|solve|count|check|know|work out|figure)"
    r"|\bthe next step is\b|\b(?:problem|question|task)\s(?:asks?|wants|is to|requires)\b|\bwe(?:['’]re|\sare)\sgiven\b|\bis asked\b",
    re.IGNORECASE,
)
_OPERATION = re.compile(r"\b[Ww]e (?:now )?(?:need|want|have) to (?:sum|add|use|apply|examine|look|express|write|minimi[sz]e|maximi[sz]e|multiply|divide|subtract|substitute)\b")  # fmt: skip
_PROCEDURE = re.compile(
    r"[\s*_#>\-]{0,8}(?:step\s[0-9]{1,2}[:.)]?[\s*_]{0,4})?(?:(?:first|next|now|then|to begin|to start)[a-z]{0,2},?\s)?(?:(?:we|I)\s(?:can\s|will\s|would\s|must\s|should\s)?|let (?:us|me)\s|let['’]s\s)?"
    r"(?:consider|define|suppose|assume|let|look\sat|start|begin|try|denote|introduce|check|recall|given)\b",
    re.IGNORECASE,
)
_GIVES = re.compile(
    r"=|≈|\b(?:so|thus|therefore|hence|then|gives?|giving|get|equals|obtain|yields?|must be|we find)\b",
    re.IGNORECASE,
)
# "We need the rest: 20 - 12 = 8", "the problem asks for m + n = 12"; in "we solve x + 2 = 5" the equation is given.
_WORKED = re.compile(
    r":[^:=\n]{0,120}=[^\n]{0,120}[0-9]|,\s(?:so|which|giving|that is)\b|;\s(?:it|this|that)\sis\b"
)
_EVALUATED = re.compile(r"=\s?[-−$\\{(]{0,3}[^=\n]{0,40}[0-9][^=\n]{0,12}\Z")
_GIVEN = re.compile(
    r"\b(?:such that|so that|if|given|satisf\w{1,5}|where|when|whether|for which|with|solve|solutions?|roots?|show|prove|equation|until)\b",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(
    r"[\s*_#>]{0,8}(?:so|thus|therefore|hence|in total|finally|consequently|altogether)\b", re.IGNORECASE
)
_FENCE = "```"
_LANGUAGE = re.compile(r"(?:python|py|sympy|javascript|js|java|c|cpp|c\+\+|matlab|r|julia|sage)[0-9]?[ \t]{0,4}(?:\n|\Z)", re.IGNORECASE)  # fmt: skip
_CODE = re.compile(r"\b(?:print|import|def|return|for|while)\b[ (]|\bvar\b|;[ \t]*\n")


def gives_up(text: str, hint: str | None) -> bool:
    """Say whether the end of a text admits that it has no answer and does not name one afterwards.

    "Cannot be determined" may be an option or the gold answer itself, so with words and letters only the writer's own
    failure counts.
    """
    begin = max(len(text) - _TAIL, 0)
    patterns = (_OWN,) if hint in ("choice", "text", "boolean") else (_OWN, _IMPERSONAL)
    last = max((found.end() for pattern in patterns for found in pattern.finditer(text, begin)), default=-1)
    return last >= 0 and _RESUMES.search(text, last) is None


def is_no_result(text: str, start: int, end: int) -> bool:
    """Say whether a sentence only states the task, asks, or begins a step: what it holds are given numbers."""
    if text[end - 1 : end] == "?" or text[end : end + 1] == "?":
        return True
    if _CONCLUDES.match(text, start, end):
        return False
    if _TASK.search(text, start, end):
        is_evaluated = (
            _EVALUATED.search(text, start, end) is not None and _GIVEN.search(text, start, end) is None
        )
        return not is_evaluated and _WORKED.search(text, start, end) is None
    begins = _PROCEDURE.match(text, start, end) or _OPERATION.search(text, start, end)
    return begins is not None and _GIVES.search(text, start, end) is None


def without_program(text: str) -> int:
    """Return where a program begins that the text ends with, or the length of the text."""
    end = len(text.rstrip())
    if not text.endswith(_FENCE, 0, end):
        return len(text)
    opened = text.rfind(_FENCE, 0, end - len(_FENCE))
    if opened < 0:
        return len(text)
    inside = opened + len(_FENCE)
    is_program = _LANGUAGE.match(text, inside) or _CODE.search(text, inside, end)
    return opened if is_program else len(text)
