"""Which language model, exactly: from what a recipe says to a folder, a revision and a weights type.

Nothing here loads weights. A model is a folder in Hugging Face layout with safetensors files; its revision is a commit
where a hub gave it and a hash of its content where it is a plain folder, so that a sampler's identity follows the weights.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from dartkit.errors import EnvironmentProblem, boundary, missing_extra
from dartkit.ids import content_id
from dartkit.settings import EngineSettings, HttpEngine, ModelSettings, is_scripted

MIB = 1 << 20
WHOLE_FILE_LIMIT = 64 * MIB
HEADER_LIMIT = 100 * MIB  # safetensors' own limit
TEMPLATE_LIMIT = 4 * MIB
HASHED_FILES = (
    "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "vocab.json", "vocab.txt", "merges.txt", "tokenizer.model", "chat_template.jinja",
    "chat_template.json", "model.safetensors.index.json",
)  # fmt: skip
HUB_PATTERNS = ["*.json", "*.safetensors", "*.jinja", "*.txt", "*.model"]
HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)
RUN_PREFIX = "run:"


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A model that is on this disk. `name` is what the recipe said; `dtype` is never `auto`."""

    name: str
    path: str
    revision: str
    dtype: str
    chat_template_hash: str | None


def resolve_model(settings: ModelSettings, *, run_path: Path | None = None) -> ModelRef:
    """Find the model that the settings name, fetching it from the hub where it is a hub name.

    Args:
        settings: The recipe's model block.
        run_path: The run directory that `run:models/NAME` refers to.

    Raises:
        EnvironmentProblem: if the model is not here and cannot be had, or has no safetensors weights.
    """
    folder, revision = _locate(settings, run_path)
    _check_layout(folder, settings.path)
    return ModelRef(
        name=settings.path,
        path=str(folder),
        revision=revision or folder_revision(folder),
        dtype=fast_dtype() if settings.dtype == "auto" else settings.dtype,
        chat_template_hash=find_chat_template_hash(folder),
    )


class ModelIdentity(NamedTuple):
    """What a sampler records of its model; None is not known."""

    name: str
    revision: str | None = None
    dtype: str | None = None
    chat_template_hash: str | None = None


def model_for(
    engine: EngineSettings, settings: ModelSettings, *, run_path: Path | None = None
) -> ModelRef | None:
    """Return the model that an engine needs on this disk; None for the scripted engine and for most servers.

    Raises:
        EnvironmentProblem: see `resolve_model`.
    """
    if is_scripted(engine) or (isinstance(engine, HttpEngine) and not engine.local_model):
        return None
    return resolve_model(settings, run_path=run_path)


def name_on_server(engine: EngineSettings, settings: ModelSettings) -> EngineSettings:
    """Return the engine's settings with the model's name in them, where a server is to be asked for the model of `settings`."""
    if not isinstance(engine, HttpEngine) or engine.model or engine.local_model or settings.path == "tiny":
        return engine
    return engine.model_copy(update={"model": settings.path})


def identify_model(
    engine: EngineSettings, settings: ModelSettings, ref: ModelRef | None, *, served: str | None, chat: bool
) -> ModelIdentity:
    """Return what a sampler records of its model.

    Of a server's model only the name is known, and the revision that the user states; with `local_model` the folder's
    revision and template are, while the precision is the server's, and known only where the user states it.
    """
    if ref is None:
        return ModelIdentity("scripted") if served is None else ModelIdentity(served, settings.revision)
    dtype: str | None = ref.dtype
    if isinstance(engine, HttpEngine) and settings.dtype == "auto":
        dtype = None
    return ModelIdentity(ref.name, ref.revision, dtype, ref.chat_template_hash if chat else None)


def _locate(settings: ModelSettings, run_path: Path | None) -> tuple[Path, str | None]:
    name = settings.path
    if name == "tiny":
        from dartkit.tiny import checkpoint_path

        return _existing(checkpoint_path(), name, "Reinstall dartkit: its bundled model is missing."), None
    if name.startswith(RUN_PREFIX):
        return _inside_run(name, run_path), None
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder.resolve(), None
    if not HUB_NAME.fullmatch(name):
        raise EnvironmentProblem(
            f"model not found: '{name}' is no folder here",
            fix="Give `model.path` an existing folder or a hub name.",
        )
    return _fetch(name, settings.revision)


def _existing(folder: Path, name: str, fix: str) -> Path:
    if not folder.is_dir():
        raise EnvironmentProblem(f"model not found: '{name}'", where=str(folder), fix=fix)
    return folder


def _inside_run(name: str, run_path: Path | None) -> Path:
    if run_path is None:
        raise EnvironmentProblem(
            f"model not found: '{name}' needs a run directory",
            fix="Give `model.path` a folder, or run it in a recipe.",
        )
    folder = (run_path / name.removeprefix(RUN_PREFIX)).resolve()
    if not folder.is_relative_to(run_path.resolve()):
        raise EnvironmentProblem(
            f"model not found: '{name}' points outside its run",
            where=str(run_path),
            fix="Write run:models/NAME.",
        )
    return _existing(folder, name, "Run the training stage that writes this model first.")


