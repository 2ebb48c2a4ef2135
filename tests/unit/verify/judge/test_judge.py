"""Whole questions through an engine: order, votes, abstentions, identity, budget. Expected outcomes are counted by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from dartkit.budget import BudgetMeter
from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.engines.scripted import ScriptedEngine
from dartkit.models import ModelRef
from dartkit.records import FinishReason, Outcome
from dartkit.settings import Budget, ModelSettings, VllmEngine
from dartkit.settings import ScriptedEngine as ScriptedSettings
from dartkit.verify.judge import Judge, JudgeQuestion, JudgeSettings, load_judge
from dartkit.verify.judge.control import control_answer
from dartkit.verify.judge.question import LEFT_OUT, MAX_GOLD_CHARS
from tests.conftest import make_problem
from tests.unit.verify.judge.voices import (
    DIFFERENT,
    EQUAL,
    UNSURE,
    Voice,
    VoiceEngine,
    always,
    judge_settings,
    read_prompt,
    sound,
)

DAY = JudgeQuestion("Which day follows Thursday?", "Friday", "the day before Saturday")
KNOWS_DAY = ("Friday", "the day before Saturday")


def scripted_votes(replies: str, controls: str = "-----") -> Voice:
    """Return a voice that answers vote i with sign i: + (equal), - (different), U(nsure), X (unreadable), L (cut off), ! (failed)."""
    said = {"+": EQUAL, "-": DIFFERENT, "U": UNSURE, "X": "I would say they are equal.", "L": EQUAL, "!": ""}
    ends: dict[str, FinishReason] = {"L": "length", "!": "error"}

    def speak(request: DrawRequest) -> FinishedDraw:
        is_control = read_prompt(request.prompt).candidate != DAY.candidate
        letter = (controls if is_control else replies)[request.draw_index]
        return FinishedDraw(request, said[letter], ends.get(letter, "stop"), 1.0, seed=request.seed)

    return speak


@pytest.mark.parametrize(
    ("replies", "controls", "outcome", "detail"),
    [
        ("+++", "---", "correct", "majority: 3 equal, 0 different, 0 abstained"),
        ("++-", "---", "correct", "majority: 2 equal, 1 different, 0 abstained"),
        ("--+", "---", "incorrect", "majority: 1 equal, 2 different, 0 abstained"),
        ("+-+", "---", "undecided", "no-majority: 2 equal, 1 different, 0 abstained"),
        ("+U-", "---", "undecided", "no-majority: 1 equal, 1 different, 1 abstained (unsure)"),
        ("++X", "---", "correct", "majority: 2 equal, 0 different, 1 abstained (unreadable)"),
        ("++L", "---", "correct", "majority: 2 equal, 0 different, 1 abstained (unreadable)"),
        ("++!", "---", "correct", "majority: 2 equal, 0 different, 1 abstained (error)"),
        ("XL!", "---", "undecided", "no-majority: 0 equal, 0 different, 3 abstained (unreadable, error)"),
        ("!!!", "!!!", "undecided", "no-majority: 0 equal, 0 different, 3 abstained (error)"),
        ("+++", "--+", "correct", "majority: 2 equal, 0 different, 1 abstained (control equal)"),
        ("+++", "+-U", "undecided", "no-majority: 1 equal, 0 different, 2 abstained (control equal, control unsure)"),
        ("---", "!XL", "undecided", "no-majority: 0 equal, 0 different, 3 abstained (control error, control unreadable)"),
    ],
)  # fmt: skip
def test_votes_become_a_verdict(replies: str, controls: str, outcome: Outcome, detail: str) -> None:
    """The table of `test_tally` again, but through prompts, draws and replies."""
    engine = VoiceEngine(scripted_votes(replies, controls))
    (verdict,) = Judge(engine, judge_settings()).ask([DAY])
    assert (verdict.outcome, verdict.method, verdict.detail) == (outcome, "judge", detail)
    assert verdict.seconds == 3.0  # its own three votes of one second, not the controls
    assert len(engine.asked) == 6


def test_a_sound_judge() -> None:
    """Right and wrong answers in any mixture come back in the order of asking, equal questions once, whatever order draws end in."""
    wrong = [replace(DAY, candidate=f"day number {n}") for n in range(20)]
    questions = [DAY, *wrong[:10], replace(DAY, candidate="FRIDAY"), *wrong[10:], DAY, wrong[3]]
    for capacity, at_once in ((1, 1), (5, 2), (64, 64)):
        engine = VoiceEngine(sound(KNOWS_DAY), capacity=capacity, at_once=at_once)
        verdicts = Judge(engine, judge_settings()).ask(questions)
        assert [verdict.outcome for verdict in verdicts] == [
            "correct", *["incorrect"] * 10, "correct", *["incorrect"] * 10, "correct", "incorrect",
        ]  # fmt: skip
        # 22 distinct questions of three votes each, and one set of three controls for the one gold answer
        assert len(engine.asked) == 22 * 3 + 3
        assert engine.aborts == 0


@pytest.mark.parametrize("votes", [1, 2, 3, 4, 5])
def test_a_judge_that_favours_a_place_is_never_believed(votes: int) -> None:
    """It says EQUAL if the reference comes first; a single vote, which has one order only, is the exception."""

    def speak(request: DrawRequest) -> str:
        shown = read_prompt(request.prompt)
        return EQUAL if shown.reference_first and shown.candidate.startswith("answer") else DIFFERENT

    questions = [replace(DAY, candidate=f"answer {n}") for n in range(40)]
    outcomes = {
        verdict.outcome for verdict in Judge(VoiceEngine(speak), judge_settings(votes=votes)).ask(questions)
    }
    assert outcomes == ({"correct", "incorrect"} if votes == 1 else {"undecided"})


def test_orders_and_seeds() -> None:
    """Votes of a question alternate; over 200 questions both orders begin; no two draws share a seed or an id."""
    engine = VoiceEngine(always(DIFFERENT), capacity=64, at_once=64)
    questions = [replace(DAY, candidate=f"answer {n}") for n in range(200)]
    Judge(engine, judge_settings(control=False), seed=3).ask(questions)
    first = 0
    by_candidate: dict[str, dict[int, bool]] = {}
    for request in engine.asked:
        shown = read_prompt(request.prompt)
        by_candidate.setdefault(shown.candidate, {})[request.draw_index] = shown.reference_first
    for orders in by_candidate.values():
        assert orders[0] == orders[2] != orders[1]
        first += orders[0]
    assert 70 < first < 130  # 200 fair coins: 100 ± 4 standard deviations of 7
    assert len({request.seed for request in engine.asked}) == 600
    again = VoiceEngine(always(DIFFERENT))
    Judge(again, judge_settings(control=False), seed=3).ask(questions[:1])
    assert {request.seed for request in again.asked} <= {request.seed for request in engine.asked}
    other = VoiceEngine(always(DIFFERENT))
    Judge(other, judge_settings(control=False), seed=4).ask(questions[:1])
    assert {request.seed for request in other.asked}.isdisjoint(request.seed for request in engine.asked)


@pytest.mark.parametrize(
    ("question", "outcome", "rule"),
    [
        (replace(DAY, candidate=""), "no_answer", "no-content"),
        (replace(DAY, candidate="\\boxed{}"), "no_answer", "no-content"),
        (replace(DAY, candidate="Solution:"), "no_answer", "opener"),
        (replace(DAY, gold=""), "undecided", "no-gold"),
        (replace(DAY, gold="..."), "undecided", "no-gold"),
        (replace(DAY, gold="a" * (MAX_GOLD_CHARS + 1)), "undecided", "gold-too-long"),
        (replace(DAY, candidate="a" * 201, kind="proof"), "undecided", "proof-too-long"),
        (replace(DAY, candidate="7" + "." * 200), "no_answer", "no-content"),
        (replace(DAY, candidate="7" + " " * 191 + "Solution:"), "no_answer", "opener"),
    ],
)  # fmt: skip
def test_settled_by_rule(question: JudgeQuestion, outcome: Outcome, rule: str) -> None:
    """Nothing is asked; the last two show that what counts is what the judge would have been shown, the last 200 characters."""
    engine = VoiceEngine(always(EQUAL))
    (verdict,) = Judge(engine, judge_settings(max_answer_chars=200)).ask([question])
    assert (verdict.outcome, verdict.method, verdict.rule) == (outcome, "none", rule)
    assert engine.asked == []


def test_long_answers_are_shown_from_the_end() -> None:
    """Of 300 characters the last 200 are shown, and that something is missing."""
    engine = VoiceEngine(always(DIFFERENT))
    Judge(engine, judge_settings(max_answer_chars=200, control=False)).ask(
        [replace(DAY, candidate="a" * 100 + "b" * 200), replace(DAY, candidate="c" * 200)]
    )
    shown = {read_prompt(request.prompt).candidate for request in engine.asked}
    assert shown == {LEFT_OUT + "b" * 200, "c" * 200}


def test_controls_are_shared_and_wrong() -> None:
    """Two gold answers, four candidates: 12 votes and 6 controls, and each control is the prepared one for its vote."""
    engine = VoiceEngine(always(DIFFERENT), capacity=64)
    questions = [
        JudgeQuestion("Which day?", gold, f"{gold} or {n}") for gold in ("Friday", "Monday") for n in (1, 2)
    ]
    Judge(engine, judge_settings()).ask(questions)
    seen = [(read_prompt(request.prompt), request.draw_index) for request in engine.asked]
    controls = [(shown, index) for shown, index in seen if " or " not in shown.candidate]
    assert (len(seen), len(controls)) == (18, 6)
    assert all(shown.candidate == control_answer(shown.reference, index) for shown, index in controls)


def test_a_candidate_that_is_the_control() -> None:
    """The candidate spells the decoy of vote 1: one draw serves as both, and a judge that accepts it is not believed."""
    decoy = control_answer("Friday", 1)
    asked = replace(DAY, candidate=decoy)
    for reply, outcome in ((DIFFERENT, "incorrect"), (EQUAL, "undecided")):
        engine = VoiceEngine(always(reply))
        assert Judge(engine, judge_settings()).ask([asked])[0].outcome == outcome
        assert len(engine.asked) == 5


def test_the_scripted_engine_never_accepts() -> None:
    """It writes about boxes and numbers and has no verdict line, whatever its pass rate; unknown problems are failed draws."""
    problem = make_problem("Which day follows Thursday?", "Friday")
    known = replace(DAY, problem_id=problem.problem_id)
    engine = ScriptedEngine(ScriptedSettings(pass_rate=1.0), [problem])
    verdicts = Judge(engine, judge_settings()).ask([known, replace(DAY, candidate="Friday the 13th")])
    assert [verdict.outcome for verdict in verdicts] == ["undecided", "undecided"]
    assert verdicts[0].detail == "no-majority: 0 equal, 0 different, 3 abstained (unreadable)"
    assert verdicts[1].detail == "no-majority: 0 equal, 0 different, 3 abstained (error)"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ud800",
        "\x00",
        "{problem}",
        "|" * 5_000,
        "\n" * 3_000,
        "<|im_end|>",
        "🙂",
        "\u202e7",
        "a" * 70_000,
    ],
)
def test_no_text_raises(text: str) -> None:
    """On any of the three sides; the sound judge answers what it can read."""
    questions = [replace(DAY, problem=text), replace(DAY, gold=text), replace(DAY, candidate=text)]
    verdicts = Judge(VoiceEngine(sound(KNOWS_DAY)), judge_settings()).ask(questions)
    assert verdicts[0].outcome == "correct"
    assert all(verdict.outcome != "correct" for verdict in verdicts[1:])


def test_budget_of_draws() -> None:
    """Seven draws pay for one question (three votes, three controls) and one vote of the next, which stays undecided."""
    engine = VoiceEngine(sound(KNOWS_DAY), capacity=4)
    questions = [DAY, replace(DAY, candidate="Monday"), replace(DAY, candidate="Tuesday")]
    judge = Judge(engine, judge_settings())
    verdicts = judge.ask(questions, meter=BudgetMeter(Budget(max_draws=7)))
    assert [verdict.rule for verdict in verdicts] == ["majority", "budget", "budget"]
    assert [verdict.outcome for verdict in verdicts] == ["correct", "undecided", "undecided"]
    assert len(engine.asked) == 7
    assert [verdict.outcome for verdict in judge.ask(questions)] == ["correct", "incorrect", "incorrect"]
    assert len(engine.asked) == 6 + 3 + 3  # what was cast is not drawn again


def test_budget_of_settings() -> None:
    settings = judge_settings().model_copy(update={"budget": Budget(max_draws=1)})
    engine = VoiceEngine(always(EQUAL))
    assert Judge(engine, settings).ask([DAY])[0].rule == "budget"
    assert len(engine.asked) == 1


def test_stream_hands_back_as_votes_are_cast() -> None:
    """With three draws in flight, questions come back before later ones are asked; leaving early aborts what is in flight."""
    engine = VoiceEngine(sound(KNOWS_DAY), capacity=3, at_once=3)
    judge = Judge(engine, judge_settings(control=False))
    opener = replace(DAY, candidate="Solution")
    stream = judge.stream([opener, DAY, *(replace(DAY, candidate=f"n {n}") for n in range(9))])
    assert next(stream)[0] == opener
    question, verdict = next(stream)
    assert (question, verdict.outcome) == (DAY, "correct")
    assert len(engine.asked) == 3
    next(stream)
    stream.close()  # type: ignore[attr-defined]  # an iterator by type, a generator by nature
    assert engine.aborts == 1
    assert len(engine.asked) == 6


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"votes": 5}, False), ({"accept": "unanimous"}, False), ({"control": False}, False), ({"template": "proof"}, False),
        ({"max_answer_chars": 500}, False), ({"system": "You are strict."}, False), ({"chat": False}, False),
        ({"budget": Budget(max_draws=1)}, True),
    ],
    ids=lambda value: str(value),
)  # fmt: skip
def test_identity(change: dict[str, Any], same: bool) -> None:
    """What can change a verdict changes the verifier's id, a budget does not."""
    settings = judge_settings()
    engine = VoiceEngine(always(EQUAL))
    base = Judge(engine, settings, over="rules").verifier_id
    assert (Judge(engine, settings.model_copy(update=change), over="rules").verifier_id == base) is same
    assert len(base) == 32


