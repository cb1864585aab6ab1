"""The decision engine, told as stories: how an item climbs. One rule, one test."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from decision_stories import LADDER, MAIL, MONDAY, REACHABLE, debtor, decide_one, item

from odoo_recouvrement.core.calendar import Closure, SendingCalendar
from odoo_recouvrement.core.decision import (
    Channel,
    Ladder,
    Outcome,
    Reason,
    Step,
    decide,
    opening_position,
    usable_channels,
)

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
