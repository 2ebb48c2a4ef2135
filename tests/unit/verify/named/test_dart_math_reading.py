r"""How dart-math reads: extraction, brackets, normal forms, LaTeX, Python notation, intervals and matrices.

Expectations are worked by hand from upstream's rules and from the grammar that sympy 1.12 ships; where a case is odd, the
comment says which rule makes it so.
"""

from __future__ import annotations

import pytest

from dartkit.verify.named.dart_math.brackets import closing, without_first_braces, without_outer
from dartkit.verify.named.dart_math.extract import find_answer, truth_value, without_marks
from dartkit.verify.named.dart_math.latex import read_guarded, read_latex
from dartkit.verify.named.dart_math.normalise import elements, is_set, normal_answer
from dartkit.verify.named.dart_math.plain import read_plain
from dartkit.verify.named.dart_math.regions import Region, read_region, same_region, spans
from dartkit.verify.named.dart_math.rows import read_rows
from dartkit.verify.named.dart_math.trees import TooLarge, Tree, Unreadable


def shown(tree: Tree) -> str:
    """Write a tree as a text that a reader can check: prefix notation."""
    if not tree.parts:
        return tree.text
    return f"{tree.text or tree.kind}({','.join(shown(part) for part in tree.parts)})"


def alike(first: str, second: str) -> bool:
    """Take two elements of a set for one if they are the same text."""
    return first == second


@pytest.mark.parametrize(
    ("completion", "answer"),
    [
        ("\\boxed{\\frac{a}{b}} end", "\\frac{a}{b}"),
        ("\\boxed{\\{1,2\\}}", "\\{1,2\\}"),  # a brace after a backslash is not counted
        ("\\boxed{1", "1"),  # never closes: all of it
        ("\\fbox{7}", "7"),  # no box for upstream, whose mark is `oxed{`: the last number
        ("oxed{9}", "9"),
        ("\\boxed{3} and boxed 4", "4"),  # the last `oxed` counts, brace or not, up to a dollar sign
        ("The answer is 5. I hope so!", "5. I hope so!"),
        ("5 is the answer", "5"),
        ("Well, hm. 5 is the answer", "5"),
        ("the answer: $x$", "$x"),
        ("a #### 1 #### 2", "2"),
        ("# Answer\n\n8", "8"),
        ("Therefore 6; #### 7", "7"),
        ("statement A is false", "False"),
        ("this statement has none", "False"),  # n-o-n-e
        ("this statement is it", "this statement is it"),
        ("we get \\( 3 \\) and \\( 4 \\)", " 3 \\) and "),  # a formula is closed by an opening mark
        ("$a$ then $b+1$ done", "b+1"),
        ("$$", ""),
        ("first 1,234 then 5.5 end", "5.5"),
        ("-3", "-3"),
        ("no number", ""),
        ("", ""),
    ],
)
def test_extraction(completion: str, answer: str) -> None:
    assert find_answer(completion) == answer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Yes", "True"),
        ("TRUE!", "True"),
        ("no", "False"),
        ("\\binom", "False"),
        ("\\noindent 5", None),
        ("5", None),
        ("", None),
    ],
)
def test_truth_is_found_inside_words(text: str, value: str | None) -> None:
    """`noindent` is the one word that upstream exempts."""
    assert truth_value(text) == value


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (" .5, ", "5"),
        ("(3)", "(3)"),
        ("[", ""),
        ("{x", "{x"),
        (")x(", "x"),
        ("\\", ""),
        ("$x$.", "x"),
        ("..", ""),
        ("к5и", "5"),
    ],
)
def test_stray_marks(text: str, clean: str) -> None:
    """Closing brackets go in front, opening ones behind, the rest on both ends."""
    assert without_marks(text) == clean


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("((x))", "x"), ("(a)(b)", "(a)(b)"), ("[{x}]", "x"), ("\\{x\\}", "x"), ("\\(x\\)", "x"), ("(x", "(x"), ("(]", "(]"),
        ("()", ""), ("", ""), ("(a]b)", "a]b"), ("((a)", "((a)"),
    ],
)  # fmt: skip
def test_outer_brackets(text: str, inside: str) -> None:
    """Each kind is counted alone: `(a]b)` is enclosed."""
    assert without_outer(text) == inside


