"""An OpenAI-compatible server in this process that answers well, or fails in whatever way a test's script says.

It has no model: a completion is a function of the request. Everything it sees is kept in `seen`, in order of arrival.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

MODEL = "test-model"
REASONS = {
    200: "OK",
    302: "Found",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    429: "Too Many Requests",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One request for completions, as it arrived."""

    number: int
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """The text of the last message, or the prompt."""
        return str(self.body["messages"][-1]["content"] if "messages" in self.body else self.body["prompt"])


@dataclass(frozen=True, slots=True)
class Reply:
    """What to send back. `stall` waits before anything is sent; `cut` sends that many bytes of the payload and resets."""

    payload: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    stall: float = 0.0
    cut: int | None = None
    drip: float | None = None


Behave = Callable[[Seen], Reply]


def answer(seen: Seen, *texts: str, reason: str = "stop", usage: dict[str, Any] | None = None) -> Reply:
    """Return a proper answer with these texts."""
    chat = "messages" in seen.body
    choices = [
        {
            "index": index,
            "finish_reason": reason,
            **({"message": {"role": "assistant", "content": text}} if chat else {"text": text}),
        }
        for index, text in enumerate(texts)
    ]
    count = {"prompt_tokens": 7, "completion_tokens": 5 * len(texts)} if usage is None else usage
    return Reply(json.dumps({"model": seen.body["model"], "choices": choices, "usage": count}).encode())


def echo(seen: Seen) -> Reply:
    """Answer well: each completion names the prompt, the seed and its place in the answer."""
    seed = seen.body.get("seed")
    return answer(seen, *(f"{seen.prompt}|{seed}|{index}" for index in range(seen.body.get("n", 1))))


def problem(status: int, words: str = "no", *, code: str | None = None, **headers: str) -> Reply:
    """Return an error in OpenAI's shape; underscores in the names of headers become dashes."""
    payload = json.dumps({"error": {"message": words, "type": "error", "code": code}}).encode()
    return Reply(payload, status, {name.replace("_", "-"): value for name, value in headers.items()})


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512
    owner: FaultServer

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that a death of the server can cut it."""
        self.owner.connections.add(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: broken connections are what this server is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer a request for the list of models."""
        owner = self.server.owner
        owner.listings.append(dict(self.headers))
        self._send(owner.listing)

    def do_POST(self) -> None:
        """Answer a request for completions as the script says."""
        owner = self.server.owner
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with owner.lock:
            seen = Seen(
                len(owner.seen), self.path, {key.lower(): value for key, value in self.headers.items()}, body
            )
            owner.seen.append(seen)
            owner.now += 1
            owner.peak = max(owner.peak, owner.now)
        try:
            reply = owner.behave(seen)
            if reply.stall:
                owner.closing.wait(reply.stall)
        finally:
            with owner.lock:
                owner.now -= 1
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(reply.payload)),
            **reply.headers,
        }
        head = f"HTTP/1.1 {reply.status} {REASONS.get(reply.status, 'Status')}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
        if reply.drip is not None:
            self.wfile.write(head.encode())
            for byte in reply.payload:
                self.wfile.write(bytes([byte]))
                if self.server.owner.closing.wait(reply.drip):
                    break
            return
        self.wfile.write(head.encode() + reply.payload[: reply.cut])
        if reply.cut is not None:
            # Linger of zero seconds: the connection is reset, not closed.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True


class FaultServer:
    """A server on a port of this machine; use as a context manager.

    Args:
        behave: The script: from a request to the reply. May be exchanged while the server runs.
        listing: The reply to `/models`.
        port: 0 takes a free one.
        tls: Speak https with this.
    """

    def __init__(
        self,
        behave: Behave = echo,
        *,
        listing: Reply | None = None,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.tls = tls
        self.behave = behave
        self.listing = listing or models(MODEL)
        self.seen: list[Seen] = []
        self.listings: list[dict[str, str]] = []
        self.connections: set[Any] = set()
        self.lock = threading.Lock()
        self.now = self.peak = 0
        self.closing = threading.Event()
        self.port = port
        self._listener: _Listener | None = None

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        """Listen; after a `die` again on the same port."""
        self.closing.clear()
        self._listener = _Listener(("127.0.0.1", self.port), _Handler)
        self._listener.owner = self
        self.port = self._listener.server_port
        if self.tls is not None:
            self._listener.socket = self.tls.wrap_socket(self._listener.socket, server_side=True)
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()

    def die(self) -> None:
        """Stop listening and reset every connection."""
        assert self._listener is not None
        self.closing.set()
        self._listener.shutdown()
        self._listener.server_close()
        for connection in self.connections:
            try:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.shutdown(socket.SHUT_RDWR)
                connection.close()
            except OSError:  # closed already
                continue
        self.connections.clear()
        self._listener = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._listener is not None:
            self.die()


def models(*names: str, owner: str = "test") -> Reply:
    """Return a list of models."""
    data = [{"id": name, "object": "model", "owned_by": owner} for name in names]
    return Reply(json.dumps({"object": "list", "data": data}).encode())
