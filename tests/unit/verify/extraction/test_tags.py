r"""Answer tags and JSON answers, and which of box, tag and JSON counts. Read off the completions by eye."""

from __future__ import annotations

import pytest

from dartkit.verify.extraction import extract_answer

TAGS = (
    ("<answer> 17 </answer>", "17", "answer-tag"),
    ("<answer>1</answer> or rather <answer>x+1</answer>", "x+1", "answer-tag"),
    ("<ANSWER>5</ANSWER>", "5", "answer-tag"),
    ("<final_answer>7</final_answer>", "7", "answer-tag"),
    ("<final answer>7</final answer>", "7", "answer-tag"),
    ("<ans>7</ans>", "7", "answer-tag"),
    ("<answer> x = 5 </answer>", "x = 5", "answer-tag"),
    ("<answer>\n  $\\frac{1}{2}$\n</answer>", r"\frac{1}{2}", "answer-tag"),
    ("<answer>**42**</answer>", "42", "answer-tag"),
    ("<answer>The answer is 5.</answer>", "5", "answer-tag"),
    ("<answer>12 apples, because 3*4=12</answer>", "12 apples", "answer-tag"),
    ("<answer>no solution</answer>", "no solution", "answer-tag"),
    ("<answer>not 5</answer>", "not 5", "answer-tag"),
    ("<answer>3 or 5</answer>", "3 or 5", "answer-tag"),
    ("<answer>(1, 2)</answer>", "(1, 2)", "answer-tag"),
    ("<answer>We add 3 and 4.\nThis gives 7.</answer>", "7", "answer-tag"),
    ("<answer>\\boxed{5}</answer>", "5", "boxed"),
    ("<answer>So it is \\boxed{5}, as said.</answer> Bye 9.", "5", "boxed"),
    ('<answer>{"answer": "5"}</answer>', "5", "json-answer"),
    ("<answer></answer> The answer is 3", "3", "answer-phrase"),
    ("<answer>...</answer> The answer is 3", "3", "answer-phrase"),
    ("Use <answer>your answer here</answer>. The answer is 3", "3", "answer-phrase"),
    ("<answer>5</answer>\n<answer></answer>", "5", "answer-tag"),
    ("<reasoning>5</reasoning>\n<answer>6</answer>", "6", "answer-tag"),
    ("\\boxed{5}. <answer>6</answer>", "6", "answer-tag"),
    ("<answer>6</answer> \\boxed{5}", "5", "boxed"),
    ("<solution>First 3, then \\boxed{4}.</solution> \\boxed{5}", "5", "boxed"),
    ("\\boxed{5} <solution>see above, 3 steps</solution>", "5", "boxed"),
    ("<solution>x = 8</solution>", "x = 8", "answer-tag"),
    ("<|begin_of_solution|>So \\boxed{2}<|end_of_solution|>", "2", "boxed"),
    ("5 < 6 and 7 > answer", "7", "last-number"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "text", "rule"), TAGS)
def test_tags(completion: str, text: str, rule: str) -> None:
    """A box in a tag stands for the tag; of a box and a tag the later counts, unless the tag holds a whole solution."""
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule) == (text, rule)
    if "hedged" not in found.flags:
        assert completion.startswith(text, found.start)


@pytest.mark.parametrize(
    ("completion", "text"),
    [("<answer>42", "42"), ("<answer>\n42\n", "42"), ("3 <answer>1</answer> <answer>x = 2", "x = 2")],
)
def test_a_tag_cut_off_by_its_stop_string(completion: str, text: str) -> None:
    """Engines that stop at `</answer>` leave it out."""
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule, found.flags) == (text, "answer-tag", ("unclosed-tag",))


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("\\boxed{5} then <answer>6", "5"),  # an open tag does not decide against a closed box
        ("<answer>6</answer> <answer>", "6"),
    ],
)
def test_an_open_tag_is_weaker(completion: str, text: str) -> None:
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.flags) == (text, ())


JSON = (
    ('{"answer": "42"}', "42"),
    ('{"answer": 42}', "42"),
    ('{"answer": 4.0,\n "reasoning": "2+2"}', "4.0"),
    ('{"answer": -1e-3}', "-1e-3"),
    ('{"answer": true, "x": 5}', "true"),
    ('{"final_answer": "3/4"}', "3/4"),
    ('{"Final Answer": "3/4"}', "3/4"),
    ("{'answer': '3/4'}", "3/4"),
    ('{"answer":"x = 5"}', "x = 5"),
    ('{"answer": "$\\frac{1}{2}$"}', r"\frac{1}{2}"),
    ('{"reasoning": "the answer is 5", "answer": "6"}', "6"),
    ('{"answer": "6", "reasoning": "the answer is 5"}', "6"),
    ('{"answer": "6", "solution": "3 + 3"}', "6"),
    ('{"answer": ""}\nThe answer is 5', "5"),
    ('```json\n{"answer": "A",}\n```', "A"),
    ('{"answer": "The sum of all such numbers is 12."}', "12"),
    ('{"answer": "1"} corrected {"answer": "2"}', "2"),
    ('\\boxed{1} {"answer": "2"}', "2"),
    ('{"answer": "2"} so \\boxed{1}', "1"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "text"), JSON)
def test_json(completion: str, text: str) -> None:
    found = extract_answer(completion)
    assert found is not None
    assert found.text == text
    assert completion.startswith(text, found.start)


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        (r'{"answer": "7\\sqrt{2} \\ cm"}', r"7\sqrt{2} \ cm"),  # escaped as JSON wants it
        (r'{"answer": "\frac{1}{2}"}', r"\frac{1}{2}"),  # not escaped: a form feed was not meant
        (r'{"answer": "x \\neq 2"}', r"x \neq 2"),
        (r'{"answer": "he said \"5\" twice"}', '5'),
        (r'{"answer": "\begin{pmatrix}1\\2\end{pmatrix}"}', r"\begin{pmatrix}1\\2\end{pmatrix}"),  # the row ends are LaTeX's
        (r'{"answer": "\\begin{pmatrix}1\\\\2\\end{pmatrix}"}', r"\begin{pmatrix}1\\2\end{pmatrix}"),
        (r'{"answer": "1\/2 or \\pi"}', r"1/2 or \pi"),
    ],
)  # fmt: skip
def test_json_escapes(completion: str, text: str) -> None:
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule) == (text, "json-answer")


def test_a_json_list() -> None:
    """The items of a set are joined; an interval keeps its brackets."""
    found = extract_answer('{"answer": ["-1", "2"]}')
    assert found is not None
    assert (found.text, found.others) == ("-1, 2", ("-1", "2"))
    found = extract_answer('{"answer": [4, 5]}', hint="interval")
    assert found is not None
    assert (found.text, found.others) == ("[4, 5]", ())
