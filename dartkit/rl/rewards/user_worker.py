"""The process that runs a user's reward function: a list of calls a line on standard input, a list of results on standard output.

The parent keeps the deadline of a plain function; an async one has it here too, for each call. What the process does by itself
is in `dartkit.verify.child`. The user's file is their own program, named in their recipe, so it is imported and run as it is.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import inspect
import math
import sys
from collections.abc import Callable, Mapping
from numbers import Real
from pathlib import Path
from typing import Any

from dartkit.errors import DartkitError, UsageError, boundary
from dartkit.rl.rewards.user_function import GRACE_SECONDS, OFFERED
from dartkit.termination import leave_termination_to_parent
from dartkit.verify.child import Channel

ORPHAN_SECONDS = 5.0  # how much longer than the parent's deadline a call may live if nobody kills it
LONGEST_ERROR = 300
Function = Callable[..., Any]


def load_function(spec: str) -> Function:
    """Import the function that `module:function` or `path.py:function` names.

    Raises:
        DartkitError: when it cannot be imported, or is no function.
    """
    place, _, name = spec.rpartition(":")
    with boundary(f"import {place}", kind=UsageError):
        module = _import_file(Path(place)) if place.endswith(".py") else importlib.import_module(place)
        function = getattr(module, name)
    if not callable(function):
        raise UsageError(f"{name} is a {type(function).__name__}, not a function")
    found: Function = function
    return found


def _import_file(path: Path) -> Any:
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    sys.path.insert(0, str(path.resolve().parent))  # modules beside it are importable, as when it is run
    found = importlib.util.spec_from_file_location(f"dartkit_reward_{path.stem}", path)
    if found is None or found.loader is None:
        raise UsageError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


def describe(function: Function) -> dict[str, Any]:
    """Return what a function asks for, and whether it is async.

    Raises:
        UsageError: when it requires something that it is not given.
    """
    with boundary("read its parameters", kind=UsageError):
        parameters = inspect.signature(function).parameters.values()
    if any(item.kind is item.VAR_KEYWORD for item in parameters):
        wanted = list(OFFERED)
    else:
        wanted = [item.name for item in parameters if item.name in OFFERED]
    for item in parameters:
        open_ended = item.kind in (item.VAR_KEYWORD, item.VAR_POSITIONAL)
        required = item.default is item.empty and not open_ended
        if required and (item.name not in OFFERED or item.kind is item.POSITIONAL_ONLY):
            raise UsageError(f"it asks for '{item.name}', and is given by name: {', '.join(OFFERED)}")
    is_async = any(map(inspect.iscoroutinefunction, (function, type(function).__call__)))
    return {"wanted": wanted, "async": is_async}


def read_result(result: Any) -> dict[str, Any]:
    """Turn what a function returned into a number and further ones.

    Raises:
        UsageError: when it is neither a finite number nor a mapping with a finite number under `score`.
    """
    if isinstance(result, Mapping):
        if "score" not in result:
            raise UsageError("it returned a mapping without 'score'")
        extra = {str(key): _number(value, str(key)) for key, value in result.items() if key != "score"}
        return {"value": _number(result["score"], "score"), "extra": extra}
    return {"value": _number(result, "the result"), "extra": {}}


def _number(value: Any, name: str) -> float:
    number = float(value) if isinstance(value, Real) else math.nan
    if not math.isfinite(number):
        raise UsageError(f"{name} is {str(value)[:60]!r} ({type(value).__name__}), not a finite number")
    return number


def _explain(error: DartkitError) -> dict[str, Any]:
    cause = error.__cause__
    text = f"{type(cause).__name__}: {cause}" if cause is not None else error.what
    return {"error": " ".join(text.split())[:LONGEST_ERROR]}


def _call(function: Function, arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        with boundary("call it"):
            return read_result(function(**arguments))
    except DartkitError as error:
        return _explain(error)


async def _call_async(function: Function, arguments: dict[str, Any], seconds: float) -> dict[str, Any]:
    try:
        with boundary("call it"):
            return read_result(await asyncio.wait_for(function(**arguments), seconds))
    except DartkitError as error:
        if isinstance(error.__cause__, TimeoutError):
            return {"error": f"no result within {seconds:g} s"}
        return _explain(error)


async def _call_all(function: Function, calls: list[dict[str, Any]], seconds: float) -> list[dict[str, Any]]:
    return list(await asyncio.gather(*(_call_async(function, call, seconds) for call in calls)))


def main() -> None:
    """Serve calls until standard input ends."""
    leave_termination_to_parent()
    spec, memory, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    function: Function | None = None
    try:
        function = load_function(spec)  # the import may be slow and large: before the first deadline
        facts = describe(function)
    except DartkitError as error:
        facts = _explain(error)
    channel = Channel(memory, seconds + GRACE_SECONDS + ORPHAN_SECONDS)
    for task in channel.tasks():
        if "describe" in task or function is None:
            channel.reply(facts)
        elif facts["async"]:
            channel.reply({"results": asyncio.run(_call_all(function, task["calls"], seconds))})
        else:
            channel.reply({"results": [_call(function, call) for call in task["calls"]]})


if __name__ == "__main__":
    main()