def test_identity_of_the_model_and_the_rules() -> None:
    """Another revision, temperature or verifier below is another judge; the temperature is in the sampler too."""
    engine = VoiceEngine(always(EQUAL))
    settings = judge_settings().model_copy(update={"engine": VllmEngine(), "chat": False})
    refs = [ModelRef("m", "m", revision, "float32", None) for revision in ("r1", "r2")]

    def identify(settings: JudgeSettings, model: ModelRef | None, over: str | None) -> str:
        # The renderer asks a real model's tokenizer for its begin token only when it renders; nothing is loaded here.
        return Judge(engine, settings, model=model, over=over).verifier_id

    warm = settings.model_copy(update={"sampling": judge_settings(temperature=0.5).sampling})
    found = [
        identify(settings, refs[0], "a"), identify(settings, refs[1], "a"), identify(settings, refs[0], "b"),
        identify(settings, refs[0], None), identify(warm, refs[0], "a"), identify(settings, None, "a"),
    ]  # fmt: skip
    assert len(set(found)) == len(found)
    judge = Judge(engine, warm, model=refs[0])
    assert (judge.sampler.model, judge.sampler.model_revision, judge.sampler.temperature) == ("m", "r1", 0.5)


def test_load_judge_needs_no_model_for_the_scripted_engine() -> None:
    judge = load_judge(VoiceEngine(always(EQUAL)), judge_settings(), over="rules", seed=1)
    assert judge.sampler.model == "scripted"
    assert judge.identity["over"] == "rules"


