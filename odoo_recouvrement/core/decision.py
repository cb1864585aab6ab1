"""The decision engine: a debtor's open items in, one decision per item out.

An *item* is a receivable journal item: one instalment, never the invoice. For
each of them the engine answers one question: on this day, does the policy call
for a step, and if not, why not, and until when?

The engine knows neither the ledger nor the clock. It is asked twice with the
same code: by the daily run, and again at the second of sending (the facts then
leave out the reminder that is about to leave).

How an item climbs
    A *ladder* is a list of steps; a step is known by its ``days`` from the due
    date (negative: before). The item's ``position`` is the ``days`` of the last
    step done for it, so it means the same on any ladder, even after somebody
    edited it. The next step is the first one beyond that position: no step is
    ever skipped, and one run climbs one step at most. Only a courtesy step (before
    the due date) lapses, once its time has passed.

When a step is due
    When both clocks have run: ``days`` since the due date and ``min_gap_days``
    since the last contact about this item.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from .calendar import NoOpenDay, SendingCalendar
from .money import ZERO, round_money, share


class Outcome(str, Enum):
    """What the day holds for an item."""

    REMIND = "remind"
    WAIT = "wait"
    HOLD = "hold"
    COVERED = "covered"
    HAND_OVER = "hand_over"


class Reason(str, Enum):
    """Why: the code kept with each decision, worded by the model."""

    TO_REMIND = "to_remind"
    NOT_DUE = "not_due"
    STEP_NOT_DUE = "step_not_due"
    LEVEL_JUST_SENT = "level_just_sent"
    MANUAL_STEP = "manual_step"
    BELOW_MINIMUM = "below_minimum"
    CONTACT_CAP = "contact_cap"
    NOT_SENDING_DAY = "not_sending_day"
    ON_HOLD = "on_hold"
    NO_FOLLOWUP = "no_followup"
    PAYMENT_BLOCKED = "payment_blocked"
    DISPUTED = "disputed"
    PROMISED = "promised"
    PLAN_RESPECTED = "plan_respected"
    INSOLVENT = "insolvent"
    NO_CONTACT = "no_contact"
    NO_POLICY = "no_policy"
    LEVEL_CAP = "level_cap"
    COVERED = "covered"
    FINAL_LEVEL = "final_level"


OUTCOME_OF: Mapping[Reason, Outcome] = {
    Reason.TO_REMIND: Outcome.REMIND,
    Reason.NOT_DUE: Outcome.WAIT,
    Reason.STEP_NOT_DUE: Outcome.WAIT,
    Reason.LEVEL_JUST_SENT: Outcome.WAIT,
    Reason.MANUAL_STEP: Outcome.WAIT,
    Reason.BELOW_MINIMUM: Outcome.WAIT,
    Reason.CONTACT_CAP: Outcome.WAIT,
    Reason.NOT_SENDING_DAY: Outcome.WAIT,
    Reason.ON_HOLD: Outcome.HOLD,
    Reason.NO_FOLLOWUP: Outcome.HOLD,
    Reason.PAYMENT_BLOCKED: Outcome.HOLD,
    Reason.DISPUTED: Outcome.HOLD,
    Reason.PROMISED: Outcome.HOLD,
    Reason.PLAN_RESPECTED: Outcome.HOLD,
    Reason.INSOLVENT: Outcome.HOLD,
    Reason.NO_CONTACT: Outcome.HOLD,
    Reason.NO_POLICY: Outcome.HOLD,
    Reason.LEVEL_CAP: Outcome.HOLD,
    Reason.COVERED: Outcome.COVERED,
    Reason.FINAL_LEVEL: Outcome.HAND_OVER,
}


# What stops a step that has come: a step that does not count is then left out.
_REFUSALS = frozenset({Reason.BELOW_MINIMUM, Reason.LEVEL_CAP, Reason.NO_CONTACT})


class Channel(str, Enum):
    """How a reminder leaves."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    REGISTERED_LETTER = "registered_letter"
    CALL = "call"


