"""The decision engine, told as stories. One rule, one test; round numbers.

The business ladder of these stories: a courtesy 7 days before the due date, R1 at
day 3, R2 at day 17, R3 at day 30, formal notice at day 45, hand-over at day 60.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.calendar import Closure, SendingCalendar
from odoo_recouvrement.core.decision import (
    OUTCOME_OF,
    Channel,
    Debtor,
    Grouping,
    Item,
    Ladder,
    Limits,
    Outcome,
    Reason,
    Step,
    Suspension,
    decide,
    opening_position,
    usable_channels,
)

MAIL = frozenset({Channel.EMAIL})
LADDER = Ladder(
    1,
    (
        Step(10, -7, 0, MAIL),
        Step(11, 3, 3, MAIL, minimum=Decimal(15)),
        Step(12, 17, 7, MAIL, minimum=Decimal(15)),
        Step(13, 30, 7, MAIL | {Channel.LETTER}, cap=2),
        Step(14, 45, 10, frozenset({Channel.REGISTERED_LETTER})),
        Step(15, 60, 10, is_final=True),
    ),
)
MONDAY = date(2026, 3, 2)
REACHABLE = frozenset({Channel.EMAIL, Channel.LETTER, Channel.REGISTERED_LETTER})
EUR, USD = 1, 2


def item(overdue: int, amount: int | str = 1000, **facts) -> Item:
    """An item due ``overdue`` days before that Monday."""
    amount = Decimal(amount)
    facts = {"id": 1, "move_id": 1, "currency_id": EUR, "balance": amount} | facts
    return Item(due_date=MONDAY - timedelta(days=overdue), residual=amount, **facts)


def debtor(**facts) -> Debtor:
    facts = {
        "ladder": LADDER,
        "calendar": SendingCalendar(),
        "channels": REACHABLE,
    } | facts
    return Debtor(id=7, **facts)


def decide_one(one: Item, of: Debtor | None = None, on: date = MONDAY, **limits):
    return decide(of or debtor(), [one], on, Limits(**limits))[0]


# ------------------------------------------------------------------- climbing


def test_rule_1_the_item_is_the_unit():
    """Two instalments of an invoice are judged apart."""
    late, early = item(20, id=1), item(-20, id=2)
    first, second = decide(debtor(), [late, early], MONDAY)
    assert first.reason is Reason.TO_REMIND
    assert second.reason is Reason.NOT_DUE


def test_rule_4_a_level_is_never_skipped():
    """Forty days late and never reminded: R1, not R3."""
    assert decide_one(item(40)).step.days == 3


def test_rule_4_both_clocks_must_have_run():
    """R2 is due at day 17, but the last contact was 5 days ago (7 are asked)."""
    contact = MONDAY - timedelta(days=5)
    decision = decide_one(item(20, position=3, last_contact=contact))
    assert decision.reason is Reason.LEVEL_JUST_SENT
    assert decision.next_date == contact + timedelta(days=7)
    later = decide_one(
        item(22, position=3, last_contact=contact), on=MONDAY + timedelta(days=2)
    )
    assert later.reason is Reason.TO_REMIND


def test_a_level_with_no_gap_still_waits_for_the_next_day():
    ladder = Ladder(1, (Step(1, 3, 0, MAIL), Step(2, 4, 0, MAIL)))
    decision = decide_one(
        item(9, position=3, last_contact=MONDAY), debtor(ladder=ladder)
    )
    assert decision.next_date == MONDAY + timedelta(days=1)


def test_catch_up_climbs_one_level_a_run_after_missed_days():
    """Three weeks without a run: the item climbs one level, whatever its age."""
    missed = item(48, position=3, last_contact=MONDAY - timedelta(days=40))
    assert decide_one(missed).step.days == 17


def test_not_due_says_when_the_courtesy_comes():
    decision = decide_one(item(-20))
    assert (decision.reason, decision.outcome) == (Reason.NOT_DUE, Outcome.WAIT)
    assert decision.next_date == MONDAY + timedelta(days=13)


def test_courtesy_comes_before_the_due_date():
    assert decide_one(item(-7)).step.days == -7


def test_courtesy_lapses_on_the_due_date():
    decision = decide_one(item(0))
    assert decision.step.days == 3


def test_a_late_item_waits_for_its_first_level():
    decision = decide_one(item(2))
    assert decision.reason is Reason.STEP_NOT_DUE
    assert decision.next_date == MONDAY + timedelta(days=1)


def test_final_level_is_a_decision_to_hand_over():
    decision = decide_one(item(80, position=45))
    assert decision.reason is Reason.FINAL_LEVEL
    assert decision.outcome is Outcome.HAND_OVER
    assert decision.step.is_final


def test_the_end_of_a_ladder_without_hand_over_is_a_final_level():
    ladder = Ladder(1, (Step(1, 3, 0, MAIL),))
    decision = decide_one(item(80, position=3), debtor(ladder=ladder))
    assert (decision.reason, decision.step) == (Reason.FINAL_LEVEL, None)


def test_a_manual_step_holds_the_ladder():
    waiting = item(40, position=3, pending=17, pending_is_manual=True)
    assert decide_one(waiting).reason is Reason.MANUAL_STEP


def test_rule_3_a_message_without_proof_holds_the_level():
    leaving = item(40, position=3, pending=17)
    decision = decide_one(leaving)
    assert decision.reason is Reason.LEVEL_JUST_SENT
    assert decision.values == {}


def test_the_decision_to_remind_keeps_its_facts():
    decision = decide_one(item(20, position=3, last_contact=date(2026, 2, 13)))
    assert decision.claim == 1000
    assert decision.channels == MAIL
    assert decision.values == {
        "days": 17,
        "contact": "2026-02-13",
        "gap": 7,
    }


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


# --------------------------------------------------- contacts, days, channels


def test_nobody_to_write_to_is_said():
    assert decide_one(item(20), debtor(channels=frozenset())).reason is (
        Reason.NO_CONTACT
    )


def test_a_letter_replaces_an_unreachable_channel():
    postal = debtor(channels=frozenset({Channel.LETTER}))
    assert decide_one(item(20), postal).channels == {Channel.LETTER}


def test_a_level_may_refuse_the_fallback():
    step = Step(1, 3, channels=MAIL, fallback_letter=False)
    assert usable_channels(step, frozenset({Channel.LETTER})) == frozenset()


def test_nothing_leaves_outside_sending_days():
    sunday = MONDAY - timedelta(days=1)
    decision = decide_one(item(20), on=sunday)
    assert (decision.reason, decision.next_date) == (Reason.NOT_SENDING_DAY, MONDAY)


def test_a_debtor_may_have_its_own_closed_days():
    august = Closure(date(2025, 8, 1), date(2025, 8, 31), is_yearly=True)
    never = debtor(calendar=SendingCalendar().with_closures(august))
    decision = decide_one(item(-140), never, on=date(2026, 8, 4))
    assert (decision.reason, decision.next_date) == (
        Reason.NOT_SENDING_DAY,
        date(2026, 9, 1),
    )


def test_a_debtor_that_is_never_open_has_no_next_date():
    always = Closure(date(2020, 1, 1), date(2040, 1, 1))
    never = debtor(calendar=SendingCalendar().with_closures(always))
    decision = decide_one(item(20), never)
    assert (decision.reason, decision.next_date) == (Reason.NOT_SENDING_DAY, None)


def test_contacts_of_a_week_are_capped():
    """Two contacts a week: the third waits until the first is a week old."""
    days = (date(2026, 2, 20), date(2026, 2, 25), date(2026, 2, 27))
    decision = decide_one(item(20), debtor(contact_days=days), contacts_per_week=2)
    assert decision.reason is Reason.CONTACT_CAP
    assert decision.next_date == date(2026, 3, 4)
    assert decision.values == {"contacts": 2, "cap": 2}


def test_contacts_older_than_a_week_do_not_count():
    days = (date(2026, 2, 20), date(2026, 2, 23))
    decision = decide_one(item(20), debtor(contact_days=days), contacts_per_week=1)
    assert decision.reason is Reason.TO_REMIND


CALL = Step(
    20,
    10,
    3,
    frozenset({Channel.CALL}),
    Decimal(150),
    cap=1,
    fallback_letter=False,
    counts=False,
)
WITH_CALL = Ladder(2, (LADDER.steps[1], CALL, LADDER.steps[2]))
ALL = REACHABLE | {Channel.CALL}


def test_a_call_that_does_not_count_is_made_when_it_can():
    caller = debtor(ladder=WITH_CALL, channels=ALL)
    assert decide_one(item(12, position=3), caller).step is CALL


@pytest.mark.parametrize(
    "of, amount",
    [
        ({}, 1000),  # no phone number
        ({"channels": ALL}, 100),  # below the minimum of the call
        ({"channels": ALL, "sent_counts": {20: 1}}, 1000),  # called enough this year
    ],
)
def test_a_step_that_does_not_count_never_holds_the_ladder(of, amount):
    of = debtor(ladder=WITH_CALL, **of)
    assert decide_one(item(20, amount, position=3), of).step.days == 17
    early = decide_one(item(12, amount, position=3), of)
    assert (early.reason, early.step.days) == (Reason.STEP_NOT_DUE, 17)


def test_a_last_step_that_cannot_be_done_is_the_end_of_the_ladder():
    ladder = Ladder(2, (LADDER.steps[1], CALL))
    decision = decide_one(item(20, position=3), debtor(ladder=ladder))
    assert decision.reason is Reason.FINAL_LEVEL


# -------------------------------------------------------------------- go-live


def test_go_live_starts_at_the_level_of_the_age_under_the_cap():
    assert opening_position(LADDER, 200, first_days=17) == 3
    assert opening_position(LADDER, 20) == 3
    assert opening_position(LADDER, 200) == 30  # the next step is the formal notice
    assert opening_position(LADDER, -3) is None


def test_go_live_on_a_ladder_that_never_hands_over():
    assert opening_position(Ladder(1, LADDER.steps[:3]), 200) == 3


def test_go_live_first_message_never_exceeds_the_cap():
    position = opening_position(LADDER, 300, first_days=17)
    assert decide_one(item(300, position=position)).step.days == 17


# ------------------------------------------------------------------ properties

items_of = st.lists(
    st.tuples(st.integers(-40, 400), st.integers(1, 100_000)), min_size=1, max_size=8
)


@given(items_of, st.integers(0, 400_000))
def test_no_amount_appears_or_disappears_whatever_the_credits(rows, credit):
    """What is claimed plus what credits paid is what was open and due."""
    items = [
        item(overdue, Decimal(cents) / 100, id=n, move_id=n)
        for n, (overdue, cents) in enumerate(rows, 1)
    ]
    credits = Decimal(credit) / 100
    decisions = decide(debtor(credits={EUR: credits}), items, MONDAY)
    due = [d for d in decisions if d.item.due_date <= MONDAY]
    opened = sum((d.item.residual for d in due), Decimal(0))
    claimed = sum((d.claim for d in due), Decimal(0))
    assert claimed == max(opened - credits, Decimal(0))


@given(items_of, st.integers(0, 200))
def test_a_covered_debtor_is_never_reminded(rows, extra):
    items = [
        item(abs(overdue), Decimal(cents) / 100, id=n)
        for n, (overdue, cents) in enumerate(rows, 1)
    ]
    total = sum((one.residual for one in items), Decimal(extra))
    decisions = decide(debtor(credits={EUR: total}), items, MONDAY)
    assert {d.outcome for d in decisions} == {Outcome.COVERED}


@given(st.integers(-40, 400), st.sampled_from([None, -7, 3, 17, 30, 45, 60]))
def test_an_item_never_goes_back_nor_jumps(overdue, position):
    decision = decide_one(item(overdue, position=position))
    if decision.outcome is Outcome.REMIND:
        days = [step.days for step in LADDER.steps]
        expected = days.index(position) + 1 if position is not None else 0
        if expected == 0 and overdue >= 0:
            expected = 1  # the courtesy lapsed
        assert decision.step.days == days[expected]


@given(items_of, st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_rule_7_every_item_gets_one_decision_with_a_reason(rows, day):
    items = [item(overdue, cents, id=n) for n, (overdue, cents) in enumerate(rows, 1)]
    decisions = decide(debtor(), items, day)
    assert [d.item for d in decisions] == items
    assert all(d.outcome is OUTCOME_OF[d.reason] for d in decisions)


def test_every_reason_belongs_to_an_outcome():
    assert set(OUTCOME_OF) == set(Reason)
