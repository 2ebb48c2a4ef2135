"""Time per draw of the http engine at 256 in flight, against a bare loop of the same HTTP client making the same requests.

The server is a process of its own that answers at once with one fixed completion, so that what is measured is the client.
Both are measured in turn, three times each, and the best is taken.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx2

from dartkit.engines import open_engine
from dartkit.engines.base import DrawRequest
from dartkit.ids import draw_seed, sample_id
from dartkit.settings import HttpEngine, SamplingSettings
from tests.bench.row import Row

IN_FLIGHT = 256
REQUESTS = 2000
ROUNDS = 3
PROMPT = "What is 2 + 3? " * 20
COMPLETION = "First we add the numbers. " * 20 + "The answer is \\boxed{5}."
SERVER = """
import asyncio, json, sys
choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": sys.argv[1]}}
answer = {"choices": [choice], "usage": {"prompt_tokens": 100, "completion_tokens": 120}}
listing = {"data": [{"id": "bench", "owned_by": "bench"}]}

def reply(value):
    body = json.dumps(value).encode()
    return b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body

ANSWER, LISTING = reply(answer), reply(listing)

class Server(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.held = transport, b""

    def data_received(self, data):
        self.held += data
        while b"\\r\\n\\r\\n" in self.held:
            head, _, rest = self.held.partition(b"\\r\\n\\r\\n")
            size = next((int(line[15:]) for line in head.lower().split(b"\\r\\n") if line.startswith(b"content-length:")), 0)
            if len(rest) < size:
                return
            self.held = rest[size:]
            self.transport.write(ANSWER if head.startswith(b"POST") else LISTING)

async def main():
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


def rows() -> list[Row]:
    """Return microseconds per draw, ours over the bare loop's."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, COMPLETION], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        try:
            pairs = [(_ours(url), asyncio.run(_bare(url))) for _ in range(ROUNDS)]
        finally:
            process.kill()
    ours, bare = min(first for first, _ in pairs), min(second for _, second in pairs)
    return [
        Row(f"http engine, {IN_FLIGHT} in flight", 1e6 * ours, "us/draw", ours / bare, "bare httpx2 loop")
    ]


def _ours(url: str) -> float:
    """Return seconds per draw, refilled as draws come back, as the scheduler does."""
    engine = open_engine(HttpEngine(base_url=url, capacity=IN_FLIGHT), None)
    sampling = SamplingSettings(max_tokens=200)
    requests = [
        DrawRequest(sample_id("p", "s", index), str(index), index, PROMPT, draw_seed(0, "p", index), sampling)
        for index in range(REQUESTS)
    ]
    began, done, sent = time.perf_counter(), 0, 0
    while done < REQUESTS:
        room = IN_FLIGHT - (sent - done)
        engine.submit(requests[sent : sent + room])
        sent = min(sent + room, REQUESTS)
        done += len(engine.finished())
    seconds = time.perf_counter() - began
    engine.close()
    return seconds / REQUESTS


async def _bare(url: str) -> float:
    """Return seconds per request of as many coroutines as may be in flight, each asking again when it has its answer."""
    left = iter(range(REQUESTS))
    limits = httpx2.Limits(max_connections=IN_FLIGHT)
    async with httpx2.AsyncClient(limits=limits, timeout=60, trust_env=False) as client:
        began = time.perf_counter()
        await asyncio.gather(*(_worker(client, url, left) for _ in range(IN_FLIGHT)))
        return (time.perf_counter() - began) / REQUESTS


async def _worker(client: httpx2.AsyncClient, url: str, left: Iterator[int]) -> None:
    for index in left:  # one iterator that all workers share
        body = {
            "model": "bench", "messages": [{"role": "user", "content": PROMPT}], "temperature": 1.0, "top_p": 1.0,
            "max_tokens": 200, "seed": draw_seed(0, "p", index),
        }  # fmt: skip
        response = await client.post(f"{url}/chat/completions", content=json.dumps(body))
        assert response.json()["choices"][0]["message"]["content"] == COMPLETION
