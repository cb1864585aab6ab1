"""Imputation: on interest or principal, on which debt; never a cent made or lost."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.allocation import (
    Debt,
    Movement,
    MovementKind,
    Order,
    allocate,
    spread,
)

cents = st.integers(0, 10**9).map(lambda n: Decimal(n).scaleb(-2))
some_cents = st.integers(1, 10**9).map(lambda n: Decimal(n).scaleb(-2))
orders = st.sampled_from(Order)
DAY = date(2026, 5, 4)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def paid(amount, kind=MovementKind.PAYMENT):
    return Movement(DAY, Decimal(amount), kind)


@pytest.mark.parametrize(
    ("amount", "order", "principal", "interest", "surplus"),
    [
        (50, Order.INTEREST_FIRST, 0, 50, 0),
        (150, Order.INTEREST_FIRST, 50, 100, 0),
        (1200, Order.INTEREST_FIRST, 1000, 100, 100),
        (50, Order.PRINCIPAL_FIRST, 50, 0, 0),
        (1050, Order.PRINCIPAL_FIRST, 1000, 50, 0),
        (1200, Order.PRINCIPAL_FIRST, 1000, 100, 100),
    ],
)
def test_a_payment_of_a_debt_of_1000_with_interest_of_100(
    amount, order, principal, interest, surplus
):
    share = allocate(paid(amount), Decimal(1000), Decimal(100), order)
    assert share[1:] == (principal, interest, surplus)


@pytest.mark.parametrize("order", list(Order))
def test_a_credit_note_lowers_the_price_only(order):
    note = paid(1200, MovementKind.CREDIT_NOTE)
    assert allocate(note, Decimal(1000), Decimal(100), order)[1:] == (1000, 0, 200)


@given(some_cents, cents, cents, orders, st.sampled_from(MovementKind))
def test_a_share_adds_up_and_takes_no_more_than_is_due(
    amount, principal, interest, order, kind
):
    share = allocate(Movement(DAY, amount, kind), principal, interest, order)
    assert share.principal + share.interest + share.surplus == amount
    assert 0 <= share.principal <= principal
    assert 0 <= share.interest <= interest
    assert share.surplus >= 0
    if kind is MovementKind.PAYMENT and share.surplus:
        assert share.principal + share.interest == principal + interest


MARCH, APRIL, JUNE = date(2026, 3, 1), date(2026, 4, 1), date(2026, 6, 1)


def debts(*triples):
    return [
        Debt(number, due_date, Decimal(amount), Decimal(weight))
        for number, (due_date, amount, weight) in enumerate(triples, 1)
    ]


@pytest.mark.parametrize(
    ("amount", "owed", "chosen", "parts"),
    [
        # the debts that are due, before the others
        (150, debts((JUNE, 100, 9), (APRIL, 100, 0)), (), {2: 100, 1: 50}),
        # those that weigh on the debtor most
        (150, debts((MARCH, 100, 2), (APRIL, 100, 12)), (), {2: 100, 1: 50}),
        # the oldest
        (150, debts((APRIL, 100, 0), (MARCH, 100, 0)), (), {2: 100, 1: 50}),
        # all else being equal, in proportion
        (100, debts((MARCH, 100, 0), (MARCH, 300, 0)), (), {1: 25, 2: 75}),
        # the debtor's choice, in its order, first of all
        (
            250,
            debts((MARCH, 100, 9), (JUNE, 100, 0), (JUNE, 100, 0)),
            (3, 2),
            {3: 100, 2: 100, 1: 50},
        ),
        # a choice of a debt that is not there changes nothing
        (50, debts((MARCH, 100, 0)), (8,), {1: 50}),
    ],
)
def test_1342_10_the_order_of_the_debts(amount, owed, chosen, parts):
    found = spread(Decimal(amount), owed, DAY, chosen)
    assert found.parts == parts
    assert found.surplus == 0


def test_what_no_debt_can_receive_is_handed_back():
    found = spread(Decimal(500), debts((MARCH, 100, 0), (JUNE, 100, 0)), DAY)
    assert found == ({1: 100, 2: 100}, 300)
    assert spread(Decimal(500), [], DAY) == ({}, 500)


def test_three_equal_debts_share_a_cent_too_many():
    found = spread(Decimal("100.00"), debts(*[(MARCH, 100, 0)] * 3), DAY)
    assert found.parts == {
        1: Decimal("33.33"),
        2: Decimal("33.34"),
        3: Decimal("33.33"),
    }


@given(
    some_cents,
    st.lists(st.tuples(days, some_cents, st.integers(0, 3)), max_size=8),
    st.lists(st.integers(1, 8), unique=True, max_size=3),
)
def test_a_payment_spread_over_debts_makes_and_loses_nothing(amount, triples, chosen):
    owed = debts(*triples)
    found = spread(amount, owed, DAY, chosen)
    assert sum(found.parts.values()) + found.surplus == amount
    by_id = {debt.id: debt for debt in owed}
    for debt_id, part in found.parts.items():
        assert 0 < part <= by_id[debt_id].amount
        assert part == part.quantize(Decimal("0.01"))
    if found.surplus:
        assert found.parts == {debt.id: debt.amount for debt in owed}
