"""The processes ("ranks") of one training, and what they tell each other.

`torchrun` starts one process for each GPU, or as many as asked for on CPUs, on one node or on several, and says in environment
variables who each of them is. Without it a training is a world of one, which needs no process group and computes as if this
module did not exist. Values travel as JSON over gloo (`wire`), tensors over NCCL between GPUs and over gloo between CPUs.

A rank that fails writes down why before it ends. The others, whose connection to it breaks or whom torchrun then stops, end
with that reason and its exit status, so that the first rank, which is the one that prints, tells what went wrong anywhere.

Torch is imported only where there are several ranks.
"""

from __future__ import annotations

import itertools
import math
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dartkit.errors import DartkitError, EnvironmentProblem, ExitStatus, RankStopped, boundary
from dartkit.ids import draw_seed
from dartkit.ranks import RankPlace, read_place
from dartkit.training.wire import decode, encode

if TYPE_CHECKING:
    import torch
    from torch import Tensor

PATIENCE = timedelta(hours=2)  # ranks wait for the slowest draw, and while the first one writes a checkpoint
STORE_PATIENCE = timedelta(seconds=10)
_REASON = "reason"
_worlds = itertools.count()  # every rank opens the same worlds in the same order; each has its own keys


@dataclass(frozen=True, slots=True)
class World:
    """All ranks of a training as one of them sees it; by default this process alone.

    All methods are collective: every rank must call them, in the same order. `device` is where this rank computes, None where
    the stage's own choice stands.
    """

    rank: int = 0
    size: int = 1
    device: torch.device | None = None

    @property
    def is_main(self) -> bool:
        """Whether this rank draws up plans, verifies, writes files and prints."""
        return self.rank == 0

    def broadcast(self, value: Any) -> Any:
        """Return the first rank's value on every rank; what other ranks pass is not looked at."""
        if self.size == 1:
            return value
        import torch
        from torch import distributed

        data = encode(value) if self.is_main else b""
        with _talking():
            length = torch.tensor([len(data)])
            distributed.broadcast(length, src=0)
            body = _to_tensor(data, int(length))
            distributed.broadcast(body, src=0)
        return value if self.is_main else decode(body.numpy().tobytes())

    def on_main(self, ask: Callable[[], Any]) -> Any:
        """Return, on every rank, what the first one answers: for what depends on files, or changes them."""
        return self.broadcast(ask() if self.is_main else None)

    def gather(self, value: Any) -> list[Any]:
        """Return the values of all ranks, in order of rank, on every rank."""
        if self.size == 1:
            return [value]
        import torch
        from torch import distributed

        data = encode(value)
        with _talking():
            lengths = [torch.zeros(1, dtype=torch.long) for _ in range(self.size)]
            distributed.all_gather(lengths, torch.tensor([len(data)]))
            longest = max(int(length) for length in lengths)
            bodies = [torch.empty(longest, dtype=torch.uint8) for _ in range(self.size)]
            distributed.all_gather(bodies, _to_tensor(data, longest))
        return [
            decode(body[: int(length)].numpy().tobytes())
            for body, length in zip(bodies, lengths, strict=True)
        ]

    def sum_over_ranks(self, numbers: Mapping[str, float]) -> dict[str, float]:
        """Add numbers by name. Sums are rounded once, whatever the order, and are the same on every rank."""
        if self.size == 1:
            return dict(numbers)
        parts = self.gather(dict(numbers))
        return {name: add_up([part[name] for part in parts]) for name in numbers}

    def fill_in(self, values_N: Tensor) -> Tensor:
        """Complete, in place, values of which each rank computed some, the others being zero, and return them."""
        if self.size > 1:
            from torch import distributed

            with _talking():
                distributed.all_reduce(values_N)
        return values_N

    def seed_step(self, seed: int, step: int) -> None:
        """Give the dropout of this rank and step a noise of its own, the same in a resumed run; nothing for a world of one."""
        if self.size > 1:
            import torch

            torch.manual_seed(draw_seed(seed, f"step {step}", self.rank))

    def barrier(self) -> None:
        """Wait until every rank is here."""
        self.gather(None)


def add_up(values: Sequence[float]) -> float:
    """Return the sum, exact for whole numbers and rounded once for others; not finite where a value is not."""
    if all(isinstance(value, int) for value in values):
        return sum(values)
    return math.fsum(values) if all(map(math.isfinite, values)) else sum(values)


