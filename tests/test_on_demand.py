"""A message that somebody writes now: the ladder is left out, protections are not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from decision_stories import EUR, MONDAY, debtor, item

from odoo_recouvrement.core.decision import Channel, Limits, Reason, Suspension, decide
from odoo_recouvrement.core.on_demand import ASKABLE, ask, ask_ahead, rises

LEVEL = 99


def asked(one, of=None, on: date = MONDAY, **limits):
    found = ask(of or debtor(), [one], LEVEL, Channel.EMAIL, on, Limits(**limits))
    return found[0]


def test_whatever_is_late_may_be_asked_wherever_its_ladder_is():
    """Just reminded, waiting for a proof, capped, without a ladder or an address."""
    for one, of in (
        (item(1), debtor()),
        (item(20, position=17, last_contact=MONDAY - timedelta(days=1)), debtor()),
        (item(20, pending=17, pending_is_manual=True), debtor()),
        (item(400, position=60), debtor(max_days=3)),
        (item(20), debtor(ladder=None, channels=frozenset())),
        (item(20, 2), debtor()),
    ):
        decision = asked(one, of)
        assert (decision.reason, decision.step.id) == (Reason.TO_REMIND, LEVEL)


@pytest.mark.parametrize("overdue", [0, -10])
def test_what_is_not_late_is_not_asked(overdue):
    assert asked(item(overdue)).reason is Reason.NOT_DUE


def test_what_protects_the_debtor_holds():
    for reason in (
        Reason.DISPUTED, Reason.PROMISED, Reason.PLAN_RESPECTED, Reason.ON_HOLD,
        Reason.OVERINDEBTED, Reason.RETENTION, Reason.COVERED,
    ):  # fmt: skip
        decision = asked(item(20), debtor(suspensions=(Suspension(reason),)))
        assert decision.reason is reason
        assert decision.reason not in ASKABLE
    assert asked(item(20), debtor(insolvency_date=MONDAY)).reason is Reason.INSOLVENT
    assert asked(item(20, no_followup=True)).reason is Reason.NO_FOLLOWUP
    assert asked(item(20, is_blocked=True)).reason is Reason.PAYMENT_BLOCKED


def test_only_what_is_left_is_asked():
    """Less the part that is disputed, and the credits nobody matched yet."""
    of = debtor(
        suspensions=(Suspension(Reason.DISPUTED, None, 1, Decimal(300)),),
        credits={EUR: Decimal(200)},
    )
    assert asked(item(20), of).claim == 500
    paid = asked(item(20), debtor(credits={EUR: Decimal(1000)}))
    assert paid.reason is Reason.COVERED


def test_a_closed_day_and_the_cap_of_the_week_put_it_off():
    sunday = MONDAY - timedelta(days=1)
    assert asked(item(20), on=sunday).reason is Reason.NOT_SENDING_DAY
    told = debtor(contact_days=(MONDAY - timedelta(days=2),))
    assert asked(item(20), told, contacts_per_week=1).reason is Reason.CONTACT_CAP
    assert asked(item(20), told).reason is Reason.TO_REMIND


def test_the_cap_is_that_of_the_day_it_leaves():
    """Written on a Sunday, told on Tuesday and Friday: not on Monday."""
    sunday, monday = MONDAY - timedelta(days=1), MONDAY
    told = debtor(contact_days=(sunday - timedelta(days=5), sunday - timedelta(days=2)))

    def ahead(of, one, departure=monday):
        means = (LEVEL, Channel.EMAIL, sunday, departure, Limits(2))
        return ask_ahead(of, [one], *means)[0]

    capped = ahead(told, item(20))
    assert capped.reason is Reason.CONTACT_CAP
    assert capped.next_date == sunday + timedelta(days=2)
    assert ahead(debtor(), item(20)).reason is Reason.TO_REMIND
    assert ahead(told, item(20), sunday).reason is Reason.NOT_SENDING_DAY
    due_that_day = ahead(debtor(), item(1))
    assert due_that_day.reason is Reason.NOT_DUE, "It is not late when it is written."


def test_it_stands_for_a_level_that_the_ladder_calls_for():
    [due] = decide(debtor(), [item(20, position=3)], MONDAY)
    assert rises(due, 12)
    assert not rises(due, 13), "No level is skipped."
    [early] = decide(debtor(), [item(5, position=3)], MONDAY)
    assert not rises(early, 12), "Its day has not come."
    [held] = decide(debtor(), [item(20, no_followup=True)], MONDAY)
    assert not rises(held, 11)