def test_matching_brackets() -> None:
    assert closing("a{b{c}d}e", 1, "{", "}") == 7
    assert closing("{", 0, "{", "}") == -1
    assert without_first_braces("x{a{b}}{c}") == "xa{b}{c}"
    assert without_first_braces("x{a") == "x{a"


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("x = 5", "5"), ("a=b=c", "c"), ("y=2x", "2x"), ("x+y=3", "x+y=3"), ("3+4=7", "7"), ("AB=5", "5"), ("f(x)=x", "x"),
        ("f^{-1}(3)=2", "2"), ("1/2", "\\frac{1}{2}"), ("a/b", "a/b"), ("\\frac12", "\\frac{1}{2}"),
        ("\\frac1{72}", "\\frac{1}{72}"), ("\\dfrac{1}{2}", "\\frac{1}{2}"), ("\\frac1", "\\frac1"), ("sqrt3", "\\sqrt{3}"),
        ("\\sqrt3", "\\sqrt{3}"), ("sqrt(x)", "\\sqrt{x}"), ("3:4", "\\frac{3}{4}"), ("1 and 2", "1,2"), ("1;2", "1,2"),
        ("50\\%", "50"), ("\\$3.00", "3"), ("2.50", "2.50"), ("3.0x", "3x"), ("007", "7"), ("5hours", "5"),
        (".5", "5"), ("x=.5", "5"),  # the point in front is a stray mark
        ("5 am", "5"), ("5 a.m.", "5a"),  # the unit `m` comes before `a.m.`
        ("30^\\circ", "30"), ("\\sin 30^\\circ", "\\sin^{1}30"),
        ("\\sin 30\\circ", "\\sin^{1}{30*\\frac{\\pi}{180}}"), ("sin x", "\\sin^{1}x"), ("\\cos^2x", "\\cos^{2}x"),
        ("\\arcsin x", "\\arc\\sin^{1}x"),  # the inner name gets a backslash of its own
        ("2\\pm3", "2-3,2+3"), ("(a\\pm b)", "a-b,a+b"), ("\\pm3", "\\pm3"), ("j+1", "i+1"), ("ij", "ij"), ("two", "2"),
        ("zero", "zero"), ("x\\in[0,1]", "[0,1]"),
        ("x\\infty", "fty"),  # what looks like "x in" goes
        ("\\text{a}\\text{b}", "a\\text{b}"), ("\\emph{x}", "ph{x}"),  # `\em` eats the start of `\emph`
        ("{\\bf x}", "\\bfx"), ("0<x<1", "0,x,1"), ("0<x", "0<x"), ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{array}1\\\\2\\end{array}"),
        ("3,1 or 2", "1,2,3"), ("\\{2,1,2\\}", "1,2"), ("Sunlight", "Sunday"), ("a binomial", "False"), ("", ""),
    ],
)  # fmt: skip
def test_normal_forms(text: str, normal: str) -> None:
    assert normal_answer(text, alike) == normal


