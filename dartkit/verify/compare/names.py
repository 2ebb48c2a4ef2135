"""What an answer is said to be the value of: `x`, `f(x)`, `AB`. Different variables never match; bound ones may be renamed."""

from __future__ import annotations

from dataclasses import replace

from dartkit.verify.algebra.tree import Node, rename, variables
from dartkit.verify.reading.form import Form

_MEASURED = 4  # letters in the name of a segment, angle or area
_BOUND = "\\bound"


def names_itself(form: Form) -> bool:
    """Say whether the name stands in its own value, as in `y = 2y - x`: an equation rather than a definition."""
    return form.tree is not None and form.name in variables(form.tree)


def both_named(left: Form, right: Form) -> bool:
    """Say whether both sides have a name."""
    return left.name is not None and right.name is not None


def _is_letter(name: str) -> bool:
    return len(name.lstrip("\\").partition("_")[0]) == 1 or name.startswith("\\")


def names_clash(left: Form, right: Form) -> bool:
    """Say whether both sides are the value of a variable, and of different ones; words before `=` are no variable."""
    if left.name is None or right.name is None or left.name == right.name:
        return False
    names = (left.name, right.name)
    if all(name.isupper() and (len(name) <= _MEASURED or "+" in name) for name in names):
        return sorted(left.name) != sorted(right.name)  # AB and BA are one segment
    functions = [name.partition("(")[0] for name in names if name.endswith(")")]
    if len(functions) == 2 and functions[0] == functions[1] != "":
        return True  # f(f(x)) is not f(x), and f(2) is not f(3)
    return _is_letter(left.name) and _is_letter(right.name)


def without_bound_name(left: Form, right: Form) -> tuple[Form, Form]:
    """Rename the argument of `f(x) = …` on both sides to one name where both are functions of that shape."""
    names = (_parameter(left), _parameter(right))
    if names[0] is None or names[1] is None or names[0] == names[1]:
        return left, right
    return _renamed(left, *names[0]), _renamed(right, *names[1])


def _parameter(form: Form) -> tuple[str, str] | None:
    name = form.name
    if name is None or form.tree is None:
        return None
    if name[1:2] == "_" and len(name) == 3 and name[2] in variables(form.tree):
        return name[0], name[2]  # a_n = 2n + 1
    if not name.endswith(")"):
        return None
    function, _, argument = name[:-1].partition("(")
    return (function, argument) if function and argument.isalpha() and len(argument) == 1 else None


def _renamed(form: Form, function: str, argument: str) -> Form:
    tree: Node | None = form.tree
    return replace(form, name=f"{function}({_BOUND})", tree=tree and rename(tree, argument, _BOUND))
