"""Replicas on a real Ray cluster of two nodes on this machine: contract, deaths of actors and of a node, the command line.

One cluster serves the whole module, because a start takes ten seconds and more.
"""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import socket
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dartkit.cli.options import More
from dartkit.cli.step_settings import build_step

from dartkit.engines import describe_engines, open_engine
from dartkit.engines.base import DrawRequest, Engine, FinishedDraw, NotifyingEngine
from dartkit.engines.replicas.cluster import ENVIRONMENT
from dartkit.errors import DataError, EnvironmentProblem
from dartkit.events import SilentSink
from dartkit.ids import draw_seed
from dartkit.models import ModelRef, resolve_model
from dartkit.run import RunDir
from dartkit.runner import run_stage
from dartkit.settings import (
    ModelSettings,
    RayEngine,
    SamplingSettings,
    ScriptedEngine,
    TransformersEngine,
)
from tests.conftest import REQUIRE_ALL, make_problem
from tests.e2e.engine_checks import load_contract
from tests.e2e.terminal import PROGRAM, dartkit, environment, make_run

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("ray") is None and not REQUIRE_ALL, reason="Ray is not installed"
    ),
    pytest.mark.timeout(600),
]

PROBLEMS = [make_problem(f"What is {index} + {index}?", str(2 * index)) for index in range(8)]
SAMPLING = SamplingSettings()
MAX_TOKENS = 48
PROBLEMS_OF_A_RUN = 5  # `make_run`: one of each level
SLOW = ScriptedEngine(capacity=8, seconds_per_draw=0.25)
DRAWS = 320


contract = load_contract()


def ask(index: int) -> DrawRequest:
    """Return a request with the seed that a run would use."""
    problem = PROBLEMS[index % len(PROBLEMS)]
    seed = draw_seed(0, problem.problem_id, index)
    return DrawRequest(str(index), problem.problem_id, index, problem.text, seed, SAMPLING)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Return a running cluster: a head with room for two replicas, a second node with room for two more."""
    for key, value in ENVIRONMENT.items():
        os.environ.setdefault(key, value)
    import ray
    from ray.cluster_utils import Cluster

    made = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 2, "include_dashboard": False, "resources": {"head": 1}},
    )
    made.second = made.add_node(num_cpus=2)
    made.wait_for_nodes()
    yield made
    ray.shutdown()
    made.shutdown()


@pytest.fixture
def start(cluster: Any) -> Iterator[Callable[..., Engine]]:
    """Return a function that opens a Ray engine on the cluster; all are closed at the end."""
    opened: list[Engine] = []

    def make(replica: Any, model: ModelRef | None = None, **more: Any) -> Engine:
        settings = RayEngine(
            replica=replica, address=cluster.address, **{"start_timeout_seconds": 300, **more}
        )
        opened.append(open_engine(settings, model, problems=PROBLEMS))
        return opened[-1]

    yield make
    for engine in opened:
        engine.close()


def wait_for_capacity(engine: Engine, capacity: int) -> list[FinishedDraw]:
    """Draw until all replicas work; return the draws."""
    done: list[FinishedDraw] = []
    began = time.monotonic()
    while engine.capacity < capacity and time.monotonic() - began < 240:
        engine.submit([ask(1_000_000 + len(done))])
        done += contract.drain(engine)
    assert engine.capacity == capacity
    return done


def notices(engine: Engine) -> list[str]:
    assert isinstance(engine, NotifyingEngine)
    return engine.take_notices()


def single_run(count: int) -> dict[str, FinishedDraw]:
    """Return what one scripted engine by itself answers."""
    alone = open_engine(ScriptedEngine(), None, problems=PROBLEMS)
    alone.submit([ask(index) for index in range(count)])
    return {draw.request.sample_id: draw for draw in contract.drain(alone)}


def pids(engine: Any) -> list[int]:
    """Return the process ids of the working replicas."""
    return [member.facts.pid for member in engine._pool._members.values() if member.facts]


def collect(engine: Engine, count: int) -> list[FinishedDraw]:
    """Collect at least this many draws."""
    done: list[FinishedDraw] = []
    while len(done) < count:
        done += engine.finished()
    return done


def test_contract(start: Callable[..., Engine]) -> None:
    """Two replicas of four draws each keep the contract that every engine keeps; a bad problem is a row."""
    engine = start(ScriptedEngine(capacity=4), replicas=2, cpus_per_replica=0.5)
    contract.check_every_request_returns_once(engine, ask)
    contract.check_refill_in_flight(engine, ask)
    contract.check_abort_forgets(engine, ask)
    contract.check_bad_prompt_is_a_row(engine, ask, DrawRequest("bad", "nobody", 0, "?", 1, SAMPLING))
    assert (engine.name, engine.seeds_draws) == ("ray:scripted", True)


def test_draws_survive_a_killed_replica_and_a_lost_node(cluster: Any, start: Callable[..., Engine]) -> None:
    """Every draw comes back once and is what a single engine draws; a replica without room waits for a new node.

    8 of the 32 slots die with the process and 16 with the node, and each slot has a draw while others wait. The killed
    replica may be one of that node or return on it, so two to four losses are told.
    """
    engine = start(SLOW, replicas=4, restarts=2)
    wait_for_capacity(engine, 32)
    engine.submit([ask(index) for index in range(DRAWS)])
    done = collect(engine, 40)
    os.kill(pids(engine)[0], signal.SIGKILL)
    done += collect(engine, 80)
    cluster.remove_node(cluster.second)
    done += contract.drain(engine)

    assert Counter(draw.request.sample_id for draw in done) == Counter(str(index) for index in range(DRAWS))
    expected = single_run(DRAWS)
    assert all(draw.completion == expected[draw.request.sample_id].completion for draw in done)
    assert all(draw.request == ask(int(draw.request.sample_id)) for draw in done)
    names = {f"replica-{place}@{socket.gethostname()}" for place in range(4)}
    assert {draw.worker for draw in done} <= names
    told = [
        text
        for text in notices(engine)
        if re.search(r" was lost; its \d+ draws in flight are given out again", text)
    ]
    assert len(told) >= 2

    cluster.second = cluster.add_node(num_cpus=2)
    wait_for_capacity(engine, 32)
    assert sum("works again" in text for text in notices(engine)) >= 2


def test_all_replicas_dead_is_a_named_stop(start: Callable[..., Engine]) -> None:
    """With no restarts left the draws in flight cannot come back: exit status 4, saying what happened last."""
    engine = start(SLOW, replicas=2, restarts=0)
    wait_for_capacity(engine, 16)
    engine.submit([ask(index) for index in range(64)])
    collect(engine, 8)
    for pid in pids(engine):
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(
        EnvironmentProblem, match="all replicas are lost and none may come back; the last one: Actor"
    ):
        contract.drain(engine)


def test_a_replica_that_cannot_open_says_why(start: Callable[..., Engine]) -> None:
    """A model folder that the node does not have: each try is counted, and the message is the replica's own."""
    ghost = ModelRef("ghost", "/nonexistent/ghost", "r", "float32", None)
    with pytest.raises(EnvironmentProblem, match="has no model folder /nonexistent/ghost") as caught:
        start(TransformersEngine(), ghost, restarts=1)
    assert "every node" in caught.value.fix.lower()


