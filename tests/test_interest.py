"""The statement of interest: its segments, what stops it, what is remarked.

The worked examples are in ``cases/decompte.csv`` (see test_decompte.py). Here is
what the command line cannot say.
"""

from datetime import date
from decimal import Decimal

import pytest

from odoo_recouvrement.core.allocation import Movement, MovementKind, Order
from odoo_recouvrement.core.claim import Claim, Conventions, Period
from odoo_recouvrement.core.faults import Fault, InvalidInput
from odoo_recouvrement.core.interest import statement
from odoo_recouvrement.core.rates import Reference, UnknownRate, shipped_rates
from odoo_recouvrement.core.regime import (
    BUSINESS,
    CONSUMER,
    FROZEN_BUSINESS,
    NONE,
    PUBLIC,
    contractual,
)
from odoo_recouvrement.core.remarks import Remark
from odoo_recouvrement.core.schedule import Formula

RATES = shipped_rates()
CENT = Decimal("0.01")
CREDIT_NOTE = MovementKind.CREDIT_NOTE
TEN = contractual(Formula(points=Decimal(10)))


def d(text):
    return date.fromisoformat(text)


def claim(amount=10000, due="2026-06-20", movements=(), **facts):
    return Claim(
        Decimal(amount),
        d(due),
        tuple(Movement(d(day), Decimal(sum_), *kind) for day, sum_, *kind in movements),
        **facts,
    )


def ask(found, regime=BUSINESS, as_of="2026-07-10", **conventions):
    return statement(found, regime, d(as_of), RATES, Conventions(**conventions))


def lines(found):
    return [
        (str(s.first_day), s.days, s.base, s.rate, s.interest) for s in found.segments
    ]


def test_each_segment_names_the_published_rate_it_rests_on():
    found = ask(claim(due="2025-11-30"), as_of="2026-07-10")
    origins = [
        [(str(origin.half_year), origin.row.value) for origin in segment.origins]
        for segment in found.segments
    ]
    assert origins == [
        [("2025-S2", Decimal("2.15")), ("2026-S1", Decimal("2.15"))],
        [("2026-S2", Decimal("2.40"))],
    ]
    payment = claim(due="2025-11-30", movements=[("2025-12-31", 4000)])
    first, second = ask(payment, as_of="2026-06-30").segments
    assert [str(origin.half_year) for origin in first.origins] == ["2025-S2"]
    assert [str(origin.half_year) for origin in second.origins] == ["2026-S1"]


def test_a_frozen_rate_rests_on_the_half_year_where_interest_began():
    for regime in (PUBLIC, FROZEN_BUSINESS):
        [segment] = ask(claim(due="2026-06-20"), regime, "2026-12-31").segments
        assert [str(origin.half_year) for origin in segment.origins] == ["2026-S1"]
    [segment] = ask(claim(), TEN).segments
    assert segment.origins == ()


def test_the_retention_of_a_public_buyer_is_left_out():
    found = ask(claim(retention=Decimal(500)), PUBLIC, "2026-07-20")
    assert lines(found) == [
        ("2026-06-21", 30, 9500, Decimal("10.15"), Decimal("79.25"))
    ]
    assert found.principal_due == 9500


def test_interest_stops_on_the_eve_of_the_judgment():
    insolvent = claim(judgment_date=d("2026-07-05"))
    assert lines(ask(insolvent))[-1][:2] == ("2026-07-01", 4)
    assert lines(ask(insolvent, stops_on_eve=False))[-1][:2] == ("2026-07-01", 5)
    assert ask(insolvent).interest_accrued < ask(claim()).interest_accrued
    assert ask(insolvent, as_of="2026-12-31").segments == ask(insolvent).segments


@pytest.mark.parametrize(
    ("judgment", "fee"), [("2026-06-19", 0), ("2026-06-20", 0), ("2026-06-21", 40)]
)
def test_no_40_euros_when_the_due_date_is_the_judgment_or_later(judgment, fee):
    insolvent = claim(judgment_date=d(judgment))
    found = ask(insolvent)
    assert (found.segments, found.recovery_fee) == ((), fee)
    assert (Remark.FEE_EXCLUDED in found.remarks) is (fee == 0)
    assert ask(insolvent, fee_needs_payable_date=False).recovery_fee == 40


def test_a_judgment_to_come_is_not_remarked():
    assert ask(claim(judgment_date=d("2026-08-01"))).remarks == ()
    assert ask(claim(judgment_date=d("2026-07-01"))).remarks == (Remark.INSOLVENCY,)


def test_no_interest_runs_during_a_delay_granted_by_a_judge():
    grace = Period(d("2026-06-26"), d("2026-07-05"))
    found = ask(claim(graces=(grace,)))
    assert [line[:2] for line in lines(found)] == [("2026-06-21", 5), ("2026-07-06", 5)]
    assert found.remarks == (Remark.GRACE,)
    assert found.recovery_fee == 40


def test_delays_may_overlap_and_come_in_any_order():
    graces = (
        Period(d("2026-07-01"), d("2026-07-05")),
        Period(d("2026-06-26"), d("2026-07-02")),
        Period(d("2026-06-28"), d("2026-06-29")),
        Period(d("2026-09-01"), d("2026-09-30")),
    )
    found = ask(claim(graces=graces))
    assert [line[:2] for line in lines(found)] == [("2026-06-21", 5), ("2026-07-06", 5)]


def test_a_debt_paid_within_the_delay_was_never_late():
    grace = (Period(d("2026-06-15"), d("2026-07-31")),)
    found = ask(
        claim(graces=grace, movements=[("2026-07-31", 10000)]), as_of="2026-08-31"
    )
    assert (found.segments, found.total_due) == ((), 0)
    still_running = ask(claim(graces=grace))
    assert (still_running.segments, still_running.recovery_fee) == ((), 0)
    unpaid = ask(claim(graces=grace), as_of="2026-08-01")
    assert (lines(unpaid)[0][:2], unpaid.recovery_fee) == (("2026-08-01", 1), 40)


