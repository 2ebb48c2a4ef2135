"""Math-Verify in its best configuration on the same pairs: our F1 is at least as high in every kind.

The pairs are samples of the generated corpus and of the table written by hand, the same number of every kind. Time plays no part
here; tests/bench has the speed.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dartkit.verify import Verifier
from dartkit.verify.api import check
from tests.conftest import REQUIRE_ALL
from tests.corpus import peer
from tests.corpus.build import corpus
from tests.corpus.case import Case
from tests.corpus.handwritten import handwritten
from tests.corpus.sample import sample
from tests.corpus.score import report, tallies, whole

OF_EACH_KIND = 24


@pytest.fixture(scope="module", autouse=True)
def math_verify() -> None:
    """Absent, the peer is skipped, or fails where everything is required."""
    if not peer.is_installed():
        if REQUIRE_ALL:
            pytest.fail(peer.REASON)
        pytest.skip(peer.REASON)


@pytest.mark.parametrize("part", ["generated", "by hand"])
def test_f1_is_at_least_the_peers_in_every_kind(part: str) -> None:
    """Kind by kind, and over all kinds."""
    cases: Sequence[Case] = sample(corpus() if part == "generated" else handwritten(), OF_EACH_KIND)
    theirs = [verdict.equal for verdict in peer.ask(cases)]
    with Verifier() as verifier:
        verdicts = [check(verifier, case.pair) for case in cases]
    ours = [verdict.equal for verdict in verdicts]
    mine, peers = tallies(cases, ours), tallies(cases, theirs)
    behind = [kind for kind, tally in mine.items() if tally.f1 < peers[kind].f1]
    explained = report(cases, ours, lambda number: verdicts[number].rule)
    assert not behind, f"behind in {behind}\n{explained}\nthe peer:\n{report(cases, theirs, lambda _: '')}"
    assert whole(mine.values()).f1 > whole(peers.values()).f1


def test_the_peer_is_asked_as_its_own_documentation_asks() -> None:
    """Four pairs whose verdicts its documentation and its authors' post give: a fraction, a set, an interval, a wrong number."""
    cases = [
        Case("0.5", "\\frac{1}{2}", True, "number", "by hand"),
        Case("{1,3} \\cup {2,4}", "\\{1,2,3,4\\}", True, "set", "by hand"),
        Case("1 < x < 2", "(1,2)", True, "interval", "by hand"),
        Case("The answer is $\\boxed{4}$", "5", False, "number", "by hand", form="response"),
    ]
    answers = peer.ask(cases)
    assert [answer.equal for answer in answers] == [True, True, True, False]
    assert all(answer.seconds > 0 for answer in answers)
