"""Settings of the parts that several stages share: model, engine, sampling, prompt, source, strategy, reward.

All models are frozen, refuse unknown keys, state units in names and bounds in types. Alternatives are unions on `kind`.
The settings of each stage are in `stage_settings`; loading and merging recipes is in `recipe`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from dartkit.verify import Limits, Policy


class Settings(BaseModel):
    """Base of all settings: frozen, strict about keys, documented by the string under each field."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,  # a key that was put in the wrong place must not reach a traceback
    )


class ModelSettings(Settings):
    """Which language model."""

    path: str = "tiny"
    """`tiny` (the bundled model), a folder in Hugging Face layout, `run:models/NAME` (inside the run directory), a hub name, or
    with the http engine the server's name for it."""
    revision: str | None = None
    """Commit of a hub model; ignored for folders; recorded as stated for a server's model."""
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    """Weights type while sampling. `auto`: bfloat16 where the processor is fast at it, else float32."""


class SamplingSettings(Settings):
    """How completions are drawn. Everything but `max_tokens` is part of the sampler's identity."""

    temperature: float = Field(1.0, ge=0.0, le=2.0)
    """Softmax temperature; 0 is greedy, and 2 the most that vLLM and servers take. DART-Math synthesised at 1.6 with top_p 0.95."""
    top_p: float = Field(1.0, gt=0.0, le=1.0)
    """Nucleus mass."""
    top_k: int = Field(0, ge=0)
    """Keep the k likeliest tokens; 0 keeps all."""
    min_p: float = Field(0.0, ge=0.0, le=1.0)
    """Drop tokens under this share of the likeliest one."""
    repetition_penalty: float = Field(1.0, gt=0.0, le=5.0)
    """Divide the logits of tokens already seen; 1 is off."""
    stop: tuple[str, ...] = ()
    """Stop strings; the matched string is not part of the completion."""
    max_tokens: int = Field(512, ge=1)
    """Longest completion, in tokens. Raising it later redoes only the draws that ended by length."""


class PromptSettings(Settings):
    """How a problem becomes a prompt."""

    template: str = "auto"
    """`auto` (`plain` for the bundled model, else `boxed`), another bundled template, or a `.txt` file with `{problem}` in it."""
    system: str | None = None
    """System message; None sends none."""
    chat: bool = True
    """Wrap in the model's chat template. Off for base models: the prompt is the plain text."""


class AutoEngine(Settings):
    """Pick vLLM where a GPU and vLLM are present, else transformers."""

    kind: Literal["auto"] = "auto"


class TransformersEngine(Settings):
    """Hugging Face transformers with a continuously refilled batch; seeds every draw."""

    kind: Literal["transformers"] = "transformers"
    batch_size: int = Field(64, ge=1)
    """Draws decoded together."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where to run; `cuda` without a GPU is an error."""


class VllmEngine(Settings):
    """vLLM in this process, fed request by request."""

    kind: Literal["vllm"] = "vllm"
    max_num_seqs: int = Field(256, ge=1)
    """Draws decoded together."""
    max_model_len: int | None = Field(None, ge=16)
    """Prompt plus completion, in tokens; None takes the model's own limit."""
    gpu_memory_utilization: float = Field(0.9, gt=0.0, le=1.0)
    """Share of GPU memory for weights and cache."""
    cpu_kv_cache_gib: float = Field(1.0, gt=0.0)
    """Cache on CPU machines, in GiB."""
    tensor_parallel_size: int = Field(1, ge=1)
    """GPUs that share one copy of the model."""
    enforce_eager: bool = False
    """Skip graph capture and compilation; always on without a GPU."""
    require_gpu: bool = False
    """Refuse to start without a GPU instead of using vLLM's CPU build."""


