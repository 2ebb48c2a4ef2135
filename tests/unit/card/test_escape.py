"""Foreign text in Markdown; expected forms follow the CommonMark rules for code spans and escapes."""

from __future__ import annotations

from typing import Any

import pytest

from dartkit.card.escape import inline_code, one_line, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "`plain`"),
        ("a`b", "``a`b``"),
        ("`a``", "``` `a`` ```"),
        ("a|b", "`a¦b`"),
        ("a\n\tb\x00\u202ec", "`a b c`"),
        ("", "–"),
        (None, "`None`"),
    ],
)
def test_inline_code(text: Any, expected: str) -> None:
    assert inline_code(text) == expected


def test_long_and_marked_up_text() -> None:
    assert len(one_line("x" * 500)) == 120
    assert plain("<b>*a*</b> & [c]") == "&lt;b&gt;\\*a\\*&lt;/b&gt; &amp; \\[c\\]"
