"""The ECB's published series, read with suspicion: what it changes in our table.

The service answers with CSV (SDMX): a row per observation, of which only the day
(``TIME_PERIOD``) and the value (``OBS_VALUE``) matter here. The series has a row for
each change of the rate; one with a row a day would do as well.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from .faults import InvalidInput, check_rate
from .rates import HIGHEST_REFERENCE

DAY_COLUMN, VALUE_COLUMN = "TIME_PERIOD", "OBS_VALUE"
# A decision is published days before it takes effect, never months.
LONGEST_NOTICE = timedelta(days=60)
# The service may be some days late: what it says today is sure for a week ago.
SETTLING = timedelta(days=7)


class UnreadableFeed(ValueError):
    """The answer is not the series: ``code`` says why, ``detail`` shows it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class Observation(NamedTuple):
    """The rate from a day on, in percent."""

    day: date
    value: Decimal


class Changes(NamedTuple):
    """What the series adds; ``differing``: rows of ours that it contradicts.

    ``certain_until``: the last row holds at least up to this day.
    """

    new: tuple[Observation, ...]
    differing: tuple[Observation, ...]
    last: Observation
    certain_until: date


def read_series(text: str, today: date) -> list[Observation]:
    """The observations of an answer, oldest first; one that is not plausible: error.

    >>> read_series("KEY,TIME_PERIOD,OBS_VALUE\\nX,2026-09-16,2.65\\n",
    ...             date(2026, 11, 22))
    [Observation(day=datetime.date(2026, 9, 16), value=Decimal('2.65'))]
    """
    reader = csv.DictReader(text.splitlines())
    if not {DAY_COLUMN, VALUE_COLUMN} <= set(reader.fieldnames or ()):
        raise UnreadableFeed("columns", (text.strip()[:60] or "…"))
    found: dict[date, Decimal] = {}
    for row in reader:
        one = _observation(row, today)
        if found.setdefault(one.day, one.value) != one.value:
            raise UnreadableFeed("twice", one.day.isoformat())
    if not found:
        raise UnreadableFeed("empty")
    return [Observation(day, found[day]) for day in sorted(found)]


def _observation(row: Mapping[str, str | None], today: date) -> Observation:
    day_text, value_text = row[DAY_COLUMN] or "", row[VALUE_COLUMN] or ""
    try:
        day = date.fromisoformat(day_text)
        value = Decimal(value_text)
        check_rate(value, HIGHEST_REFERENCE)
    except ValueError as error:
        if isinstance(error, InvalidInput):
            raise UnreadableFeed("value", value_text) from None
        raise UnreadableFeed("day", day_text) from None
    except InvalidOperation:
        raise UnreadableFeed("value", value_text) from None
    if day > today + LONGEST_NOTICE:
        raise UnreadableFeed("day", day_text)
    return Observation(day, value)


def compare(
    observed: Iterable[Observation], known: Mapping[date, Decimal], today: date
) -> Changes:
    """What to write: rows of days we do not know at which the rate changed.

    ``known``: our table, day → value. A day that we know keeps our value, whoever
    entered it; a different one is only reported. ``observed`` holds one observation
    at least, oldest first.

    >>> rows = [Observation(date(2026, 9, 16), Decimal("2.65"))]
    >>> compare(rows, {}, date(2026, 11, 22)).certain_until
    datetime.date(2026, 11, 15)
    """
    new, differing = [], []
    in_force: Decimal | None = None
    for one in observed:
        if in_force is None:
            in_force = _in_force(known, one.day)
        row = known.get(one.day)
        if row is None:
            if one.value != in_force:
                new.append(one)
        elif row != one.value:
            differing.append(one)
        in_force, last = one.value, one
    return Changes(tuple(new), tuple(differing), last, max(last.day, today - SETTLING))


def _in_force(known: Mapping[date, Decimal], day: date) -> Decimal | None:
    """Our rate on the eve of a day; None when we know nothing before it."""
    earlier = [start for start in known if start < day]
    return known[max(earlier)] if earlier else None
