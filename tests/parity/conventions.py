"""docs/parity.md: where dartkit, verl, TRL and OpenRLHF mean different numbers by the same word, and how to get each.

Run `python -m tests.parity.conventions` to write the page; a test compares it and asks the installed peers for their defaults.
"""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "parity.md"

INTRO = """# Parity of the objectives

`make parity` computes dartkit's losses, gradients, advantages, rollout corrections and overlong punishment next to verl 0.9.1's and
TRL 1.16.0's own code, and OpenRLHF 0.11.0's formulas restated, in float64 on random tokens with random masks. Every difference is
at most 1e-8 (1e-7 for the mismatch metrics, whose denominators verl adds 1e-8 to). dartkit's tensors carry NaN in the padding meanwhile. Where two projects mean different things by one word, the table
says which, and which setting of `algo` gives the peer's number.
"""

COLUMNS = ("topic", "dartkit", "verl 0.9.1", "TRL 1.16.0", "OpenRLHF 0.11.0", "to get the peers' number")

ROWS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("deviation", "sample (n - 1)", "sample", "sample, n / (n - 1) held in float32 (async trainer: population)", "sample", "TRL's is off by up to 3e-8"),
    ("eps beside the deviation", "1e-6", "1e-6", "1e-4", "1e-9", "`advantage_epsilon`"),
    ("group of equal rewards", "exactly 0", "0 up to rounding", "0 up to rounding", "0 up to rounding", "the same"),
    ("group of one", "0", "the raw reward", "not in training", "0 after the baseline", "none; dartkit asks for 2 or more samples"),
    ("`batch-std`", "group mean, deviation of all rewards", "-", "group mean, deviation of all rewards", "-", "the same"),
    (
        "`batch-whiten`", "over the step's tokens, sample variance, eps 1e-8 in the root", "the same", "-",
        "over tokens, population variance, held at 1e-8", "differs by the factor sqrt((n - 1) / n) from OpenRLHF",
    ),
    (
        "token mean", "all tokens of the mini-batch over all ranks", "the same (`global_batch_info`)",
        "tokens of the generation batch / steps per generation", "tokens of the accumulation batch",
        "equal to TRL's where a generation batch is one optimizer step",
    ),
    ("fully masked sample", "counts nowhere", "counts nowhere", "counts in `grpo`, `sapo` and `dr_grpo` means", "counts nowhere", "-"),
    (
        "mean of sample means", "sum / n", "sum / (n + 1e-8)", "sum / max(n, 1)", "sum / (n + 1e-8)", "1e-8 apart at most",
    ),
    (
        "Dr. GRPO's constant", "`max_tokens`", "padded width, or `loss_scale_factor`", "`max_completion_length`", "-",
        "`loss_constant_tokens`",
    ),
    ("no token at all", "loss 0, no step", "NaN", "0", "NaN", "-"),
    ("everything outside an IcePop band", "loss 0, no step", "ZeroDivisionError in its metrics", "0", "0", "-"),
    ("log-ratio", "held within 20", "within 20 (GSPO: at most 10)", "not held", "within 20 (GSPO: not held)", "equal below 10"),
    ("dual clip", "off", "3.0, always on", "`delta`, off, on the ratio itself", "off", "`dual_clip`"),
    ("CISPO's weight", "at most 5, no lower bound", "in [1 - 0.2, 1 + 0.2]", "at most `epsilon_high` (advice: 5.0)", "-", "`clip_low`, `clip_high`"),
    ("GSPO's ratio", "per token, sg(q) p / sg(p)", "the same", "per sample", "per sample", "value and gradient agree"),
    ("SAPO's tau", "1.0 and 1.05", "1.0 and 1.05", "1.0 and 1.05, held in float32", "-", "1.05 differs by 5e-8 in float32"),
    ("KL-Cov", "beside the algorithm's clip, over the mini-batch", "no clip, over the micro-batch", "-", "-", "`clip_low: 1`, `clip_high` large"),
    ("top entropy", "over the mini-batch; denominator unchanged", "-", "over the micro-batch of all ranks; denominator unchanged", "-", "the same in one micro-batch"),
    (
        "entropy bonus", "weighted like the loss", "weighted like the loss", "mean over tokens, whatever the loss", "token mean",
        "equal with `token-mean`",
    ),
    ("k3 in the loss", "plain", "plain, held at 10", "times the ratio unless `use_bias_correction_kl` is off", "plain", "-"),
    (
        "importance weight", "off; token, sequence (product) or geometric", "token or sequence, at most 2.0",
        "product over the sample, 0 above 3.0", "token, held on both sides",
        "TRL: `{kind: icepop, level: sequence, low: 0, high: 3}`",
    ),
    (
        "bounds of a rejection", "on w = p_old / p_rollout", "k1 modes: on 1 / w", "on w", "on w",
        "verl's `lo_hi` is `low: 1 / hi`, `high: 1 / lo`",
    ),
    (
        "denominator after a rejection", "all tokens (`fixed`) or what is left (`kept`)", "IcePop: all; `rollout_rs`: what is left", "all", "all",
        "`denominator`",
    ),
    ("overlong punishment", "never below -1", "no floor", "never below -1", "never below -1 times its factor", "equal up to the limit"),
)  # fmt: skip


def page() -> str:
    """Return the page."""
    rule = "|".join(["---"] * len(COLUMNS))
    lines = [f"| {' | '.join(row)} |" for row in ROWS]
    return "\n".join([INTRO, f"| {' | '.join(COLUMNS)} |", f"|{rule}|", *lines, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
