"""Over-indebtedness: how long earlier debts may be neither enforced nor paid.

C. conso. L722-2 and L722-5: from the day the commission declares the request
admissible, for the debts that arose before. L722-3: until the measures, and « cette
suspension et cette interdiction ne peuvent excéder deux ans ».
"""

from datetime import date, timedelta

from .calendar import MonthEnd, add_months
from .claim import Period

LONGEST_MONTHS = 24


def suspension(admitted_on: date) -> Period:
    """The days of the suspension, when no measure ends it sooner.

    >>> suspension(date(2026, 3, 2))
    Period(first_day=datetime.date(2026, 3, 2), last_day=datetime.date(2028, 3, 1))
    >>> suspension(date(2024, 2, 29)).last_day
    datetime.date(2026, 2, 27)
    """
    end = add_months(admitted_on, LONGEST_MONTHS, MonthEnd.LAST_DAY)
    return Period(admitted_on, end - timedelta(days=1))


def is_suspended(born_on: date, admitted_on: date) -> bool:
    """Whether a debt of that day is an earlier one; on the very day it counts as one.

    >>> day = date(2026, 3, 2)
    >>> is_suspended(day, day), is_suspended(date(2026, 3, 3), day)
    (True, False)
    """
    return born_on <= admitted_on


def ended(period: Period, known_on: date) -> Period:
    """The same, ended by the measures or by a refusal, on the day they are known.

    >>> two_years = suspension(date(2026, 3, 2))
    >>> ended(two_years, date(2026, 9, 30)).last_day
    datetime.date(2026, 9, 30)
    >>> ended(two_years, date(2026, 1, 1)).last_day
    datetime.date(2026, 3, 2)
    """
    last_day = min(period.last_day, max(known_on, period.first_day))
    return period._replace(last_day=last_day)
