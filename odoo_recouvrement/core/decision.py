"""The decision engine: a debtor's open items in, one decision per item out.

For each open item the engine answers one question: on this day, does the policy call
for a step, and if not, why not, and until when?

The engine knows neither the ledger nor the clock. It is asked twice with the
same code: by the daily run, and again at the second of sending (the facts then
leave out the reminder that is about to leave).

How an item climbs
    The item's ``position`` is the ``days`` of the last step done for it, so it means
    the same on any ladder, even after somebody edited it. The next step is the first
    one beyond that position: no step is ever skipped, and one run climbs one step at
    most. Only a courtesy step (before the due date) lapses, once its time has passed.

When a step is due
    When both clocks have run: ``days`` since the due date and ``min_gap_days``
    since the last contact about this item.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from .calendar import NoOpenDay
from .decision_facts import (
    OUTCOME_OF,
    Channel,
    Debtor,
    Decision,
    Grouping,
    Item,
    Ladder,
    Limits,
    Outcome,
    Reason,
    Step,
    Suspension,
    Values,
)
from .money import ZERO, round_money, share

__all__ = [
    "OUTCOME_OF",
    "Channel",
    "Debtor",
    "Decision",
    "Grouping",
    "Item",
    "Ladder",
    "Limits",
    "Outcome",
    "Reason",
    "Step",
    "Suspension",
    "Values",
    "decide",
    "opening_position",
    "usable_channels",
]

# What stops a step that has come: a step that does not count is then left out.
_REFUSALS = frozenset({Reason.BELOW_MINIMUM, Reason.LEVEL_CAP, Reason.NO_CONTACT})


def decide(
    debtor: Debtor, items: Sequence[Item], as_of: date, limits: Limits = Limits()
) -> list[Decision]:
    """Decide for every open item of a debtor, in the order given.

    Items are judged one by one, but two facts are the debtor's: credits, which pay
    the oldest due items first (C. civ. 1342-10), and the sum claimed, which is what
    the minimum of a step is compared with.
    """
    held: dict[int, Decision] = {}
    claims: dict[int, Decimal] = {}
    for item in items:
        decision = _suspended(debtor, item, claims, as_of)
        if decision is not None:
            held[item.id] = decision
    if debtor.ladder is None:
        return [held[item.id] for item in items]
    chased = [item for item in items if item.id not in held] if held else items
    if debtor.credits:
        _allocate_credits(debtor.credits, chased, claims, as_of)
    climb = _Climb(debtor, debtor.ladder, as_of, limits)
    climb.weigh(chased, claims)
    return [held.get(item.id) or climb.judge(item, claims[item.id]) for item in items]


def _suspended(
    debtor: Debtor, item: Item, claims: dict[int, Decimal], as_of: date
) -> Decision | None:
    """What sets the item aside; else how much of it may be claimed is put down."""
    if _is_prior_to_insolvency(debtor.insolvency_date, item):
        assert debtor.insolvency_date is not None
        values: Values = {"date": debtor.insolvency_date.isoformat()}
        return Decision(item, Reason.INSOLVENT, values=values)
    if item.no_followup:
        return Decision(item, Reason.NO_FOLLOWUP)
    claim = item.residual
    for suspension in debtor.suspensions:
        if suspension.item_id not in (0, item.id) or not suspension.is_active(as_of):
            continue
        if suspension.amount is not None:
            claim -= suspension.amount
        if suspension.amount is None or claim <= ZERO:
            return _set_aside(item, suspension)
    if item.is_blocked:
        return Decision(item, Reason.PAYMENT_BLOCKED)
    if debtor.ladder is None:
        return Decision(item, Reason.NO_POLICY)
    claims[item.id] = claim
    return None


def _is_prior_to_insolvency(judgment: date | None, item: Item) -> bool:
    """Claims that arose before the opening judgment may not be pursued.

    C. com. L622-7 and L622-21. A claim without a known origin counts as earlier.
    """
    return judgment is not None and (
        item.origin_date is None or item.origin_date <= judgment
    )


def _set_aside(item: Item, suspension: Suspension) -> Decision:
    if suspension.until is None:
        return Decision(item, suspension.reason)
    return Decision(
        item,
        suspension.reason,
        next_date=suspension.until + timedelta(days=1),
        values={"until": suspension.until.isoformat()},
    )


def _allocate_credits(
    credits: Mapping[int, Decimal],
    items: Sequence[Item],
    claims: dict[int, Decimal],
    as_of: date,
) -> None:
    """Let open credits pay the oldest due items first, currency by currency.

    C. civ. 1342-10: without a choice of the debtor, a payment goes to the debts
    that are due, the oldest first. ``claims`` is lowered in place.
    """
    remaining = dict(credits)
    due = (item for item in items if item.due_date <= as_of)
    for item in sorted(due, key=lambda item: (item.due_date, item.id)):
        used = min(remaining.get(item.currency_id, ZERO), claims[item.id])
        if used > ZERO:
            remaining[item.currency_id] -= used
            claims[item.id] -= used


class _PutOff(NamedTuple):
    """Why a debtor hears nothing that day, and from when on it may."""

    reason: Reason
    until: date | None
    values: Values = {}


class _Climb:
    """A debtor on its ladder, on a day.

    Most debtors have many items: what is the same for all of them (the sum claimed,
    the channels of a step, whether the debtor may be written to) is looked at once.
    """

    def __init__(
        self, debtor: Debtor, ladder: Ladder, as_of: date, limits: Limits
    ) -> None:
        self.debtor = debtor
        self.ladder = ladder
        self.as_of = as_of
        self.limits = limits
        self._by_invoice = ladder.grouping is Grouping.INVOICE
        self._overdue: dict[int, Decimal] = {}
        self._channels: dict[int, frozenset[Channel]] = {}

    def weigh(self, items: Sequence[Item], claims: Mapping[int, Decimal]) -> None:
        """Add up the overdue claims, which minimums are compared with."""
        for item in items:
            if item.due_date < self.as_of:
                key = item.move_id if self._by_invoice else 0
                own = share(item.balance, claims[item.id], item.residual)
                self._overdue[key] = self._overdue.get(key, ZERO) + own

    def judge(self, item: Item, claim: Decimal) -> Decision:
        """Where the item stands on its ladder that day."""
        if claim <= ZERO:
            values: Values = {"amount": str(round_money(item.residual))}
            return Decision(item, Reason.COVERED, values=values)
        if item.pending is not None:
            return _pending(item, claim)
        overdue_days = (self.as_of - item.due_date).days
        position = item.position
        while step := self.ladder.next_step(position, overdue_days):
            blocked = self._too_early(item, step, claim, overdue_days) or self._refused(
                item, step, claim
            )
            if blocked is None:
                return self._remind(item, step, claim)
            if step.counts or blocked.reason not in _REFUSALS:
                return blocked
            position = step.days
        return Decision(item, Reason.FINAL_LEVEL, None, claim)

    def _too_early(
        self, item: Item, step: Step, claim: Decimal, overdue_days: int
    ) -> Decision | None:
        """Both clocks must have run: since the due date and since the last contact."""
        if overdue_days < step.days:
            reason = Reason.STEP_NOT_DUE if overdue_days > 0 else Reason.NOT_DUE
            step_date = item.due_date + timedelta(days=step.days)
            return Decision(item, reason, step, claim, step_date)
        if item.last_contact is None:
            return None
        gap_date = item.last_contact + timedelta(days=max(step.min_gap_days, 1))
        if self.as_of < gap_date:
            values = _contact(item.last_contact, step)
            return Decision(
                item, Reason.LEVEL_JUST_SENT, step, claim, gap_date, values=values
            )
        return None

    def _refused(self, item: Item, step: Step, claim: Decimal) -> Decision | None:
        """What stops the step until somebody changes something, or the claim grows."""
        exposure = self._exposure(item, claim)
        if exposure < step.minimum:
            values: Values = {
                "amount": str(round_money(exposure)),
                "minimum": str(round_money(step.minimum)),
            }
            return Decision(item, Reason.BELOW_MINIMUM, step, claim, values=values)
        max_days = self.debtor.max_days
        if max_days is not None and step.days > max_days:
            return Decision(item, Reason.LEVEL_CAP, step, claim)
        if step.is_final:
            return Decision(item, Reason.FINAL_LEVEL, step, claim)
        if step.cap and (sent := self.debtor.sent_counts.get(step.id, 0)) >= step.cap:
            values = {"sent": sent, "cap": step.cap}
            return Decision(item, Reason.LEVEL_CAP, step, claim, values=values)
        if not self._usable(step):
            return Decision(item, Reason.NO_CONTACT, step, claim)
        return None

    def _exposure(self, item: Item, claim: Decimal) -> Decimal:
        """The sum the item's minimum is compared with, in company currency.

        The debtor's whole overdue claim, unless the policy writes one message per
        invoice: then the invoice's. An item that is not due yet counts for itself.
        """
        if item.due_date >= self.as_of:
            return share(item.balance, claim, item.residual)
        return self._overdue[item.move_id if self._by_invoice else 0]

    def _usable(self, step: Step) -> frozenset[Channel]:
        """The channels by which the step reaches this debtor."""
        found = self._channels.get(step.id)
        if found is None:
            found = usable_channels(step, self.debtor.channels)
            self._channels[step.id] = found
        return found

    def _remind(self, item: Item, step: Step, claim: Decimal) -> Decision:
        if self._put_off:
            reason, until, values = self._put_off
            return Decision(item, reason, step, claim, until, values=values)
        values = {"days": step.days}
        if item.last_contact is not None:
            values |= _contact(item.last_contact, step)
        channels = self._usable(step)
        return Decision(item, Reason.TO_REMIND, step, claim, None, channels, values)

    @cached_property
    def _put_off(self) -> _PutOff | None:
        """What puts any step off by a few days: closed days, too many contacts."""
        debtor, as_of = self.debtor, self.as_of
        if not debtor.calendar.is_open(as_of):
            return _PutOff(Reason.NOT_SENDING_DAY, self._next_open(as_of))
        cap = self.limits.contacts_per_week
        week_ago = as_of - timedelta(days=7)
        recent = sorted(day for day in debtor.contact_days if week_ago < day <= as_of)
        if not cap or len(recent) < cap:
            return None
        following = self._next_open(recent[-cap] + timedelta(days=7))
        values: Values = {"contacts": len(recent), "cap": cap}
        return _PutOff(Reason.CONTACT_CAP, following, values)

    def _next_open(self, day: date) -> date | None:
        """The debtor's first open day from ``day`` on; None if closures leave none."""
        try:
            return self.debtor.calendar.next_open(day)
        except NoOpenDay:
            return None


