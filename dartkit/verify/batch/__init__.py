"""Many verdicts: `verify_many` over a pool of processes, and JSON lines in and out.

>>> from dartkit.verify import Pair
>>> [verdict.outcome for verdict in verify_many([Pair("1/2", "0.5"), Pair("2", "3")], workers=1)]
['correct', 'incorrect']
"""

from __future__ import annotations

from dartkit.verify.batch.many import verify_entries, verify_many

__all__ = ["verify_entries", "verify_many"]
