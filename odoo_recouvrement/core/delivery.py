"""What became of a registered letter, and the day from which it counts.

A registered letter that nobody fetched is valid all the same: the mise en demeure
took effect (Cass. 1re civ. 20/01/2021 n° 19-20.680). One returned because the address
is wrong reached nobody. On paper or electronic (CPCE, postes, L100 and R53-3), the
same steps: posted, presented, then received, refused or unclaimed.

The day that counts is the cautious one: the reception; where the debtor refused the
letter or did not fetch it, its first presentation.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from .calendar import Region, legal_deadline

# An electronic letter may be accepted « pendant un délai de quinze jours à compter du
# lendemain de l'envoi de cette information » (CPCE, postes, R53-3).
ACCEPTANCE_DAYS = 15
# The post keeps a letter fifteen days: past this, its receipt should have come.
RECEIPT_DAYS = 21


class Step(str, Enum):
    """What may happen to the letter."""

    POSTED = "posted"
    PRESENTED = "presented"
    RECEIVED = "received"
    REFUSED = "refused"
    UNCLAIMED = "unclaimed"
    WRONG_ADDRESS = "wrong_address"


#: How it ends; one of them at most.
ENDS = frozenset({Step.RECEIVED, Step.REFUSED, Step.UNCLAIMED, Step.WRONG_ADDRESS})
_PLACE = {Step.POSTED: 0, Step.PRESENTED: 1, **dict.fromkeys(ENDS, 2)}


class Event(NamedTuple):
    """A step and its day."""

    step: Step
    day: date


class Disorder(str, Enum):
    """Why an event cannot be what happened."""

    NOT_POSTED = "not_posted"
    TWICE = "twice"
    ENDED = "ended"
    BEFORE = "before"
    AFTER = "after"
    FUTURE = "future"


class Delivery(NamedTuple):
    """Where the letter is. ``notice_date``: the day from which the notice counts."""

    step: Step | None = None
    posted: date | None = None
    notice_date: date | None = None

    @property
    def is_waiting(self) -> bool:
        """On its way: nobody knows yet how it ends."""
        return self.step in (Step.POSTED, Step.PRESENTED)


def disorder(events: Iterable[Event], new: Event, today: date) -> Disorder | None:
    """Why ``new`` cannot be added to what is known, or None.

    >>> day = date(2026, 3, 16)
    >>> disorder([], Event(Step.RECEIVED, day), day).value
    'not_posted'
    >>> posted = Event(Step.POSTED, day)
    >>> disorder([posted], Event(Step.RECEIVED, date(2026, 3, 13)), day).value
    'before'
    """
    known = list(events)
    steps = {event.step for event in known}
    if new.day > today:
        return Disorder.FUTURE
    if new.step in steps:
        return Disorder.TWICE
    if new.step is not Step.POSTED and Step.POSTED not in steps:
        return Disorder.NOT_POSTED
    if new.step in ENDS and steps & ENDS:
        return Disorder.ENDED
    place = _PLACE[new.step]
    if any(event.day > new.day for event in known if _PLACE[event.step] < place):
        return Disorder.BEFORE
    if any(event.day < new.day for event in known if _PLACE[event.step] > place):
        return Disorder.AFTER
    return None


def delivery(events: Iterable[Event]) -> Delivery:
    """Where the letter is after these events, in any order.

    >>> post = [Event(Step.POSTED, date(2026, 3, 16)),
    ...         Event(Step.PRESENTED, date(2026, 3, 18))]
    >>> delivery(post).notice_date is None
    True
    >>> delivery([*post, Event(Step.UNCLAIMED, date(2026, 4, 3))]).notice_date
    datetime.date(2026, 3, 18)
    """
    days = {event.step: event.day for event in events}
    if not days:
        return Delivery()
    step = max(days, key=lambda one: (_PLACE[one], one.value))
    notice = None
    if step is Step.RECEIVED:
        notice = days[step]
    elif step in (Step.REFUSED, Step.UNCLAIMED):
        notice = days.get(Step.PRESENTED, days[step])
    return Delivery(step, days.get(Step.POSTED), notice)


def pay_until(notice_date: date, days: int, region: Region = Region.METROPOLE) -> date:
    """The last day to pay: the day of the notice does not count, a day off is skipped.

    A delay that a letter gives is no time limit of procedure; CPC 641 and 642 are
    applied all the same, as the reading that favours the debtor.

    >>> pay_until(date(2026, 3, 13), 8)
    datetime.date(2026, 3, 23)
    """
    return legal_deadline(notice_date, days=days, region=region)


def acceptance_end(informed: date) -> date:
    """The last day to accept an electronic registered letter.

    >>> acceptance_end(date(2026, 3, 16))
    datetime.date(2026, 3, 31)
    """
    return informed + timedelta(days=ACCEPTANCE_DAYS)


def receipt_expected(events: Sequence[Event]) -> date | None:
    """From which day a letter on its way deserves a question to the carrier."""
    found = delivery(events)
    if not found.is_waiting or found.posted is None:
        return None
    return found.posted + timedelta(days=RECEIPT_DAYS)
