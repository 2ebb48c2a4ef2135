"""The gate between foreign rows and the run's problems: duplicates are counted, contradictions refused.

A question is known by its text alone, so one question with two gold answers cannot be stored twice and must not be
settled by chance: whoever loads it has to say which answer is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dartkit.errors import DataError
from dartkit.ids import answer_id, problem_id
from dartkit.records import AnswerKind, Problem
from dartkit.sources.rows import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dartkit.run import RunDir
    from dartkit.settings import FieldMap
    from dartkit.sources.rows import Cleaner, ForeignRow

Offer = Literal["new", "duplicate", "already_loaded"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rows of one input come from, as every problem made of them records it."""

    source: str
    split: str
    revision: str | None = None
    license: str | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    answer_id: str | None
    answer: str | None
    split: str
    where: str
    in_run: bool


def make_problem(row: ForeignRow, fields: FieldMap, origin: Origin, cleaner: Cleaner) -> Problem:
    """Build the problem that a row states.

    Raises:
        DataError: naming file, row, field and value, when the row does not state one.
    """
    text = cleaner.required_text(row, "text", fields.text)
    answer = cleaner.answer(row, "answer", fields.answer)
    return Problem(
        problem_id=problem_id(text),
        text=text,
        source=origin.source,
        source_split=origin.split,
        source_row=row.number,
        answer=answer,
        answer_id=None if answer is None else answer_id(answer),
        answer_kind=kind_of(answer),
        reference_solution=cleaner.optional_text(row, "reference_solution", fields.reference_solution),
        domain=cleaner.optional_text(row, "domain", fields.domain),
        subject=cleaner.optional_text(row, "subject", fields.subject),
        level=cleaner.optional_text(row, "level", fields.level),
        language=cleaner.optional_text(row, "language", fields.language),
        source_revision=origin.revision,
        url=cleaner.optional_text(row, "url", fields.url),
        license=cleaner.optional_text(row, "license", fields.license) or origin.license,
    )


def kind_of(answer: str | None) -> AnswerKind:
    """Return the kind of a gold answer as the verifier sees it; `none` without one."""
    if answer is None:
        return "none"
    from dartkit.verify import answer_kind

    return answer_kind(answer)


class Intake:
    """Knows every question of the run and of the input so far, and says of each offered problem whether it is new."""

    def __init__(self, run: RunDir) -> None:
        self._known: dict[str, _Known] = {}
        self.in_other_split = 0
        columns = ("problem_id", "answer", "answer_id", "source", "source_split", "source_row")
        for row in run.rows("problems", columns):
            where = f"the run (source {shorten(row['source'])}, row {row['source_row']})"
            self._known[row["problem_id"]] = _Known(
                row["answer_id"], row["answer"], row["source_split"], where, in_run=True
            )

    def offer(self, problem: Problem, where: str) -> Offer:
        """Take note of a problem.

        Returns:
            `new`; `duplicate` (the input has it already) or `already_loaded` (the run has it already). The first one
            stays, also where only one of the two has a gold answer.

        Raises:
            DataError: when the same question is known with another gold answer, naming both places.
        """
        known = self._known.get(problem.problem_id)
        if known is None:
            self._known[problem.problem_id] = _Known(
                problem.answer_id, problem.answer, problem.source_split, where, in_run=False
            )
            return "new"
        if None not in (known.answer_id, problem.answer_id) and known.answer_id != problem.answer_id:
            raise DataError(
                f"the same question has two gold answers: '{shorten(problem.answer)}' here, "
                f"'{shorten(known.answer)}' in {known.where}: {shorten(problem.text)}",
                where=where,
                fix="Decide which answer is right and remove the other row; nothing of this input was loaded.",
            )
        if known.split != problem.source_split:
            self.in_other_split += 1
        return "already_loaded" if known.in_run else "duplicate"


def check_mapped_columns(mapped: Iterable[tuple[str, str]], seen: set[str], row: ForeignRow | None) -> None:
    """Refuse optional columns that the user named and that no row of the input has.

    Args:
        mapped: Pairs of field and column.
        seen: The columns of these that at least one row has.
        row: A row of the input, for the message; None when there was none.

    Raises:
        DataError: for the first column that was never seen.
    """
    from dartkit.sources.rows import missing_column

    for field, column in mapped:
        if row is not None and column not in seen:
            raise missing_column(row, field, column, may_be_none=True)
