"""Controls: certainly wrong, of both shapes, and enough of each to stop the judge they are meant for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from dartkit.settings import VerifierSettings
from dartkit.verify import Grader, load_verifier
from dartkit.verify.judge.control import DECOYS, OPENERS, control_answer
from dartkit.verify.judge.question import Ballot, Order, Reading
from dartkit.verify.judge.screen import MASTER_KEYS, only_opens, says_nothing
from dartkit.verify.judge.tally import decide

GOLDS = (
    "5", "-5", "0", "-1", "-9", "2.50", "-0.75", "0.001", "99.999", "$12$", "\\frac{3}{4}", "\\sqrt{2}", "x^2+1", "(1, 2)", "[0,1)", "\\{1,2\\}",
    "Friday", "bicycles", "seventeen", "solution", "Respuesta", "the colour of tea", "B", "True", "∞", "1" * 30, "3 \\text{ chairs}",
)  # fmt: skip


@pytest.fixture(scope="module")
def verifier() -> Iterator[Grader]:
    """The rules, which know nothing of controls."""
    with load_verifier(VerifierSettings(timeout_seconds=20.0)) as shared:
        yield shared


@pytest.mark.parametrize("gold", GOLDS)
@pytest.mark.parametrize("index", range(8))
def test_a_control_is_wrong(verifier: Grader, gold: str, index: int) -> None:
    """The rules never find it equal; the same vote always has the same control."""
    control = control_answer(gold, index)
    assert verifier.check_answer(control, gold).outcome in ("incorrect", "undecided")
    assert not says_nothing(control)
    assert control == control_answer(gold, index)


@pytest.mark.parametrize("gold", GOLDS)
def test_shapes_take_turns(gold: str) -> None:
    """Even votes have a master key that has words, odd ones something that is none; neighbours of a shape differ."""
    even, odd = ([control_answer(gold, index) for index in range(start, 8, 2)] for start in (0, 1))
    assert set(even) <= set(MASTER_KEYS)
    assert not any(only_opens(control, "") for control in odd)
    assert len(set(even)) == len(set(odd)) == 4


@pytest.mark.parametrize(
    ("gold", "decimals"), [("5", 0), ("-5", 0), ("2.50", 2), ("-0.75", 2), ("0.001", 3), ("99.999", 3)]
)
def test_numbers_move_by_one_to_nine(gold: str, decimals: int) -> None:
    """By exact decimal arithmetic; the number of decimals stays, as it would in an honest slip."""
    for index in (1, 3, 5, 7):
        moved = control_answer(gold, index)
        assert Decimal(moved) - Decimal(gold) in range(1, 10)
        assert len(moved.partition(".")[2]) == decimals


@pytest.mark.parametrize(
    ("gold", "taken"), [("bicycles", DECOYS[0]), ("Tea?", DECOYS[4]), ("Respuesta", OPENERS[-1])]
)
def test_no_word_in_common(gold: str, taken: str) -> None:
    """A gold answer that shares a word with one of the prepared answers is never faced with that one."""
    assert taken not in {control_answer(gold, index) for index in range(24)}


def test_a_gold_answer_that_shares_a_word_with_all() -> None:
    """Then there is a control all the same."""
    gold = " ".join((*DECOYS, *OPENERS))
    assert {control_answer(gold, index) for index in range(2)} <= {*DECOYS, *OPENERS}


FIRST: tuple[Order, Order] = ("reference-first", "candidate-first")


@pytest.mark.parametrize("votes", range(1, 12))
@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize(
    "falls_for", [lambda index: index % 2 == 0, lambda index: index % 2 == 1, lambda index: True]
)
def test_a_judge_that_falls_for_either_shape_accepts_nothing(
    votes: int, start: int, falls_for: Callable[[int], bool]
) -> None:
    """Every vote says EQUAL and the controls of one shape are accepted.

    The one case left open is by design: a single vote has an opener beside it and no decoy.
    """
    if votes == 1 and not falls_for(0):
        return
    cast = []
    for index in range(votes):
        control: Reading = "equal" if falls_for(index) else "different"
        cast.append(Ballot(FIRST[(start + index) % 2], "equal", control))
    assert decide(cast, "majority") == "undecided"
