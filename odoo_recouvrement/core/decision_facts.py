"""What a decision is made of: items, debtors, ladders, and what may be decided.

Shapes only: nothing here decides (see ``decision.py``).

An *item* is a receivable journal item: one instalment, never the invoice. A *ladder*
is a list of steps; a step is known by its ``days`` from the due date (negative:
before).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from math import inf
from typing import NamedTuple

from .calendar import SendingCalendar
from .money import ZERO


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
    OVERINDEBTED = "overindebted"
    HANDED_OVER = "handed_over"
    RETENTION = "retention"
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
    Reason.OVERINDEBTED: Outcome.HOLD,
    Reason.HANDED_OVER: Outcome.HOLD,
    Reason.RETENTION: Outcome.HOLD,
    Reason.NO_CONTACT: Outcome.HOLD,
    Reason.NO_POLICY: Outcome.HOLD,
    Reason.LEVEL_CAP: Outcome.HOLD,
    Reason.COVERED: Outcome.COVERED,
    Reason.FINAL_LEVEL: Outcome.HAND_OVER,
}


class Channel(str, Enum):
    """How a reminder leaves."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    REGISTERED_LETTER = "registered_letter"
    ELECTRONIC_REGISTERED = "electronic_registered"
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
        done = -inf if position is None else position
        if overdue_days >= 0:
            done = max(done, -1)  # the time of courtesies is over
        for step in self.steps:
            if step.days > done:
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
    ``channels``: those the step can really use. ``values``: what else words the
    reason, besides the item's due date: absolute facts (ISO dates, amounts as text),
    stable from day to day.
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
