"""French days: holidays, closures, sending days and hours, legal deadlines."""

from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.calendar import (
    Closed,
    Closure,
    MissingDay,
    MonthEnd,
    NoOpenDay,
    Region,
    SendingCalendar,
    SendingHours,
    add_months,
    legal_deadline,
    public_holidays,
)

CALENDAR = SendingCalendar()
HOURS = SendingHours(time(9), time(18))
AUGUST = Closure(date(2026, 8, 1), date(2026, 8, 31), is_yearly=True)
YEAR_END = Closure(date(2026, 12, 20), date(2027, 1, 5), is_yearly=True)
days = st.dates(date(2000, 1, 1), date(2080, 12, 31))


def test_the_eleven_holidays_of_the_labour_code():
    assert public_holidays(2026, Region.METROPOLE) == {
        date(2026, 1, 1),
        date(2026, 4, 6),  # Easter Monday
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),  # Ascension
        date(2026, 5, 25),  # Whit Monday
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    }


def test_alsace_moselle_adds_good_friday_and_26_december():
    extra = public_holidays(2026, Region.ALSACE_MOSELLE) - public_holidays(
        2026, Region.METROPOLE
    )
    assert extra == {date(2026, 4, 3), date(2026, 12, 26)}


@pytest.mark.parametrize(
    ("closure", "day", "covered"),
    [
        (Closure(date(2026, 8, 1), date(2026, 8, 31)), date(2026, 8, 31), True),
        (Closure(date(2026, 8, 1), date(2026, 8, 31)), date(2027, 8, 31), False),
        (AUGUST, date(2031, 8, 1), True),
        (AUGUST, date(2031, 9, 1), False),
        (YEAR_END, date(2030, 12, 20), True),
        (YEAR_END, date(2031, 1, 5), True),
        (YEAR_END, date(2031, 1, 6), False),
        (YEAR_END, date(2031, 12, 19), False),
        # A yearly closure of a whole year or more leaves no open day.
        (Closure(date(2026, 3, 1), date(2027, 3, 2), True), date(2030, 6, 1), True),
    ],
)
def test_closure_covers(closure, day, covered):
    assert closure.covers(day) is covered


def test_a_closure_may_not_end_before_it_starts():
    with pytest.raises(ValueError):
        Closure(date(2026, 8, 31), date(2026, 8, 1))


@pytest.mark.parametrize(
    ("day", "opened"),
    [
        (date(2026, 3, 2), True),  # a Monday
        (date(2026, 3, 7), False),  # a Saturday
        (date(2026, 5, 1), False),  # Labour Day
        (date(2026, 8, 4), False),  # « jamais en août »
    ],
)
def test_sending_days(day, opened):
    assert CALENDAR.with_closures(AUGUST).is_open(day) is opened


def test_good_friday_is_open_in_paris_and_closed_in_strasbourg():
    strasbourg = SendingCalendar(region=Region.ALSACE_MOSELLE)
    assert CALENDAR.is_open(date(2026, 4, 3))
    assert strasbourg.next_open(date(2026, 4, 3)) == date(2026, 4, 7)


def test_an_open_day_is_its_own_next_open_day():
    assert CALENDAR.next_open(date(2026, 3, 2)) == date(2026, 3, 2)


def test_a_calendar_that_never_opens_says_so():
    with pytest.raises(NoOpenDay):
        SendingCalendar(weekdays=frozenset()).next_open(date(2026, 3, 2))


def test_a_debtor_without_exceptions_shares_the_calendar_of_its_company():
    assert CALENDAR.with_closures() is CALENDAR
    assert {CALENDAR: "hashable"}[SendingCalendar()] == "hashable"


