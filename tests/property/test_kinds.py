"""For every kind of answer: all spellings of a value are equal, and spellings of different values are not.

The truth comes from the construction (one value, written twice) or from each kind's own arithmetic: exact fractions, mpmath
at points, membership on a grid, proportional coefficients, tables of units written by hand. Nothing of the verifier is used.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.verify import Limits, Policy, Verifier
from tests.property.kinds import KINDS, Kind

SOURCES = st.integers(min_value=0, max_value=2**32).map(random.Random)
EXAMPLES = 60
BY_NAME = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    """One verifier for all examples."""
    with Verifier(limits=Limits(timeout_seconds=10.0)) as shared:
        yield shared


@BY_NAME
@settings(max_examples=EXAMPLES)
@given(source=SOURCES)
def test_spellings_of_one_value_are_equal(verifier: Verifier, kind: Kind, source: random.Random) -> None:
    """In both orders."""
    value = kind.draw(source)
    left, right = kind.spell(value, source), kind.spell(value, source)
    for one, other in ((left, right), (right, left)):
        found = verifier.check_answer(one, other)
        assert found.outcome == "correct", (one, other, found)


@BY_NAME
@settings(max_examples=EXAMPLES)
@given(source=SOURCES)
def test_different_values_are_not_equal(verifier: Verifier, kind: Kind, source: random.Random) -> None:
    """The outcome may be undecided, never correct; and the same in both orders."""
    value = kind.draw(source)
    other = kind.change(value, source)
    if kind.same(value, other) is not False:
        return
    left, right = kind.spell(value, source), kind.spell(other, source)
    forth, back = verifier.check_answer(left, right), verifier.check_answer(right, left)
    assert forth.outcome != "correct", (left, right, forth)
    assert forth.outcome == back.outcome, (left, right, forth, back)


@BY_NAME
@settings(max_examples=EXAMPLES // 3)
@given(source=SOURCES)
def test_groups_of_equal_spellings_are_transitive(
    verifier: Verifier, kind: Kind, source: random.Random
) -> None:
    """Of four spellings of one value each equals each; a spelling of another value equals none of them."""
    value = kind.draw(source)
    group = [kind.spell(value, source) for _ in range(4)]
    for at, one in enumerate(group):
        for other in group[at:]:
            assert verifier.check_answer(one, other).outcome == "correct", (one, other)
    stranger = kind.change(value, source)
    if kind.same(value, stranger) is False:
        text = kind.spell(stranger, source)
        assert "correct" not in {verifier.check_answer(text, one).outcome for one in group}, (text, group)


@BY_NAME
@settings(max_examples=EXAMPLES // 3)
@given(source=SOURCES)
def test_a_boxed_answer_is_judged_as_the_bare_one(
    verifier: Verifier, kind: Kind, source: random.Random
) -> None:
    r"""`\boxed{…}` and `<answer>…</answer>` in a response change nothing."""
    value = kind.draw(source)
    left, right = kind.spell(value, source), kind.spell(kind.change(value, source), source)
    if " – " in left:  # in prose a dash with spaces begins a remark
        return
    for gold in (left, right):
        bare = verifier.check_answer(left, gold).outcome
        for response in (
            f"We get $7$ first.\n\nSo it is $\\boxed{{{left}}}$.",
            f"Hence\n<answer>{left}</answer>",
        ):
            found = verifier.check(response, gold)
            assert found.outcome == bare, (response, gold, found)


def test_the_kinds_make_what_they_say() -> None:
    """Each kind gives many values and many spellings, and its changes mostly are other values: no test is idle."""
    for kind in KINDS:
        source = random.Random(kind.name)
        values = [kind.draw(source) for _ in range(60)]
        spellings = {kind.spell(values[0], source) for _ in range(60)}
        differ = sum(kind.same(value, kind.change(value, source)) is False for value in values)
        assert len(set(map(repr, values))) > 30, kind.name
        assert len(spellings) >= 5, kind.name
        assert differ > 40, kind.name


@settings(max_examples=EXAMPLES)
@given(source=SOURCES)
def test_policies_change_what_they_are_for(source: random.Random) -> None:
    """A percentage is its number only under `loose`; an amount is its number only under `drop`; both are themselves always."""
    kinds = {kind.name: kind for kind in KINDS}
    strict, loose = Policy(percent="strict", units="strict"), Policy()
    percent = kinds["percentages"].draw(source)
    text = kinds["percentages"].spell(percent, source)
    hundredth = f"{percent.numerator}/{percent.denominator * 100}"
    plain = f"{percent.numerator}/{percent.denominator}"
    for policy, expected in ((strict, "incorrect"), (loose, "correct")):
        with Verifier(policy) as verifier:
            assert verifier.check_answer(text, hundredth).outcome == "correct"
            assert verifier.check_answer(text, plain).outcome == expected
            assert verifier.check_answer("5 cm", "5").outcome == expected
