"""The nouns: one frozen dataclass for each table, and the Arrow schema made from it.

A record never changes once written; a correction is another record. `None` means not known or not applicable. Free-form
text fields hold model output or foreign data and are to be treated as hostile.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    import pyarrow as pa

AnswerKind = Literal[
    "integer", "decimal", "rational", "expression", "equation", "interval", "set", "tuple", "matrix", "choice",
    "boolean", "text", "proof", "none",
]  # fmt: skip
Phase = Literal["probe", "synth", "given", "eval"]
FinishReason = Literal["stop", "length", "abort", "error"]
Outcome = Literal["correct", "incorrect", "no_answer", "truncated", "undecided", "timeout", "error"]
Method = Literal["exact", "numeric", "symbolic", "choice", "judge", "code", "none"]
TargetStatus = Literal["open", "met", "exhausted", "hopeless"]
Action = Literal["keep", "flag", "drop"]
Split = str


@dataclass(frozen=True, slots=True)
class Problem:
    """A question with (usually) a gold answer. `level` is the source's own label, never our estimate."""

    problem_id: str
    text: str
    source: str
    source_split: str
    source_row: int
    answer: str | None = None
    answer_id: str | None = None
    answer_kind: AnswerKind = "none"
    reference_solution: str | None = None
    domain: str | None = None
    subject: str | None = None
    level: str | None = None
    language: str | None = None
    source_revision: str | None = None
    url: str | None = None
    license: str | None = None
    extra: str | None = None


@dataclass(frozen=True, slots=True)
class Sampler:
    """Everything that changes the distribution of completions; its hash is part of every sample's identity.

    The engine and its batch size are not here: two engines that run one model at one setting draw from one distribution.
    `given` samplers name a model whose outputs were loaded from a file; their settings are unknown and stay None.
    """

    model: str
    model_revision: str | None = None
    dtype: str | None = None
    prompt_hash: str | None = None
    chat_template_hash: str | None = None
    system_prompt: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repetition_penalty: float | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One draw. `seed` is None where the engine cannot seed a single draw; `max_tokens` is a fact, not identity."""

    sample_id: str
    problem_id: str
    sampler_id: str
    draw_index: int
    phase: Phase
    completion: str
    finish_reason: FinishReason
    engine: str
    created_at: str
    seed: int | None = None
    answer_offset: int | None = None
    max_tokens: int | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    logprob_sum: float | None = None
    token_ids: tuple[int, ...] | None = None
    error: str | None = None
    worker: str | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one verifier says of one sample against one gold answer. Could not tell is not wrong: see `Outcome`."""

    sample_id: str
    answer_id: str
    verifier_id: str
    outcome: Outcome
    method: Method
    reward: float | None = None
    extracted: str | None = None
    normalized: str | None = None
    detail: str | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Difficulty:
    """Pass rate of one problem under one sampler, with its interval, from the fixed-n probe (or from given draws).

    The shrunk estimate is the posterior under a prior fitted to all problems; it alone uses the `n_extra` judged draws of a
    second round. Fields that have a default were added later: older tables do not have them.
    """

    problem_id: str
    sampler_id: str
    verifier_id: str
    n_samples: int
    n_correct: int
    n_undecided: int
    pass_rate: float | None
    fail_rate: float | None
    ci_low: float
    ci_high: float
    n_truncated: int
    median_completion_tokens: float | None = None
    majority_answer: str | None = None
    majority_share: float | None = None
    majority_agrees: bool | None = None
    mean_completion_tokens: float | None = None
    sd_completion_tokens: float | None = None
    n_extra: int | None = None
    n_extra_correct: int | None = None
    shrunk_pass_rate: float | None = None
    shrunk_low: float | None = None
    shrunk_high: float | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """How many correct samples a strategy wants of one problem, what it has, and what the rest is expected to cost.

    `sampler_id` says whose draws count; None in tables that are older than the field.
    """

    problem_id: str
    strategy: str
    target_correct: int
    max_draws: int
    have_correct: int
    n_draws: int
    expected_draws: float | None
    expected_tokens: float | None
    status: TargetStatus
    sampler_id: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule of a stage decided about one item, and on what evidence. Dropped rows stay in their tables."""

    item_kind: str
    item_id: str
    stage: str
    rule: str
    action: Action
    score: float | None = None
    evidence: str | None = None


Record = Problem | Sample | Verdict | Difficulty | Target | Decision
R = TypeVar("R", Problem, Sample, Verdict, Difficulty, Target, Decision)


def now_iso() -> str:
    """Return the time as UTC ISO 8601 with seconds, for `created_at`."""
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")


def as_row(record: Record | Sampler) -> dict[str, Any]:
    """Return a record as a flat dictionary, tuples as lists, ready for JSON or Arrow."""
    kind: Any = type(record)
    names, values = _getter_of(kind)
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in zip(names, values(record), strict=True)
    }


@cache  # `as_row` runs once for every row
def _getter_of(kind: type[Any]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(spec.name for spec in fields(kind))
    return names, attrgetter(*names)


_SHAPES: dict[str, tuple[frozenset[str], frozenset[str]]] = {}


def _shape_of(kind: type[Record]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of all fields and of the tuple fields; kept, because `from_row` runs once for every row."""
    if kind.__name__ not in _SHAPES:
        hints = get_type_hints(kind)
        tuples = {name for name, hint in hints.items() if get_origin(_strip_optional(hint)[0]) is tuple}
        _SHAPES[kind.__name__] = (frozenset(spec.name for spec in fields(kind)), frozenset(tuples))
    return _SHAPES[kind.__name__]


def from_row(kind: type[R], row: Mapping[str, Any]) -> R:
    """Build a record from a row of its table; columns that the record does not know are passed over."""
    names, tuples = _shape_of(kind)
    values: dict[str, Any] = {
        key: tuple(value) if key in tuples and value is not None else value
        for key, value in row.items()
        if key in names
    }
    return kind(**values)


def schema_of(kind: type[Record]) -> pa.Schema:
    """Return the Arrow schema of a record class; a field is nullable exactly where its annotation admits None."""
    import pyarrow as pa

    hints = get_type_hints(kind)
    columns = []
    for spec in fields(kind):
        base, nullable = _strip_optional(hints[spec.name])
        columns.append(pa.field(spec.name, _arrow_type(base), nullable=nullable))
    return pa.schema(columns)


def _strip_optional(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, types.UnionType):
        rest = [item for item in get_args(hint) if item is not type(None)]
        return rest[0], len(rest) < len(get_args(hint))
    return hint, False


def _arrow_type(hint: Any) -> pa.DataType:
    import pyarrow as pa

    if get_origin(hint) is Literal:
        return pa.string()
    if get_origin(hint) is tuple:
        return pa.list_(_arrow_type(get_args(hint)[0]))
    return {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}[hint]
