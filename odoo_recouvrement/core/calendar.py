"""French days: public holidays, sending windows, legal time limits, months.

A *sending day* is a choice of the company (it does not chase on Sundays, never in
August); a *legal deadline* is a rule of procedure. Both rest on the same holidays.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache

import holidays.countries  # noqa: F401  slow: with the server, not in a first run
from dateutil.relativedelta import relativedelta
from holidays import country_holidays

HORIZON_DAYS = 400
WORKING_WEEK = frozenset(range(5))


class NoOpenDay(Exception):
    """No day is open within the horizon: the closures leave nothing."""


class MissingDay(Exception):
    """The month has no such day, and the caller refused any other."""


class Region(str, Enum):
    """Where the public holidays are those of the place."""

    METROPOLE = "metropole"
    ALSACE_MOSELLE = "alsace_moselle"


# The library tells Alsace (6AE) from Moselle (57); their local law is the same.
_SUBDIVISIONS = {Region.METROPOLE: None, Region.ALSACE_MOSELLE: "57"}


@lru_cache(maxsize=256)
def public_holidays(year: int, region: Region) -> frozenset[date]:
    """The days listed by Code du travail L3133-1, and L3134-13 in Alsace-Moselle.

    L3134-13 adds 26 December and Good Friday. The latter is only a holiday in
    towns with a Protestant or mixed church: it is taken as one in all of them,
    since a message or a deadline a day later hurts nobody.

    >>> friday = date(2026, 4, 3)
    >>> friday in public_holidays(2026, Region.METROPOLE)
    False
    >>> friday in public_holidays(2026, Region.ALSACE_MOSELLE)
    True
    """
    return frozenset(country_holidays("FR", _SUBDIVISIONS[region], year))


@dataclass(frozen=True, slots=True)
class Closure:
    """Days, both ends included, on which nothing is sent; may come back every year.

    A yearly closure only looks at the day and the month, and may run over the
    new year.

    >>> year_end = Closure(date(2026, 12, 20), date(2027, 1, 5), is_yearly=True)
    >>> year_end.covers(date(2031, 1, 2))
    True
    """

    start: date
    end: date
    is_yearly: bool = False

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"closure ends before it starts: {self}")

    def covers(self, day: date) -> bool:
        """Whether the day is closed."""
        if not self.is_yearly:
            return self.start <= day <= self.end
        if (self.end - self.start).days >= 365:
            return True
        first, last = _month_day(self.start), _month_day(self.end)
        if first <= last:
            return first <= _month_day(day) <= last
        return not last < _month_day(day) < first


def _month_day(day: date) -> tuple[int, int]:
    return day.month, day.day


class Closed(str, Enum):
    """Why nothing is sent on a day."""

    WEEK_END = "week_end"
    HOLIDAY = "holiday"
    CLOSURE = "closure"


@dataclass(frozen=True, slots=True)
class SendingCalendar:
    """The days on which messages may leave. ``weekdays``: Monday is 0.

    Cheap on purpose (a microsecond a question): a run asks it once a debtor.

    >>> calendar = SendingCalendar()
    >>> calendar.is_open(date(2026, 5, 1)), calendar.next_open(date(2026, 5, 1))
    (False, datetime.date(2026, 5, 4))
    """

    weekdays: frozenset[int] = WORKING_WEEK
    region: Region = Region.METROPOLE
    closures: tuple[Closure, ...] = ()

    def is_open(self, day: date) -> bool:
        """Whether messages may leave on that day."""
        return (
            day.weekday() in self.weekdays
            and day not in public_holidays(day.year, self.region)
            and not any(closure.covers(day) for closure in self.closures)
        )

    def why_closed(self, day: date) -> Closed | None:
        """Why nothing is sent on that day; None when it is open.

        >>> SendingCalendar().why_closed(date(2026, 5, 1))
        <Closed.HOLIDAY: 'holiday'>
        >>> SendingCalendar().why_closed(date(2026, 5, 2))
        <Closed.WEEK_END: 'week_end'>
        """
        if self.is_open(day):
            return None
        if day in public_holidays(day.year, self.region):
            return Closed.HOLIDAY
        is_worked = day.weekday() in self.weekdays
        return Closed.CLOSURE if is_worked else Closed.WEEK_END

    def next_open(self, day: date) -> date:
        """The first open day, from ``day`` included.

        Raise NoOpenDay rather than look beyond the horizon.
        """
        for offset in range(HORIZON_DAYS + 1):
            candidate = day + timedelta(days=offset)
            if self.is_open(candidate):
                return candidate
        raise NoOpenDay(day)

    def with_closures(self, *extra: Closure) -> "SendingCalendar":
        """The same calendar with more closed days: a debtor's own exceptions."""
        return replace(self, closures=self.closures + extra) if extra else self


