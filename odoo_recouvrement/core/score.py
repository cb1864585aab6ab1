"""How a debtor pays, as a figure whose every point is named: an internal indicator.

It tells a person, and decides nothing: no level, no letter, no order of the day
depends on it (the rank of ``ranking.py`` is about what to do first). It is never
shown to the debtor (RGPD art. 22: no decision rests on it alone; law 71-1130: it
foretells the end of no procedure).

A score starts from ``START`` and each factor wins or loses points, by tables that
the user guide prints. What a debtor contests does not count against it: contested
items are left out of the facts before they come here.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from .money import ZERO

START = 50
BEST = 100
# Below so many facts, a figure would be false: the facts are said without one.
FEWEST_FACTS = 3
# Payments in each half-year below which no trend is read.
FEWEST_IN_HALF = 2

# Average days late → points: the first row whose days are not exceeded.
DELAY_POINTS = ((0, 25), (7, 20), (15, 10), (30, 0), (45, -10), (60, -20))
SLOWEST_POINTS = -25
# Share overdue of what is open, in %, and oldest delay in days: from → points.
OVERDUE_POINTS = ((75, -10), (50, -5), (25, 0), (1, 5))
NOTHING_OVERDUE_POINTS = 10
OLDEST_POINTS = ((180, -25), (90, -20), (60, -15), (30, -10), (15, -5))
# Promises and plans kept, in %: from → points. A plan that broke costs more.
WORD_POINTS = ((90, 10), (75, 5), (50, -5))
SELDOM_KEPT_POINTS = -10
BROKEN_PLAN_POINTS = -10
WORST_WORD_POINTS = -25
# Exposure in % of the credit limit: from → points.
LIMIT_POINTS = ((150, -10), (101, -5))
# Days that the average delay gained (negative) or lost in half a year.
TREND_POINTS = ((20, -10), (10, -5), (-9, 0))
BETTER_POINTS = 5
BOUNCED_POINTS = -5
MOST_BOUNCED = 3
INSOLVENT_POINTS = -100


class Band(str, Enum):
    """The word of a score; too few facts have no figure."""

    GOOD = "good"
    WATCH = "watch"
    FRAGILE = "fragile"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


BAND_FLOORS = ((70, Band.GOOD), (45, Band.WATCH), (25, Band.FRAGILE))


class Record(NamedTuple):
    """What the ledger and the file say of a debtor on a day, over a year.

    Days late are averages weighted by amount, an early payment counting as on time;
    ``recent_*`` are of the last half-year, ``earlier_*`` of the one before. Amounts
    in company currency. ``open_amount`` and ``overdue_amount`` leave out what is
    contested (``contested_amount``); ``exposure`` does not. ``limit`` 0: none.
    """

    paid_count: int = 0
    paid_days: int = 0
    recent_count: int = 0
    recent_days: int = 0
    earlier_count: int = 0
    earlier_days: int = 0
    open_amount: Decimal = ZERO
    overdue_amount: Decimal = ZERO
    overdue_count: int = 0
    oldest_days: int = 0
    contested_amount: Decimal = ZERO
    kept: int = 0
    partly_kept: int = 0
    broken: int = 0
    plans_kept: int = 0
    plans_broken: int = 0
    exposure: Decimal = ZERO
    limit: Decimal = ZERO
    bounced: int = 0
    is_insolvent: bool = False


Values = dict[str, int | str]


class Factor(NamedTuple):
    """What was looked at, what it says, and the points it wins or loses."""

    code: str
    points: int
    values: Values


class Score(NamedTuple):
    """``points`` of 100, None when little is known; the factors add up from START.

    Below 0 and above ``BEST`` the sum is cut.
    """

    points: int | None
    band: Band
    factors: tuple[Factor, ...]


def score(record: Record) -> Score:
    """The score of a debtor, and each of its factors.

    >>> paid = Record(paid_count=8, paid_days=5)
    >>> result = score(paid)
    >>> result.points, result.band.value
    (80, 'good')
    >>> [(factor.code, factor.points) for factor in result.factors]
    [('delay', 20), ('overdue', 10)]
    >>> score(Record(paid_count=1)).band.value
    'unknown'
    """
    factors = tuple(
        factor
        for factor in (
            _delay(record),
            _overdue(record),
            _word(record),
            _limit(record),
            _trend(record),
            _incidents(record),
        )
        if factor is not None
    )
    if _facts(record) < FEWEST_FACTS and not record.is_insolvent:
        return Score(None, Band.UNKNOWN, factors)
    total = START + sum(factor.points for factor in factors)
    points = min(max(total, 0), BEST)
    return Score(points, band_of(points), factors)


def band_of(points: int) -> Band:
    """The word of a figure.

    >>> [band_of(points).value for points in (70, 69, 44, 24)]
    ['good', 'watch', 'fragile', 'critical']
    """
    return next((band for floor, band in BAND_FLOORS if points >= floor), Band.CRITICAL)


def _facts(record: Record) -> int:
    return record.paid_count + record.overdue_count + _promised(record) + record.bounced


def _promised(record: Record) -> int:
    """Promises and plans whose day has come."""
    return (
        record.kept
        + record.partly_kept
        + record.broken
        + record.plans_kept
        + record.plans_broken
    )


def _delay(record: Record) -> Factor | None:
    if not record.paid_count:
        return None
    days = record.paid_days
    points = next((won for most, won in DELAY_POINTS if days <= most), SLOWEST_POINTS)
    return Factor("delay", points, {"days": days, "count": record.paid_count})


def _overdue(record: Record) -> Factor:
    """Both how much of what is open is overdue, and since when."""
    values: Values = {"count": record.overdue_count, "days": record.oldest_days}
    if record.contested_amount > ZERO:
        values["contested"] = str(record.contested_amount)
    if record.overdue_amount <= ZERO:
        return Factor("overdue", NOTHING_OVERDUE_POINTS, values | {"share": 0})
    share = _percent(record.overdue_amount, record.open_amount)
    points = _from(OVERDUE_POINTS, share) + _from(OLDEST_POINTS, record.oldest_days)
    return Factor("overdue", points, values | {"share": share})


def _word(record: Record) -> Factor | None:
    """Whether what it says is what it does; half of a promise counts for a half."""
    given = _promised(record)
    if not given:
        return None
    kept = record.kept + record.plans_kept
    share = (100 * kept + 50 * record.partly_kept) // given
    points = _from(WORD_POINTS, share, SELDOM_KEPT_POINTS)
    points += BROKEN_PLAN_POINTS * record.plans_broken
    values: Values = {
        "kept": kept,
        "given": given,
        "plans_broken": record.plans_broken,
    }
    return Factor("word", max(points, WORST_WORD_POINTS), values)


def _limit(record: Record) -> Factor | None:
    if record.limit <= ZERO:
        return None
    share = int(100 * max(record.exposure, ZERO) / record.limit)
    return Factor("limit", _from(LIMIT_POINTS, share), {"share": share})


def _trend(record: Record) -> Factor | None:
    if min(record.recent_count, record.earlier_count) < FEWEST_IN_HALF:
        return None
    change = record.recent_days - record.earlier_days
    values: Values = {"recent": record.recent_days, "earlier": record.earlier_days}
    return Factor("trend", _from(TREND_POINTS, change, BETTER_POINTS), values)


def _incidents(record: Record) -> Factor | None:
    if not record.bounced and not record.is_insolvent:
        return None
    points = BOUNCED_POINTS * min(record.bounced, MOST_BOUNCED)
    if record.is_insolvent:
        points += INSOLVENT_POINTS
    values: Values = {
        "bounced": record.bounced,
        "is_insolvent": int(record.is_insolvent),
    }
    return Factor("incidents", points, values)


def _percent(part: Decimal, whole: Decimal) -> int:
    """From 1 to 100: what is overdue is never said to be nothing."""
    return min(max(round(100 * part / max(whole, part)), 1), 100)


def _from(scale: Sequence[tuple[int, int]], value: int, below: int = 0) -> int:
    return next((points for floor, points in scale if value >= floor), below)
