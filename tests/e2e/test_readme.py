"""The README tells the truth about commands: every `dartkit` line in it names a command and options that exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DARTKIT = str(Path(sys.executable).with_name("dartkit"))
GROUPS = {"load", "export", "recipes", "verify"}


def readme_commands() -> list[str]:
    blocks = re.findall(
        r"```bash\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL
    )
    lines = [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("dartkit ")]


@pytest.mark.parametrize("line", readme_commands())
def test_readme_command_exists(line: str) -> None:
    words = shlex.split(line)[1:]
    command = words[: 2 if words[0] in GROUPS else 1]
    done = subprocess.run(
        [DARTKIT, *command, "--help"], capture_output=True, text=True, check=False, env=None
    )
    assert done.returncode == 0, done.stderr
    for option in (word for word in words if word.startswith("--")):
        assert re.search(rf"{re.escape(option)}\b", done.stdout), f"{' '.join(command)} has no {option}"


def test_readme_links_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []
    assert "@" not in re.sub(r"avg@[\dn]|pass@|maj@", "", text), "a placeholder was left in the README"