def _check_url(text: str) -> str:
    """Return a server's address without a slash at its end, with `/v1` where it has no path.

    Raises:
        PydanticCustomError: for anything but a plain http(s) address. Its message does not repeat the text, which may
            hold a password.
    """
    try:
        parts = urlsplit(text.strip())
        plain = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        plain = False
    if not plain or "@" in parts.netloc or parts.query or parts.fragment or not text.isprintable():
        raise PydanticCustomError(
            "not_shown",
            "not the address of a server: expected http(s)://HOST[:PORT]/v1 without user, password or query",
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/') or '/v1'}"


def _check_variable(text: str) -> str:
    """Refuse what is no name of an environment variable, without repeating it: it may be the key itself."""
    if not (text.isascii() and text.isidentifier()):
        raise PydanticCustomError(
            "not_shown",
            "not the name of an environment variable; export the key and give the variable's name",
        )
    return text


class HttpEngine(Settings):
    """Any OpenAI-compatible server: vLLM's, SGLang, llama.cpp, hosted ones. See docs/engines.md."""

    kind: Literal["http"] = "http"
    base_url: Annotated[str, AfterValidator(_check_url)]
    """Address of the server with its version, for example `http://127.0.0.1:8000/v1`; `/v1` is added where there is no path."""
    model: str | None = Field(None, min_length=1, max_length=500)
    """Name the server has for the model. None: `model.path` unless that is `tiny` or `local_model` is on, else the only model
    that the server lists."""
    endpoint: Literal["chat", "completions"] = "chat"
    """`chat`: messages are sent and the server applies its chat template; `completions`: text is sent as it is."""
    local_model: bool = False
    """`model.path` is the same model on this disk: its chat template is applied here and its revision recorded, so that draws
    count as those of an engine in this process. Needs `completions`."""
    capacity: int = Field(64, ge=1, le=4096)
    """Draws in flight."""
    samples_per_request: int = Field(1, ge=1, le=128)
    """Most draws of one problem that share a request (`n`); those that do have no seed."""
    seeds: bool = True
    """Send each draw's seed and record it. Turn it off for servers that refuse or ignore seeds."""
    connect_timeout_seconds: float = Field(10.0, gt=0.0, le=600.0)
    """Longest wait for a connection."""
    read_timeout_seconds: float = Field(600.0, gt=0.0, le=86400.0)
    """Longest wait for the whole answer to a request, its time in the server's queue included."""
    max_attempts: int = Field(5, ge=2, le=100)
    """Attempts at one request, refused connections, 429 and 503 not counted, before its draws are error rows where the server
    answers other requests."""
    give_up_seconds: float = Field(300.0, gt=0.0, le=86400.0)
    """End the stage (exit 4, resumable) once the server has only failed for this long."""
    api_key_env: Annotated[str, AfterValidator(_check_variable)] | None = None
    """Name of the environment variable that holds the key; None sends no key."""

    @model_validator(mode="after")
    def _local_model_needs_completions(self) -> Self:
        if self.local_model and self.endpoint == "chat":
            raise ValueError("local_model needs endpoint=completions: a chat gets the server's own template")
        return self


class ScriptedEngine(Settings):
    """No model: answers right with a known probability for each problem. For tests and dry runs of the statistics."""

    kind: Literal["scripted"] = "scripted"
    pass_rate: float = Field(0.5, ge=0.0, le=1.0)
    """Probability of a correct draw where neither table below names the problem."""
    pass_rate_by_level: dict[str, float] = {}
    """Probability for each source level."""
    pass_rate_by_problem: dict[str, float] = {}
    """Probability for each problem id; wins over the level."""
    mean_tokens: int = Field(60, ge=1)
    """Mean length of a scripted completion, in tokens."""
    capacity: int = Field(64, ge=1)
    """Draws in flight."""
    seconds_per_draw: float = Field(0.0, ge=0.0)
    """Pretended duration of a draw."""


ReplicaSettings = Annotated[
    AutoEngine | TransformersEngine | VllmEngine | ScriptedEngine, Field(discriminator="kind")
]
"""An engine that fits into one process, which is what a replica is."""


class RayEngine(Settings):
    """Replicas of another engine as actors on a Ray cluster. They may die, come back and join late; docs/engines.md."""

    kind: Literal["ray"] = "ray"
    replicas: int = Field(1, ge=1)
    """How many replicas to start; those that the cluster has no room for start when room appears."""
    replica: ReplicaSettings = AutoEngine()
    """The engine inside each replica."""
    address: str | None = None
    """`host:port` of the cluster's head, or `auto` for a cluster that `ray start` has begun on this machine. None: what the
    variable RAY_ADDRESS says, else a cluster of this machine alone that ends with the command."""
    cpus_per_replica: float = Field(1.0, ge=0.0)
    """Processors that Ray sets aside for a replica."""
    gpus_per_replica: float | None = Field(None, ge=0.0)
    """GPUs that Ray sets aside for a replica. None: where the cluster has GPUs, one for a model, or `tensor_parallel_size`."""
    start_timeout_seconds: float = Field(600.0, gt=0.0)
    """Longest time without any working replica, at the start and later."""
    restarts: int = Field(3, ge=0)
    """How often each replica may come back after it was lost."""


EngineSettings = Annotated[
    AutoEngine | TransformersEngine | VllmEngine | HttpEngine | ScriptedEngine | RayEngine,
    Field(discriminator="kind"),
]


def is_scripted(engine: EngineSettings) -> bool:
    """Say whether draws come from a script: no model is needed then, but the problems are."""
    return isinstance(engine.replica if isinstance(engine, RayEngine) else engine, ScriptedEngine)


def endpoint_of(engine: EngineSettings) -> Literal["chat", "completions"] | None:
    """Return which of a server's endpoints reads the prompts; None where the engine reads them itself."""
    return engine.endpoint if isinstance(engine, HttpEngine) else None


class FieldMap(Settings):
    """Which column of a foreign file is which field of a problem. None: not in the file."""

    text: str = "problem"
    """Column with the question."""
    answer: str | None = "answer"
    """Column with the gold answer."""
    reference_solution: str | None = None
    """Column with a worked solution."""
    level: str | None = None
    """Column with the source's own difficulty label."""
    subject: str | None = None
    """Column with the subject."""
    domain: str | None = None
    """Column with the domain."""
    language: str | None = None
    """Column with the language code."""
    url: str | None = None
    """Column with the address of the original."""
    license: str | None = None
    """Column with the licence of the row."""


class FilesSource(Settings):
    """JSON lines, Parquet or CSV files; `.gz` and `.zst` are unpacked."""

    kind: Literal["files"] = "files"
    paths: tuple[str, ...] = Field(min_length=1)
    """Files or glob patterns; read in sorted order."""
    fields: FieldMap = FieldMap()
    """Column names."""
    name: str | None = None
    """Name of the source in the records; None takes the file's stem."""
    split: str = "train"
    """Split that the rows belong to: `train` is sampled and trained on, `test` is held out for eval."""
    license: str | None = None
    """Licence of all rows, where no column states it."""
    limit: int | None = Field(None, ge=1)
    """Take only the first rows."""


class HubSource(Settings):
    """A data set that the `datasets` library loads by name or from a folder."""

    kind: Literal["hub"] = "hub"
    dataset: str
    """Hub name, or a folder with data files or a saved data set."""
    config: str | None = None
    """Configuration name."""
    hub_split: str = "train"
    """Split of the data set to read."""
    revision: str | None = None
    """Commit of the data set."""
    fields: FieldMap = FieldMap()
    """Column names."""
    split: str = "train"
    """Split in the records."""
    license: str | None = None
    """Licence of all rows, where no column states it."""
    limit: int | None = Field(None, ge=1)
    """Take only the first rows."""


class GeneratedSource(Settings):
    """The built-in generator of graded word problems (see `dartkit.tiny`)."""

    kind: Literal["generated"] = "generated"
    families: tuple[str, ...] = ()
    """Task families; empty means those the bundled model was trained on."""
    levels: tuple[int, ...] = (1, 2, 3, 4, 5)
    """Levels 1 to 7; 6 and 7 were held out of pre-training."""
    per_level: int = Field(40, ge=1)
    """Problems of each level, over all families."""
    split: Literal["train", "test"] = "train"
    """Train and test are disjoint by content."""
    seed: int = Field(0, ge=0)
    """Another seed gives other problems."""


class TaskSource(Settings):
    """A benchmark by name (docs/evaluation.md), from the hub or from a file."""

    kind: Literal["task"] = "task"
    task: str
    """Name of the benchmark, for example `math-500`."""
    path: str | None = None
    """A local file in place of the hub's copy."""
    revision: str | None = None
    """Commit of the hub's copy; None takes the task's own."""
    split: str = "test"
    """Split in the records."""
    limit: int | None = Field(None, ge=1)
    """Take only the first problems."""


SourceSettings = Annotated[
    FilesSource | HubSource | GeneratedSource | TaskSource, Field(discriminator="kind")
]


class Budget(Settings):
    """Hard stops. Reaching one ends the stage with exit status 6; a larger limit goes on where it stopped."""

    max_draws: int | None = Field(None, ge=1)
    """Draws of this stage over the whole run."""
    max_tokens: int | None = Field(None, ge=1)
    """Completion tokens of this stage over the whole run."""
    max_hours: float | None = Field(None, gt=0.0)
    """Wall-clock hours of this process in this stage."""
    money_per_hour: float = Field(0.0, ge=0.0)
    """Price of an hour of the machine, for the forecast and `max_money`."""
    max_money: float | None = Field(None, gt=0.0)
    """Stop when hours times price reaches this."""


class VerifierSettings(Settings):
    """How answers are checked. docs/verifier.md says which cases each option flips."""

    name: str = "dartkit"
    """Which verifier: `dartkit`, or one kept for strict reproduction (`dart-math`, `math-dapo`); `dartkit@3` also asks for
    a version."""
    percent: Literal["loose", "strict"] = "loose"
    """`loose`: `28%` also matches 28 and 0.28; `strict`: only 0.28."""
    units: Literal["drop", "strict"] = "drop"
    """`drop`: a unit on one side only is ignored; `strict`: it must be on both."""
    tolerance: float = Field(0.0, ge=0.0, lt=1.0)
    """Largest relative difference of two numbers that still counts as equal."""
    order: Literal["auto", "ordered", "unordered"] = "auto"
    """`auto`: round brackets are ordered, bare lists and sets are not; or one rule for all but sets."""
    decimals: Literal["exact", "rounded"] = "exact"
    """`rounded`: a decimal of three or more digits also matches a value that rounds to it."""
    timeout_seconds: float = Field(1.0, gt=0.0, le=60.0)
    """Wall clock of the symbolic tier for one check; then the worker is killed and the outcome is `timeout`."""
    memory_mib: int = Field(1024, ge=128)
    """Address space that a symbolic worker may add, in MiB."""
    workers: int = Field(1, ge=1)
    """Worker processes."""

    def policy(self) -> Policy:
        """Return what counts as the same answer."""
        from dartkit.verify import Policy

        return Policy(self.percent, self.units, self.tolerance, self.order, self.decimals)

    def limits(self) -> Limits:
        """Return what one comparison may cost."""
        from dartkit.verify import Limits

        return Limits(self.timeout_seconds, self.memory_mib, self.workers)
