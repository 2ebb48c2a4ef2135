"""The weights of a server follow the trainer's, over real HTTP, against a stand-in that keeps vLLM's rules."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from dartkit.engines.base import DrawRequest
from dartkit.engines.http.engine import HttpEngine
from dartkit.engines.http.weights import (
    FileTransfer,
    NcclTransfer,
    ServerControl,
    TrainableServer,
    open_trainable_server,
)
from dartkit.engines.transformers_engine import TransformersEngine
from dartkit.errors import EnvironmentProblem, UsageError
from dartkit.models import ModelRef
from dartkit.rl.policy_engine import PolicyEngine
from dartkit.rl.weight_check import WeightProbe
from dartkit.rollout_settings import RolloutSettings
from dartkit.settings import HttpEngine as HttpSettings
from dartkit.settings import SamplingSettings
from dartkit.training.model import TrainableModel
from tests.weight_server import WeightServer

PROMPT = "What is 12 + 7?"
ORDER = ["/pause?mode=keep", "/collective_rpc", "/reset_prefix_cache", "/resume", "/weight_checker"]


@pytest.fixture
def server(trained: TrainableModel) -> Iterator[WeightServer]:
    """A server that began with other weights than the trainer."""
    torch.manual_seed(9)
    model = type(trained.model)(trained.model.config)
    with WeightServer(model, trained.tokenizer) as found:
        yield found


def settings_for(server: WeightServer) -> HttpSettings:
    return HttpSettings(base_url=server.url, endpoint="completions", local_model=True, capacity=4)


def by_files(server: WeightServer, folder: Path) -> TrainableServer:
    control = ServerControl(settings_for(server))
    return TrainableServer(settings_for(server), control, FileTransfer(control, folder, "float32"))


def follow(engine: TrainableServer, trained: TrainableModel) -> PolicyEngine:
    probe = WeightProbe(trained, [PROMPT], temperature=0.7, tolerance=0.002, seed=1)
    return PolicyEngine(engine, trained, probe)


def nudge(trained: TrainableModel) -> None:
    with torch.no_grad():
        trained.model.model.layers[0].mlp.up_proj.weight.add_(0.05)


def test_weights_travel_as_files(server: WeightServer, trained: TrainableModel, tmp_path: Path) -> None:
    engine = by_files(server, tmp_path / "weights")
    policy = follow(engine, trained)
    nudge(trained)
    policy.resume(changed=True)
    assert [route for route, _ in server.log] == ORDER * 2
    assert policy.probe_gap < 1e-5
    for name, tensor in trained.model.state_dict().items():
        assert torch.equal(server.model.state_dict()[name], tensor)
    assert list((tmp_path / "weights").iterdir()) == []  # each file is gone once it is loaded
    policy.close()
    assert not (tmp_path / "weights").exists()


def test_draws_are_those_of_an_engine_in_this_process(
    server: WeightServer, trained: TrainableModel, tmp_path: Path
) -> None:
    """Token ids, prompt ids and log-probabilities come back as they were drawn: the same from the same seed here."""
    engine = by_files(server, tmp_path)
    follow(engine, trained)
    here = TransformersEngine.from_model(copy.deepcopy(trained.model), trained.tokenizer)
    request = DrawRequest(
        "s", "p", 0, PROMPT, 77, SamplingSettings(max_tokens=12, temperature=0.7), want_tokens=True
    )
    for one in (engine, here):
        one.submit([request])
    (far,), (near,) = engine.finished(), here.finished()
    assert far.token_ids == near.token_ids
    assert far.prompt_token_ids == near.prompt_token_ids
    assert far.token_logprobs == pytest.approx(near.token_logprobs, abs=1e-5)
    assert far.completion_tokens == len(far.token_ids or ())
    engine.close()


def test_a_weight_that_the_server_loses_stops_the_run(
    server: WeightServer, trained: TrainableModel, tmp_path: Path
) -> None:
    policy = follow(by_files(server, tmp_path), trained)
    server.lose = lambda name: name.endswith("up_proj.weight")
    nudge(trained)
    with pytest.raises(EnvironmentProblem, match="are the old ones"):
        policy.follow()
    policy.close()


def test_a_cache_that_cannot_be_reset_stops_the_run(
    server: WeightServer, trained: TrainableModel, tmp_path: Path
) -> None:
    """The server then stays paused: it would draw with old keys and values."""
    server.busy = True
    engine = by_files(server, tmp_path)
    with pytest.raises(EnvironmentProblem, match="prefix cache"):
        follow(engine, trained)
    assert server.paused
    engine.close()


def test_a_cache_that_is_said_to_be_reset_and_is_not_stops_the_run(
    server: WeightServer, trained: TrainableModel, tmp_path: Path
) -> None:
    """All tensors are right, and the probe's prompt is still in the cache as the old weights saw it: only draws show that."""
    policy = follow(by_files(server, tmp_path), trained)
    server.resets = False
    nudge(trained)
    with pytest.raises(EnvironmentProblem, match="log-probabilities differ"):
        policy.follow()
    policy.close()


