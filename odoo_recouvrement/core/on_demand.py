"""A message that somebody decides to write now: what it may ask for.

The ladder says when the debtor is written to by itself. Whoever writes on demand needs
not wait for a step, but nothing that protects the debtor gives way: the same engine
judges the same facts, with a ladder of one step that is due for whatever is overdue.
"""

from collections.abc import Sequence
from datetime import date

from .decision import decide
from .decision_facts import (
    Channel,
    Debtor,
    Decision,
    Item,
    Ladder,
    Limits,
    Reason,
    Step,
)

# The item may be asked: at once, on the next sending day, or once the week allows it.
ASKABLE = frozenset({Reason.TO_REMIND, Reason.NOT_SENDING_DAY, Reason.CONTACT_CAP})


def ask(
    debtor: Debtor,
    items: Sequence[Item],
    level_id: int,
    channel: Channel,
    as_of: date,
    limits: Limits = Limits(),
) -> list[Decision]:
    """What may be asked for each item that day, outside the ladder.

    ``level_id`` stands in the decisions for the step that is none. Levels reached,
    gaps between two levels, minimums and caps of a level do not count here; whom the
    message goes to is somebody's choice, so the channel is taken as usable.
    """
    step = Step(level_id, 1, channels=frozenset({channel}), fallback_letter=False)
    alone = debtor._replace(
        ladder=Ladder(0, (step,)), channels=step.channels, max_days=None
    )
    bare = [
        item._replace(position=None, last_contact=None, pending=None) for item in items
    ]
    return decide(alone, bare, as_of, limits)


def ask_ahead(
    debtor: Debtor,
    items: Sequence[Item],
    level_id: int,
    channel: Channel,
    as_of: date,
    departure: date,
    limits: Limits = Limits(),
) -> list[Decision]:
    """As ``ask``, for a message that can only leave on a later day.

    The cap of the week is that of the day it leaves: what is written on a Sunday must
    not be promised for a Monday on which the debtor is contacted enough.
    """
    now = ask(debtor, items, level_id, channel, as_of, limits)
    if departure <= as_of:
        return now
    then = ask(debtor, items, level_id, channel, departure, limits)
    return [
        later if {today.reason, later.reason} <= ASKABLE else today
        for today, later in zip(now, then, strict=True)
    ]


def rises(decision: Decision, level_id: int) -> bool:
    """Whether the ladder calls for that level now: a message may then stand for it.

    ``decision`` is the ladder's own. A closed day or the cap of the week put a step
    off, they do not deny it.

    >>> item = Item(1, 1, date(2026, 3, 2), *[Limits().contacts_per_week] * 3)
    >>> due = Decision(item, Reason.TO_REMIND, Step(7, 3))
    >>> rises(due, 7), rises(due, 8), rises(Decision(item, Reason.NO_POLICY), 7)
    (True, False, False)
    """
    step = decision.step
    return decision.reason in ASKABLE and step is not None and step.id == level_id
