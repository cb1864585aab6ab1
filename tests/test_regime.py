"""Which regime, chosen by whom, and what it allows."""

from datetime import date
from decimal import Decimal

import pytest

from odoo_recouvrement.core.faults import Fault, InvalidInput
from odoo_recouvrement.core.profile import Profile
from odoo_recouvrement.core.public_terms import PublicBuyer, public_due_date, term_start
from odoo_recouvrement.core.rates import HalfYear, Reference, UnknownRate, shipped_rates
from odoo_recouvrement.core.regime import (
    BUSINESS,
    CONSUMER,
    FROZEN_BUSINESS,
    NONE,
    PUBLIC,
    REGIME_OF_PROFILE,
    Level,
    RegimeKind,
    below_floor,
    contractual,
    resolve,
)
from odoo_recouvrement.core.schedule import Formula

RATES = shipped_rates()
TWELVE = contractual(Formula(points=Decimal(12)))


def rate_on(regime, day, began=None):
    return regime.schedule(RATES).span(day, began or day).rate


@pytest.mark.parametrize(
    ("regime", "fee", "costs", "on_notice"),
    [
        (BUSINESS, True, True, False),
        (TWELVE, True, True, False),
        (PUBLIC, True, True, False),
        (CONSUMER, False, False, True),
        (NONE, False, False, False),
    ],
)
def test_what_a_regime_allows(regime, fee, costs, on_notice):
    assert regime.has_recovery_fee is fee
    assert regime.allows_further_costs is costs
    assert regime.starts_on_notice is on_notice
    assert bool(regime.fee_basis) is fee
    assert bool(regime.interest_basis) is (regime is not NONE)


def test_the_business_rate_follows_the_half_years_unless_frozen():
    june, july = date(2026, 6, 30), date(2026, 7, 1)
    assert [rate_on(BUSINESS, day, june) for day in (june, july)] == [
        Decimal("12.15"),
        Decimal("12.40"),
    ]
    assert rate_on(FROZEN_BUSINESS, july, june) == Decimal("12.15")


def test_a_rise_of_the_ecb_only_counts_from_the_next_half_year():
    assert rate_on(BUSINESS, date(2026, 9, 17)) == Decimal("12.40")


@pytest.mark.parametrize(
    ("began", "rate"), [(date(2026, 3, 10), "10.15"), (date(2026, 8, 5), "10.40")]
)
def test_the_public_rate_is_frozen_where_interest_began(began, rate):
    assert rate_on(PUBLIC, date(2026, 12, 31), began) == Decimal(rate)
    assert rate_on(PUBLIC, date(2028, 12, 31), began) == Decimal(rate)


def test_the_consumer_bears_the_legal_rate_of_the_other_cases():
    assert rate_on(CONSUMER, date(2026, 7, 1)) == Decimal("2.75")


@pytest.mark.parametrize(
    ("formula", "rate"),
    [
        (Formula(points=Decimal("12.5")), "12.5"),
        (Formula(Reference.ECB, points=Decimal(7)), "9.40"),
        (Formula(Reference.LEGAL, factor=Decimal(3)), "8.25"),
        (Formula(Reference.LEGAL, factor=Decimal("1.5")), "4.125"),
        (Formula(Reference.LEGAL, Decimal(2), Decimal(1)), "6.50"),
    ],
)
def test_a_contract_says_its_rate_as_a_figure_or_a_formula(formula, rate):
    assert rate_on(contractual(formula), date(2026, 7, 1)) == Decimal(rate)


def test_a_span_runs_over_half_years_of_equal_rate_and_keeps_their_sources():
    span = BUSINESS.schedule(RATES).span(date(2025, 8, 1), date(2025, 8, 1))
    assert span.last_day == date(2026, 6, 30)
    assert [str(origin.half_year) for origin in span.origins] == ["2025-S2", "2026-S1"]
    assert BUSINESS.schedule(RATES).span(
        date(2026, 8, 1), date(2026, 8, 1)
    ).last_day == (date(2026, 12, 31))


def test_the_schedule_of_a_formula_is_shared():
    assert BUSINESS.schedule(RATES) is BUSINESS._replace(kind=RegimeKind.NONE).schedule(
        RATES
    )
    assert NONE.schedule(RATES) is None


