"""Room under a budget, by hand."""

from __future__ import annotations

from dartkit.budget import BudgetMeter
from dartkit.settings import Budget


def test_room_in_draws_and_tokens() -> None:
    """Nothing limits; 10 draws less 4 made less 3 in flight; tokens at the mean so far, at the longest before there is one."""
    assert BudgetMeter(Budget()).room(5, 100) is None
    assert BudgetMeter(Budget(max_draws=10), spent_draws=4).room(3, 100) == 3
    assert BudgetMeter(Budget(max_tokens=1000)).room(0, 100) == 10
    assert BudgetMeter(Budget(max_tokens=1000), spent_draws=4, spent_tokens=200).room(2, 100) == 16 - 2
    assert BudgetMeter(Budget(max_draws=5, max_tokens=1000)).room(0, 100) == 5


def test_the_last_tokens_allow_one_draw_at_a_time() -> None:
    """30 tokens left at 50 a draw: one draw if none is in flight, none beside another; so the limit is passed by one draw at most."""
    meter = BudgetMeter(Budget(max_tokens=1000), spent_draws=19, spent_tokens=970)
    assert (meter.room(0, 100), meter.room(1, 100)) == (1, 0)
    meter.spend(1, 50)
    assert meter.reached() == "1020 tokens (budget.max_tokens=1000)"
