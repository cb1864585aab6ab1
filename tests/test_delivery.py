"""A registered letter from the post office to the day it counts."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from odoo_recouvrement.core.calendar import Region
from odoo_recouvrement.core.delivery import (
    ENDS,
    Delivery,
    Disorder,
    Event,
    Step,
    acceptance_end,
    delivery,
    disorder,
    pay_until,
    receipt_expected,
)

MONDAY = date(2026, 3, 16)
TODAY = date(2026, 6, 1)


def event(name, days=0):
    return Event(Step(name), MONDAY + timedelta(days=days))


POSTED, PRESENTED, RECEIVED = (
    event("posted"),
    event("presented", 2),
    event("received", 4),
)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], Delivery()),
        ([POSTED], Delivery(Step.POSTED, MONDAY)),
        ([POSTED, PRESENTED], Delivery(Step.PRESENTED, MONDAY)),
        ([POSTED, RECEIVED], Delivery(Step.RECEIVED, MONDAY, RECEIVED.day)),
        ([POSTED, PRESENTED, RECEIVED], Delivery(Step.RECEIVED, MONDAY, RECEIVED.day)),
        # Refused, or left at the post office: valid, from the first presentation.
        (
            [POSTED, PRESENTED, event("refused", 3)],
            Delivery(Step.REFUSED, MONDAY, PRESENTED.day),
        ),
        (
            [POSTED, PRESENTED, event("unclaimed", 18)],
            Delivery(Step.UNCLAIMED, MONDAY, PRESENTED.day),
        ),
        (
            [POSTED, event("unclaimed", 18)],
            Delivery(Step.UNCLAIMED, MONDAY, MONDAY + timedelta(days=18)),
        ),
        # It reached nobody.
        ([POSTED, event("wrong_address", 5)], Delivery(Step.WRONG_ADDRESS, MONDAY)),
    ],
)
def test_where_the_letter_is(events, expected):
    for order in permutations(events):
        assert delivery(order) == expected


def test_only_a_letter_on_its_way_is_waited_for():
    waiting = {step for step in Step if delivery([Event(step, MONDAY)]).is_waiting}
    assert waiting == {Step.POSTED, Step.PRESENTED}
    assert not Delivery().is_waiting


@pytest.mark.parametrize(
    ("known", "new", "expected"),
    [
        ([], POSTED, None),
        ([POSTED], PRESENTED, None),
        ([POSTED], RECEIVED, None),
        ([POSTED, RECEIVED], PRESENTED, None),
        ([], RECEIVED, Disorder.NOT_POSTED),
        ([], PRESENTED, Disorder.NOT_POSTED),
        ([POSTED], event("posted", 1), Disorder.TWICE),
        ([POSTED, RECEIVED], event("received", 5), Disorder.TWICE),
        ([POSTED, RECEIVED], event("refused", 5), Disorder.ENDED),
        ([POSTED], event("received", -1), Disorder.BEFORE),
        ([POSTED, PRESENTED], event("unclaimed", 1), Disorder.BEFORE),
        ([POSTED, RECEIVED], event("presented", 5), Disorder.AFTER),
        ([], Event(Step.POSTED, TODAY + timedelta(days=1)), Disorder.FUTURE),
    ],
)
def test_events_come_in_their_order(known, new, expected):
    assert disorder(known, new, TODAY) is expected


def test_it_ends_once():
    for first in ENDS:
        for second in ENDS - {first}:
            known = [POSTED, Event(first, MONDAY)]
            assert disorder(known, Event(second, TODAY), TODAY) is Disorder.ENDED


@pytest.mark.parametrize(
    ("notice", "days", "expected"),
    [
        (date(2026, 3, 16), 8, date(2026, 3, 24)),
        (date(2026, 3, 13), 8, date(2026, 3, 23)),  # a Saturday: Monday
        (date(2026, 5, 6), 8, date(2026, 5, 15)),  # Ascension: Friday
        (date(2026, 12, 10), 15, date(2026, 12, 28)),  # Christmas, then a week-end
    ],
)
def test_the_delay_to_pay(notice, days, expected):
    assert pay_until(notice, days) == expected


def test_the_delay_follows_the_holidays_of_the_place():
    start = date(2026, 12, 18)
    assert pay_until(start, 8) == pay_until(start, 8, Region.ALSACE_MOSELLE)
    assert pay_until(date(2026, 3, 26), 8) == date(2026, 4, 3)
    friday = pay_until(date(2026, 3, 26), 8, Region.ALSACE_MOSELLE)
    assert friday == date(2026, 4, 7)


def test_an_electronic_letter_may_be_accepted_for_fifteen_days():
    assert acceptance_end(date(2026, 3, 1)) == date(2026, 3, 16)


def test_a_receipt_that_does_not_come_is_asked_for():
    assert receipt_expected([]) is None
    assert receipt_expected([POSTED]) == date(2026, 4, 6)
    assert receipt_expected([POSTED, PRESENTED]) == date(2026, 4, 6)
    assert receipt_expected([POSTED, RECEIVED]) is None
    assert receipt_expected([PRESENTED]) is None