def test_weights_reach_replicas_and_those_that_return(start: Callable[..., Engine]) -> None:
    """Random weights change the greedy answer, also of a replica that started after them; wrong ones are refused."""
    import torch
    from safetensors.torch import load_file

    tiny = resolve_model(ModelSettings(path="tiny", dtype="float32"))
    greedy = SamplingSettings(temperature=0.0, max_tokens=8)
    requests = [DrawRequest(str(index), "p", index, "What is 3 + 4?", 1, greedy) for index in range(4)]
    engine = start(TransformersEngine(batch_size=2), tiny)

    def answers() -> set[str]:
        engine.submit(requests)
        return {draw.completion for draw in contract.drain(engine)}

    before = answers()
    with pytest.raises(DataError, match="no weight 'nonsense'"):
        engine.load_weights([("nonsense", torch.zeros(2))])
    weights = load_file(Path(tiny.path) / "model.safetensors")
    noise = torch.Generator().manual_seed(0)
    engine.load_weights((name, torch.randn(t.shape, generator=noise) * 0.05) for name, t in weights.items())
    after = answers()
    assert len(before) == len(after) == 1
    assert before != after
    os.kill(pids(engine)[0], signal.SIGKILL)
    assert answers() == after
    assert notices(engine)[-1].endswith("works again")


def probe(folder: Path, run: Path, *flags: str, address: str = "") -> dict[str, dict[str, Any]]:
    """Estimate with two draws of each problem; return the samples by id. Nothing but the result is on stdout."""
    line = (
        "estimate",
        run,
        "--probe",
        "2",
        "--max-tokens",
        str(MAX_TOKENS),
        "--set",
        "model.dtype=float32",
        "--json",
    )
    done = dartkit(*line, *flags, cwd=folder, RAY_ADDRESS=address)
    assert done.status == 0, done.err
    rows = {row["sample_id"]: row for row in RunDir(folder / run).rows("samples")}
    assert len(rows) == 2 * PROBLEMS_OF_A_RUN
    assert all(row["error"] is None for row in rows.values())
    assert [line for line in done.err.splitlines() if not line.startswith(("estimate: ", "next: "))] == []
    return rows


