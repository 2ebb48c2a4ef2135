"""Characters: signs and digits of Unicode that mean the same, and look-alikes and direction marks that must not."""

from __future__ import annotations

from tests.corpus.case import Book, Case, Row, Writing
from tests.corpus.notation import ARABIC, DEVANAGARI, FULL_WIDTH, SUBSCRIPTS, SUPERSCRIPTS

# a Latin letter or digit and a character of another script that looks like it
LOOK_ALIKES = {"A": "А", "B": "В", "C": "С", "E": "Е", "H": "Н", "K": "К", "M": "М", "O": "О", "P": "Р", "T": "Т",
    "X": "Х", "a": "а", "c": "с", "e": "е", "p": "р", "x": "х", "y": "у"}  # fmt: skip
MINUSES = {"minus sign": "−", "en dash": "–", "full-width hyphen": "－", "small hyphen": "﹣"}


def build() -> list[Case]:
    """Return all cases."""
    book = Book("unicode")
    for _ in range(20):
        value = book.rng.randint(100, 99999)
        book.same(str(value), digits(value), 2)
        book.other(str(value), other_digits(value), 2)
        negative = str(-book.rng.randint(2, 99))
        book.same(negative, [(how, mark + negative[1:]) for how, mark in MINUSES.items()], 1)
        book.other(negative, [(how, mark + str(int(negative[1:]) + 1)) for how, mark in MINUSES.items()], 1)
    for latin, alike in LOOK_ALIKES.items():
        book.add(alike, latin, False, "letter of another script")
        if latin in "xyacp":
            book.add(f"2{alike}+1", f"2{latin}+1", False, "letter of another script in an expression")
    for _ in range(10):
        book.table(book.some(powers(book), 4))
        book.table(book.some(operators(book), 5))
    book.table(fixed())
    return book.cases


def digits(value: int) -> list[Writing]:
    """Decimal digits of other scripts have the same values by the Unicode database."""
    text = str(value)
    return [
        ("full-width", text.translate(FULL_WIDTH)), ("Arabic-Indic", text.translate(ARABIC)),
        ("Devanagari", text.translate(DEVANAGARI)), ("no-break space behind", f"{text}\u00a0"),
        ("thin spaces around", f"\u2009{text}\u2009"),
        ("full-width comma groups", f"{value:,}".translate(FULL_WIDTH)), ("byte order mark before", f"\ufeff{text}"),
    ]  # fmt: skip


def other_digits(value: int) -> list[Writing]:
    """Other digits, digits that are not decimal, and digits whose order on the screen is turned round."""
    text, more = str(value), str(value + 1)
    return [
        ("full-width", more.translate(FULL_WIDTH)), ("Arabic-Indic", more.translate(ARABIC)),
        ("Devanagari", more.translate(DEVANAGARI)), ("superscript digits", text.translate(SUPERSCRIPTS)),
        ("right-to-left override", f"\u202e{text}"),
        ("right-to-left override of the reversed digits",
            f"\u202e{text[::-1]}\u202c" if text != text[::-1] else f"\u202e{more}"),
        ("capital O for zero", text.replace("0", "O") if "0" in text else f"{text}O"),
        ("small l for one", text.replace("1", "l") if "1" in text[:-1] else f"l{text}"),
        ("last digit raised", text[:-1] + text[-1].translate(SUPERSCRIPTS)),
        ("last digit lowered", text[:-1] + text[-1].translate(SUBSCRIPTS)),
    ]  # fmt: skip


def powers(book: Book) -> list[Row]:
    """Raised digits are powers, lowered ones indices."""
    name, exponent = book.rng.choice("xyatn"), book.rng.randint(2, 14)
    raised = str(exponent).translate(SUPERSCRIPTS)
    return [
        (f"{name}{raised}", f"{name}^{{{exponent}}}", True, "raised"),
        (f"{name}{str(exponent + 1).translate(SUPERSCRIPTS)}", f"{name}^{{{exponent}}}", False, "other power"),
        (f"{name}{exponent}", f"{name}^{{{exponent}}}", False, "not raised"),
        (f"{name}{str(exponent).translate(SUBSCRIPTS)}", f"{name}_{{{exponent}}}", True, "lowered"),
        (f"{name}{raised}", f"{name}_{{{exponent}}}", False, "raised for lowered"),
        (f"2{raised}", str(2**exponent), True, "power of two"),
        (f"2{raised}", str(2**exponent + 1), False, "power of two"),
        (f"{name}⁻{raised}", f"\\frac{{1}}{{{name}^{{{exponent}}}}}", True, "negative power"),
        (f"10{raised}", f"10^{{-{exponent}}}", False, "sign of the power"),
        (f"3·{name}{raised}", f"3{name}^{{{exponent}}}", True, "dot"),
    ]  # fmt: skip


