"""Identities of algebra, roots, logarithms and trigonometry with chosen numbers, each beside a formula that looks like it and is wrong."""

from __future__ import annotations

from tests.corpus.case import Book, Row

# sine and cosine of special angles, from the half square and the half equilateral triangle
SPECIAL = (
    (30, "\\frac{\\pi}{6}", "\\frac{1}{2}", "\\frac{\\sqrt{3}}{2}"),
    (45, "\\frac{\\pi}{4}", "\\frac{\\sqrt{2}}{2}", "\\frac{\\sqrt{2}}{2}"),
    (60, "\\frac{\\pi}{3}", "\\frac{\\sqrt{3}}{2}", "\\frac{1}{2}"),
    (120, "\\frac{2\\pi}{3}", "\\frac{\\sqrt{3}}{2}", "-\\frac{1}{2}"),
    (135, "\\frac{3\\pi}{4}", "\\frac{\\sqrt{2}}{2}", "-\\frac{\\sqrt{2}}{2}"),
    (150, "\\frac{5\\pi}{6}", "\\frac{1}{2}", "-\\frac{\\sqrt{3}}{2}"),
    (210, "\\frac{7\\pi}{6}", "-\\frac{1}{2}", "-\\frac{\\sqrt{3}}{2}"),
    (300, "\\frac{5\\pi}{3}", "-\\frac{\\sqrt{3}}{2}", "\\frac{1}{2}"),
)  # fmt: skip


def add(book: Book) -> None:
    """Add some rows of every family for several choices of numbers."""
    for _ in range(9):
        for family in (roots, logarithms, powers, rational, special_functions):
            book.table(book.some(family(book), 4))
    for degrees, radians, sine, cosine in SPECIAL:
        book.table(book.some(angles(degrees, radians, sine, cosine), 6))
    book.table(fixed())
    book.table(calculus())


def roots(book: Book) -> list[Row]:
    """√(k²m) = k√m and a/√m = a√m/m for a square-free m; (√a + √b)² = a + b + 2√(ab)."""
    square, free, top = (
        book.rng.randint(2, 9),
        book.rng.choice([2, 3, 5, 6, 7, 10, 11]),
        book.rng.randint(2, 9),
    )
    small, large = sorted(book.rng.sample([2, 3, 5, 7, 11], 2))
    inside = square * square * free
    return [
        (f"{square}\\sqrt{{{free}}}", f"\\sqrt{{{inside}}}", True, "square taken out"),
        (f"{square + 1}\\sqrt{{{free}}}", f"\\sqrt{{{inside}}}", False, "square taken out"),
        (f"{free}\\sqrt{{{square}}}", f"\\sqrt{{{inside}}}", free == square, "factors swapped"),
        (f"\\frac{{{top}\\sqrt{{{free}}}}}{{{free}}}", f"\\frac{{{top}}}{{\\sqrt{{{free}}}}}", True, "rationalised"),
        (f"\\frac{{{top}}}{{{free}}}", f"\\frac{{{top}}}{{\\sqrt{{{free}}}}}", False, "root lost below"),
        (f"{top}/sqrt({free})", f"\\frac{{{top}\\sqrt{{{free}}}}}{{{free}}}", True, "ascii"),
        (f"{square}√{free}", f"\\sqrt{{{inside}}}", True, "root sign"),
        (f"\\sqrt{{{small + large}+2\\sqrt{{{small * large}}}}}", f"\\sqrt{{{small}}}+\\sqrt{{{large}}}", True,
            "nested root"),
        (f"\\sqrt{{{small + large}-2\\sqrt{{{small * large}}}}}", f"\\sqrt{{{small}}}+\\sqrt{{{large}}}", False,
            "nested root, sign"),
        (f"\\frac{{{large - small}}}{{\\sqrt{{{large}}}-\\sqrt{{{small}}}}}", f"\\sqrt{{{large}}}+\\sqrt{{{small}}}",
            True, "conjugate"),
        (f"\\sqrt{{{small + large}}}", f"\\sqrt{{{small}}}+\\sqrt{{{large}}}", False, "root of a sum"),
        (f"{free}^{{1/2}}", f"\\sqrt{{{free}}}", True, "power one half"),
        (f"{free}^{{1/3}}", f"\\sqrt[3]{{{free}}}", True, "power one third"),
        (f"\\sqrt{{{free}}}", f"\\sqrt[3]{{{free}}}", False, "other root"),
        (f"\\sqrt[3]{{{square**3 * free}}}", f"{square}\\sqrt[3]{{{free}}}", True, "cube taken out"),
        (f"{square}\\sqrt{{{free}}}\\pi", f"\\pi\\sqrt{{{inside}}}", True, "times pi"),
    ]  # fmt: skip


