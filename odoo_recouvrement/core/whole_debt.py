"""The whole debt of an item: what was due, and the part kept as a guarantee.

Two things that the statement of one debt does not know:

- the books take what settles an item for its principal (C. civ. 1342-10 lets the
  parties say what a payment pays; whoever marks an invoice as paid has said it): then
  nothing of it may go on bearing interest, and what had accrued remains owed;
- the part a buyer keeps as a guarantee is a debt of its own: left out of the base
  (CCP R2192-33), it is due thirty days after the end of the guarantee, or after the
  reservations made meanwhile are lifted (R2191-35), and bears interest from then on.
  Left alone, it is reminded and lapses from that date on too: what was said of the
  rest was not said of it, and no clock runs before (C. civ. 2233).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .allocation import Movement, Order, Share
from .claim import Claim, Conventions
from .interest import Statement, statement
from .money import ZERO
from .rates import Rates
from .regime import Regime
from .remarks import Remark

RETENTION_DAYS = 30


def retention_due_date(guarantee_end: date) -> date:
    """The last day to pay a retention back; the end: of the guarantee, or of the
    reservations if they were lifted later.

    >>> retention_due_date(date(2026, 3, 31))
    datetime.date(2026, 4, 30)
    """
    return guarantee_end + timedelta(days=RETENTION_DAYS)


def retained(amount: Decimal, retention: Decimal, later: Decimal = ZERO) -> Decimal:
    """What an instalment leaves as a guarantee, which is kept from the last ones.

    ``later``: the instalments due after it, which come first.

    >>> retained(Decimal(1000), Decimal(1200), later=Decimal(1000))
    Decimal('200')
    >>> retained(Decimal(1000), Decimal(500), later=Decimal(1000))
    Decimal('0')
    """
    return min(max(retention - later, ZERO), max(amount, ZERO))


class Retention(NamedTuple):
    """What an item still keeps as a guarantee, and the last day to pay it back.

    ``due`` None: the end of the guarantee is not known.
    """

    amount: Decimal
    due: date | None
    residual: Decimal

    @property
    def is_alone(self) -> bool:
        """Nothing else is left of the item: what is open is a debt of its own."""
        return self.amount > ZERO and self.amount == self.residual

    def is_pending(self, as_of: date) -> bool:
        """Whether it may still be kept on that day."""
        return self.due is None or as_of <= self.due


def retention_left(
    residual: Decimal, amount: Decimal, kept: Decimal, later: Decimal, end: date | None
) -> Retention:
    """What is left of the guarantee of an item: what is paid pays the rest first.

    ``amount`` of the item; ``kept`` on the invoice; ``later``: its later instalments;
    ``end`` of the guarantee.

    >>> left = retention_left(
    ...     Decimal(50), Decimal(1000), Decimal(50), Decimal(0), date(2026, 3, 31)
    ... )
    >>> left.due, left.is_alone, left.is_pending(date(2026, 4, 30))
    (datetime.date(2026, 4, 30), True, True)
    """
    return Retention(
        min(retained(amount, kept, later), residual),
        None if end is None else retention_due_date(end),
        residual,
    )


def is_settled(claim: Claim, as_of: date) -> bool:
    """Whether the books have nothing more to receive: only penalties are left.

    >>> from decimal import Decimal
    >>> day = date(2026, 3, 2)
    >>> paid = Claim(Decimal(100), day, (Movement(day, Decimal(100)),))
    >>> is_settled(paid, day), is_settled(paid, date(2026, 3, 1))
    (True, False)
    """
    if not claim.movements:
        return False
    received = sum(
        (move.amount for move in claim.movements if move.date <= as_of), ZERO
    )
    return received >= claim.amount - claim.retention


def whole_statement(
    claim: Claim,
    regime: Regime,
    as_of: date,
    rates: Rates,
    conventions: Conventions = Conventions(),
) -> Statement:
    """The statement of an item as the books have it, its retention once due included.

    Ten thousand, of which five hundred were kept until 30 April:

    >>> from decimal import Decimal
    >>> from .rates import shipped_rates
    >>> from .regime import PUBLIC
    >>> due = date(2025, 4, 10)
    >>> claim = Claim(
    ...     Decimal(10000), due, (Movement(due, Decimal(9500)),),
    ...     retention=Decimal(500), retention_due=date(2026, 4, 30),
    ... )
    >>> found = whole_statement(claim, PUBLIC, date(2026, 5, 30), shipped_rates())
    >>> for part in found.segments:
    ...     print(part.first_day, part.days, part.base, part.rate, part.interest)
    2026-05-01 30 500 10.15 4.17
    >>> found.principal_due, found.recovery_fee
    (Decimal('500'), Decimal('40.00'))
    """
    main = _settled_statement(claim, regime, as_of, rates, conventions)
    due = claim.retention_due
    if not claim.retention or due is None or as_of <= due:
        return main
    kept = claim._replace(
        amount=claim.retention,
        due_date=due,
        movements=_left_over(main.shares),
        retention=ZERO,
        retention_due=None,
    )
    return _joined(main, _settled_statement(kept, regime, as_of, rates, conventions))


def _settled_statement(
    claim: Claim, regime: Regime, as_of: date, rates: Rates, conventions: Conventions
) -> Statement:
    if is_settled(claim, as_of):
        conventions = conventions._replace(order=Order.PRINCIPAL_FIRST)
    return statement(claim, regime, as_of, rates, conventions)


def _left_over(shares: Sequence[Share]) -> tuple[Movement, ...]:
    """What each movement leaves for the retention, on the day it was made."""
    return tuple(
        share.movement._replace(amount=share.surplus)
        for share in shares
        if share.surplus
    )


def _joined(main: Statement, kept: Statement) -> Statement:
    """Both debts on one statement: its segments one after the other, one sum each.

    The 40 € once: that of the main part, else that of the retention.
    """
    used = iter(kept.shares)
    shares = []
    for share in main.shares:
        if share.surplus:
            more = next(used)
            share = share._replace(
                principal=share.principal + more.principal,
                interest=share.interest + more.interest,
                surplus=more.surplus,
            )
        shares.append(share)
    remarks = tuple(
        remark
        for remark in main.remarks
        if remark is not Remark.SURPLUS or any(share.surplus for share in shares)
    )
    return main._replace(
        segments=main.segments + kept.segments,
        shares=tuple(shares),
        principal_due=main.principal_due + kept.principal_due,
        interest_accrued=main.interest_accrued + kept.interest_accrued,
        interest_due=main.interest_due + kept.interest_due,
        recovery_fee=main.recovery_fee or kept.recovery_fee,
        remarks=remarks,
    )
