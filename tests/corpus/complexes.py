"""Complex numbers from integer parts, their spellings, and the conjugates and moduli that are taken for them."""

from __future__ import annotations

from tests.corpus import golds
from tests.corpus.case import OWN, Book, Case, Row, Writing


def build() -> list[Case]:
    """Return all cases."""
    book = Book("complex")
    found = []
    for gold in golds.pool(book, r"(-?\d+) ?([+-]) ?(\d*)i", 18):
        imaginary = int(gold.match[3] or 1) * (1 if gold.match[2] == "+" else -1)
        found.append((gold.text, int(gold.match[1]), imaginary, gold.source))
    for _ in range(24):
        real, imaginary = book.rng.randint(-12, 12), book.rng.choice([n for n in range(-12, 13) if n])
        found.append((written(real, imaginary), real, imaginary, OWN))
    for text, real, imaginary, source in found:
        book.same(text, same(real, imaginary), 3, source)
        book.other(text, other(real, imaginary), 3, source)
    for _ in range(8):
        book.table(book.some(arithmetic(book), 4))
    book.table(fixed())
    return book.cases


def part(imaginary: int, unit: str = "i") -> str:
    """Write a multiple of i that is not zero."""
    return ("-" if imaginary < 0 else "") + ("" if abs(imaginary) == 1 else str(abs(imaginary))) + unit


def written(real: int, imaginary: int, unit: str = "i") -> str:
    """Write a number with its real part first, leaving out a part that is zero."""
    if not imaginary or not real:
        return part(imaginary, unit) if imaginary else str(real)
    return f"{real}{'+' if imaginary > 0 else ''}{part(imaginary, unit)}"


def same(real: int, imaginary: int) -> list[Writing]:
    """The two parts in another order or markup; an expression with the same parts by integer arithmetic."""
    text = written(real, imaginary)
    double = written(2 * real, 2 * imaginary)
    turned = written(-imaginary, real)  # i times the number
    return [
        ("spaces", text.replace("+", " + ")),
        ("imaginary part first", part(imaginary) + (f"{real:+}" if real else "")), ("z =", f"z = {text}"),
        ("mathrm i", written(real, imaginary, "\\mathrm{i}")), ("parentheses", f"({text})"), ("dollars", f"${text}$"),
        ("unicode minus", text.replace("-", "−")), ("over two", f"\\frac{{{double}}}{{2}}"),
        ("cdot", f"{real}{imaginary:+}\\cdot i"), ("both parts", f"{real}{imaginary:+}i"),
        ("divided by i", f"\\frac{{{turned}}}{{i}}"), ("star", f"{real}{imaginary:+}*i"),
        ("textit i", written(real, imaginary, "\\textit{i}")), ("decimals", f"{real}.0{imaginary:+}.0i"),
        ("imath", written(real, imaginary, "\\imath ").strip()),
    ]  # fmt: skip


def other(real: int, imaginary: int) -> list[Writing]:
    """The conjugate, the negative, the modulus, or one part off; candidates with the same two parts are dropped."""
    parts = [
        ("conjugate", real, -imaginary), ("negative", -real, -imaginary), ("real part off", real + 1, imaginary),
        ("imaginary part off", real, imaginary + 1), ("parts swapped", imaginary, real),
        ("norm", real * real + imaginary * imaginary, 0), ("i lost", real + imaginary, 0),
        ("times i", -imaginary, real), ("real part only", real, 0),
        ("negative conjugate", -real, imaginary),
    ]  # fmt: skip
    found = [(how, written(a, b)) for how, a, b in parts if (a, b) != (real, imaginary)]
    return [*found, ("both conjugates", f"{real} \\pm {part(abs(imaginary))}"),
        ("pair", f"({real}, {imaginary + 2})"), ("with x", written(real, imaginary, "x"))]  # fmt: skip