def test_command_with_two_replicas_draws_what_one_engine_draws(cluster: Any, tmp_path: Path) -> None:
    """Same ids, seeds and, but for a few roundings, same completions; RAY_ADDRESS names the cluster."""
    more = [
        f"sampling.max_tokens={MAX_TOKENS}",
        "model.dtype=float32",
        "engine={kind: transformers, batch_size: 6}",
    ]
    step = build_step("estimate", [], More(set=["samples_per_problem=2", *more]))
    with RunDir(tmp_path / make_run(tmp_path, "alone")) as run:
        run_stage(
            run, step, SilentSink()
        )  # here and not as a command, because torch is loaded in this process already
        alone = {row["sample_id"]: row for row in run.rows("samples")}
    flags = ("--engine", "ray", "--replicas", "2", "--replica-engine", "transformers", "--batch-size", "3")
    spread = probe(tmp_path, make_run(tmp_path, "spread"), *flags, address=cluster.address)
    assert {key: row["seed"] for key, row in spread.items()} == {
        key: row["seed"] for key, row in alone.items()
    }
    same = sum(row["completion"] == alone[key]["completion"] for key, row in spread.items())
    assert same >= len(alone) - 2
    assert {row["engine"] for row in spread.values()} == {"ray:transformers"}
    assert {row["worker"].split("@")[0] for row in spread.values()} <= {"replica-0", "replica-1"}
    assert all(row["worker"] is None for row in alone.values())


@pytest.mark.skipif(
    importlib.util.find_spec("vllm") is None and not REQUIRE_ALL, reason="vLLM is not installed"
)
def test_command_with_vllm_in_an_actor(cluster: Any, tmp_path: Path) -> None:
    """Real vLLM in process in an actor: all draws are there, made by it, with a seed exactly where it seeds."""
    flags = (
        "--engine",
        "ray",
        "--replica-engine",
        "vllm",
        "--batch-size",
        "8",
        "--set",
        "engine.replica.max_model_len=256",
    )
    rows = probe(tmp_path, make_run(tmp_path), *flags, address=cluster.address)
    assert {row["engine"] for row in rows.values()} == {"ray:vllm"}
    assert all(row["completion"] and row["worker"].startswith("replica-0@") for row in rows.values())
    seeds = {row["seed"] is not None for row in rows.values()}
    assert seeds == {describe_engines()["vllm"]["seeds_draws"]}


def processes_with(mark: str) -> dict[int, str]:
    """Return the command lines of living processes that have this in their environment, by process id."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_text(errors="replace"):
                found[int(folder.name)] = (folder / "cmdline").read_text(errors="replace")
        except OSError:  # it has ended, or is another user's
            continue
    return found


def wait_until(condition: Callable[[], Any], seconds: float) -> Any:
    """Return what the condition gives as soon as that is true; fail when it never is."""
    began = time.monotonic()
    while not (value := condition()):
        assert time.monotonic() - began < seconds
        time.sleep(0.2)
    return value


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")
def test_command_with_its_own_cluster_is_quiet_and_ends_whole(tmp_path: Path) -> None:
    """A replica is killed and returns; then comes SIGTERM, Slurm's way to preempt.

    Status 130, finished draws on disk, nothing of Ray on stdout or stderr, and no process of the cluster is left.
    """
    run = make_run(tmp_path)
    mark = f"DARTKIT_TEST={uuid.uuid4().hex}"
    line = [
        PROGRAM,
        "estimate",
        str(run),
        "--engine",
        "ray",
        "--replicas",
        "2",
        "--replica-engine",
        "scripted",
    ]
    line += ["--probe", "4000", "--set", "engine.replica.seconds_per_draw=0.2", "--batch-size", "4"]
    variables = environment(**dict([mark.split("=")]))
    variables.pop("RAY_ADDRESS", None)
    process = subprocess.Popen(
        line, cwd=tmp_path, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )

    def replicas() -> set[int]:
        return {pid for pid, text in processes_with(mark).items() if text.startswith("ray::Replica")}

    samples = tmp_path / run / "samples"
    wait_until(lambda: any(file.stat().st_size for file in samples.glob("seg-*")), 200)
    first = wait_until(lambda: len(found := replicas()) == 2 and found, 100)
    os.kill(min(first), signal.SIGKILL)
    wait_until(lambda: replicas() - first, 100)
    time.sleep(3)  # the message of the new replica has come, and so would Ray's
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, ""), err
    assert re.search(r"note: replica-\d@\S+ was lost; .*Actor\w+Error", err)
    told = ("estimate: ", "Stopped: interrupted", "  Go on with the same line: dartkit estimate")
    assert [text for text in err.splitlines() if not text.startswith(told)] == []
    assert len(list(RunDir(tmp_path / run).rows("samples"))) > 0
    wait_until(lambda: not processes_with(mark), 60)
