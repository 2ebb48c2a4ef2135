"""Tables of signs: which Unicode characters and LaTeX commands mean the same thing in an answer.

They are data for `dartkit.text.tokens`; a sign that is in no table stays itself and makes its answer unreadable, which
is safer than a guess.
"""

from __future__ import annotations

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ", "0123456789-+n", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
FRACTION_SIGNS = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip

OPERATOR_SIGNS = {
    "−": "-", "–": "-", "—": "-", "‒": "-", "﹣": "-", "－": "-", "＋": "+", "×": "*", "·": "*", "⋅": "*", "∙": "*",
    "∗": "*", "÷": "/", "⁄": "/", "∕": "/", "／": "/", "＝": "=", "≈": "≈", "≃": "≈", "≤": "≤", "⩽": "≤", "≦": "≤",
    "≥": "≥", "⩾": "≥", "≧": "≥", "≠": "≠", "＜": "<", "＞": ">", "±": "±", "∓": "∓", "∪": "∪", "∩": "∩", "∈": "∈", "∋": "∋",
    "°": "°", "º": "°", "％": "%", "，": ",", "、": ",", "；": ";", "：": ":", "∶": ":", "′": "'", "’": "'", "…": "…",
    "。": ".",
}  # fmt: skip
FOLDED_SIGNS = {"｛": "\\{", "｝": "\\}", "٫": ".", "٬": ",", "‰": "\\permil "}
BRACKET_SIGNS = {
    "（": "(",
    "）": ")",
    "［": "[",
    "］": "]",
    "⟨": "(",
    "⟩": ")",
    "〈": "(",
    "〉": ")",
    "⌊": "\\lfloor",
    "⌋": "\\rfloor",
    "⌈": "\\lceil",
    "⌉": "\\rceil",
}
COMMAND_SIGNS = {"π": "\\pi", "∞": "\\infty", "√": "\\sqrt", "∛": "\\cbrt", "∇": "\\nabla", "∑": "\\sum", "∏": "\\prod", "∫": "\\int", "∅": "\\emptyset", "θ": "\\theta", "α": "\\alpha",
                 "ℝ": "\\mathbb R", "ℤ": "\\mathbb Z", "ℕ": "\\mathbb N",
                 "ℚ": "\\mathbb Q", "ℂ": "\\mathbb C", "β": "\\beta", "γ": "\\gamma", "λ": "\\lambda", "φ": "\\phi", "ω": "\\omega"}  # fmt: skip
CURRENCY_SIGNS = {"¢": "cents", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee"}


def names(text: str) -> frozenset[str]:
    """Return the words of a table row as a set."""
    return frozenset(text.split())


DROPPED_COMMANDS = names(
    "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr displaystyle textstyle scriptstyle limits "
    "nolimits checkmark blacksquare qed tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge noindent par newline hline quad qquad hspace hfill rm bf it thinspace enspace ( ) [ ] , ; : ! > /"
)
FONT_COMMANDS = names(
    "ensuremath mathrm mathbf mathcal mathit mathsf mathfrak boldsymbol bold bm operatorname operatorname* boxed fbox"
)
TEXT_COMMANDS = names("text textbf textit textrm textnormal textsf texttt mbox hbox mathop emph underline")
COMMAND_ALIASES = {
    "dfrac": "\\frac", "tfrac": "\\frac", "cfrac": "\\frac", "dbinom": "\\binom", "tbinom": "\\binom",
    "varnothing": "\\emptyset", "varphi": "\\phi", "varepsilon": "\\epsilon", "vartheta": "\\theta", "rightarrow": "\\to", "R": "\\mathbb R", "Reals": "\\mathbb R", "reals": "\\mathbb R",
    "N": "\\mathbb N", "Z": "\\mathbb Z", "Q": "\\mathbb Q",
}  # fmt: skip
COMMAND_OPERATORS = {
    "le": "≤", "leq": "≤", "leqslant": "≤", "leqq": "≤", "geqq": "≥", "ge": "≥", "geq": "≥", "geqslant": "≥", "ne": "≠", "neq": "≠", "lt": "<", "permil": "‰",
    "gt": ">", "cdot": "*", "times": "*", "ast": "*", "div": "/", "pm": "±", "mp": "∓", "cup": "∪", "cap": "∩",
    "in": "∈", "approx": "≈", "simeq": "≈", "sim": "∼", "%": "%", "degree": "°", "lvert": "|", "rvert": "|", "vert": "|",
    "mid": "|", "_": "_", "colon": ":", "equiv": "≡", "ldots": "…", "dots": "…", "cdots": "…", "prime": "'", "&": "&", "#": "#",
}  # fmt: skip
GLUED_COMMANDS = names("quad qquad le leq ge geq cdot times neq pi cup cap pm")
COMMAND_BRACKETS = {
    "{": "\\{", "}": "\\}", "lbrace": "\\{", "rbrace": "\\}", "langle": "(", "rangle": ")", "lparen": "(", "rparen": ")",
    "lbrack": "[", "rbrack": "]", "lfloor": "\\lfloor", "rfloor": "\\rfloor", "lceil": "\\lceil", "rceil": "\\rceil",
}  # fmt: skip
OPENING = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "\\lfloor": "\\rfloor", "\\lceil": "\\rceil"}
CLOSING = frozenset(OPENING.values())

_GREEK_NAMES = names(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi omega "
    "Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega ell"
)
GREEK = frozenset("\\" + name for name in _GREEK_NAMES)
# After a doubled backslash outside of a matrix these are commands that somebody escaped twice.
ESCAPED_COMMANDS = frozenset(
    {
        *COMMAND_OPERATORS,
        *COMMAND_BRACKETS,
        *COMMAND_ALIASES,
        *_GREEK_NAMES,
        *FONT_COMMANDS,
        *TEXT_COMMANDS,
        *DROPPED_COMMANDS,
    }
) | names("frac sqrt pi infty sin cos tan log ln exp binom begin")
_GREEK_LETTERS = dict(
    zip(
        "αβγδεζηθικλμνξρστυφχψωΓΔΘΛΞΣΦΨΩ",
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "zeta",
            "eta",
            "theta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "rho",
            "sigma",
            "tau",
            "upsilon",
            "phi",
            "chi",
            "psi",
            "omega",
            "Gamma",
            "Delta",
            "Theta",
            "Lambda",
            "Xi",
            "Sigma",
            "Phi",
            "Psi",
            "Omega",
        ],
        strict=True,
    )
)
COMMAND_SIGNS.update({sign: "\\" + name for sign, name in _GREEK_LETTERS.items()})
COMMAND_SIGNS.update(
    {"ϕ": "\\phi", "ϵ": "\\epsilon", "ϑ": "\\theta", "µ": "\\mu", "∑": "\\sum", "∏": "\\prod", "∫": "\\int"}
)