def test_a_frozen_rate_begins_after_the_delay():
    grace = (Period(d("2026-06-21"), d("2026-07-31")),)
    [segment] = ask(claim(graces=grace), PUBLIC, "2026-08-31").segments
    assert segment.rate == Decimal("10.40")


def test_a_payment_during_a_delay_lowers_the_base_after_it():
    grace = (Period(d("2026-06-26"), d("2026-07-05")),)
    paid = claim(graces=grace, movements=[("2026-07-01", 4000)])
    found = ask(paid, order=Order.PRINCIPAL_FIRST)
    assert [line[:3] for line in lines(found)] == [
        ("2026-06-21", 5, 10000),
        ("2026-07-06", 5, 6000),
    ]


def test_payments_of_one_day_are_used_in_the_order_given_after_the_credit_notes():
    movements = [
        ("2026-06-30", 30),
        ("2026-06-30", 70),
        ("2026-06-30", 1000, CREDIT_NOTE),
    ]
    found = ask(claim(movements=movements), as_of="2026-06-30")
    assert [(share.movement.amount, share.interest) for share in found.shares] == [
        (1000, 0),
        (30, 30),
        (70, Decimal("3.29")),
    ]
    assert found.principal_due == Decimal("8933.29")


def test_a_credit_note_never_pays_interest_nor_the_40_euros():
    movements = [("2026-06-30", 10000), ("2026-07-05", 9000, CREDIT_NOTE)]
    found = ask(claim(movements=movements), order=Order.PRINCIPAL_FIRST)
    assert (found.surplus, found.interest_due) == (9000, Decimal("33.29"))
    assert found.recovery_fee == 40
    assert found.remarks == (Remark.SURPLUS,)


def test_an_invoice_credited_whole_owes_no_fee_from_that_day_on():
    movements = [("2026-07-05", 9000, CREDIT_NOTE), ("2026-07-08", 1000, CREDIT_NOTE)]
    fees = [
        ask(claim(movements=movements), as_of=day).recovery_fee
        for day in ("2026-07-07", "2026-07-08")
    ]
    assert fees == [40, 0]


def test_another_currency_has_its_own_cents_and_its_own_fee():
    yen = claim(1000000, recovery_fee=Decimal(6500), digits=0)
    found = ask(yen)
    assert [line[-1] for line in lines(found)] == [3329, 3397]
    assert found.total_due == 1000000 + 3329 + 3397 + 6500
    assert ask(claim(recovery_fee=Decimal(0))).recovery_fee == 0


def test_remarks_say_what_may_surprise():
    assert ask(claim(), as_of="2026-06-20").remarks == (Remark.NOT_DUE,)
    assert ask(claim(), CONSUMER).remarks == (Remark.NO_NOTICE,)
    later = claim(movements=[("2026-07-11", 5)])
    assert ask(later).remarks == (Remark.LATER_MOVEMENT,)
    assert ask(later).shares == ()


def test_nothing_is_counted_without_a_regime():
    found = ask(claim(movements=[("2026-06-30", 4000)]), NONE)
    assert (found.segments, found.total_due) == ((), 6000)


def test_a_rate_is_only_asked_for_the_days_that_need_it():
    paid = claim(due="2026-12-01", movements=[("2026-12-31", 10000)])
    assert ask(paid, as_of="2027-03-01", order=Order.PRINCIPAL_FIRST).interest_due > 0
    with pytest.raises(UnknownRate) as caught:
        ask(claim(due="2026-12-01"), as_of="2027-01-01")
    assert caught.value.reference is Reference.ECB


def test_an_exact_half_cent_is_rounded_up():
    # 0.73 € × 10 % × 25 days / 365 = half a cent
    found = ask(claim("0.73", due="2025-06-20"), TEN, "2025-07-15")
    assert found.interest_accrued == CENT


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"amount": 0}, Fault.NOT_POSITIVE),
        ({"amount": -5}, Fault.NOT_POSITIVE),
        ({"amount": "NaN"}, Fault.NOT_A_NUMBER),
        ({"amount": "1e12"}, Fault.TOO_LARGE),
        ({"amount": "1.005"}, Fault.TOO_PRECISE),
        ({"due": "0206-06-20"}, Fault.DATE_OUT_OF_RANGE),
        ({"movements": [("2026-07-01", 0)]}, Fault.NOT_POSITIVE),
        ({"movements": [("9026-07-01", 1)]}, Fault.DATE_OUT_OF_RANGE),
        ({"retention": Decimal(-1)}, Fault.NOT_POSITIVE),
        ({"retention": Decimal(10001)}, Fault.NOT_POSITIVE),
        ({"recovery_fee": Decimal(-40)}, Fault.NOT_POSITIVE),
        ({"notice_date": date(1, 1, 1)}, Fault.DATE_OUT_OF_RANGE),
        ({"judgment_date": date(1, 1, 1)}, Fault.DATE_OUT_OF_RANGE),
        (
            {"graces": (Period(date(2026, 7, 2), date(2026, 7, 1)),)},
            Fault.PERIOD_REVERSED,
        ),
        ({"graces": (Period(date(2026, 7, 2), date.max),)}, Fault.DATE_OUT_OF_RANGE),
    ],
)
def test_what_cannot_be_is_refused(wrong, fault):
    with pytest.raises(InvalidInput) as caught:
        ask(claim(**wrong))
    assert caught.value.fault is fault


def test_an_absurd_statement_date_is_refused():
    with pytest.raises(InvalidInput):
        ask(claim(), as_of="9999-12-31")
