r"""Boxes: which one counts, what is in it, when several are a list. The expected texts were read off the completions by eye."""

from __future__ import annotations

import pytest

from dartkit.verify.extraction import extract_answer

ONE = (
    (r"so \boxed{12}.", "12"),
    (r"\boxed{\frac{1}{2}}", r"\frac{1}{2}"),
    (r"\boxed{\{1,2\}}", r"\{1,2\}"),
    (r"\boxed{ 7 }", "7"),
    (r"\boxed{$5$}", "5"),
    (r"\boxed{\(5\)}", "5"),
    (r"\boxed{5.}", "5"),
    (r"\boxed{\$18}", r"\$18"),
    (r"\boxed{28\%}", r"28\%"),
    (r"\boxed{5!}", "5!"),
    (r"\boxed{|x|}", "|x|"),
    (r"\boxed{[0, 1)}", "[0, 1)"),
    (r"\boxed{(0, 1]}", "(0, 1]"),
    (r"\boxed{]-\infty, 3]}", r"]-\infty, 3]"),
    (r"\boxed{]0, 1[}", "]0, 1["),
    (r"\boxed{\left(1, 2\right]}", r"\left(1, 2\right]"),
    (r"\boxed{\text{Friday}}", r"\text{Friday}"),
    (r"\boxed{\text{(C) } 12}", r"\text{(C) } 12"),
    (r"\boxed{1, 2, 3, \ldots}", r"1, 2, 3, \ldots"),
    (r"\boxed{1, 2, 3, ...}", "1, 2, 3, ..."),
    (r"\boxed{3:45 \text{ p.m.}}", r"3:45 \text{ p.m.}"),
    (r"\boxed{\begin{pmatrix}1&2\\3&4\end{pmatrix}}", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}"),
    (r"\boxed{\left\{\begin{array}{l}x=1\\y=2\end{array}\right.}", r"\left\{\begin{array}{l}x=1\\y=2\end{array}\right."),
    (r"\boxed {9}", "9"),
    ("\\boxed\n{9}", "9"),
    (r"\boxed 7 is it", "7"),
    (r"\boxed7", "7"),
    (r"\boxed -3", "-3"),
    (r"\boxed 3/4", "3/4"),
    (r"\boxed x", "x"),
    (r"\boxed\frac{1}{2}", r"\frac{1}{2}"),
    (r"\boxed(3, 4)", "(3, 4)"),
    (r"\fbox{958} values", "958"),
    (r"\framebox{5}", "5"),
    (r"\framebox[2cm][c]{5}", "5"),
    (r"\box{5}", "5"),
    (r"\boxed{\boxed{5}}", "5"),
    (r"\boxed{x + \boxed{}}, so the box was \boxed{2}", "2"),
    (r"first \boxed{3}, no: \boxed{4}", "4"),
    (r"\boxed{3}. Later, after more work and thought, \boxed{5}", "5"),
    (r"\boxed{8} and an empty one \boxed{}", "8"),
    (r"\boxed{8} as asked, in \boxed{answer}", "8"),
    (r"\boxed{8} in the form \boxed{\text{answer}} or \boxed{...}", "8"),
    (r"the \boxed{8} in a black box, a sandbox and \mbox{b}", "8"),
    (r"\{ \boxed{8} \} }", "8"),
    (r"{{{ \boxed{8}", "8"),
    (r"\boxed{8} } and \boxed", "8"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "text"), ONE)
def test_a_single_box(completion: str, text: str) -> None:
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule) == (text, "boxed")
    assert completion.startswith(text, found.start)


LISTS = (
    (r"\boxed{3} and \boxed{5}", "3, 5", ()),
    (r"$\boxed{3}$, $\boxed{5}$", "3, 5", ()),
    (r"$\boxed{3},\ \boxed{4}$", "3, 4", ()),
    (r"\boxed{1}, \boxed{2}, and \boxed{3}", "1, 2, 3", ()),
    (r"\boxed{x=2},\quad \boxed{y=3}", "x=2, y=3", ()),
    (r"\boxed{3}; \boxed{5}", "3, 5", ()),
    (r"\boxed{3} \text{ and } \boxed{5}", "3, 5", ()),
    (r"\(\boxed{3}\) und \(\boxed{5}\)", "3, 5", ()),
    (r"\boxed{3}、\boxed{5}", "3, 5", ()),
    (r"\boxed{3}和\boxed{5}", "3, 5", ()),
    (r"\boxed{3} or \boxed{5}", "3 or 5", ("hedged",)),
    (r"either \boxed{3} or \boxed{5} or \boxed{7}", "3 or 5 or 7", ("hedged",)),
    (r"\boxed{3}或\boxed{5}", "3 or 5", ("hedged",)),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "text", "flags"), LISTS)
