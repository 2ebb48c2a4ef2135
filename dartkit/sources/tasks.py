"""The benchmarks that `dartkit eval --tasks` knows: one record each, which says where the problems are and how they are asked.

The commits are those that public code pins; `None` takes what the hub serves today. A local file needs no other field names: each
field has the spellings of the published copies, and the first that a row has counts. docs/evaluation.md has the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from dartkit.errors import UsageError

TEXT = ("problem", "question", "Problem", "Question")
ANSWER = ("answer", "Answer", "final_answer")
SOLUTION = ("solution", "Solution")
LEVEL = ("level", "difficulty")
SUBJECT = ("subject", "type", "category", "subfield", "data_topic", "field")
CHOICES = ("choices", "options", "meta.choices", "meta.options")

STEM = frozenset(
    (
        "abstract_algebra", "astronomy", "college_biology", "college_chemistry", "college_computer_science", "college_mathematics",
        "college_physics", "computer_security", "conceptual_physics", "electrical_engineering", "elementary_mathematics",
        "high_school_biology", "high_school_chemistry", "high_school_computer_science", "high_school_mathematics",
        "high_school_physics", "high_school_statistics", "machine_learning",
    )
)  # fmt: skip
"""The 18 subjects that MMLU's own table of categories counts as STEM."""


@dataclass(frozen=True, slots=True)
class Task:
    """A benchmark.

    Attributes:
        name: What `--tasks` calls it.
        title: What papers call it.
        problems: How many problems the whole test set has.
        license: Of the problems.
        dataset: Hub name; None where no copy is known there and a file must be given.
        config: Configuration of the data set.
        hub_split: Split of the data set.
        revision: Commit of the data set.
        domain: Domain of the problems.
        choices: Whether the answer is the letter of an option; the options then stand in the problem's text.
        subjects: Keep only rows with these subjects; empty keeps all.
        without: Column that must be empty: rows with a picture cannot be asked in words.
        samples_per_problem: Draws of each problem, unless the user says otherwise.
        sampling: How they are drawn, unless the user says otherwise.
        verifier: How they are checked, unless the user says otherwise.
        note: Whose convention this is.
    """

    name: str
    title: str
    problems: int
    license: str
    dataset: str | None
    config: str | None = None
    hub_split: str = "test"
    revision: str | None = None
    domain: str = "math"
    choices: bool = False
    subjects: frozenset[str] = frozenset()
    without: str | None = None
    samples_per_problem: int = 1
    sampling: Mapping[str, Any] = field(default_factory=lambda: GREEDY)
    verifier: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    def defaults(self) -> dict[str, Any]:
        """Return the settings of stage `eval` that this task has where the user gives none."""
        found: dict[str, Any] = {
            "samples_per_problem": self.samples_per_problem,
            "sampling": dict(self.sampling),
            "verifier": dict(self.verifier),
        }
        if self.choices:
            found["prompt"] = {"template": "choice"}
        return found


GREEDY: Mapping[str, Any] = {"temperature": 0.0, "max_tokens": 2048}
"""DART-Math's evaluation: one greedy pass of at most 2,048 tokens."""
CONTEST: Mapping[str, Any] = {"temperature": 1.0, "top_p": 0.7, "max_tokens": 20480}
"""DAPO's evaluation (section 4.1): 32 draws at temperature 1 and top_p 0.7."""
DART = "DART-Math: greedy, 0-shot"
AVG32 = "DAPO: avg@32"

_ALL = (
    Task(
        "math", "MATH", 5000, "MIT", "DigitalLearningGmbH/MATH-lighteval",
        revision="0530c78699ea5e8eb5530600900e1f328b48acad", note=DART,
    ),
    Task(
        "gsm8k", "GSM8K", 1319, "MIT", "openai/gsm8k", "main", revision="740312add88f781978c0658806c59bc2815b9866",
        note=DART,
    ),
    Task("college-math", "CollegeMath", 2818, "per row (CC BY, GFDL, some NC)", "di-zhang-fdu/College_Math_Test", note=DART),
    Task("deepmind-math", "DeepMind-Mathematics", 1000, "Apache-2.0", None, note=DART),
    Task(
        "olympiad-bench", "OlympiadBench-Math", 675, "Apache-2.0", "Hothan/OlympiadBench", "OE_TO_maths_en_COMP", "train",
        "91184b52131e7fc9455fef848035173aea8cc01a", verifier={"tolerance": 1e-8}, note=f"{DART}; tolerance 1e-8",
    ),
    Task(
        "theorem-qa", "TheoremQA", 747, "MIT", "TIGER-Lab/TheoremQA", without="Picture", verifier={"name": "theorem-qa"},
        note=f"{DART}; its authors' 4 % for decimals; the 53 problems with a picture are left out",
    ),
    Task(
        "math-500", "MATH-500", 500, "MIT", "HuggingFaceH4/MATH-500",
        revision="6e4ed1a2a79af7d8630a6b768ec859cb5af4d3be", note="greedy",
    ),
    Task(
        "aime-24", "AIME 2024", 30, "text (c) MAA", "Maxwell-Jia/AIME_2024", hub_split="train",
        revision="8d88b2876a82a080e2f172cc9b25d0d9d2cb4792", samples_per_problem=32, sampling=CONTEST, note=AVG32,
    ),
    Task(
        "aime-25", "AIME 2025", 30, "text (c) MAA", "math-ai/aime25", revision="563bb8404243c5f09de6ec262f2db674fe5bce9b",
        samples_per_problem=32, sampling=CONTEST, note=AVG32,
    ),
    Task(
        "amc-23", "AMC 12 2023", 40, "text (c) MAA", "math-ai/amc23", revision="80815d37005feb82cd7f8fbc6901d5d3eff43057",
        samples_per_problem=32, sampling=CONTEST, note="as AIME",
    ),
    Task(
        "mmlu-stem", "MMLU-STEM", 3018, "MIT", "cais/mmlu", "all", revision="c30699e8356da336a370243923dbaf21066bb9fe",
        domain="stem", choices=True, subjects=STEM, note="greedy; letter of an option",
    ),
    Task(
        "mmlu-pro", "MMLU-Pro", 12032, "MIT", "TIGER-Lab/MMLU-Pro", revision="b189ec765aa7ed75c8acfea42df31fdae71f97be",
        domain="general", choices=True, note="greedy; letter of up to ten options",
    ),
)  # fmt: skip

TASKS: Mapping[str, Task] = {task.name: task for task in _ALL}

SUITES: Mapping[str, tuple[str, ...]] = {
    "dart-six": ("math", "gsm8k", "college-math", "deepmind-math", "olympiad-bench", "theorem-qa"),
}
"""Names for several tasks: the six of DART-Math's main table, whose plain mean it reports."""


def expand_names(names: Iterable[str]) -> list[str]:
    """Return names of tasks, those of a suite in its place."""
    return [task for name in names for task in SUITES.get(name, (name,))]


def find_task(name: str) -> Task:
    """Return a task by its name.

    Raises:
        UsageError: with the nearest name, when there is none of this name.
    """
    if name in TASKS:
        return TASKS[name]
    near = get_close_matches(name.lower(), TASKS, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(f"there is no task named '{name}'", fix=f"{hint}Tasks: {', '.join([*TASKS, *SUITES])}.")
