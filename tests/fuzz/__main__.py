"""Coverage-guided fuzzing with atheris: `python -m tests.fuzz compare -max_total_time=60`.

The first argument names the target (compare, extract or read); the others go to libFuzzer. The corpus and the dictionary are
made by code in a folder of their own, which is kept where `-artifact_prefix` says a finding is written. Needs the extra
`fuzz`; `make fuzz SECONDS=60` runs all three.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.pieces import PIECES, seed_answers, seed_responses

TARGETS = ("compare", "extract", "read")
SEPARATOR = b"\x1f"
_LONGEST = 4_096


def main(arguments: list[str]) -> None:
    """Instrument the library, write corpus and dictionary, and hand over to libFuzzer."""
    if not arguments or arguments[0] not in TARGETS:
        raise SystemExit(f"usage: python -m tests.fuzz {{{','.join(TARGETS)}}} [options of libFuzzer]")
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["dartkit"]):
        target: Callable[[str], None] = importlib.import_module(f"tests.fuzz.fuzz_{arguments[0]}").target
    with tempfile.TemporaryDirectory() as folder:
        dictionary, corpus = Path(folder, "pieces.dict"), Path(folder, "corpus")
        write_dictionary(dictionary)
        write_corpus(corpus, seed_responses() if arguments[0] == "extract" else seed_answers())
        options = [sys.argv[0], f"-dict={dictionary}", f"-max_len={_LONGEST}", *arguments[1:], str(corpus)]
        atheris.Setup(options, lambda data: target(as_text(data)))
        atheris.Fuzz()


def as_text(data: bytes) -> str:
    """Read any bytes as text; what is no UTF-8 becomes lone surrogates, which are hostile enough."""
    return data.decode("utf-8", "surrogateescape")


def write_dictionary(path: Path) -> None:
    """Write the pieces in libFuzzer's form: a quoted string of hexadecimal escapes a line."""
    pieces = {piece.encode("utf-8", "surrogatepass") for piece in PIECES} | {SEPARATOR}
    lines = ["".join(f"\\x{byte:02x}" for byte in piece) for piece in sorted(pieces)]
    path.write_text("".join(f'"{line}"\n' for line in lines))


def write_corpus(folder: Path, seeds: list[str]) -> None:
    """Write each seed, and each with its neighbour behind the separator, as files."""
    folder.mkdir()
    for number, (seed, neighbour) in enumerate(zip(seeds, [*seeds[1:], seeds[0]], strict=True)):
        (folder / f"{number}-single").write_bytes(seed.encode())
        (folder / f"{number}-pair").write_bytes(seed.encode() + SEPARATOR + neighbour.encode())


if __name__ == "__main__":
    main(sys.argv[1:])
