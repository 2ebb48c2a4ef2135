"""Which cluster is joined and what a replica asks of it, with a Ray of paper that only records."""

from __future__ import annotations

import os
import signal
import socket
import sys
from typing import Any

import pytest

from dartkit.engines.replicas import cluster
from dartkit.errors import EnvironmentProblem
from dartkit.settings import AutoEngine, RayEngine, ScriptedEngine, TransformersEngine, VllmEngine


class PaperRay:
    """Records how it is started; `init` takes over SIGTERM, as Ray does."""

    def __init__(self, gpus: float = 0.0, error: BaseException | None = None, running: bool = False) -> None:
        self.gpus, self.error, self.running = gpus, error, running
        self.started: list[dict[str, Any]] = []

    def is_initialized(self) -> bool:
        return self.running

    def init(self, **settings: Any) -> None:
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(number))
        self.started.append(settings)
        if self.error is not None:
            raise self.error

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 8.0, **({"GPU": self.gpus} if self.gpus else {})}

    def nodes(self) -> list[dict[str, bool]]:
        return [{"Alive": True}, {"Alive": False}, {"Alive": True}]


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> PaperRay:
    """Put a recording Ray in place of the real one, with no address in the environment."""
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    paper = PaperRay()
    monkeypatch.setattr(cluster, "import_ray", lambda: paper)
    return paper


def test_an_address_wins_over_the_variable_over_this_machine(
    ray: PaperRay, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cluster.join_cluster(RayEngine())
    with socket.create_server(("127.0.0.1", 0)) as there:
        name = f"127.0.0.1:{there.getsockname()[1]}"
        monkeypatch.setenv("RAY_ADDRESS", name)
        assert cluster.join_cluster(RayEngine())
    assert cluster.join_cluster(RayEngine(address="auto"))
    assert [settings["address"] for settings in ray.started] == ["local", name, "auto"]
    assert all(settings["log_to_driver"] is False for settings in ray.started)


def test_this_machine_claims_room_for_all_replicas(ray: PaperRay) -> None:
    """More replicas than cores share them; fewer leave the rest to Ray."""
    cores = os.cpu_count() or 1
    cluster.join_cluster(RayEngine(replicas=2 * cores + 1, cpus_per_replica=1.5))
    cluster.join_cluster(RayEngine(cpus_per_replica=0.0))
    assert [settings["num_cpus"] for settings in ray.started] == [3 * cores + 2, cores]


def test_a_process_that_is_connected_stays_as_it_is(ray: PaperRay) -> None:
    ray.running = True
    assert not cluster.join_cluster(RayEngine(address="auto"))
    assert ray.started == []


def test_a_cluster_that_is_not_there_is_a_named_problem(ray: PaperRay) -> None:
    """Nobody listens at the port: Ray is not even asked. What Ray itself refuses is named too."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        name = f"127.0.0.1:{gone.getsockname()[1]}"
    with pytest.raises(EnvironmentProblem, match=f"connect to the Ray cluster at {name}: ConnectionRefused"):
        cluster.join_cluster(RayEngine(address=name))
    assert ray.started == []
    ray.error = ConnectionError("no instance")
    with pytest.raises(
        EnvironmentProblem, match="connect to the Ray cluster at auto: ConnectionError: no instance"
    ):
        cluster.join_cluster(RayEngine(address="auto"))


def test_sigterm_stays_ours(ray: PaperRay) -> None:
    """The handler is put back; a SIGTERM that Ray's own handler took counts as an interrupt, another exit does not."""
    before = signal.getsignal(signal.SIGTERM)
    cluster.join_cluster(RayEngine())
    assert signal.getsignal(signal.SIGTERM) == before
    ray.error = SystemExit(int(signal.SIGTERM))
    with pytest.raises(KeyboardInterrupt):
        cluster.join_cluster(RayEngine())
    ray.error = SystemExit(1)
    with pytest.raises(SystemExit):
        cluster.join_cluster(RayEngine())
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize(
    ("settings", "without", "among_16"),
    [
        (RayEngine(replica=AutoEngine()), 0, 1),
        (RayEngine(replica=TransformersEngine()), 0, 1),
        (RayEngine(replica=TransformersEngine(device="cpu")), 0, 0),
        (RayEngine(replica=VllmEngine(tensor_parallel_size=4)), 0, 4),
        (RayEngine(replica=ScriptedEngine()), 0, 0),
        (RayEngine(replica=VllmEngine(), gpus_per_replica=0.5), 0.5, 0.5),
    ],
)
def test_gpus_of_a_replica(ray: PaperRay, settings: RayEngine, without: float, among_16: float) -> None:
    assert cluster.replica_gpus(settings) == without
    ray.gpus = 16.0
    assert cluster.replica_gpus(settings) == among_16


def test_what_the_cluster_has_in_words(ray: PaperRay) -> None:
    ray.gpus = 16.0
    assert cluster.cluster_text() == "2 nodes, 8 CPUs, 16 GPUs"
