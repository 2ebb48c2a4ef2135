"""The page is one well-formed file that asks nobody for anything, and a chart's line goes where its numbers say."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dartkit.errors import DataError
from dartkit.report.markup import escape
from dartkit.report.svg import Curve, label_number, line_chart, nice_range, thin
from dartkit.report.training_page import write_training_report
from dartkit.run import RunDir

HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\u202e\x00"


class Tags(HTMLParser):
    """Collects every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))


def rl_row(step: int) -> dict[str, object]:
    return {
        "step": step, "reward": 0.1 * step, "accuracy": 0.5, "response_length": 10.0, "entropy": 1.0, "grad_norm": 1.0, "loss": 0.0,
        "mean_probability": 0.8, "up_clipped_probability": None, "clip_fraction_low": 0.0, "clip_fraction_high": 0.01,
        "groups_generated": 4, "groups_kept": 1, "groups_all_right": 2, "groups_all_wrong": 1, "groups_out_of_band": 0, "groups_expired": 0, "groups_carried": 0, "groups_failed": 0,
        "generated_tokens": 100, "trained_tokens": 25, "waste": 0.5,
    }  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> RunDir:
    RunDir.create(tmp_path / "a<b>", seed=1)
    folder = tmp_path / "a<b>" / "models" / "rl<i>"
    (folder / "samples").mkdir(parents=True)
    (folder / "metrics.jsonl").write_text("".join(json.dumps(rl_row(step)) + "\n" for step in range(1, 31)))
    sample = {
        "problem_id": HOSTILE, "sample_index": 0, "outcome": HOSTILE, "reward": 1.0, "advantage": 0.5, "tokens": 3,
        "group": "kept", "completion": HOSTILE,
    }  # fmt: skip
    (folder / "samples" / "step-000030.jsonl").write_text(json.dumps(sample) + "\n")
    return RunDir(tmp_path / "a<b>")


def test_the_page_is_self_contained_and_inert(run: RunDir) -> None:
    """Only tags that we write; no script, no address, no handler; the hostile completion is there as text."""
    found = write_training_report(run)
    text = Path(found["path"]).read_text()
    parser = Tags()
    parser.feed(text)
    assert {tag for tag, _ in parser.tags} <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "strong", "br", "span", "div", "figure", "svg",
        "line", "text", "polyline", "circle", "table", "tr", "td", "pre", "details", "summary",
    }  # fmt: skip
    for _, attributes in parser.tags:
        assert not {key for key in attributes if key.startswith("on") or key in ("src", "href")}
    assert "http" not in text.replace("http-equiv", "")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "rl&lt;i&gt;" in text
    assert "<td>kept</td><td>30</td><td>25.0%</td>" in text


def test_the_report_names_the_warnings(run: RunDir) -> None:
    """One in four judged groups was kept, which is just enough; two thirds would have been a warning of another kind."""
    found = write_training_report(run)
    assert found["trainings"] == [{"name": "rl<i>", "steps": 30, "warnings": []}]
    path = run.path / "models" / "rl<i>" / "metrics.jsonl"
    rows = [rl_row(step) | {"entropy": 2.0 ** (-step / 10)} for step in range(1, 31)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (training,) = write_training_report(run)["trainings"]
    assert [item["name"] for item in training["warnings"]] == ["entropy_fell"]


def test_a_run_without_training_says_what_to_do(tmp_path: Path) -> None:
    RunDir.create(tmp_path / "r", seed=1)
    with pytest.raises(DataError, match="no training") as caught:
        write_training_report(RunDir(tmp_path / "r"))
    assert "dartkit train-rl" in caught.value.fix


def test_a_chart_is_drawn_to_scale() -> None:
    """Steps 1 to 3 with 0, 1, 0.5: the axis is 0 to 1, so heights are bottom, top and half; places across are even."""
    root = ElementTree.fromstring(line_chart([Curve("x", [(1, 0.0), (2, 1.0), (3, 0.5)])], title="t"))
    (line,) = root.findall("polyline")
    points = [tuple(map(float, pair.split(","))) for pair in line.attrib["points"].split()]
    assert points == [(52.0, 146.0), (201.0, 10.0), (350.0, 78.0)]
    labels = [item.text for item in root.findall("text")]
    assert labels == ["0.0", "0.5", "1.0", "1", "3"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 1.0], (0.0, 1.0, 0.5)),
        ([3.0, 98.0], (0.0, 100.0, 50.0)),
        ([5.0, 5.0], (4.4, 5.6, 0.5)),
        ([-1.0, 1.0], (-1.0, 1.0, 0.5)),
    ],
)
def test_axes_are_round(values: list[float], expected: tuple[float, float, float]) -> None:
    low, high, step = nice_range(values)
    assert low <= min(values) <= max(values) <= high
    assert re.fullmatch(r"[125]e[+-]\d+", f"{step:.0e}")
    assert (high - low) / step == pytest.approx(round((high - low) / step))
    if expected[0] == low:
        assert (high, step) == pytest.approx(expected[1:])


def test_labels_have_the_decimals_of_their_step() -> None:
    assert [label_number(value, 0.05) for value in (0.0, -0.05, 0.1)] == ["0.00", "-0.05", "0.10"]
    assert label_number(-1e-17, 0.5) == "0.0"
    assert label_number(2e-6, 1e-6) == "2e-06"
    assert label_number(50_000, 10_000) == "5e+04"


def test_thinning_keeps_the_extremes() -> None:
    """A single spike among 10,000 points survives, and so do both ends' order."""
    points = [(float(n), 100.0 if n == 7777 else 0.0) for n in range(10_000)]
    kept = thin(points)
    assert len(kept) <= 400
    assert (7777.0, 100.0) in kept
    assert kept == sorted(kept)


def test_an_empty_chart_is_nothing() -> None:
    assert line_chart([Curve("x", [])], title="t") == ""


def test_hidden_characters_are_shown() -> None:
    assert escape('<a "b">\x07\ud800') == r"&lt;a &quot;b&quot;&gt;\u0007\ud800"
