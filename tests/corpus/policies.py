"""Pairs on which careful graders differ, with the options of the policy that turn the verdict round, and all that do not.

The labels follow the docstrings of `dartkit.verify.policy`, not its code.
"""

from __future__ import annotations

from typing import NamedTuple

from dartkit.verify import Policy

OPTIONS = {
    "percent=strict": Policy(percent="strict"),
    "units=strict": Policy(units="strict"),
    "tolerance=0.01": Policy(tolerance=0.01),
    "order=ordered": Policy(order="ordered"),
    "order=unordered": Policy(order="unordered"),
    "decimals=rounded": Policy(decimals="rounded"),
}  # fmt: skip
# strict options and `ordered` can only take acceptance away, the others can only grant it
TAKES_AWAY = ("percent=strict", "units=strict", "order=ordered")


class PolicyCase(NamedTuple):
    """A pair, its label under the default policy, and the options that turn it."""

    prediction: str
    reference: str
    label: bool
    flips: tuple[str, ...] = ()


P, U, T, O, N, R = OPTIONS  # noqa: E741 - one letter each keeps the table readable: percent, units, tolerance, ordered, not ordered, rounded
CASES = tuple(
    PolicyCase(*row)
    for row in (
        # a percent sign on one side only
        ("28", "28\\%", True, (P,)), ("28\\%", "28", True, (P,)), ("62.5", "62.5\\%", True, (P,)),
        ("3 percent", "3", True, (P,)), ("0.5", "0.5\\%", True, (P,)), ("120%", "120", True, (P,)),
        ("28\\%", "0.28", True), ("28\\%", "\\frac{7}{25}", True), ("28\\%", "28%", True),
        ("28 percent", "28\\%", True), ("0.28", "28\\%", True), ("28", "0.28", False), ("28\\%", "2.8", False),
        ("28\\%", "29\\%", False), ("1.2", "120\\%", True), ("50\\%", "\\frac{1}{2}", True),
        # a unit or a currency on one side only
        ("5", "5 \\text{ cm}", True, (U,)), ("5 cm", "5", True, (U,)), ("12.5", "12.5 \\text{ kg}", True, (U,)),
        ("40 \\text{ km/h}", "40", True, (U,)), ("17 \\text{ minutes}", "17", True, (U,)),
        ("\\frac{3}{4}", "\\frac{3}{4} \\text{ miles}", True, (U,)), ("9 \\text{ m}^2", "9", True, (U,)),
        ("\\$45", "45", True, (U,)), ("45", "45 dollars", True, (U,)), ("€12", "12", True, (U,)),
        ("5 \\text{ cm}", "5 cm", True), ("2 \\text{ km}", "2000 \\text{ m}", True),
        ("5 \\text{ cm}", "5 \\text{ kg}", False), ("5 \\text{ cm}", "6", False),
        ("90 \\text{ minutes}", "1.5 \\text{ hours}", True), ("\\$45", "45 \\text{ dollars}", True),
        ("\\$45", "€45", False), ("5", "5.0", True),
        # near in value, by less than a hundredth, but not the rounded decimal of three digits
        ("100.5", "100", False, (T,)), ("1000", "1003", False, (T,)), ("0.5004", "0.5", False, (T,)),
        ("7.02", "7", False, (T,)), ("\\frac{103}{200}", "\\frac{1}{2}", False), ("-250", "-251", False, (T,)),
        ("(100.5, 3)", "(100, 3)", False, (T,)), ("\\{7.02, 1\\}", "\\{1, 7\\}", False, (T,)),
        ("0.334", "\\frac{1}{3}", False, (T,)), ("3.15", "\\pi", False, (T,)), ("1.42", "\\sqrt{2}", False, (T,)),
        ("102", "100", False), ("0.001", "0", False), ("-100.5", "100", False), ("3.2", "\\pi", False),
        ("1.05", "1", False), ("100.5x", "100x", False),
        # a decimal rounded to three digits or more, which is near as well
        ("0.333", "\\frac{1}{3}", False, (T, R)), ("0.6667", "\\frac{2}{3}", False, (T, R)),
        ("3.14", "\\pi", False, (T, R)), ("3.1416", "\\pi", False, (T, R)), ("1.414", "\\sqrt{2}", False, (T, R)),
        ("2.72", "e", False, (T, R)), ("0.143", "\\frac{1}{7}", False, (T, R)),
        ("(0.333, 2)", "(\\frac{1}{3}, 2)", False, (T, R)), ("1.73, 5", "\\sqrt{3}, 5", False, (T, R)),
        ("-0.286", "-\\frac{2}{7}", False, (T, R)), ("57.3", "\\frac{180}{\\pi}", False, (T, R)),
        ("0.33", "\\frac{1}{3}", False, (T,)), ("0.666", "\\frac{2}{3}", False, (T,)), ("0.3", "\\frac{1}{3}", False),
        ("3", "\\pi", False), ("1.5", "\\frac{3}{2}", True), ("0.333333333333333", "\\frac{1}{3}", True),
        ("0.4", "\\frac{1}{3}", False),
        # a list without brackets in another order
        ("1, 2", "2, 1", True, (O,)), ("3, 7, 5", "5, 3, 7", True, (O,)),
        ("x = 4 \\text{ or } x = -4", "-4, 4", True, (O,)), ("\\sqrt{2}, 1", "1, \\sqrt{2}", True, (O,)),
        ("8 \\text{ and } 2", "2, 8", True, (O,)), ("(3,4), (1,2)", "(1,2), (3,4)", True, (O,)),
        ("1, 2", "1, 2", True), ("1, 2", "1,2", True), ("\\{1, 2\\}", "\\{2, 1\\}", True),
        ("2, 8", "2 \\text{ and } 8", True), ("1, 2", "1, 3", False), ("1, 2", "1, 2, 2, 3", False),
        ("(0,1) \\cup (2,3)", "(2,3) \\cup (0,1)", True),
        # parentheses in another order
        ("(1, 2)", "(2, 1)", False, (N,)), ("(3, -1, 4)", "(4, 3, -1)", False, (N,)),
        ("(\\frac{1}{2}, 5)", "(5, 0.5)", False, (N,)),
        ("(1, 2)", "(1, 2)", True), ("(1, 2)", "(1,2)", True), ("(1, 2)", "(2, 3)", False),
        ("(1, 2)", "(1, 2, 4)", False), ("[1, 2)", "[2, 1)", False),
        ("\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}", "\\begin{pmatrix} 3 & 4 \\\\ 1 & 2 \\end{pmatrix}",
            False),
        # nothing that an option speaks of
        ("x+1", "1+x", True), ("x+1", "x+2", False), ("\\text{even}", "\\text{odd}", False), ("(B)", "B", True),
        ("y = 2x", "2x", True), ("7", "8", False),
    )
)  # fmt: skip
