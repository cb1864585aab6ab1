"""What a statement of interest is made from: the facts of a debt, the conventions.

An amount is in the debt's own currency and its ``digits``; nothing is converted.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .allocation import Movement, Order
from .day_count import DayCount
from .faults import Fault, InvalidInput, check_amount, check_day
from .money import ZERO
from .regime import RECOVERY_FEE


class Period(NamedTuple):
    """Days, both ends included."""

    first_day: date
    last_day: date

    def check(self) -> None:
        """Refuse a period that ends before it begins."""
        check_day(self.first_day)
        check_day(self.last_day)
        if self.last_day < self.first_day:
            raise InvalidInput(Fault.PERIOD_REVERSED, self.first_day)


class Claim(NamedTuple):
    """A debt with all that happened to it.

    ``amount``: with taxes. ``due_date``: the last day to pay in time; None of the
    days up to it bears interest. ``notice_date``: the day the mise en demeure
    reached the debtor (the cautious choice), what a consumer's interest waits for.

    ``movements``: payments and credit notes, in any order. On one day credit notes
    come first, then payments as given.

    ``retention``: the part kept by a public buyer as a guarantee (CCP R2192-33), left
    out of the statement; ``retention_due``: the last day to pay it back, None as long
    as nobody knows. See ``whole_debt``.

    ``judgment_date``: the opening judgment of insolvency proceedings. ``graces``:
    the delays a judge granted (C. civ. 1343-5).

    ``recovery_fee``: the 40 €, which whoever has a debt in another currency converts.
    """

    amount: Decimal
    due_date: date
    movements: tuple[Movement, ...] = ()
    notice_date: date | None = None
    retention: Decimal = ZERO
    judgment_date: date | None = None
    graces: tuple[Period, ...] = ()
    recovery_fee: Decimal = RECOVERY_FEE
    digits: int = 2
    retention_due: date | None = None

    def check(self) -> None:
        """Refuse what cannot be, with the value at fault."""
        check_amount(self.amount, self.digits)
        check_amount(self.retention, self.digits, may_be_zero=True)
        check_amount(self.amount - self.retention, self.digits, may_be_zero=True)
        check_amount(self.recovery_fee, self.digits, may_be_zero=True)
        for day in (
            self.due_date,
            self.notice_date,
            self.judgment_date,
            self.retention_due,
        ):
            if day is not None:
                check_day(day)
        for movement in self.movements:
            check_amount(movement.amount, self.digits)
            check_day(movement.date)
        for grace in self.graces:
            grace.check()


class Conventions(NamedTuple):
    """The choices the law leaves open, each with the default that is safest to defend.

    ``order``: C. civ. 1343-1 unless agreed otherwise. ``stops_on_eve``: interest
    ends the day before the opening judgment rather than on it (C. com. L622-28 does
    not say). ``fee_needs_payable_date``: no 40 € when the due date is the day of the
    judgment or later, as the last sentence of L441-10 II is commonly read.
    """

    order: Order = Order.INTEREST_FIRST
    day_count: DayCount = DayCount.FIXED_365
    stops_on_eve: bool = True
    fee_needs_payable_date: bool = True
