"""When a debtor may be called: hours, days, cap, and the next allowed moment."""

from datetime import date, datetime, time, timedelta

import pytest

from odoo_recouvrement.core.calendar import Closure, SendingCalendar
from odoo_recouvrement.core.call_windows import (
    BadWindows,
    CallRules,
    Refusal,
    Window,
    parse_windows,
)

PRUDENT = "10:00-13:00, 14:00-20:00"
MONDAY = date(2026, 3, 16)


def at(hour, minute=0, days=0):
    return datetime.combine(MONDAY + timedelta(days=days), time(hour, minute))


def rules(cap=0, windows=PRUDENT, calendar=SendingCalendar()):  # noqa: B008
    return CallRules(parse_windows(windows), calendar, cap)


@pytest.mark.parametrize(
    "text", ["10:00-13:00,14:00-20:00", "14h00 – 20h, 10h-13h", "10-13, 14-20"]
)
def test_windows_are_read_however_they_are_written(text):
    assert parse_windows(text) == (
        Window(time(10), time(13)),
        Window(time(14), time(20)),
    )


def test_midnight_ends_the_day():
    assert parse_windows("8-24") == (Window(time(8), time.max),)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("morning", "morning"),
        ("10-13, noon", "noon"),
        ("25-26", "25-26"),
        ("10-26", "10-26"),
        ("13-10", "13-10"),
        ("10-13, 12-14", "12:00-14:00"),
        (" , ", ","),
        ("", ""),
    ],
)
def test_what_names_no_hours_is_refused_with_its_words(text, part):
    with pytest.raises(BadWindows) as refusal:
        parse_windows(text)
    assert refusal.value.part == part


@pytest.mark.parametrize("moment", [at(10), at(12, 59), at(14), at(19, 59)])
def test_within_the_hours(moment):
    assert rules().may_call(moment, ()) == (None, moment, 0)


@pytest.mark.parametrize(
    ("moment", "refusal", "following"),
    [
        (at(8), Refusal.CLOSED_HOUR, at(10)),
        (at(13), Refusal.CLOSED_HOUR, at(14)),
        (at(20), Refusal.CLOSED_HOUR, at(10, days=1)),
        (at(11, days=5), Refusal.CLOSED_DAY, at(10, days=7)),
        (datetime(2026, 5, 1, 11), Refusal.CLOSED_DAY, datetime(2026, 5, 4, 10)),
    ],
)
def test_refused_with_the_next_allowed_moment(moment, refusal, following):
    assert rules().may_call(moment, ()) == (refusal, following, 0)


def test_the_cap_counts_thirty_days_and_says_when_it_frees():
    calls = [at(11, days=-days) for days in (29, 20, 10, 1)]
    answer = rules(cap=4).may_call(at(11), calls)
    assert answer == (Refusal.CAP, at(10, days=1), 4)
    assert rules(cap=4).may_call(at(11, days=1), calls).refusal is None
    assert rules(cap=5).may_call(at(11), calls) == (None, at(11), 4)


def test_calls_to_come_and_old_ones_do_not_count():
    calls = [at(11, days=-30), at(11, days=1)]
    assert rules(cap=1).may_call(at(11), calls) == (None, at(11), 0)


def test_the_cap_frees_on_a_closed_day():
    answer = rules(cap=1).may_call(at(11), [at(11, days=-1 - 24)])
    assert answer.next_moment == at(10, days=7), "Saturday is no calling day"


def test_no_cap():
    assert rules().may_call(at(11), [at(10)] * 9).refusal is None


def test_a_debtor_never_open_has_no_next_moment():
    closed = SendingCalendar(closures=(Closure(MONDAY, MONDAY + timedelta(500)),))
    answer = rules(calendar=closed).may_call(at(11), ())
    assert answer == (Refusal.CLOSED_DAY, None, 0)


def test_the_week_counts_days_of_contact():
    week = rules()._replace(per_week=2)
    today = at(11).date()
    once = [today - timedelta(days=7), today - timedelta(days=1)]
    assert week.may_call(at(11), (), once * 2) == (None, at(11), 0)
    twice = [*once, today - timedelta(days=3)]
    answer = week.may_call(at(11), (), twice)
    assert (answer.refusal, answer.calls) == (Refusal.WEEK, 2)
    assert answer.next_moment.date() == today + timedelta(days=4)
    assert rules().may_call(at(11), (), twice).refusal is None
