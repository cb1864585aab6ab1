"""Which rate applies on which day: a formula laid over the half-years.

A *formula* is how a rate is said: a figure (12 %), or a published rate times a
factor plus points (« BCE + 10 », « 3 fois le taux légal »). A *schedule* reads it
along the calendar and hands back *spans*: runs of days at one rate. Neighbouring
half-years with the same rate are one span, so that interest is rounded once.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from .faults import check_rate
from .money import ZERO
from .rates import HalfYear, Rate, Rates, Reference, UnknownRate

HIGHEST_RATE = Decimal(100)


class Formula(NamedTuple):
    """``points`` alone, or ``factor`` × the reference + ``points``; all in percent.

    >>> from .rates import shipped_rates
    >>> thrice = Formula(Reference.LEGAL, factor=Decimal(3))
    >>> thrice.value(shipped_rates(), HalfYear(2026, 2))
    Decimal('8.25')
    """

    reference: Reference | None = None
    factor: Decimal = Decimal(1)
    points: Decimal = ZERO

    def value(self, rates: Rates, half_year: HalfYear) -> Decimal:
        """The rate of the half-year, in percent; UnknownRate if it cannot be known."""
        if self.reference is None:
            return self.points
        return self.factor * rates.at(self.reference, half_year).value + self.points

    def check(self) -> None:
        """Refuse an implausible figure, factor or number of points."""
        check_rate(self.points, HIGHEST_RATE)
        check_rate(self.factor, HIGHEST_RATE)


class Origin(NamedTuple):
    """Where a span's rate comes from: the published row of one half-year."""

    half_year: HalfYear
    row: Rate


class Span(NamedTuple):
    """One rate up to ``last_day`` included, and the published rows it rests on."""

    rate: Decimal
    last_day: date
    origins: tuple[Origin, ...] = ()


class Schedule:
    """The spans of a formula, worked out when they are first needed."""

    __slots__ = ("_spans", "formula", "is_frozen", "rates")

    def __init__(self, formula: Formula, is_frozen: bool, rates: Rates) -> None:
        formula.check()
        self.formula = formula
        self.is_frozen = is_frozen
        self.rates = rates
        self._spans: dict[HalfYear, Span] = {}

    def span(self, day: date, began: date) -> Span:
        """The span of a day, of a debt that began to bear interest on ``began``.

        A frozen rate is that of the half-year where interest began, for good.

        >>> from .rates import shipped_rates
        >>> ecb_8 = Formula(Reference.ECB, points=Decimal(8))
        >>> march, august = date(2026, 3, 10), date(2026, 8, 5)
        >>> evolving = Schedule(ecb_8, False, shipped_rates())
        >>> frozen = Schedule(ecb_8, True, shipped_rates())
        >>> [schedule.span(august, march).rate for schedule in (evolving, frozen)]
        [Decimal('10.40'), Decimal('10.15')]
        """
        half_year = HalfYear.of(began if self.is_frozen else day)
        span = self._spans.get(half_year)
        if span is None:
            span = self._spans[half_year] = self._work_out(half_year)
        return span

    def _work_out(self, half_year: HalfYear) -> Span:
        rate = self.formula.value(self.rates, half_year)
        if self.formula.reference is None:
            return Span(rate, date.max)
        if self.is_frozen:
            return Span(rate, date.max, (self._origin(half_year),))
        origins = tuple(self._run(half_year, rate))
        return Span(rate, origins[-1].half_year.last_day, origins)

    def _run(self, half_year: HalfYear, rate: Decimal) -> Iterator[Origin]:
        """The half-years from this one on that have its rate, as far as is known."""
        while True:
            yield self._origin(half_year)
            half_year = half_year.following()
            try:
                if self.formula.value(self.rates, half_year) != rate:
                    return
            except UnknownRate:
                return

    def _origin(self, half_year: HalfYear) -> Origin:
        assert self.formula.reference is not None  # a figure has no origin
        return Origin(half_year, self.rates.at(self.formula.reference, half_year))


@lru_cache(maxsize=256)
def schedule_of(formula: Formula, is_frozen: bool, rates: Rates) -> Schedule:
    """The one schedule of a formula in these tables, shared by all its debts."""
    return Schedule(formula, is_frozen, rates)
