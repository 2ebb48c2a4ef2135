"""Finding a model: names, revisions by content, weights type, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dartkit import models
from dartkit.errors import EnvironmentProblem, ExitStatus
from dartkit.models import find_chat_template_hash, folder_revision, resolve_model, weight_shapes
from dartkit.settings import ModelSettings


def write_model(folder: Path, *, weights: bytes = b"", template: str | None = "{{ messages }}") -> Path:
    """Write the skeleton of a model folder with one tensor of shape (2, 3)."""
    folder.mkdir(parents=True, exist_ok=True)
    header = json.dumps(
        {"__metadata__": {}, "w": {"dtype": "U8", "shape": [2, 3], "data_offsets": [0, 6]}}
    ).encode()
    (folder / "model.safetensors").write_bytes(
        len(header).to_bytes(8, "little") + header + (weights or bytes(6))
    )
    (folder / "config.json").write_text("{}")
    if template is not None:
        (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": template}))
    return folder


def test_folder_and_run_name_are_one_model(tmp_path: Path) -> None:
    """A model trained in a run has the same revision by either name."""
    folder = write_model(tmp_path / "models" / "sft")
    plain = resolve_model(ModelSettings(path=str(folder), dtype="float32"))
    inside = resolve_model(ModelSettings(path="run:models/sft"), run_path=tmp_path)
    assert plain.revision == inside.revision
    assert (plain.name, plain.dtype) == (str(folder), "float32")
    assert inside.name == "run:models/sft"
    assert inside.dtype in {"bfloat16", "float32"}


def test_revision_follows_what_decides_completions(tmp_path: Path) -> None:
    """Weights, configuration and template change it; a README and the folder's name do not."""
    first = folder_revision(write_model(tmp_path / "a"))
    same = write_model(tmp_path / "b")
    (same / "README.md").write_text("hello")
    assert folder_revision(same) == first
    assert folder_revision(write_model(tmp_path / "c", weights=b"123456")) != first
    assert folder_revision(write_model(tmp_path / "d", template="other")) != first
    (same / "generation_config.json").write_text('{"eos_token_id": 3}')
    assert folder_revision(same) != first


def test_large_weights_are_hashed_at_both_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit a change in the first or last MiB is seen, and one in the middle is not (as documented)."""
    monkeypatch.setattr(models, "WHOLE_FILE_LIMIT", 1000)
    body = bytearray(4 * models.MIB)
    first = folder_revision(write_model(tmp_path / "a", weights=bytes(body)))
    body[2 * models.MIB] = 1
    assert folder_revision(write_model(tmp_path / "b", weights=bytes(body))) == first
    body[-1] = 1
    assert folder_revision(write_model(tmp_path / "c", weights=bytes(body))) != first


def test_chat_template_hash_prefers_the_file(tmp_path: Path) -> None:
    """The same template has one hash wherever it is written; none gives None; broken JSON gives None."""
    inside = write_model(tmp_path / "a", template="T")
    beside = write_model(tmp_path / "b", template="other")
    (beside / "chat_template.jinja").write_text("T")
    assert find_chat_template_hash(inside) == find_chat_template_hash(beside) is not None
    assert find_chat_template_hash(write_model(tmp_path / "c", template=None)) is None
    (inside / "tokenizer_config.json").write_text("{" * 100_000)
    assert find_chat_template_hash(inside) is None


@pytest.mark.parametrize(
    "path", ["/no/such/folder", "no/such/folder/at/all", "run:models/x", "run:../outside"]
)
def test_missing_models_are_named(path: str, tmp_path: Path) -> None:
    """Exit 4, the value in the message, something to do."""
    with pytest.raises(EnvironmentProblem, match="model not found") as caught:
        resolve_model(ModelSettings(path=path), run_path=tmp_path)
    assert caught.value.status == ExitStatus.ENVIRONMENT
    assert path in caught.value.what
    assert caught.value.fix


def test_unknown_hub_name_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub name that is in no cache, with the hub's own offline switch on."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EnvironmentProblem, match="model not found: 'nobody/nothing-here'") as caught:
        resolve_model(ModelSettings(path="nobody/nothing-here"))
    assert "tiny" in caught.value.fix


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    """A folder with only pytorch_model.bin: loading it could run code."""
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(EnvironmentProblem, match="pickled"):
        resolve_model(ModelSettings(path=str(tmp_path)))


def test_weight_shapes_from_the_header(tmp_path: Path) -> None:
    """The header says (2, 3); a header that claims a terabyte is refused unread."""
    folder = write_model(tmp_path)
    assert weight_shapes(folder) == {"w": (2, 3)}
    (folder / "model.safetensors").write_bytes((1 << 40).to_bytes(8, "little"))
    with pytest.raises(EnvironmentProblem, match="header"):
        weight_shapes(folder)
