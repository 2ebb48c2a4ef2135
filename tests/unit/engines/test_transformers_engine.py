"""The transformers engine on a random two-layer Llama, against HF generate and separate forward passes."""

from __future__ import annotations

import importlib
import weakref
from typing import Any

import pytest
import torch

from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.engines.decode_batch import prefill_chunks, usable_window
from dartkit.engines.transformers_engine import TransformersEngine
from dartkit.errors import DataError, EnvironmentProblem

contract: Any = importlib.import_module("engine_contract")  # beside this file
PROMPTS = ["a", "What is 2 + 3?", "b" * 40, "Tom has 7 apples.", "What is 2 + 3?", "xyz", "c" * 70, "1+1="]


@pytest.fixture
def engine(model: Any, tokenizer: Any) -> TransformersEngine:
    """Return an engine of four slots, so that eight prompts need refills."""
    return TransformersEngine.from_model(model, tokenizer, batch_size=4)


def by_id(done: list[FinishedDraw]) -> dict[str, FinishedDraw]:
    """Index draws by the request's id."""
    return {draw.request.sample_id: draw for draw in done}


@pytest.mark.parametrize(
    "check",
    [
        contract.check_every_request_returns_once,
        contract.check_refill_in_flight,
        contract.check_abort_forgets,
    ],
)
def test_contract(check: Any, engine: TransformersEngine, request_maker: Any) -> None:
    """The engine keeps the contract."""
    check(engine, request_maker)


@pytest.mark.parametrize("bad", ["", "x" * 128, "\ud800"])
def test_bad_prompts_are_rows(bad: str, engine: TransformersEngine, request_maker: Any) -> None:
    """Empty, as long as the window, and not encodable."""
    contract.check_bad_prompt_is_a_row(engine, request_maker, request_maker(9, prompt=bad))


def test_greedy_equals_generate(
    model: Any, tokenizer: Any, engine: TransformersEngine, request_maker: Any
) -> None:
    """Eight prompts of 1 to 70 tokens through four slots give what HF generate gives each alone, in float32."""
    engine.submit(
        [request_maker(i, prompt=text, temperature=0, max_tokens=20) for i, text in enumerate(PROMPTS)]
    )
    done = by_id(contract.drain(engine))
    for index, text in enumerate(PROMPTS):
        ids = tokenizer(text, add_special_tokens=False, return_tensors="pt").input_ids
        mask = torch.ones_like(ids)
        out = model.generate(ids, attention_mask=mask, max_new_tokens=20, do_sample=False)[0, ids.shape[1] :]
        assert list(done[str(index)].token_ids or ()) == out.tolist()


def test_seeds_decide_draws(engine: TransformersEngine, request_maker: Any) -> None:
    """64 draws of one prompt differ, and a second run in another order repeats them."""
    requests = [request_maker(index) for index in range(64)]
    engine.submit(requests)
    first = {key: draw.token_ids for key, draw in by_id(contract.drain(engine)).items()}
    engine.submit(requests[::-1])
    again = {key: draw.token_ids for key, draw in by_id(contract.drain(engine)).items()}
    assert first == again
    assert len(set(first.values())) == 64


def test_a_freed_cache_is_gone_and_draws_repeat_bit_for_bit(
    engine: TransformersEngine, request_maker: Any
) -> None:
    """Weak references to every buffer die with it; ten draws through four slots are those of the engine when it was new.

    With a draw in flight nothing is freed.
    """
    requests = [request_maker(index, prompt=PROMPTS[index % 8], max_tokens=30) for index in range(10)]
    engine.submit(requests)
    first = contract.drain(engine)
    cache = engine._batch._cache
    buffers = [weakref.ref(buffer) for buffer in (*cache._keys, *cache._values)]
    assert len(buffers) == 4
    assert all(buffer() is not None for buffer in buffers)
    del cache
    engine.free_cache()
    assert all(buffer() is None for buffer in buffers)
    engine.submit(requests)
    with pytest.raises(RuntimeError, match="in use"):
        engine.free_cache()
    again = contract.drain(engine)
    assert [(draw.token_ids, draw.token_logprobs) for draw in again] == [
        (draw.token_ids, draw.token_logprobs) for draw in first
    ]


