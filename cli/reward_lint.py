"""`dartkit reward lint RECIPE`: what a recipe's rewards pay for, and which hacks, before a run."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dartkit.errors import GateFailed, UsageError

from .bundled import find_recipe
from .command import command
from .console import TableLike, Terminal, TextTable

if TYPE_CHECKING:
    from dartkit.rl.rewards.incentives import World
    from dartkit.training_settings import TrainRlSettings

OUTCOMES = ("correct", "incorrect", "no_answer", "undecided", "timeout", "error")


@command(
    "dartkit reward lint demo",
    "dartkit reward lint demo --set 'steps.train-rl.rewards=[{kind: cosine}, {kind: repetition}]'",
)
def reward_lint(
    terminal: Terminal,
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="Recipe file, or name of a bundled one.")],
    overrides: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Change the recipe, as in `dartkit run`; repeatable."
        ),
    ] = None,
    characters_per_token: Annotated[
        float, typer.Option(metavar="X", help="For lengths in characters. Default: 4.")
    ] = 4.0,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with status 3 if there is a warning.")
    ] = False,
) -> None:
    """Say what the rewards of a recipe pay for, by outcome and length, and warn of hacks before a run.

    Draws nothing. docs/rewards.md explains the figures and the rules.
    """
    from dartkit.recipe import load_recipe
    from dartkit.training_settings import TrainRlSettings

    if characters_per_token <= 0:
        raise UsageError("--characters-per-token must be above 0", fix="English text has about 4.")
    steps = load_recipe([find_recipe(recipe)], overrides).steps
    chosen = [step for step in steps if isinstance(step, TrainRlSettings)]
    if not chosen:
        raise UsageError(
            "this recipe has no train-rl step", where=recipe, fix="Rewards belong to `stage: train-rl`."
        )
    reports = [_report(step, characters_per_token) for step in chosen]
    terminal.result({"steps": reports}, [table for report in reports for table in _tables(report)])
    found = sum(len(report["warnings"]) for report in reports)
    if strict and found:
        raise GateFailed(
            f"{found} warning{'s' if found > 1 else ''} about the rewards",
            fix="Change them, or drop --strict.",
        )


def _report(step: TrainRlSettings, characters_per_token: float) -> dict[str, Any]:
    from dartkit.rl.rewards.incentives import World, cut_reward, length_rows, total
    from dartkit.rl.rewards.lint import lint

    world = World(step.sampling.max_tokens, characters_per_token)
    listed = step.all_rewards()
    counted = [reward for reward in listed if reward.weight != 0.0]
    last = world.lengths(counted)[-1]
    outcomes: dict[str, dict[str, float]] = {
        name: {
            "short": total(counted, name, 0, world),  # type: ignore[arg-type]  # OUTCOMES are outcomes
            "long": total(counted, name, last, world),  # type: ignore[arg-type]
        }
        for name in OUTCOMES
    }
    return {
        "step": step.name,
        "max_tokens": world.max_tokens,
        "rewards": [_reward_facts(reward, world) for reward in listed],
        "longest": last,
        "outcomes": outcomes,
        "cut": cut_reward(counted, world),
        "cut_but_right": total(counted, "correct", world.max_tokens, world, cut=True),
        "lengths": [asdict(row) for row in length_rows(counted, world)],
        "warnings": [asdict(warning) for warning in lint(listed, world)],
    }


def _reward_facts(reward: Any, world: World) -> dict[str, Any]:
    from dartkit.reward_settings import reward_name
    from dartkit.rl.rewards.lint import reward_span

    span = reward_span(reward, world)
    return {
        "name": reward_name(reward),
        "kind": reward.kind,
        "weight": reward.weight,
        "least": None if span is None else span[0],
        "most": None if span is None else span[1],
        "per_token": reward.kind == "repetition",
    }


def _tables(report: dict[str, Any]) -> list[TableLike]:
    step = report["step"]
    rewards = tuple(
        (item["name"], item["kind"], f"{item['weight']:g}", _number(item["least"]), _number(item["most"]),
         "token" if item["per_token"] else "sample")
        for item in report["rewards"]
    )  # fmt: skip
    outcomes = [
        (name, _number(item["short"]), _number(item["long"])) for name, item in report["outcomes"].items()
    ]
    outcomes.append(("cut by the limit, no answer", "-", _number(report["cut"])))
    outcomes.append(("cut by the limit, right", "-", _number(report["cut_but_right"])))
    lengths = tuple(
        (str(row["tokens"]), _number(row["right"]), _number(row["wrong"]), _share(row["break_even"]),
         _share(row["better_than_cut"]), _share(row["longer_pays_below"]))
        for row in report["lengths"]
    )  # fmt: skip
    warnings = tuple((item["rule"], item["text"], item["advice"]) for item in report["warnings"])
    return [
        TextTable(
            f"Rewards of {step}",
            ("name", "kind", "weight", "least", "most", "per"),
            rewards,
            "Least and most are times the weight; of a reward per token, what one token's discounted return can be. Weight 0 only measures.",
        ),
        TextTable(
            "What an outcome earns",
            ("outcome", "at 0 tokens", f"at {report['longest']} tokens"),
            tuple(outcomes),
        ),
        TextTable(
            "Accuracy at which it pays",
            ("tokens", "right", "wrong", "break-even", "better than cut", "longer pays below"),
            lengths,
            "Break-even: expected reward 0. Better than cut: than running into the limit. Longer pays below: under this accuracy, "
            "growing to the next length earns more.",
        ),
        TextTable(
            "Warnings",
            ("rule", "what pays", "what to do"),
            warnings,
            "" if warnings else "None.",
        ),
    ]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
