"""The statement of late interest (décompte): balance × rate × days, segment by segment.

Interest is simple, on what is still due with taxes, day by day from the day after
the due date (for a consumer, after the notice if that is later) to the day of the
statement or of the payment, included. A payment or a credit note lowers the base
from the next day on; dated on the due date or before, from the start.

A *segment* is a run of days with one rate and one base; segments are cut where
either changes and nowhere else. Interest is rounded once per segment, halves up:
the sum of the segments is the interest, to the cent, for any reader with a
calculator. A cut inside a segment therefore moves the sum by one cent at most.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .allocation import Movement, MovementKind, Share, allocate
from .claim import Claim, Conventions, Period
from .faults import check_day
from .fee import recovery_fee
from .money import ZERO, round_money
from .rates import Rates
from .regime import Regime
from .remarks import Remark, remarks_on
from .schedule import Origin, Schedule, Span

DAY = timedelta(days=1)


class Segment(NamedTuple):
    """Days ``first_day`` to ``last_day``, both included, at one rate on one base."""

    first_day: date
    last_day: date
    days: int
    base: Decimal
    span: Span
    interest: Decimal

    @property
    def rate(self) -> Decimal:
        """In percent a year."""
        return self.span.rate

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The published rates the segment rests on: none for a figure in a contract."""
        if (
            self.span.last_day == date.max
        ):  # frozen: that of the first half-year, for good
            return self.span.origins
        return tuple(
            origin
            for origin in self.span.origins
            if origin.half_year.first_day <= self.last_day
            and self.first_day <= origin.half_year.last_day
        )


class Statement(NamedTuple):
    """What a debt has come to on ``as_of``, and how.

    ``shares``: what each movement was used for, in the order they took effect.
    """

    claim: Claim
    regime: Regime
    as_of: date
    conventions: Conventions
    segments: tuple[Segment, ...]
    shares: tuple[Share, ...]
    principal_due: Decimal
    interest_accrued: Decimal
    interest_due: Decimal
    recovery_fee: Decimal
    remarks: tuple[Remark, ...]

    @property
    def total_due(self) -> Decimal:
        """Principal, interest and the 40 €; a surplus is not set against them."""
        return self.principal_due + self.interest_due + self.recovery_fee

    @property
    def surplus(self) -> Decimal:
        """What was received or credited beyond principal and interest."""
        return sum((share.surplus for share in self.shares), ZERO)


def statement(
    claim: Claim,
    regime: Regime,
    as_of: date,
    rates: Rates,
    conventions: Conventions = Conventions(),
) -> Statement:
    """Work out what is due on ``as_of``; UnknownRate if a needed rate is not known.

    >>> from .rates import shipped_rates
    >>> from .regime import BUSINESS
    >>> claim = Claim(Decimal("10000.00"), due_date=date(2026, 6, 20))
    >>> found = statement(claim, BUSINESS, date(2026, 7, 10), shipped_rates())
    >>> for segment in found.segments:
    ...     print(segment.first_day, segment.days, segment.rate, segment.interest)
    2026-06-21 10 12.15 33.29
    2026-07-01 10 12.40 33.97
    >>> found.interest_accrued, found.total_due
    (Decimal('67.26'), Decimal('10107.26'))
    """
    claim.check()
    check_day(as_of)
    ledger = _Ledger(claim, as_of, conventions)
    is_late = False
    if periods := late_periods(claim, regime, as_of):
        ledger.take_until(periods[0].first_day - DAY)
        is_late = ledger.principal > ZERO
        ledger.accrue(regime, rates, periods, _stop(claim, conventions))
    ledger.take_until(as_of)
    return Statement(
        claim,
        regime,
        as_of,
        conventions,
        tuple(ledger.segments),
        tuple(ledger.shares),
        ledger.principal,
        ledger.accrued,
        ledger.accrued - ledger.interest_paid,
        recovery_fee(claim, regime, as_of, conventions) if is_late else ZERO,
        remarks_on(claim, regime, as_of, conventions, ledger.shares),
    )