def test_neighbours_do_not_matter(model: Any, tokenizer: Any, request_maker: Any) -> None:
    """A draw alone equals the same draw among 15 others of other lengths, settings and prompts (float32)."""
    wanted = request_maker(5, seed=99, temperature=0.8, top_p=0.9, max_tokens=30)
    alone = TransformersEngine.from_model(model, tokenizer, batch_size=1)
    alone.submit([wanted])
    crowd = TransformersEngine.from_model(model, tokenizer, batch_size=16)
    others = [
        request_maker(
            100 + i, prompt=PROMPTS[i % 8], temperature=i % 3, top_k=i, repetition_penalty=1.0 + i % 2
        )
        for i in range(15)
    ]
    crowd.submit([*others[:7], wanted, *others[7:]])
    assert contract.drain(alone)[0].token_ids == by_id(contract.drain(crowd))["5"].token_ids


@pytest.mark.parametrize("temperature", [0.0, 1.0, 1.6])
def test_logprobs_equal_a_forward_pass(
    temperature: float, model: Any, engine: TransformersEngine, request_maker: Any
) -> None:
    """Log-softmax of logits / T at the sampled tokens, recomputed over the whole sequence at once."""
    engine.submit([request_maker(i, prompt=PROMPTS[i], temperature=temperature, top_k=20) for i in range(6)])
    for draw in contract.drain(engine):
        assert draw.prompt_token_ids is not None
        assert draw.token_ids is not None
        ids = torch.tensor([[*draw.prompt_token_ids, *draw.token_ids]])
        with torch.no_grad():
            logits = model(ids).logits[0, len(draw.prompt_token_ids) - 1 : -1] / (temperature or 1.0)
        wanted = logits.log_softmax(-1).gather(1, torch.tensor(draw.token_ids)[:, None])[:, 0]
        assert draw.token_logprobs == pytest.approx(wanted.tolist(), abs=2e-4)
        assert draw.logprob_sum == pytest.approx(float(wanted.sum()), abs=2e-3)


def test_end_token_is_counted_but_not_shown(model: Any, tokenizer: Any, request_maker: Any) -> None:
    """With the first greedy token declared an end token, the completion is empty, one token long, and stopped."""
    probe = TransformersEngine.from_model(model, tokenizer, batch_size=2)
    probe.submit([request_maker(0, temperature=0)])
    first = (probe.finished()[0].token_ids or (0,))[0]
    before = model.generation_config.eos_token_id
    model.generation_config.eos_token_id = [tokenizer.eos_token_id, first]
    try:
        engine = TransformersEngine.from_model(model, tokenizer, batch_size=2)
    finally:
        model.generation_config.eos_token_id = before
    engine.submit([request_maker(0, temperature=0)])
    draw = engine.finished()[0]
    assert (draw.finish_reason, draw.completion_tokens, draw.token_ids) == ("stop", 1, (first,))


def test_stop_string_is_cut_off(engine: TransformersEngine, request_maker: Any) -> None:
    """Two characters from the middle of a greedy completion, as a stop string, end it before them."""
    engine.submit([request_maker(0, temperature=0, max_tokens=40)])
    whole = engine.finished()[0].completion
    stop = whole[10:12]
    engine.submit([request_maker(0, temperature=0, max_tokens=40, stop=("never there", stop))])
    draw = engine.finished()[0]
    assert draw.finish_reason == "stop"
    assert draw.completion == whole[: whole.index(stop)]


def test_window_ends_a_draw(engine: TransformersEngine, request_maker: Any) -> None:
    """A prompt of 120 in a window of 128 leaves room for 8 tokens."""
    engine.submit([request_maker(0, prompt="y" * 120, max_tokens=50)])
    draw = engine.finished()[0]
    assert (draw.finish_reason, draw.completion_tokens) == ("length", 8)


def test_new_weights_change_later_draws(model: Any, tokenizer: Any, request_maker: Any) -> None:
    """Loading other weights changes the greedy answer, loading the first ones brings it back: no stale prompt cache."""
    engine = TransformersEngine.from_model(model, tokenizer, batch_size=2)
    original = {name: tensor.clone() for name, tensor in model.state_dict().items()}

    def answer() -> tuple[int, ...] | None:
        engine.submit([request_maker(0, temperature=0)])
        return engine.finished()[0].token_ids

    first = answer()
    noise = torch.Generator().manual_seed(3)
    try:
        engine.load_weights((n, torch.randn(t.shape, generator=noise)) for n, t in original.items())
        changed = answer()
    finally:
        engine.load_weights(original.items())
    assert changed != first
    assert answer() == first


