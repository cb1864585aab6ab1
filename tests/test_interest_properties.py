"""The statement of interest: what never changes, whatever the debt.

One property is an oracle that adds up single days, in fractions.
"""

from calendar import isleap
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from odoo_recouvrement.core.allocation import Movement, MovementKind, Order
from odoo_recouvrement.core.claim import Claim, Conventions, Period
from odoo_recouvrement.core.day_count import DayCount
from odoo_recouvrement.core.interest import statement
from odoo_recouvrement.core.rates import shipped_rates
from odoo_recouvrement.core.regime import (
    BUSINESS,
    CONSUMER,
    FROZEN_BUSINESS,
    PUBLIC,
    contractual,
)
from odoo_recouvrement.core.schedule import Formula

RATES = shipped_rates()
DAY = timedelta(days=1)
CENT = Decimal("0.01")
CREDIT_NOTE = MovementKind.CREDIT_NOTE

days = st.dates(date(2023, 7, 1), date(2026, 12, 31))
amounts = st.integers(1, 10**9).map(lambda n: Decimal(n).scaleb(-2))
percents = st.integers(0, 10_000).map(lambda n: Decimal(n).scaleb(-2))
regimes = st.one_of(
    st.sampled_from([BUSINESS, FROZEN_BUSINESS, PUBLIC, CONSUMER]),
    percents.map(lambda points: contractual(Formula(points=points))),
)


@st.composite
def conventions(draw):
    return Conventions(draw(st.sampled_from(Order)), draw(st.sampled_from(DayCount)))


@st.composite
def claims(draw):
    moves = st.tuples(days, amounts, st.sampled_from(MovementKind))
    delays = st.tuples(days, st.integers(0, 400))
    return Claim(
        draw(amounts),
        draw(days),
        tuple(Movement(*move) for move in draw(st.lists(moves, max_size=4))),
        notice_date=draw(days),
        graces=tuple(
            Period(day, day + length * DAY)
            for day, length in draw(st.lists(delays, max_size=2))
        ),
    )


class Oracle:
    """Interest again: day by day, in fractions, rounded where the line changes."""

    def __init__(self, found):
        self.found, self.claim = found, found.claim
        self.principal, self.paid = self.claim.amount, Decimal(0)
        self.total, self.line = Decimal(0), Fraction(0)
        self.began = self.rate = None
        self.start = self.claim.due_date
        if found.regime.starts_on_notice:
            self.start = max(self.start, self.claim.notice_date)
        self.waiting = sorted(
            (move for move in self.claim.movements if move.date <= found.as_of),
            key=lambda move: (move.date, move.kind is MovementKind.PAYMENT),
        )

    def answer(self):
        day = min([self.start, *(move.date for move in self.waiting)])
        while day <= self.found.as_of:
            if day <= self.start or any(a <= day <= b for a, b in self.claim.graces):
                self.close()
            elif self.principal:
                self.count(day)
            while self.waiting and self.waiting[0].date == day:
                self.use(self.waiting.pop(0))
            day += DAY
        self.close()
        return self.principal, self.total, self.total - self.paid

    def count(self, day):
        self.began = self.began or day
        rate = self.found.regime.schedule(RATES).span(day, self.began).rate
        if rate != self.rate:
            self.close()
        self.rate = rate
        is_actual = self.found.conventions.day_count is DayCount.ACTUAL
        year = 366 if is_actual and isleap((day - DAY).year) else 365
        self.line += Fraction(self.principal) * Fraction(rate) / 100 / year

    def use(self, move):
        due = self.total + half_up(self.line) - self.paid
        first = self.found.conventions.order is Order.INTEREST_FIRST
        if move.kind is CREDIT_NOTE:
            used = min(move.amount, self.principal)
        elif first:
            self.paid += min(move.amount, due)
            used = min(max(move.amount - due, 0), self.principal)
        else:
            used = min(move.amount, self.principal)
            self.paid += min(move.amount - used, due)
        if used:
            self.close()
        self.principal -= used

    def close(self):
        self.total, self.line = self.total + half_up(self.line), Fraction(0)


def half_up(value):
    return Decimal(int(value * 100 + Fraction(1, 2))).scaleb(-2)


@given(claims(), regimes, days, conventions())
def test_the_oracle_finds_the_same_to_the_cent(facts, regime, as_of, chosen):
    found = statement(facts, regime, as_of, RATES, chosen)
    answer = found.principal_due, found.interest_accrued, found.interest_due
    assert answer == Oracle(found).answer()


