"""The card of a trained model: numbers worked out by hand, a recipe that makes the same settings, curves that are an SVG file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from dartkit.cli.options import More
from dartkit.cli.step_settings import build_step
from markdown_it import MarkdownIt

from dartkit.report.model_card import write_model_card
from dartkit.report.svg import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from dartkit.training.record import training_identity, write_finished
from dartkit.training_settings import TrainRlSettings, TrainSftSettings

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</td>`<script>alert(1)</script>` | ```\n# head ``` [x](javascript:0)"
RL_ROWS: list[dict[str, Any]] = [
    {"step": 0, "eval/avg@2": 0.25, "eval/pass@2": 0.5, "eval/maj@2": 0.25, "eval/problems": 4},
    {
        "step": 1, "grad_norm": 1.0, "updates": 2, "groups_generated": 5, "generated_tokens": 600, "trained_tokens": 400,
        "reward": -0.5, "accuracy": 0.25, "eval/avg@2": 0.75, "eval/pass@2": 1.0, "eval/maj@2": 0.75, "eval/problems": 4,
    },
    {
        "step": 2, "grad_norm": 1.0, "updates": 1, "groups_generated": 7, "generated_tokens": 1400, "trained_tokens": 900,
        "reward": 0.5, "accuracy": 0.75, "eval/avg@2": 0.625, "eval/pass@2": 0.75, "eval/maj@2": 0.5, "eval/problems": 4,
    },
]  # fmt: skip
SFT_ROWS: list[dict[str, Any]] = [
    {"step": 1, "grad_norm": 1.0, "loss": 2.5, "learning_rate": 0.1, "tokens": 100, "response_tokens": 40},
    {"step": 2, "grad_norm": 1.0, "loss": 0.125, "learning_rate": 0.1, "tokens": 50, "response_tokens": 2},
]


def make_training(folder: Path, settings: Any, rows: list[dict[str, Any]], model: str = "org/base") -> Path:
    """A finished training's files, as far as a card reads them."""
    folder.mkdir(parents=True)
    data = folder.parent / "data.jsonl"
    data.write_text("{}\n")
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    identity = training_identity(settings, model=model, revision="abc", data=data, run_seed=7)
    write_finished(folder, identity, settings, {})
    return folder


def split(folder: Path) -> tuple[dict[str, Any], str]:
    """Metadata and body."""
    _, head, body = (folder / "README.md").read_text().split("---\n", 2)
    return yaml.safe_load(head), body


def code_of(body: str, language: str) -> str:
    """The code block of a language as a Markdown reader sees it."""
    (found,) = [
        token for token in MarkdownIt().parse(body) if token.type == "fence" and token.info == language
    ]
    return found.content


def test_a_card_of_reinforcement_learning(tmp_path: Path) -> None:
    """12 groups, 2,000 tokens generated, 1,300 trained on, 3 updates; best is step 1, last step 2."""
    settings = TrainRlSettings.model_validate(
        {"name": "mine", "group_size": 4, "eval": {"data": "test.jsonl"}}
    )
    folder = make_training(tmp_path / "mine", settings, RL_ROWS)
    assert write_model_card(folder)
    head, body = split(folder)
    assert head == {
        "base_model": "org/base", "library_name": "transformers", "pipeline_tag": "text-generation",
        "tags": ["dartkit", "reinforcement-learning", "dapo"],
    }  # fmt: skip
    assert "2 steps with 3 updates: 12 groups of 4 samples, 2,000 tokens generated, 1,300 trained on." in body
    assert "| start | 0 | 25.0 % | 50.0 % | 25.0 % |" in body
    assert "| best | 1 | 75.0 % | 100.0 % | 75.0 % |" in body
    assert "| last | 2 | 62.5 % | 75.0 % | 50.0 % |" in body
    assert "On 4 problems of `test.jsonl`, temperature 1, top_p 0.7." in body
    assert "not come to its end" not in body
    assert "seed 7" in body


def test_a_card_of_supervised_training(tmp_path: Path) -> None:
    folder = make_training(tmp_path / "s", TrainSftSettings(), SFT_ROWS, model="tiny")
    write_model_card(folder)
    head, body = split(folder)
    assert "base_model" not in head
    assert head["tags"] == ["dartkit", "sft"]
    assert "2 steps: 150 tokens, loss on 42 of them, from 2.5 in the first step to 0.125 in the last." in body
    assert "Measured" not in body


