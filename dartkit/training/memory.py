"""How much memory a training will take, from the model's config and the settings alone: no weights are read and no GPU is needed.

With P parameters, of which Q are trained (all, or the adapters), M of them in linear layers; T tokens of a micro-batch; a model of
L layers, hidden size h, inner size f of the MLP, attention heads of a numbers in all and key-value heads of k, vocabulary V; b
bytes of the computing type (2 in bfloat16, 4 in float32); N ranks. Bytes on each rank:

    weights      4 P / N       masters in float32; 2 P where `memory.weights` says so; adapters are float32 on top
    gradients    4 Q / N       there while a micro-batch runs, where an update has several
    optimizer    8 Q / N       AdamW's two moments
    gathered     FSDP2 on several ranks: weights of two blocks (one computes, one is on its way) and of all that is outside
                 blocks, and gradients of one block and of the outside, whole
    autocast     2 M           the bfloat16 copies of the matrices that the backward pass keeps, whole on each rank; none where
                               the computing type is that of the weights
    activations  what the backward pass keeps of each layer and token, and 12 h a token of the last norm:
                 - of n numbers that its norms take (2 h, more with norms of q and k) their float32 inputs, 4 n, and, where the
                   norms' weights are trained, what these scale, 4 n
                 - the inputs of the matrices: 2 h b; 5 h b where each of q, k, v, gate and up keeps its own copy, cast to bfloat16
                 - attention's q, k, v, its output and the copy that `o` reads: (3 a + 2 k) b
                 - gate, up, the activated gate and the product: 4 f b
                 - adapters of rank r: 7 r b.
                 Recomputed layers keep their inputs instead: 4 h (2 h in bfloat16 weights) of each layer and token
    passing      in the backward pass of one layer: 8 h + 3 f b a token, and all of the above where the layer is recomputed
    head         the tiled head at its worst (`head.py`): hidden states and their gradient (8 h a token), the head's own gradient
                 (4 V h, if trained), and then the larger of
                 - its tiles of E <= 2^24 logits: three in float32 (12 E), or two, those of the tile before, and that one's
                   gradient in bfloat16 (16 E + 2 E); an entropy with a gradient adds 12 E
                 - two of a tile, in bfloat16 its gradient, and one part of the head's gradient: 8 E + 2 E + (4 + 2) V h
    reference    4 P           of a divergence term; each rank has it whole
    engine       b P, or 0     the rollouts' copy; none where one process trains all weights in float32. vLLM's sleeps in updates
                               on a GPU; servers and replicas are other processes
    cache        B W 2 L k b   B draws in flight, buffers of W columns: more than the longest row, since they grow by half
    decoding     B V (16 + b)  logits of one step, scaled, as probabilities, and summed up
    allocator    on a CPU what the C library's heap loses between tensors that come and go: 0.7 of what all layers make, the one
                 fitted number. Recomputing does not lower it. 0 on a GPU, whose allocator was not measured

    update    all but cache and decoding; of `passing` and `head` the larger, since one is over before the other begins
    step      weights, gradients, optimizer, reference, engine, and on a GPU AdamW's temporaries, 4 Q / N
    rollout   weights, optimizer, reference, engine, cache, decoding: gradients and activations are gone, and in updates the cache

The libraries themselves (about 0.5 GiB) come on top. Several ranks hold the whole model in main memory besides while it is loaded,
the first one for good (docs/parallel.md). The sizes are those of a gated decoder with fused attention; a head that cannot be tiled
takes (b + 8) V a token. docs/metrics.md has the error against measured peaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dartkit.memory_settings import LoraSettings

HEAP_LOSS = 0.7


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The sizes of a model that memory depends on. `heads_size` and `keys_size` are numbers per token, over all heads."""

    parameters: int
    matrices: int
    """Parameters in linear layers, a tied head among them."""
    block: int
    """Parameters of the largest block."""
    layers: int
    hidden: int
    inner: int
    heads_size: int
    keys_size: int
    normed: int
    """Numbers per token that the norms of one layer scale."""
    vocabulary: int
    context: int
    adapters: int = 0
    """Parameters of adapters, beside `parameters`."""


@dataclass(frozen=True, slots=True)
class Load:
    """What goes through the model at once, and how it is held. `draws` are in flight in the rollouts' engine, 0 without one."""

    tokens: int
    compute_bytes: int
    weight_bytes: int = 4
    adapter_rank: int = 0
    recompute: bool = False
    fp32_head: bool = False
    entropy_grad: bool = False
    reference: bool = False
    draws: int = 0
    columns: int = 0
    engine_bytes: int = 4
    engine_copy: bool = False
    engine_sleeps: bool = False
    ranks: int = 1
    on_gpu: bool = False


