"""Under which regime a debt is late, and what that regime allows.

Business
    C. com. L441-10 II: the ECB's rate of the half-year plus 10 points, « sans qu'un
    rappel soit nécessaire », unless the contract sets a rate; and 40 € (D441-5).
    No text says whether the rate evolves with the half-years of a long delay: it
    does by default, and may be frozen.
Contractual
    The contract's rate instead, a figure or a formula. The law wants three times the
    legal rate at least: below, the rate is reported, never corrected, since what
    then replaces the clause is disputed.
Public
    CCP R2192-31: the ECB's rate plus 8 points, frozen at the half-year « au cours
    duquel les intérêts moratoires ont commencé à courir »; and 40 € (D2192-35).
Consumer
    C. civ. 1231-6: the legal rate, only from the mise en demeure. Never the 40 €,
    nor any cost of recovery (CPCE L111-8).
None
    No interest is counted: a choice of the creditor.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from .profile import Profile
from .rates import HalfYear, Rates, Reference, UnknownRate
from .schedule import Formula, Schedule, schedule_of

RECOVERY_FEE = Decimal("40.00")
FLOOR = Formula(Reference.LEGAL, factor=Decimal(3))


class RegimeKind(str, Enum):
    """The families of regimes."""

    BUSINESS = "business"
    CONTRACTUAL = "contractual"
    PUBLIC = "public"
    CONSUMER = "consumer"
    NONE = "none"


class Regime(NamedTuple):
    """A regime as applied to a debt. ``formula`` None bears no interest."""

    kind: RegimeKind
    formula: Formula | None = None
    is_frozen: bool = False

    @property
    def starts_on_notice(self) -> bool:
        """Whether interest waits for the mise en demeure."""
        return self.kind is RegimeKind.CONSUMER

    @property
    def has_recovery_fee(self) -> bool:
        """Whether the 40 € are due, once for each invoice paid late."""
        return self.kind in _WITH_FEE

    @property
    def allows_further_costs(self) -> bool:
        """Whether costs above the 40 € may be asked for, on proof of each.

        L441-10 II and CCP L2192-13; a consumer is protected by CPCE L111-8.
        """
        return self.kind in _WITH_FEE

    @property
    def interest_basis(self) -> str:
        """The article that interest rests on."""
        return _INTEREST_BASIS[self.kind]

    @property
    def fee_basis(self) -> str:
        """The article that the 40 € rest on; empty when they are not due."""
        return _FEE_BASIS.get(self.kind, "")

    def schedule(self, rates: Rates) -> Schedule | None:
        """Its rates along the calendar; None when it bears no interest.

        >>> from .rates import shipped_rates
        >>> schedule = BUSINESS.schedule(shipped_rates())
        >>> schedule.span(date(2026, 7, 1), began=date(2026, 6, 21)).rate
        Decimal('12.40')
        """
        if self.formula is None:
            return None
        return schedule_of(self.formula, self.is_frozen, rates)


_WITH_FEE = frozenset({RegimeKind.BUSINESS, RegimeKind.CONTRACTUAL, RegimeKind.PUBLIC})
_INTEREST_BASIS = {
    RegimeKind.BUSINESS: "C. com. L441-10 II",
    RegimeKind.CONTRACTUAL: "C. com. L441-10 II",
    RegimeKind.PUBLIC: "CCP L2192-13, R2192-31",
    RegimeKind.CONSUMER: "C. civ. 1231-6, 1344-1",
    RegimeKind.NONE: "",
}
_FEE_BASIS = {
    RegimeKind.BUSINESS: "C. com. D441-5",
    RegimeKind.CONTRACTUAL: "C. com. D441-5",
    RegimeKind.PUBLIC: "CCP D2192-35",
}

BUSINESS = Regime(RegimeKind.BUSINESS, Formula(Reference.ECB, points=Decimal(10)))
FROZEN_BUSINESS = BUSINESS._replace(is_frozen=True)
PUBLIC = Regime(
    RegimeKind.PUBLIC, Formula(Reference.ECB, points=Decimal(8)), is_frozen=True
)
CONSUMER = Regime(RegimeKind.CONSUMER, Formula(Reference.LEGAL))
NONE = Regime(RegimeKind.NONE)

REGIME_OF_PROFILE: Mapping[Profile, Regime] = {
    Profile.BUSINESS: BUSINESS,
    Profile.PUBLIC: PUBLIC,
    Profile.CONSUMER: CONSUMER,
}


def contractual(formula: Formula, is_frozen: bool = False) -> Regime:
    """The regime of a rate agreed between businesses; an implausible one is refused.

    >>> contractual(Formula(points=Decimal("12.5"))).has_recovery_fee
    True
    """
    formula.check()
    return Regime(RegimeKind.CONTRACTUAL, formula, is_frozen)


class BelowFloor(NamedTuple):
    """A half-year whose rate is under the floor; ``floor`` None: it is not known."""

    half_year: HalfYear
    rate: Decimal
    floor: Decimal | None


def below_floor(
    regime: Regime, first_day: date, last_day: date, rates: Rates
) -> list[BelowFloor]:
    """The half-years in which a contract's rate is under three times the legal rate.

    L441-10 II bounds the rate that is agreed, never the one the law supplies: in the
    first half of 2024, « BCE + 10 » written in a contract was too low, and due
    without a contract.

    >>> from .rates import shipped_rates
    >>> days = date(2024, 1, 1), date(2024, 6, 30)
    >>> [fault] = below_floor(contractual(BUSINESS.formula), *days, shipped_rates())
    >>> fault.rate, fault.floor
    (Decimal('14.50'), Decimal('15.21'))
    >>> below_floor(BUSINESS, *days, shipped_rates())
    []
    """
    schedule = regime.schedule(rates)
    if regime.kind is not RegimeKind.CONTRACTUAL or schedule is None:
        return []
    found = []
    half_year = HalfYear.of(first_day)
    while half_year.first_day <= last_day:
        day = max(first_day, half_year.first_day)
        rate = schedule.span(day, first_day).rate
        floor = _floor(half_year, rates)
        if floor is None or rate < floor:
            found.append(BelowFloor(half_year, rate, floor))
        half_year = half_year.following()
    return found


def _floor(half_year: HalfYear, rates: Rates) -> Decimal | None:
    try:
        return FLOOR.value(rates, half_year)
    except UnknownRate:
        return None


class Level(str, Enum):
    """Where a regime may be chosen, the most particular first."""

    INVOICE = "invoice"
    PAYMENT_TERM = "payment_term"
    CASE = "case"
    PROFILE = "profile"
    COMPANY = "company"


class Resolution(NamedTuple):
    """The regime of a debt and the level that chose it; None: nobody did.

    ``passed_over``: the levels whose choice a consumer is protected from.
    """

    regime: Regime
    level: Level | None
    passed_over: tuple[Level, ...] = ()


def resolve(choices: Mapping[Level, Regime], is_consumer: bool) -> Resolution:
    """The most particular choice, unless it would charge a consumer like a business.

    A payment term at 12 % given to a private person by mistake does not make the
    person a business: the next choice is taken, and in the end the legal rate.

    >>> term = {Level.PAYMENT_TERM: contractual(Formula(points=Decimal(12)))}
    >>> company = {Level.COMPANY: BUSINESS}
    >>> resolve(term | company, is_consumer=False).level.value
    'payment_term'
    >>> found = resolve(term | company, is_consumer=True)
    >>> found.regime.kind.value, [level.value for level in found.passed_over]
    ('consumer', ['payment_term', 'company'])
    >>> resolve({}, is_consumer=False).regime.kind.value
    'none'
    """
    passed_over: list[Level] = []
    for level in Level:
        regime = choices.get(level)
        if regime is None:
            continue
        if is_consumer and regime.has_recovery_fee:
            passed_over.append(level)
            continue
        return Resolution(regime, level, tuple(passed_over))
    regime = CONSUMER if is_consumer else NONE
    return Resolution(regime, None, tuple(passed_over))