def logarithms(book: Book) -> list[Row]:
    """log(ab) = log a + log b, log a^k = k log a, change of base."""
    a, b = book.rng.sample([2, 3, 5, 6, 7, 10, 11], 2)
    k = book.rng.randint(2, 4)
    return [
        (f"\\ln {a} + \\ln {b}", f"\\ln {a * b}", True, "product"),
        (f"\\ln {a + b}", f"\\ln {a} + \\ln {b}", False, "sum inside"),
        (f"{k}\\ln {a}", f"\\ln {a**k}", True, "power"),
        (f"\\ln^{{{k}}} {a}", f"{k}\\ln {a}", False, "power outside"),
        (f"\\frac{{\\ln {a}}}{{\\ln {b}}}", f"\\log_{{{b}}} {a}", True, "change of base"),
        (f"\\frac{{\\ln {b}}}{{\\ln {a}}}", f"\\log_{{{b}}} {a}", False, "upside down"),
        (f"\\log_{{{a}}} {a**k}", str(k), True, "logarithm of a power"),
        (f"\\log_{{{a}}} {a**k}", str(k + 1), False, "logarithm of a power"),
        (f"\\ln\\frac{{{a}}}{{{b}}}", f"\\ln {a}-\\ln {b}", True, "quotient"),
        (f"\\ln({a}) - \\ln({b})", f"\\ln\\left(\\frac{{{b}}}{{{a}}}\\right)", False, "quotient upside down"),
        (f"\\log_{{{a}}}({b})", f"\\log_{a} {b}" if a < 10 else f"\\log_{{{a}}}{{{b}}}", True, "parentheses"),
        (f"-\\ln {a}", f"\\ln \\frac{{1}}{{{a}}}", True, "reciprocal"),
        (f"ln({a**k})/{k}", f"\\ln {a}", True, "ascii"), (f"e^{{{k}\\ln {a}}}", str(a**k), True, "power of e"),
    ]  # fmt: skip


def powers(book: Book) -> list[Row]:
    """Laws of exponents."""
    base, k, name = book.rng.choice([2, 3, 5, 7]), book.rng.randint(2, 6), book.rng.choice("nxtm")
    return [
        (f"{base}^{{{name}+1}}", f"{base}\\cdot {base}^{name}", True, "exponent plus one"),
        (f"{base}^{name}+1", f"{base}^{{{name}+1}}", False, "plus one beside"),
        (f"{base}^{{{name}}}-{k}", f"{base}^{{{name}-{k}}}", False, "minus beside"),
        (f"{base**2}^{name}", f"{base}^{{2{name}}}", True, "base squared"),
        (f"{base**2}^{name}", f"{base}^{{{name}^2}}", False, "exponent squared"),
        (f"{name}^{{-{k}}}", f"\\frac{{1}}{{{name}^{k}}}", True, "negative power"),
        (f"-{name}^{{{k}}}", f"{name}^{{-{k}}}", False, "minus outside"),
        (f"({base}{name})^{k}", f"{base**k}{name}^{k}", True, "power of a product"),
        (f"{base}{name}^{k}", f"({base}{name})^{k}", False, "power of one factor"),
        (f"e^{{{k}{name}}}", f"(e^{name})^{k}", True, "power of e"),
        (f"exp({k}*{name})", f"e^{{{k}{name}}}", True, "ascii exp"),
        (f"e^{{{name}^{k}}}", f"e^{{{k}{name}}}", False, "other exponent"),
        (f"{name}^{k} \\cdot {name}^2", f"{name}^{{{k + 2}}}", True, "sum of exponents"),
        (f"{name}^{{{k + 3}}}", f"{name}^{k} \\cdot {name}^2", False, "exponent too large"),
        (f"{name}^{{{2 * k + 1}/2}}", f"\\sqrt{{{name}^{{{2 * k + 1}}}}}", True, "root of an odd power"),
        (f"{base}^{{{name}}} - 1", f"{base}^{{{name} - 1}}", False, "minus one beside"),
        (f"{name}**{k}", f"{name}^{k}", True, "two stars"),
    ]  # fmt: skip