class Step(NamedTuple):
    """A level of a ladder. ``days`` from the due date; ``minimum`` in company currency.

    ``cap`` is the number of reminders of this level a debtor may get in a year
    (0: no cap). A step that does not ``count`` as a level never holds the ladder: what
    it cannot do is left out. A ``final`` step sends nothing: it is the decision to
    hand over.
    """

    id: int
    days: int
    min_gap_days: int = 0
    channels: frozenset[Channel] = frozenset()
    minimum: Decimal = ZERO
    cap: int = 0
    fallback_letter: bool = True
    counts: bool = True
    is_final: bool = False

    @property
    def is_courtesy(self) -> bool:
        """Before the due date, nothing is late yet: it informs, it does not claim."""
        return self.days < 0


class Grouping(str, Enum):
    """How the steps of a day are gathered into messages; may change at any time."""

    DEBTOR = "debtor"
    LEVEL = "level"
    INVOICE = "invoice"


class Ladder(NamedTuple):
    """The steps of a policy, in the order of their ``days``."""

    id: int
    steps: tuple[Step, ...]
    grouping: Grouping = Grouping.DEBTOR

    def next_step(self, position: int | None, overdue_days: int) -> Step | None:
        """The first step beyond ``position``; a courtesy whose time is over lapses.

        >>> ladder = Ladder(1, (Step(1, -7), Step(2, 3), Step(3, 17)))
        >>> ladder.next_step(None, overdue_days=-10).days
        -7
        >>> ladder.next_step(None, overdue_days=40).days
        3
        >>> ladder.next_step(3, overdue_days=40).days
        17
        """
        for step in self.steps:
            passed = position is not None and step.days <= position
            lapsed = step.is_courtesy and overdue_days >= 0
            if not passed and not lapsed:
                return step
        return None


class Suspension(NamedTuple):
    """A reason not to chase, what it names and until when (included).

    ``item_id`` 0 names the whole debtor; ``amount`` None the whole item, else the
    part of it that is set aside (the rest is still chased).
    """

    reason: Reason
    until: date | None = None
    item_id: int = 0
    amount: Decimal | None = None

    def is_active(self, as_of: date) -> bool:
        """Whether it still holds on that day."""
        return self.until is None or as_of <= self.until


class Item(NamedTuple):
    """An open receivable item, positive amounts.

    ``residual`` is in its currency, ``balance`` in the company's.

    ``origin_date``: the day the claim arose (the invoice's). ``position``: days of
    the last step done; ``pending``: days of the step that waits for somebody
    (``pending_is_manual``) or for its proof, so that nothing new is proposed.
    """

    id: int
    move_id: int
    due_date: date
    residual: Decimal
    balance: Decimal
    currency_id: int
    origin_date: date | None = None
    position: int | None = None
    last_contact: date | None = None
    pending: int | None = None
    pending_is_manual: bool = False
    no_followup: bool = False
    is_blocked: bool = False


class Debtor(NamedTuple):
    """What the engine must know of a debtor besides its items.

    ``credits``: open credit notes and unmatched payments by currency, positive.
    ``contact_days``: days of the last week on which it was contacted.
    ``sent_counts``: reminders of the last year by step id.
    """

    id: int
    ladder: Ladder | None
    calendar: SendingCalendar
    channels: frozenset[Channel] = frozenset()
    suspensions: tuple[Suspension, ...] = ()
    credits: Mapping[int, Decimal] = {}
    contact_days: tuple[date, ...] = ()
    sent_counts: Mapping[int, int] = {}
    max_days: int | None = None
    insolvency_date: date | None = None


class Limits(NamedTuple):
    """Company-wide moderation: contacts per debtor in any seven days (0: no cap)."""

    contacts_per_week: int = 0


Values = dict[str, str | int]


