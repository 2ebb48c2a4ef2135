r"""Write one tree in many ways: LaTeX, ASCII as in code, or Unicode; every choice of spelling is drawn at random.

Only spellings with one reading are made: an inline quotient beside a product gets parentheses, and so does the argument of a
function, unless it is one letter and nothing follows. A fraction is never put behind a number (that is a mixed number).
"""

from __future__ import annotations

import random
from typing import NamedTuple

from tests.property.trees import Tree

SUM, QUOTIENT, PRODUCT, POWER, ATOM = range(5)
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LATEX_NAMES = {"arctan": ("\\arctan", "\\tan^{-1}", "\\operatorname{arctan}")}
_PLAIN_NAMES = {"arctan": ("arctan", "atan"), "ln": ("ln",)}
NOTATIONS = ("latex", "ascii", "unicode")


class Spelled(NamedTuple):
    """A text and how tightly it holds together."""

    text: str
    level: int


class Speller:
    """Writes trees in one notation.

    Args:
        source: Where choices come from.
        notation: `latex`, `ascii` or `unicode`; random where left out.
    """

    def __init__(self, source: random.Random, notation: str = "") -> None:
        self._random = source
        self.notation = notation or source.choice(NOTATIONS)
        self._latex = self.notation == "latex"

    def spell(self, tree: Tree) -> str:
        """Return one way to write the tree."""
        return self._any(tree).text

    def enclosed(self, tree: Tree) -> str:
        """Return the tree with what may stand around an answer: dollar signs, a full stop, groups."""
        text = self.spell(tree)
        frames = ("{}", "{}", "${}$", " {} ", "{}.") if not self._latex else (
            "{}", "${}$", "\\({}\\)", "$$ {} $$", "\\displaystyle {}", "{{{}}}", "{}.", "\\boldsymbol{{{}}}", "\\left({}\\right)",
        )  # fmt: skip
        return self._pick(*frames).format(text)

    def _pick(self, *ways: str) -> str:
        return self._random.choice(ways)

    def _any(self, tree: Tree) -> Spelled:
        found = self._bare(tree)
        if self._random.random() < 0.06:
            return Spelled(self._wrapped(found.text), ATOM)
        return found

    def _bare(self, tree: Tree) -> Spelled:
        kind = tree[0]
        if kind == "int":
            return Spelled(str(tree[1]), ATOM)
        if kind == "var":
            return Spelled(self._pick(tree[1], f"{{{tree[1]}}}") if self._latex else tree[1], ATOM)
        if kind == "const":
            return Spelled(self._constant(tree[1]), ATOM)
        if kind == "neg":
            return Spelled(self._minus() + self._at_least(tree[1], PRODUCT), SUM)
        if kind in ("add", "sub"):
            return self._sum(tree)
        return {"mul": self._product, "div": self._quotient, "pow": self._power, "root": self._root, "exp": self._exp,
                "fn": self._function}[kind](tree)  # fmt: skip

    def _wrapped(self, text: str) -> str:
        frames = ("({})", "\\left({}\\right)", "\\left( {} \\right)", "\\bigl({}\\bigr)", "\\left[{}\\right]")
        return (self._pick(*frames) if self._latex else "({})").format(text)

    def _at_least(self, tree: Tree, level: int) -> str:
        found = self._any(tree)
        return found.text if found.level >= level else self._wrapped(found.text)

    def _space(self) -> str:
        return self._pick("", " ", "", "\\,", "\\;", "~") if self._latex else self._pick("", " ")

    def _minus(self) -> str:
        return self._pick("−", "-", "–") if self.notation == "unicode" else "-"

    def _constant(self, name: str) -> str:
        if name == "e":
            return self._pick("e", "\\mathrm{e}") if self._latex else "e"
        return {"latex": "\\pi ", "ascii": "pi", "unicode": "π"}[self.notation]

    def _sum(self, tree: Tree) -> Spelled:
        sign = "+" if tree[0] == "add" else self._minus()
        space = self._space()
        left, right = self._at_least(tree[1], SUM), self._at_least(tree[2], QUOTIENT)
        return Spelled(f"{left}{space}{sign}{space}{right}", SUM)

    def _product(self, tree: Tree) -> Spelled:
        left, right = self._at_least(tree[1], PRODUCT), self._at_least(tree[2], PRODUCT)
        if self._may_touch(left, right) and self._random.random() < 0.6:
            return Spelled(left + self._pick("", " ") + right, PRODUCT)
        signs = {
            "latex": ("\\cdot ", " \\times ", "*", "\\cdot{}"),
            "ascii": ("*", " * "),
            "unicode": ("·", "×", " ⋅ ", "*"),
        }
        return Spelled(left + self._pick(*signs[self.notation]) + right, PRODUCT)

    def _may_touch(self, left: str, right: str) -> bool:
        """Say whether two factors may stand side by side: no digits or words run together, no mixed number arises."""
        if (
            right.startswith(("\\frac", "\\dfrac", "\\tfrac", "\\cfrac", "√"))
            or right[0] in "0123456789+-−–|{e"
        ):
            return False
        if left[-1].isdigit() or left.endswith((")", "\\right]", "}", "\\pi ")):
            return True
        return left[-1] in "xyz" and right[0] in "xyz(" and self._latex

    def _quotient(self, tree: Tree) -> Spelled:
        if self._latex and self._random.random() < 0.85:
            return self._fraction(tree)
        slash = self._pick("/", " / ", "÷") if self.notation == "unicode" else self._pick("/", " / ")
        return Spelled(f"{self._at_least(tree[1], POWER)}{slash}{self._at_least(tree[2], POWER)}", QUOTIENT)

    def _fraction(self, tree: Tree) -> Spelled:
        top, bottom = self._any(tree[1]).text, self._any(tree[2]).text
        if (
            len(top) == len(bottom) == 1
            and top.isdigit()
            and bottom.isdigit()
            and self._random.random() < 0.4
        ):
            return Spelled(self._pick("\\frac", "\\tfrac", "\\frac ", "\\dfrac ") + top + bottom, PRODUCT)
        name = self._pick("\\frac", "\\dfrac", "\\tfrac", "\\cfrac")
        return Spelled(f"{name}{{{top}}}{{{bottom}}}", PRODUCT)

    def _power(self, tree: Tree) -> Spelled:
        base, exponent = tree[1], str(tree[2])
        if (
            base[:1] == ("fn",)
            and base[1] != "abs"
            and tree[2] > 1
            and self._latex
            and self._random.random() < 0.5
        ):
            argument = self._wrapped(self._any(base[2]).text)
            return Spelled(f"\\{base[1]}^{{{exponent}}}{argument}", POWER)
        return Spelled(self._at_least(base, ATOM) + self._raised(exponent), POWER)

    def _raised(self, exponent: str) -> str:
        if self.notation == "unicode":
            return exponent.translate(_RAISED)
        if self._latex:
            return self._pick("^{{{}}}", "^ {{{}}}", "^{}" if len(exponent) == 1 else "^{{{}}}").format(
                exponent
            )
        return self._pick("^({})", "**({})", "^{}", "**{}" if exponent[0] != "-" else "^{}").format(exponent)

    def _root(self, tree: Tree) -> Spelled:
        index, inside = tree[1], tree[2]
        if self._random.random() < 0.25:
            exponent = {
                "latex": self._pick(f"^{{1/{index}}}", f"^{{\\frac{{1}}{{{index}}}}}", f"^{{\\frac1{index}}}")
            }.get(self.notation, f"^(1/{index})")
            return Spelled(self._at_least(inside, ATOM) + exponent, POWER)
        text = self._any(inside).text
        if self._latex:
            if index != 2:
                return Spelled(
                    self._pick("\\sqrt[{}]{{{}}}", "\\sqrt[{{{}}}]{{{}}}").format(index, text), ATOM
                )
            short = len(text) == 1 and text.isdigit() and self._random.random() < 0.4
            return Spelled(self._pick("\\sqrt", "\\sqrt ") + text if short else f"\\sqrt{{{text}}}", ATOM)
        if index != 2:
            return Spelled(f"({text})^(1/{index})", POWER)
        return Spelled(
            (self._pick("√", "sqrt") if self.notation == "unicode" else "sqrt") + f"({text})", ATOM
        )

    def _exp(self, tree: Tree) -> Spelled:
        text = self._any(tree[1]).text
        if self._latex:
            return Spelled(
                self._pick("e^{{{}}}", "\\exp({})", "\\mathrm{{e}}^{{{}}}", "\\exp\\left({}\\right)").format(
                    text
                ),
                POWER,
            )
        return Spelled(self._pick("exp({})", "e^({})").format(text), POWER)

    def _function(self, tree: Tree) -> Spelled:
        name, inside = tree[1], self._any(tree[2])
        if name == "abs":
            return self._absolute(inside.text)
        if self._latex:
            command = self._pick(*_LATEX_NAMES.get(name, (f"\\{name}",)))
            if inside.level == ATOM and len(inside.text) == 1 and self._random.random() < 0.5:
                return Spelled(f"{command} {inside.text}", SUM)
            return Spelled(command + self._wrapped(inside.text), POWER)
        return Spelled(f"{self._pick(*_PLAIN_NAMES.get(name, (name,)))}({inside.text})", POWER)

    def _absolute(self, text: str) -> Spelled:
        if "|" not in text and "vert" not in text and (self._latex or self._random.random() < 0.5):
            frames = ("|{}|", "\\left|{}\\right|", "\\lvert {} \\rvert") if self._latex else ("|{}|",)
            return Spelled(self._pick(*frames).format(text), ATOM)
        return Spelled(("\\operatorname{abs}" if self._latex else "abs") + f"({text})", ATOM)
