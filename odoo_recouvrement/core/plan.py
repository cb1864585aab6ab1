"""Payment plans: instalments that are proposed, then judged by what was received.

A plan is a delay that the creditor grants; no law bounds what is agreed, but what a
judge may impose is two years (C. civ. 1343-5), and so long a delay is worth a remark.
One unpaid instalment makes the rest due only where the agreement says so (a clause of
acceleration, C. civ. 1305-4): breaking the plan is that clause at work.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import Enum
from itertools import accumulate
from typing import NamedTuple

from .calendar import MonthEnd, add_months
from .faults import check_amount, check_day
from .money import ZERO
from .profile import Profile

MOST_INSTALMENTS = 60
JUDGE_MONTHS = 24


class Every(str, Enum):
    """How far apart instalments are."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    QUARTER = "quarter"


_DAYS: Mapping[Every, int] = {Every.WEEK: 7, Every.FORTNIGHT: 14}
_MONTHS: Mapping[Every, int] = {Every.MONTH: 1, Every.QUARTER: 3}


class Instalment(NamedTuple):
    """A part of the debt and the last day to pay it."""

    due_date: date
    amount: Decimal


class Problem(str, Enum):
    """Why instalments cannot be agreed."""

    NO_INSTALMENT = "no_instalment"
    TOO_MANY = "too_many"
    TOO_SMALL = "too_small"
    NOT_ORDERED = "not_ordered"
    IN_THE_PAST = "in_the_past"
    DIFFERENT_TOTAL = "different_total"


class InvalidPlan(ValueError):
    """A plan that cannot be; worded by the caller. ``value``: what is wrong."""

    def __init__(self, problem: Problem, value: object) -> None:
        super().__init__(problem.value, str(value))
        self.problem = problem
        self.value = value


class Remark(str, Enum):
    """What whoever grants a plan should know, without being stopped."""

    LONGER_THAN_A_JUDGE = "longer_than_a_judge"
    UNEQUAL = "unequal"
    BEYOND_LIMITATION = "beyond_limitation"
    OWN_HAND = "own_hand"
    NO_WAIVER = "no_waiver"


def equal_instalments(
    total: Decimal, count: int, first_day: date, every: Every, digits: int = 2
) -> tuple[Instalment, ...]:
    """The total in ``count`` equal parts; the last one carries the odd cents.

    >>> [str(part.amount) for part in equal_instalments(
    ...     Decimal("1000.00"), 3, date(2026, 1, 31), Every.MONTH)]
    ['333.33', '333.33', '333.34']
    """
    check_amount(total, digits)
    _check_count(count)
    part = (total / count).quantize(Decimal(1).scaleb(-digits), ROUND_DOWN)
    if part == ZERO:
        raise InvalidPlan(Problem.TOO_SMALL, count)
    amounts = [part] * (count - 1)
    return _dated([*amounts, total - part * (count - 1)], first_day, every)


def instalments_of(
    total: Decimal, amount: Decimal, first_day: date, every: Every, digits: int = 2
) -> tuple[Instalment, ...]:
    """As many parts of ``amount`` as the total holds; the last one is what is left.

    >>> [str(part.amount) for part in instalments_of(
    ...     Decimal("1000.00"), Decimal("400.00"), date(2026, 1, 31), Every.MONTH)]
    ['400.00', '400.00', '200.00']
    """
    check_amount(total, digits)
    check_amount(amount, digits)
    whole, rest = divmod(total, amount)
    count = int(whole) + bool(rest)
    _check_count(count)
    amounts = [amount] * int(whole) + [rest] * bool(rest)
    return _dated(amounts, first_day, every)


def _check_count(count: int) -> None:
    if count < 1:
        raise InvalidPlan(Problem.NO_INSTALMENT, count)
    if count > MOST_INSTALMENTS:
        raise InvalidPlan(Problem.TOO_MANY, count)


def _dated(
    amounts: Sequence[Decimal], first_day: date, every: Every
) -> tuple[Instalment, ...]:
    check_day(first_day)
    return tuple(
        Instalment(due_date(first_day, every, place), amount)
        for place, amount in enumerate(amounts)
    )


