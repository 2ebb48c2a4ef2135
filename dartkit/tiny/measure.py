"""Measure the pass rates of a tiny checkpoint at temperature 1, as its model card states them.

    python -m dartkit.tiny.measure

Every draw of a cell (family, level) is of another test problem, so that the draws are independent
and Wilson's interval holds. It prints a table in Markdown; it needs vLLM.
"""

from __future__ import annotations

import argparse
import math
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from dartkit.tiny import checkpoint_path
from dartkit.tiny.problems import (
    FAMILIES,
    HELD_OUT_FAMILIES,
    HELD_OUT_LEVELS,
    LEVELS,
    generate_problems,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dartkit.tiny.problems import TinyProblem

SEED = 7
MAX_TOKENS = 400
_BOXED = re.compile(r"\\boxed\{(\d+)\}\.$")
_ENGINE_SETTINGS = {
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "OMP_NUM_THREADS": "1",
    "GOMP_SPINCOUNT": "0",
    "OMP_WAIT_POLICY": "passive",
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_LOGGING_LEVEL": "ERROR",
}


def is_correct(completion: str, answer: str) -> bool:
    """Judge a completion by the answer it boxes at its very end."""
    found = _BOXED.search(completion.strip())
    return found is not None and found.group(1) == answer


def wilson(correct: int, draws: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a rate; it stays sane at none and at all correct."""
    z = 1.959964
    rate = correct / draws
    scale = 1 + z * z / draws
    centre = (rate + z * z / (2 * draws)) / scale
    margin = z * math.sqrt(rate * (1 - rate) / draws + z * z / (4 * draws * draws)) / scale
    return max(0.0, centre - margin), min(1.0, centre + margin)


def count_correct(
    checkpoint: Path, problems: Sequence[TinyProblem], per_problem: int, temperature: float
) -> list[int]:
    """Draw completions for all problems at once and count the correct ones of each."""
    for name, value in _ENGINE_SETTINGS.items():
        os.environ.setdefault(name, value)
    from vllm import LLM, SamplingParams

    engine = LLM(
        model=str(checkpoint),
        dtype="bfloat16",
        max_model_len=1024,
        enforce_eager=True,
        max_num_seqs=256,
        seed=SEED,
    )
    tokenizer = engine.get_tokenizer()
    prompts = [
        str(
            tokenizer.apply_chat_template(
                [{"role": "user", "content": problem.text}],
                tokenize=False,
                add_generation_prompt=True,
            )
        )
        for problem in problems
    ]
    settings = SamplingParams(
        n=per_problem, temperature=temperature, max_tokens=MAX_TOKENS, top_p=1.0, top_k=0
    )
    outputs = engine.generate(prompts, settings, use_tqdm=False)
    return [
        sum(is_correct(draw.text, problem.answer) for draw in output.outputs)
        for output, problem in zip(outputs, problems, strict=True)
    ]


def _cell(counts: Sequence[int], per_problem: int) -> str:
    """Write one rate in percent, with its interval where the draws are independent."""
    draws = len(counts) * per_problem
    rate = f"{100 * sum(counts) / draws:.1f}"
    if per_problem > 1:
        mixed = sum(0 < count < per_problem for count in counts)
        return f"{rate} (mixed {100 * mixed / len(counts):.0f})"
    low, high = wilson(sum(counts), draws)
    return f"{rate} ({100 * low:.1f} to {100 * high:.1f})"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Measure a tiny checkpoint's pass rates.")
    parser.add_argument("--checkpoint", type=Path, default=checkpoint_path())
    parser.add_argument("--per-cell", type=int, default=300, help="problems a family and level")
    parser.add_argument("--per-problem", type=int, default=1, help="draws a problem")
    parser.add_argument("--temperature", type=float, default=1.0)
    args = parser.parse_args()
    families, levels = FAMILIES + HELD_OUT_FAMILIES, LEVELS + HELD_OUT_LEVELS
    problems = [
        problem
        for family in families
        for problem in generate_problems(
            families=[family], levels=levels, per_level=args.per_cell, split="test", seed=SEED
        )
    ]
    counts = count_correct(args.checkpoint, problems, args.per_problem, args.temperature)
    print("| level | seen families | " + " | ".join(families) + " |")
    print("| --- |" + " --- |" * (len(families) + 1))
    for level in levels:
        groups = [FAMILIES, *((family,) for family in families)]
        cells = [
            _cell(
                [
                    count
                    for count, problem in zip(counts, problems, strict=True)
                    if problem.level == level and problem.family in group
                ],
                args.per_problem,
            )
            for group in groups
        ]
        print(f"| {level} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
