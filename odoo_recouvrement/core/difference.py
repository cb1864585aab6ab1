"""What changed between two simulations of the chase, message by message."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple


class Proposal(NamedTuple):
    """What a simulation would send: the step's ``days`` and the amount asked."""

    days: int
    total: Decimal


class Difference(NamedTuple):
    """Keys of the messages that came, went, changed level or only amount."""

    added: frozenset[str]
    removed: frozenset[str]
    moved: frozenset[str]
    revalued: frozenset[str]


def compare(
    before: Mapping[str, Proposal], after: Mapping[str, Proposal]
) -> Difference:
    """Compare two simulations whose messages carry the same keys.

    >>> before = {"7/EUR": Proposal(3, Decimal(100)), "8/EUR": Proposal(17, Decimal(5))}
    >>> after = {"7/EUR": Proposal(17, Decimal(100)), "9/EUR": Proposal(3, Decimal(1))}
    >>> [sorted(keys) for keys in compare(before, after)]
    [['9/EUR'], ['8/EUR'], ['7/EUR'], []]
    """
    common = before.keys() & after.keys()
    moved = {key for key in common if before[key].days != after[key].days}
    revalued = {key for key in common - moved if before[key].total != after[key].total}
    return Difference(
        added=frozenset(after.keys() - before.keys()),
        removed=frozenset(before.keys() - after.keys()),
        moved=frozenset(moved),
        revalued=frozenset(revalued),
    )