def _pending(item: Item, claim: Decimal) -> Decision:
    reason = Reason.MANUAL_STEP if item.pending_is_manual else Reason.LEVEL_JUST_SENT
    return Decision(item, reason, None, claim)


def _contact(last: date, step: Step) -> Values:
    """The facts that word a contact: its day, and the days to let pass after it."""
    return {"contact": last.isoformat(), "gap": step.min_gap_days}


def usable_channels(step: Step, reachable: frozenset[Channel]) -> frozenset[Channel]:
    """The step's channels through which the debtor can be reached.

    When none of them is and the step allows it, a letter is the fallback.

    >>> mail = Step(1, 3, channels=frozenset({Channel.EMAIL}))
    >>> sorted(c.value for c in usable_channels(mail, frozenset({Channel.LETTER})))
    ['letter']
    >>> usable_channels(mail, frozenset({Channel.SMS}))
    frozenset()
    """
    usable = step.channels & reachable
    if not usable and step.fallback_letter and Channel.LETTER in reachable:
        return frozenset({Channel.LETTER})
    return usable


def opening_position(
    ladder: Ladder, overdue_days: int, first_days: int | None = None
) -> int | None:
    """The position of an old item at go-live, so that its next step fits its age.

    ``first_days`` caps the first step: nobody's first message is beyond it. None
    means that the item starts at the foot of the ladder.

    >>> ladder = Ladder(1, (Step(1, -7), Step(2, 3), Step(3, 17), Step(4, 30)))
    >>> opening_position(ladder, overdue_days=200, first_days=17)
    3
    >>> opening_position(ladder, overdue_days=5) is None
    True
    """
    position = None
    previous = None
    for step in ladder.steps:
        if step.is_courtesy:
            continue
        beyond_cap = first_days is not None and step.days > first_days
        if step.days > overdue_days or beyond_cap or step.is_final:
            break
        position, previous = previous, step.days
    return position
