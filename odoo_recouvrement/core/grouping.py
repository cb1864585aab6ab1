"""From the steps of a day to its messages: one per debtor, currency and group.

The item keeps its own level; the debtor hears one voice, at the highest level of
the items it speaks of. How items are gathered is the policy's choice and may
change at any time, since nothing of it is stored on the items.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from .decision import Channel, Decision, Grouping, Outcome, Step
from .money import ZERO


class Message(NamedTuple):
    """One thing to say to one debtor, on one or more channels, in one currency.

    ``step`` is the highest of its items; ``decisions`` come oldest due date first.
    """

    debtor_id: int
    currency_id: int
    step: Step
    channels: frozenset[Channel]
    decisions: tuple[Decision, ...]

    @property
    def due(self) -> list[Decision]:
        """What is asked; the rest is only announced."""
        return [decision for decision in self.decisions if not is_upcoming(decision)]

    @property
    def total(self) -> Decimal:
        """What is asked: the claims of the items that are due."""
        return sum([decision.claim for decision in self.due], ZERO)

    @property
    def upcoming_total(self) -> Decimal:
        """What is announced, not asked: the items that are not due yet."""
        return sum([d.claim for d in self.decisions if is_upcoming(d)], ZERO)


def is_upcoming(decision: Decision) -> bool:
    """Whether the item is only announced: its step comes before its due date."""
    return decision.step is not None and decision.step.is_courtesy


def group(
    debtor_id: int, grouping: Grouping, decisions: Iterable[Decision]
) -> list[Message]:
    """Gather the decisions to remind into messages, the oldest debt first."""
    groups: dict[tuple[int, int], list[Decision]] = {}
    for decision in decisions:
        if decision.outcome is Outcome.REMIND:
            key = (decision.item.currency_id, _key(grouping, decision))
            groups.setdefault(key, []).append(decision)
    messages = [
        _message(debtor_id, currency_id, members)
        for (currency_id, _), members in groups.items()
    ]
    return sorted(messages, key=lambda message: message.decisions[0].item.due_date)


def _key(grouping: Grouping, decision: Decision) -> int:
    if grouping is Grouping.INVOICE:
        return decision.item.move_id
    if grouping is Grouping.LEVEL and decision.step is not None:
        return decision.step.id
    return 0


def _message(debtor_id: int, currency_id: int, members: list[Decision]) -> Message:
    members.sort(key=lambda decision: (decision.item.due_date, decision.item.id))
    step, channels = max(
        ((d.step, d.channels) for d in members if d.step is not None),
        key=lambda pair: pair[0].days,
    )
    return Message(debtor_id, currency_id, step, channels, tuple(members))
