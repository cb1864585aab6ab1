"""Promises judged on the ledger: kept, partly kept, broken, or nothing left to keep."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from odoo_recouvrement.core.promise import (
    Part,
    Promise,
    PromiseState,
    Receipt,
    covered,
    judge,
)

MADE = date(2026, 3, 16)
DUE = MADE + timedelta(days=7)


def promise(amount=100, *, key=1, items=(7,), due=DUE, grace=3, made=MADE):
    return Promise(key, frozenset(items), Decimal(amount), made, due, grace)


def received(amount, days=7, item=7):
    return Receipt(item, MADE + timedelta(days=days), Decimal(amount))


def verdict(*receipts, days=20, open_amount=100, unmatched=0, **values):
    [found] = judge(
        [promise(**values)],
        receipts,
        MADE + timedelta(days=days),
        residuals={7: Decimal(open_amount)},
        unmatched=Decimal(unmatched),
    ).values()
    return found.state.value, found.received


@pytest.mark.parametrize("days", [0, 7, 10])
def test_pending_until_its_date_and_grace(days):
    assert verdict(days=days) == ("pending", 0)


def test_broken_the_day_after_the_grace():
    assert verdict(days=11) == ("broken", 0)


@pytest.mark.parametrize("days", [0, 7, 10])
def test_kept_by_a_payment_of_any_day_until_the_grace(days):
    assert verdict(received(100, days), open_amount=0) == ("kept", 100)


def test_kept_at_once_without_waiting_for_its_date():
    assert verdict(received(100, 2), days=2, open_amount=50) == ("kept", 100)


def test_a_payment_of_the_day_before_was_not_promised():
    assert verdict(received(100, -1)) == ("broken", 0)


def test_a_payment_after_the_grace_is_too_late():
    assert verdict(received(100, 11), open_amount=20) == ("broken", 0)


def test_tomorrow_s_payment_says_nothing_of_today():
    assert verdict(received(100, 5), days=3) == ("pending", 0)


def test_partly_kept_says_what_came():
    assert verdict(received(60), days=8) == ("pending", 60)
    assert verdict(received(60)) == ("partly_kept", 60)


def test_more_than_promised_counts_as_what_was_promised():
    assert verdict(received(140), open_amount=0) == ("kept", 100)


def test_payment_of_another_item_does_not_count():
    assert verdict(received(100, item=8)) == ("broken", 0)


def test_nothing_left_after_a_payment_and_a_credit_note_is_kept():
    assert verdict(received(60), open_amount=0) == ("kept", 60)


def test_nothing_left_after_a_credit_note_alone_is_cancelled():
    assert verdict(open_amount=0) == ("cancelled", 0)


def test_a_payment_nobody_matched_is_not_a_broken_promise():
    assert verdict(unmatched=100) == ("pending", 0)
    assert verdict(received(60), unmatched=40) == ("pending", 60)
    assert verdict(unmatched=99) == ("broken", 0)


def test_two_promises_on_one_item_share_what_comes():
    """Half on the 10th, half on the 20th: one payment does not keep both."""
    first = promise(50, key=2)
    second = promise(50, key=1, due=DUE + timedelta(days=10))
    found = judge(
        [second, first],
        [received(50)],
        MADE + timedelta(days=30),
        residuals={7: Decimal(50)},
    )
    assert found[2].state is PromiseState.KEPT
    assert found[1] == (PromiseState.BROKEN, 0)


def test_what_the_first_leaves_is_for_the_second():
    first, second = promise(50, key=1), promise(50, key=2, due=DUE + timedelta(1))
    found = judge(
        [first, second], [received(80)], DUE + timedelta(9), residuals={7: Decimal(20)}
    )
    assert [found[key].received for key in (1, 2)] == [50, 30]
    assert found[2].state is PromiseState.PARTLY_KEPT


def test_covered_items_oldest_first():
    items = [(1, Decimal(100)), (2, Decimal(50))]
    assert covered(items, Decimal(150)) == [Part(1, None), Part(2, None)]
    assert covered(items, Decimal(100)) == [Part(1, None)]
    assert covered(items, Decimal(40)) == [Part(1, Decimal(40))]
    assert covered(items, Decimal(999)) == [Part(1, None), Part(2, None)]
