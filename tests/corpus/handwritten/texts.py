"""Words and letters of choices as models write them."""

from __future__ import annotations

GROUPS: dict[str, tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = {
    "word": (
        ("\\text{hyperbola}",
            ("hyperbola", "Hyperbola", "a hyperbola", "\\textbf{hyperbola}", "the hyperbola", "**Hyperbola**",
                "\\mathrm{hyperbola}", "hyperbola."),
            ("parabola", "ellipse", "hyperbolas and lines", "not a hyperbola", "hyperbole",
                "a hyperbola or a parabola", "0")),
        ("\\text{Yes}", ("yes", "YES", "Yes.", "\\text{yes}", "true", "**Yes**", "\\textbf{Yes}"),
            ("No", "no", "false", "Not necessarily", "maybe", "yes and no", "never", "1")),
        ("\\text{infinitely many}",
            ("infinitely many", "Infinitely many", "\\text{infinitely many solutions}", "\\textbf{infinitely many}"),
            ("none", "no solutions", "finitely many", "one", "0", "many")),
        ("\\text{does not exist}",
            ("DNE", "does not exist", "\\text{DNE}", "Does not exist.", "\\text{The limit does not exist}"),
            ("exists", "0", "1", "\\infty", "undefined behaviour", "not known")),
        ("\\text{Friday}", ("friday", "Friday", "Fri", "\\text{Friday}.", "on Friday"),
            ("Thursday", "Saturday", "Friday or Saturday", "5", "Good Friday morning")),
        ("\\text{rational}", ("rational", "Rational", "\\textit{rational}"),
            ("irrational", "integer", "not rational", "rationale")),
        ("\\text{Maria}", ("Maria", "maria", "\\mathrm{Maria}", "**Maria**"),
            ("Mario", "Anna", "Maria and Anna", "Marta", "neither Maria nor Anna")),
        ("BDAC", ("\\text{BDAC}", "$BDAC$", "\\mathrm{BDAC}", "**BDAC**"), ("BADC", "ABCD", "BDA", "CADB", "BDACE")),
    ),
    "choice": (
        ("B",
            ("(B)", "B.", "\\text{B}", "Option B", "\\textbf{(B)}", "b", "(b)", "B) 14", "**B**", "\\boxed{B}",
                "\\mathrm{(B)}", "B: 14 cm", "$\\textbf{(B)}\\ 14$", "Answer: B", "The answer is B", "choice B",
                "(B) the second one"),
            ("A", "(C)", "D.", "A, B", "B or C", "14", "\\text{(E)}", "BC", "Option D", "not B", "8", "A: 14 cm",
                "none", "C) B")),
        ("\\text{(D)}",
            ("D", "(D)", "\\textbf{(D) }36", "D)", "d", "Choice D", "**(D) 36**", "\\textbf{D}", "option (D)"),
            ("(C)", "E", "36", "D, E", "\\textbf{(A) }36", "A", "C or D", "\\Delta")),
        ("A, C", ("A and C", "C, A", "AC", "(A), (C)", "A,C", "Options A and C", "A; C", "\\text{A and C}"),
            ("A", "C", "A, B, C", "A, D", "A or B", "B, C", "ABC")),
        ("E", ("(E)", "\\text{(E)}", "e", "E. None of the above", "(E) none of these", "Option E: none of these"),
            ("e^1 + 1", "2.718", "D", "None of the above, F", "(A)", "F")),
    ),
}  # fmt: skip
