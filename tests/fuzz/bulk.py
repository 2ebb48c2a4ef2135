"""Fuzz by number: `python -m tests.fuzz.bulk COUNT [SEED]` puts so many random and mutated texts through the three targets.

The coverage-guided fuzzer finds what to mutate but is slow, because every branch of the code it runs is counted. This one
mutates without counting, some thousand texts a second, starting from the seeds and from the corpus that the other left in
the folders of `FUZZ_CORPUS` (separated by colons). A failure is printed with the text that shows it, and the search goes on.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from tests.fuzz import fuzz_compare, fuzz_extract, fuzz_read
from tests.fuzz.__main__ import SEPARATOR, as_text
from tests.fuzz.mutate import Mutator
from tests.fuzz.pieces import seed_answers, seed_responses

REPORT_SECONDS = 30.0
_BATCH = 2_000
_SHOWN = 300


def main(arguments: list[str]) -> int:
    """Run until so many texts have been tried; return 1 if any of them failed."""
    if not arguments or not all(argument.isdigit() for argument in arguments[:2]):
        sys.stderr.write("usage: python -m tests.fuzz.bulk COUNT [SEED]\n")
        return 2
    wanted, seed = int(arguments[0]), int(arguments[1]) if len(arguments) > 1 else int(time.time())
    begun = reported = time.monotonic()
    failures = 0
    found = corpus_texts()
    tried = attempts([*seed_answers(), *found], [*seed_responses(), *found], seed)
    for done, failed in enumerate(islice(tried, wanted), start=1):
        if failed is not None:
            failures += 1
            sys.stdout.write(f"{failed}\n")
        if time.monotonic() - reported > REPORT_SECONDS or done == wanted:
            reported = time.monotonic()
            rate = done / (reported - begun)
            sys.stdout.write(f"{done:,} texts, {failures} failures, {rate:,.0f} a second, seed {seed}\n")
            sys.stdout.flush()
    return 1 if failures else 0


def corpus_texts() -> list[str]:
    """Return the texts that the coverage-guided fuzzer kept; none where no folder is named."""
    folders = [Path(name) for name in os.environ.get("FUZZ_CORPUS", "").split(":") if name]
    texts = [as_text(path.read_bytes()) for folder in folders for path in sorted(folder.iterdir())]
    return [part for text in texts for part in text.split(SEPARATOR.decode()) if part]


def attempts(answers: list[str], responses: list[str], seed: int) -> Iterator[str | None]:
    """Try texts without end, in batches for each target; yield None for each that passes, else what failed."""
    source = random.Random(seed)
    while True:
        mutator = Mutator(answers, source.randrange(1 << 62))
        before = "5"
        for text in mutator.texts(_BATCH):
            other = source.choice((before, mutator.mutant(text)))
            yield attempt(partial(fuzz_compare.check_pair, text, other, source.randrange(3)))
            before = text
        for text in mutator.texts(_BATCH):
            yield attempt(partial(fuzz_read.target, text))
        for text in Mutator(responses, source.randrange(1 << 62)).texts(_BATCH):
            yield attempt(partial(fuzz_extract.target, text))


def attempt(work: partial[None]) -> str | None:
    """Return what went wrong, with the texts that show it; None where nothing did."""
    try:
        work()
    except Exception as error:  # noqa: BLE001  (a search reports what it meets and goes on)
        return f"{type(error).__name__}: {str(error)[:_SHOWN]} for {work.args!r}"[:1_000]
    return None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
