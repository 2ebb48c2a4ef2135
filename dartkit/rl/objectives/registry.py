"""From an algorithm's settings to its loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dartkit.rl.objectives.cispo import cispo_loss
from dartkit.rl.objectives.dapo import dapo_loss
from dartkit.rl.objectives.dr_grpo import dr_grpo_loss
from dartkit.rl.objectives.grpo import grpo_loss
from dartkit.rl.objectives.gspo import gspo_loss
from dartkit.rl.objectives.reinforce_plus_plus import reinforce_plus_plus_loss
from dartkit.rl.objectives.rloo import rloo_loss
from dartkit.rl.objectives.sapo import sapo_loss

if TYPE_CHECKING:
    from dartkit.algorithm_settings import AlgoSettings
    from dartkit.rl.objectives.tokens import PolicyTokens, TokenLosses

OBJECTIVES: dict[str, Callable[..., Any]] = {
    "dapo": dapo_loss,
    "grpo": grpo_loss,
    "dr-grpo": dr_grpo_loss,
    "gspo": gspo_loss,
    "cispo": cispo_loss,
    "sapo": sapo_loss,
    "reinforce++": reinforce_plus_plus_loss,
    "rloo": rloo_loss,
}


def token_losses(tokens: PolicyTokens, algo: AlgoSettings) -> TokenLosses:
    """Return the loss of each token under the algorithm that the settings name."""
    losses: TokenLosses = OBJECTIVES[algo.kind](tokens, algo)
    return losses
