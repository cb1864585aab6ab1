"""Whom to chase first: points whose reasons are named, never a hidden score.

The points order the day's list and nothing else; they decide nothing about a
debtor (RGPD art. 22), and each factor can be read beside the rank.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .decision import Decision, Reason

# Overdue total in company currency, and oldest delay in days: from → points.
AMOUNT_POINTS = (
    (Decimal(20000), 40),
    (Decimal(5000), 30),
    (Decimal(1000), 20),
    (Decimal(200), 10),
)
AGE_POINTS = ((180, 40), (90, 30), (45, 20), (15, 10))
LEVEL_POINTS = ((45, 15), (30, 10), (17, 5))
LATE_POINTS = 25
BROKEN_PROMISE_POINTS = 100
HAND_OVER_POINTS = 30
BROKEN_PLAN_POINTS = 35
LEGAL_POINTS = 35
HABIT_POINTS = 15

# The decision that leads a file is the one that calls for the most.
_LEAD = (
    Reason.FINAL_LEVEL,
    Reason.MANUAL_STEP,
    Reason.TO_REMIND,
    Reason.NO_CONTACT,
    Reason.COVERED,
    Reason.NOT_SENDING_DAY,
    Reason.CONTACT_CAP,
    Reason.LEVEL_JUST_SENT,
    Reason.STEP_NOT_DUE,
    Reason.DISPUTED,
    Reason.PROMISED,
    Reason.PLAN_RESPECTED,
    Reason.ON_HOLD,
    Reason.LEVEL_CAP,
    Reason.BELOW_MINIMUM,
    Reason.INSOLVENT,
    Reason.OVERINDEBTED,
    Reason.HANDED_OVER,
    Reason.PAYMENT_BLOCKED,
    Reason.NO_FOLLOWUP,
    Reason.NO_POLICY,
    Reason.NOT_DUE,
    Reason.RETENTION,
)
_LEAD_ORDER = {reason: place for place, reason in enumerate(_LEAD)}


class Standing(NamedTuple):
    """What the rank looks at. Amount in company currency, ages and level in days."""

    overdue: Decimal
    oldest_days: int
    reached_days: int | None = None
    has_late_step: bool = False
    to_hand_over: bool = False
    has_broken_promise: bool = False
    has_broken_plan: bool = False
    has_legal_deadline: bool = False
    seldom_keeps_promises: bool = False


def rank(standing: Standing) -> dict[str, int]:
    """Points by named factor; their sum is the rank, zero factors are left out.

    >>> rank(Standing(Decimal("6200"), oldest_days=50, reached_days=17))
    {'amount': 30, 'age': 20, 'level': 5}
    """
    points = {
        "amount": _points(AMOUNT_POINTS, standing.overdue),
        "age": _points(AGE_POINTS, standing.oldest_days),
        "level": 0
        if standing.reached_days is None
        else _points(LEVEL_POINTS, standing.reached_days),
        "late": LATE_POINTS if standing.has_late_step else 0,
        "promise": BROKEN_PROMISE_POINTS if standing.has_broken_promise else 0,
        "hand_over": HAND_OVER_POINTS if standing.to_hand_over else 0,
        "broken_plan": BROKEN_PLAN_POINTS if standing.has_broken_plan else 0,
        "legal": LEGAL_POINTS if standing.has_legal_deadline else 0,
        "habit": HABIT_POINTS if standing.seldom_keeps_promises else 0,
    }
    return {factor: value for factor, value in points.items() if value}


def _points(scale: Sequence[tuple[Decimal | int, int]], value: Decimal | int) -> int:
    return next((points for floor, points in scale if value >= floor), 0)


def leading(decisions: Sequence[Decision]) -> Decision | None:
    """The decision a file's line shows: the most pressing, then the soonest."""
    if not decisions:
        return None
    first = min([_LEAD_ORDER[decision.reason] for decision in decisions])
    return min(
        [decision for decision in decisions if decision.reason is _LEAD[first]],
        key=lambda d: (-(d.step.days if d.step else 0), d.next_date or date.max),
    )
