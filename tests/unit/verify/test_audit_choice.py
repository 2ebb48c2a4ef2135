"""Naming a verifier on one line, and finding the one that a run was judged with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dartkit.errors import UsageError
from dartkit.run import RunDir
from dartkit.settings import VerifierSettings
from dartkit.verify.audit_choice import describe_verifier, read_verifier, verifier_of_run
from tests.conftest import make_run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dartkit", VerifierSettings()),
        ("dartkit@3", VerifierSettings(name="dartkit@3")),
        ("math-dapo", VerifierSettings(name="math-dapo")),
        ("dartkit:percent=strict", VerifierSettings(percent="strict")),
        (" dartkit : percent = strict , tolerance=0.01 ", VerifierSettings(percent="strict", tolerance=0.01)),
        ("dartkit:", VerifierSettings()),
        ("dartkit:workers=2,timeout_seconds=5", VerifierSettings(workers=2, timeout_seconds=5.0)),
    ],
)
def test_read(text: str, expected: VerifierSettings) -> None:
    assert read_verifier(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dartkit:percent", "'percent' is not OPTION=VALUE"),
        ("dartkit:percent=lax", "percent"),
        ("dartkit:colour=red", "colour"),
        ("dartkit:tolerance=2", "tolerance"),
        ("dartkit:name=other", "'name=other' is not"),
    ],
)
def test_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        read_verifier(text)
    assert "dartkit:percent=strict" in caught.value.fix


@pytest.mark.parametrize("text", ["dartkit", "math-dapo", "dartkit:percent=strict,tolerance=0.01"])
def test_what_is_described_is_read_back(text: str) -> None:
    assert describe_verifier(read_verifier(text)) == text


def finish(run: RunDir, key: str, stage: str, at: str, **settings: Any) -> None:
    run.finish_step(key, {"stage": stage, "settings": settings, "finished_at": at})


def test_the_last_step_with_a_verifier_decides(tmp_path: Path) -> None:
    """Not `validate`, which may be run at any time, and not a step without one."""
    run = make_run(tmp_path / "run")
    assert verifier_of_run(run) == VerifierSettings()
    finish(run, "estimate", "estimate", "2026-01-01", verifier={"percent": "strict"})
    finish(run, "verify", "verify", "2026-01-02", verifier={"units": "strict"})
    finish(run, "validate", "validate", "2026-01-03", verifier={})
    finish(run, "plan", "plan", "2026-01-04")
    assert verifier_of_run(run) == VerifierSettings(units="strict")


def test_settings_of_an_older_dartkit_are_passed_over(tmp_path: Path) -> None:
    """Version 0.1 wrote `percent: true`."""
    run = make_run(tmp_path / "run")
    finish(run, "verify", "verify", "2026-01-02", verifier={"percent": True})
    assert verifier_of_run(run) == VerifierSettings()
