"""What one verifier says of samples against their problems' gold answers of today, in columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dartkit.run import RunDir
from dartkit.store.winners import find_rows, plain

if TYPE_CHECKING:
    import pyarrow as pa


def read_outcomes(run: RunDir, samples: pa.Table, golds: Mapping[str, str | None], verifier_id: str) -> Any:
    """Return the outcome of each sample as text; null where the verifier has not judged it against its problem's gold answer.

    Args:
        run: The run directory.
        samples: Its columns `sample_id` and `problem_id`, as `RunDir.columns` gives them.
        golds: The id of each problem's gold answer.
        verifier_id: Whose verdicts.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = ("sample_id", "answer_id", "outcome")
    verdicts = run.columns("verdicts", columns, where={"verifier_id": verifier_id})
    problems = samples["problem_id"].combine_chunks()
    answers = pa.array([golds.get(name) for name in problems.dictionary.to_pylist()], pa.large_string())
    asked = answers.take(problems.indices).take(find_rows(verdicts["sample_id"], samples["sample_id"]))
    current = pc.equal(plain(verdicts["answer_id"]).combine_chunks(), asked)  # null for samples of others
    verdicts = verdicts.filter(pc.fill_null(current, False))
    found = find_rows(samples["sample_id"], verdicts["sample_id"])
    return pc.cast(verdicts["outcome"], pa.string()).combine_chunks().take(found)
