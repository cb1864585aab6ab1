"""What became of a promise to pay: kept, partly kept or broken, as the ledger says.

A promise names items, an amount and a date. It is judged on what was received *on
these items* between the day it was made and its date plus a grace: a transfer takes
days to arrive, and a payment of the day before was not promised.

Promises may share an item (half on the 10th, half on the 20th): a receipt keeps one
promise only, the earliest that it can keep.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from .money import ZERO


class PromiseState(str, Enum):
    """Where a promise stands on a day."""

    PENDING = "pending"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    CANCELLED = "cancelled"


class Receipt(NamedTuple):
    """Money received on an item: positive, in the item's currency."""

    item_id: int
    day: date
    amount: Decimal


class Promise(NamedTuple):
    """``amount`` by ``due_on`` on some items, promised on ``made_on``."""

    id: int
    item_ids: frozenset[int]
    amount: Decimal
    made_on: date
    due_on: date
    grace_days: int = 0

    @property
    def last_day(self) -> date:
        """The last day on which a receipt still keeps it."""
        return self.due_on + timedelta(days=self.grace_days)


class Verdict(NamedTuple):
    """The state of a promise, and what was received for it."""

    state: PromiseState
    received: Decimal


def judge(
    promises: Sequence[Promise],
    receipts: Iterable[Receipt],
    as_of: date,
    *,
    residuals: Mapping[int, Decimal],
    unmatched: Decimal = ZERO,
) -> dict[int, Verdict]:
    """The verdict of each promise of a debtor in one currency, by id.

    ``residuals``: what is still open on each item. When nothing is, the promise has
    nothing left to keep: kept if money came, cancelled if a credit note did it all.
    ``unmatched``: receipts that nobody has matched yet; as long as they could keep
    the promise, it is not called broken.

    >>> promise = Promise(1, frozenset({7}), Decimal(100), date(2026, 3, 2),
    ...                   date(2026, 3, 9), grace_days=3)
    >>> paid = Receipt(7, date(2026, 3, 11), Decimal(60))
    >>> judge([promise], [paid], date(2026, 3, 13), residuals={7: Decimal(40)})
    {1: Verdict(state=<PromiseState.PARTLY_KEPT: 'partly_kept'>,
     received=Decimal('60'))}
    """
    came = sorted(
        (receipt for receipt in receipts if receipt.day <= as_of),
        key=lambda receipt: receipt.day,
    )
    left = [receipt.amount for receipt in came]
    verdicts = {}
    for promise in sorted(promises, key=lambda promise: (promise.due_on, promise.id)):
        received = _take(promise, came, left)
        still_open = sum(
            (residuals.get(item_id, ZERO) for item_id in promise.item_ids), ZERO
        )
        state = _state(promise, received, still_open, unmatched, as_of)
        verdicts[promise.id] = Verdict(state, received)
    return verdicts


def _take(promise: Promise, came: Sequence[Receipt], left: list[Decimal]) -> Decimal:
    """What was received for the promise; ``left`` of each receipt, lowered in place."""
    missing = promise.amount
    for place, receipt in enumerate(came):
        is_timely = promise.made_on <= receipt.day <= promise.last_day
        if is_timely and receipt.item_id in promise.item_ids:
            used = min(left[place], missing)
            left[place] -= used
            missing -= used
    return promise.amount - missing


def _state(
    promise: Promise,
    received: Decimal,
    still_open: Decimal,
    unmatched: Decimal,
    as_of: date,
) -> PromiseState:
    if received >= promise.amount:
        return PromiseState.KEPT
    if still_open <= ZERO:
        return PromiseState.KEPT if received else PromiseState.CANCELLED
    if as_of <= promise.last_day or received + unmatched >= promise.amount:
        return PromiseState.PENDING
    return PromiseState.PARTLY_KEPT if received else PromiseState.BROKEN


class Part(NamedTuple):
    """What a promise covers of an item; ``amount`` None: all of it."""

    item_id: int
    amount: Decimal | None


def covered(items: Sequence[tuple[int, Decimal]], amount: Decimal) -> list[Part]:
    """Which items a promised amount sets aside: the first ones whole, the last in part.

    ``items``: (id, open amount), the oldest first (C. civ. art. 1342-10).

    >>> covered([(1, Decimal(100)), (2, Decimal(50)), (3, Decimal(9))], Decimal(120))
    [Part(item_id=1, amount=None), Part(item_id=2, amount=Decimal('20'))]
    """
    parts, left = [], amount
    for item_id, residual in items:
        if left <= ZERO:
            break
        parts.append(Part(item_id, None if left >= residual else left))
        left -= residual
    return parts
