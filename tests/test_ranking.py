"""The order of the day: points with names."""

from datetime import date
from decimal import Decimal

import pytest
from decision_stories import item

from odoo_recouvrement.core.decision import Decision, Reason, Step
from odoo_recouvrement.core.ranking import _LEAD, Standing, leading, rank


@pytest.mark.parametrize(
    "standing, points",
    [
        (Standing(Decimal(100), 3), {}),
        (Standing(Decimal(200), 15), {"amount": 10, "age": 10}),
        (Standing(Decimal(25000), 200, 45), {"amount": 40, "age": 40, "level": 15}),
        (Standing(Decimal(0), 0, None, True, True), {"late": 25, "hand_over": 30}),
        (Standing(Decimal(0), 0, has_broken_promise=True), {"promise": 100}),
        (Standing(Decimal(0), 0, has_legal_deadline=True), {"legal": 35}),
        (Standing(Decimal(0), 0, seldom_keeps_promises=True), {"habit": 15}),
    ],
)
def test_points_are_named(standing, points):
    assert rank(standing) == points


def test_the_most_pressing_decision_leads():
    decisions = [
        Decision(item(1), Reason.NOT_DUE),
        Decision(item(20), Reason.TO_REMIND, Step(1, 3)),
        Decision(item(20), Reason.TO_REMIND, Step(2, 17)),
    ]
    assert leading(decisions) is decisions[2]


def test_the_soonest_leads_among_equals():
    later, sooner = (
        Decision(item(-20), Reason.NOT_DUE, next_date=date(2026, 5, day))
        for day in (9, 2)
    )
    assert leading([later, sooner]) is sooner


def test_a_file_without_items_has_no_lead():
    assert leading([]) is None


def test_every_reason_has_its_place():
    assert set(_LEAD) == set(Reason)
