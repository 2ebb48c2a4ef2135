"""Words for the structures: every family tells the same six operations with its own scenario.

A family is data: lists of sentence templates, one list for each kind of operation. `{who}` and
`{things}` are chosen once for a story; `{place}` anew for every sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from dartkit.tiny.structure import Kind, Structure

# fmt: off
_NAMES = (
    "Tom", "Mia", "Ben", "Ana", "Leo", "Zoe", "Sam", "Eva", "Max", "Ida", "Raj", "Lin", "Omar",
    "Nina", "Paul", "Rosa", "Hugo", "Lucy", "Ivan", "Maya", "Theo", "Aisha", "Carl", "Nora",
)
_THINGS = (
    "apples", "marbles", "stickers", "cards", "pencils", "shells", "beads", "stamps", "cookies",
    "buttons", "coins", "nuts", "blocks", "plums", "books", "stones",
)
_STREETS = (
    "Oak", "Elm", "Mill", "Lake", "Park", "Hill", "Bay", "Rose", "King", "Church", "Pine", "West",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Family:
    """Templates of one scenario: openings, questions, and the sentences of every operation."""

    who: tuple[str, ...]
    things: tuple[str, ...]
    places: tuple[str, ...]
    openings: tuple[str, ...]
    questions: tuple[str, ...]
    sentences: dict[Kind, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Story:
    """A told problem, with the noun and the person that a solution may refer to."""

    text: str
    who: str
    things: str


_INVENTORY = Family(
    who=_NAMES,
    things=_THINGS,
    places=("",),
    openings=(
        "{who} has {n} {things}.",
        "{who} starts with {n} {things}.",
        "There are {n} {things} in the basket of {who}.",
    ),
    questions=(
        "How many {things} does {who} have now?",
        "How many {things} are there at the end?",
    ),
    sentences={
        "add": (
            "{who} buys {n} more.",
            "{who} finds {n} more {things}.",
            "A friend gives {who} another {n} {things}.",
        ),
        "subtract": (
            "{who} gives away {n} {things}.",
            "{who} loses {n} of them.",
            "{who} sells {n} {things}.",
        ),
        "times": (
            "{who} collects until there are {n} times as many.",
            "The number of {things} grows to {n} times as many.",
        ),
        "half": ("{who} gives away half of the {things}.", "{who} keeps only half of them."),
        "share": (
            "{who} splits the {things} into {n} equal piles and keeps one pile.",
            "{who} shares the {things} equally among {n} people and keeps one share.",
        ),
        "packs": (
            "{who} buys {n} bags of {size} {things} each.",
            "{who} gets {n} boxes with {size} {things} in each box.",
        ),
    },
)

_MONEY = Family(
    who=_NAMES,
    things=("dollars", "euros", "pounds", "pesos"),
    places=("a lamp", "a hat", "lunch", "a ticket", "a game", "a book", "shoes", "a map"),
    openings=(
        "{who} has saved {n} {things}.",
        "{who} goes out with {n} {things}.",
        "The purse of {who} holds {n} {things}.",
    ),
    questions=(
        "How many {things} does {who} have left?",
        "How much money in {things} does {who} have now?",
    ),
    sentences={
        "add": (
            "{who} earns {n} {things}.",
            "{who} receives a gift of {n} {things}.",
            "{who} wins {n} {things}.",
        ),
        "subtract": (
            "{who} spends {n} {things} on {place}.",
            "{who} pays {n} {things} for {place}.",
            "{who} lends {n} {things} to a cousin.",
        ),
        "times": (
            "An investment turns the money into {n} times as much.",
            "{who} saves until there is {n} times as much.",
        ),
        "half": ("{who} spends half of the money on {place}.", "{who} donates half of the money."),
        "share": (
            "{who} divides the money equally among {n} children, and we follow one of them.",
            "{who} puts the money into {n} equal envelopes and takes only one.",
        ),
        "packs": (
            "{who} works {n} hours for {size} {things} an hour.",
            "{who} sells {n} toys for {size} {things} each.",
        ),
    },
)

_TRANSIT = Family(
    who=("bus", "tram", "train", "ferry", "boat", "van"),
    things=("riders", "people", "guests", "tourists"),
    places=_STREETS,
    openings=(
        "A {who} leaves {place} Street with {n} {things}.",
        "There are {n} {things} on a {who}.",
    ),
    questions=(
        "How many {things} are on the {who} now?",
        "With how many {things} does the {who} arrive?",
    ),
    sentences={
        "add": (
            "At {place} Street {n} {things} get on.",
            "Then {n} {things} board the {who}.",
        ),
        "subtract": (
            "At {place} Street {n} {things} get off.",
            "Then {n} {things} leave the {who}.",
        ),
        "times": (
            "At {place} Street the crowd becomes {n} times as large.",
            "After {place} Street there are {n} times as many {things} on board.",
        ),
        "half": ("Half of the {things} get off at {place} Street.", "Then half of them leave."),
        "share": (
            "At {place} Street the {things} fill {n} vehicles equally, one of them this {who}.",
            "Then {n} equal groups form, and only one stays on board.",
        ),
        "packs": (
            "At {place} Street {n} groups of {size} {things} get on.",
            "Then {n} families of {size} board the {who}.",
        ),
    },
)

# Held out of pre-training. It is told mostly in words of the seen families, in sentences of its own:
# a model of this size knows nothing of a word that it has never met, and would solve no problem.
_STOCK = Family(
    who=("school", "shop", "club", "farm", "museum", "camp"),
    things=("apples", "books", "cards", "coins", "cookies", "pencils", "shells", "toys"),
    places=("",),
    openings=(
        "A {who} has {n} {things}.",
        "A {who} starts with {n} {things}.",
    ),
    questions=(
        "How many {things} does the {who} have at the end?",
        "How many {things} are in the {who} now?",
    ),
    sentences={
        "add": ("Then the {who} gets {n} more.", "The {who} receives {n} {things} from a friend."),
        "subtract": ("Then the {who} gives away {n} of them.", "The {who} sells {n} {things}."),
        "times": (
            "Then there are {n} times as many {things}.",
            "The number of {things} becomes {n} times as large.",
        ),
        "half": ("The {who} sells half of the {things}.", "The {who} keeps half of the {things}."),
        "share": (
            "The {things} fill {n} boxes equally, and the {who} keeps one box.",
            "The {who} splits the {things} into {n} equal groups and keeps one.",
        ),
        "packs": (
            "The {who} gets {n} boxes of {size} {things} each.",
            "Then {n} children come with {size} {things} each.",
        ),
    },
)

SEEN: dict[str, Family] = {"inventory": _INVENTORY, "money": _MONEY, "transit": _TRANSIT}
HELD_OUT: dict[str, Family] = {"stock": _STOCK}


def tell(structure: Structure, family: Family, rng: random.Random) -> Story:
    """Tell a structure in the words of a family, drawing every free choice from `rng`."""
    cast = {"who": rng.choice(family.who), "things": rng.choice(family.things)}
    lines = [_say(family.openings, family, rng, cast, structure.start)]
    lines.extend(
        _say(family.sentences[step.kind], family, rng, cast, step.amount, step.size)
        for step in structure.steps
    )
    lines.append(rng.choice(family.questions).format(**cast))
    return Story(" ".join(lines), cast["who"], cast["things"])


def _say(
    templates: tuple[str, ...],
    family: Family,
    rng: random.Random,
    cast: dict[str, str],
    amount: int,
    size: int = 1,
) -> str:
    """Fill one template; the order of the two draws is part of what a seed means."""
    template = rng.choice(templates)
    return template.format(n=amount, size=size, place=rng.choice(family.places), **cast)
