"""The names that the expression grammar knows: functions, constants, letters with a meaning, words that are no product."""

from __future__ import annotations

from dartkit.text.symbols import names
from dartkit.verify.algebra.tree import Node

FUNCTIONS = names(
    "sin cos tan cot sec csc arcsin arccos arctan arccot arcsec arccsc asin acos atan sinh cosh tanh arsinh arcosh artanh "
    "arcsinh arccosh arctanh asinh acosh atanh sech csch coth nCr binom binomial comb nPr perm factorial log ln lg exp sqrt cbrt abs floor ceil gcd lcm max min Re Im arg sgn sign tg ctg arctg cis"
)
ALIASES = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "lg": "log", "arcsinh": "arsinh", "arccosh": "arcosh",
    "arctanh": "artanh", "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh", "Re": "re", "Im": "im", "sign": "sgn",
    "tg": "tan", "ctg": "cot", "arctg": "arctan",
}  # fmt: skip
INVERSES = {
    "sin": "arcsin", "cos": "arccos", "tan": "arctan", "cot": "arccot", "sec": "arcsec", "csc": "arccsc",
    "sinh": "arsinh", "cosh": "arcosh", "tanh": "artanh",
}  # fmt: skip
SEVERAL_ARGUMENTS = names("gcd lcm max min")
CONSTANTS = {"pi": "pi", "infinity": "oo", "infty": "oo", "inf": "oo", "oo": "oo"}
LETTERS: dict[str, Node] = {"e": ("const", "e"), "i": ("const", "i")}
NOT_PRODUCTS = names(
    "yes no and or not one two six ten odd all the nan any mon tue wed thu fri sat sun jan feb may dne is if to of day "
    "now new old red big top end who why how its cm mm km kg mg ml ft lb oz hr min sec mph usd"
)
BIG_OPERATORS = {"\\sum": "sum", "\\prod": "prod", "\\int": "int", "\\lim": "lim"}
ACCENTS = names(
    "\\vec \\overline \\bar \\hat \\widehat \\overrightarrow \\tilde \\angle \\triangle \\dot \\unit \\nabla"
)
MAX_DEPTH = 200
