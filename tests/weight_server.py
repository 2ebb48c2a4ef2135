"""A stand-in for a vLLM server with its routes for reinforcement learning: real HTTP, a real (random) model, vLLM's bookkeeping.

The order and the payloads that it insists on are those of vLLM 0.32 (`vllm/entrypoints/rl/online/api_router.py` and the worker
behind it). What it has no GPU for, the tensors of a broadcast, are left in `broadcast` by the test.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import torch
from safetensors.torch import load_file

from dartkit.engines.base import DrawRequest
from dartkit.engines.transformers_engine import TransformersEngine
from dartkit.rl.weight_check import fingerprint
from dartkit.settings import SamplingSettings

MODEL = "policy"


class WeightServer:
    """Use as a context manager. `log` has every route but completions, in order, with its body.

    Args:
        model: A causal language model of transformers, which the server then owns.
        tokenizer: Its tokenizer.
        dev_mode: Whether the routes for weights are there.
    """

    def __init__(self, model: Any, tokenizer: Any, *, dev_mode: bool = True) -> None:
        self.model = model
        self.engine = TransformersEngine.from_model(model, tokenizer, batch_size=4)
        self.dev_mode = dev_mode
        self.log: list[tuple[str, Any]] = []
        self.paused = False
        self.updating = False
        self.initialised = False
        self.busy = False
        self.resets = True
        self.broadcast: list[tuple[str, torch.Tensor]] = []
        self.lose: Callable[[str], bool] = lambda name: False
        """Names of weights that the server forgets to load."""
        self._lock = threading.Lock()
        self._listener = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._listener.owner = self  # type: ignore[attr-defined]  # the handler's way back
        self._listener.daemon_threads = True

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._listener.server_port}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def answer(self, route: str, body: Any) -> tuple[int, dict[str, Any]]:
        """Return status and JSON of the answer."""
        with self._lock:
            if route == "/v1/models":
                return 200, {"object": "list", "data": [{"id": MODEL, "owned_by": "vllm"}]}
            if route == "/v1/completions":
                return (503, {"error": {"message": "paused"}}) if self.paused else (200, self._complete(body))
            if not self.dev_mode:
                return 404, {"detail": "Not Found"}
            self.log.append((route, body))
            return self._control(route.strip("/"), body)

    def _complete(self, body: dict[str, Any]) -> dict[str, Any]:
        sampling = SamplingSettings(
            temperature=body["temperature"], top_p=body["top_p"], max_tokens=body["max_tokens"]
        )
        assert body["add_special_tokens"] is False, "the prompt has its begin token"
        self.engine.submit(
            [DrawRequest("s", "p", 0, body["prompt"], body["seed"], sampling, want_tokens=True)]
        )
        (draw,) = self.engine.finished()
        choice: dict[str, Any] = {"index": 0, "text": draw.completion, "finish_reason": draw.finish_reason}
        if body.get("return_token_ids"):
            choice |= {"prompt_token_ids": draw.prompt_token_ids, "token_ids": draw.token_ids}
        if body.get("logprobs") is not None:
            choice["logprobs"] = {"token_logprobs": draw.token_logprobs}
        usage = {"prompt_tokens": draw.prompt_tokens, "completion_tokens": draw.completion_tokens}
        return {"model": MODEL, "choices": [choice], "usage": usage}

    def _control(self, route: str, body: Any) -> tuple[int, dict[str, Any]]:
        bad = 500, {"error": {"message": f"{route} out of turn"}}
        if route == "pause?mode=keep":
            self.paused = True
        elif route == "resume":
            self.paused = False
        elif route == "reset_prefix_cache":
            if self.resets:
                self.engine._batch.forget_prompts()
            return 200, {"success": not self.busy}
        elif route == "get_world_size":
            return 200, {"world_size": 2}
        elif route == "weight_checker" and body == {"action": "checksum"}:
            state = list(self.model.state_dict().items())
            return 200, {"checksums": {"tp0:": str(fingerprint(state, torch.float32))}}
        elif route == "collective_rpc" and body["method"] == "reload_weights":
            folder = Path(body["kwargs"]["weights_path"])
            for file in folder.glob("*.safetensors"):
                self._load(load_file(file))
            return 200, {"results": [None]}
        elif route == "init_weight_transfer_engine":
            self.initialised = {"master_address", "master_port", "rank_offset", "world_size"} <= body[
                "init_info"
            ].keys()
        elif route == "start_weight_update":
            if self.updating:
                return bad
            self.updating = True
        elif route == "update_weights":
            info = body["update_info"]
            if not (self.updating and self.initialised) or len(info["names"]) != len(info["shapes"]):
                return bad
            named = dict(self.broadcast)
            assert [list(named[name].shape) for name in info["names"]] == info["shapes"]
            self._load(named)
        elif route == "finish_weight_update":
            if not self.updating:
                return bad
            self.updating = False
        else:
            return 404, {"detail": "Not Found"}
        return 200, {"message": "ok"}

    def _load(self, tensors: dict[str, torch.Tensor]) -> None:
        state = self.model.state_dict()
        with torch.no_grad():
            for name, tensor in tensors.items():
                if not self.lose(name):
                    state[name].copy_(tensor)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer without a body."""
        self._answer(None)

    def do_POST(self) -> None:
        """Answer a body, if there is one."""
        length = int(self.headers.get("Content-Length") or 0)
        self._answer(json.loads(self.rfile.read(length)) if length else None)

    def _answer(self, body: Any) -> None:
        parts = urlsplit(self.path)
        query = "".join(f"?{name}={values[0]}" for name, values in parse_qs(parts.query).items())
        status, found = self.server.owner.answer(parts.path + query, body)  # type: ignore[attr-defined]
        payload = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)
