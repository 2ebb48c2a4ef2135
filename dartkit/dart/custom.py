"""A strategy of your own: a function that a package registers under the entry point group `dartkit.strategies`.

    # pyproject.toml of your package
    [project.entry-points."dartkit.strategies"]
    hard-first = "my_package.strategy:hard_first"

    # my_package/strategy.py
    def hard_first(difficulty, options):
        return 32 if difficulty and difficulty.pass_rate is not None and difficulty.pass_rate < 0.25 else 0

The function gets the `Difficulty` of a problem, None where it was not measured, and the options of the recipe, and returns how many correct
samples to collect, or a `Quota`. It must depend on nothing else: an interrupted run asks again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from dartkit.dart.strategies import Quota
from dartkit.errors import UsageError
from dartkit.records import Difficulty
from dartkit.strategy_settings import CustomStrategy

GROUP = "dartkit.strategies"
Options = Mapping[str, bool | int | float | str]
StrategyFunction = Callable[[Difficulty | None, Options], int | Quota]


def installed() -> dict[str, EntryPoint]:
    """Return the registered strategies by name."""
    return {point.name: point for point in entry_points(group=GROUP)}


def load_strategy(name: str) -> StrategyFunction:
    """Import a registered strategy.

    Raises:
        UsageError: when there is none of this name, or its package does not load.
    """
    points = installed()
    if name not in points:
        known = ", ".join(sorted(points)) or "none"
        raise UsageError(
            f"there is no strategy named {name!r}",
            fix=f"Built in: vanilla, uniform, prop2diff, budget. Installed under {GROUP}: {known}.",
        )
    try:
        function: StrategyFunction = points[name].load()
    except Exception as error:
        raise UsageError(
            f"the strategy {name!r} does not load: {type(error).__name__}: {error}",
            fix=f"It is registered as {points[name].value}; repair or remove that package.",
        ) from error
    return function


def ask_strategy(
    function: StrategyFunction,
    settings: CustomStrategy,
    problem_id: str,
    difficulty: Difficulty | None,
    *,
    max_draws: int,
    hopeless_pass_rate: float,
) -> Quota:
    """Return the quota that a custom strategy gives a problem; limits are those of the stage where it gives a number.

    Raises:
        UsageError: when it raises, or returns neither a number from 0 up nor a quota.
    """
    try:
        answer: Any = function(difficulty, settings.options)
    except Exception as error:
        raise _refused(settings, problem_id, f"raised {type(error).__name__}: {error}") from error
    if isinstance(answer, Quota):
        return answer
    if isinstance(answer, bool) or not isinstance(answer, int) or answer < 0:
        raise _refused(settings, problem_id, f"returned {answer!r}")
    return Quota(correct=answer, max_draws=max_draws, hopeless_pass_rate=hopeless_pass_rate)


def _refused(settings: CustomStrategy, problem_id: str, what: str) -> UsageError:
    return UsageError(
        f"the strategy {settings.name!r} {what} for problem {problem_id}",
        fix="It must return how many correct samples to collect, or a dartkit.dart.strategies.Quota.",
    )