def arithmetic(book: Book) -> list[Row]:
    """Products and quotients of Gaussian integers, computed by (a+bi)(c+di) = ac-bd + (ad+bc)i."""
    a, b, c, d = (book.rng.choice([-4, -3, -2, -1, 1, 2, 3, 5]) for _ in range(4))
    product = written(a * c - b * d, a * d + b * c)
    return [
        (f"({written(a, b)})({written(c, d)})", product, True, "product"),
        (f"({written(a, b)})({written(c, -d)})", product, False, "product with the conjugate"),
        (f"({written(a, b)})^2", written(a * a - b * b, 2 * a * b), True, "square"),
        (f"({written(a, b)})^2", written(a * a + b * b, 2 * a * b), False, "square, sign"),
        (f"|{written(3 * abs(a), 4 * abs(a))}|", str(5 * abs(a)), True, "modulus"),
        (f"|{written(3 * abs(a), 4 * abs(a))}|", str(7 * abs(a)), False, "modulus added"),
        (f"({written(a, b)})({written(a, -b)})", str(a * a + b * b), True, "norm"),
        (f"({written(a, b)})({written(a, -b)})", str(a * a - b * b), b == 0, "norm, sign"),
        (f"({written(a, b)})+({written(c, d)})", written(a + c, b + d), True, "sum"),
        (f"({written(a, b)})-({written(c, d)})", written(a + c, b + d), False, "difference for sum"),
        (f"\\frac{{{a * a + b * b}}}{{{written(a, -b)}}}", written(a, b), True, "quotient"),
    ]  # fmt: skip


def fixed() -> list[Row]:
    """Powers of i, polar forms, roots of negative numbers, lists of conjugates."""
    return [
        ("i^3", "-i", True, "power"), ("i^4", "1", True, "power"), ("i^{2027}", "-i", True, "large power"),
        ("i^{2026}", "-i", False, "large power"), ("\\frac{1}{i}", "-i", True, "reciprocal"),
        ("\\frac{1}{i}", "i", False, "reciprocal"), ("e^{i\\pi}", "-1", True, "Euler"),
        ("e^{i\\pi}+1", "0", True, "Euler"), ("e^{2\\pi i}", "1", True, "full turn"),
        ("e^{i\\pi/2}", "-i", False, "quarter turn"),
        ("\\sqrt{-9}", "3i", True, "root"), ("\\sqrt{-9}", "-3", False, "root"), ("\\sqrt{-9}", "3", False, "root"),
        ("4e^{i\\pi/3}", "2+2\\sqrt{3}i", True, "polar"),
        ("4e^{i\\pi/6}", "2+2\\sqrt{3}i", False, "polar, other angle"),
        ("4(\\cos 60^\\circ + i\\sin 60^\\circ)", "2+2\\sqrt3 i", True, "polar in degrees"),
        ("4\\operatorname{cis} 60^\\circ", "2+2i\\sqrt{3}", True, "cis"),
        ("4 \\text{cis} \\frac{\\pi}{3}", "2+2i\\sqrt{3}", True, "cis in radians"),
        ("2-5i, 2+5i", "2 \\pm 5i", True, "conjugates"), ("2+5i", "2 \\pm 5i", False, "one of two"),
        ("-5i+2, 5i+2", "2+5i, 2-5i", True, "order"),
        ("-\\frac12+\\frac{\\sqrt3}{2}i", "\\frac{-1+i\\sqrt{3}}{2}", True, "third root of one"),
        ("-\\frac12-\\frac{\\sqrt3}{2}i", "\\frac{-1+i\\sqrt{3}}{2}", False, "the other one"),
        ("e^{2\\pi i/3}", "\\frac{-1+i\\sqrt{3}}{2}", True, "third root, exponential"),
        ("\\bar{z}", "z", False, "conjugate of a letter"), ("x+iy", "x-iy", False, "letters"),
        ("iy+x", "x+yi", True, "letters"), ("0.5i", "\\frac{i}{2}", True, "decimal"),
        ("\\frac{1+i}{\\sqrt2}", "e^{i\\pi/4}", True, "eighth root"),
        ("\\frac{1-i}{\\sqrt2}", "e^{i\\pi/4}", False, "conjugate"),
    ]  # fmt: skip