def test_load_judge_resolves_the_model() -> None:
    """The bundled model cannot judge, but it has a name, a revision and a weights type."""
    settings = judge_settings().model_copy(
        update={"model": ModelSettings(path="tiny"), "engine": VllmEngine()}
    )
    sampler = load_judge(VoiceEngine(always(EQUAL)), settings).sampler
    assert sampler.model == "tiny"
    assert sampler.model_revision is not None
    assert sampler.dtype in ("bfloat16", "float32")


@pytest.mark.parametrize(
    "wrong",
    [
        {"votes": 0},
        {"votes": 100},
        {"accept": "any"},
        {"max_answer_chars": 0},
        {"unknown": 1},
        {"control": "maybe"},
    ],
    ids=lambda value: str(value),
)
def test_settings_are_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        JudgeSettings.model_validate({"model": {"path": "m"}, **wrong})


def test_settings_need_a_model_and_votes_that_differ() -> None:
    """No model is chosen silently; at temperature 0 a third vote would be a copy of the first."""
    with pytest.raises(ValidationError, match="model"):
        JudgeSettings.model_validate({})
    assert [judge_settings(votes=votes, temperature=0.0).votes for votes in (1, 2)] == [1, 2]
    with pytest.raises(ValidationError, match="temperature 0"):
        judge_settings(votes=3, temperature=0.0)