def test_sets() -> None:
    """Braces or an `or`; elements once, sorted as text."""
    assert is_set("{1,2}")
    assert is_set("\\{1\\}")
    assert is_set("1or2")
    assert not is_set("(1,2)")
    assert not is_set("forx")
    assert elements("\\{10,9,10,b\\}", alike) == ["10", "9", "b"]
    assert elements("1or2", alike) == ["1", "2"]
    with pytest.raises(TooLarge):
        elements(",".join(str(number) for number in range(41)), alike)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("2", "2"), ("12.50", "12.5"), ("1,234", "1234"), ("1,23", "1"), ("1,2345", "mul(1234,5)"), ("x", "x"), ("xy", "mul(x,y)"),
        ("2x^2", "mul(2,power(x,2))"), ("x^23", "power(x,23)"), ("x^ab", "mul(power(x,a),b)"), ("2^3^4", "power(power(2,3),4)"),
        ("-x", "mul(-1,x)"), ("-2x", "mul(-2,x)"), ("--3", "3"), ("a-b", "add(a,mul(-1,b))"), ("a-3", "add(a,-3)"),
        ("a/b/c", "mul(a,power(b,-1),power(c,-1))"), ("\\frac{1}{2}", "power(2,-1)"), ("\\frac34", "mul(3,power(4,-1))"),
        ("\\sqrt{2}", "power(2,power(2,-1))"), ("\\sqrt[3]{8}", "power(8,power(3,-1))"), ("f(x)", "function f(x)"),
        ("x(y+1)", "function x(add(y,1))"), ("2(3)", "mul(2,3)"), ("f(x,y)", "function f(x,y)"), ("|x|", "abs(x)"),
        ("|x||y|", "mul(abs(x),abs(y))"), ("5!", "factorial(5)"), ("\\sin^{1}xy", "power(sin(mul(x,y)),1)"),
        ("\\sin^{1}(x)y", "mul(power(sin(x),1),y)"), ("\\sin^{1}x\\cos^{1}y", "mul(power(sin(x),1),power(cos(y),1))"),
        ("\\sin^{-1}x", "asin(x)"), ("\\log_{2}8", "log(8,2)"), ("\\log_28", "log(8,2)"), ("\\lg x", "log(x,10)"),
        ("\\arcsin x", "asin(x)"), ("\\artanh x", "atanh(x)"), ("\\binom{5}{2}", "binomial(5,2)"), ("\\lfloor x\\rfloor", "floor(x)"),
        ("\\overline{x}", "conjugate(x)"), ("\\infty", "oo"), ("-\\infty", "mul(-1,oo)"), ("x_1", "x_{1}"), ("x_{12}", "x_{12}"),
        ("x_12", "x_{12}"), ("\\alpha_1", "alpha_{1}"), ("dx", "dx"), ("d x", "dx"), ("\\mathit{ab}", "ab"), ("x=5", "==(x,5)"),
        ("x\\leq2", "<=(x,2)"), ("x\\leqy", "mul(x,leqy)"), ("1<2", "True"), ("2=3", "False"), ("x=x", "True"), ("2x3", "mul(2,3)"),
        ("0.250.25", "mul(0.25,0.25)"), ("x^{2}_{3}", "power(x,2)"), ("\\sum_{i=1}^{3}i", "opaque sum(i,1,3,i)"),
        ("\\lim_{x\\to0^{+}}x", "opaque lim(x,0,x)"), ("\\int_0^1x dx", "opaque int(0,1,mul(x,dx))"),
    ],
)  # fmt: skip
def test_latex(text: str, tree: str) -> None:
    """Letters multiply, a letter before a bracket is a function, powers bind to the left, `x` between numbers is times."""
    assert shown(read_latex(text)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("7,-4", "7"), ("x+(2", "x"), ("2*", "2"), ("f(1", "f"), ("x^(2)", "x"), ("A)because", "A"), ("x+2*(", "add(x,2)"),
        ("x^-1", "x"), ("1}2", "1"), ("2|3", "2"), ("(2)(3", "2"), ("f(a+)", "f"), ("x**2", "x"),
    ],
)  # fmt: skip
def test_latex_that_stops_early(text: str, tree: str) -> None:
    """What cannot be continued is left unread, and nobody hears of it."""
    assert shown(read_latex(text)) == tree


@pytest.mark.parametrize(
    "text",
    [
        "", "(1", "1.", ".5", "x_", "|3", "\\frac{1}", "\\sqrt2", "{}1", "[1,2]", "a=", "a?", "\\%", "3&4", "\\sin^{1}", "-",
        "007", "x<y<z", "(a+)", "\\\\", "½", "(" * 50 + "x" + ")" * 50, "x" + "^2" * 60, "x" * 700,
    ],
)  # fmt: skip
def test_latex_that_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_latex(text)


def test_the_first_term_of_a_list_is_no_reading_of_it() -> None:
    """Upstream's own guard against `7,-4` = 7; a thousands separator passes."""
    assert shown(read_guarded("1,234")) == "1234"
    with pytest.raises(Unreadable):
        read_guarded("7,-4")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("2*x", "mul(2,x)"), ("x**2", "power(x,2)"), ("2**3**2", "power(2,power(3,2))"), ("-x**2", "mul(-1,power(x,2))"),
        ("a/b", "mul(a,power(b,-1))"), ("1,234", "tuple(1,234)"), ("(1,)", "tuple(1)"), ("[1,2]", "list(1,2)"), ("{1}", "set(1)"),
        ("2^3", "1"), ("5!", "factorial(5)"), ("5!!", "factorial2(5)"), ("f(x)", "function f(x)"), ("x>2", ">(x,2)"),
        ("1<2", "True"), ("x!=3", "True"), ("x==x", "True"), ("1e3", "1e3"), ("1_000", "1000"), ("0x10", "16"), ("2j", "mul(2,I)"),
        ("E", "E"), ("True", "True"), ("2#3", "2"), ("7//2", "//(7,2)"), (".5", "0.5".removeprefix("0")),
    ],
)  # fmt: skip
def test_plain_notation(text: str, tree: str) -> None:
    """Python's grammar: `^` is exclusive or, a comma makes a tuple, `#` begins a comment."""
    assert shown(read_plain(text)) == tree


