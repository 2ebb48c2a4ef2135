"""Rules of the house that no linter knows: lengths, names, layout, nothing of one machine, no evaluation of text."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60


def tracked(*suffixes: str) -> list[Path]:
    """Files of the tree, without environments, caches and run directories."""
    skip = {".venv", "runs", "build", "dist", ".git"}
    found = (path for path in ROOT.rglob("*") if path.suffix in suffixes)
    return sorted(
        path
        for path in found
        if not any(
            part in skip or part.startswith(".") or part.endswith(".egg-info")
            for part in path.relative_to(ROOT).parts[:-1]
        )
    )


SOURCES = [
    path
    for path in tracked(".py")
    if path.relative_to(ROOT).parts[0] in ("dartkit", "cli", "pipelines", "tests")
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_FILE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION_LINES, f"{node.name} has {length} lines"


def test_names_say_what_is_inside() -> None:
    vague = re.compile(r"(utils?|helpers?|common|misc|manager|handler)\.py")
    assert [path for path in SOURCES if vague.fullmatch(path.name)] == []


def test_no_text_is_ever_evaluated_and_no_pickle_is_read() -> None:
    """By syntax tree: no call of eval, exec, sympify, parse_expr or parse_latex, no pickle, no shell, torch.load only weights_only."""
    forbidden = {"eval", "exec", "sympify", "parse_expr", "parse_latex", "system", "popen"}
    for path in SOURCES:
        if path.relative_to(ROOT).parts[0] == "tests":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", "") or ""}
                assert not names & {"pickle", "marshal", "shelve", "dill"}, path
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            owner = getattr(getattr(node.func, "value", None), "id", "")
            keywords = {word.arg: word.value for word in node.keywords}
            is_module_eval = (
                name == "eval" and not isinstance(node.func, ast.Name) and not node.args
            )  # torch's model.eval()
            assert name not in forbidden or is_module_eval, f"{path}:{node.lineno} {name}"
            assert "shell" not in keywords, f"{path}:{node.lineno}"
            if owner == "torch" and name == "load":
                assert getattr(keywords.get("weights_only"), "value", None) is True, f"{path}:{node.lineno}"


def test_nothing_names_one_machine() -> None:
    """No absolute path of a home or work folder and no package host stands in the tree."""
    machine = re.compile(r"(?<![\w.])/(work|root|home|farm)/|pypi\.org|pythonhosted|/opt/wheels")
    for path in tracked(".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".jinja", ".json", ".cfg", ".sh"):
        if path == Path(__file__) or path.name == "tokenizer.json":
            continue
        found = machine.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path}: {found.group(0) if found else ''}"


def test_the_library_never_prints() -> None:
    """`dartkit` has no print outside modules that are run as programs (they have a `__main__` guard)."""
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if path.relative_to(ROOT).parts[0] != "dartkit" or '__name__ == "__main__"' in text:
            continue
        calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
        assert not [node for node in calls if isinstance(node.func, ast.Name) and node.func.id == "print"], (
            path
        )


def test_nothing_below_imports_the_command_line() -> None:
    """No module of `dartkit` or `pipelines` names `dartkit.cli` (import-linter cannot see the mapped folder)."""
    for path in SOURCES:
        if path.relative_to(ROOT).parts[0] not in ("dartkit", "pipelines"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.startswith(("dartkit.cli", "cli"))], path


def test_every_package_and_data_file_is_declared() -> None:
    """The package list of pyproject.toml equals the folders that hold Python files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    folders = {
        path.parent.relative_to(ROOT) for path in SOURCES if path.relative_to(ROOT).parts[0] == "dartkit"
    }
    expected = {str(folder).replace("/", ".") for folder in folders} | {"dartkit.cli", "dartkit.pipelines"}
    assert set(project["packages"]) == expected


def test_help_imports_nothing_heavy() -> None:
    """`dartkit --help` leaves none of the heavy packages in sys.modules."""
    code = (
        "import sys\nfrom dartkit.cli.start import main\nsys.argv = ['dartkit', '--help']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'transformers', 'vllm', 'datasets', 'pandas', 'sympy', 'pyarrow', 'numpy'} & set(sys.modules)\n"
        "print('HEAVY', sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("HEAVY []")