@pytest.mark.parametrize(
    "settings",
    [
        TrainRlSettings.model_validate(
            {
                "name": "mine", "preset": "dapo-verl", "steps": None, "budget": {"max_updates": 5},
                "prompt": {"system": HOSTILE}, "rewards": [{"kind": "cosine", "max_length": {"tokens": 9}}],
                "rollout": {"curriculum": "easy-to-hard"}, "optimizer": {"learning_rate": 1e-6},
            }
        ),
        TrainSftSettings.model_validate({"name": "mine", "preset": "dart-math-llama3-8b", "memory": {"lora": {"rank": 3}}}),
    ],
    ids=["rl", "sft"],
)  # fmt: skip
def test_the_recipe_is_the_training(tmp_path: Path, settings: Any) -> None:
    """Given back to the command line as a settings file, it makes the settings that the training had."""
    rl = isinstance(settings, TrainRlSettings)
    folder = make_training(tmp_path / "mine", settings, RL_ROWS if rl else SFT_ROWS)
    if rl:  # as the stage notes a length that is a budget
        stored = json.loads((folder / "train.json").read_text())
        stored["identity"]["budget"] = settings.budget.model_dump(mode="json")
        (folder / "train.json").write_text(json.dumps(stored))
    write_model_card(folder)
    file = tmp_path / "again.yaml"
    file.write_text(code_of(split(folder)[1], "json"))
    assert build_step(settings.stage, [], More(settings=file)).model_dump() == settings.model_dump()


def test_foreign_text_stays_text(tmp_path: Path) -> None:
    """No tag and no link comes out of a model's name, a file's name or a prompt."""
    settings = TrainRlSettings.model_validate({"prompt": {"system": HOSTILE}, "eval": {"data": HOSTILE}})
    folder = make_training(tmp_path / "a`b|c", settings, RL_ROWS, model=HOSTILE)
    write_model_card(folder)
    head, body = split(folder)
    assert "base_model" not in head
    page = MarkdownIt("commonmark").enable("table").render(body)
    assert "<script" not in page
    assert "javascript:" not in re.sub(r"<code[^>]*>.*?</code>", "", page, flags=re.DOTALL)
    assert page.count("<h1>") == 1


def test_the_curves_are_one_svg_file_drawn_to_scale(tmp_path: Path) -> None:
    """Reward -0.5 and 0.5 at steps 1 and 2: from the lower left corner of its axes to the upper right one."""
    folder = make_training(tmp_path / "mine", TrainRlSettings(), RL_ROWS)
    write_model_card(folder)
    sheet = ElementTree.parse(folder / "curves.svg").getroot()
    titles = [text.text for text in sheet.findall(f"{SVG}text[@class='title']")]
    assert titles == ["Held-out accuracy", "Accuracy", "Reward", "Gradient norm"]
    (chart,) = sheet.findall(f"{SVG}svg[@aria-label='Reward']")
    (line,) = chart.findall(f"{SVG}polyline")
    corners = [tuple(map(float, pair.split(","))) for pair in line.attrib["points"].split()]
    assert corners == [(LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, TOP)]
    held_out = sheet.find(f"{SVG}svg[@aria-label='Held-out accuracy']")
    assert held_out is not None
    assert len(held_out.findall(f"{SVG}polyline")) == 3
    assert not [item for item in sheet.iter() if item.tag in (f"{SVG}script", f"{SVG}image")]


def test_nothing_to_describe(tmp_path: Path) -> None:
    """A folder without a training, and one that made no step."""
    assert not write_model_card(tmp_path / "none")
    folder = make_training(tmp_path / "mine", TrainRlSettings(), RL_ROWS[:1])
    assert not write_model_card(folder)
    assert not (folder / "README.md").exists()


def test_the_same_training_has_the_same_card(tmp_path: Path) -> None:
    """Nothing of the clock or of the place it lies in."""
    texts = []
    for place in ("a", "b"):
        folder = make_training(tmp_path / place / "mine", TrainRlSettings(), RL_ROWS)
        write_model_card(folder)
        texts.append([(folder / name).read_bytes() for name in ("README.md", "curves.svg")])
    assert texts[0] == texts[1]