@given(claims(), regimes, days, conventions())
def test_no_cent_is_made_or_lost(facts, regime, as_of, chosen):
    found = statement(facts, regime, as_of, RATES, chosen)
    accrued = sum((segment.interest for segment in found.segments), Decimal(0))
    assert accrued == found.interest_accrued
    used = sum((share.movement.amount for share in found.shares), Decimal(0))
    assert facts.amount + accrued - used == (
        found.principal_due + found.interest_due - found.surplus
    )
    assert found.principal_due >= 0
    assert found.interest_due >= 0
    assert found.total_due == found.total_due.quantize(CENT)


@given(claims(), regimes, days, conventions())
def test_segments_follow_each_other_and_are_cut_only_where_something_changes(
    facts, regime, as_of, chosen
):
    found = statement(facts, regime, as_of, RATES, chosen)
    for segment in found.segments:
        assert facts.due_date < segment.first_day <= segment.last_day <= as_of
        assert segment.days == (segment.last_day - segment.first_day).days + 1
        assert segment.base > 0
    for one, other in pairwise(found.segments):
        assert one.last_day < other.first_day
        if one.last_day + DAY == other.first_day:
            assert (one.rate, one.base) != (other.rate, other.base)


@given(days, days, days, st.sampled_from(DayCount))
def test_day_counts_are_additive_exactly(one, two, three, day_count):
    start, middle, end = sorted((one, two, three))
    assert day_count.units(start, middle) + day_count.units(middle, end) == (
        day_count.units(start, end)
    )


@given(amounts, regimes, days, days, days, conventions())
def test_interest_is_additive_over_any_split_of_the_period(
    amount, regime, one, two, three, chosen
):
    """Exact before rounding; then one cent for the one segment the cut falls in."""
    due, cut, as_of = sorted((one, two, three))
    assume(not regime.is_frozen)  # a frozen rate depends on the day interest began
    facts = Claim(amount, due, notice_date=due)
    whole = statement(facts, regime, as_of, RATES, chosen)
    parts = [
        statement(facts, regime, cut, RATES, chosen),
        statement(
            facts._replace(due_date=cut, notice_date=cut), regime, as_of, RATES, chosen
        ),
    ]
    assert sum(exact(part) for part in parts) == exact(whole)
    gap = abs(sum(part.interest_accrued for part in parts) - whole.interest_accrued)
    is_clean_cut = cut in (due, as_of) or cut in {s.last_day for s in whole.segments}
    assert gap <= (0 if is_clean_cut else CENT)


def exact(found):
    """The interest of the segments before it was rounded."""
    day_count = found.conventions.day_count
    return sum(
        Fraction(segment.base)
        * Fraction(segment.rate)
        * day_count.units(segment.first_day - DAY, segment.last_day)
        / (100 * day_count.units_per_year)
        for segment in found.segments
    )


@given(claims(), regimes, days, days, conventions())
def test_more_delay_never_means_less_interest(facts, regime, one, other, chosen):
    sooner, later = (
        statement(facts, regime, as_of, RATES, chosen).interest_accrued
        for as_of in sorted((one, other))
    )
    assert sooner <= later


@given(claims(), percents, percents, days, conventions())
def test_a_higher_rate_never_means_less_due(facts, one, other, as_of, chosen):
    """Interest first, a payment may cut a segment at one rate and not at the other:
    one cent more or less for each."""
    low, high = (
        statement(facts, contractual(Formula(points=points)), as_of, RATES, chosen)
        for points in sorted((one, other))
    )
    cuts = len(facts.movements) if chosen.order is Order.INTEREST_FIRST else 0
    assert low.interest_accrued <= high.interest_accrued + cuts * CENT
    assert low.total_due <= high.total_due + cuts * CENT


@given(claims(), regimes, days, conventions(), st.randoms())
def test_the_order_in_which_movements_are_given_changes_no_total(
    facts, regime, as_of, chosen, random
):
    shuffled = list(facts.movements)
    random.shuffle(shuffled)
    other = facts._replace(movements=tuple(shuffled))
    one, two = (
        statement(each, regime, as_of, RATES, chosen) for each in (facts, other)
    )
    assert one.segments == two.segments
    assert (one.total_due, one.surplus) == (two.total_due, two.surplus)


@given(claims(), regimes, days, conventions())
def test_the_fee_is_due_once_or_not_at_all(facts, regime, as_of, chosen):
    found = statement(facts, regime, as_of, RATES, chosen)
    assert found.recovery_fee in (0, 40)
    if regime is CONSUMER or as_of <= facts.due_date:
        assert found.recovery_fee == 0
    if found.recovery_fee:
        assert found.segments