def read_shape(config: Any, lora: LoraSettings | None = None) -> ModelShape:
    """Return the sizes of a transformers config; parameters are counted on a model without storage (device `meta`)."""
    import torch
    from transformers import AutoModelForCausalLM

    from dartkit.training.parallel import find_blocks

    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config, trust_remote_code=False)
    text = config.get_text_config()
    heads = int(text.num_attention_heads)
    head_size = int(getattr(text, "head_dim", None) or text.hidden_size // heads)
    keys_size = int(getattr(text, "num_key_value_heads", None) or heads) * head_size
    linear = {
        name: module.weight for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)
    }
    head = getattr(model.get_output_embeddings(), "weight", None)
    blocks = find_blocks(model)
    special = {"q_norm": heads * head_size, "k_norm": keys_size}
    normed = [
        special.get(name.rpartition(".")[2], module.weight.numel())
        for name, module in (blocks[0].named_modules() if blocks else ())
        if isinstance(getattr(module, "weight", None), torch.nn.Parameter) and module.weight.dim() == 1
    ]
    return ModelShape(
        parameters=sum(weight.numel() for weight in model.parameters()),
        matrices=sum(weight.numel() for weight in linear.values()),
        block=max((sum(weight.numel() for weight in block.parameters()) for block in blocks), default=0),
        layers=int(text.num_hidden_layers),
        hidden=int(text.hidden_size),
        inner=int(getattr(text, "intermediate_size", None) or 4 * text.hidden_size),
        heads_size=heads * head_size,
        keys_size=keys_size,
        normed=sum(normed) or 2 * int(text.hidden_size),
        vocabulary=int(text.vocab_size),
        context=int(getattr(text, "max_position_embeddings", 0) or 0),
        adapters=0
        if lora is None
        else sum(
            lora.rank * sum(weight.shape)
            for name, weight in linear.items()
            if weight is not head and _is_adapted(name, lora)
        ),
    )


def _is_adapted(name: str, lora: LoraSettings) -> bool:
    targets = lora.target_modules
    return isinstance(targets, str) or any(f".{name}".endswith(f".{target}") for target in targets)


def estimate_memory(shape: ModelShape, load: Load) -> dict[str, int]:
    """Return bytes by part, the three moments `update`, `step` and `rollout`, and `peak`, the largest of them."""
    kept = layer_bytes(shape, load)
    trained = shape.adapters or shape.parameters
    recomputed = kept * load.tokens if load.recompute else 0
    copies = load.compute_bytes == 2 and load.weight_bytes == 4
    input_bytes = shape.hidden * load.weight_bytes
    parts = {
        "weights": (load.weight_bytes * shape.parameters + 4 * shape.adapters) // load.ranks,
        "gradients": 4 * trained // load.ranks,
        "optimizer": 8 * trained // load.ranks,
        "gathered": _gathered(shape, load),
        "autocast": 2 * shape.matrices if copies else 0,
        "activations": load.tokens
        * (shape.layers * (input_bytes if load.recompute else kept) + 12 * shape.hidden),
        "passing": load.tokens * (8 * shape.hidden + 3 * shape.inner * load.compute_bytes) + recomputed,
        "head": head_bytes(shape, load),
        "reference": 4 * shape.parameters if load.reference else 0,
        "engine": load.engine_bytes * shape.parameters if load.engine_copy else 0,
        "cache": load.draws * load.columns * 2 * shape.layers * shape.keys_size * load.engine_bytes,
        "decoding": load.draws * shape.vocabulary * (16 + load.engine_bytes),
    }
    lost = 0 if load.on_gpu else round(HEAP_LOSS * load.tokens * shape.layers * kept)
    parts["allocator"] = lost
    held = parts["weights"] + parts["optimizer"] + parts["reference"]
    resting = 0 if load.engine_sleeps else parts["engine"]
    passing = parts["autocast"] + parts["activations"] + max(parts["passing"], parts["head"])
    moments = {
        "update": held + resting + parts["gradients"] + parts["gathered"] + passing + lost,
        "step": held + resting + (2 if load.on_gpu else 1) * parts["gradients"],
        "rollout": held + parts["engine"] + parts["cache"] + parts["decoding"],
    }
    return {**parts, **moments, "peak": max(moments.values())}


def layer_bytes(shape: ModelShape, load: Load) -> int:
    """Return what the backward pass keeps of one layer for each token."""
    norms = (4 if shape.adapters else 8) * shape.normed
    inputs = (5 if load.compute_bytes == 2 else 2) * shape.hidden
    rest = 3 * shape.heads_size + 2 * shape.keys_size + 4 * shape.inner + 7 * load.adapter_rank
    return norms + (inputs + rest) * load.compute_bytes


def head_bytes(shape: ModelShape, load: Load) -> int:
    """Return what the tiled head takes at its worst, in the backward pass."""
    from dartkit.training.head import TILE_ELEMENTS

    rows = max(1, TILE_ELEMENTS // shape.vocabulary)
    first, second = (max(0, min(left, rows)) * shape.vocabulary for left in (load.tokens, load.tokens - rows))
    half = 2 if load.compute_bytes == 2 and not load.fp32_head else 0
    own = 0 if shape.adapters else shape.vocabulary * shape.hidden
    tiles = max(12 * first, (8 + half) * first + 8 * second) + 12 * first * load.entropy_grad
    product = (8 + half) * first + (4 + half) * own
    return 8 * shape.hidden * load.tokens + 4 * own + max(tiles, product)


def _gathered(shape: ModelShape, load: Load) -> int:
    if load.ranks == 1:
        return 0
    outside = shape.parameters - shape.layers * shape.block
    weights = load.weight_bytes * (outside + 2 * shape.block)
    return weights + (0 if shape.adapters else 4 * (outside + shape.block))