def operators(book: Book) -> list[Row]:
    """Signs of Unicode for the commands of LaTeX."""
    a, b = book.rng.sample(range(2, 30), 2)
    return [
        (f"{a}×{b}", str(a * b), True, "times"), (f"{a}÷{b}", f"\\frac{{{a}}}{{{b}}}", True, "division"),
        (f"{a}·{b}", str(a * b), True, "dot"), (f"{a}∕{b}", f"\\frac{{{a}}}{{{b}}}", True, "division slash"),
        (f"{a}×{b}", str(a + b), a * b == a + b, "times for plus"), (f"√{a}", f"\\sqrt{{{a}}}", True, "root"),
        (f"√({a}+{b})", f"\\sqrt{{{a + b}}}", True, "root of a sum"),
        (f"∛{a}", f"\\sqrt[3]{{{a}}}", True, "cube root"), (f"√{a}", f"\\sqrt[3]{{{a}}}", False, "cube root"),
        (f"{a}π", f"{a}\\pi", True, "pi"), (f"{a}𝜋", f"{a}\\pi", True, "mathematical pi"),
        (f"x≥{a}", f"x \\geq {a}", True, "at least"), (f"x≤{a}", f"x \\geq {a}", False, "at most"),
        (f"x≠{a}", f"x = {a}", False, "not"), (f"±{a}", f"\\pm {a}", True, "plus minus"),
        (f"∓{a}", f"\\pm {a}", True, "minus plus alone"), (f"[{a}, ∞)", f"[{a},\\infty)", True, "infinity"),
        (f"(−∞, {a}] ∪ {{{a + 9}}}", f"(-\\infty,{a}]\\cup\\{{{a + 9}\\}}", True, "union"),
        (f"（{a}，{b}）", f"({a},{b})", True, "full-width brackets"),
        (f"（{b}，{a}）", f"({a},{b})", False, "full-width brackets, swapped"),
        (f"｛{a}，{b}｝", f"\\{{{b},{a}\\}}", True, "full-width braces"), (f"{a}°", f"{a}^\\circ", True, "degree"),
        (f"{a}％", f"{a}\\%", True, "full-width percent"), (f"{a}≈{a}", str(a), True, "about"),
        (f"|{a}−{b}|", str(abs(a - b)), True, "absolute value"), (f"⌊{a}.5⌋", str(a), True, "floor"),
        (f"⌈{a}.5⌉", str(a), False, "ceiling"),
    ]  # fmt: skip


def fixed() -> list[Row]:
    """Mathematical alphabets, roman numerals, invisible characters."""
    return [
        ("𝑥+𝑦", "x+y", True, "mathematical italics"), ("𝟓", "5", True, "bold digit"), ("𝟔", "5", False, "bold digit"),
        ("ℝ", "\\mathbb{R}", True, "blackboard"), ("ℤ", "\\mathbb{R}", False, "blackboard"),
        ("∅", "\\emptyset", True, "empty"), ("Ø", "\\emptyset", False, "letter"), ("Ⅴ", "5", False, "roman numeral"),
        ("⑤", "6", False, "circled"), ("½x", "\\frac{x}{2}", True, "half"), ("2½", "\\frac52", True, "mixed"),
        ("2½", "1", False, "mixed is no product"),
        ("\u200b42", "42", True, "zero-width space before"), ("42\u200b", "42", True, "zero-width space behind"),
        ("4\u202e2", "42", False, "override inside"), ("\u206642\u2069", "43", False, "isolate"),
        ("x\u0305", "x", False, "combining bar"), ("α", "a", False, "Greek alpha"), ("ν", "v", False, "Greek nu"),
        ("ο", "o", False, "Greek omicron"), ("π", "\\Pi", False, "small for capital"), ("ϕ", "\\phi", True, "phi"),
        ("θ", "\\theta", True, "theta"), ("Δ", "\\Delta", True, "delta"), ("Δ", "\\delta", False, "capital"),
        ("µ", "\\mu", True, "micro sign"),
        ("－３", "-3", True, "full-width"), ("３．５", "3.5", True, "full-width point"),
        ("３．５", "35", False, "full-width point"), ("１／２", "\\frac12", True, "full-width slash"),
        ("٣٫٥", "3.5", True, "Arabic decimal point"), ("１：２", "1:2", True, "full-width colon"),
        ("ｘ＝５", "5", True, "full-width equation"), ("ｘ＝５", "6", False, "full-width equation"),
        ("“5”", "5", True, "curly quotes"), ("５０％", "0.5", True, "full-width percent"),
        ("′", "1", False, "prime alone"), ("∞", "8", False, "infinity"),
        ("ln２", "\\ln 2", True, "full-width argument"), ("Ａ", "A", True, "full-width letter"),
        ("ａ＋ｂ", "a+b", True, "full-width letters"),
    ]  # fmt: skip