def test_wrong_weights_are_named(model: Any, engine: TransformersEngine) -> None:
    """An unknown name, a wrong shape and a missing weight."""
    state = dict(model.state_dict())
    with pytest.raises(DataError, match="no weight 'nonsense'"):
        engine.load_weights([("nonsense", torch.zeros(1))])
    with pytest.raises(DataError, match=r"model.norm.weight.*\(2,\)"):
        engine.load_weights([("model.norm.weight", torch.zeros(2))])
    state.pop("model.norm.weight")
    with pytest.raises(DataError, match=r"missing.*model\.norm\.weight"):
        engine.load_weights(state.items())


def test_shared_model_is_left_as_found(model: Any, engine: TransformersEngine, request_maker: Any) -> None:
    """A trainer's model is still in training mode, with its attention, and takes a gradient."""
    attention = model.config._attn_implementation
    model.train()
    try:
        engine.submit([request_maker(0)])
        assert engine.finished()
        assert model.training
        assert model.config._attn_implementation == attention
        model(torch.tensor([[1, 2, 3]])).logits.sum().backward()
        assert model.model.norm.weight.grad is not None
    finally:
        model.zero_grad(set_to_none=True)
        model.eval()


def test_not_a_number_is_a_row(model: Any, tokenizer: Any, request_maker: Any) -> None:
    """Weights that give NaN end in error rows, and the engine works again once they are mended."""
    engine = TransformersEngine.from_model(model, tokenizer, batch_size=2)
    original = model.model.norm.weight.detach().clone()
    with torch.no_grad():
        model.model.norm.weight.fill_(float("nan"))
    engine.submit([request_maker(0)])
    broken = engine.finished()[0]
    with torch.no_grad():
        model.model.norm.weight.copy_(original)
    engine.submit([request_maker(1)])
    assert (broken.finish_reason, engine.finished()[0].finish_reason) == ("error", "length")
    assert broken.error is not None


def test_tokens_only_where_asked(engine: TransformersEngine, request_maker: Any) -> None:
    """Without `want_tokens` the ids stay out; the sum of log-probabilities is always there."""
    engine.submit([request_maker(0, want=False)])
    draw = engine.finished()[0]
    assert (draw.token_ids, draw.token_logprobs, draw.prompt_token_ids) == (None, None, None)
    assert draw.logprob_sum is not None


def test_prefill_chunks_hold_every_prompt_once() -> None:
    """100 prompts of 1 to 100 tokens: each once, and no chunk above 4,096 tokens with padding."""
    fresh = {tuple(range(length)): length for length in range(1, 101)}
    chunks = list(prefill_chunks(fresh))
    assert sorted(slot for chunk in chunks for _, slot in chunk) == list(range(1, 101))
    assert all(len(chunk) * max(len(prefix) for prefix, _ in chunk) <= 4096 for chunk in chunks)


def test_window_of_sliding_and_foreign_layers() -> None:
    """Sliding layers bound the window; layers with another kind of state are refused."""

    class Config:
        max_position_embeddings = 4096
        sliding_window = 512
        layer_types = ("full_attention", "sliding_attention")

    config = Config()
    assert usable_window(config) == 512
    config.layer_types = ("full_attention", "full_attention")
    assert usable_window(config) == 4096
    config.layer_types = ("full_attention", "linear_attention")
    with pytest.raises(EnvironmentProblem, match="linear_attention"):
        usable_window(config)


def test_repetition_penalty_reaches_the_prompt(engine: TransformersEngine, request_maker: Any) -> None:
    """A huge penalty makes every greedy token new, among prompt and completion."""
    request: DrawRequest = request_maker(0, temperature=0, repetition_penalty=5.0, max_tokens=25)
    engine.submit([request])
    draw = engine.finished()[0]
    assert len(set(draw.token_ids or ())) >= 20
