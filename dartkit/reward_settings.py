"""The settings of rewards: a list of blocks, each with a weight, whose weighted sum is what a sample earns.

Lengths carry their unit in the key (`{tokens: 4096}`, `{characters: 16000}`), so that one can never be read as the other.
Formulas and sources are in docs/rewards.md; what a list leads to is what `dartkit reward lint` says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from dartkit.settings import Settings

if TYPE_CHECKING:
    from dartkit.records import Outcome

Unit = Literal["tokens", "characters"]
FormatPart = Literal["boxed", "answer-line", "think-tags", "answer-tags"]
FILTER_METRICS = ("accuracy", "reward")


class Length(Settings):
    """A length with its unit: either `tokens` (what the policy generated) or `characters` (of the completion's text)."""

    tokens: int | None = Field(None, ge=1)
    """So many tokens."""
    characters: int | None = Field(None, ge=1)
    """So many characters."""

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if (self.tokens is None) == (self.characters is None):
            raise ValueError("a length is either {tokens: N} or {characters: N}")
        return self

    @property
    def unit(self) -> Unit:
        """What is counted."""
        return "tokens" if self.characters is None else "characters"

    @property
    def amount(self) -> int:
        """How many of them."""
        return self.tokens or self.characters or 0


class _Weighted(Settings):
    weight: float = 1.0
    """Factor in the sum; 0 only measures."""
    name: str | None = Field(None, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")
    """Name in the metrics; nothing: the kind."""


class VerifierReward(_Weighted):
    """What the verifier's outcome earns (DAPO eq. 7). For 0/1 instead of ±1 set `incorrect: 0`."""

    kind: Literal["verifier"] = "verifier"
    correct: float = 1.0
    """For a right answer."""
    incorrect: float = -1.0
    """For a wrong answer."""
    no_answer: float | None = None
    """For no answer; nothing: as `incorrect`."""
    truncated: float | None = None
    """For a completion cut by the token limit before it answered; nothing: as `incorrect`."""
    undecided: float | None = None
    """Where the verifier could not tell; nothing: as `incorrect`, so that confusing it never pays."""
    timeout: float | None = None
    """Where the verifier ran out of time; nothing: as `incorrect`."""
    error: float | None = None
    """Where the verifier failed; nothing: as `incorrect`."""

    def earns(self, outcome: Outcome) -> float:
        """Return what an outcome earns, before the weight."""
        value: float | None = getattr(self, outcome)
        return self.incorrect if value is None else value


class OverlongReward(_Weighted):
    """Soft overlong punishment, from 0 to -1 (DAPO eq. 13): the last tokens before `sampling.max_tokens` cost linearly."""

    kind: Literal["overlong"] = "overlong"
    buffer_tokens: int = Field(ge=1)
    """Tokens before the limit over which the punishment grows (paper: 4096 of 20480)."""


class CosineReward(_Weighted):
    """Cosine length reward (arXiv 2502.03373 eq. 1): from the `short` value at length 0 to the `long` value at the limit."""

    kind: Literal["cosine"] = "cosine"
    max_length: Length | None = None
    """Where the `long` values are reached; nothing: `sampling.max_tokens`."""
    correct_short: float = 2.0
    """Right answer, length 0 (r0c)."""
    correct_long: float = 1.0
    """Right answer, at the limit (rLc)."""
    wrong_short: float = Field(-10.0, le=0.0)
    """Any other answer, length 0 (r0w)."""
    wrong_long: float = Field(0.0, le=0.0)
    """Any other answer, at the limit (rLw)."""
    could_not_tell: float | None = None
    """For `undecided`, `timeout` and `error`, at any length; nothing: as a wrong answer of that length."""
    exceed: float = -10.0
    """At the limit, or cut by `sampling.max_tokens`: right answers too."""
    margin: int = Field(0, ge=0)
    """The limit counts as reached this much earlier, in the unit of `max_length` (the authors' code: 16 tokens)."""
    allow_reversed: bool = False
    """Accept values that reward longer right or shorter wrong answers (the paper's Reward A)."""

    @model_validator(mode="after")
    def _right_direction(self) -> Self:
        if self.allow_reversed:
            return self
        if self.correct_short < self.correct_long:
            raise ValueError(
                "correct_short is below correct_long: longer right answers would earn more; allow_reversed accepts it"
            )
        if self.wrong_short > self.wrong_long:
            raise ValueError(
                "wrong_short is above wrong_long: shorter wrong answers would earn more; allow_reversed accepts it"
            )
        return self


class RepetitionReward(_Weighted):
    """Dense repetition penalty (arXiv 2502.03373 algorithm 1): every token of an n-gram seen before costs, as a stream of its own."""

    kind: Literal["repetition"] = "repetition"
    ngram_tokens: int = Field(40, ge=1)
    """Length of the n-grams (paper: 40)."""
    penalty: float = Field(-0.05, le=0.0)
    """What each repeated token earns (paper: -0.05); overlaps do not add up."""
    gamma: float = Field(0.99, gt=0.0, le=1.0)
    """Discount of the stream per token (paper: 0.99; 0.999 did better in its table 5)."""


class SparseRepetitionReward(_Weighted):
    """Sparse repetition penalty: one number, `penalty` times the share of n-grams that are not new."""

    kind: Literal["sparse-repetition"] = "sparse-repetition"
    unit: Literal["tokens", "words"] = "tokens"
    """What n-grams are made of; words are split at blanks and lower-cased."""
    ngram: int = Field(3, ge=1)
    """Length of the n-grams, in `unit`."""
    penalty: float = Field(-1.0, le=0.0)
    """For a text that repeats itself without end."""


class FormatReward(_Weighted):
    """Whether the completion has each wanted part exactly once."""

    kind: Literal["format"] = "format"
    parts: tuple[FormatPart, ...] = Field(("boxed",), min_length=1)
    """What must be there: one `\\boxed{...}`; one line `Answer: ...`, the last one; `<think>...</think>`; `<answer>...</answer>` at
    the end."""
    match: float = 1.0
    """When all parts are there, each once."""
    mismatch: float = 0.0
    """Otherwise."""


class ModelReward(_Weighted):
    """A trained reward model: a transformers sequence classifier with one output, safetensors weights, no code of its own."""

    kind: Literal["model"] = "model"
    path: str = Field(min_length=1)
    """Folder, `run:models/NAME` or hub name."""
    input: Literal["chat", "text"] = "chat"
    """`chat`: question and completion through the reward model's chat template; `text`: prompt and completion as they are."""
    batch_size: int = Field(16, ge=1)
    """Samples scored together."""
    max_input_tokens: int = Field(4096, ge=8)
    """Longest input, in the reward model's tokens; longer ones are errors."""
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    """Weights type. `auto`: bfloat16 where the processor is fast at it, else float32."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where it runs."""
    on_error: float = 0.0
    """What a sample earns that cannot be scored; it is counted."""


class PythonReward(_Weighted):
    """A function of your own; it runs in a process that can be killed. See docs/rewards.md for what it is given."""

    kind: Literal["python"] = "python"
    function: str = Field(pattern=r"^.+:[A-Za-z_][A-Za-z0-9_]*$")
    """`package.module:function` or `path/to/file.py:function`; it returns a number, or a mapping with `score` in it."""
    timeout_seconds: float = Field(10.0, gt=0.0, le=3600.0)
    """Wall clock of one call; then its process is killed."""
    workers: int = Field(1, ge=1, le=256)
    """Processes, for a plain function; an async one scores all samples of a group at once in one process."""
    memory_mib: int = Field(4096, ge=128)
    """Address space that a process may add once the function is imported, in MiB."""
    on_error: float = 0.0
    """What a sample earns for which the function failed or ran out of time; it is counted."""


RewardSettings = Annotated[
    VerifierReward
    | OverlongReward
    | CosineReward
    | RepetitionReward
    | SparseRepetitionReward
    | FormatReward
    | ModelReward
    | PythonReward,
    Field(discriminator="kind"),
]


def reward_name(reward: RewardSettings) -> str:
    """Return the name of a reward in the metrics."""
    return reward.name or reward.kind


def with_overlong(rewards: tuple[RewardSettings, ...], buffer_tokens: int) -> tuple[RewardSettings, ...]:
    """Add DAPO's own switch to a list: an `overlong` reward of weight 1, unless it is 0 or the list has one."""
    if buffer_tokens == 0 or any(isinstance(reward, OverlongReward) for reward in rewards):
        return rewards
    return (*rewards, OverlongReward(buffer_tokens=buffer_tokens))


def check_rewards(rewards: Iterable[RewardSettings], *, filter_metric: str, max_tokens: int) -> None:
    """Check what spans several settings.

    Raises:
        ValueError: for two rewards of one name, a metric that is no reward, an overlong buffer longer than the limit, or a
            cosine limit in tokens beyond it.
    """
    listed = tuple(rewards)
    names = [reward_name(reward) for reward in listed]
    twice = sorted({name for name in names if names.count(name) > 1 or name in FILTER_METRICS})
    if twice:
        raise ValueError(
            f"rewards need names of their own, other than {' and '.join(FILTER_METRICS)}: give `name` to {', '.join(twice)}"
        )
    functions = [reward_name(reward) for reward in listed if isinstance(reward, PythonReward)]
    if filter_metric not in (*FILTER_METRICS, *names) and filter_metric.rpartition("/")[0] not in functions:
        raise ValueError(
            f"filter_metric '{filter_metric}' is neither {' nor '.join(FILTER_METRICS)} nor a reward: {', '.join(names)}"
            + (f"; nor NAME/KEY with a python reward: {', '.join(functions)}" if functions else "")
        )
    for reward in listed:
        if isinstance(reward, OverlongReward) and reward.buffer_tokens > max_tokens:
            raise ValueError(
                f"an overlong buffer of {reward.buffer_tokens} tokens does not fit into sampling.max_tokens = {max_tokens}"
            )
        _check_margin(reward, max_tokens)


def _check_margin(reward: RewardSettings, max_tokens: int) -> None:
    if isinstance(reward, CosineReward):
        limit = max_tokens if reward.max_length is None else reward.max_length.amount
        if reward.margin >= limit:
            raise ValueError(
                f"a margin of {reward.margin} leaves nothing of the cosine reward's limit {limit}"
            )