@pytest.mark.parametrize(
    "text",
    [
        "", "2x", "x=5", "\\frac{1}{2}", "(1", "x)", "2(3)", "007", "x^2", "1<x<2", "x.y", "x[1]", "lambda", "a b", "*", "1..2",
        "print(1)(2)", "__import__('os')", "1" * 70 + "e99999", "(" * 60 + "1" + ")" * 60, "5!!!", "2**9**9^1",
    ],
)  # fmt: skip
def test_plain_notation_that_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_plain(text)


def test_code_is_never_run() -> None:
    """What upstream hands to `eval` is here a call of an unknown function, or refused."""
    assert shown(read_plain("exit(1)")) == "function exit(1)"
    assert shown(read_plain("open(x)")) == "function open(x)"


INF = float("inf")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(1,2)", [(1, True, 2, True)]), ("[1,2)", [(1, False, 2, True)]), ("[1,3]\\cup[2,5]", [(1, False, 5, False)]),
        ("(1,2)\\cup(2,3)", [(1, True, 2, True), (2, True, 3, True)]), ("(1,2]\\cup(2,3)", [(1, True, 3, True)]),
        ("(1,4)\\cap(2,6)", [(2, True, 4, True)]), ("(1,2)\\cap(3,4)", []), ("(-\\infty,2]", [(-INF, True, 2, False)]),
        ("[2,\\infty]", [(2, False, INF, True)]), ("\\{3\\}", [(3, False, 3, False)]),
        ("(1,3)\\cup\\{3\\}", [(1, True, 3, False)]), ("(\\frac12,\\sqrt{4})", [(0.5, True, 2, True)]),
    ],
)  # fmt: skip
def test_intervals(text: str, expected: list[tuple[float, bool, float, bool]]) -> None:
    """As intervals on the line: (low, open, high, open). An infinite end is always open."""
    found = spans(read_region(text))
    assert found is not None
    assert [tuple(span) for span in found] == expected


@pytest.mark.parametrize(
    "text", ["1,2", "(1,2", "(2,1)", "(1,1)", "(1,2,3)", "(1)", "()", "(a=1,2)", "", "(1,i?)", "x"]
)
def test_what_is_no_interval(text: str) -> None:
    with pytest.raises(Unreadable):
        read_region(text)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("(1,2)", "(1,2)", True), ("(1,2)", "[1,2]", False), ("(0,2)", "[0,2)", True), ("(-1,0)\\cup(0,1)", "(-1,1)", True),
        ("(a,b)", "(a,b)", True), ("(a,b)", "(a,b]", False), ("(a+a,b)", "(2a,b)", True), ("(a,b)\\cup(c,d)", "(c,d)\\cup(a,b)", True),
        ("(a,b)\\cup(c,d)", "(a,b)\\cap(c,d)", False), ("(a,b)", "(1,2)", False), ("(0.5,1)", "(\\frac{1}{2},1)", True),
    ],
)  # fmt: skip
def test_equal_regions(first: str, second: str, same: bool) -> None:
    """Upstream's test is blind to the point 0; ends with letters are compared one by one."""
    left: Region = read_region(first)
    assert same_region(left, read_region(second)) is same


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1,2", [["1", "2"]]), ("(1,2)", [["1", "2"]]), ("\\begin{array}1&2\\\\3&4\\end{array}", [["1", "2"], ["3", "4"]]),
        ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", [["1", "2"]]), ("\\begin{matrix}1\\2\\end{matrix}", [["1", "2"]]),
        ("\\begin{array}\\frac{1}{2}\\\\3\\end{array}", [["power(2,-1)", "3"]]), ("\\{2,1\\}", [["1", "2"]]),
    ],
)  # fmt: skip
def test_rows(text: str, rows: list[list[str]]) -> None:
    """A single column is turned into a row; a run of backslashes ends a row, unless a fraction or root follows."""
    assert [[shown(cell) for cell in row] for row in read_rows(text, alike)] == rows


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "",
        "1,",
        "(1,2)\\cup(3,4)",
        "\\begin{array}{}1&2\\end{array}",
        "\\begin{array}1&2\\\\3\\end{array}",
        "1,?",
    ],
)
def test_what_is_no_row(text: str) -> None:
    """A column specification is read as an empty group, and refused."""
    with pytest.raises(Unreadable):
        read_rows(text, alike)
