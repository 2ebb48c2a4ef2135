"""Pre-train the bundled checkpoint from nothing: tokenizer, model, and files to load them from.

    python -m dartkit.tiny.pretrain --out DIR

The run stops in the middle of its learning-rate schedule, on purpose: at that step the model is
right nearly always on level 1 and seldom on level 5, and a wide spread of pass rates is what
difficulty estimates, rejection sampling and reinforcement learning need. Trained to the end it
would solve everything and show nothing.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

# Two threads that spin while they wait for a third process are ten times slower than two that
# sleep. OpenMP reads this when torch is imported.
os.environ.setdefault("GOMP_SPINCOUNT", "0")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import torch
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

from dartkit.tiny.corpus import EARLY, LATE, Corpus, tokenizer_texts
from dartkit.tiny.tokenizer import MAX_POSITIONS, train_tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transformers import PreTrainedTokenizerFast

    from dartkit.tiny.corpus import Row

SEED = 20407
THREADS = 2
VOCAB_SIZE = 640
TOKENIZER_PROBLEMS = 20_000

ROWS_PER_STEP = 6
SCHEDULE_STEPS = 6000
STOP_STEP = 4250
EARLY_STEPS = 1800
WARMUP_STEPS = 200
PEAK_RATE = 2e-3
WEIGHT_DECAY = 0.01
MAX_GRAD_NORM = 1.0
REPORT_EVERY = 50


def build_model(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """Make an untrained model; plain Llama, so that no engine needs extra code to run it."""
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=192,
        intermediate_size=512,
        num_hidden_layers=4,
        num_attention_heads=3,
        num_key_value_heads=3,
        head_dim=64,
        max_position_embeddings=MAX_POSITIONS,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config)


def learning_rate(step: int) -> float:
    """Warm up linearly, then follow a cosine to zero at the end of the schedule."""
    if step < WARMUP_STEPS:
        return PEAK_RATE * (step + 1) / WARMUP_STEPS
    progress = (step - WARMUP_STEPS) / (SCHEDULE_STEPS - WARMUP_STEPS)
    return PEAK_RATE * 0.5 * (1 + math.cos(math.pi * progress))


def weighted_loss(model: LlamaForCausalLM, batch: list[Row]) -> torch.Tensor:
    """Return the mean loss of the next tokens, each counted with its weight."""
    ids_BT = torch.tensor([row.ids for row in batch])
    weights_BT = torch.tensor([row.weights for row in batch])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits_BTV = model(input_ids=ids_BT[:, :-1], use_cache=False).logits
    losses = torch.nn.functional.cross_entropy(
        logits_BTV.float().flatten(0, 1), ids_BT[:, 1:].flatten(), reduction="none"
    )
    weights = weights_BT[:, 1:].flatten()
    return (losses * weights).sum() / weights.sum()


def train(model: LlamaForCausalLM, corpus: Corpus, steps: int) -> Iterator[int]:
    """Train, yielding the number of finished steps after each of them."""
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.95), weight_decay=WEIGHT_DECAY
    )
    model.train()
    rows = corpus.rows()
    started, recent = time.monotonic(), 0.0
    for step in range(steps):
        corpus.mixture = EARLY if step < EARLY_STEPS else LATE
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step)
        loss = weighted_loss(model, [next(rows) for _ in range(ROWS_PER_STEP)])
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_GRAD_NORM)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        recent += loss.item() / REPORT_EVERY
        if (step + 1) % REPORT_EVERY == 0:
            seconds = time.monotonic() - started
            print(f"step {step + 1}/{steps}  loss {recent:.4f}  {seconds:.0f} s", flush=True)
            recent = 0.0
        yield step + 1


def save(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write the checkpoint in bfloat16, the precision that it is meant to run in."""
    state = {name: value.to(torch.bfloat16) for name, value in model.state_dict().items()}
    copy = LlamaForCausalLM(model.config).to(torch.bfloat16)
    copy.load_state_dict(state)
    # Sampling as is: temperature 1 and no cut-offs, which is what pass rates are measured with.
    copy.generation_config = GenerationConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        do_sample=True,
        temperature=1.0,
        top_k=0,
        top_p=1.0,
    )
    copy.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Pre-train the tiny model of dartkit.")
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint")
    parser.add_argument("--steps", type=int, default=STOP_STEP, help="where to stop")
    parser.add_argument("--snapshot-every", type=int, default=0, help="steps; 0: only the end")
    args = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(THREADS)
    tokenizer = train_tokenizer(tokenizer_texts(SEED, TOKENIZER_PROBLEMS), VOCAB_SIZE)
    model = build_model(tokenizer)
    print(f"{model.num_parameters():,} parameters, {len(tokenizer)} tokens", flush=True)
    for step in train(model, Corpus(tokenizer, SEED), args.steps):
        if args.snapshot_every and step % args.snapshot_every == 0:
            save(model, tokenizer, args.out / f"step-{step:06d}")
    save(model, tokenizer, args.out)


if __name__ == "__main__":
    main()
