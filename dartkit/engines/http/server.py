"""First contact: the key from the environment, and which model a server has under which name.

The key stands in the headers of the client and nowhere else. Proxies, `.netrc` and redirects are not followed, and
certificates are always checked.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx2

from dartkit import __version__
from dartkit.engines.http.wire import DIALECTS, UNKNOWN, Dialect, error_words, plain
from dartkit.errors import EnvironmentProblem
from dartkit.settings import HttpEngine

LIST_LIMIT = 16 << 20
LIST_TRIES = 4
LIST_WAIT_SECONDS = 1.0
LIST_TIMEOUT_SECONDS = 30.0
NAMES_SHOWN = 10
LISTS_ALL = ("vllm", "sglang")  # servers whose list of models is complete, so that a name not on it is wrong
BUSY = (408, 409, 425, 429)
NO_LIST = (404, 405, 501)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that has answered: where, what it calls the model, how it speaks."""

    base_url: str
    model: str
    dialect: Dialect
    key: str | None = field(repr=False)


class _Listed(NamedTuple):
    """What a list of models says: names, and who owns each (vLLM, SGLang and llama.cpp write their own name there)."""

    names: list[str]
    owners: list[str]


def read_key(variable: str | None) -> str | None:
    """Return the key from the environment.

    Raises:
        EnvironmentProblem: if the variable is not set, or holds what no header can.
    """
    if variable is None:
        return None
    key = os.environ.get(variable, "").strip()
    if not key:
        raise EnvironmentProblem(
            f"engine.api_key_env names the variable {variable}, which is not set",
            fix=f"export {variable}=... and run the same command.",
        )
    if not key.isascii() or not key.isprintable():
        raise EnvironmentProblem(
            f"the variable {variable} holds characters that no key has", fix="Export the key again."
        )
    return key


def headers_for(key: str | None) -> dict[str, str]:
    """Return the headers of every request. Answers come unpacked, so that their size is what was read."""
    own = {"Accept-Encoding": "identity", "User-Agent": f"dartkit/{__version__}"}
    return own if key is None else {**own, "Authorization": f"Bearer {key}"}


def find_server(settings: HttpEngine) -> Server:
    """Ask a server for its models and settle the name to send.

    Raises:
        EnvironmentProblem: if there is no server, it refuses the key, or the model is not among those it has.
    """
    key = read_key(settings.api_key_env)
    timeout = httpx2.Timeout(
        min(settings.read_timeout_seconds, LIST_TIMEOUT_SECONDS), connect=settings.connect_timeout_seconds
    )
    with httpx2.Client(headers=headers_for(key), timeout=timeout, trust_env=False) as client:
        listed = _list_models(client, settings, key)
    name = _choose(settings, listed)
    owner = listed.owners[listed.names.index(name)] if name in listed.names else "".join(listed.owners[:1])
    if owner in LISTS_ALL and name not in listed.names:
        raise _not_served(settings, name, listed.names)
    return Server(settings.base_url, name, DIALECTS.get(owner, UNKNOWN), key)


def _choose(settings: HttpEngine, listed: _Listed) -> str:
    if settings.model is not None:
        return settings.model
    if len(listed.names) == 1:
        return listed.names[0]
    raise EnvironmentProblem(
        f"the server at {settings.base_url} has {len(listed.names)} models: {_some(listed.names)}"
        if listed.names
        else f"the server at {settings.base_url} does not list its models",
        fix="Name one: --model NAME, or `engine.model` in a recipe."
        if listed.names
        else "Check --base-url (it ends in the version, such as /v1), or name the model: --model NAME.",
    )


def _not_served(settings: HttpEngine, name: str, names: list[str]) -> EnvironmentProblem:
    return EnvironmentProblem(
        f"the server at {settings.base_url} has no model '{plain(name)}'; it has: {_some(names)}",
        fix="Name one of them: --model NAME, or `engine.model` in a recipe.",
    )


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(plain(name) for name in names[:NAMES_SHOWN]) + more


def _list_models(client: httpx2.Client, settings: HttpEngine, key: str | None) -> _Listed:
    """Return what the server lists; nothing where it has no such list."""
    url, last = f"{settings.base_url}/models", ""
    for attempt in range(LIST_TRIES):
        if attempt:
            time.sleep(LIST_WAIT_SECONDS * 2 ** (attempt - 1))
        try:
            status, payload, location = _get(client, url)
        except httpx2.ConnectError as error:
            raise EnvironmentProblem(
                f"no server answers at {settings.base_url}: {plain(str(error))}",
                fix="Start the server, or correct --base-url; then run the same command.",
            ) from None
        except httpx2.HTTPError as error:
            last = f"{type(error).__name__} {plain(str(error), key)}".strip()
            continue
        problem = problem_of_status(settings, status, location, error_words(payload, key))
        if problem is not None and status not in NO_LIST:
            raise problem
        if status in BUSY or status >= 500:
            last = f"status {status}: {error_words(payload, key)}"
            continue
        return _read_list(payload) if status == 200 else _Listed([], [])
    raise EnvironmentProblem(
        f"the server at {settings.base_url} is not ready: {last}",
        fix="Wait until it is (a large model takes minutes to load) and run the same command.",
    )


def _get(client: httpx2.Client, url: str) -> tuple[int, bytes, str]:
    with client.stream("GET", url) as response:
        payload = bytearray()
        for chunk in response.iter_raw():
            payload += chunk
            if len(payload) > LIST_LIMIT:
                raise httpx2.ReadError("the list of models is longer than 16 MiB")
        return response.status_code, bytes(payload), response.headers.get("location", "")


def _read_list(payload: bytes) -> _Listed:
    try:
        data: Any = json.loads(payload)
    except (ValueError, RecursionError):
        return _Listed([], [])
    rows = data.get("data") if isinstance(data, dict) else None
    entries = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    known = [(row["id"], str(row.get("owned_by"))) for row in entries if isinstance(row.get("id"), str)]
    return _Listed([name for name, _ in known], [owner for _, owner in known])


def problem_of_status(
    settings: HttpEngine, status: int, location: str, words: str
) -> EnvironmentProblem | None:
    """Return the stop that a status means whatever was asked, or None: key, money, address or model are wrong."""
    base, variable = settings.base_url, settings.api_key_env
    if 300 <= status < 400:
        return EnvironmentProblem(
            f"the server at {base} redirects (status {status}) to {plain(location) or 'nowhere'}",
            fix="Give the address that it redirects to as --base-url, if you trust it.",
        )
    if status in (401, 403):
        given = f"the key in {variable}" if variable else "requests without a key"
        # At 401 the words may hold parts of the key, masked in a way that cannot be recognised.
        more = f": {words}" if status == 403 and words else ""
        return EnvironmentProblem(
            f"the server at {base} refuses {given} (status {status}){more}",
            fix=f"Check the key in {variable}." if variable else "Name the variable with the key: --api-key-env NAME.",
        )  # fmt: skip
    if status == 402 or (status == 429 and "insufficient_quota" in words):
        return EnvironmentProblem(
            f"the server at {base} wants payment (status {status}): {words}",
            fix="Settle it with the provider, then run the same command: finished draws are kept.",
        )
    if status in (404, 405, 501):
        return EnvironmentProblem(
            f"the server at {base} has no such model or endpoint (status {status}): {words}",
            fix="Check --model, --base-url (it ends in the version, such as /v1) and `engine.endpoint`.",
        )
    return None
