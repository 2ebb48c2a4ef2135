"""New weights for a running vLLM server, by the routes that it has for reinforcement learning.

The routes (`/pause`, `/start_weight_update`, ...) are there where the server was started with VLLM_SERVER_DEV_MODE=1; they are for a
closed network, because whoever reaches them can replace the model. One hand-over:

    /pause?mode=keep  ->  transfer  ->  /reset_prefix_cache  ->  /resume

Transfer over NCCL is vLLM's own trainer side, driven through `ServerControl`: `/init_weight_transfer_engine` once, then
`/start_weight_update`, `/update_weights` while the tensors are broadcast, `/finish_weight_update`. Transfer by files writes a
safetensors file where the server can read it and asks it to load that (`/collective_rpc` of `reload_weights`); it needs no GPU.
A transfer that fails leaves the server paused, because its weights may be half old and half new.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import httpx2

from dartkit.engines.http.engine import HttpEngine
from dartkit.engines.http.server import headers_for, read_key
from dartkit.engines.http.wire import error_words, plain
from dartkit.errors import EnvironmentProblem, UsageError, boundary, from_os_error, missing_extra
from dartkit.ids import content_id

if TYPE_CHECKING:
    from torch import Tensor

    from dartkit.models import ModelRef
    from dartkit.rollout_settings import RolloutSettings
    from dartkit.settings import HttpEngine as HttpSettings

NamedTensors = Sequence[tuple[str, "Tensor"]]
ROUTES_FIX = (
    "Start the server with VLLM_SERVER_DEV_MODE=1, for `rollout.server_weights=nccl` also with"
    """ --weight-transfer-config '{"backend": "nccl"}'."""
)
BROKEN_FIX = "The server is paused, and its weights may be mixed: restart it, then run the same command."


class ServerControl:
    """The control routes of one server. Has the methods that vLLM's trainer side expects of a weight-sync client.

    Args:
        settings: Where the server is, and for how long to wait for it.
    """

    def __init__(self, settings: HttpSettings) -> None:
        self._root = settings.base_url.removesuffix("/v1")
        self._key = read_key(settings.api_key_env)
        timeout = httpx2.Timeout(settings.read_timeout_seconds, connect=settings.connect_timeout_seconds)
        self._client = httpx2.Client(headers=headers_for(self._key), timeout=timeout, trust_env=False)

    def _ask(
        self, method: str, route: str, body: dict[str, Any] | None = None, **query: str
    ) -> dict[str, Any]:
        """Send one request and return the JSON object of the answer.

        Raises:
            EnvironmentProblem: for no answer, any status but 200, or an answer that is no object.
        """
        try:
            answer = self._client.request(method, f"{self._root}/{route}", json=body, params=query)
        except httpx2.HTTPError as error:
            words = f"{type(error).__name__} {plain(str(error), self._key)}".rstrip()
            raise EnvironmentProblem(
                f"the server at {self._root} did not answer /{route}: {words}", fix=BROKEN_FIX
            ) from None
        words = error_words(answer.content, self._key)
        if answer.status_code in (404, 405):
            raise EnvironmentProblem(
                f"the server at {self._root} has no route /{route}: {words}", fix=ROUTES_FIX
            )
        if answer.status_code != 200:
            raise EnvironmentProblem(
                f"the server at {self._root} failed at /{route}: status {answer.status_code}: {words}",
                fix=BROKEN_FIX,
            )
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise EnvironmentProblem(
                f"the server at {self._root} answered /{route} with no JSON object", fix=BROKEN_FIX
            )
        return found

    def pause(self) -> None:
        """Freeze generation; requests in flight stay where they are."""
        self._ask("POST", "pause", mode="keep")

    def resume(self) -> None:
        """Let generation go on."""
        self._ask("POST", "resume")

    def init_weight_transfer_engine(self, init_info: dict[str, Any]) -> None:
        """Have the workers join the trainer's group."""
        self._ask("POST", "init_weight_transfer_engine", {"init_info": init_info})

    def shutdown_weight_transfer_engine(self) -> None:
        """Have the workers leave the trainer's group."""
        self._ask("POST", "shutdown_weight_transfer_engine")

    def start_weight_update(self) -> None:
        """Open an update."""
        self._ask("POST", "start_weight_update")

    def update_weights(self, update_info: dict[str, Any] | list[dict[str, Any]]) -> None:
        """Receive the tensors that are described; returns when all have them."""
        self._ask("POST", "update_weights", {"update_info": update_info})

    def finish_weight_update(self, weight_version: str | None = None) -> None:
        """Close an update."""
        body = None if weight_version is None else {"weight_version": weight_version}
        self._ask("POST", "finish_weight_update", body)

    def reload_from(self, folder: Path) -> None:
        """Have every worker read the safetensors files of a folder."""
        kwargs = {"weights_path": str(folder)}
        self._ask("POST", "collective_rpc", {"method": "reload_weights", "kwargs": kwargs})

    def reset_prefix_cache(self) -> None:
        """Forget what was computed with the old weights.

        Raises:
            EnvironmentProblem: if the server could not, as when requests are in flight.
        """
        if self._ask("POST", "reset_prefix_cache").get("success") is False:
            raise EnvironmentProblem(
                f"the server at {self._root} kept its prefix cache of the old weights: other requests are in flight",
                fix=BROKEN_FIX,
            )

    def world_size(self) -> int:
        """Return how many workers the server has."""
        found = self._ask("GET", "get_world_size").get("world_size")
        if not isinstance(found, int) or found < 1:
            raise EnvironmentProblem(f"the server at {self._root} names no number of workers", fix=ROUTES_FIX)
        return found

    def checksum(self) -> str | None:
        """Return a checksum over the weights of all workers; None where the answer holds none."""
        found = self._ask("POST", "weight_checker", {"action": "checksum"}).get("checksums")
        return content_id("weights", found) if isinstance(found, dict) and found else None

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