def due_date(first_day: date, every: Every, place: int) -> date:
    """The day of an instalment; counted from the first, so that no month drifts.

    >>> [due_date(date(2026, 1, 31), Every.MONTH, place).isoformat()
    ...  for place in range(3)]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    if every in _DAYS:
        return first_day + timedelta(days=_DAYS[every] * place)
    return add_months(first_day, _MONTHS[every] * place, MonthEnd.LAST_DAY)


def check_instalments(
    instalments: Sequence[Instalment],
    total: Decimal,
    signed_on: date,
    digits: int = 2,
) -> None:
    """Refuse what two parties cannot have meant: InvalidPlan, or InvalidInput.

    Their sum is the debt, to the cent; they follow each other; none is past.
    """
    _check_count(len(instalments))
    before = signed_on - timedelta(days=1)
    for instalment in instalments:
        check_amount(instalment.amount, digits)
        if instalment.due_date < signed_on:
            raise InvalidPlan(Problem.IN_THE_PAST, instalment.due_date)
        if instalment.due_date <= before:
            raise InvalidPlan(Problem.NOT_ORDERED, instalment.due_date)
        before = instalment.due_date
    found = sum((instalment.amount for instalment in instalments), ZERO)
    if found != total:
        raise InvalidPlan(Problem.DIFFERENT_TOTAL, found)


class Setting(NamedTuple):
    """Who grants what to whom. ``limitation``: the first day a debt may be barred."""

    signed_on: date
    profile: Profile = Profile.BUSINESS
    limitation: date | None = None
    waives: bool = False


def needs_own_hand(profile: Profile) -> bool:
    """Whether the debtor writes the sum himself, in letters and in figures.

    C. civ. 1376: without it, the agreement of someone who is no trader does not prove
    the sum.

    >>> [profile.value for profile in Profile if needs_own_hand(profile)]
    ['consumer']
    """
    return profile is Profile.CONSUMER


def remarks(instalments: Sequence[Instalment], setting: Setting) -> tuple[Remark, ...]:
    """What is unusual in a plan, or what the law asks of it.

    A plan that outlives the prescription is safe once it is signed (C. civ. 2240), not
    before; a consumer writes the amount in letters (C. civ. 1376); a public buyer's
    penalties cannot be waived (CCP L2192-13).

    >>> two_years_on = [Instalment(date(2028, 3, 2), Decimal(10))]
    >>> [remark.value for remark in remarks(two_years_on, Setting(date(2026, 3, 1)))]
    ['longer_than_a_judge']
    """
    last = instalments[-1].due_date
    longest = add_months(setting.signed_on, JUDGE_MONTHS, MonthEnd.LAST_DAY)
    limitation, profile = setting.limitation, setting.profile
    calls = (
        (Remark.LONGER_THAN_A_JUDGE, last > longest),
        (Remark.UNEQUAL, len({part.amount for part in instalments[:-1]}) > 1),
        (Remark.BEYOND_LIMITATION, limitation is not None and last > limitation),
        (Remark.OWN_HAND, needs_own_hand(profile)),
        (Remark.NO_WAIVER, setting.waives and profile is Profile.PUBLIC),
    )
    return tuple(remark for remark, is_called_for in calls if is_called_for)


class Progress(str, Enum):
    """Where a plan stands. LATE: an instalment is missed, its grace is running."""

    RESPECTED = "respected"
    LATE = "late"
    BROKEN = "broken"
    KEPT = "kept"


class Judgement(NamedTuple):
    """A plan on a day. ``paid``: what each instalment received, in their order.

    ``asked``: what each comes to, once credit notes have lowered the last ones.
    ``next_index``: the first instalment that is not paid whole; None: all are.
    ``broken_on``: the first day after the grace of the instalment that was missed.
    """

    progress: Progress
    paid: tuple[Decimal, ...]
    surplus: Decimal
    next_index: int | None
    broken_on: date | None
    asked: tuple[Decimal, ...] = ()


class Receipt(NamedTuple):
    """Money received on the debts of the plan; or a credit note, which is none."""

    day: date
    amount: Decimal
    is_credit: bool = False


def beyond(receipts: Iterable[Receipt], already: Decimal) -> tuple[Receipt, ...]:
    """What came after the first ``already`` of them: the plan had counted that.

    Told by amounts, so that a matching undone and done again changes nothing.

    >>> first, second = date(2026, 3, 1), date(2026, 4, 1)
    >>> [(str(one.amount), one.day.month) for one in beyond(
    ...     [Receipt(second, Decimal(50)), Receipt(first, Decimal(30))], Decimal(40))]
    [('40', 4)]
    """
    found, left = [], already
    for receipt in sorted(receipts, key=lambda one: one.day):
        used = min(left, receipt.amount)
        left -= used
        if receipt.amount > used:
            found.append(receipt._replace(amount=receipt.amount - used))
    return tuple(found)


def lowered(
    instalments: Sequence[Instalment], amount: Decimal
) -> tuple[Instalment, ...]:
    """The instalments once a credit note has lowered the debt: the last ones shrink.

    A credit note gives no respite: what falls due next is still asked.

    >>> parts = equal_instalments(Decimal(90), 3, date(2026, 3, 1), Every.MONTH, 0)
    >>> [str(part.amount) for part in lowered(parts, Decimal(40))]
    ['30', '20', '0']
    """
    left, shrunk = amount, []
    for part in reversed(instalments):
        less = min(left, part.amount)
        left -= less
        shrunk.append(part._replace(amount=part.amount - less))
    return tuple(reversed(shrunk))


def judge(
    instalments: Sequence[Instalment],
    receipts: Iterable[Receipt],
    as_of: date,
    grace_days: int = 0,
) -> Judgement:
    """Set what was received against the instalments, the oldest first.

    What counts is the day the money came, not the day it was entered: a statement
    imported late does not break a plan that was kept. A plan that was broken stays
    so, though everything be paid afterwards, unless that settles it.

    >>> parts = equal_instalments(Decimal(90), 3, date(2026, 3, 1), Every.MONTH, 0)
    >>> found = judge(parts, [Receipt(date(2026, 3, 1), Decimal(40))],
    ...               date(2026, 4, 3), grace_days=5)
    >>> found.progress.value, [str(amount) for amount in found.paid]
    ('late', ['30', '10', '0'])
    >>> judge(parts, [], date(2026, 3, 7), grace_days=5).broken_on
    datetime.date(2026, 3, 7)
    """
    told = [receipt for receipt in receipts if receipt.day <= as_of]
    credited = sum((receipt.amount for receipt in told if receipt.is_credit), ZERO)
    known = [receipt for receipt in told if not receipt.is_credit]
    left = sum((receipt.amount for receipt in known), ZERO)
    instalments = lowered(instalments, credited)
    asked = tuple(part.amount for part in instalments)
    paid: list[Decimal] = []
    for instalment in instalments:
        used = min(left, instalment.amount)
        paid.append(used)
        left -= used
    unpaid = [
        place
        for place, (part, amount) in enumerate(zip(instalments, paid, strict=True))
        if amount < part.amount
    ]
    if not unpaid:
        return Judgement(Progress.KEPT, tuple(paid), left, None, None, asked)
    broken_on = _broken_on(instalments, known, as_of, grace_days)
    progress = Progress.RESPECTED
    if broken_on:
        progress = Progress.BROKEN
    elif instalments[unpaid[0]].due_date < as_of:
        progress = Progress.LATE
    return Judgement(progress, tuple(paid), left, unpaid[0], broken_on, asked)


def _broken_on(
    instalments: Sequence[Instalment],
    receipts: Sequence[Receipt],
    as_of: date,
    grace_days: int,
) -> date | None:
    """The day after the first grace that ended without its instalment being paid."""
    asked = accumulate(instalment.amount for instalment in instalments)
    ends = (part.due_date + timedelta(days=grace_days) for part in instalments)
    missed = (
        last
        for last, amount in zip(ends, asked, strict=True)
        if last < as_of and _received(receipts, last) < amount
    )
    first = next(missed, None)
    return None if first is None else first + timedelta(days=1)


def _received(receipts: Sequence[Receipt], last: date) -> Decimal:
    return sum((one.amount for one in receipts if one.day <= last), ZERO)
