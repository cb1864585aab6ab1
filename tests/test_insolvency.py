"""What a judgment, or over-indebtedness, does to the interest of earlier claims."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.claim import Claim, Conventions
from odoo_recouvrement.core.insolvency import is_long_term, under_judgment
from odoo_recouvrement.core.interest import statement
from odoo_recouvrement.core.overindebtedness import ended, is_suspended, suspension
from odoo_recouvrement.core.rates import shipped_rates
from odoo_recouvrement.core.regime import BUSINESS

RATES = shipped_rates()
OPENED = date(2026, 3, 2)


def of(due, origin, judgment=OPENED, **conventions):
    claim = Claim(Decimal(10000), date.fromisoformat(due))
    found = Conventions(**conventions)
    return under_judgment(claim, date.fromisoformat(origin), judgment, found)


def test_without_a_judgment_nothing_changes():
    assert of("2026-02-01", "2026-01-01", None).judgment_date is None


def test_an_earlier_claim_stops_on_the_eve():
    """Ten thousand due on 31 January: interest runs on 29 days of February only."""
    found = statement(of("2026-01-31", "2026-01-01"), BUSINESS, OPENED, RATES)
    [segment] = found.segments
    assert (segment.first_day, segment.last_day) == (
        date(2026, 2, 1),
        date(2026, 3, 1),
    )
    assert segment.interest == Decimal("96.53")  # 10 000 × 12,15 % × 29 / 365
    assert found.recovery_fee == 40


@pytest.mark.parametrize(
    ("origin", "judgment_date"),
    [("2026-03-01", OPENED), ("2026-03-02", OPENED), ("2026-03-03", None)],
)
def test_a_claim_of_after_the_judgment_is_paid_as_any_other(origin, judgment_date):
    assert of("2026-04-30", origin).judgment_date == judgment_date


@pytest.mark.parametrize(
    ("due", "is_long"),
    [("2027-01-14", False), ("2027-01-15", True), ("2028-01-15", True)],
)
def test_a_payment_put_off_by_a_year_bears_interest_all_the_same(due, is_long):
    found = of(due, "2026-01-15")
    assert (found.judgment_date is None) is is_long
    # It could not be paid on its due date all the same: no 40 €, unless read otherwise.
    assert (found.recovery_fee == 0) is is_long
    assert of(due, "2026-01-15", fee_needs_payable_date=False).recovery_fee == 40


def test_a_long_term_claim_that_was_late_before_the_judgment_owes_the_40_euros():
    found = of("2026-02-01", "2025-01-15")
    assert (found.judgment_date, found.recovery_fee) == (None, 40)


def test_a_year_is_counted_by_the_calendar():
    assert not is_long_term(date(2023, 3, 1), date(2024, 2, 29))
    assert is_long_term(date(2024, 2, 29), date(2025, 2, 28))


def test_over_indebtedness_lasts_two_years_at_most():
    assert suspension(date(2024, 2, 28)).last_day == date(2026, 2, 27)
    assert is_suspended(OPENED, OPENED)
    assert not is_suspended(date(2026, 3, 3), OPENED)


@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)), st.integers(-1000, 2000))
def test_whatever_ends_it_it_is_a_period_of_its_own(admitted, days):
    whole = suspension(admitted)
    known = date.fromordinal(admitted.toordinal() + days)
    found = ended(whole, known)
    found.check()
    assert whole.first_day <= found.last_day <= whole.last_day
