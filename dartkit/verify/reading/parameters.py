r"""Find the letter that stands for every whole number: `k \in \mathbb{Z}`, `where k is an integer`; and read congruences.

A congruence `x \equiv 2 \pmod 5` is the family `5k + 2`; the letter of its family is `RESIDUE`, which no text can spell.
"""

from __future__ import annotations

from dartkit.verify.algebra.tree import Node, add, mul
from dartkit.verify.reading.form import Form, Tokens
from dartkit.verify.reading.quantity import closes_at, trim
from dartkit.verify.reading.splitting import Read, is_name, split

RESIDUE = "\\residue"
_WHOLE_SETS = frozenset({"\\mathbb Z", "\\mathbb N", "Z", "N", "\\Z", "\\N"})
_WHOLE_WORDS = frozenset({"integer", "integers", "ganz", "entero", "entier"})
_MOD = frozenset({"mod", "\\bmod", "\\pmod", "\\mod"})


def integer_parameter(said: Tokens) -> str | None:
    """Return the one letter that a side condition calls a whole number, None where it names none or several."""
    is_whole = any(token.text in _WHOLE_SETS or token.text.lower() in _WHOLE_WORDS for token in said)
    letters = {token.text for token in said if token.kind in ("word", "text") and _is_letter(token.text)}
    letters -= _WHOLE_SETS
    return letters.pop() if is_whole and len(letters) == 1 else None


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isalpha()


def read_congruence(tokens: Tokens, depth: int, read: Read) -> Form | None:
    r"""Read `x ≡ 2 (mod 5)` and `n \equiv 0, 1 \pmod 4` as families, `7 \pmod{11}` likewise."""
    places = [place for place, token in enumerate(tokens) if token.text in _MOD]
    if len(places) != 1 or not 0 < places[0] < len(tokens) - 1:
        return None
    parts, cuts = split(tokens, lambda token: token.text == "≡")
    place = places[0]
    in_brackets = tokens[place - 1].text == "("
    if len(cuts) > 1 or (not cuts and not in_brackets and tokens[place].text != "\\pmod"):
        return None
    begin = place - in_brackets
    if in_brackets and closes_at(tokens, begin) != len(tokens) - 1:
        return None
    modulus = read(tokens[place + 1 : len(tokens) - in_brackets], depth + 1).tree
    before = tokens[:begin] if not cuts else tokens[len(parts[0]) + 1 : begin]
    left = trim(parts[0]) if cuts else ()
    if modulus is None or not trim(before) or (left and not is_name(left)):
        return None
    return _family(tokens, read(before, depth + 1), modulus, "".join(token.text for token in left) or None)


def _family(tokens: Tokens, residues: Form, modulus: Node, name: str | None) -> Form | None:
    items = residues.items if residues.kind in ("list", "set") else (residues,)
    if any(item.tree is None for item in items):
        return None
    step = mul(modulus, ("var", RESIDUE))
    made = tuple(Form("value", item.tokens, tree=add(item.tree, step)) for item in items if item.tree)
    return Form("set", tokens, made, name=name, parameter=RESIDUE)
