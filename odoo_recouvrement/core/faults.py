"""What may be wrong with a figure or a date: one error, a code, the value refused."""

from datetime import date
from decimal import Decimal
from enum import Enum

from .money import ZERO, round_money

# Beyond it an amount is a typing error, not an invoice.
LARGEST_AMOUNT = Decimal(10) ** 12
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2999, 12, 31)


class Fault(str, Enum):
    """Why a value is refused."""

    NOT_A_NUMBER = "not_a_number"
    NOT_POSITIVE = "not_positive"
    TOO_LARGE = "too_large"
    TOO_PRECISE = "too_precise"
    RATE_OUT_OF_RANGE = "rate_out_of_range"
    RATE_ENTERED_TWICE = "rate_entered_twice"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    PERIOD_REVERSED = "period_reversed"
    TERM_NOT_ALLOWED = "term_not_allowed"


class InvalidInput(ValueError):
    """A value that cannot be what was meant; worded by the caller."""

    def __init__(self, fault: Fault, value: object) -> None:
        super().__init__(fault.value, str(value))
        self.fault = fault
        self.value = value


def check_amount(
    amount: Decimal, digits: int = 2, *, may_be_zero: bool = False
) -> None:
    """Refuse what cannot be an amount of money with that many decimals.

    >>> check_amount(Decimal("10.005"))
    Traceback (most recent call last):
        ...
    odoo_recouvrement.core.faults.InvalidInput: ('too_precise', '10.005')
    """
    if not amount.is_finite():
        raise InvalidInput(Fault.NOT_A_NUMBER, amount)
    if amount < ZERO or (amount == ZERO and not may_be_zero):
        raise InvalidInput(Fault.NOT_POSITIVE, amount)
    if amount >= LARGEST_AMOUNT:
        raise InvalidInput(Fault.TOO_LARGE, amount)
    if amount != round_money(amount, digits):
        raise InvalidInput(Fault.TOO_PRECISE, amount)


def check_rate(value: Decimal, highest: Decimal) -> None:
    """Refuse a percentage that is negative, or 1240 where 12.40 was meant.

    >>> check_rate(Decimal(1240), highest=Decimal(100))
    Traceback (most recent call last):
        ...
    odoo_recouvrement.core.faults.InvalidInput: ('rate_out_of_range', '1240')
    """
    if not value.is_finite() or not ZERO <= value <= highest:
        raise InvalidInput(Fault.RATE_OUT_OF_RANGE, value)


def check_day(day: date) -> None:
    """Refuse a date that no debt can bear.

    >>> check_day(date(2206, 6, 20))
    >>> check_day(date(206, 6, 20))
    Traceback (most recent call last):
        ...
    odoo_recouvrement.core.faults.InvalidInput: ('date_out_of_range', '0206-06-20')
    """
    if not FIRST_DAY <= day <= LAST_DAY:
        raise InvalidInput(Fault.DATE_OUT_OF_RANGE, day)
