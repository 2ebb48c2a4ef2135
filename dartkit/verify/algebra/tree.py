"""Expression trees: nested tuples whose first item names the node.

A tuple tree can be hashed, compared in one step and sent through JSON, so a worker process can build on it without
unpickling anything. Sums and products are n-ary; subtraction and division are `neg` and `inv`. Nodes: `num` (a numeral),
`based` (`digits_base`), `var`, `const` (pi, e, i, oo), `fn` (name, arguments), `add`, `mul`, `neg`, `inv`, `pow`, `fact`,
`binom`, and `big` (sum, prod, int or lim; variable; lower; upper; body).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Node = tuple[Any, ...]
INFINITY: Node = ("const", "oo")
MINUS_INFINITY: Node = ("neg", INFINITY)
PI: Node = ("const", "pi")
MAX_WORK = 20_000  # nodes worked out for one sum or integral
ZERO: Node = ("num", "0")
HUNDREDTH: Node = ("inv", ("num", "100"))
RADIAN_PER_DEGREE: Node = ("mul", PI, ("inv", ("num", "180")))


def neg(node: Node) -> Node:
    """Return the negative of a node."""
    return node[1] if node[0] == "neg" else ("neg", node)


def add(*nodes: Node) -> Node:
    """Return a flat sum."""
    return _flat("add", nodes)


def mul(*nodes: Node) -> Node:
    """Return a flat product."""
    return _flat("mul", nodes)


def difference(left: Node, right: Node) -> Node:
    """Return left minus right; left alone where right is zero."""
    return left if right == ZERO else add(left, neg(right))


def number(value: int) -> Node:
    """Return the node of a whole number."""
    return ("num", str(value)) if value >= 0 else ("neg", ("num", str(-value)))


def parts(node: Node) -> Iterator[Node]:
    """Yield the nodes directly below a node."""
    for part in node[1:]:
        if isinstance(part, tuple):
            yield part


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, without recursion."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(part for part in current[1:] if isinstance(part, tuple))


def height(node: Node) -> int:
    """Return the length of the longest way down from a node, found without recursion."""
    deepest, stack = 0, [(node, 1)]
    while stack:
        current, level = stack.pop()
        deepest = max(deepest, level)
        stack.extend((part, level + 1) for part in current[1:] if isinstance(part, tuple))
    return deepest


def size(node: Node) -> int:
    """Return the number of nodes."""
    stack = [node]
    for current in stack:  # which grows meanwhile
        stack += [part for part in current[1:] if isinstance(part, tuple)]
    return len(stack)


def is_costly(body: Node, times: int) -> bool:
    """Say whether working out a body so many times is too much: it has a sum or integral of its own, or many nodes."""
    return any(part[0] == "big" for part in walk(body)) or times * size(body) > MAX_WORK


def variables(node: Node) -> frozenset[str]:
    """Return the names of the free variables; the running variable of a sum or integral is none."""
    kind = node[0]
    if kind == "var":
        return frozenset((node[1],))
    if kind == "num" or kind == "const" or kind == "based":
        return frozenset()
    found: frozenset[str] = frozenset()
    for part in node[1:]:
        if isinstance(part, tuple):
            found |= variables(part)
    return found - {node[2]} if kind == "big" else found


def substitute(node: Node, old: Node, new: Node) -> Node:
    """Return the tree with one node in the place of every other like `old`."""
    if node == old:
        return new
    return tuple(substitute(part, old, new) if isinstance(part, tuple) else part for part in node)


def rename(node: Node, old: str, new: str) -> Node:
    """Return the tree with one variable renamed."""
    return substitute(node, ("var", old), ("var", new))


def _flat(kind: str, nodes: tuple[Node, ...]) -> Node:
    flat: list[Node] = []
    for node in nodes:
        if node[0] == kind:
            flat.extend(node[1:])
        else:
            flat.append(node)
    return flat[0] if len(flat) == 1 else (kind, *flat)