@pytest.mark.parametrize("points", ["1240", "-1", "NaN"])
def test_an_implausible_contract_rate_is_refused(points):
    for formula in (Formula(points=Decimal(points)), Formula(None, Decimal(points))):
        with pytest.raises(InvalidInput) as caught:
            contractual(formula)
        assert caught.value.fault is Fault.RATE_OUT_OF_RANGE


def test_a_rate_under_three_times_the_legal_rate_is_reported_by_half_year():
    eight = contractual(Formula(points=Decimal(8)))
    faults = below_floor(eight, date(2025, 9, 1), date(2026, 8, 31), RATES)
    assert [(str(fault.half_year), fault.floor) for fault in faults] == [
        ("2025-S2", Decimal("8.28")),
        ("2026-S2", Decimal("8.25")),
    ]


def test_ecb_plus_ten_is_under_the_floor_in_2024_only_when_agreed():
    days = date(2024, 1, 1), date(2024, 12, 31)
    agreed = below_floor(contractual(BUSINESS.formula), *days, RATES)
    assert [(fault.rate, fault.floor) for fault in agreed] == [
        (Decimal("14.50"), Decimal("15.21")),
        (Decimal("14.25"), Decimal("14.76")),
    ]
    for regime in (BUSINESS, PUBLIC, CONSUMER, NONE):
        assert below_floor(regime, *days, RATES) == []


def test_three_times_the_legal_rate_is_enough():
    thrice = contractual(Formula(Reference.LEGAL, factor=Decimal(3)))
    assert below_floor(thrice, date(2015, 1, 1), date(2026, 12, 31), RATES) == []


def test_a_floor_that_is_not_known_is_said_not_guessed():
    [fault] = below_floor(TWELVE, date(2026, 12, 1), date(2027, 1, 2), RATES)
    assert fault == (HalfYear(2027, 1), Decimal(12), None)


def test_an_unknown_reference_is_an_error_for_a_formula():
    with pytest.raises(UnknownRate):
        rate_on(contractual(BUSINESS.formula), date(2027, 1, 1))


def test_the_most_particular_choice_wins_and_says_where_it_was_made():
    choices = dict(zip(Level, (NONE, TWELVE, PUBLIC, CONSUMER, BUSINESS), strict=True))
    for level in Level:
        assert resolve(choices, is_consumer=False) == (choices.pop(level), level, ())
    assert resolve(choices, is_consumer=False) == (NONE, None, ())


def test_a_consumer_is_never_charged_like_a_business():
    for regime in (BUSINESS, FROZEN_BUSINESS, TWELVE, PUBLIC):
        for level in Level:
            found = resolve({level: regime}, is_consumer=True)
            assert found == (CONSUMER, None, (level,))


def test_a_consumer_may_be_charged_nothing():
    choices = {Level.PAYMENT_TERM: TWELVE, Level.CASE: NONE}
    found = resolve(choices, is_consumer=True)
    assert found == (NONE, Level.CASE, (Level.PAYMENT_TERM,))


def test_each_profile_has_its_regime():
    assert {profile: REGIME_OF_PROFILE[profile].kind.value for profile in Profile} == {
        profile: profile.value for profile in Profile
    }


@pytest.mark.parametrize(
    ("buyer", "agreed", "due"),
    [
        (PublicBuyer.GENERAL, None, date(2026, 4, 1)),
        (PublicBuyer.HEALTH, None, date(2026, 4, 21)),
        # R2192-11: sixty days for a public company; 1 May is a holiday
        (PublicBuyer.PUBLIC_COMPANY, None, date(2026, 5, 4)),
        (PublicBuyer.GENERAL, 20, date(2026, 3, 23)),  # 22 March is a Sunday
        (PublicBuyer.GENERAL, 45, date(2026, 4, 1)),  # the contract may not say more
    ],
)
def test_a_public_buyer_has_a_term(buyer, agreed, due):
    assert public_due_date(date(2026, 3, 2), buyer, agreed) == due


def test_the_term_runs_from_the_performance_when_it_comes_later():
    requested, received = date(2026, 3, 2), date(2026, 3, 6)
    assert term_start(requested, received) == received
    assert term_start(requested, received, performed_on=date(2026, 2, 1)) == received
    assert term_start(requested, None, date(2026, 3, 9)) == date(2026, 3, 9)
