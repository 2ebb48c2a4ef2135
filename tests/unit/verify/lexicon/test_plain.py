r"""Typography around words: what goes and what stays, by hand."""

from __future__ import annotations

import pytest

from dartkit.verify.lexicon.plain import plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("abc", "abc"), ("\\text{4:30\\ p.m.}", "4:30 p.m."), ("4\\!:\\!30", "4:30"),
        ("\\textbf{(B)}\\ 12", "(B) 12"), ("$\\text{ No }$", "No"), ("a~b", "a b"), ("a\\quad b", "a b"),
        ("  a \n\t b  ", "a b"), ("**bold** text", "bold text"), ("*x* and **y**", "x and y"), ("`code`", "code"),
        ("“quoted”", "quoted"), ("\\left(a\\right)", "(a)"), ("{a}{b}", "ab"), ("\\frac{1}{2}", "\\frac12"),
        ("\\%", "\\%"), ("\\", "\\"), ("\\\\", "\\\\"), ("2*3", "2*3"), ("2 * 3", "2 * 3"), ("2**3", "2**3"),
        ("ＡＢＣ　１", "ABC 1"), ("a\u00a0b", "a b"), ("µ", "μ"), ("a\u200bb", "a\u200bb"), ("\u202ea", "\u202ea"),
        ("а", "а"), ("", ""),
    ],
)  # fmt: skip
def test_typography(text: str, words: str) -> None:
    """Wrappers and spacing go; other commands, products, invisible marks and Cyrillic letters stay."""
    assert plain(text, 100) == words


@pytest.mark.parametrize("text", ["x²", "H₂O", "½", "2ⁿ", "a" * 101])
def test_what_would_change_its_meaning_is_not_read(text: str) -> None:
    """The compatibility form of x² is x2, that of ½ is 1⁄2."""
    assert plain(text, 100) is None
