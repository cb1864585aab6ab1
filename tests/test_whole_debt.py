"""What the books settle, and the part kept as a guarantee until its own date."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.allocation import Movement, MovementKind, Order
from odoo_recouvrement.core.claim import Claim
from odoo_recouvrement.core.interest import statement
from odoo_recouvrement.core.rates import shipped_rates
from odoo_recouvrement.core.regime import BUSINESS, CONSUMER, PUBLIC
from odoo_recouvrement.core.remarks import Remark
from odoo_recouvrement.core.whole_debt import (
    is_settled,
    retention_due_date,
    retention_left,
    whole_statement,
)

RATES = shipped_rates()
DUE, KEPT_UNTIL = date(2025, 4, 10), date(2026, 4, 30)


def pay(day, amount, kind=MovementKind.PAYMENT):
    return Movement(date.fromisoformat(day), Decimal(amount), kind)


def owe(*movements, kept=500, until=KEPT_UNTIL, due=DUE):
    return Claim(
        Decimal(10000),
        due,
        movements,
        retention=Decimal(kept),
        retention_due=until,
    )


def ask(claim, as_of="2026-05-30", regime=PUBLIC):
    return whole_statement(claim, regime, date.fromisoformat(as_of), RATES)


def lines(found):
    return [
        (str(s.first_day), s.days, s.base, str(s.rate), str(s.interest))
        for s in found.segments
    ]


def test_thirty_days_after_the_end_of_the_guarantee():
    assert retention_due_date(date(2026, 3, 31)) == KEPT_UNTIL


# ------------------------------------------------------------- settled by the books


def test_what_is_left_of_a_guarantee():
    ten, one = Decimal(1000), Decimal(50)
    whole = retention_left(ten, ten, one, Decimal(0), None)
    assert (whole.amount, whole.is_alone, whole.is_pending(date.max)) == (
        50,
        False,
        True,
    )
    partly_paid = retention_left(Decimal(20), ten, one, Decimal(0), KEPT_UNTIL)
    assert (partly_paid.amount, partly_paid.is_alone) == (20, True)
    assert not partly_paid.is_pending(KEPT_UNTIL + timedelta(days=31))
    kept_later = retention_left(ten, ten, one, ten, KEPT_UNTIL)
    assert (kept_later.amount, kept_later.is_alone) == (0, False)


def test_what_settles_an_item_is_taken_for_its_principal():
    """Paid ten days late: the interest of ten days is owed, and bears none."""
    paid = Claim(Decimal(10000), date(2026, 6, 20), (pay("2026-06-30", 10000),))
    found = ask(paid, "2026-12-31", BUSINESS)
    assert found.conventions.order is Order.PRINCIPAL_FIRST
    assert (found.principal_due, found.interest_due) == (0, Decimal("33.29"))
    assert len(found.segments) == 1


def test_a_part_payment_settles_nothing():
    part = Claim(Decimal(10000), date(2026, 6, 20), (pay("2026-06-30", 9999),))
    assert not is_settled(part, date(2026, 7, 10))
    assert ask(part, "2026-07-10", BUSINESS) == statement(
        part, BUSINESS, date(2026, 7, 10), RATES
    )


def test_it_is_settled_from_the_payment_on():
    paid = Claim(Decimal(100), DUE, (pay("2026-06-30", 100),))
    assert not is_settled(paid, date(2026, 6, 29))
    assert is_settled(paid, date(2026, 6, 30))
    assert not is_settled(Claim(Decimal(100), DUE), date(2026, 6, 30))


# ------------------------------------------------------------------- the retention


def test_it_is_not_due_before_its_own_date():
    for until, as_of in ((None, "2026-05-30"), (KEPT_UNTIL, "2026-04-30")):
        found = ask(owe(pay("2025-04-10", 9500), until=until), as_of)
        assert (found.segments, found.principal_due, found.total_due) == ((), 0, 0)


def test_it_bears_interest_from_the_next_day_at_the_rate_of_that_half_year():
    """3.15 + 8 for the main part, late in 2025; 2.15 + 8 for the retention."""
    found = ask(owe())
    assert lines(found) == [
        ("2025-04-11", 415, 9500, "11.15", "1204.35"),
        ("2026-05-01", 30, 500, "10.15", "4.17"),
    ]
    assert found.principal_due == 10000
    assert found.interest_accrued == sum(s.interest for s in found.segments)
    assert found.recovery_fee == 40


def test_paid_on_time_it_leaves_the_40_euros_of_the_retention():
    found = ask(owe(pay("2025-04-10", 9500)))
    assert lines(found) == [("2026-05-01", 30, 500, "10.15", "4.17")]
    assert (found.principal_due, found.recovery_fee) == (500, 40)


def test_all_paid_on_time_owes_nothing():
    found = ask(owe(pay("2025-04-10", 9500), pay("2026-04-30", 500)))
    assert (found.segments, found.total_due, found.surplus) == ((), 0, 0)
    assert Remark.SURPLUS not in found.remarks


def test_a_payment_that_covers_both_is_shared():
    found = ask(owe(pay("2025-04-10", 10200)))
    assert found.total_due == 0
    assert found.surplus == 200
    assert Remark.SURPLUS in found.remarks
    [share] = found.shares
    assert (share.principal, share.interest, share.surplus) == (10000, 0, 200)


def test_a_part_of_the_retention_is_paid_late():
    """Thirty days on 500, then on 300: 4.17 was paid first, and 195.83 of principal."""
    found = ask(owe(pay("2025-04-10", 9500), pay("2026-05-30", 200)), "2026-06-29")
    assert lines(found) == [
        ("2026-05-01", 30, 500, "10.15", "4.17"),
        ("2026-05-31", 30, Decimal("304.17"), "10.15", "2.54"),
    ]
    assert found.shares[1].interest == Decimal("4.17")


def test_a_credit_note_beyond_the_main_part_lowers_the_retention():
    note = pay("2025-05-10", 9700, MovementKind.CREDIT_NOTE)
    found = ask(owe(note))
    assert lines(found)[-1][2] == 300
    assert found.principal_due == 300


def test_a_consumer_owes_no_interest_on_it_without_a_notice():
    assert ask(owe(), regime=CONSUMER).segments == ()


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 4000)), max_size=5),
    st.integers(0, 700),
    st.sampled_from([BUSINESS, PUBLIC]),
)
def test_no_cent_is_made_or_lost(payments, days, regime):
    moves = tuple(
        Movement(DUE + timedelta(days=day), Decimal(amount)) for day, amount in payments
    )
    as_of = DUE + timedelta(days=min(days, 560))
    found = whole_statement(owe(*moves), regime, as_of, RATES)
    taken = [move for move in moves if move.date <= as_of]
    assert sum(share.movement.amount for share in found.shares) == sum(
        move.amount for move in taken
    )
    for share in found.shares:
        assert share.principal + share.interest + share.surplus == share.movement.amount
    kept = 0 if as_of > KEPT_UNTIL else 500
    paid = sum(share.principal for share in found.shares)
    assert found.principal_due == 10000 - kept - paid
    interest_paid = sum(share.interest for share in found.shares)
    assert found.interest_due == found.interest_accrued - interest_paid
    assert found.interest_accrued == sum(s.interest for s in found.segments)
