r"""What answers and responses are made of: the dictionary of the fuzzers, and a seed corpus made by code.

The pieces are chosen to reach every branch of the readers: LaTeX commands, brackets that match and do not, numerals in all
notations, units, dates, words with a meaning, marks of an answer in prose, and characters that look like others.
"""

from __future__ import annotations

from itertools import product


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COMMANDS = _words(
    r"\frac \dfrac \tfrac \cfrac \sqrt \binom \dbinom \left \right \left( \right) \left. \right. \text{ \textbf{ \mathrm{ \mathbf{ "
    r"\mbox{ \boxed{ \fbox{ \operatorname{ \mathbb{R} \mathbb{Z} \mathbb N \R \pi \infty \theta \alpha \Gamma \ell \cdot \times \div "
    r"\pm \mp \le \leq \ge \geq \ne \neq \lt \gt \in \notin \cup \cap \setminus \emptyset \varnothing \sin \cos \tan \arcsin \arctan "
    r"\log \ln \lg \exp \log_2 \gcd \lcm \max \min \sum \prod \int \lim \to \infty \sum_{k=1}^{n} \int_0^1 \lim_{x\to0} \prod_{k=1}^{3} "
    r"\lfloor \rfloor \lceil \rceil \langle \rangle \{ \} \| \lvert \rvert \mid \over \choose \bmod \pmod \mod \equiv \approx \sim "
    r"\ldots \dots \cdots \circ ^\circ ^{\circ} \degree \angle \triangle \overline{ \bar{ \hat \vec{ \dot{3} \overline{3} \unit{cm} "
    r"\begin{pmatrix} \end{pmatrix} \begin{bmatrix} \end{bmatrix} \begin{vmatrix} \end{vmatrix} \begin{cases} \end{cases} "
    r"\begin{aligned} \end{aligned} \begin{array}{cc} \end{array} \\ & \quad \, \; \! \: \$ \% \# \_ \( \) \[ \] \displaystyle \limits "
    r"\land \lor \wedge \vee \forall \exists \imath \jmath \mu \Omega \prime \color{red} \phantom{ \tag{ \label{ \hspace{ \mathcal \not"
)
BRACKETS = _words("( ) [ ] { } | < > ⟨ ⟩ （ ） ]a,b[ ( [ {{ }} (( )) $ $$ ` ``` \" ' ''")
SIGNS = _words(
    "+ - * / ^ _ = != <= >= < > ! !! % : ; , . .. … ± ∓ ∪ ∩ ∈ ≤ ≥ ≠ ≈ ≡ √ ∞ ∅ ° ′ ½ ¾ ² ³ ⁻ ₁ − – — × · ÷ ⁄ ** ^{ _{ := → | ∥ ?"
)
NUMERALS = _words(
    "0 1 2 3 7 10 12 42 007 1.5 .5 0.5 5. 3.14 0.333333333333333 1e5 7.15e3 1E-3 1e99999 1,234 12,345,678 1{,}000 3\\,216 1,23 1.2.3 "
    "43_5 1242_{6} 1011_2 101_{(2)} 9:24 05:00 1:2:3 1/2 3/4 -1/3 2\\frac12 \\frac34 1_000 0x10 0.\\overline{7} 0.1\\overline{6} 9999999999 "
    "2^{10} 9^{9^{9^9}} 10! ((9!)!)! 10^{400} 1/0 0/0 28% 0.28 12.50 1\u202f000 ٣٤ １２ 四十二 Ⅳ ④ 𝟒𝟐"
)
LETTERS = _words(
    "x y z n a b e i π θ X A B C D E f(x) f(x)= x_1 x_{12} a_n x^2 xy sinx lnx cosx dx e^ i^2 αβ х ℓ K Å ß ı ſ"
)
WORDS = _words(
    "and or either both none not no yes true false True False undefined DNE inf nan infinity pi sqrt(2) exp sin cos log ln mod "
    "cm m km kg g s min hours hour dollars cents percent degrees square cubic feet inches miles mph per miles/hour cm^2 million "
    "thousand dozen half twenty-three forty two hundred one third Monday Tuesday Friday January 5 2020-01-02 1/2/2020 pm p.m. a.m. "
    "noon midnight o'clock about approximately all real numbers except such that for where because since times solution solutions "
    "option choice (A) A. A) B: the answer is infinitely many y o et und 和 或 Paolo: x=5 name"
)
MARKS = (
    "The answer is ", "the final answer: ", "**Answer:** ", "Answer: ", "answer=", "#### ", "<answer>", "</answer>", "<think>", "</think>",
    "\\boxed{", "\\boxed 5", "\\boxed{42}", "\n", "\n\n", "A: ", "答案是", "答案：", "La réponse est ", "Therefore, ", " or ", " and ", ", ",
    "$$", "\\[", "\\]", "\\(", "\\)", "```", "Option (B)", " is correct.", "So ", "Thus $x=5$.", "= 5", "Hence", "|endoftext|", "<|im_end|>",
)  # fmt: skip
ODDITIES = (
    " ", "  ", "\t", "\r\n", "\u00a0", "\u2009", "\u200b", "\u200d", "\ufeff", "\u202e", "\u202c", "\u2067", "\x00", "\x1b[31m", "\x7f", "\u0301",
    "\ud800", "\udfff", "\U0010ffff", "💯", "\\", "\\\\", "\\\\frac", "{}", "()", "[]", "\\{\\}", "%s", "{0}", "__import__('os')", "\u2028", "\x85",
)  # fmt: skip

