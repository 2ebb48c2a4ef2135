r"""DART-Math's tables: what is dropped, replaced or taken for a unit. The order of the entries decides the result."""

from __future__ import annotations

DROPPED = (
    "\n", "\t", "approximately", "'", '"', "\\$", "$", "￥", "£", "€", "{,}", "\\!", "\\,", "\\:", "\\;", "\\quad",
    "\\qquad", "\\space", "\\thinspace", "\\medspace", "\\thickspace", "~,", "\\ ", "\\\\%", "\\%", "%", "\\left",
    "\\right", "^{\\circ}", "^\\circ",
)  # fmt: skip
REPLACED = (
    ("∪", "\\cup"), ("π", "\\pi"), ("∞", "\\infty"), ("∈", "\\in"), ("∩", "\\cap"), ("−", "-"), ("\\item", ","),
    ("and", ","), (";", ","), ("infinity", "\\infty"), ("+\\infty", "\\infty"), ("tfrac", "frac"), ("dfrac", "frac"),
    ("\\approx", "="), ("\\times", "*"), ("\\cdot", "*"), ("{.", "{0."), (" .", " 0."), (":", "/"),
)  # fmt: skip
# Each is unwrapped once, at its first place: `\em` eats the start of `\emph`, `\par` that of `\partial`.
_COMMAND_LIST = (
    "\\textbf \\textit \\textsl \\texttt \\textsc \\textsf \\textrm \\mathrm \\mathbf \\mathit \\mathsf \\mathtt \\mathbb "
    "\\mathcal \\mathscr \\mathfrak \\bm \\em \\emph \\underline \\overline \\tiny \\scriptsize \\footnotesize \\small "
    "\\normalsize \\large \\Large \\LARGE \\huge \\Huge \\newline \\par \\noindent \\indent \\footnote \\cite \\ref \\label "
    "\\textsuperscript \\textsubscript \\text \\mbox \\renewcommand{\\arraystretch}"
)
COMMANDS = tuple(_COMMAND_LIST.split())
ENVIRONMENTS = ("align", "align*", "center", "flushleft", "flushright", "itemize", "enumerate", "description")
FUNCTIONS = "sin|cos|tan|cot|sec|csc|sinh|cosh|tanh|coth|sech|csch|log|ln|exp"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Tried in this order, each with an ending "e", "s" or "es" allowed; single letters make `2t`, `5C` and `7g` numbers.
_UNIT_FORMS = (
    "hour minute min sec second day week month year meter mile kg mg g t ton nm pm um μm m cm mm dm km kilometer inch "
    "feet piece bit hz Hz m/s km/s billion eV V C s am,a.m,am.,a.m. pm,p.m,pm.,p.m."
)
UNITS = tuple(tuple(forms.split(",")) for forms in _UNIT_FORMS.split())
UNIT_ENDINGS = ("", "e", "s", "es")
_COUNT = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty"
)
NUMBER_WORDS = {word: str(value) for value, word in enumerate(_COUNT.split(), start=1)}
# What may stand before "=" for the left side to be dropped: a name, its power, primes, one argument.
NAMES = (
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|omicron|pi|rho|sigma|tau|upsilon|phi|chi|psi|"
    "omega|sin|cos|sec|csc|tan|cot|sinh|cosh|sech|csch|tanh|coth|log|ln|exp"
)
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d")
CLOCK_FORMATS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