@contextmanager
def open_world(device: str = "auto") -> Iterator[World]:
    """Join the other ranks, where torchrun started several; leave them at the end.

    Args:
        device: `auto` is this rank's GPU where there is one.

    Raises:
        EnvironmentProblem: when the ranks do not find each other, lose each other, or outnumber the GPUs of a node.
        RankStopped: when another rank failed; with its message and exit status.
    """
    place = read_place(os.environ)
    if place is None:
        yield World()
        return
    from torch import distributed

    where = _choose_device(device, place)
    store = _join(place, where)
    world = World(place.rank, place.size, where)
    try:
        yield world
        world.barrier()  # a failure in what the first rank does last is everybody's
    except BaseException as error:
        _hear_no_more()
        reason = agree_on_reason(store, world, error)
        if reason is error:
            raise
        raise reason from error
    distributed.destroy_process_group()


def _join(place: RankPlace, where: torch.device) -> Any:
    """Make the process group, and return the store that all ranks can read."""
    from torch import distributed
    from torch.distributed import PrefixStore  # type: ignore[attr-defined]  # documented there, not listed for mypy
    from torch.distributed.rendezvous import rendezvous

    fix = "Check MASTER_ADDR, MASTER_PORT and the network between the nodes."
    with boundary("join the other ranks", fix=fix):
        found, _, _ = next(iter(rendezvous("env://", place.rank, place.size, timeout=PATIENCE)))
        store = PrefixStore(f"dartkit-{next(_worlds)}", found)
        distributed.init_process_group(
            "gloo" if where.type == "cpu" else f"cpu:gloo,{where.type}:nccl",
            store=PrefixStore("group", store),
            rank=place.rank,
            world_size=place.size,
            timeout=PATIENCE,
        )
    return store


def _choose_device(wanted: str, place: RankPlace) -> torch.device:
    import torch

    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    count = torch.cuda.device_count()
    if place.local_rank >= count:
        raise EnvironmentProblem(
            f"there are more ranks on this node than its {count} GPUs (this is local rank {place.local_rank})",
            fix=f"Start torchrun with --nproc-per-node {count or 1}, or choose device 'cpu'.",
        )
    torch.cuda.set_device(place.local_rank)
    return torch.device("cuda", place.local_rank)


def _to_tensor(data: bytes, length: int) -> Tensor:
    import torch

    body = torch.zeros(length, dtype=torch.uint8)
    if data:
        body[: len(data)] = torch.frombuffer(bytearray(data), dtype=torch.uint8)
    return body


@contextmanager
def _talking() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise _lost_connection(error) from error


def _lost_connection(error: BaseException) -> EnvironmentProblem:
    detail = " ".join(str(error).split())[:300]
    return EnvironmentProblem(
        f"the connection to another rank was lost ({detail})",
        fix="See what ended it (torchrun names it); the same command goes on from the last checkpoint.",
    )


def _hear_no_more() -> None:
    """Pass over SIGTERM from here on: torchrun sends it to the remaining ranks as soon as one has ended."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def agree_on_reason(store: Any, world: World, error: BaseException) -> BaseException:
    """Write down why this rank ends, unless another did before, and return the exception to end with."""
    if isinstance(error, RuntimeError) and _is_about_connections(error):
        error = _lost_connection(error)
    record = _describe(world.rank, error)
    first = record
    with suppress(RuntimeError, ValueError):  # the store is gone with the node that held it
        store.set_timeout(STORE_PATIENCE)
        first = decode(store.compare_set(_REASON, "", encode(record).decode()))
    if first["rank"] == world.rank or (world.is_main and not _is_consequence(error)):
        return error
    if first["status"] == ExitStatus.INTERRUPTED:
        return KeyboardInterrupt()
    return RankStopped(
        f"rank {first['rank']} of {world.size} stopped: {first['what']}",
        where=first["where"],
        fix=first["fix"],
        status=ExitStatus(first["status"]),
    )


def _describe(rank: int, error: BaseException) -> dict[str, Any]:
    if isinstance(error, DartkitError):
        return {
            "rank": rank,
            "status": int(error.status),
            "what": error.what,
            "where": error.where,
            "fix": error.fix,
        }
    if isinstance(error, KeyboardInterrupt):
        return {
            "rank": rank,
            "status": int(ExitStatus.INTERRUPTED),
            "what": "interrupted",
            "where": "",
            "fix": "",
        }
    what = f"{type(error).__name__}: {' '.join(str(error).split())[:500]}"
    return {"rank": rank, "status": int(ExitStatus.BUG), "what": what, "where": "", "fix": ""}


def _is_consequence(error: BaseException) -> bool:
    """Whether an error may be what the end of another rank did to this one."""
    return isinstance(error, KeyboardInterrupt) or (
        isinstance(error, EnvironmentProblem) and error.what.startswith("the connection to another rank")
    )


def _is_about_connections(error: RuntimeError) -> bool:
    from torch import distributed

    return isinstance(error, distributed.DistError) or any(
        word in str(error).lower() for word in ("gloo", "nccl", "connection closed")
    )
