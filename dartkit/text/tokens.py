r"""Cut an answer (LaTeX, plain or Unicode notation) into one small set of tokens, once, in linear time.

No token rewrites another: what a sign means is decided where it stands, so there is no order of rules to get wrong.
Wrappers that carry no meaning (spacing, `\left`, dollar signs, fonts) leave no token.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from dartkit.text import symbols
from dartkit.text.numerals import read_numeral

MAX_CHARACTERS = 65_536
MAX_TOKENS = 20_000
_DIGITS = "0123456789"
_DECIMAL = frozenset(_DIGITS)
_LETTERS = re.compile("[A-Za-z]+")
_WHOLE = re.compile(r"[0-9]+(?=[)\]}+\-*/^=<>|;&$!]|\Z)")  # a number that nothing after it can make longer
_COMMAND = re.compile(r"\\(?:([A-Za-z]{1,40}\*?)|(.))", re.DOTALL)
_OLD_FONT = re.compile(r"\s?\\rm(?![A-Za-z])")
_SKIPPED = frozenset({"color", "textcolor", "colorbox", "phantom", "hphantom", "vphantom", "label", "tag"})
_ARGUMENT = re.compile(r"\s?\{[^{}]{0,40}\}")
_AXIS = re.compile(r"\s?\{\s?([ijk])\s?\}")
_ALIGNED = re.compile(r"\s?(?:[=<>≤≥≠≈]|\\(?:le|ge|ne|approx))")
_TIMES = re.compile(r"[xX](?:(?<=\s[xX])\s(?=[0-9])|\s?(?=10\s?(?:\^|\*\*|[⁻⁰¹²³⁴-⁹])))")  # 3 x 4, 3.5x10^6
_ROW_GAP = re.compile(r"\s?\[\s?-?[0-9.]{1,6}\s?(?:pt|em|ex|mm|cm|in)\s?\]")
_STARRED = frozenset({"operatorname", "hspace", "vspace", "text", "tag"})
_COMMAND_NAME = re.compile(r"[A-Za-z]{2,20}")
_BLACKBOARD = re.compile(r"\s{0,4}(?:\{\s?([A-Z])\s?\}|([A-Z]))")
_ENVIRONMENT = re.compile(r"\s{0,4}\{([A-Za-z]{1,20}\*?)\}(?:\{[lcr|]{0,20}\})?")


class Token(NamedTuple):
    """One token. `kind` is number, based, word, text, command, operator, open, close, begin, end, currency or other."""

    kind: str
    text: str
    spaced: bool = False


# One object for each sign that is one token whatever follows it: (not spaced, spaced).
_SIGNS = {sign: (Token("operator", sign), Token("operator", sign, True)) for sign in "+-/^_=|:;,.%'"}


class TooLong(ValueError):
    """The text is longer than what is worth reading; only its identity to another text can be told."""


def tokenize(text: str, *, thousands: bool = True) -> list[Token]:
    """Return the tokens of an answer.

    Args:
        text: Any string; characters in no table become tokens of kind `other`.
        thousands: Read `1,234` outside brackets as one number; off, as two elements of a list.

    Raises:
        TooLong: above 65,536 characters or 20,000 tokens.
    """
    if len(text) > MAX_CHARACTERS:
        raise TooLong(f"{len(text)} characters")
    return _Scanner(_fold_digits(text), thousands=thousands).run()


_ENDS = {"word": "w", "text": "w", "command": "w", "number": "n", "based": "n"}


def render(tokens: Sequence[Token]) -> str:
    """Return the tokens as one normal text; words and numbers that would run together are kept apart by a space."""
    parts: list[str] = []
    previous = ""
    for token in tokens:
        kind, text = token.kind, token.text
        if (previous == "w" and kind in ("word", "text", "number", "based")) or (
            previous == "n" and kind in ("number", "based")
        ):
            text = " " + text
        parts.append(text)
        previous = _ENDS.get(kind, "")
    return "".join(parts)


def _fold_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(_fold_character(char) for char in text)


def _fold_character(char: str) -> str:
    if char.isascii() or char in symbols.SUPERSCRIPTS or char in symbols.SUBSCRIPTS:
        return char
    value = unicodedata.decimal(char, None)
    if value is not None:
        return str(value)
    if char in symbols.FOLDED_SIGNS:
        return symbols.FOLDED_SIGNS[char]
    if "！" <= char <= "～":  # the full-width forms of ASCII
        return chr(ord(char) - 0xFEE0)
    return unicodedata.normalize("NFKC", char) if "\U0001d400" <= char <= "\U0001d7ff" else char


class _Scanner:
    """The state of one pass: position, open brackets, and how many arguments a command still wants."""

    def __init__(self, text: str, *, thousands: bool) -> None:
        self.text = text
        self.at = 0
        self.thousands = thousands
        self.tokens: list[Token] = []
        self.stack: list[tuple[str, int]] = []
        self.lists = 0  # open brackets that may hold a list
        self.texts = 0  # open text wrappers
        self.environments = 0  # open environments
        self.wanted = 0  # arguments of \frac, \binom or \sqrt not yet seen
        self.spaced = False
        self.paired = text.count("$") - text.count("\\$")

    def run(self) -> list[Token]:
        while self.at < len(self.text):
            self._step(self.text[self.at])
            if len(self.tokens) > MAX_TOKENS:
                raise TooLong(f"more than {MAX_TOKENS} tokens")
        return self.tokens

    def _emit(self, kind: str, text: str) -> None:
        self.tokens.append(Token(kind, text, self.spaced))
        self.spaced = False

    def _step(self, char: str) -> None:
        if char in _SIGNS and not (char == "." and self.text[self.at + 1 : self.at + 2] in _DECIMAL):
            self.at += 1
            self.tokens.append(_SIGNS[char][self.spaced])
            self.spaced = False
        elif char in _DECIMAL or (char == "." and self.text[self.at + 1 : self.at + 2] in _DECIMAL):
            self._number()
        elif char.isspace() or char == "~":
            self.at += 1
            self.spaced = True
        elif char == "\\":
            self._command()
        elif char in symbols.OPENING or char in symbols.CLOSING or char in symbols.BRACKET_SIGNS:
            self.at += 1
            self._bracket(symbols.BRACKET_SIGNS.get(char, char))
        elif self._is_letter(char):
            self._word()
        else:
            self._sign(char)

    def _sign(self, char: str) -> None:
        self.at += 1
        if char == "$":
            self._dollar()
        elif char in symbols.SUPERSCRIPTS:
            self._raised(char, symbols.SUPERSCRIPTS, "^")
        elif char in symbols.SUBSCRIPTS:
            self._raised(char, symbols.SUBSCRIPTS, "_")
        elif char in symbols.FRACTION_SIGNS:
            top, bottom = symbols.FRACTION_SIGNS[char]
            for kind, text in (("command", "\\frac"), ("open", "{"), ("number", str(top)), ("close", "}"),
                               ("open", "{"), ("number", str(bottom)), ("close", "}")):  # fmt: skip
                self._emit(kind, text)
        elif char in symbols.COMMAND_SIGNS:
            self._emit("command", symbols.COMMAND_SIGNS[char])
        elif char in symbols.CURRENCY_SIGNS:
            self._emit("currency", symbols.CURRENCY_SIGNS[char])
        elif char == "&" and self.environments == 0 and _ALIGNED.match(self.text, self.at):
            pass  # h &= 3: a mark of alignment that lost its environment
        elif char == "!" and self.text[self.at : self.at + 1] == "=":
            self.at += 1
            self._emit("operator", "≠")
        elif char in "<>" and self.text[self.at : self.at + 1] == "=":
            self.at += 1
            self._emit("operator", "≤" if char == "<" else "≥")
        elif char == "*" and self.text[self.at : self.at + 1] == "*":
            self.at += 1
            self._emit("operator", "**")
        elif char in symbols.OPERATOR_SIGNS or char in "+-*/^_=<>!|:;,.&%'":
            self._emit("operator", symbols.OPERATOR_SIGNS.get(char, char))
        else:
            self._emit("other", char)

    def _dollar(self) -> None:
        if self.paired % 2 and self.text[self.at : self.at + 2].lstrip(" ")[:1] in _DECIMAL:
            self.paired -= 1  # an odd dollar sign before a digit is money, the others delimit formulas
            self._emit("currency", "dollar")

    def _raised(self, char: str, table: dict[str, str], operator: str) -> None:
        run = table[char]
        while self.at < len(self.text) and self.text[self.at] in table:
            run += table[self.text[self.at]]
            self.at += 1
        self._emit("operator", operator)
        self._emit("open", "{")
        if run[0] in "+-":
            self._emit("operator", run[0])
            run = run[1:]
        if run:
            self._emit("number" if run.isdigit() else "word", run)
        self._emit("close", "}")

    def _word(self) -> None:
        start = self.at
        if self.tokens and self.tokens[-1].kind == "number" and (times := _TIMES.match(self.text, start)):
            self.at = times.end()
            self._emit("operator", "*")
            return
        if self.wanted and not self.texts:
            self.wanted -= 1
            self.at += 1
        else:
            run = _LETTERS.match(self.text, start)
            self.at = run.end() if run is not None else start + 1
            while self.at < len(self.text) and self._is_letter(self.text[self.at]):
                self.at += 1
        self._emit("text" if self.texts else "word", self.text[start : self.at])

    @staticmethod
    def _is_letter(char: str) -> bool:
        if char > "\u02ff" and unicodedata.combining(char):
            return True  # the bar of x̄
        return char.isalpha() and (
            char.isascii()
            or (char not in symbols.SUPERSCRIPTS and char not in symbols.COMMAND_SIGNS and char != "º")
        )

    def _command(self) -> None:
        found = _COMMAND.match(self.text, self.at)
        if found is None:  # a lone backslash at the end
            self.at += 1
            return
        self.at = found.end()
        name = found.group(1) or found.group(2)
        if name[-1] == "*" and name[:-1] not in _STARRED and len(name) > 1:
            name = name[:-1]
            self.at -= 1
        if name[:-1] in symbols.GLUED_COMMANDS and name not in symbols.COMMAND_OPERATORS and len(name) > 2:
            name = name[:-1]  # `25\lex` lacks the space before its variable
            self.at -= 1
        if name in ("mathbf", "boldsymbol", "bm") and (axis := _AXIS.match(self.text, self.at)) is not None:
            self.at = axis.end()
            self._emit("command", "\\unit")
            self._emit("word", axis.group(1))
        elif name in symbols.TEXT_COMMANDS or name in symbols.FONT_COMMANDS:
            self._open_wrapper("text" if name in symbols.TEXT_COMMANDS else "font")
        elif name in _SKIPPED and (argument := _ARGUMENT.match(self.text, self.at)) is not None:
            self.at = argument.end()
        elif name in ("begin", "end"):
            self._environment(name)
        elif name == "mathbb":
            self._blackboard()
        elif name in ("$", "textdollar"):
            self._emit("currency", "dollar")
        elif name == "\\":
            self._row_end()
        elif name.isspace() or name in symbols.DROPPED_COMMANDS:
            self._dropped(name)
        elif name in symbols.COMMAND_BRACKETS:
            self._bracket(symbols.COMMAND_BRACKETS[name])
        elif name in symbols.COMMAND_OPERATORS:
            self._emit("operator", symbols.COMMAND_OPERATORS[name])
        elif name == "circ" and self.tokens and self.tokens[-1].text == "^":
            self.tokens[-1] = Token("operator", "°")
        else:
            self._named(symbols.COMMAND_ALIASES.get(name, "\\" + name))

    def _row_end(self) -> None:
        r"""Read the end of a matrix row; outside of matrices a doubled backslash before a command is a spelling of one."""
        follows = _COMMAND_NAME.match(self.text, self.at)
        if follows is not None and self.environments == 0 and follows.group() in symbols.ESCAPED_COMMANDS:
            self.at -= 1
            return
        gap = _ROW_GAP.match(self.text, self.at)
        if gap is not None:
            self.at = gap.end()
        self._emit("operator", "\\\\")

    def _dropped(self, name: str) -> None:
        self.spaced = True
        if name == " " and self.text[self.at : self.at + 1] == "{" and self._is_after_set():
            self._emit("command", "\\setminus")  # ℝ \ {2}
        if name in ("left", "right") and self.text[self.at : self.at + 1] == ".":
            self.at += 1

    def _is_after_set(self) -> bool:
        return bool(self.tokens) and self.tokens[-1].text.startswith("\\mathbb ")

    def _named(self, name: str) -> None:
        self._emit("command", name)
        if name in ("\\frac", "\\binom"):
            self.wanted = 2
        elif name == "\\sqrt":
            self.wanted = 1
        elif self.wanted:
            self.wanted -= 1

    def _open_wrapper(self, kind: str) -> None:
        rest = self.at
        while rest < len(self.text) and self.text[rest] == " ":
            rest += 1
        if self.text[rest : rest + 1] == "{":
            self.at = rest + 1
            self.stack.append((kind, self.wanted))
            self.texts += kind == "text"
        self.spaced = self.spaced or kind == "text"

    def _blackboard(self) -> None:
        found = _BLACKBOARD.match(self.text, self.at)
        if found is None:
            self._open_wrapper("font")
            return
        self.at = found.end()
        self._emit("command", f"\\mathbb {found.group(1) or found.group(2)}")

    def _environment(self, name: str) -> None:
        found = _ENVIRONMENT.match(self.text, self.at)
        if found is None:
            self._emit("other", "\\" + name)
            return
        self.at = found.end()
        self.lists += 1 if name == "begin" else -1
        self.environments += 1 if name == "begin" else -1
        self._emit(name, found.group(1).rstrip("*"))

    def _bracket(self, sign: str) -> None:
        if sign == "{" and _OLD_FONT.match(self.text, self.at):
            self.stack.append(("text", self.wanted))  # {\rm cm}
            self.texts += 1
            self.spaced = True
            return
        if sign in symbols.OPENING:
            self.stack.append((sign, max(self.wanted - 1, 0) if sign == "{" else self.wanted))
            self.wanted = 0
            self.lists += sign in "([" or sign == "\\{"
            self._emit("open", sign)
            return
        opened, wanted = self.stack.pop() if self.stack else ("", 0)
        if (
            sign == "}"
            and opened == "{"
            and self.tokens
            and self.tokens[-1].text == "{"
            and self._is_separator(wanted)
        ):
            self.tokens.pop()  # the empty group only keeps a command from the next letter
            self.wanted = wanted
            return
        self.texts -= opened == "text"
        self.wanted = wanted
        if opened in ("text", "font") and sign == "}":
            self.spaced = opened == "text"
            return
        self.lists -= sign in ")]" or sign == "\\}"
        self._emit("close", sign)
        self._fold_degree()

    def _is_separator(self, wanted: int) -> bool:
        """Say whether an empty group at the end of the tokens is no argument and no exponent."""
        if wanted:
            return False
        before = self.tokens[-2].text if len(self.tokens) > 1 else ""
        return before not in ("^", "_", "\\frac", "\\sqrt", "\\binom", "{", "}")

    def _fold_degree(self) -> None:
        r"""Turn `^{\circ}` into the degree sign."""
        if [token.text for token in self.tokens[-4:]] == ["^", "{", "\\circ", "}"]:
            self.tokens[-4:] = [Token("operator", "°")]

    def _number(self) -> None:
        start = self.at
        if self.wanted and not self.texts:  # TeX takes one digit as an argument: \frac23
            self.wanted -= 1
            self.at += 1
            self._emit("number", self.text[start])
            return
        whole = _WHOLE.match(self.text, start)
        if whole is not None:
            self.at = whole.end()
            self._emit("number", whole.group().lstrip("0") or "0")
            return
        raised = bool(self.tokens) and self.tokens[-1].text in ("^", "_")
        commas = self.thousands and self.lists <= 0
        kind, number, self.at = read_numeral(self.text, start, commas=commas, grouped=not raised)
        self._emit(kind, number)
