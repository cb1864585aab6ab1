"""The ledger of penalties: no cent is made or lost, none leaves twice."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.penalty import (
    Anomaly,
    Entry,
    Kind,
    Refusal,
    Refused,
    Standing,
    check_way_out,
    claimed_by,
    needs_approval,
    share_out,
    standing,
)

cents = st.integers(0, 10**8).map(lambda n: Decimal(n).scaleb(-2))
some_cents = st.integers(1, 10**8).map(lambda n: Decimal(n).scaleb(-2))
kinds = st.sampled_from(Kind)
entries = st.builds(Entry, kinds, cents, st.booleans(), st.booleans())


def a(**amounts):
    return Standing(**{name: Decimal(amount) for name, amount in amounts.items()})


# --------------------------------------------------------------- what is still open


def test_a_payment_of_the_principal_leaves_the_penalty_open():
    assert standing(Decimal("12.34"), []).open == Decimal("12.34")


@pytest.mark.parametrize(
    ("movements", "expected"),
    [
        ({"claimed": 40}, 40),  # claiming is no way out
        ({"waived": 15}, 25),
        ({"invoiced": 15}, 25),
        ({"invoiced": 40, "paid": 40}, 0),  # its payment takes nothing more
        ({"direct": 40}, 0),
        ({"waived": 10, "invoiced": 10, "direct": 10}, 10),
        ({"proposed": 40}, 40),  # still open until somebody approves
    ],
)
def test_only_the_three_ways_out_close_a_penalty(movements, expected):
    assert a(accrued=40, **movements).open == expected


def test_what_is_proposed_is_not_free_for_another_way_out():
    assert a(accrued=40, proposed=30).free == 10
    assert a(accrued=40, proposed=50).free == 0


def test_a_note_waits_for_its_payment():
    found = a(accrued=40, invoiced=40, paid=15)
    assert (found.unpaid, found.collected, found.open) == (25, 15, 0)
    assert a(accrued=40, direct=40).collected == 40


@given(cents, st.lists(entries))
def test_no_cent_is_made_or_lost(accrued, movements):
    found = standing(accrued, movements)
    assert found.open + found.settled == accrued + found.excess
    assert not (found.open and found.excess)
    assert 0 <= found.free <= found.open
    everything = sum((entry.amount for entry in movements), Decimal(0))
    assert sum(found) - accrued == everything


@given(cents, st.lists(entries))
def test_an_entry_taken_back_leaves_no_trace_in_the_sums(accrued, movements):
    back = [entry._replace(amount=-entry.amount) for entry in movements]
    assert standing(accrued, movements + back) == standing(accrued, [])


@given(cents, st.lists(entries, max_size=6), st.randoms())
def test_the_order_of_the_entries_does_not_matter(accrued, movements, random):
    shuffled = list(movements)
    random.shuffle(shuffled)
    assert standing(accrued, shuffled) == standing(accrued, movements)


# ------------------------------------------------------------------------- ways out


@pytest.mark.parametrize(
    ("found", "amount", "refusal", "limit"),
    [
        (a(accrued=40), 0, Refusal.NOT_POSITIVE, 40),
        (a(accrued=40), -1, Refusal.NOT_POSITIVE, 40),
        (a(accrued=40), "NaN", Refusal.NOT_POSITIVE, 40),
        (a(accrued=40, waived=40), 40, Refusal.NOTHING_OPEN, 0),
        (a(accrued=40, invoiced=40), 1, Refusal.NOTHING_OPEN, 0),
        (a(accrued=40, proposed=40), 1, Refusal.NOTHING_OPEN, 0),
        (a(accrued=40, direct=10), "30.01", Refusal.MORE_THAN_OPEN, 30),
        (a(), 1, Refusal.NOTHING_OPEN, 0),
    ],
)
def test_what_is_not_there_cannot_leave(found, amount, refusal, limit):
    with pytest.raises(Refused) as caught:
        check_way_out(found, Decimal(amount))
    assert (caught.value.refusal, caught.value.limit) == (refusal, limit)


@given(cents, st.lists(some_cents), st.data())
def test_whatever_is_asked_no_more_than_accrued_leaves(accrued, amounts, data):
    found = Standing(accrued=accrued)
    ways = st.sampled_from(["waived", "invoiced", "direct"])
    for amount in amounts:
        way = data.draw(ways)
        try:
            check_way_out(found, amount)
        except Refused as refused:
            assert amount > refused.limit == found.open
            continue
        found = found._replace(**{way: getattr(found, way) + amount})
    assert found.settled <= accrued
    assert not found.excess
    assert found.open == accrued - found.settled


# ------------------------------------------------------------------------ anomalies


@pytest.mark.parametrize(
    ("found", "anomalies"),
    [
        (a(accrued=40, waived=40), ()),
        (a(accrued=30, waived=40), (Anomaly.OVER_WAIVED,)),
        (a(accrued=30, waived=10, invoiced=30), (Anomaly.OVER_WAIVED,)),
        (a(accrued=30, invoiced=40), (Anomaly.OVER_INVOICED,)),
        (a(accrued=30, direct=40), (Anomaly.OVER_INVOICED,)),
        (a(accrued=40, invoiced=10, paid=20), (Anomaly.OVER_COLLECTED,)),
        (a(accrued=30, claimed=40), (Anomaly.OVER_CLAIMED,)),
    ],
)
def test_a_fallen_accrual_is_told(found, anomalies):
    assert found.anomalies == anomalies


# --------------------------------------------------------------------------- claims


def test_letters_state_the_whole_not_what_was_added():
    assert claimed_by([]) == 0
    assert claimed_by([Decimal(10), Decimal(25)]) == 25


@given(st.lists(cents), cents)
def test_one_more_letter_never_lowers_what_is_claimed(claims, one):
    assert claimed_by([*claims, one]) == max(claimed_by(claims), one)


# ------------------------------------------------------------------------- payments


@given(
    cents, st.dictionaries(st.integers(), cents, max_size=8), st.sampled_from([0, 2])
)
def test_a_payment_is_shared_to_the_cent(amount, parts, digits):
    scale = Decimal(10) ** (2 - digits)
    amount, parts = amount * scale, {key: part * scale for key, part in parts.items()}
    shares = share_out(amount, parts, digits)
    assert shares.keys() == parts.keys()
    assert sum(shares.values()) == min(amount, sum(parts.values()))
    for key, part in parts.items():
        # Rounded on the running total: a line is never off by more than a cent.
        assert abs(shares[key]) <= part + Decimal(10) ** -digits
    if parts and amount >= sum(parts.values()):
        assert shares == parts


def test_a_note_of_nothing_shares_nothing():
    assert share_out(Decimal(10), {}) == {}
    assert share_out(Decimal(10), {"a": Decimal(0)}) == {"a": 0}


# ------------------------------------------------------------------------- approval


@pytest.mark.parametrize(
    ("amount", "already", "is_needed"),
    [(100, 0, False), ("100.01", 0, True), (1, 100, True), (50, 50, False)],
)
def test_above_the_ceiling_somebody_approves(amount, already, is_needed):
    needed = needs_approval(Decimal(amount), Decimal(already), Decimal(100))
    assert needed is is_needed