def test_boxes_that_are_one_list(completion: str, text: str, flags: tuple[str, ...]) -> None:
    """Only commas, conjunctions and math delimiters stand between them; the members are in `others`."""
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule, found.flags) == (text, "boxed-list", flags)
    assert (" or " if flags else ", ").join(found.others) == text
    assert completion.startswith(found.others[0], found.start)


NO_LISTS = (
    (r"$\boxed{3}$\n\n$\boxed{4}$".replace(r"\n", "\n"), "4", ("3", "4")),
    (r"\boxed{3} then, by symmetry, \boxed{4}", "4", ("3", "4")),
    (r"x = \boxed{2}, y = \boxed{3}", "3", ("2", "3")),
    (r"\boxed{1} \boxed{2} \boxed{3}", "3", ("1", "2", "3")),
    (r"\boxed{4} ... so again \boxed{4}", "4", ()),
    (r"\boxed{ 4 } ... so again $\boxed{4.}$", "4", ()),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "text", "others"), NO_LISTS)
def test_several_boxes_that_are_no_list(completion: str, text: str, others: tuple[str, ...]) -> None:
    """The last counts; where they differ it is flagged and all are given in order."""
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule, found.others) == (text, "boxed", others)
    assert found.flags == (("several-finals",) if others else ())


def test_of_very_many_boxes_the_last_ones_are_given() -> None:
    """10,000 boxes `0` ... `9999`: 32 others at most, which is the documented bound."""
    found = extract_answer(" then ".join(f"\\boxed{{{number}}}" for number in range(10_000)))
    assert found is not None
    assert found.text == "9999"
    assert found.others == tuple(str(number) for number in range(9_968, 10_000))


UNCLOSED = (
    (r"\boxed{42", "42"),
    (r"so $\boxed{42$.", "42"),
    (r"$\boxed{\frac{14}{3}$.", r"\frac{14}{3}"),
    ("\\boxed{7\nThat is all.", "7"),
    (r"\[ \boxed{x+1 \]", "x+1"),
    (r"first \boxed{3}, then $\boxed{\frac{14}{3}$.", r"\frac{14}{3}"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "text"), UNCLOSED)
def test_a_box_without_an_end(completion: str, text: str) -> None:
    """A forgotten brace: the content ends with the line or the formula."""
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule, found.flags) == (text, "boxed", ("unclosed-box",))


@pytest.mark.parametrize(
    ("completion", "text", "rule"),
    [
        (r"\boxed{4} then cut \boxed{\frac{1}{2", "4", "boxed"),  # the last box was cut off by a limit
        (r"\boxed{4} then cut \boxed{", "4", "boxed"),
        ("\\boxed{5\nNo. The answer is 7.", "7", "answer-phrase"),
        (r"\boxed{} The answer is 8.", "8", "answer-phrase"),
        (r"put it into \boxed{answer}. So it is 9.", "9", "last-number"),
    ],
)
def test_what_counts_instead_of_a_useless_box(completion: str, text: str, rule: str) -> None:
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule, found.flags) == (text, rule, ())


@pytest.mark.parametrize("depth", [10, 1_000, 30_000])
def test_nested_braces(depth: int) -> None:
    """The box closes with the brace that belongs to it, however deep; one brace less and it is open."""
    inside = "{" * depth + "x" + "}" * depth
    found = extract_answer(f"\\boxed{{1}} \\boxed{{{inside}}}")
    assert found is not None
    assert (found.text, found.others) == (inside, ("1", inside))
    found = extract_answer(f"\\boxed{{1}} \\boxed{{{inside}"[:65_000])
    assert found is not None
    assert found.text == "1"
