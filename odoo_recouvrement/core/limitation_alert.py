"""How near the last day to act is: in words to be, and in steps of alert."""

from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import NamedTuple

from .calendar import MonthEnd, add_months

# Beyond it an alert is a typing error: a title itself is lost after ten years.
LONGEST_DISTANCE = 3650
IN_DAYS = 62  # below two months, days are counted
URGENT, NEAR, YEAR = 30, 180, 365


class Nearness(str, Enum):
    """How a deadline is shown; each has its word and its sign, never colour alone."""

    OVER = "over"
    URGENT = "urgent"
    NEAR = "near"
    YEAR = "year"
    FAR = "far"


class Countdown(NamedTuple):
    """What is left: whole years and months, or days when it is less than two months.

    ``days`` is negative once the last day is over, and 0 on it.
    """

    years: int
    months: int
    days: int


def countdown(deadline: date, as_of: date) -> Countdown:
    """Split what is left until the last day to act.

    >>> countdown(date(2027, 6, 20), date(2026, 3, 16))
    Countdown(years=1, months=3, days=0)
    >>> countdown(date(2026, 3, 28), date(2026, 3, 16))
    Countdown(years=0, months=0, days=12)
    """
    days = (deadline - as_of).days
    if days <= IN_DAYS:
        return Countdown(0, 0, days)
    months = (deadline.year - as_of.year) * 12 + deadline.month - as_of.month
    if add_months(as_of, months, MonthEnd.LAST_DAY) > deadline:
        months -= 1
    return Countdown(months // 12, months % 12, 0)


def nearness(days_left: int) -> Nearness:
    """How near a deadline is that many days away.

    >>> [nearness(days).value for days in (-1, 0, 31, 181, 366)]
    ['over', 'urgent', 'near', 'year', 'far']
    """
    if days_left < 0:
        return Nearness.OVER
    if days_left <= URGENT:
        return Nearness.URGENT
    if days_left <= NEAR:
        return Nearness.NEAR
    return Nearness.YEAR if days_left <= YEAR else Nearness.FAR


def parse_distances(text: str) -> tuple[int, ...]:
    """The distances of alert written by somebody, the farthest first.

    >>> parse_distances("30, 365 ;90 90")
    (365, 90, 30)
    >>> parse_distances("")
    ()
    >>> parse_distances("30, soon")
    Traceback (most recent call last):
        ...
    ValueError: soon
    """
    found = set()
    for word in text.replace(",", " ").replace(";", " ").split():
        if not (word.isascii() and word.isdigit()) or not (
            1 <= int(word) <= LONGEST_DISTANCE
        ):
            raise ValueError(word)
        found.add(int(word))
    return tuple(sorted(found, reverse=True))


def step_reached(days_left: int, distances: Iterable[int]) -> int | None:
    """The shortest distance that is reached; none before the first or once over.

    >>> step_reached(100, (365, 180, 90)), step_reached(90, (365, 180, 90))
    (180, 90)
    >>> step_reached(400, (365,)), step_reached(-1, (365,))
    (None, None)
    """
    if days_left < 0:
        return None
    return min((step for step in distances if days_left <= step), default=None)
