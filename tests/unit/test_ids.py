"""Identity: hashes of canonical content."""

from __future__ import annotations

import hashlib
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit import ids

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_content_id_is_the_documented_hash() -> None:
    """Worked out from the definition: SHA-256 over tag, NUL and canonical JSON, first 32 hex characters."""
    expected = hashlib.sha256(b"problem\x00" + b'"what is 1 + 1?"').hexdigest()[:32]
    assert ids.problem_id("  what is\n1 +\t1? ") == expected


@given(st.dictionaries(st.text(), json_values, max_size=5))
def test_key_order_does_not_matter(value: dict[str, object]) -> None:
    backwards = dict(reversed(list(value.items())))
    assert ids.content_id("x", value) == ids.content_id("x", backwards)


def test_unicode_forms_are_one() -> None:
    """U+00E9 and e + U+0301 are the same letter in NFC."""
    assert ids.problem_id("caf\u00e9") == ids.problem_id("cafe\u0301")


def test_domains_are_apart() -> None:
    assert ids.problem_id("7") != ids.answer_id("7")


def test_nan_has_no_identity() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        ids.canonical_json({"x": float("nan")})


def test_draw_seeds_are_distinct_and_in_range() -> None:
    """64 draws of 64 problems: all seeds differ and fit a signed 64-bit integer, as torch and vLLM ask."""
    seeds = {ids.draw_seed(0, ids.problem_id(str(p)), i) for p in range(64) for i in range(64)}
    assert len(seeds) == 64 * 64
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert ids.draw_seed(1, "a", 0) != ids.draw_seed(0, "a", 0)


@given(st.integers(1, 9), st.lists(st.text(min_size=1), min_size=1, max_size=20))
def test_shards_partition_all_ids(count: int, texts: list[str]) -> None:
    """Every id is in exactly one shard, whatever the number of shards."""
    for text in texts:
        identity = ids.problem_id(text)
        assert sum(ids.in_shard(identity, index, count) for index in range(count)) == 1


def test_a_shard_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match=r"3 is not in 0\.\.2"):
        ids.in_shard("0" * 32, 3, 3)


@given(
    st.lists(
        st.one_of(st.integers(), st.text(max_size=8), st.sampled_from(["a1", "0", "é", '"', "a b", True])),
        max_size=5,
    )
)
def test_lists_of_plain_words_have_the_same_json(value: list[object]) -> None:
    """Against `json` itself on folded text, for lists that take the short way and for those that do not."""
    folded = [unicodedata.normalize("NFC", item) if isinstance(item, str) else item for item in value]
    expected = json.dumps(folded, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )
    assert ids.canonical_json(value) == expected
