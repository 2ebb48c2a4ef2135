r"""Read `3\mathbf{i} - 2\mathbf{j}` as the tuple of its components."""

from __future__ import annotations

from dartkit.verify.algebra.tree import Node, variables, walk
from dartkit.verify.reading.form import Form
from dartkit.verify.reading.relations import NotLinear, linear_parts

_IMAGINARY: Node = ("const", "i")
_AXES = ("i", "j", "k")
_SPELLINGS = ("\\unit", "\\hat", "\\vec")


def read_vector(tree: Node, dimension: int) -> Form | None:
    """Return the components of a sum of unit vectors, None for another tree or more than three dimensions."""
    if not 2 <= dimension <= len(_AXES):
        return None
    if _IMAGINARY in walk(tree) and variables(tree) & {"j", "k"}:
        tree = _with_plain_axes(tree)
    names = [_name_of(axis, tree) for axis in _AXES]
    if all(name is None for name in names) or any(name is not None for name in names[dimension:]):
        return None
    items: list[Form] = []
    rest = tree
    try:
        for name in names[:dimension]:
            slope: Node = ("num", "0")
            if name is not None:
                slope, rest = linear_parts(rest, name)
            items.append(Form("value", tree=slope))
    except NotLinear:
        return None
    return Form("sequence", items=tuple(items)) if not variables(rest) else None


def _with_plain_axes(node: Node) -> Node:
    """Read the `i` and `j` of `2i + 3j` as unit vectors rather than the imaginary unit and a variable."""
    if node == _IMAGINARY:
        return ("var", "\\unit i")
    if node[0] == "var" and node[1] in _AXES:
        return ("var", f"\\unit {node[1]}")
    return tuple(_with_plain_axes(part) if isinstance(part, tuple) else part for part in node)


def _name_of(axis: str, tree: Node) -> str | None:
    spelled = {f"{accent} {letter}" for accent in _SPELLINGS for letter in (axis, f"\\{axis}math")}
    found = spelled & variables(tree)
    return next(iter(found)) if len(found) == 1 else None