def rational(book: Book) -> list[Row]:
    """Sums over a common bottom, quotients that split, precedence of a slash."""
    a, b = book.rng.sample(range(2, 10), 2)
    name, other = book.rng.sample("xyatmn", 2)
    return [
        (f"\\frac{{{a}{name}+{a * b}}}{{{a}}}", f"{name}+{b}", True, "divided"),
        (f"\\frac{{{name}+{b}}}{{{a}}}", f"\\frac{{{name}}}{{{a}}}+{b}", False, "split wrongly"),
        (f"\\frac{{{name}}}{{{a}}}+\\frac{{{b}}}{{{a}}}", f"\\frac{{{name}+{b}}}{{{a}}}", True, "split"),
        (f"{name}/({name}+{b})", f"\\frac{{{name}}}{{{name}+{b}}}", True, "ascii"),
        (f"{name}/{name}+{b}", f"\\frac{{{name}}}{{{name}+{b}}}", False, "precedence"),
        (f"1-\\frac{{{b}}}{{{name}+{b}}}", f"\\frac{{{name}}}{{{name}+{b}}}", True, "one minus"),
        (f"\\frac{{1}}{{{name}}}+\\frac{{1}}{{{other}}}", f"\\frac{{{name}+{other}}}{{{name}{other}}}", True,
            "common bottom"),
        (f"\\frac{{1}}{{{name}+{other}}}", f"\\frac{{1}}{{{name}}}+\\frac{{1}}{{{other}}}", False, "bottoms added"),
        (f"\\frac{{{name}^2-{a * a}}}{{{name}-{a}}}", f"{name}+{a}", True, "difference of squares"),
        (f"\\frac{{{name}^2+{a * a}}}{{{name}+{a}}}", f"{name}+{a}", False, "sum of squares"),
        (f"\\frac{{{name}}}{{{other}}}", f"\\frac{{{other}}}{{{name}}}", False, "upside down"),
        (f"\\frac{{{a}}}{{{b}}}{name}", f"\\frac{{{a}{name}}}{{{b}}}", True, "letter beside"),
        (f"\\frac{{{a}}}{{{b}{name}}}", f"\\frac{{{a}{name}}}{{{b}}}", False, "letter below"),
        (f"\\frac{{-{a}}}{{{name}-{b}}}", f"\\frac{{{a}}}{{{b}-{name}}}", True, "signs turned"),
        (f"({name}+{other})^2", f"{name}^2+{other}^2", False, "binomial without the middle"),
        (f"({name}-{other})^2", f"{name}^2-2{name}{other}+{other}^2", True, "binomial"),
        (f"{name}^2-{other}^2", f"({name}-{other})({name}+{other})", True, "third binomial"),
    ]  # fmt: skip


