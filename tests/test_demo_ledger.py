"""The demo ledger's pure side: its debtors, what it plans, its past days."""

import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import pytest
from schwifty import BIC, IBAN
from stdnum.de import vat as german_vat
from stdnum.fr import siren, siret, tva

from demo import SHOWN, company, history_dates, identifiers, load_debtors
from demo.catalogue import PRODUCTS
from demo.debtors import Debtor
from demo.scenario import FATES, MIXED, PlannedInvoice, is_working_day, plan

AS_OF = date(2026, 4, 15)
DEBTORS = load_debtors()
PLAN = plan(DEBTORS, AS_OF, 2026)
EMAIL = re.compile(r"^[a-z0-9.-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.example$")


def days_overdue(invoice: PlannedInvoice) -> int:
    return (AS_OF - invoice.due).days


def by_key(key: str) -> Debtor:
    return next(debtor for debtor in DEBTORS if debtor.key == key)


def test_every_debtor_shows_something_and_everything_is_shown() -> None:
    assert {debtor.shows for debtor in DEBTORS} == set(SHOWN)


def test_about_sixty_debtors_of_every_kind() -> None:
    kinds = Counter(debtor.kind for debtor in DEBTORS)
    assert 55 <= len(DEBTORS) <= 70
    assert kinds["consumer"] == 14
    assert kinds["public"] >= 3
    assert kinds["foreign"] == 2


@pytest.mark.parametrize("attribute", ["key", "name", "registry"])
def test_no_two_debtors_share(attribute: str) -> None:
    values = [getattr(debtor, attribute) for debtor in DEBTORS]
    values = [value for value in values if value]
    assert len(values) == len(set(values))


@pytest.mark.parametrize("debtor", DEBTORS, ids=lambda debtor: debtor.key)
def test_identifiers_are_valid(debtor: Debtor) -> None:
    if debtor.registry:
        assert siret.is_valid(debtor.registry)
        assert siren.is_valid(debtor.registry[:9])
    if debtor.vat.startswith("FR"):
        assert tva.is_valid(debtor.vat)
    if debtor.vat.startswith("DE"):
        assert german_vat.is_valid(debtor.vat)
    assert (debtor.registry[:1] in "12") == (debtor.kind == "public") or (
        not debtor.registry
    )


@pytest.mark.parametrize("debtor", DEBTORS, ids=lambda debtor: debtor.key)
def test_no_message_can_reach_anybody(debtor: Debtor) -> None:
    emails = [debtor.email, *(contact.email for contact in debtor.contacts)]
    for email in filter(None, emails):
        assert EMAIL.match(email) or debtor.shows == "bad_email"
    if debtor.country == "FR" and debtor.phone:
        assert debtor.phone.startswith(("+33 4 65 71 ", "+33 6 39 98 "))


def test_the_company_is_valid() -> None:
    assert siren.is_valid(company.SIREN)
    assert siret.is_valid(identifiers.siret(company.SIREN))
    assert tva.is_valid(identifiers.french_vat(company.SIREN))
    bank = IBAN(company.IBAN, validate_bban=True).bic
    assert bank.compact.startswith(BIC(company.BIC).compact)


def test_terms_add_up() -> None:
    for _name, lines in company.TERMS.values():
        assert sum(percent for percent, _delay, _days in lines) == 100
    assert {debtor.term for debtor in DEBTORS} <= set(company.TERMS)


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan(DEBTORS, AS_OF, 2026) == PLAN
    assert plan(DEBTORS, AS_OF, 2027) != PLAN


def test_a_debtor_more_changes_no_other_one() -> None:
    fewer = plan(DEBTORS[1:], AS_OF, 2026)
    assert fewer == [item for item in PLAN if item.debtor != DEBTORS[0].key]


def test_about_four_hundred_invoices_in_order_of_date() -> None:
    assert 380 <= len(PLAN) <= 430
    assert [item.issued for item in PLAN] == sorted(item.issued for item in PLAN)
    assert max(item.issued for item in PLAN) <= AS_OF
    assert min(map(days_overdue, PLAN)) >= -30
    # Only what the old software brought forward is near its prescription.
    recent = [item for item in PLAN if item.fate != "opening"]
    assert max(map(days_overdue, recent)) <= 400


def test_amounts_are_those_of_a_small_firm() -> None:
    amounts = [invoice.amount for invoice in PLAN]
    assert 600 <= median(amounts) <= 1000
    assert min(amounts) < 45
    assert max(amounts) > Decimal(20_000)


def test_a_line_costs_about_its_list_price() -> None:
    prices = {product.key: product.price for product in PRODUCTS}
    for invoice in PLAN:
        for line in invoice.lines:
            listed = prices[line.product]
            assert line.quantity >= 1
            assert listed * Decimal("0.99") <= line.price <= listed * 3


def test_fates_are_known_and_a_fifth_is_paid() -> None:
    fates = Counter(invoice.fate for invoice in PLAN)
    assert set(fates) == set(FATES)
    assert 0.18 <= (fates["paid"] + fates["bank"]) / len(PLAN) <= 0.27


def test_settlements_come_between_the_invoice_and_the_day() -> None:
    for invoice in PLAN:
        if invoice.fate not in ("open", "opening"):
            assert invoice.settled < AS_OF


def test_who_shows_one_rule_has_nothing_else_open() -> None:
    for debtor in DEBTORS:
        if debtor.shows in MIXED or debtor.bulk_count:
            continue
        unpaid = Counter(
            item.fate
            for item in PLAN
            if item.debtor == debtor.key and item.fate != "paid"
        )
        by_hand = Counter(item.fate for item in debtor.items if item.fate != "paid")
        assert unpaid == by_hand, debtor.key


@pytest.mark.parametrize(
    ("key", "least", "most"), [("bremond", -30, 0), ("lafont", 10, 20)]
)
def test_written_ages_are_exact(key: str, least: int, most: int) -> None:
    ages = [
        days_overdue(item)
        for item in PLAN
        if item.debtor == key and item.fate == "open"
    ]
    assert sorted(ages) == sorted(item.days_overdue for item in by_key(key).items)
    assert all(least <= age <= most for age in ages)


@pytest.mark.parametrize("shift", range(0, 400, 13))
def test_any_day_has_a_plan_and_a_history(shift: int) -> None:
    day = AS_OF + timedelta(days=shift)
    planned = plan(DEBTORS, day, 2026)
    assert len(planned) == len(PLAN)
    assert all(item.issued <= day for item in planned)
    assert all(item.settled <= day for item in planned)
    days = history_dates(day)
    assert len(days) == len(set(days)) == 10
    assert days == sorted(days)
    assert all(map(is_working_day, days))
    assert timedelta(days=4) <= day - days[-1] <= timedelta(days=8)
