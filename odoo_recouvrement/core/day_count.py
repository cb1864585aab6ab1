"""How many days make a year of interest.

The sources write « / 365 » without exception, leap years included: the default.
The option counts a day of a leap year as 1/366.
"""

from calendar import isleap
from datetime import date
from decimal import Decimal
from enum import Enum

_UNITS_PER_YEAR = {"365": 365, "actual": 365 * 366}
_DIVISOR = {name: Decimal(100 * units) for name, units in _UNITS_PER_YEAR.items()}


class DayCount(str, Enum):
    """The two conventions. Both are additive: cutting a period changes nothing.

    ACTUAL is the year fraction known as Act/Act (ISDA) from ``eve`` to ``last``: a
    day belongs to the year in which it began to run, that is to say its eve's. From
    1 January 2024 to 1 January 2025, 366 days make one year exactly.
    """

    FIXED_365 = "365"
    ACTUAL = "actual"

    @property
    def units_per_year(self) -> int:
        """How many units make a year."""
        return _UNITS_PER_YEAR[self.value]

    @property
    def divisor(self) -> Decimal:
        """What base × rate in percent × units is divided by to give the interest."""
        return _DIVISOR[self.value]

    def units(self, eve: date, last: date) -> int:
        """The days after ``eve`` up to ``last`` included, in units of this convention.

        >>> eve, last = date(2024, 1, 1), date(2025, 1, 1)
        >>> DayCount.FIXED_365.units(eve, last), DayCount.FIXED_365.units_per_year
        (366, 365)
        >>> DayCount.ACTUAL.units(eve, last) == DayCount.ACTUAL.units_per_year
        True
        """
        days = (last - eve).days
        if self is DayCount.FIXED_365:
            return days
        leap = sum(
            _days_in_common(eve, last, year)
            for year in range(eve.year, last.year + 1)
            if isleap(year)
        )
        return leap * 365 + (days - leap) * 366


def _days_in_common(start: date, end: date, year: int) -> int:
    """The days of [start, end[ that fall in the year."""
    return (min(end, date(year + 1, 1, 1)) - max(start, date(year, 1, 1))).days
