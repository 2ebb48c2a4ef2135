"""The built distributions: complete, and usable in a clean environment without torch."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with wheel and sdist, built from a copy of the tree so that no build folder is left behind."""
    out = tmp_path_factory.mktemp("dist")
    source = tmp_path_factory.mktemp("source") / "tree"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(source)], check=True)
    changed = subprocess.run(
        ["git", "ls-files", "-m", "-o", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in changed.stdout.splitlines():  # in a working tree with edits, what is there counts
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run(
        [sys.executable, "-m", "build", "--installer", "uv", "--outdir", str(out), str(source)], check=True
    )
    return out


def package_files() -> set[str]:
    """What the wheel must hold: every tracked file of dartkit/, cli/ and pipelines/ under its import name."""
    listed = subprocess.run(
        ["git", "ls-files", "-c", "-o", "--exclude-standard", "dartkit", "cli", "pipelines"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    names = {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
    return {name if name.startswith("dartkit/") else f"dartkit/{name}" for name in names}


def test_wheel_holds_the_tree(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert inside == package_files()


def test_sdist_can_build_the_wheel_again(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "pyproject.toml",
        "LICENSE",
        "README.md",
        "dartkit/py.typed",
        "cli/app.py",
        "pipelines/smoke.yaml",
    } <= names


def test_wheel_runs_the_smoke_recipe_in_a_clean_environment(built: Path, tmp_path: Path) -> None:
    """Core dependencies only: no torch; the smoke recipe goes from problems to exports with the scripted engine."""
    (wheel,) = built.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([str(uv), "pip", "install", "--quiet", "--python", str(python), str(wheel)], check=True)
    dartkit = python.with_name("dartkit")
    done = subprocess.run(
        [str(dartkit), "run", "smoke", "--run", str(tmp_path / "run")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run" / "exports" / "sft" / "messages.jsonl").stat().st_size > 0
    assert (tmp_path / "run" / "exports" / "rl" / "README.md").is_file()
    absent = subprocess.run([str(python), "-c", "import torch"], capture_output=True, check=False)
    assert absent.returncode != 0
