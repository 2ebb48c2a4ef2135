"""Which row of a key counts: the one of highest rank, and among equals the first. In columns: five million rows take seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

Rank = Callable[["pa.Table"], "pa.Array"]
"""From the rank columns of a table to one int64 for each row."""
MOST = 1 << 60


def plain(column: Any) -> Any:
    """Return a column of text without its dictionary, with 64-bit offsets: 67 million ids are more than 32 bits reach."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    return pc.cast(column, pa.large_string()) if pa.types.is_string(column.type) else column


def codes_of(column: Any) -> Any:
    """Return an int64 array that is equal exactly where a chunked column is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        encoded = column.unify_dictionaries().combine_chunks()
    else:
        encoded = plain(column).combine_chunks().dictionary_encode("encode")
    return pc.cast(encoded.indices, pa.int64())


def _combined(table: pa.Table, names: Sequence[str]) -> Any:
    """Return one int64 array that is equal exactly where all key columns are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    total = codes_of(table[names[0]])
    for name in names[1:]:
        codes = codes_of(table[name])
        width = (pc.max(codes).as_py() or 0) + 1
        if (pc.max(total).as_py() or 0) >= MOST // width:  # numbered anew, so that the product stays in 64 bits
            total = pc.cast(total.dictionary_encode().indices, pa.int64())
        total = pc.add(pc.multiply(total, width), codes)
    return total


def find_winners(table: pa.Table, key: Sequence[str], rank: Rank | None) -> Any:
    """Return the positions of the winning rows in ascending order; None where every row wins, which is usual.

    Args:
        table: Key and rank columns.
        key: Names of the key columns.
        rank: What outdates what; None: the first row of a key stays.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(plain(table[key[0]]).unique()) == len(table):
        return None
    codes = _combined(table, key)
    if len(key) > 1 and len(codes.unique()) == len(table):
        return None
    ranks = rank(table) if rank is not None else pa.repeat(pa.scalar(0, pa.int64()), len(table))
    places = pa.table({"code": codes, "rank": ranks, "at": pa.array(range(len(table)))})
    order = pc.sort_indices(
        places, sort_keys=[("code", "ascending"), ("rank", "descending"), ("at", "ascending")]
    )
    ordered = codes.take(order)
    changed = pc.not_equal(ordered.slice(1), ordered.slice(0, len(ordered) - 1))
    first = pa.concat_arrays([pa.array([True]), changed])
    positions = order.filter(first)
    return positions.take(pc.sort_indices(positions))


def rank_samples(table: pa.Table) -> pa.Array:
    """Rank draws: one that stopped by itself above any that ended by length, a longer limit above a shorter, both above a failure."""
    import pyarrow as pa
    import pyarrow.compute as pc

    reason = plain(table["finish_reason"])
    limit = pc.fill_null(pc.cast(table["max_tokens"], pa.int64()), 0)
    ranks = pc.if_else(pc.equal(reason, "length"), pc.add(pc.min_element_wise(limit, MOST - 2), 1), 0)
    return pc.if_else(pc.equal(reason, "stop"), MOST, ranks)


def rank_verdicts(table: pa.Table) -> pa.Array:
    """Rank verdicts: one that was reached above one that was not, for want of tokens, time or memory."""
    import pyarrow as pa
    import pyarrow.compute as pc

    provisional = pc.is_in(plain(table["outcome"]), pa.array(["truncated", "timeout", "error"], pa.large_string()))
    return pc.if_else(provisional, pa.scalar(0, pa.int64()), pa.scalar(1, pa.int64()))
