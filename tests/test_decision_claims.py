"""What may be claimed of an item: suspensions, credits, minimums and caps."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from decision_stories import EUR, LADDER, MONDAY, USD, debtor, decide_one, item

from odoo_recouvrement.core.decision import (
    Grouping,
    Outcome,
    Reason,
    Suspension,
    decide,
)

# ---------------------------------------------------------------- suspensions


def test_rule_6_a_hold_ends_on_its_date():
    held = debtor(suspensions=(Suspension(Reason.ON_HOLD, until=MONDAY),))
    decision = decide_one(item(20), held)
    assert decision.reason is Reason.ON_HOLD
    assert decision.next_date == MONDAY + timedelta(days=1)
    assert decide_one(item(21), held, on=MONDAY + timedelta(days=1)).reason is (
        Reason.TO_REMIND
    )


@pytest.mark.parametrize(
    "reason", [Reason.DISPUTED, Reason.PROMISED, Reason.PLAN_RESPECTED]
)
def test_rule_6_a_suspension_spares_the_other_items(reason):
    held = debtor(suspensions=(Suspension(reason, item_id=1),))
    first, second = decide(held, [item(20), item(20, id=2)], MONDAY)
    assert (first.reason, first.next_date) == (reason, None)
    assert second.reason is Reason.TO_REMIND


def test_rule_6_the_part_that_is_not_disputed_is_chased():
    part = Suspension(Reason.DISPUTED, item_id=1, amount=Decimal(400))
    decision = decide_one(item(20), debtor(suspensions=(part,)))
    assert (decision.reason, decision.claim) == (Reason.TO_REMIND, 600)


def test_a_dispute_on_the_whole_residual_suspends_the_item():
    part = Suspension(Reason.DISPUTED, item_id=1, amount=Decimal(1000))
    assert decide_one(item(20), debtor(suspensions=(part,))).reason is Reason.DISPUTED


def test_no_followup_is_honoured():
    assert decide_one(item(20, no_followup=True)).reason is Reason.NO_FOLLOWUP


def test_blocked_payment_is_never_escalated():
    assert decide_one(item(20, is_blocked=True)).reason is Reason.PAYMENT_BLOCKED


def test_insolvency_stops_earlier_claims_only():
    """C. com. L622-21: what arose before the judgment may not be pursued."""
    insolvent = debtor(insolvency_date=date(2026, 2, 1))
    before = item(20, origin_date=date(2026, 1, 15))
    after = item(4, origin_date=date(2026, 2, 10))
    assert decide_one(before, insolvent).reason is Reason.INSOLVENT
    assert decide_one(after, insolvent).reason is Reason.TO_REMIND
    assert decide_one(item(20), insolvent).reason is Reason.INSOLVENT


def test_a_debtor_without_policy_is_left_alone():
    assert decide_one(item(20), debtor(ladder=None)).reason is Reason.NO_POLICY


# -------------------------------------------------------------------- credits


def test_rule_5_credits_that_cover_the_claim_stop_the_chase():
    covered = decide_one(item(20), debtor(credits={EUR: Decimal(1000)}))
    assert (covered.reason, covered.outcome) == (Reason.COVERED, Outcome.COVERED)


def test_rule_5_credits_pay_the_oldest_items_first():
    """C. civ. 1342-10: 1 500 € of credits pay the old 1 000 € and half of the next."""
    old, recent = item(40, id=1), item(20, id=2)
    decisions = decide(debtor(credits={EUR: Decimal(1500)}), [recent, old], MONDAY)
    assert [(d.item.id, d.reason, d.claim) for d in decisions] == [
        (2, Reason.TO_REMIND, 500),
        (1, Reason.COVERED, 0),
    ]


def test_rule_10_a_credit_only_pays_its_own_currency():
    decision = decide_one(item(20), debtor(credits={USD: Decimal(5000)}))
    assert decision.claim == 1000


def test_a_credit_does_not_pay_what_is_not_due_yet():
    decision = decide_one(item(-7), debtor(credits={EUR: Decimal(5000)}))
    assert (decision.reason, decision.claim) == (Reason.TO_REMIND, 1000)


# ----------------------------------------------------------- minimum and caps


def test_below_the_minimum_waits():
    decision = decide_one(item(20, 10))
    assert decision.reason is Reason.BELOW_MINIMUM
    assert decision.values == {"amount": "10.00", "minimum": "15.00"}


def test_the_minimum_looks_at_the_debtor_not_at_the_item():
    small, big = item(20, 10), item(20, 500, id=2)
    assert {d.reason for d in decide(debtor(), [small, big], MONDAY)} == {
        Reason.TO_REMIND
    }


def test_the_minimum_looks_at_the_invoice_when_each_has_its_message():
    by_invoice = debtor(ladder=LADDER._replace(grouping=Grouping.INVOICE))
    items = [item(20, 10), item(20, 500, id=2, move_id=2)]
    reasons = [d.reason for d in decide(by_invoice, items, MONDAY)]
    assert reasons == [Reason.BELOW_MINIMUM, Reason.TO_REMIND]


def test_the_minimum_is_in_company_currency():
    """1 000 ¥ are worth 6 €: below the 15 € of the level."""
    decision = decide_one(item(20, 1000, balance=Decimal(6), currency_id=USD))
    assert decision.reason is Reason.BELOW_MINIMUM


def test_a_file_never_climbs_beyond_its_cap():
    capped = debtor(max_days=17)
    decision = decide_one(item(40, position=17), capped)
    assert (decision.reason, decision.values) == (Reason.LEVEL_CAP, {})
    assert decide_one(item(20, position=3), capped).reason is Reason.TO_REMIND


def test_a_capped_file_is_not_handed_over():
    capped = debtor(max_days=45)
    assert decide_one(item(80, position=45), capped).reason is Reason.LEVEL_CAP


def test_a_level_leaves_a_limited_number_of_times_a_year():
    often = debtor(sent_counts={13: 2})
    decision = decide_one(item(40, position=17), often)
    assert decision.reason is Reason.LEVEL_CAP
    assert decision.values == {"sent": 2, "cap": 2}
    once = debtor(sent_counts={13: 1})
    assert decide_one(item(40, position=17), once).reason is Reason.TO_REMIND
