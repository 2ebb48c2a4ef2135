"""By syntax tree: nothing in dartkit/verify can evaluate text, read a pickle, install a signal handler or start a shell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import dartkit.verify

FOLDER = Path(dartkit.verify.__file__).parent
SOURCES = sorted(FOLDER.rglob("*.py"))
MODULES = frozenset(
    {
        "pickle",
        "marshal",
        "shelve",
        "dill",
        "cloudpickle",
        "signal",
        "code",
        "codeop",
        "ctypes",
        "runpy",
        "imp",
    }
)
CALLS = frozenset(
    {
        "eval",
        "exec",
        "compile",
        "sympify",
        "parse_expr",
        "parse_latex",
        "lambdify",
        "system",
        "popen",
        "__import__",
        "breakpoint",
    }
)
SYMPY_READERS = frozenset({"S", "sympify", "parsing", "parse_expr", "parse_latex", "lambdify"})


def found_in(tree: ast.AST) -> Iterator[str]:
    """Yield what a module must not do."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (
                f"import {alias.name}" for alias in node.names if alias.name.partition(".")[0] in MODULES
            )
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").partition(".")[0] in MODULES:
                yield f"from {node.module}"
            if (node.module or "").startswith("sympy"):
                names = {alias.name for alias in node.names} | set((node.module or "").split("."))
                yield from (f"from sympy {name}" for name in sorted(names & SYMPY_READERS))
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            is_pattern = (
                name == "compile"
                and isinstance(node.func, ast.Attribute)
                and getattr(node.func.value, "id", "") == "re"
            )
            if name in CALLS and not is_pattern:
                yield f"{name}()"
            yield from ("shell=" for word in node.keywords if word.arg == "shell")
        elif isinstance(node, ast.Attribute) and node.attr in (
            "__globals__",
            "__builtins__",
            "__subclasses__",
        ):
            yield node.attr


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_module_evaluates_nothing(path: Path) -> None:
    assert list(found_in(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "code",
    ["eval('1')", "exec('1')", "compile('1', '', 'eval')", "builtins.eval('1')", "import pickle", "from signal import alarm", "import signal as s",
     "sympy.sympify('x')", "from sympy.parsing.latex import parse_latex", "from sympy import S", "subprocess.run('ls', shell=True)", "os.system('ls')",
     "__import__('os')", "f.__globals__['x']"],
)  # fmt: skip
def test_the_check_finds_what_it_looks_for(code: str) -> None:
    assert list(found_in(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["re.compile('x')", "model.check('x')", "from sympy import Symbol", "import math", "run(command)"]
)
def test_the_check_lets_other_code_pass(code: str) -> None:
    assert list(found_in(ast.parse(code))) == []