class Transfer(Protocol):
    """A way for tensors to get to a server."""

    def send(self, weights: NamedTensors) -> None:
        """Return when the server has loaded them."""
        ...

    def close(self) -> None:
        """Clean up."""
        ...


class FileTransfer:
    """Weights as a file in a folder that the server sees under the same path.

    Args:
        control: The server.
        folder: Made and removed here.
        dtype: Type of the tensors in the file, by torch's name.
    """

    def __init__(self, control: ServerControl, folder: Path, dtype: str) -> None:
        self._control = control
        self._folder = folder.resolve()
        self._dtype = dtype
        self._number = 0

    def send(self, weights: NamedTensors) -> None:
        """Write the file, have it loaded, remove it.

        Each has a folder of its own: nobody then reads a file that is being replaced.
        """
        import torch
        from safetensors.torch import save_file

        self._number += 1
        target = self._folder / f"weights-{self._number}"
        dtype = getattr(torch, self._dtype)
        tensors = {name: tensor.detach().to(dtype).cpu().contiguous() for name, tensor in weights}
        try:
            target.mkdir(parents=True, exist_ok=True)
            with boundary(
                f"write weights to {target}", fix="Free disk space, then run the same command again."
            ):
                save_file(tensors, str(target / "model.safetensors"), metadata={"format": "pt"})
            self._control.reload_from(target)
            shutil.rmtree(target)
        except OSError as error:
            raise from_os_error(error, str(target)) from error

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)


