"""A worker program for tests of the pool: it does what the task says, also what no worker should do.

Run by path, with the seconds that it takes to get ready, its memory in MiB and its lifetime in seconds.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from dartkit.verify.child import Channel


def do(task: dict[str, Any]) -> Any:
    """Do one task and return the reply."""
    match task["do"]:
        case "sleep":  # in C, without the interpreter's lock
            time.sleep(task["seconds"])
        case "spin":  # in C, with the lock: no other thread of the process runs
            sum(range(10**13))
        case "exit":
            os._exit(3)
        case "eat":
            try:
                bytearray(task["mib"] * 1024 * 1024)
            except MemoryError:
                return {"error": "MemoryError", "last": True}
        case "shout":
            return {"text": "x" * task["characters"]}
        case "print":
            print("a library's remark")
    return {"count": task.get("count")}


if __name__ == "__main__":
    time.sleep(float(sys.argv[1]))
    channel = Channel(int(sys.argv[2]), float(sys.argv[3]))
    for received in channel.tasks():
        channel.reply(do(received))