def special_functions(book: Book) -> list[Row]:
    """Absolute value, floor, factorial, binomial, sums with a closed form, subscripts."""
    k, name = book.rng.randint(2, 9), book.rng.choice("nkm")
    return [
        (f"|x-{k}|", f"|{k}-x|", True, "absolute value"), (f"|x+{k}|", f"|x-{k}|", False, "absolute value"),
        (f"\\left|x-{k}\\right|", f"x-{k}", False, "bars lost"),
        (f"\\lfloor {name}/{k} \\rfloor", f"\\left\\lfloor \\frac{{{name}}}{{{k}}} \\right\\rfloor", True, "floor"),
        (f"\\lceil {name}/{k} \\rceil", f"\\left\\lfloor \\frac{{{name}}}{{{k}}} \\right\\rfloor", False, "ceiling"),
        (f"\\frac{{{name}}}{{{k}}}", f"\\left\\lfloor \\frac{{{name}}}{{{k}}} \\right\\rfloor", False, "floor lost"),
        (f"{name}({name}-1)!", f"{name}!", True, "factorial"),
        (f"({name}-1)!", f"{name}!", False, "factorial before"),
        (f"\\binom{{{name}}}{{2}}", f"\\frac{{{name}({name}-1)}}{{2}}", True, "binomial"),
        (f"\\binom{{{name}+1}}{{2}}", f"\\frac{{{name}({name}-1)}}{{2}}", False, "binomial off"),
        (f"\\frac{{{name}({name}+1)}}{{2}}", f"\\frac{{{name}^2+{name}}}{{2}}", True, "triangular number"),
        (f"a_{k}+a_1", f"a_1+a_{k}", True, "subscripts"), (f"a_{k}", f"a_{{{k + 1}}}", False, "subscripts"),
        (f"(-1)^{{{name}}}", f"(-1)^{{{name}+2}}", True, "sign sequence"),
        (f"(-1)^{{{name}}}", f"(-1)^{{{name}+1}}", False, "sign sequence off"),
        (f"x_{{1}} x_{k}", f"x_1x_{k}", True, "braced subscripts"),
        (f"{k}!", f"{k}", k == 2, "factorial of a number"),
    ]  # fmt: skip


def angles(degrees: int, radians: str, sine: str, cosine: str) -> list[Row]:
    """Values of sine and cosine, and 180 degrees for pi."""
    return [
        (f"\\sin {degrees}^\\circ", sine, True, "sine in degrees"),
        (f"\\cos {degrees}^\\circ", cosine, True, "cosine in degrees"),
        (f"\\sin {radians}", sine, True, "sine in radians"),
        (f"\\cos\\left({radians}\\right)", cosine, True, "cosine in radians"),
        (f"\\sin({degrees}°)", sine, True, "degree sign"),
        (f"{degrees}^\\circ", radians, True, "degrees for radians"),
        (f"{degrees + 10}^\\circ", radians, False, "other angle"),
        (f"\\cos {degrees}^\\circ", sine, cosine == sine, "cosine for sine"),
        (f"\\sin {radians}", f"-{sine}" if sine[0] != "-" else sine[1:], False, "sign of sine"),
        (f"2\\sin {degrees}^\\circ", sine, False, "twice"),
        (f"\\sin^2 {degrees}^\\circ + \\cos^2 {degrees}^\\circ", "1", True, "Pythagoras"),
        (f"\\sin {degrees}", sine, False, "degree sign lost"),
    ]  # fmt: skip