class NcclTransfer:
    """Weights over NCCL, with vLLM's own trainer side in this process.

    Args:
        control: The server.
        address: Of this machine, for the server's workers.
        dtype: Type of the tensors on the wire.

    Raises:
        EnvironmentProblem: if there is no vLLM or no GPU here.
    """

    def __init__(self, control: ServerControl, address: str, dtype: str) -> None:
        from dartkit.engines import cuda_available

        if not cuda_available():
            raise EnvironmentProblem(
                "weights go over NCCL only from a GPU, and there is none here",
                fix="Set `rollout.server_weights=files` and a folder that the server can read.",
            )
        self._control = control
        self._address = address
        self._dtype = dtype
        self._sender: Any = None
        self._weights: NamedTensors = ()

    def send(self, weights: NamedTensors) -> None:
        """Broadcast; the group of trainer and workers is made the first time."""
        import torch

        dtype = getattr(torch, self._dtype)
        self._weights = [(name, tensor.detach().to(dtype)) for name, tensor in weights]
        with boundary("send weights over NCCL", fix=BROKEN_FIX):
            if self._sender is None:
                self._sender = self._open()
            self._sender.send_weights()
        self._weights = ()

    def _open(self) -> Any:
        try:
            from vllm.distributed.weight_transfer.base import ParamMeta, WeightSource
            from vllm.distributed.weight_transfer.factory import WeightTransferTrainerFactory
            from vllm.distributed.weight_transfer.nccl_engine import NCCLTrainerInitInfo
        except ImportError:
            raise missing_extra("vllm", "gpu") from None
        transfer = self

        class Source(WeightSource):  # type: ignore[misc]  # vLLM has no types
            def metadata(self) -> list[Any]:
                return [
                    ParamMeta(name, tensor.dtype, tuple(tensor.shape)) for name, tensor in transfer._weights
                ]

            def __iter__(self) -> Iterator[tuple[str, Tensor]]:
                return iter(transfer._weights)

        info = NCCLTrainerInitInfo(
            master_address=self._address,
            master_port=_free_port(),
            world_size=self._control.world_size() + 1,
            rank=0,
        )
        return WeightTransferTrainerFactory.trainer_init(info, client=self._control, source=Source())

    def close(self) -> None:
        """Leave the group."""
        if self._sender is not None:
            self._sender.shutdown()


class TrainableServer(HttpEngine):
    """An http engine whose model follows a trainer's.

    Args:
        settings: Where the server is.
        control: Its control routes.
        transfer: How tensors get there.

    Raises:
        UsageError: if the server hands back no token ids.
    """

    def __init__(self, settings: HttpSettings, control: ServerControl, transfer: Transfer) -> None:
        super().__init__(settings)
        self._control = control
        self._transfer = transfer
        if not self.gives_tokens:
            self.close()
            raise UsageError(
                f"the server at {settings.base_url} hands back no token ids, which training needs",
                fix="Use a vLLM server with `engine.endpoint=completions` and `engine.local_model=true`.",
            )

    def load_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """Replace the server's weights; call it with nothing in flight.

        Raises:
            EnvironmentProblem: if a route is missing or the transfer fails.
        """
        self._control.pause()
        self._transfer.send(list(weights))
        self._control.reset_prefix_cache()
        self._control.resume()

    def weights_digest(self) -> str | None:
        """Return the checksum of the server's weights."""
        return self._control.checksum()

    def close(self) -> None:
        """Close the connections; the server goes on with the weights that it has."""
        super().close()
        self._transfer.close()
        self._control.close()


def open_trainable_server(
    settings: HttpSettings, rollout: RolloutSettings, model: ModelRef, folder: Path
) -> TrainableServer:
    """Connect to a server whose model is to be trained.

    Args:
        settings: Where it is.
        rollout: How weights travel.
        model: The model here, whose type is the server's.
        folder: For weights that travel as files.

    Raises:
        UsageError: if prompts would be rendered by the server, or it gives no token ids.
        EnvironmentProblem: if it cannot be reached, or weights cannot be sent.
    """
    if not settings.local_model:
        raise UsageError(
            "a server can only follow a training whose model is also on this disk",
            fix="Set `engine.endpoint=completions` and `engine.local_model=true`.",
        )
    control = ServerControl(settings)
    transfer: Transfer = (
        FileTransfer(control, folder, model.dtype)
        if rollout.server_weights == "files"
        else NcclTransfer(control, rollout.transfer_address, model.dtype)
    )
    return TrainableServer(settings, control, transfer)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("", 0))
        port: int = free.getsockname()[1]
        return port