@dataclass(frozen=True, slots=True)
class SendingHours:
    """The hours within which messages leave: opening included, closing excluded.

    Moments are in the company's local time; their time zone, if any, is kept.
    """

    opening: time
    closing: time

    def __post_init__(self) -> None:
        if self.closing <= self.opening:
            raise ValueError(f"hours close before they open: {self}")

    def is_open(self, moment: datetime) -> bool:
        """Whether that hour is a sending hour, whatever the day.

        >>> SendingHours(time(9), time(18)).is_open(datetime(2026, 3, 2, 18, 0))
        False
        """
        return self.opening <= moment.time() < self.closing

    def next_opening(self, moment: datetime, calendar: SendingCalendar) -> datetime:
        """The first moment, from this one on, when a message may leave.

        >>> hours = SendingHours(time(9), time(18))
        >>> hours.next_opening(datetime(2026, 3, 6, 19, 30), SendingCalendar())
        datetime.datetime(2026, 3, 9, 9, 0)
        """
        day = moment.date()
        if moment.time() >= self.closing:
            day += timedelta(days=1)
        day = calendar.next_open(day)
        return max(moment, datetime.combine(day, self.opening, moment.tzinfo))


class MonthEnd(str, Enum):
    """The answer to « one month after 31 January »."""

    LAST_DAY = "last_day"
    NEXT_DAY = "next_day"
    REFUSE = "refuse"


def add_months(day: date, months: int, rounding: MonthEnd) -> date:
    """The same day-number ``months`` later; ``rounding`` rules when there is none.

    >>> [add_months(date(2026, 1, 31), 1, rule).isoformat()
    ...  for rule in (MonthEnd.LAST_DAY, MonthEnd.NEXT_DAY)]
    ['2026-02-28', '2026-03-01']
    """
    result = day + relativedelta(months=months)
    if result.day == day.day or rounding is MonthEnd.LAST_DAY:
        return result
    if rounding is MonthEnd.NEXT_DAY:
        return result + timedelta(days=1)
    raise MissingDay(day, months)


def legal_deadline(
    start: date, *, days: int = 0, months: int = 0, region: Region = Region.METROPOLE
) -> date:
    """The last day of a time limit of procedure that runs from the act of ``start``.

    CPC art. 641: « celui de l'acte, de l'événement, de la décision ou de la
    notification qui le fait courir ne compte pas »; months end on the day « qui
    porte le même quantième », else on the last day of the month, and « les mois
    sont d'abord décomptés, puis les jours ».
    CPC art. 642: « Le délai qui expirerait normalement un samedi, un dimanche ou
    un jour férié ou chômé est prorogé jusqu'au premier jour ouvrable suivant. »

    One month from an act of 31 January ends on 28 February 2026, a Saturday:

    >>> legal_deadline(date(2026, 1, 31), months=1)
    datetime.date(2026, 3, 2)
    """
    if days < 0 or months < 0:
        raise ValueError("a time limit runs forward")
    end = add_months(start, months, MonthEnd.LAST_DAY) + timedelta(days=days)
    return SendingCalendar(region=region).next_open(end)