def test_a_server_without_the_routes_says_how_to_start_it(trained: TrainableModel, tmp_path: Path) -> None:
    with WeightServer(copy.deepcopy(trained.model), trained.tokenizer, dev_mode=False) as server:
        engine = by_files(server, tmp_path)
        with pytest.raises(EnvironmentProblem, match="no route /pause") as caught:
            follow(engine, trained)
        assert "VLLM_SERVER_DEV_MODE=1" in caught.value.fix
        engine.close()


def test_an_update_out_of_turn_is_an_error_with_the_servers_words(server: WeightServer) -> None:
    control = ServerControl(settings_for(server))
    with pytest.raises(EnvironmentProblem, match="status 500: finish_weight_update out of turn"):
        control.finish_weight_update()
    control.start_weight_update()
    with pytest.raises(EnvironmentProblem, match="start_weight_update out of turn"):
        control.start_weight_update()
    control.close()


def test_the_protocol_of_a_broadcast(server: WeightServer, trained: TrainableModel) -> None:
    """In the order that vLLM's own trainer side uses (`NCCLTrainerWeightTransferEngine`), with its payloads."""
    control = ServerControl(settings_for(server))
    assert control.world_size() == 2
    server.broadcast = list(trained.model.state_dict().items())
    init = {
        "master_address": "127.0.0.1",
        "master_port": 1,
        "rank_offset": 1,
        "world_size": 3,
        "packed": True,
    }
    control.init_weight_transfer_engine(init)
    control.start_weight_update()
    info = {
        "names": [name for name, _ in server.broadcast],
        "dtype_names": ["float32" for _ in server.broadcast],
        "shapes": [list(tensor.shape) for _, tensor in server.broadcast],
    }
    control.update_weights(info)
    control.finish_weight_update()
    assert server.log[1:] == [
        ("/init_weight_transfer_engine", {"init_info": init}),
        ("/start_weight_update", None),
        ("/update_weights", {"update_info": info}),
        ("/finish_weight_update", None),
    ]
    assert all(torch.equal(server.model.state_dict()[name], tensor) for name, tensor in server.broadcast)
    control.close()


def test_what_cannot_train(server: WeightServer, trained: TrainableModel, tmp_path: Path) -> None:
    """A chat endpoint, a plain http engine, NCCL without a GPU."""
    ref = ModelRef(name="m", path=str(tmp_path), revision="r", dtype="float32", chat_template_hash=None)
    chat = HttpSettings(base_url=server.url)
    with pytest.raises(UsageError, match="also on this disk"):
        open_trainable_server(chat, RolloutSettings(), ref, tmp_path)
    plain = HttpEngine(settings_for(server))
    with pytest.raises(UsageError, match="cannot be given new weights"):
        plain.load_weights([])
    plain.close()
    if not torch.cuda.is_available():
        with pytest.raises(EnvironmentProblem, match="only from a GPU"):
            NcclTransfer(ServerControl(settings_for(server)), "127.0.0.1", "float32")