def late_periods(claim: Claim, regime: Regime, as_of: date) -> list[Period]:
    """The days of lateness, less the delays a judge granted; payments left aside.

    They begin the day after the due date, and not before the day after the notice
    where the regime needs one. C. civ. 1343-5: « Les majorations d'intérêts ou les
    pénalités prévues en cas de retard ne sont pas encourues pendant le délai fixé
    par le juge. »

    >>> from .regime import BUSINESS
    >>> march = [date(2026, 3, day) for day in range(1, 32)]
    >>> claim = Claim(Decimal(100), march[0], graces=(Period(march[4], march[19]),))
    >>> for period in late_periods(claim, BUSINESS, march[30]):
    ...     print(period.first_day, period.last_day)
    2026-03-02 2026-03-04
    2026-03-21 2026-03-31
    """
    eve = claim.due_date
    if regime.starts_on_notice:
        eve = as_of if claim.notice_date is None else max(eve, claim.notice_date)
    if eve >= as_of:
        return []
    start, periods = eve + DAY, []
    for grace in sorted(claim.graces):
        if grace.first_day > start:
            periods.append(Period(start, min(as_of, grace.first_day - DAY)))
        start = max(start, grace.last_day + DAY)
        if start > as_of:
            return periods
    return [*periods, Period(start, as_of)]


def _stop(claim: Claim, conventions: Conventions) -> date:
    """The last day that may bear interest: C. com. L622-28, the opening judgment.

    Loans and payments put off by a year or more bear interest all the same: such a
    claim is given without its judgment date (``insolvency.under_judgment``).
    """
    if claim.judgment_date is None:
        return date.max
    return claim.judgment_date - DAY * conventions.stops_on_eve


class _Ledger:
    """The debt as days go by: what is due, what was paid, the segments so far."""

    __slots__ = (
        "accrued",
        "day_count",
        "digits",
        "divisor",
        "interest_paid",
        "order",
        "pending",
        "principal",
        "segments",
        "shares",
    )

    def __init__(self, claim: Claim, as_of: date, conventions: Conventions) -> None:
        self.order = conventions.order
        self.day_count = conventions.day_count
        self.divisor = self.day_count.divisor
        self.digits = claim.digits
        self.principal = claim.amount - claim.retention
        self.accrued = self.interest_paid = ZERO
        self.segments: list[Segment] = []
        self.shares: list[Share] = []
        self.pending = [move for move in claim.movements if move.date <= as_of]
        self.pending.sort(key=_rank)
        self.pending.reverse()  # so that the next one is popped

    def take_until(self, day: date) -> None:
        """Let the movements up to that day take effect."""
        while self.pending and self.pending[-1].date <= day:
            self._take(ZERO)

    def _take(self, running: Decimal) -> None:
        """Let the next movement take effect, with the interest of the open segment."""
        interest_due = self.accrued + running - self.interest_paid
        share = allocate(self.pending.pop(), self.principal, interest_due, self.order)
        self.principal -= share.principal
        self.interest_paid += share.interest
        self.shares.append(share)

    def accrue(
        self, regime: Regime, rates: Rates, periods: list[Period], stop: date
    ) -> None:
        """Let interest run over the periods, ``stop`` included being its last day."""
        schedule = regime.schedule(rates)
        if schedule is None:
            return
        began = periods[0].first_day
        for period in periods:
            self._run(
                period.first_day - DAY, min(period.last_day, stop), schedule, began
            )

    def _run(self, eve: date, end: date, schedule: Schedule, began: date) -> None:
        """Accrue on the days after ``eve`` up to ``end``, movements taking effect."""
        while True:
            self.take_until(eve)
            if eve >= end or not self.principal:
                return
            base, span = self.principal, schedule.span(eve + DAY, began)
            last = min(end, span.last_day)
            if not self.pending or self.pending[-1].date > last:
                eve = self._close(eve, last, base, span)
                continue
            day = self.pending[-1].date
            self._take(self._interest(eve, day, base, span.rate))
            if self.principal != base:
                eve = self._close(eve, day, base, span)

    def _close(self, eve: date, last: date, base: Decimal, span: Span) -> date:
        """Add the segment of the days after ``eve``; the next starts after ``last``."""
        interest = self._interest(eve, last, base, span.rate)
        days = (last - eve).days
        self.segments.append(Segment(eve + DAY, last, days, base, span, interest))
        self.accrued += interest
        return last

    def _interest(self, eve: date, last: date, base: Decimal, rate: Decimal) -> Decimal:
        """Exact but for one division, whose 28 digits cannot hide a half cent."""
        units = self.day_count.units(eve, last)
        return round_money(base * rate * units / self.divisor, self.digits)


def _rank(movement: Movement) -> tuple[date, bool]:
    """By date; on one day, credit notes first: a price is lowered before it is paid."""
    return movement.date, movement.kind is MovementKind.PAYMENT
