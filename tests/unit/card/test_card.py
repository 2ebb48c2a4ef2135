"""Cards of small exports: numbers counted by hand, tampering found, hostile names kept inert."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from markdown_it import MarkdownIt

from dartkit.card import card
from dartkit.errors import DataError, UsageError
from dartkit.events import SilentSink
from dartkit.export import export_rl, export_sft
from dartkit.ids import answer_id, problem_id, sample_id
from dartkit.records import Difficulty, Problem, Sample, Sampler, Verdict
from dartkit.run import RunDir
from dartkit.stage_settings import CardSettings, ExportRlSettings, ExportSftSettings

HOSTILE = "</td>`<script>alert(1)</script>` | **bold** [x](javascript:0)\n# head"


def add_problem(run: RunDir, sampler: str, number: int, right: int, **more: Any) -> None:
    """Problem `number` plus one, with two probe draws of which the first `right` are correct."""
    text, gold = f"{number}+1?", str(number + 1)
    identity = problem_id(text)
    fields = {"source": "sums", "license": "MIT", "level": "1", **more}
    run.append(
        Problem(
            identity, text, source_split="train", source_row=number, answer=gold, answer_id=answer_id(gold),
            answer_kind="integer", **fields,
        )
    )  # fmt: skip
    for index in range(2):
        draw = sample_id(identity, sampler, index)
        correct = index < right
        completion = f"It is {gold if correct else 0} ({index})"
        run.append(
            Sample(
                draw,
                identity,
                sampler,
                index,
                "probe",
                completion,
                "stop",
                "scripted",
                "",
                completion_tokens=10,
            )
        )
        run.append(Verdict(draw, answer_id(gold), "ladder", "correct" if correct else "incorrect", "exact"))


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunDir]:
    """Four problems with 2, 1, 0 and 0 of 2 draws right, the first with a hostile source, and both exports."""
    RunDir.create(tmp_path / "demo")
    with RunDir(tmp_path / "demo") as opened:
        sampler = opened.save_sampler(Sampler("tiny|v1", dtype="float32", temperature=0.7, top_p=0.9))
        for number, right in enumerate((2, 1, 0, 0)):
            add_problem(
                opened, sampler, number, right, **({"source": HOSTILE, "license": None} if not number else {})
            )
        opened.write_difficulty(
            Difficulty(problem_id(f"{n}+1?"), sampler, "ladder", 2, c, 0, c / 2, 1 - c / 2, 0.0, 1.0, 0)
            for n, c in enumerate((2, 1, 0, 0))
        )
        export_sft(opened, ExportSftSettings(formats=("messages", "verl", "trl")), None, SilentSink())
        export_rl(opened, ExportRlSettings(), None, SilentSink())
        yield opened


def write_card(run: RunDir, **settings: Any) -> dict[str, Any]:
    return card(run, CardSettings(**settings), None, SilentSink())


def read_card(run: RunDir, name: str = "sft") -> tuple[dict[str, Any], str]:
    text = (run.path / "exports" / name / "README.md").read_text(encoding="utf-8")
    _, head, body = text.split("---\n", 2)
    return yaml.safe_load(head), body


def test_head_is_what_the_hub_reads(run: RunDir) -> None:
    """Three rows; two licences are behind them: MIT of one row, none stated of two."""
    assert write_card(run, title="Sums: a --- 'set'")["rows"] == {"rl": 4, "sft": 3}
    head, _ = read_card(run)
    assert head == {
        "license": ["mit", "unknown"],
        "task_categories": ["text-generation"],
        "size_categories": ["n<1K"],
        "tags": ["math", "reasoning", "dartkit", "sft"],
        "pretty_name": "Sums: a --- 'set'",
        "configs": [
            {"config_name": "messages", "data_files": "messages.jsonl"},
            {"config_name": "trl", "data_files": "trl.jsonl"},
        ],
    }


def test_body_states_the_counted_numbers(run: RunDir) -> None:
    """Of four usable problems two have no correct sample: 50 %. Three rows of ten tokens each."""
    write_card(run)
    _, body = read_card(run)
    assert "3 worked solutions of 2 problems." in body
    assert "own solutions" not in body
    assert "2 of 4 usable problems (50.0 %) have no correct sample" in body
    assert "| `not covered: no correct sample` | -2 |" in body
    assert "| `not correct: incorrect` | -5 |" in body
    assert "Completion tokens: 30 in 3 rows" in body
    assert "| `tiny¦v1` | – | `float32` | 0.7 | 0.9 | – | – | 3 |" in body
    assert "Verifier `ladder`" in body
    assert "| 0.4 to 0.6 | 1 | ███████████████ |" in body  # one of two problems: half of 30 marks


def test_reference_solutions_are_not_said_to_be_checked(run: RunDir) -> None:
    """A fifth problem, with no draw right and a solution of its source: one row more, and not uncovered."""
    sampler = next(iter(run.samplers()))
    add_problem(run, sampler, 9, 0, reference_solution="Nine and one make ten.")
    export_sft(run, ExportSftSettings(include_reference=True), None, SilentSink())
    write_card(run, exports=("sft",))
    _, body = read_card(run)
    assert "4 worked solutions of 3 problems." in body
    assert "1 are the sources' own solutions, which were not checked." in body
    assert "2 of 5 usable problems (40.0 %)" in body


def test_rl_card_says_what_was_never_and_always_solved(run: RunDir) -> None:
    write_card(run, exports=("rl",))
    _, body = read_card(run, "rl")
    assert "4 problems with gold answers that can be checked, 4 of them with a measured pass rate" in body
    assert "2 of 4 measured problems (50.0 %) were never solved in the probe, and 1 always" in body
    assert not (run.path / "exports" / "sft" / "README.md").exists()


def test_hostile_names_stay_inert(run: RunDir) -> None:
    """Rendered as HTML by a Markdown library with raw HTML allowed: no foreign tag, link or heading, tables whole."""
    write_card(run, title=HOSTILE)
    _, body = read_card(run)
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(body)
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(body)
    assert "<script" not in html
    assert "<a " not in html
    assert "<strong>" not in html
    assert html.count("<h1>") == 1
    assert not [token for token in tokens if token.type == "html_block"]
    source_table = html.split("<th>source</th>")[1].split("</table>")[0]
    assert source_table.count("<td") == 4  # two sources, two columns


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "fact"),
    [
        ("messages.jsonl", "It is 1", "It is 7", "sha256"),
        (
            "facts.json",
            '"rows_by_level": {\n      "1": 3',
            '"rows_by_level": {\n      "1": 4',
            "rows_by_level.1",
        ),
        ("facts.json", '"mean_pass_rate": 0.75', '"mean_pass_rate": 0.5', "mean_pass_rate"),
        ("facts.json", '"rows": -5', '"rows": -4', "the funnel of samples"),
        (
            "facts.json",
            '"rows": 2,\n        "step": "exported"',
            '"rows": 3,\n        "step": "exported"',
            "the funnel",
        ),
    ],
)
def test_a_fact_that_the_data_does_not_prove_is_refused(
    run: RunDir, name: str, old: str, new: str, fact: str
) -> None:
    edit(run.path / "exports" / "sft" / name, old, new)
    with pytest.raises(DataError, match=fact) as caught:
        write_card(run)
    assert "run the export again" in caught.value.fix
    assert not (run.path / "exports" / "sft" / "README.md").exists()


def test_shapes_that_disagree_are_refused(run: RunDir) -> None:
    """The verl file has its rows in another order, and the stated size and hash are made to fit it."""
    folder = run.path / "exports" / "sft"
    table = pq.read_table(folder / "verl.parquet")
    pq.write_table(table.take([2, 0, 1]), folder / "verl.parquet")
    data = (folder / "verl.parquet").read_bytes()
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    facts["files"]["verl.parquet"].update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(DataError, match="the order of problems") as caught:
        write_card(run)
    assert caught.value.where.endswith("verl.parquet")


def test_missing_file_of_an_export_is_refused(run: RunDir) -> None:
    (run.path / "exports" / "sft" / "trl.jsonl").unlink()
    with pytest.raises(DataError, match="a file of this export is missing"):
        write_card(run)


def test_licence_of_the_settings_and_unknown_to_the_hub(run: RunDir) -> None:
    write_card(run, license="Apache 2.0")
    head, body = read_card(run)
    assert head["license"] == "apache-2.0"
    assert "as stated by the maker of this export: `Apache 2.0`" in body
    write_card(run, license="house rules")
    assert read_card(run)[0]["license"] == "other"


def test_card_is_the_same_text_again(run: RunDir) -> None:
    write_card(run)
    first = read_card(run)
    write_card(run)
    assert read_card(run) == first


def test_card_of_an_empty_export(tmp_path: Path) -> None:
    RunDir.create(tmp_path / "weak")
    with RunDir(tmp_path / "weak") as run:
        add_problem(run, run.save_sampler(Sampler("m")), 1, 0)
        export_sft(run, ExportSftSettings(), None, SilentSink())
        write_card(run)
        head, body = read_card(run)
    assert "0 worked solutions of 0 problems" in body
    assert "1 of 1 usable problems (100.0 %) have no correct sample" in body
    assert "nothing to load yet" in body
    assert head["license"] == "unknown"


def test_exports_that_do_not_exist(run: RunDir, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no export 'nope'; exports: rl, sft"):
        write_card(run, exports=("nope",))
    RunDir.create(tmp_path / "bare")
    with RunDir(tmp_path / "bare") as bare, pytest.raises(UsageError, match="no exports"):
        write_card(bare)


def test_facts_file_that_is_none(run: RunDir) -> None:
    (run.path / "exports" / "sft" / "facts.json").write_text(json.dumps({"rows": 3}), encoding="utf-8")
    with pytest.raises(DataError, match="not the facts of an export"):
        write_card(run)


def test_the_card_loads_with_the_datasets_library(
    run: RunDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The snippet of the card is run as it stands, and the hub's configurations are loaded from the folder."""
    import datasets

    monkeypatch.chdir(run.path / "exports" / "sft")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    write_card(run)
    head, body = read_card(run)
    lines = [line for line in body.splitlines() if line.startswith("rows = load_dataset(")]
    found = [tuple(re.findall(r'"([^"]+)"', line)) for line in lines]
    assert found == [
        ("json", "messages.jsonl", "train"),
        ("json", "trl.jsonl", "train"),
        ("parquet", "verl.parquet", "train"),
    ]
    for reader, name, split in found:
        assert len(datasets.load_dataset(reader, data_files=name, split=split)) == 3
    for config in head["configs"]:
        assert len(datasets.load_dataset(str(Path.cwd()), config["config_name"], split="train")) == 3


def test_a_folder_with_only_parquet_has_a_configuration(
    run: RunDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    export_sft(run, ExportSftSettings(name="verl-only", formats=("verl",)), None, SilentSink())
    write_card(run, exports=("verl-only",))
    folder = run.path / "exports" / "verl-only"
    assert len(datasets.load_dataset(str(folder), "verl", split="train")) == 3