class Decision(NamedTuple):
    """One decision about one item.

    ``step``: the level concerned, if any. ``claim``: what is asked for the item in
    its currency, less the parts set aside and the credits allocated to it.
    ``channels``: those the step can really use. ``values``: absolute facts that
    word the reason (ISO dates, amounts as text), stable from day to day.
    """

    item: Item
    reason: Reason
    step: Step | None = None
    claim: Decimal = ZERO
    next_date: date | None = None
    channels: frozenset[Channel] = frozenset()
    values: Values = {}

    @property
    def outcome(self) -> Outcome:
        """The family the reason belongs to."""
        return OUTCOME_OF[self.reason]


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
        decision, claims[item.id] = _suspended(debtor, item, as_of)
        if decision is not None:
            held[item.id] = decision
    chased = [item for item in items if item.id not in held]
    _allocate_credits(debtor, chased, claims, as_of)
    exposure = _exposure(debtor, chased, claims, as_of)
    return [
        held.get(item.id)
        or _climb(debtor, item, claims[item.id], exposure, as_of, limits)
        for item in items
    ]


def _suspended(
    debtor: Debtor, item: Item, as_of: date
) -> tuple[Decision | None, Decimal]:
    """What sets the item aside, or else how much of it may be claimed."""
    if _is_prior_to_insolvency(debtor, item):
        assert debtor.insolvency_date is not None
        values: Values = {"date": debtor.insolvency_date.isoformat()}
        return Decision(item, Reason.INSOLVENT, values=values), ZERO
    if item.no_followup:
        return Decision(item, Reason.NO_FOLLOWUP), ZERO
    claim = item.residual
    for suspension in debtor.suspensions:
        if suspension.item_id not in (0, item.id) or not suspension.is_active(as_of):
            continue
        if suspension.amount is not None:
            claim -= suspension.amount
        if suspension.amount is None or claim <= ZERO:
            return _set_aside(item, suspension), ZERO
    if item.is_blocked:
        return Decision(item, Reason.PAYMENT_BLOCKED), ZERO
    if debtor.ladder is None:
        return Decision(item, Reason.NO_POLICY), ZERO
    return None, claim


def _is_prior_to_insolvency(debtor: Debtor, item: Item) -> bool:
    """Claims that arose before the opening judgment may not be pursued.

    C. com. L622-7 and L622-21. A claim without a known origin counts as earlier.
    """
    judgment = debtor.insolvency_date
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
    debtor: Debtor, items: Sequence[Item], claims: dict[int, Decimal], as_of: date
) -> None:
    """Let open credits pay the oldest due items first, currency by currency.

    C. civ. 1342-10: without a choice of the debtor, a payment goes to the debts
    that are due, the oldest first. ``claims`` is lowered in place.
    """
    remaining = dict(debtor.credits)
    if not remaining:
        return
    due = (item for item in items if item.due_date <= as_of)
    for item in sorted(due, key=lambda item: (item.due_date, item.id)):
        used = min(remaining.get(item.currency_id, ZERO), claims[item.id])
        if used > ZERO:
            remaining[item.currency_id] -= used
            claims[item.id] -= used


def _exposure(
    debtor: Debtor, items: Sequence[Item], claims: Mapping[int, Decimal], as_of: date
) -> dict[int, Decimal]:
    """The sum each item's minimum is compared with, in company currency, by item id.

    The debtor's whole overdue claim, unless the policy writes one message per
    invoice: then the invoice's. An item that is not due yet counts for itself.
    """
    by_invoice = (
        debtor.ladder is not None and debtor.ladder.grouping is Grouping.INVOICE
    )
    sums: dict[int, Decimal] = {}
    shares: dict[int, Decimal] = {}
    for item in items:
        shares[item.id] = share(item.balance, claims[item.id], item.residual)
        if item.due_date < as_of:
            key = item.move_id if by_invoice else 0
            sums[key] = sums.get(key, ZERO) + shares[item.id]
    return {
        item.id: sums[item.move_id if by_invoice else 0]
        if item.due_date < as_of
        else shares[item.id]
        for item in items
    }


def _climb(
    debtor: Debtor,
    item: Item,
    claim: Decimal,
    exposure: Mapping[int, Decimal],
    as_of: date,
    limits: Limits,
) -> Decision:
    """Where the item stands on its ladder that day."""
    if claim <= ZERO:
        return Decision(
            item, Reason.COVERED, values={"amount": str(round_money(item.residual))}
        )
    assert debtor.ladder is not None  # _suspended() set the others aside
    if item.pending is not None:
        return _pending(item, claim)
    overdue_days = (as_of - item.due_date).days
    position = item.position
    while step := debtor.ladder.next_step(position, overdue_days):
        blocked = _too_early(item, step, claim, as_of) or _refused(
            debtor, item, step, claim, exposure[item.id]
        )
        if blocked is None:
            return _moderated(debtor, item, step, claim, as_of, limits) or _remind(
                debtor, item, step, claim
            )
        if step.counts or blocked.reason not in _REFUSALS:
            return blocked
        position = step.days
    return Decision(item, Reason.FINAL_LEVEL, claim=claim)


