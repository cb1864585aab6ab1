"""Payment plans: no cent made or lost, and a plan is judged on the days money came."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.faults import InvalidInput
from odoo_recouvrement.core.plan import (
    MOST_INSTALMENTS,
    Every,
    Instalment,
    InvalidPlan,
    Problem,
    Progress,
    Receipt,
    Remark,
    Setting,
    beyond,
    check_instalments,
    due_date,
    equal_instalments,
    instalments_of,
    judge,
    lowered,
    remarks,
)
from odoo_recouvrement.core.profile import Profile

MARCH = date(2026, 3, 2)
amounts = st.integers(100, 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
steps = st.sampled_from(Every)
counts = st.integers(1, MOST_INSTALMENTS)
receipts = st.lists(st.builds(Receipt, days, amounts, st.just(False)), max_size=6)


def plan_of(total=900, count=3, first_day=MARCH):
    return equal_instalments(Decimal(total), count, first_day, Every.MONTH)


def received(*pairs):
    return [Receipt(day, Decimal(amount)) for day, amount in pairs]


@given(amounts, counts, days, steps)
def test_equal_parts_add_up_and_differ_by_odd_cents_only(total, count, day, every):
    parts = equal_instalments(total, count, day, every)
    assert sum(part.amount for part in parts) == total
    assert len(parts) == count
    assert all(part.amount == parts[0].amount for part in parts[:-1])
    assert Decimal(0) <= parts[-1].amount - parts[0].amount < Decimal(count) / 100
    assert all(a.due_date < b.due_date for a, b in pairwise(parts))


@given(amounts, st.integers(1, MOST_INSTALMENTS), days, steps)
def test_parts_of_an_amount_add_up(total, divisor, day, every):
    amount = (total / divisor).quantize(Decimal("0.01")) + Decimal("0.01")
    parts = instalments_of(total, amount, day, every)
    assert sum(part.amount for part in parts) == total
    assert all(part.amount == amount for part in parts[:-1])
    assert 0 < parts[-1].amount <= amount


def test_an_exact_division_has_no_empty_last_part():
    parts = instalments_of(Decimal(900), Decimal(300), MARCH, Every.MONTH)
    assert [part.amount for part in parts] == [300, 300, 300]


@pytest.mark.parametrize(
    ("every", "second"),
    [
        (Every.WEEK, date(2026, 2, 7)),
        (Every.FORTNIGHT, date(2026, 2, 14)),
        (Every.MONTH, date(2026, 2, 28)),
        (Every.QUARTER, date(2026, 4, 30)),
    ],
)
def test_dates_are_counted_from_the_first(every, second):
    assert due_date(date(2026, 1, 31), every, 1) == second


@pytest.mark.parametrize(
    ("total", "count", "problem"),
    [
        (900, 0, Problem.NO_INSTALMENT),
        (900, MOST_INSTALMENTS + 1, Problem.TOO_MANY),
        (Decimal("0.02"), 3, Problem.TOO_SMALL),
    ],
)
def test_an_impossible_number_of_parts_is_refused(total, count, problem):
    with pytest.raises(InvalidPlan) as refused:
        plan_of(total, count)
    assert refused.value.problem is problem
    assert str(count) in str(refused.value)


@pytest.mark.parametrize("amount", ["0", "-10", "0.001"])
def test_an_absurd_amount_is_refused(amount):
    with pytest.raises(InvalidInput):
        instalments_of(Decimal(900), Decimal(amount), MARCH, Every.MONTH)


def test_instalments_as_typed_are_checked_against_the_debt():
    check_instalments(plan_of(), Decimal(900), MARCH)
    later = MARCH + timedelta(days=1)
    for parts, total, problem in (
        ([], 900, Problem.NO_INSTALMENT),
        (plan_of(), 899, Problem.DIFFERENT_TOTAL),
        (plan_of(first_day=date(2026, 3, 1)), 900, Problem.IN_THE_PAST),
        ([Instalment(later, Decimal(450))] * 2, 900, Problem.NOT_ORDERED),
    ):
        with pytest.raises(InvalidPlan) as refused:
            check_instalments(parts, Decimal(total), MARCH)
        assert refused.value.problem is problem


def test_two_years_to_the_day_is_what_a_judge_may_grant():
    last = Instalment(date(2028, 3, 2), Decimal(10))
    assert not remarks([last], Setting(MARCH))
    later = last._replace(due_date=date(2028, 3, 3))
    assert remarks([later], Setting(MARCH)) == (Remark.LONGER_THAN_A_JUDGE,)


def test_unequal_parts_are_noticed_but_for_the_last():
    first, second, last = plan_of()
    assert not remarks(
        [first, second, last._replace(amount=Decimal(1))], Setting(MARCH)
    )
    uneven = [first, second._replace(amount=Decimal(50)), last]
    assert remarks(uneven, Setting(MARCH)) == (Remark.UNEQUAL,)


@pytest.mark.parametrize(
    ("as_of", "progress"),
    [
        (date(2026, 3, 2), Progress.RESPECTED),
        (date(2026, 3, 3), Progress.LATE),
        (date(2026, 3, 7), Progress.LATE),
        (date(2026, 3, 8), Progress.BROKEN),
    ],
)
def test_a_missed_instalment_is_late_then_breaks_the_plan(as_of, progress):
    found = judge(plan_of(), [], as_of, grace_days=5)
    assert found.progress is progress
    assert found.broken_on == (
        date(2026, 3, 8) if progress is Progress.BROKEN else None
    )


def test_the_second_instalment_breaks_it_too():
    first = received((MARCH, 300))
    found = judge(plan_of(), first, date(2026, 4, 8), grace_days=5)
    assert (found.progress, found.broken_on) == (Progress.BROKEN, date(2026, 4, 8))
    assert (found.paid, found.next_index) == ((300, 0, 0), 1)


def test_all_graces_over_and_one_day_late_in_between():
    paid_late = received((MARCH, 300), (date(2026, 4, 3), 300), (date(2026, 5, 2), 299))
    found = judge(plan_of(), paid_late, date(2026, 5, 2))
    assert found.broken_on == date(2026, 4, 3)


def test_money_that_came_in_time_but_was_entered_late_breaks_nothing():
    in_time = received((date(2026, 3, 7), 300))
    found = judge(plan_of(), in_time, date(2026, 3, 20), grace_days=5)
    assert found.progress is Progress.RESPECTED


def test_a_payment_of_tomorrow_is_not_counted():
    found = judge(plan_of(), received((date(2026, 3, 3), 900)), MARCH)
    assert found.paid == (0, 0, 0)


def test_everything_paid_is_kept_and_the_surplus_is_said():
    found = judge(plan_of(), received((date(2026, 8, 1), 950)), date(2026, 8, 1))
    assert (found.progress, found.surplus) == (Progress.KEPT, 50)
    assert (found.next_index, found.broken_on) == (None, None)


@given(amounts, counts, receipts, days)
def test_receipts_are_never_made_or_lost(total, count, money, as_of):
    parts = equal_instalments(total, count, date(2026, 6, 1), Every.WEEK)
    found = judge(parts, money, as_of)
    came = sum(one.amount for one in money if one.day <= as_of)
    assert sum(found.paid) + found.surplus == came
    assert all(
        0 <= used <= part.amount for used, part in zip(found.paid, parts, strict=True)
    )


@given(amounts, counts, receipts, st.builds(Receipt, days, amounts), days)
def test_one_more_payment_never_makes_it_worse(total, count, money, extra, as_of):
    order = [Progress.BROKEN, Progress.LATE, Progress.RESPECTED, Progress.KEPT]
    parts = equal_instalments(total, count, date(2026, 6, 1), Every.WEEK)
    before = judge(parts, money, as_of, 3).progress
    after = judge(parts, [*money, extra], as_of, 3).progress
    assert order.index(after) >= order.index(before)


def test_what_the_law_asks_of_a_plan():
    parts = plan_of()
    last = parts[-1].due_date
    found = remarks(
        parts, Setting(MARCH, Profile.CONSUMER, last - timedelta(days=1), waives=True)
    )
    assert found == (Remark.BEYOND_LIMITATION, Remark.OWN_HAND)
    assert not remarks(parts, Setting(MARCH, limitation=last))
    found = remarks(parts, Setting(MARCH, Profile.PUBLIC, waives=True))
    assert found == (Remark.NO_WAIVER,)


def test_a_credit_note_shortens_the_end_and_gives_no_respite():
    credit = Receipt(MARCH, Decimal(400), is_credit=True)
    found = judge(plan_of(), [credit], MARCH + timedelta(days=1), grace_days=5)
    assert found.asked == (300, 200, 0)
    assert found.paid == (0, 0, 0)
    assert found.progress is Progress.LATE


def test_everything_credited_leaves_nothing_to_pay():
    credit = Receipt(MARCH, Decimal(900), is_credit=True)
    assert judge(plan_of(), [credit], MARCH).progress is Progress.KEPT


def test_what_was_paid_and_is_then_credited_is_a_surplus():
    found = judge(
        plan_of(),
        [*received((MARCH, 900)), Receipt(MARCH, Decimal(100), is_credit=True)],
        MARCH,
    )
    assert (found.progress, found.surplus) == (Progress.KEPT, 100)


@given(receipts, amounts)
def test_beyond_takes_off_what_was_counted_and_no_more(movements, already):
    came = sum((one.amount for one in movements), Decimal(0))
    left = sum((one.amount for one in beyond(movements, already)), Decimal(0))
    assert left == max(came - already, Decimal(0))


@given(amounts, counts, days, steps, amounts)
def test_lowering_never_goes_below_zero(total, count, day, every, amount):
    parts = equal_instalments(total, count, day, every)
    found = lowered(parts, amount)
    assert sum(part.amount for part in found) == max(total - amount, Decimal(0))
    assert all(part.amount >= 0 for part in found)