def fixed() -> list[Row]:
    """Identities of the books, and their usual corruptions."""
    return [
        ("2\\sin x\\cos x", "\\sin 2x", True, "double angle"), ("\\sin x \\cos x", "\\sin 2x", False, "half of it"),
        ("1-2\\sin^2 x", "\\cos 2x", True, "double angle"), ("1+2\\sin^2 x", "\\cos 2x", False, "sign"),
        ("\\tan x", "\\frac{\\sin x}{\\cos x}", True, "tangent"),
        ("\\cot x", "\\frac{\\sin x}{\\cos x}", False, "cotangent"), ("\\sec^2 x", "1+\\tan^2 x", True, "secant"),
        ("\\csc^2 x", "1+\\tan^2 x", False, "cosecant"), ("\\arctan 4", "\\tan^{-1} 4", True, "inverse tangent"),
        ("\\frac{1}{\\tan 4}", "\\tan^{-1} 4", False, "reciprocal"),
        ("\\arcsin\\frac{1}{3}", "\\sin^{-1}\\left(\\frac13\\right)", True, "inverse sine"),
        ("\\arccos\\frac{1}{3}", "\\arcsin\\frac13", False, "inverse cosine"),
        ("\\sin(x+y)", "\\sin x\\cos y+\\cos x\\sin y", True, "sum"),
        ("\\sin(x+y)", "\\sin x+\\sin y", False, "linear"),
        ("\\cosh x", "\\frac{e^x+e^{-x}}{2}", True, "hyperbolic"),
        ("\\sinh x", "\\frac{e^x+e^{-x}}{2}", False, "hyperbolic"),
        ("\\frac{x^3}{3}+C", "C+\\frac13 x^3", True, "constant of integration"),
        ("\\frac{x^3}{3}+C", "\\frac{x^2}{3}+C", False, "power"),
        ("2\\pi r", "2\\pi R", False, "capital"), ("\\pi r^2 h", "h\\pi r^2", True, "order"),
        ("\\pi r^2 h", "\\pi r h^2", False, "power of the other"), ("β+2α", "2\\alpha+\\beta", True, "Greek signs"),
        ("\\alpha-\\beta", "\\beta-\\alpha", False, "order of a difference"),
        ("1+\\frac{1}{e}", "1-\\frac{1}{e}", False, "sign"), ("1-e^{-1}", "1-\\frac{1}{e}", True, "negative power"),
        ("\\frac{e-1}{e}", "1-\\frac{1}{e}", True, "common bottom"), ("x\\cdot y", "xy", True, "dot"),
        ("x+y", "xy", False, "sum for product"),
        ("\\sqrt{x^2+4}", "x+2", False, "root linearised"), ("\\sqrt{x^2}", "|x|", True, "root of a square"),
        ("\\sqrt{x^2}", "x", False, "root of a square"), ("\\max(a,b)", "\\min(a,b)", False, "maximum"),
        ("\\gcd(m,n)", "\\operatorname{lcm}(m,n)", False, "gcd"),
        ("\\sum_{k=1}^{n} k", "\\frac{n(n+1)}{2}", True, "closed sum"),
        ("\\sum_{k=1}^{n} k", "\\frac{n(n-1)}{2}", False, "closed sum off"),
        ("\\sum_{k=1}^{10} k^2", "385", True, "sum of squares"),
        ("\\sum_{k=1}^{10} k^2", "384", False, "sum of squares off"),
        ("a\\sqrt{b}", "b\\sqrt{a}", False, "swapped"), ("\\frac{dy}{dx}", "\\frac{dx}{dy}", False, "derivative"),
        ("\\vec{a}+\\vec{b}", "\\vec{b}+\\vec{a}", True, "vectors"), ("f'(x)", "f(x)", False, "prime"),
        ("n^2+n+41", "n(n+1)+41", True, "factored partly"),
    ]  # fmt: skip


def calculus() -> list[Row]:
    """Limits, integrals, derivatives and endless sums that the books give in closed form."""
    return [
        ("\\lim_{x\\to 0} \\frac{\\sin 3x}{x}", "3", True, "limit"),
        ("\\lim_{x\\to 0} \\frac{\\sin 3x}{x}", "\\frac13", False, "limit"),
        ("\\lim_{n\\to\\infty} \\left(1+\\frac{2}{n}\\right)^n", "e^2", True, "limit"),
        ("\\int_0^2 x^3\\,dx", "4", True, "integral"), ("\\int_0^2 x^3\\,dx", "8", False, "integral"),
        ("\\int_0^{\\pi} \\sin x\\, dx", "2", True, "integral"),
        ("\\int_1^e \\frac{1}{x}\\,dx", "1", True, "integral"),
        ("\\int_1^e \\frac{1}{x}\\,dx", "e", False, "integral"),
        ("\\sum_{n=1}^{\\infty} \\frac{1}{2^n}", "1", True, "geometric series"),
        ("\\sum_{n=0}^{\\infty} \\frac{1}{2^n}", "1", False, "geometric series from zero"),
        ("\\sum_{n=1}^{\\infty} \\frac{1}{n^2}", "\\frac{\\pi^2}{6}", True, "Basel"),
        ("\\prod_{k=2}^{10} \\frac{k}{k-1}", "10", True, "product"),
        ("\\prod_{k=2}^{10} \\frac{k}{k-1}", "9", False, "product"),
    ]  # fmt: skip
