"""A list of rewards as one: sums, weights, names, what the settings refuse, and which groups can teach by another metric."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dartkit.errors import UsageError
from dartkit.reward_settings import (
    CosineReward,
    FormatReward,
    OverlongReward,
    RepetitionReward,
    RewardSettings,
    VerifierReward,
)
from dartkit.rl.metrics import reward_numbers
from dartkit.rl.rewards.compose import RewardSet
from dartkit.rl.samples import RolloutGroup, RolloutSample
from dartkit.rl.scoring import Scorer
from dartkit.training_settings import TrainRlSettings
from tests.unit.rl.rewards.samples import PROBLEM, make_sample

LISTED: tuple[RewardSettings, ...] = (
    VerifierReward(weight=2.0),
    FormatReward(weight=0.0),
    OverlongReward(buffer_tokens=4, weight=0.5),
    RepetitionReward(ngram_tokens=1, penalty=-1.0),
)


def test_weighted_sum_by_hand() -> None:
    """Limit 10, 8 tokens of which one repeats: right 2 * 1, boxed 0 * 1, overlong 0.5 * -0.5; the dense -1 stays apart."""
    with RewardSet(LISTED, max_tokens=10) as chosen:
        right, wrong = chosen.score(
            PROBLEM,
            [
                make_sample(r"\boxed{2}", tokens=(1, 2, 3, 4, 5, 6, 7, 1)),
                make_sample("3", outcome="incorrect"),
            ],
        )
    assert right.rewards == {"verifier": 1.0, "format": 1.0, "overlong": -0.5, "repetition": -1.0}
    assert right.reward == 1.75
    assert right.token_rewards == (0.0,) * 7 + (-1.0,)
    assert wrong.rewards == {"verifier": -1.0, "format": 0.0, "overlong": 0.0, "repetition": 0.0}
    assert wrong.reward == -2.0
    numbers = reward_numbers([right, wrong])
    assert numbers == {
        "rewards/verifier": 0.0, "rewards/format": 0.5, "rewards/overlong": -0.25, "rewards/repetition": -0.5,
        "reward_errors": {},
    }  # fmt: skip


def settings(**changes: Any) -> TrainRlSettings:
    return TrainRlSettings.model_validate(changes)


def test_the_switch_of_dapo_appends_one_overlong_reward() -> None:
    """Weight 1, unless the list has one already."""
    assert settings().all_rewards() == (VerifierReward(),)
    algo = {"overlong_buffer_tokens": 64}
    assert settings(algo=algo).all_rewards() == (VerifierReward(), OverlongReward(buffer_tokens=64))
    own = settings(algo=algo, rewards=[{"kind": "overlong", "buffer_tokens": 8, "weight": 0.1}])
    assert own.all_rewards() == (OverlongReward(buffer_tokens=8, weight=0.1),)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"rewards": [{"kind": "verifier"}, {"kind": "verifier"}]}, "names of their own"),
        ({"rewards": [{"kind": "verifier", "name": "reward"}]}, "names of their own"),
        ({"filter_metric": "cosine"}, "nor a reward: verifier"),
        ({"filter_metric": "verifier/length"}, "nor a reward: verifier"),
        (
            {"filter_metric": "x/length", "rewards": [{"kind": "python", "name": "y", "function": "a.py:f"}]},
            "nor NAME/KEY with a python reward: y",
        ),
        ({"rewards": []}, "at least 1"),
        ({"rewards": [{"kind": "overlong", "buffer_tokens": 513}]}, "does not fit"),
        ({"algo": {"overlong_buffer_tokens": 513}}, "does not fit"),
        ({"rewards": [{"kind": "cosine", "margin": 512}]}, "leaves nothing"),
        ({"rewards": [{"kind": "cosine", "max_length": 400}]}, "max_length"),
        ({"rewards": [{"kind": "repetition", "penalty": 0.05}]}, "less than or equal to 0"),
        ({"rewards": [{"kind": "python", "function": "mine.py"}]}, "pattern"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes: dict[str, Any], why: str) -> None:
    """Sampling allows 512 tokens by default."""
    with pytest.raises(ValidationError, match=why):
        settings(**changes)


def fate(metric: str, *samples: RolloutSample) -> str:
    return RolloutGroup(0, PROBLEM, samples, filter_metric=metric).fate


def test_which_groups_can_teach() -> None:
    """Two right answers of other lengths teach by `reward` and by `cosine`, not by accuracy or the verifier's reward."""
    listed = (VerifierReward(), CosineReward())
    with RewardSet(listed, max_tokens=100) as chosen:
        short, long, wrong = chosen.score(
            PROBLEM, [make_sample(tokens=10), make_sample(tokens=60), make_sample(outcome="incorrect")]
        )
    assert fate("accuracy", short, long) == fate("verifier", short, long) == "all_right"
    assert fate("reward", short, long) == fate("cosine", short, long) == "kept"
    assert fate("accuracy", short, wrong) == "kept"
    assert fate("reward", wrong, wrong) == "all_wrong"
    assert RolloutGroup(0, PROBLEM, (short,), failed=True, filter_metric="reward").fate == "failed"


def test_right_and_wrong_that_earn_the_same_teach_nothing_by_that_metric() -> None:
    """A weight of 0 leaves the sum 0 for both."""
    with RewardSet((VerifierReward(weight=0.0),), max_tokens=100) as chosen:
        samples = chosen.score(PROBLEM, [make_sample(), make_sample(outcome="incorrect")])
    assert fate("reward", *samples) == "all_wrong"
    assert fate("verifier", *samples) == "kept"


def test_any_number_of_a_function_can_be_the_metric(tmp_path: Path) -> None:
    """Two right answers of 2 and 3 words differ in `words` alone; a failed sample is passed over; a number that is not there is named."""
    (tmp_path / "mine.py").write_text(
        "def brief(completion):\n"
        "    if 'bad' in completion:\n"
        "        raise ValueError(completion)\n"
        "    return {'score': 1.0, 'words': len(completion.split()), 'one': 1}\n"
    )
    function = f"{tmp_path / 'mine.py'}:brief"
    rewards: list[Any] = [{"kind": "verifier"}, {"kind": "python", "name": "brief", "function": function}]
    chosen = settings(rewards=rewards, filter_metric="brief/words")
    texts = {"differ": ("a b", "a b c"), "alike": ("a b", "c d"), "failed": ("a b", "bad")}
    with RewardSet(chosen.all_rewards(), max_tokens=100) as opened:

        def fate_of(metric: str, which: str) -> str:
            scorer = Scorer(None, opened, filter_metric=metric)  # type: ignore[arg-type]  # nothing is verified here
            return scorer.group(0, PROBLEM, [make_sample(text) for text in texts[which]], False).fate

        assert [fate_of("brief/words", which) for which in texts] == ["kept", "all_right", "all_right"]
        assert [fate_of("brief/one", which) for which in texts] == ["all_right"] * 3
        with pytest.raises(UsageError, match="does not return that number") as caught:
            fate_of("brief/sentences", "differ")
        assert caught.value.fix == "It returns: brief/words, brief/one."