def _pending(item: Item, claim: Decimal) -> Decision:
    reason = Reason.MANUAL_STEP if item.pending_is_manual else Reason.LEVEL_JUST_SENT
    return Decision(item, reason, claim=claim)


def _too_early(item: Item, step: Step, claim: Decimal, as_of: date) -> Decision | None:
    """Both clocks must have run: since the due date and since the last contact."""
    step_date = item.due_date + timedelta(days=step.days)
    if as_of < step_date:
        reason = Reason.NOT_DUE if as_of <= item.due_date else Reason.STEP_NOT_DUE
        values: Values = {"due": item.due_date.isoformat()}
        return Decision(item, reason, step, claim, step_date, values=values)
    if item.last_contact is None:
        return None
    gap_date = item.last_contact + timedelta(days=max(step.min_gap_days, 1))
    if as_of < gap_date:
        values = {"contact": item.last_contact.isoformat(), "gap": step.min_gap_days}
        return Decision(
            item, Reason.LEVEL_JUST_SENT, step, claim, gap_date, values=values
        )
    return None


def _refused(
    debtor: Debtor, item: Item, step: Step, claim: Decimal, exposure: Decimal
) -> Decision | None:
    """What stops the step until somebody changes something, or the claim grows."""
    if exposure < step.minimum:
        values: Values = {
            "amount": str(round_money(exposure)),
            "minimum": str(round_money(step.minimum)),
        }
        return Decision(item, Reason.BELOW_MINIMUM, step, claim, values=values)
    if debtor.max_days is not None and step.days > debtor.max_days:
        return Decision(item, Reason.LEVEL_CAP, step, claim)
    if step.is_final:
        return Decision(item, Reason.FINAL_LEVEL, step, claim)
    sent = debtor.sent_counts.get(step.id, 0)
    if step.cap and sent >= step.cap:
        values = {"sent": sent, "cap": step.cap}
        return Decision(item, Reason.LEVEL_CAP, step, claim, values=values)
    if not usable_channels(step, debtor.channels):
        return Decision(item, Reason.NO_CONTACT, step, claim)
    return None


def _moderated(
    debtor: Debtor,
    item: Item,
    step: Step,
    claim: Decimal,
    as_of: date,
    limits: Limits,
) -> Decision | None:
    """What puts the step off by a few days: closed days, too many contacts."""
    if not debtor.calendar.is_open(as_of):
        following = _next_open(debtor, as_of)
        return Decision(item, Reason.NOT_SENDING_DAY, step, claim, following)
    cap = limits.contacts_per_week
    recent = sorted(
        day for day in debtor.contact_days if as_of - timedelta(days=7) < day <= as_of
    )
    if cap and len(recent) >= cap:
        following = _next_open(debtor, recent[-cap] + timedelta(days=7))
        values: Values = {"contacts": len(recent), "cap": cap}
        return Decision(item, Reason.CONTACT_CAP, step, claim, following, values=values)
    return None


def _next_open(debtor: Debtor, day: date) -> date | None:
    """The debtor's first open day from ``day`` on; None when closures leave none."""
    try:
        return debtor.calendar.next_open(day)
    except NoOpenDay:
        return None


def _remind(debtor: Debtor, item: Item, step: Step, claim: Decimal) -> Decision:
    values: Values = {"due": item.due_date.isoformat(), "days": step.days}
    if item.last_contact is not None:
        values |= {"contact": item.last_contact.isoformat(), "gap": step.min_gap_days}
    return Decision(
        item,
        Reason.TO_REMIND,
        step,
        claim,
        channels=usable_channels(step, debtor.channels),
        values=values,
    )


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
