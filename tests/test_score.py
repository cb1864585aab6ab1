"""The payer score: every point is named, and what is contested counts for nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.score import BEST, START, Band, Record, band_of, score

PAYER = Record(paid_count=10)


def points_of(record, code):
    """The points of a factor, None where it is not looked at."""
    found = {factor.code: factor.points for factor in score(record).factors}
    return found.get(code)


@pytest.mark.parametrize(
    "days, points",
    [(0, 25), (7, 20), (8, 10), (15, 10), (30, 0), (45, -10), (60, -20), (61, -25)],
)
def test_average_delay_of_what_was_paid(days, points):
    assert points_of(PAYER._replace(paid_days=days), "delay") == points


@pytest.mark.parametrize(
    "overdue, oldest, points",
    [
        (0, 0, 10),
        (100, 3, 5),
        (300, 14, 0),
        (300, 15, -5),
        (600, 30, -15),
        (1000, 60, -25),
        (1000, 90, -30),
        (1000, 180, -35),
    ],
)
def test_what_is_open_and_overdue_counts_as_much_as_what_was_paid(
    overdue, oldest, points
):
    record = PAYER._replace(
        open_amount=Decimal(1000), overdue_amount=Decimal(overdue), oldest_days=oldest
    )
    assert points_of(record, "overdue") == points


def test_a_payer_of_the_past_whose_debt_grows_old_is_no_good_payer():
    """A score of paid invoices only would call it one."""
    record = PAYER._replace(
        open_amount=Decimal(50000),
        overdue_amount=Decimal(50000),
        overdue_count=4,
        oldest_days=200,
        broken=2,
    )
    assert points_of(record, "delay") == 25
    assert score(record).band is Band.FRAGILE


def test_a_sliver_overdue_is_still_said_to_be_overdue():
    record = PAYER._replace(
        open_amount=Decimal(100000), overdue_amount=Decimal(1), overdue_count=1
    )
    [overdue] = [one for one in score(record).factors if one.code == "overdue"]
    assert overdue.values["share"] == 1


def test_what_is_contested_is_said_and_costs_nothing():
    record = PAYER._replace(contested_amount=Decimal("1200.50"))
    [overdue] = [one for one in score(record).factors if one.code == "overdue"]
    assert (overdue.points, overdue.values["contested"]) == (10, "1200.50")


@pytest.mark.parametrize(
    "facts, points",
    [
        ({}, None),
        ({"kept": 3}, 10),
        ({"kept": 3, "broken": 1}, 5),
        ({"kept": 1, "partly_kept": 1}, 5),
        ({"kept": 1, "broken": 1}, -5),
        ({"broken": 1}, -10),
        ({"plans_kept": 1}, 10),
        ({"plans_broken": 1}, -20),
        ({"plans_broken": 3}, -25),
    ],
)
def test_promises_and_plans(facts, points):
    assert points_of(PAYER._replace(**facts), "word") == points


@pytest.mark.parametrize(
    "exposure, limit, points",
    [(900, 0, None), (-50, 100, 0), (100, 100, 0), (101, 100, -5), (150, 100, -10)],
)
def test_exposure_against_the_credit_limit(exposure, limit, points):
    record = PAYER._replace(exposure=Decimal(exposure), limit=Decimal(limit))
    assert points_of(record, "limit") == points


@pytest.mark.parametrize(
    "counts, days, points",
    [
        ((1, 5), (0, 60), None),
        ((5, 1), (0, 60), None),
        ((2, 2), (0, 10), 5),
        ((2, 2), (10, 10), 0),
        ((2, 2), (9, 0), 0),
        ((2, 2), (10, 0), -5),
        ((2, 2), (20, 0), -10),
    ],
)
def test_trend_of_a_half_year_against_the_one_before(counts, days, points):
    (recent_count, earlier_count), (recent, earlier) = counts, days
    record = PAYER._replace(
        recent_count=recent_count,
        earlier_count=earlier_count,
        recent_days=recent,
        earlier_days=earlier,
    )
    assert points_of(record, "trend") == points


def test_bounced_payments_count_up_to_three():
    found = [points_of(PAYER._replace(bounced=n), "incidents") for n in (0, 1, 3, 9)]
    assert found == [None, -5, -15, -15]


def test_insolvency_is_critical_whatever_the_past():
    result = score(PAYER._replace(is_insolvent=True))
    assert (result.points, result.band) == (0, Band.CRITICAL)
    assert score(Record(is_insolvent=True)).band is Band.CRITICAL


def test_little_history_has_facts_and_no_figure():
    record = Record(paid_count=1, paid_days=40, overdue_count=1)
    result = score(record)
    assert (result.points, result.band) == (None, Band.UNKNOWN)
    assert [factor.code for factor in result.factors] == ["delay", "overdue"]
    assert score(record._replace(broken=1)).points is not None


def test_the_best_is_a_hundred():
    record = PAYER._replace(kept=4, recent_count=3, earlier_count=3, earlier_days=10)
    assert score(record).points == BEST


def test_every_figure_has_its_word():
    words = [band_of(points) for points in range(BEST + 1)]
    assert words == sorted(words, key=list(Band).index, reverse=True)
    assert set(words) == set(Band) - {Band.UNKNOWN}


counts = st.integers(0, 12)
days = st.integers(0, 400)
money = st.integers(0, 10**8).map(lambda cents: Decimal(cents) / 100)
records = st.builds(
    Record,
    paid_count=counts,
    paid_days=days,
    recent_count=counts,
    recent_days=days,
    earlier_count=counts,
    earlier_days=days,
    open_amount=money,
    overdue_amount=money,
    overdue_count=counts,
    oldest_days=days,
    contested_amount=money,
    kept=counts,
    partly_kept=counts,
    broken=counts,
    plans_kept=counts,
    plans_broken=counts,
    exposure=money,
    limit=money,
    bounced=counts,
    is_insolvent=st.booleans(),
)


@given(records)
def test_the_points_add_up(record):
    result = score(record)
    total = START + sum(factor.points for factor in result.factors)
    if result.points is None:
        assert result.band is Band.UNKNOWN
    else:
        assert result.points == min(max(total, 0), BEST)
        assert result.band is band_of(result.points)


@given(
    records,
    st.sampled_from(
        ["paid_days", "oldest_days", "broken", "plans_broken", "exposure", "bounced"]
    ),
    st.integers(1, 200),
)
def test_what_gets_worse_never_raises_the_score(record, fact, more):
    before, after = (
        score(one).points
        for one in (record, record._replace(**{fact: getattr(record, fact) + more}))
    )
    assert before is None or after <= before


@given(records, money)
def test_what_is_contested_never_moves_the_score(record, amount):
    changed = record._replace(contested_amount=amount)
    assert score(changed).points == score(record).points