def _fetch(name: str, revision: str | None) -> tuple[Path, str | None]:
    from huggingface_hub import snapshot_download

    with boundary(
        f"get the model: model not found: '{name}' is no folder here and the hub did not give it",
        fix="Check the name and the network, or give `model.path` a folder in Hugging Face layout, or `tiny`.",
    ):
        folder = Path(snapshot_download(name, revision=revision, allow_patterns=HUB_PATTERNS))
    # The cache keeps each snapshot under the commit it was resolved to.
    return folder, folder.name if folder.parent.name == "snapshots" else None


def _check_layout(folder: Path, name: str) -> None:
    if not (folder / "config.json").is_file():
        raise EnvironmentProblem(
            f"model not found: '{name}' has no config.json",
            where=str(folder),
            fix="Point `model.path` at a folder in Hugging Face layout.",
        )
    if any(folder.glob("*.safetensors")):
        return
    old = any(folder.glob("*.bin")) or any(folder.glob("*.pt"))
    raise EnvironmentProblem(
        f"model '{name}' has only pickled weights, which can run code when loaded" if old else
        f"model '{name}' has no safetensors weights",
        where=str(folder),
        fix="Convert it on a machine you trust: load it with transformers and save_pretrained() it, which writes safetensors.",
    )  # fmt: skip


def folder_revision(folder: Path) -> str:
    """Hash what decides the completions: configuration, tokenizer, chat template and weights.

    Files up to 64 MiB are hashed whole. Of larger safetensors files the header (names, types, shapes, offsets), the
    size and the first and last MiB are hashed: reading 100 GB before each run would cost more than it protects, and
    a training step changes every tensor. Two large files that differ only in the middle would share a revision.
    """
    facts: dict[str, str] = {}
    weights = sorted(folder.glob("*.safetensors"))
    for file in [*(folder / name for name in HASHED_FILES), *weights]:
        if file.is_file():
            facts[file.name] = _file_digest(file)
    return content_id("model-folder", facts)


def _file_digest(file: Path) -> str:
    size = file.stat().st_size
    with file.open("rb") as stream:
        if size <= WHOLE_FILE_LIMIT:
            return hashlib.file_digest(stream, "sha256").hexdigest()
        digest = hashlib.sha256(str(size).encode())
        header = int.from_bytes(stream.read(8), "little")
        stream.seek(0)
        digest.update(stream.read(8 + min(header, HEADER_LIMIT) + MIB))
        stream.seek(size - MIB)
        digest.update(stream.read(MIB))
    return digest.hexdigest()


def find_chat_template_hash(folder: Path) -> str | None:
    """Identify the chat template of a model folder; None where it has none.

    Reads `chat_template.jinja`, else the `chat_template` of `tokenizer_config.json`, which is the order transformers
    follows. An unreadable or oversized tokenizer_config.json counts as no template here; loading the tokenizer will
    say what is wrong with it.
    """
    file = folder / "chat_template.jinja"
    if file.is_file() and file.stat().st_size <= TEMPLATE_LIMIT:
        return content_id("chat-template", file.read_text(encoding="utf-8", errors="replace"))
    template = _small_json(folder / "tokenizer_config.json").get("chat_template")
    return content_id("chat-template", template) if template else None


def _small_json(file: Path) -> dict[str, Any]:
    if not file.is_file() or file.stat().st_size > TEMPLATE_LIMIT:
        return {}
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def fast_dtype() -> str:
    """Return bfloat16 where the processor multiplies it natively (CUDA, AMX, AVX512-BF16), else float32."""
    return "bfloat16" if _cuda_bfloat16() or _cpu_bfloat16() else "float32"


def _cuda_bfloat16() -> bool:
    # Importing torch takes seconds; without an NVIDIA driver or WSL's device there is nothing to ask it.
    if not Path("/proc/driver/nvidia").exists() and not Path("/dev/dxg").exists():
        return False
    try:
        import torch
    except ImportError:
        return False
    return torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)


def _cpu_bfloat16() -> bool:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:  # no Linux: the kernels torch ships there are float32
        return False
    found = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    flags = set(found.group(1).split()) if found else set()
    return not flags.isdisjoint({"amx_bf16", "avx512_bf16"})


def weight_shapes(folder: Path) -> dict[str, tuple[int, ...]]:
    """Return name and shape of every weight of a model folder, from the headers of its safetensors files.

    Raises:
        EnvironmentProblem: if a header is not what safetensors writes.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for file in sorted(folder.glob("*.safetensors")):
        with boundary(f"read the header of {file}", fix="Write the model again."), file.open("rb") as stream:
            size = int.from_bytes(stream.read(8), "little")
            if size > HEADER_LIMIT:
                raise ValueError(f"a header of {size} bytes")
            header = json.loads(stream.read(size))
            shapes |= {
                name: tuple(facts["shape"]) for name, facts in header.items() if name != "__metadata__"
            }
    return shapes


def load_tokenizer(model: ModelRef) -> Any:
    """Load the model's tokenizer, never running code that the folder brings.

    Raises:
        EnvironmentProblem: if transformers is missing or the files do not make a tokenizer.
    """
    try:
        from transformers import AutoTokenizer
    except ImportError as error:
        raise missing_extra("transformers", "train") from error
    with boundary(
        f"load the tokenizer of '{model.name}' from {model.path}", fix="Check the tokenizer files there."
    ):
        return AutoTokenizer.from_pretrained(model.path, trust_remote_code=False)


@contextmanager
def no_progress_bars() -> Iterator[None]:
    """Keep transformers from drawing on the terminal while it loads or saves; the terminal belongs to the command line."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
