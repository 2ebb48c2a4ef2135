"""The stage `train-rl`: rollouts with dynamic sampling, group advantages, the DAPO loss, checkpoints.

One step (DAPO algorithm 1): draw groups until the batch is full, score them, update the policy in a few mini-batches, hand
the new weights to the engine. A step that cannot fill its batch ends the run or trains on less (docs/rollouts.md).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import BudgetReached, DataError, UsageError
from dartkit.events import EventSink, Notice
from dartkit.models import resolve_model
from dartkit.threads import wait_passively
from dartkit.training.record import (
    finished_counts,
    read_metrics,
    remove_leftovers,
    training_identity,
    write_finished,
)
from dartkit.training.tracking import require_trackers, tracking
from dartkit.training.world import open_world

if TYPE_CHECKING:
    from dartkit.models import ModelRef
    from dartkit.rl.data import RlData
    from dartkit.rl.evaluation import TrainEvaluation
    from dartkit.rl.policy_engine import PolicyEngine
    from dartkit.run import RunDir
    from dartkit.training.model import TrainableModel
    from dartkit.training.sharded import Whole
    from dartkit.training.world import World
    from dartkit.training_settings import TrainRlSettings
    from dartkit.verify import Grader

STAGE = "train-rl"


def train_rl(run: RunDir, settings: TrainRlSettings, engine: None, events: EventSink) -> dict[str, Any]:
    """Train with verifiable rewards, resuming from the newest checkpoint, and write the model to `models/<name>`.

    A finished training is not repeated: its counts are returned. One that its budget ends before its last step leaves its model
    too, and goes on from there with a larger budget.

    Raises:
        BudgetReached: when the budget ends it before `steps`.
        UsageError: when `models/<name>` holds a training with other settings, source model or data; for temperature 0,
            at which all samples of a group are equal.
        DataError: when the data or a checkpoint cannot be used, or the batch of a step cannot be filled.
        EnvironmentProblem: when model or engine cannot be loaded, a tracker is not installed, or the disk is full.
        GateFailed: when a loss or a gradient is not finite.
    """
    if settings.sampling.temperature == 0.0:
        raise UsageError(
            "train-rl cannot learn at sampling.temperature 0: all samples of a group would be equal",
            fix="Set `sampling.temperature` to 1.0.",
        )
    require_trackers(settings.track)
    ref = resolve_model(settings.model, run_path=run.path)
    folder = run.path / "models" / settings.name

    def look_around() -> tuple[dict[str, Any], dict[str, Any] | None]:
        _, identity = identify(run, settings, ref)
        counts = finished_counts(folder, identity)
        if counts is None:
            remove_leftovers(folder)
        return identity, counts

    wait_passively()
    device = settings.engine.device if settings.engine.kind == "transformers" else "auto"
    with open_world(device) as world:
        identity, counts = world.on_main(look_around)
        if counts is None:
            from dartkit.training.model import load_for_training

            trained = load_for_training(
                ref, device=device if world.size == 1 else "cpu", memory=settings.memory
            )
            data = _read_data(run.resolve(settings.data), settings, ref, trained, events)
            tracks = settings.track if world.is_main else ()
            with tracking(tracks, folder, run.name, settings, events) as listener:
                counts, stop = _train(run, settings, ref, trained, data, identity, listener, world)
            if stop is not None:
                raise BudgetReached(
                    f"train-rl stopped after {stop}, {counts['steps']} of {settings.steps} steps; the model so far is in {folder}",
                    fix="Run the same command with a larger budget; it goes on from there.",
                )
    finished: dict[str, Any] = counts
    return finished


def identify(run: RunDir, settings: TrainRlSettings, ref: ModelRef) -> tuple[Path, dict[str, Any]]:
    """Return the training's folder and identity, after going back to the checkpoint that `checkpoint.resume` names.

    Raises:
        UsageError: when that checkpoint is of another training, or the one of `checkpoint.fork` does not exist.
        DataError: when a data file or a checkpoint cannot be used.
    """
    from dartkit.training.beginning import describe_fork, go_back

    folder, beginning = run.path / "models" / settings.name, settings.checkpoint
    identity = training_identity(
        settings,
        model=ref.name,
        revision=ref.revision,
        data=run.resolve(settings.data),
        run_seed=run.seed,
        forked_from=describe_fork(_path(run, beginning.fork), folder),
        eval_data=_path(run, settings.eval.data),
    )
    if settings.steps is None:  # then the budget is the length
        identity["budget"] = settings.budget.model_dump(mode="json")
    source = _path(run, beginning.resume)
    if source is not None:
        go_back(folder, source, identity)
    return folder, identity


def _path(run: RunDir, text: str | None) -> Path | None:
    return None if text is None else run.resolve(text)


def _read_data(
    path: Path, settings: TrainRlSettings, ref: ModelRef, trained: TrainableModel, events: EventSink
) -> RlData:
    from dartkit.rl.data import read_rl_data
    from dartkit.rl.prompting import RecipePromptWriter

    data = read_rl_data(path, RecipePromptWriter(settings.prompt, ref, trained.tokenizer))
    if data.repeated:
        events.emit(
            Notice(
                STAGE,
                f"{path.name}: {data.repeated} rows repeat an earlier problem and were passed over"
                f" ({data.conflicting} of them with another answer)",
            )
        )
    return _fit(data, path, settings, trained, events)


def _fit(
    data: RlData, path: Path, settings: TrainRlSettings, trained: TrainableModel, events: EventSink
) -> RlData:
    """Treat prompts that are too long, and check that what `rollout` builds on is there."""
    from dartkit.rl.long_prompts import fit_prompts

    rollout = settings.rollout
    fitting = fit_prompts(
        data.problems, trained.tokenizer, rollout.long_prompts,
        window=_window(settings, trained), limit=rollout.max_prompt_tokens, where=str(path),
    )  # fmt: skip
    if fitting.dropped or fitting.truncated:
        what = (
            f"{fitting.dropped} were left out" if fitting.dropped else f"{fitting.truncated} lost their start"
        )
        events.emit(Notice(STAGE, f"of {len(data.problems)} prompts {what}: they were too long"))
    if rollout.curriculum != "none" and all(problem.pass_rate is None for problem in fitting.problems):
        raise DataError(
            f"rollout.curriculum is {rollout.curriculum}, and no row has a pass_rate",
            where=str(path),
            fix="Export with measured pass rates (`dartkit estimate` before `dartkit export rl`), or set it to none.",
        )
    return replace(data, problems=fitting.problems, too_long=fitting.dropped, truncated=fitting.truncated)


def _window(settings: TrainRlSettings, trained: TrainableModel) -> int:
    """Return how many tokens a prompt and its completion may have: what model and engine both can see."""
    from dartkit.engines.decode_batch import UNLIMITED, usable_window

    engine = settings.engine.replica if settings.engine.kind == "ray" else settings.engine
    config = trained.model.config.get_text_config(decoder=True)
    if engine.kind in ("auto", "transformers"):
        return usable_window(config)
    window = int(getattr(config, "max_position_embeddings", None) or UNLIMITED)
    return min(window, (engine.max_model_len if engine.kind == "vllm" else None) or window)


def _train(
    run: RunDir,
    settings: TrainRlSettings,
    ref: ModelRef,
    trained: TrainableModel,
    data: RlData,
    identity: dict[str, Any],
    events: EventSink,
    world: World,
) -> tuple[dict[str, Any], str | None]:
    """Return the counts, and the limit that ended the training before its last step, if one did."""
    from dartkit.rl.loop import RlLoop
    from dartkit.rl.policy_engine import open_policy
    from dartkit.rl.reference import load_reference
    from dartkit.rl.rewards.compose import RewardSet
    from dartkit.rl.steps import RlSteps
    from dartkit.training.beginning import restore_beginning
    from dartkit.training.model import export_model
    from dartkit.training.optimizer import build_optimizer
    from dartkit.training.random_state import seed_streams
    from dartkit.training.sharded import ShardedTraining
    from dartkit.verify import load_verifier

    folder = run.path / "models" / settings.name
    seed_streams(settings.seed)
    training = ShardedTraining(trained, world, lambda model: build_optimizer(model, settings.optimizer))
    fork = _path(run, settings.checkpoint.fork)
    restored = training.restore(
        lambda model, optimizer: restore_beginning(folder / "checkpoints", identity, fork, model, optimizer)
    )
    reference = load_reference(settings, ref, trained)
    max_tokens = settings.sampling.max_tokens
    with (
        load_verifier(settings.verifier) as verifier,
        RewardSet(settings.all_rewards(), max_tokens=max_tokens, run_path=run.path) as rewards,
    ):
        evaluation = _evaluation(run, settings, ref, trained, verifier, events)
        prompts = [problem.prompt for problem in data.problems]
        policy = open_policy(
            settings, ref, trained, prompts, run_seed=run.seed, run_path=run.path, world=world
        )
        try:
            loop = RlLoop(
                training, policy, verifier, rewards, data.problems, settings,
                run_seed=run.seed, restored=restored, reference=reference,
            )  # fmt: skip
            _announce(policy, events)
            stop = RlSteps(loop, settings, evaluation, folder, identity, events, world).run()
        finally:
            policy.close()

    def finish(whole: Whole) -> dict[str, Any]:
        counts = _count(read_metrics(folder / "metrics.jsonl"), len(data.problems))
        counts |= data.left_out()
        export_model(whole.trained, folder)
        if stop is None:
            write_finished(folder, identity, settings, counts)
        return counts

    return world.broadcast(training.use_whole(finish)), stop


def _announce(policy: PolicyEngine, events: EventSink) -> None:
    if not policy.engine.seeds_draws:
        name = policy.engine.name
        events.emit(Notice(STAGE, f"the engine '{name}' cannot seed draws: no exact repeat"))
    if policy.notice:
        events.emit(Notice(STAGE, policy.notice))


def _evaluation(
    run: RunDir,
    settings: TrainRlSettings,
    ref: ModelRef,
    trained: TrainableModel,
    verifier: Grader,
    events: EventSink,
) -> TrainEvaluation | None:
    path = _path(run, settings.eval.data)
    if path is None:
        return None
    from dartkit.rl.evaluation import TrainEvaluation

    problems = _read_data(path, settings, ref, trained, events).problems
    seed = (run.seed, settings.seed)
    return TrainEvaluation(problems, settings.eval, settings.sampling, verifier, seed=seed)


def _count(rows: list[dict[str, Any]], problems: int) -> dict[str, Any]:
    sums = (
        "updates", "generated_tokens", "trained_tokens", "groups_generated", "groups_kept", "groups_all_right",
        "groups_all_wrong", "groups_out_of_band", "groups_carried", "groups_expired", "groups_failed",
    )  # fmt: skip
    steps = [row for row in rows if row["step"] > 0]
    evaluations = [row for row in rows if any(name.startswith("eval/") for name in row)]
    measured = {
        f"{when}_{name.removeprefix('eval/')}": value
        for when, row in (("first", evaluations[0]), ("last", evaluations[-1]))
        for name, value in row.items()
        if name.startswith("eval/avg@")
    } if evaluations else {}  # fmt: skip
    return {
        "problems": problems,
        "steps": len(steps),
        **{name: sum(row[name] for row in steps) for name in sums},
        "first_accuracy": steps[0]["accuracy"],
        "last_accuracy": steps[-1]["accuracy"],
        **measured,
    }
