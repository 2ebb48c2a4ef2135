"""Flags, --set and --settings become checked settings, and messages name what the user typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from dartkit.cli.options import Flag, More
from dartkit.cli.step_settings import build_step

from dartkit.errors import RecipeError, UsageError

ENGINE = Flag("--engine", "engine.kind", "scripted")


def test_only_what_was_given_is_set() -> None:
    """Everything else keeps the default of its class."""
    settings = build_step("estimate", [Flag("--probe", "samples_per_problem", None), ENGINE], More())
    assert settings.samples_per_problem == 8
    assert settings.model_fields_set == {"stage", "engine"}


def test_a_flag_that_names_another_kind_replaces_the_block(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("engine: {kind: vllm, max_num_seqs: 3}\nsplits: [test]\n")
    settings = build_step("estimate", [ENGINE], More(settings=file))
    assert settings.engine.kind == "scripted"
    assert settings.splits == ("test",)


def test_a_flag_that_names_no_other_kind_keeps_the_block() -> None:
    settings = build_step("estimate", [ENGINE], More(set=["engine.pass_rate=0.25"]))
    assert settings.engine.pass_rate == 0.25


@pytest.mark.parametrize(
    ("engine", "key"), [("transformers", "batch_size"), ("vllm", "max_num_seqs"), ("scripted", "capacity")]
)
def test_batch_size_takes_the_engines_own_name(engine: str, key: str) -> None:
    flags = [Flag("--engine", "engine.kind", engine), Flag("--batch-size", "engine.batch_size", 5)]
    assert getattr(build_step("eval", flags, More()).engine, key) == 5


def test_batch_size_needs_an_engine() -> None:
    with pytest.raises(UsageError, match="--batch-size 5: the engine 'auto' chooses it by itself"):
        build_step("eval", [Flag("--batch-size", "engine.batch_size", 5)], More())


RAY = Flag("--engine", "engine.kind", "ray")
REPLICAS = Flag("--replicas", "engine.replicas", 8)
INNER = Flag("--replica-engine", "engine.replica.kind", "vllm")


def test_flags_of_replicas() -> None:
    """The number and the inner engine, and a batch size that is the inner engine's."""
    size = Flag("--batch-size", "engine.batch_size", 5)
    engine = build_step("estimate", [RAY, REPLICAS, INNER, size], More()).engine
    assert (engine.kind, engine.replicas, engine.replica.kind, engine.replica.max_num_seqs) == (
        "ray",
        8,
        "vllm",
        5,
    )


def test_another_inner_engine_keeps_the_outer_block() -> None:
    """`--replica-engine` drops the keys of another inner engine and nothing else."""
    more = More(set=["engine.kind=ray", "engine.restarts=7", "engine.replica={kind: scripted, capacity: 3}"])
    engine = build_step("estimate", [INNER], more).engine
    assert (engine.restarts, engine.replica.kind) == (7, "vllm")


@pytest.mark.parametrize(("flag", "shown"), [(REPLICAS, "--replicas 8"), (INNER, "--replica-engine vllm")])
@pytest.mark.parametrize("engine", [[], [ENGINE]])
def test_replicas_need_the_ray_engine(flag: Flag, shown: str, engine: list[Flag]) -> None:
    with pytest.raises(UsageError, match=f"{shown}: only the engine 'ray' has replicas"):
        build_step("estimate", [*engine, flag], More())


def test_batch_size_of_replicas_needs_their_engine() -> None:
    size = Flag("--batch-size", "engine.batch_size", 5)
    with pytest.raises(UsageError, match="the engine 'auto' chooses it by itself") as caught:
        build_step("estimate", [RAY, size], More())
    assert caught.value.fix.startswith("Name the engine: --replica-engine ")


def test_messages_name_flag_override_and_line(tmp_path: Path) -> None:
    """Three problems from three places in one message, without the number of a step that the user never wrote."""
    file = tmp_path / "s.yaml"
    file.write_text("confidence: 0.9\nintervall: wilson\n")
    flags = [Flag("--probe", "samples_per_problem", 0)]
    with pytest.raises(RecipeError) as caught:
        build_step("estimate", flags, More(set=["sampling.topk=1"], settings=file))
    what = caught.value.what
    assert what.startswith("3 problems in the settings of estimate\n")
    assert f"{file}:2: intervall: unknown key; did you mean 'interval'?" in what
    assert "--set sampling.topk=1: sampling.topk: unknown key; did you mean 'top_k'?" in what
    assert "--probe 0: samples_per_problem: input should be greater than or equal to 1 (got 0)" in what
    assert "steps.0" not in what


def test_an_unreadable_settings_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the settings"):
        build_step("estimate", [], More(settings=tmp_path / "no.yaml"))
    (tmp_path / "list.yaml").write_text("- 1\n")
    with pytest.raises(UsageError, match="mapping"):
        build_step("estimate", [], More(settings=tmp_path / "list.yaml"))
