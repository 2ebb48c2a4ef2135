"""Which row of a key counts: the one of highest rank, and among equals the first. In columns: five million rows take seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dartkit.ids import ID_LENGTH

if TYPE_CHECKING:
    import pyarrow as pa

Rank = Callable[["pa.Table"], "pa.Array"]
"""From the rank columns of a table to one int64 for each row."""
MOST = 1 << 60  # a product of two numbers of rows stays below


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
        if (
            pc.max(total).as_py() or 0
        ) >= MOST // width:  # numbered anew, so that the product stays in 64 bits
            total = pc.cast(total.dictionary_encode().indices, pa.int64())
        total = pc.add(pc.multiply(total, width), codes)
    return total


def short_keys(column: Any) -> Any:
    """Return the first 64 bits of each id of a chunked column as a uint64 array: five times as fast to compare as text.

    Unequal keys belong to unequal ids; equal keys need a second look. None where something in the column is not 32 hex digits.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    chunks = []
    for chunk in plain(column).chunks:
        lengths = pc.min_max(pc.binary_length(chunk))
        if chunk.null_count or (len(chunk) and lengths.as_py() != {"min": ID_LENGTH, "max": ID_LENGTH}):
            return None
        text = pc.binary_slice(pc.cast(chunk, pa.large_binary()), 0, ID_LENGTH // 2).buffers()[2]
        try:
            data = bytes.fromhex(text.to_pybytes().decode("ascii")) if text is not None else b""
        except ValueError:
            return None
        if len(data) != 8 * len(chunk):  # white space between digits is passed over by fromhex
            return None
        chunks.append(pa.Array.from_buffers(pa.uint64(), len(chunk), [None, pa.py_buffer(data)]))
    return pa.concat_arrays(chunks) if chunks else pa.array([], pa.uint64())


def find_winners(table: pa.Table, key: Sequence[str], rank: Rank | None) -> Any:
    """Return the positions of the winning rows in ascending order; None where every row wins, which is usual.

    Args:
        table: Key and rank columns.
        key: Names of the key columns.
        rank: What outdates what; None: the first row of a key stays.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    suspects = _with_equal_keys(short_keys(table[key[0]]), len(table))
    if not len(suspects):
        return None
    among = table.take(suspects)
    winners = _choose(among, key, rank)
    if len(winners) == len(among):
        return None
    lost = suspects.filter(pc.invert(pc.is_in(pa.array(range(len(among)), pa.uint64()), winners)))
    return pc.indices_nonzero(pc.invert(pc.is_in(pa.array(range(len(table)), pa.uint64()), lost)))


def _with_equal_keys(keys: Any, count: int) -> Any:
    """Return the positions of rows whose key another row has too; all positions where there are no keys."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if keys is None:
        return pa.array(range(count), pa.uint64())
    ordered = keys.take(pc.sort_indices(keys))
    again = ordered.slice(1).filter(pc.equal(ordered.slice(1), ordered.slice(0, max(0, count - 1))))
    return pc.indices_nonzero(pc.is_in(keys, again.unique())) if len(again) else pa.array([], pa.uint64())


def _choose(table: pa.Table, key: Sequence[str], rank: Rank | None) -> Any:
    """Return the position of the winning row of each key."""
    import pyarrow as pa
    import pyarrow.compute as pc

    count = len(table)
    codes = _combined(table, key)
    ranks = rank(table) if rank is not None else pa.array([0] * count, pa.int64())
    places = pa.table({"code": codes, "rank": ranks, "at": pa.array(range(count), pa.int64())})
    order = pc.sort_indices(
        places, sort_keys=[("code", "ascending"), ("rank", "descending"), ("at", "ascending")]
    )
    ordered = codes.take(order)
    changed = pc.not_equal(ordered.slice(1), ordered.slice(0, max(0, count - 1)))
    return order.filter(pa.concat_arrays([pa.array([True] * min(count, 1), pa.bool_()), changed]))


def find_rows(wanted: Any, ids: Any) -> Any:
    """Return for each wanted id its position in `ids`, a chunked column without repeats; null where it is not there."""
    import pyarrow.compute as pc

    ours, theirs = short_keys(wanted), short_keys(ids)
    if ours is None or theirs is None:
        return pc.index_in(_whole(wanted), _whole(ids))
    found = pc.index_in(ours, theirs)
    same = pc.equal(_whole(ids).take(found), _whole(wanted))  # 64 equal bits are not yet the same id
    if pc.all(pc.fill_null(same, True)).as_py():
        return found
    return pc.index_in(_whole(wanted), _whole(ids))


def count_values(column: Any) -> Counter[str]:
    """Return how often each text of a chunked column occurs, in the order in which they first occur."""
    return Counter({item["values"]: item["counts"] for item in plain(column).value_counts().to_pylist()})


def _whole(column: Any) -> Any:
    return plain(column).combine_chunks()


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

    provisional = pc.is_in(
        plain(table["outcome"]), pa.array(["truncated", "timeout", "error"], pa.large_string())
    )
    return pc.if_else(provisional, pa.scalar(0, pa.int64()), pa.scalar(1, pa.int64()))
