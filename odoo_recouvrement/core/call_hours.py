"""When somebody answers: learnt from the calls made, and said in figures.

No model, no score: two hours of the day in which this debtor answered most often,
and how many times out of how many. Fewer than ``MIN_CALLS`` calls say nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

SLOT_HOURS = 2
MIN_CALLS = 2


class Attempt(NamedTuple):
    """A call that was made, in the company's local time."""

    moment: datetime
    is_reached: bool


class BestSlot(NamedTuple):
    """Answered ``reached`` times out of ``calls`` between two hours of the day."""

    from_hour: int
    to_hour: int
    reached: int
    calls: int


def best_slot(attempts: Iterable[Attempt]) -> BestSlot | None:
    """The two hours in which the debtor answers most; None when nothing is known.

    Rates are smoothed by one answer and one silence, so that a single lucky call
    does not beat nine out of ten; on a tie, the slot with more answers, then the
    earlier one.

    >>> tried = [(10, True), (11, True), (10, False), (11, True), (17, False)]
    >>> best_slot(Attempt(datetime(2026, 3, 16, hour), reached)
    ...           for hour, reached in tried)
    BestSlot(from_hour=10, to_hour=12, reached=3, calls=4)
    """
    found: dict[int, list[int]] = {}
    for attempt in attempts:
        start = attempt.moment.hour // SLOT_HOURS * SLOT_HOURS
        counts = found.setdefault(start, [0, 0])
        counts[0] += attempt.is_reached
        counts[1] += 1
    known = [
        BestSlot(start, start + SLOT_HOURS, reached, calls)
        for start, (reached, calls) in found.items()
        if reached and calls >= MIN_CALLS
    ]
    return max(
        known,
        key=lambda slot: (
            (slot.reached + 1) / (slot.calls + 2),
            slot.reached,
            -slot.from_hour,
        ),
        default=None,
    )