@given(days)
def test_next_open_is_open_and_nothing_is_open_before_it(day):
    found = CALENDAR.next_open(day)
    assert CALENDAR.is_open(found)
    between = [day + timedelta(days=n) for n in range((found - day).days)]
    assert not any(map(CALENDAR.is_open, between))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 3, 2, 8, 0), datetime(2026, 3, 2, 9, 0)),
        (datetime(2026, 3, 2, 12, 30), datetime(2026, 3, 2, 12, 30)),
        (datetime(2026, 3, 2, 18, 0), datetime(2026, 3, 3, 9, 0)),
        (datetime(2026, 3, 7, 12, 30), datetime(2026, 3, 9, 9, 0)),  # Saturday noon
        (datetime(2026, 4, 30, 20, 0), datetime(2026, 5, 4, 9, 0)),  # over 1 May
    ],
)
def test_next_opening(moment, expected):
    assert HOURS.next_opening(moment, CALENDAR) == expected
    assert HOURS.is_open(expected)


def test_next_opening_keeps_the_time_zone():
    moment = datetime(2026, 3, 2, 20, 0, tzinfo=timezone.utc)
    assert HOURS.next_opening(moment, CALENDAR).tzinfo is timezone.utc


def test_hours_may_not_close_before_they_open():
    with pytest.raises(ValueError):
        SendingHours(time(18), time(9))


def test_add_months_from_the_31st_follows_the_rule_it_is_given():
    start = date(2026, 1, 31)
    assert add_months(start, 1, MonthEnd.LAST_DAY) == date(2026, 2, 28)
    assert add_months(start, 1, MonthEnd.NEXT_DAY) == date(2026, 3, 1)
    assert add_months(start, 2, MonthEnd.REFUSE) == date(2026, 3, 31)
    with pytest.raises(MissingDay):
        add_months(start, 1, MonthEnd.REFUSE)


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        # CPC 641 al. 1: the day of the act does not count.
        (date(2026, 3, 2), {"days": 8}, date(2026, 3, 10)),
        # CPC 641 al. 2: same day-number, else the last day of the month.
        (date(2026, 3, 10), {"months": 1}, date(2026, 4, 10)),
        (date(2023, 12, 31), {"months": 2}, date(2024, 2, 29)),
        (date(2025, 3, 10), {"months": 24}, date(2027, 3, 10)),
        # CPC 641 al. 3: the months first, then the days.
        (date(2026, 1, 31), {"months": 1, "days": 3}, date(2026, 3, 3)),
        # CPC 642: Saturday, Sunday and holidays carry it to the next working day.
        (date(2026, 2, 28), {"days": 8}, date(2026, 3, 9)),
        (date(2026, 4, 1), {"months": 1}, date(2026, 5, 4)),
        (date(2026, 3, 6), {"months": 1}, date(2026, 4, 7)),  # Easter Monday
    ],
)
def test_legal_deadline(start, limit, expected):
    assert legal_deadline(start, **limit) == expected


def test_legal_deadline_knows_the_local_law():
    act = date(2026, 3, 26)
    assert legal_deadline(act, days=8) == date(2026, 4, 3)
    assert legal_deadline(act, days=8, region=Region.ALSACE_MOSELLE) == date(2026, 4, 7)


@pytest.mark.parametrize("limit", [{"days": -1}, {"months": -1}])
def test_a_time_limit_runs_forward(limit):
    with pytest.raises(ValueError):
        legal_deadline(date(2026, 3, 2), **limit)


@given(days, st.integers(0, 60), st.integers(0, 60))
def test_a_deadline_is_never_early_and_always_on_a_working_day(start, months, extra):
    end = legal_deadline(start, months=months, days=extra)
    assert end >= add_months(start, months, MonthEnd.LAST_DAY) + timedelta(days=extra)
    assert CALENDAR.is_open(end)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 3, 16), None),
        (date(2026, 3, 21), Closed.WEEK_END),
        (date(2026, 4, 6), Closed.HOLIDAY),
        (date(2026, 8, 15), Closed.HOLIDAY),  # a Saturday too
        (date(2026, 8, 17), Closed.CLOSURE),
    ],
)
def test_why_nothing_is_sent(day, why):
    august = Closure(date(2026, 8, 1), date(2026, 8, 31))
    assert SendingCalendar(closures=(august,)).why_closed(day) is why
