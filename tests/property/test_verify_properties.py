"""Laws of the verifier for any text at all: it never raises, equality is reflexive and symmetric, and nothing depends on order.

The texts are random characters (lone surrogates too), LaTeX in random order, and changed answers of every kind.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.text.tokens import TooLong, render, tokenize
from dartkit.verify import Policy, Verifier, answer_kind, equal, extract_answer
from tests.fuzz.checking import make_verifier
from tests.fuzz.fuzz_extract import check_place
from tests.fuzz.mutate import Mutator
from tests.fuzz.pieces import PIECES, seed_answers, seed_responses
from tests.property.kinds import KINDS
from tests.property.respelling import respelled

OUTCOMES = {"correct", "incorrect", "undecided"}
CHARACTERS = st.characters(exclude_categories=())
SOUP = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
MUTANTS = st.integers(0, 2**32).map(lambda seed: next(iter(Mutator(seed_answers(), seed).texts(2))))
TEXTS = st.one_of(st.text(CHARACTERS, max_size=120), SOUP, st.sampled_from(seed_answers()), MUTANTS)
SEEDS = st.integers(0, 2**32)
VERIFIER = make_verifier(Policy())


@settings(max_examples=400)
@given(TEXTS, TEXTS)
def test_comparison_never_raises_and_is_symmetric(left: str, right: str) -> None:
    """For texts of any kind that are not blank; a blank side has no answer."""
    forth, back = VERIFIER.check_answer(left, right), VERIFIER.check_answer(right, left)
    if left.strip() and right.strip():
        assert forth.outcome == back.outcome, (forth, back)
        assert forth.outcome in OUTCOMES
        assert forth.rule
    else:
        assert {forth.outcome, back.outcome} <= {"no_answer", "undecided"}


@settings(max_examples=300)
@given(TEXTS.filter(lambda text: bool(text.strip())))
def test_every_answer_is_itself(text: str) -> None:
    """Reflexive for all texts, readable or not, also with white space around one side."""
    for other in (text, f" {text}", f"{text}\n"):
        assert VERIFIER.check_answer(text, other).outcome == "correct"


@settings(max_examples=300)
@given(st.one_of(TEXTS, st.lists(st.sampled_from(seed_responses()), max_size=3).map("\n".join)))
def test_extraction_never_raises_and_points_into_the_text(text: str) -> None:
    """Whatever comes out stands where it is said to stand."""
    found = extract_answer(text)
    if found is not None:
        check_place(found, text)
    assert VERIFIER.check(text, "5").outcome in OUTCOMES | {"no_answer"}


@settings(max_examples=300)
@given(TEXTS)
def test_kinds_and_rendering_never_raise(text: str) -> None:
    """Every text has one kind, and cutting it twice gives one normal form."""
    assert answer_kind(text) == answer_kind(text)
    try:
        assert render(tokenize(text)) == render(tokenize(text))
    except TooLong:
        assert len(text) > 1_000


@settings(max_examples=200)
@given(SEEDS)
def test_setting_does_not_count(seed: int) -> None:
    """The outcome of a pair stays when one side is respaced, reframed or resized, whatever the outcome is."""
    source = random.Random(seed)
    kind = source.choice(KINDS)
    value = kind.draw(source)
    other = source.choice((value, kind.change(value, source)))
    left, right = kind.spell(value, source), kind.spell(other, source)
    expected = VERIFIER.check_answer(left, right).outcome
    again = respelled(right, source)
    assert VERIFIER.check_answer(left, again).outcome == expected, (left, right, again)


@settings(max_examples=25)
@given(SEEDS)
def test_order_of_calls_does_not_matter(seed: int) -> None:
    """Two fresh verifiers, asked the same pairs forwards and backwards, give the same verdicts but for the time."""
    source = random.Random(seed)
    texts = [*Mutator(seed_answers(), seed).texts(12), *source.sample(seed_answers(), 6)]
    pairs = [(source.choice(texts), source.choice(texts)) for _ in range(24)]
    one, other = make_verifier(Policy()), make_verifier(Policy())
    forwards = [_facts(one, pair) for pair in pairs]
    backwards = [_facts(other, pair) for pair in reversed(pairs)]
    assert forwards == backwards[::-1]
    assert forwards == [_facts(one, pair) for pair in pairs]


@settings(max_examples=10)
@given(SEEDS)
def test_threads_give_the_same_verdicts(seed: int) -> None:
    """Eight threads share a verifier with cold memory; one thread had another."""
    source = random.Random(seed)
    pairs = [tuple(source.choices(seed_answers(), k=2)) for _ in range(64)]
    alone, shared = make_verifier(Policy()), make_verifier(Policy())
    expected = [_facts(alone, pair) for pair in pairs]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda pair: _facts(shared, pair), pairs)) == expected


def _facts(verifier: Verifier, pair: tuple[str, ...]) -> tuple[object, ...]:
    found = verifier.check_answer(pair[0], pair[1])
    return (
        found.outcome,
        found.rule,
        found.tier,
        found.method,
        found.prediction_form,
        found.reference_form,
        found.detail,
    )


@settings(max_examples=100)
@given(TEXTS, st.sampled_from(["5", "(B)", "\\{1,2\\}", "x^2+1"]))
def test_the_short_way_in_agrees_with_the_verifier(text: str, gold: str) -> None:
    """`equal` in its two forms is `check_answer` and `check`."""
    with Verifier() as verifier:
        assert equal(text, gold, form="answer").outcome == verifier.check_answer(text, gold).outcome
        assert equal(text, gold, form="response").outcome == verifier.check(text, gold).outcome
