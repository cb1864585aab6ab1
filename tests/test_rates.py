"""Dated rates: what the tables know, what they refuse to guess."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.faults import Fault, InvalidInput
from odoo_recouvrement.core.rates import (
    HalfYear,
    Rate,
    Rates,
    RateTable,
    Reference,
    UnknownRate,
    rates_to_enter,
    read_rows,
    shipped_rates,
)
from odoo_recouvrement.core.regime import BUSINESS, FLOOR, PUBLIC

RATES = shipped_rates()
with (Path(__file__).parent / "cases/expected_rates.csv").open(
    encoding="utf-8"
) as file:
    EXPECTED = list(csv.DictReader(file))
half_years = st.builds(HalfYear, st.integers(1999, 2040), st.sampled_from([1, 2]))


def half_year_of(text):
    year, half = text.split("-S")
    return HalfYear(int(year), int(half))


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: row["semestre"])
def test_cross_check_with_what_was_published(row):
    half_year = half_year_of(row["semestre"])
    assert half_year.first_day.isoformat() == row["date_reference"]
    assert str(RATES.at(Reference.ECB, half_year).value) == row["bce_au_1er_jour"]
    assert (
        str(RATES.at(Reference.LEGAL, half_year).value) == row["taux_legal_autres_cas"]
    )
    day = half_year.first_day
    for regime, column in (
        (BUSINESS, "taux_L441_10_defaut_bce_plus_10"),
        (PUBLIC, "taux_commande_publique_bce_plus_8_si_depart_dans_le_semestre"),
    ):
        assert str(regime.schedule(RATES).span(day, day).rate) == row[column]
    assert str(FLOOR.value(RATES, half_year)) == row["plancher_3x_legal"]
    assert row["publie_bce_plus_10"] in ("", row["taux_L441_10_defaut_bce_plus_10"])
    assert row["publie_plancher"] in ("", row["plancher_3x_legal"])


def test_every_shipped_row_has_a_source_and_was_checked():
    for row in RATES.ecb.rows + RATES.legal.rows:
        assert row.source
        assert row.checked_on


def test_the_legal_table_has_one_row_for_each_half_year():
    days = [row.valid_from for row in RATES.legal.rows]
    half_year, expected = HalfYear(2009, 1), []
    while half_year != HalfYear(2027, 1):
        expected.append(half_year.first_day)
        half_year = half_year.following()
    assert days == expected


@pytest.mark.parametrize(
    ("reference", "half_year"),
    [
        (Reference.ECB, HalfYear(1998, 2)),  # before the euro
        (Reference.ECB, HalfYear(2027, 1)),  # the last row was not seen that far
        (Reference.LEGAL, HalfYear(2008, 2)),
        (Reference.LEGAL, HalfYear(2027, 1)),
    ],
)
def test_an_unknown_half_year_names_the_missing_rate(reference, half_year):
    with pytest.raises(UnknownRate) as caught:
        RATES.at(reference, half_year)
    assert (caught.value.reference, caught.value.half_year) == (reference, half_year)


NEW_YEAR_2027 = HalfYear(2027, 1)


def with_ecb(*rows):
    return Rates.of([*RATES.ecb.rows, *rows], RATES.legal.rows)


def test_the_ecb_row_entered_for_a_half_year_makes_it_known():
    rates = with_ecb(Rate(date(2027, 1, 1), Decimal("2.65"), "ecb.europa.eu"))
    assert rates.at(Reference.ECB, NEW_YEAR_2027).value == Decimal("2.65")


def test_a_change_entered_before_the_half_year_must_be_seen_to_hold():
    change = Rate(date(2026, 12, 16), Decimal("2.90"), "ecb.europa.eu")
    with pytest.raises(UnknownRate):
        with_ecb(change).at(Reference.ECB, NEW_YEAR_2027)
    seen = change._replace(checked_on=date(2027, 1, 1))
    assert with_ecb(seen).at(Reference.ECB, NEW_YEAR_2027).value == Decimal("2.90")


def test_a_half_year_left_out_stays_unknown_after_the_next_one_is_entered():
    rates = with_ecb(Rate(date(2027, 7, 1), Decimal("2.65")))
    with pytest.raises(UnknownRate):
        rates.at(Reference.ECB, NEW_YEAR_2027)


def test_a_legal_rate_checked_later_still_speaks_for_its_half_year_only():
    row = Rate(date(2026, 7, 1), Decimal("2.75"), checked_on=date(2027, 2, 1))
    with pytest.raises(UnknownRate):
        RateTable.of(Reference.LEGAL, [row]).at(NEW_YEAR_2027)


@pytest.mark.parametrize("value", ["1240", "-0.5", "NaN", "Infinity"])
def test_an_implausible_rate_is_refused(value):
    with pytest.raises(InvalidInput) as caught:
        with_ecb(Rate(date(2027, 1, 1), Decimal(value)))
    assert caught.value.fault is Fault.RATE_OUT_OF_RANGE


def test_a_rate_entered_twice_for_one_date_is_refused():
    with pytest.raises(InvalidInput) as caught:
        with_ecb(Rate(date(2026, 9, 16), Decimal("2.65")))
    assert caught.value.fault is Fault.RATE_ENTERED_TWICE
    assert caught.value.value == date(2026, 9, 16)


def test_rows_in_any_order_make_the_same_table():
    backwards = Rates.of(reversed(RATES.ecb.rows), reversed(RATES.legal.rows))
    assert backwards.ecb.rows == RATES.ecb.rows
    assert backwards.legal.rows == RATES.legal.rows


def test_a_value_that_is_no_number_is_refused():
    with pytest.raises(InvalidInput) as caught:
        read_rows(["valid_from,value,source,checked_on", "2027-01-01,2.6O,BCE,"])
    assert caught.value.fault is Fault.NOT_A_NUMBER


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2026, 9, 15), {}),
        (date(2026, 12, 1), {}),  # thirty days before: 31 December
        (date(2026, 12, 2), {NEW_YEAR_2027: (Reference.ECB, Reference.LEGAL)}),
        (date(2027, 3, 1), {NEW_YEAR_2027: (Reference.ECB, Reference.LEGAL)}),
    ],
)
def test_what_must_be_entered_before_a_half_year_begins(as_of, expected):
    assert rates_to_enter(RATES, as_of) == expected


def test_what_is_left_to_enter_once_one_of_both_is_known():
    rates = with_ecb(Rate(date(2027, 1, 1), Decimal("2.65")))
    assert rates_to_enter(rates, date(2027, 1, 5)) == {
        NEW_YEAR_2027: (Reference.LEGAL,)
    }


@given(half_years)
def test_half_years_tile_the_calendar(half_year):
    following = half_year.following()
    assert half_year.last_day + timedelta(days=1) == following.first_day
    assert (
        HalfYear.of(half_year.first_day) == HalfYear.of(half_year.last_day) == half_year
    )
    assert half_year < following


@given(half_years)
def test_the_ecb_rate_is_that_of_the_last_change(half_year):
    try:
        row = RATES.at(Reference.ECB, half_year)
    except UnknownRate:
        assert half_year >= NEW_YEAR_2027
    else:
        changes = [r for r in RATES.ecb.rows if r.valid_from <= half_year.first_day]
        assert row == changes[-1]
