"""Where the penalties of an item stand: accrued, claimed, waived, invoiced, collected.

What has *accrued* is worked out from the law; everything else is a ledger of entries,
one nature apart from the other. An accrued cent has one way out: it is waived, it is
invoiced, or it is collected without a note; until then it is *open*. Claiming it is
no way out, nor is paying the principal: this is what keeps a penalty from being lost.

    accrued + excess = waived + invoiced + collected without a note + open

What is invoiced and not collected yet is owed by the note, which is chased like any
invoice; a waiver does not reach it, only a credit note does.
"""

from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import NamedTuple, TypeVar

from .money import ZERO, round_money

Key = TypeVar("Key", bound=Hashable)


class Nature(str, Enum):
    """The two sums that a late payment owes apart from the principal."""

    INTEREST = "interest"
    FEE = "fee"


class Kind(str, Enum):
    """What an entry of the ledger says of a penalty."""

    CLAIMED = "claimed"
    WAIVED = "waived"
    INVOICED = "invoiced"
    COLLECTED = "collected"


class Entry(NamedTuple):
    """A movement of one nature of one item; a negative amount takes one back.

    ``by_note``: collected by the payment of a debit note rather than without one.
    ``is_proposed``: a waiver that somebody has still to approve.
    """

    kind: Kind
    amount: Decimal
    by_note: bool = False
    is_proposed: bool = False


class Anomaly(str, Enum):
    """What the entries say that the accrued amount, seen again, does not bear out."""

    OVER_WAIVED = "over_waived"
    OVER_INVOICED = "over_invoiced"
    OVER_COLLECTED = "over_collected"
    OVER_CLAIMED = "over_claimed"


class Standing(NamedTuple):
    """One nature of one item. ``direct``: what was collected without a note."""

    accrued: Decimal = ZERO
    claimed: Decimal = ZERO
    waived: Decimal = ZERO
    proposed: Decimal = ZERO
    invoiced: Decimal = ZERO
    paid: Decimal = ZERO
    direct: Decimal = ZERO

    @property
    def settled(self) -> Decimal:
        """What has left the open amount, by any of the three ways out."""
        return self.waived + self.invoiced + self.direct

    @property
    def open(self) -> Decimal:
        """Neither waived, nor invoiced, nor collected: still to be claimed."""
        return max(self.accrued - self.settled, ZERO)

    @property
    def free(self) -> Decimal:
        """Open, less what somebody proposes to waive."""
        return max(self.open - self.proposed, ZERO)

    @property
    def excess(self) -> Decimal:
        """What left although it did not accrue: a credit note or a price came later."""
        return max(self.settled - self.accrued, ZERO)

    @property
    def collected(self) -> Decimal:
        """By the payment of a note or without one."""
        return self.paid + self.direct

    @property
    def unpaid(self) -> Decimal:
        """Invoiced and waiting for its payment."""
        return max(self.invoiced - self.paid, ZERO)

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """What somebody should look at, in a fixed order.

        >>> Standing(accrued=Decimal(10), waived=Decimal(12)).anomalies
        (<Anomaly.OVER_WAIVED: 'over_waived'>,)
        """
        over_invoiced = self.invoiced + self.direct > self.accrued
        calls = (
            (Anomaly.OVER_WAIVED, self.excess > ZERO and not over_invoiced),
            (Anomaly.OVER_INVOICED, over_invoiced),
            (Anomaly.OVER_COLLECTED, self.paid > self.invoiced),
            (Anomaly.OVER_CLAIMED, self.claimed > self.accrued),
        )
        return tuple(anomaly for anomaly, is_called_for in calls if is_called_for)


def standing(accrued: Decimal, entries: Iterable[Entry]) -> Standing:
    """Add the entries up.

    >>> found = standing(Decimal(50), [Entry(Kind.CLAIMED, Decimal(50)),
    ...     Entry(Kind.WAIVED, Decimal(20)), Entry(Kind.WAIVED, Decimal(-20)),
    ...     Entry(Kind.INVOICED, Decimal(30))])
    >>> found.waived, found.invoiced, found.open
    (Decimal('0'), Decimal('30'), Decimal('20'))
    """
    sums = dict.fromkeys(Standing._fields, ZERO)
    sums["accrued"] = accrued
    for entry in entries:
        sums[_column(entry)] += entry.amount
    return Standing(**sums)


def _column(entry: Entry) -> str:
    if entry.is_proposed:
        return "proposed"
    if entry.kind is Kind.COLLECTED:
        return "paid" if entry.by_note else "direct"
    return str(entry.kind.value)


class Refusal(str, Enum):
    """Why a movement is refused."""

    NOT_POSITIVE = "not_positive"
    NOTHING_OPEN = "nothing_open"
    MORE_THAN_OPEN = "more_than_open"


class Refused(ValueError):
    """A movement that the standing does not allow; ``limit`` is what it allows."""

    def __init__(self, refusal: Refusal, limit: Decimal) -> None:
        super().__init__(refusal.value, str(limit))
        self.refusal = refusal
        self.limit = limit


def check_way_out(found: Standing, amount: Decimal) -> None:
    """Refuse to waive, invoice or collect what is not there to be.

    One rule for the three ways out, since they draw on the same amount: what is open
    and that nobody proposes to waive. The same click twice is refused the second time.

    >>> check_way_out(Standing(accrued=Decimal(40)), Decimal(40))
    >>> check_way_out(Standing(accrued=Decimal(40), waived=Decimal(40)), Decimal(1))
    Traceback (most recent call last):
        ...
    odoo_recouvrement.core.penalty.Refused: ('nothing_open', '0')
    """
    if not amount.is_finite() or amount <= ZERO:
        raise Refused(Refusal.NOT_POSITIVE, found.free)
    if found.free == ZERO:
        raise Refused(Refusal.NOTHING_OPEN, ZERO)
    if amount > found.free:
        raise Refused(Refusal.MORE_THAN_OPEN, found.free)


def claimed_by(claims: Iterable[Decimal]) -> Decimal:
    """What the letters that stand have claimed: the most that one of them states.

    Each letter states the whole, not what was added since the one before.

    >>> claimed_by([Decimal(12), Decimal(30), Decimal(18)])
    Decimal('30')
    """
    return max(claims, default=ZERO)


def share_out(
    amount: Decimal, parts: Mapping[Key, Decimal], digits: int = 2
) -> dict[Key, Decimal]:
    """Share a payment of a note between its lines, in proportion; no cent is lost.

    Rounded on the running total. More than the note is not shared: it is the
    ledger's, as a surplus.

    >>> thirds = dict.fromkeys("abc", Decimal("0.10"))
    >>> [str(part) for part in share_out(Decimal("0.10"), thirds).values()]
    ['0.03', '0.04', '0.03']
    """
    whole = sum(parts.values(), ZERO)
    amount = min(amount, whole)
    shares: dict[Key, Decimal] = {}
    given = reached = ZERO
    for key, part in parts.items():
        reached += part
        upto = round_money(amount * reached / whole, digits) if whole else ZERO
        shares[key] = upto - given
        given = upto
    return shares


def needs_approval(amount: Decimal, already: Decimal, ceiling: Decimal) -> bool:
    """Whether a waiver is above what its author may grant alone.

    ``already``: what they waived for this debtor in the period: a large waiver cut
    into small ones is a large waiver.

    >>> needs_approval(Decimal(60), already=Decimal(50), ceiling=Decimal(100))
    True
    """
    return already + amount > ceiling
