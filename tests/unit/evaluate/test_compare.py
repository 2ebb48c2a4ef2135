"""`eval compare` on results made by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from dartkit.errors import DataError, UsageError
from dartkit.evaluate.compare import compare_results, could_show, gain_interval
from dartkit.evaluate.sign_flip import sign_flip_test
from dartkit.evaluate.stored import SUITE, find_differences, read_results

SAMPLER: dict[str, Any] = {
    "model": "m", "prompt_hash": "p", "system_prompt": None, "temperature": 1.0, "top_p": 1.0, "top_k": 0, "min_p": 0.0,
    "repetition_penalty": 1.0, "stop": [],
}  # fmt: skip


def result(correct: list[int], draws: int = 1, **changes: Any) -> dict[str, Any]:
    """A result in which problem i has `correct[i]` of `draws` right; even problems are level 1, odd ones level 2."""
    rows: dict[str, dict[str, Any]] = {
        f"q{index}": {
            "level": str(1 + index % 2), "subject": None, "answer_id": f"a{index}", "correct": count, "draws": draws,
            **({"maj@2": count / draws} if draws > 1 else {}),
        }
        for index, count in enumerate(correct)
    }  # fmt: skip
    base = {
        "name": "base", "model": "m", "verifier": "dartkit", "verifier_id": "v", "sampler": SAMPLER, "max_tokens": 9,
        "samples_per_problem": draws, "rows": rows, "per_problem": {key: row["correct"] / draws for key, row in rows.items()},
    }  # fmt: skip
    return base | changes


def test_greedy_comparison_by_hand() -> None:
    """12 problems, B solves 8 that A does not and loses none: d = 8/12, p = 2 / 2^8 by McNemar and by the permutation test."""
    found = compare_results({"t": result([0] * 12)}, {"t": result([1] * 8 + [0] * 4)})["tasks"]["t"]
    assert (found["a"], found["b"], found["difference"][0]) == (0.0, 0.6667, 0.6667)
    assert found["p_value"] == found["mcnemar"]["p_value"] == 2 / 256
    assert (found["mcnemar"]["only_a"], found["mcnemar"]["only_b"]) == (0, 8)
    assert (found["test"], found["verdict"]) == ("exact", "B is better")
    low, high = found["difference"][1:]
    assert 0.3 < low < 0.6667 < high <= 1.0


def test_the_other_way_round_is_the_mirror_image() -> None:
    a, b = result([3, 1, 4, 0, 2, 4, 4, 1], 4), result([1, 1, 2, 0, 0, 3, 1, 0], 4)
    there, back = (compare_results({"t": x}, {"t": y})["tasks"]["t"] for x, y in ((a, b), (b, a)))
    assert there["difference"][0] == -back["difference"][0]
    assert there["p_value"] == back["p_value"]
    assert (there["verdict"], back["verdict"]) == ("B is worse", "B is better")


def test_no_difference_is_said_to_be_none_shown() -> None:
    """Equal results: p = 1, and the interval still has the width that one in 20 problems could hide (Wilson of 0 in 20: 0.161)."""
    found = compare_results({"t": result([1, 0] * 10)}, {"t": result([1, 0] * 10)})["tasks"]["t"]
    assert (found["p_value"], found["verdict"], found["could_show"]) == (1.0, "no difference shown", None)
    assert found["difference"] == pytest.approx([0.0, -0.1611, 0.1611], abs=1e-4)
    assert gain_interval([1.0] * 20) == pytest.approx((1 - 0.1611, 1.0), abs=1e-4)


def test_could_show_by_hand() -> None:
    """The spread s = sqrt(20/19) x 0.5 of ten ones and ten zeros; (1.96 + 0.8416) s / sqrt(20) = 0.3214. Five problems can show nothing."""
    assert could_show([1.0] * 10 + [0.0] * 10) == pytest.approx(
        2.8016 * math.sqrt(20 / 19) * 0.5 / math.sqrt(20), abs=1e-4
    )
    assert could_show([1.0, 0.0, 1.0, 0.0, 1.0]) is None


def test_levels_are_corrected_together() -> None:
    """B gains 6 of 6 on level 1 (p = 2/2^6 = 0.031) and 0 of 6 on level 2: alone it would pass, times two it does not."""
    found = compare_results({"t": result([0] * 12)}, {"t": result([1, 0] * 6)})["tasks"]["t"]
    level = found["levels"]["1"]
    assert (level["problems"], level["p_value"], level["p_corrected"]) == (6, 2 / 64, 4 / 64)
    assert level["verdict"] == "no difference shown"


def test_pass_and_majority_metrics() -> None:
    """With 2 of 4 right pass@2 is 1 - C(2,2)/C(4,2) = 5/6; maj@2 is what the rows say."""
    a, b = {"t": result([0] * 8, 4)}, {"t": result([2] * 8, 4)}
    assert compare_results(a, b, metric="pass@2")["tasks"]["t"]["b"] == pytest.approx(5 / 6, abs=1e-4)
    assert compare_results(a, b, metric="maj@2")["tasks"]["t"]["b"] == 0.5
    with pytest.raises(UsageError, match="pass@5 was not measured with 4 draws"):
        compare_results(a, b, metric="pass@5")
    with pytest.raises(UsageError, match="maj@3 was not measured"):
        compare_results(a, b, metric="maj@3")
    with pytest.raises(UsageError, match="no metric 'best'"):
        compare_results(a, b, metric="best")


def test_several_tasks_have_a_mean_and_share_signs_of_shared_problems() -> None:
    """The same six problems in both tasks: their gains add up before signs are drawn, so p is that of six differences, not of twelve."""
    a = {"s": result([0] * 6), "t": result([0] * 6)}
    b = {"s": result([1] * 6), "t": result([1] * 6)}
    found = compare_results(a, b)
    assert found["overall"]["difference"][0] == 1.0
    assert found["overall"]["p_value"] == sign_flip_test([1.0] * 6).p_value == 2 / 64
    assert found["tasks"]["s"]["p_corrected"] == 4 / 64
    assert compare_results(a, {"s": b["s"], "u": b["t"]})["only_one"] == ["t", "u"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"verifier_id": "w", "verifier": "dart-math"}, "verifier: dartkit v and dart-math w"),
        ({"sampler": {**SAMPLER, "prompt_hash": "q"}}, "prompt_hash: 'p' and 'q'"),
        ({"sampler": {**SAMPLER, "system_prompt": "Think."}}, "system_prompt: None and 'Think.'"),
    ],
)
def test_other_measurements_are_refused_unless_told(changes: dict[str, Any], message: str) -> None:
    a, b = {"t": result([0, 1, 1])}, {"t": result([0, 1, 1], **changes)}
    with pytest.raises(UsageError) as stop:
        compare_results(a, b)
    assert message in stop.value.what
    assert "--allow-differences" in stop.value.fix
    assert message in compare_results(a, b, force=True)["tasks"]["t"]["differs"]


def test_other_problems_and_answers_are_differences_and_sampling_is_only_told() -> None:
    a, b = result([1, 1, 0, 1]), result([1, 1, 0, 1, 1], max_tokens=10)
    b["rows"]["q0"]["answer_id"] = "other"
    del b["rows"]["q1"]
    found = find_differences(a, b)
    assert [(item.what, item.blocks) for item in found] == [
        ("problems: 1 only in A, 1 only in B", True),
        ("gold answers of 1 problems", True),
        ("max_tokens: 9 and 10", False),
    ]
    assert compare_results({"t": a}, {"t": b}, force=True)["tasks"]["t"]["problems"] == 3


def test_places(tmp_path: Path) -> None:
    """A file, a run with one eval, a run with two and a name, a folder of tasks."""
    for task, names in (("gsm8k", ["greedy"]), ("math", ["greedy", "avg8"])):
        folder = tmp_path / "suite" / task / "evals"
        folder.mkdir(parents=True)
        (folder.parent / "run.json").write_text("{}")
        for name in names:
            (folder / f"{name}.json").write_text(json.dumps(result([1, 0], name=name)))
    (tmp_path / "suite" / SUITE).write_text("{}")
    suite = str(tmp_path / "suite")
    assert list(read_results(f"{suite}/gsm8k")) == ["gsm8k"]
    assert list(read_results(f"{suite}/gsm8k/evals/greedy.json")) == ["gsm8k"]
    assert read_results(f"{suite}/math:avg8")["math"]["name"] == "avg8"
    assert list(read_results(f"{suite}:greedy")) == ["gsm8k", "math"]
    assert list(read_results(f"{suite}:avg8")) == ["math"]
    for place, message in (
        (f"{suite}/math", "there are 2 evals"), (f"{suite}/math:no", "no eval named 'no'"), (f"{suite}:no", "no result"),
        (str(tmp_path / "gone"), "no result"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=message):
            read_results(place)
    (tmp_path / "old.json").write_text(json.dumps({"per_problem": {}}))
    with pytest.raises(DataError, match="older dartkit"):
        read_results(str(tmp_path / "old.json"))
    (tmp_path / "old.json").write_text("[]")
    with pytest.raises(DataError, match="not the result"):
        read_results(str(tmp_path / "old.json"))