PIECES: tuple[str, ...] = tuple(
    dict.fromkeys((*COMMANDS, *BRACKETS, *SIGNS, *NUMERALS, *LETTERS, *WORDS, *MARKS, *ODDITIES))
)

_VALUES = ("5", "-3", "\\frac{1}{2}", "0.5", "\\sqrt{2}", "2\\pi", "x^2+1", "e^{i\\pi}", "3\\frac{1}{2}", "10^{-3}", "\\binom{5}{2}", "2n+1",
           "\\log_2 8", "\\sin 30^\\circ", "|x-1|", "43_5", "n!", "\\sqrt[3]{x}", "1,234")  # fmt: skip
_FRAMES = ("{}", "({}, 1)", "[{}, 9)", "\\{{{}, 7\\}}", "{}, 4", "x = {}", "y = 2x + {}", "x > {}", "1 < x \\le {}", "{} \\text{{ cm}}", "{}\\%",
           "\\${}", "{} or 6", "3 \\pm {}", "(-\\infty, {}) \\cup (10, 11]", "\\begin{{pmatrix}} {} & 2 \\\\ 3 & 4 \\end{{pmatrix}}", "{}:2",
           "{} hours", "\\{{x \\in \\mathbb{{R}} \\mid x > {}\\}}", "\\int_0^1 {} dx", "\\sum_{{k=1}}^{{5}} {}", "\\text{{(B)}} {}")  # fmt: skip
_WHOLE = ("(B)", "Friday", "\\text{no solution}", "yes", "October 30, 2020", "4:30 p.m.", "twenty-three", "all real numbers except 2", "\\emptyset",
          "2 ft 3 in", "3x - 7y = 12", "x^2 + y^2 < 4", "1, 2, \\ldots, 10", "]2, 5[", "\\infty", "0.\\overline{7}", "9^{9^{9^9}}", "1/0")  # fmt: skip
_CLOSINGS = ("Therefore the result is \\boxed{{{}}}.", "The answer is {}.", "Thus we get\n#### {}", "<answer>{}</answer>", "**Answer:** {}",
             "so \\[ x = {} \\]", "<think>maybe 3</think> I say ${}$.", "\\boxed{{{}}} or \\boxed{{7}}", "Answer: {}\n\nLet me check.")  # fmt: skip


def seed_answers() -> list[str]:
    """Return answers of every form: each value in each frame, and the ones that are no value."""
    framed = [frame.format(value) for frame, value in product(_FRAMES, _VALUES)]
    return [*framed, *_WHOLE]


def seed_responses() -> list[str]:
    """Return short responses: every eighth answer in each way to close."""
    return [closing.format(answer) for closing in _CLOSINGS for answer in seed_answers()[::8]]
