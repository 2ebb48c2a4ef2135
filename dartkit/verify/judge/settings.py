"""Settings of the judge: which model, how it is asked, and when its votes decide."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from dartkit.settings import AutoEngine, Budget, EngineSettings, ModelSettings, SamplingSettings, Settings


class JudgeSettings(Settings):
    """A model that compares answers where the rules cannot. Costs `votes` draws an answer, with `control` up to twice that."""

    model: ModelSettings
    """The model that judges. There is no default: the bundled model cannot do it."""
    engine: EngineSettings = AutoEngine()
    """Engine that runs it."""
    template: str = "strict"
    """Prompt for final answers: a bundled template or a `.txt` file with `{fence}`, `{problem}`, `{first}` and `{second}` in it."""
    proof_template: str = "proof"
    """Prompt where the gold answer is a proof; the same slots."""
    system: str | None = None
    """System message; None sends none."""
    chat: bool = True
    """Wrap in the model's chat template."""
    sampling: SamplingSettings = SamplingSettings(temperature=0.7, max_tokens=1024)
    """How votes are drawn. Everything but `max_tokens` decides which stored votes may be used again."""
    votes: int = Field(3, ge=1, le=99)
    """Votes on each answer; every other one shows the two answers in the other order."""
    accept: Literal["majority", "unanimous"] = "majority"
    """`majority`: correct if more than half of all votes say EQUAL, in both orders. `unanimous`: all of them. For incorrect more
    than half saying DIFFERENT, in both orders, is enough in either case; anything else is undecided."""
    control: bool = True
    """Put a wrong answer beside each vote; a vote counts only if the judge rejects that. Drawn once for each gold answer."""
    max_answer_chars: int = Field(2000, ge=100, le=20_000)
    """Longest candidate shown, in characters; of a longer one the end is shown, and a longer proof is not judged."""
    budget: Budget = Budget()
    """Hard stops for the judge's draws."""

    @model_validator(mode="after")
    def _votes_differ(self) -> JudgeSettings:
        if self.sampling.temperature == 0.0 and self.votes > 2:
            raise ValueError("at temperature 0 there are only two different votes, one for each order")
        return self
