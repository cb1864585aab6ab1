"""What the reader of a statement of interest should know: codes, worded elsewhere."""

from collections.abc import Sequence
from datetime import date
from enum import Enum

from .allocation import Share
from .claim import Claim, Conventions
from .fee import is_cancelled, is_fee_excluded
from .regime import Regime


class Remark(str, Enum):
    """Why a figure may surprise."""

    NOT_DUE = "not_due"
    NO_NOTICE = "no_notice"
    LATER_MOVEMENT = "later_movement"
    SURPLUS = "surplus"
    CANCELLED = "cancelled"
    GRACE = "grace"
    INSOLVENCY = "insolvency"
    FEE_EXCLUDED = "fee_excluded"


def remarks_on(
    claim: Claim,
    regime: Regime,
    as_of: date,
    conventions: Conventions,
    shares: Sequence[Share],
) -> tuple[Remark, ...]:
    """The remarks a statement calls for, in a fixed order.

    >>> from decimal import Decimal
    >>> from .regime import CONSUMER
    >>> claim, day = Claim(Decimal("80.00"), date(2026, 3, 2)), date(2026, 3, 31)
    >>> remarks_on(claim, CONSUMER, day, Conventions(), ())
    (<Remark.NO_NOTICE: 'no_notice'>,)
    """
    judgment = claim.judgment_date
    calls = (
        (Remark.NOT_DUE, as_of <= claim.due_date),
        (Remark.NO_NOTICE, regime.starts_on_notice and claim.notice_date is None),
        (Remark.LATER_MOVEMENT, any(move.date > as_of for move in claim.movements)),
        (Remark.SURPLUS, any(share.surplus for share in shares)),
        (Remark.CANCELLED, is_cancelled(claim, as_of)),
        (Remark.GRACE, any(grace.first_day <= as_of for grace in claim.graces)),
        (Remark.INSOLVENCY, judgment is not None and judgment <= as_of),
        (
            Remark.FEE_EXCLUDED,
            regime.has_recovery_fee and is_fee_excluded(claim, conventions),
        ),
    )
    return tuple(remark for remark, is_called_for in calls if is_called_for)
