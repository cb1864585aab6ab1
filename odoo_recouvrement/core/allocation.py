"""Imputation of payments: on interest or principal of one debt, on which of several.

One debt that bears interest: C. civ. 1343-1, « le paiement partiel s'impute d'abord
sur les intérêts »; the parties may agree on the principal first. Several debts:
C. civ. 1342-10. In both, no cent is made or lost: what is not used is returned.

A credit note is not a payment: it lowers the price, hence the principal alone.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from itertools import groupby
from typing import NamedTuple

from .money import ZERO, share


class Order(str, Enum):
    """What a part payment extinguishes first."""

    INTEREST_FIRST = "interest_first"
    PRINCIPAL_FIRST = "principal_first"


class MovementKind(str, Enum):
    """What lowers a debt."""

    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"


class Movement(NamedTuple):
    """A sum that lowers the debt from the day after its ``date`` on."""

    date: date
    amount: Decimal
    kind: MovementKind = MovementKind.PAYMENT


class Share(NamedTuple):
    """What a movement was used for; the four figures always add up to its amount.

    ``surplus``: beyond the debt. Never set against the 40 €, nor, for a credit note,
    against interest: offsetting is a decision, left to a human.
    """

    movement: Movement
    principal: Decimal
    interest: Decimal
    surplus: Decimal


def allocate(
    movement: Movement, principal: Decimal, interest: Decimal, order: Order
) -> Share:
    """Use a movement against what is due on its day.

    >>> payment = Movement(date(2025, 7, 1), Decimal("4000.00"))
    >>> due = {"principal": Decimal("10000.00"), "interest": Decimal("495.89")}
    >>> share = allocate(payment, **due, order=Order.INTEREST_FIRST)
    >>> share.principal, share.interest, share.surplus
    (Decimal('3504.11'), Decimal('495.89'), Decimal('0.00'))
    >>> allocate(payment, **due, order=Order.PRINCIPAL_FIRST).principal
    Decimal('4000.00')
    """
    amount = movement.amount
    if movement.kind is MovementKind.CREDIT_NOTE:
        interest = ZERO
    if order is Order.INTEREST_FIRST:
        to_interest = min(amount, interest)
        to_principal = min(amount - to_interest, principal)
    else:
        to_principal = min(amount, principal)
        to_interest = min(amount - to_principal, interest)
    return Share(
        movement, to_principal, to_interest, amount - to_principal - to_interest
    )


class Debt(NamedTuple):
    """One of several debts. ``weight``: the debtor's interest in paying it off.

    The rate it bears is the usual measure; the greater, the sooner it is paid.
    """

    id: int
    due_date: date
    amount: Decimal
    weight: Decimal = ZERO


class Spread(NamedTuple):
    """What each debt receives, by id, and what no debt was left to receive."""

    parts: dict[int, Decimal]
    surplus: Decimal


def spread(
    amount: Decimal, debts: Iterable[Debt], paid_on: date, chosen: Sequence[int] = ()
) -> Spread:
    """Share a payment between debts as C. civ. 1342-10 says.

    The debts the debtor chose, in that order; then those that are due, before the
    others; among them those « que le débiteur avait le plus d'intérêt d'acquitter »;
    the oldest; and « toutes choses égales, proportionnellement ».

    >>> march, april = date(2026, 3, 1), date(2026, 4, 1)
    >>> debts = [Debt(1, april, Decimal(100)), Debt(2, march, Decimal(100)),
    ...          Debt(3, march, Decimal(200))]
    >>> spread(Decimal(150), debts, paid_on=date(2026, 5, 1)).parts
    {2: Decimal('50.00'), 3: Decimal('100.00')}
    >>> spread(Decimal(150), debts, paid_on=date(2026, 5, 1), chosen=[1]).parts
    {1: Decimal('100'), 2: Decimal('16.67'), 3: Decimal('33.33')}
    """
    rank = {debt_id: place for place, debt_id in enumerate(chosen)}

    def priority(debt: Debt) -> tuple[int, bool, Decimal, date]:
        is_future = debt.due_date > paid_on
        return rank.get(debt.id, len(rank)), is_future, -debt.weight, debt.due_date

    parts: dict[int, Decimal] = {}
    for _, equals in groupby(sorted(debts, key=priority), key=priority):
        group = list(equals)
        used = min(amount, sum((debt.amount for debt in group), ZERO))
        parts |= _proportionally(used, group)
        amount -= used
    return Spread({debt_id: part for debt_id, part in parts.items() if part}, amount)


def _proportionally(amount: Decimal, debts: Sequence[Debt]) -> dict[int, Decimal]:
    """Each debt's share, rounded on the running total: the last cent is never lost."""
    whole = sum((debt.amount for debt in debts), ZERO)
    parts: dict[int, Decimal] = {}
    given = reached = ZERO
    for debt in sorted(debts):
        reached += debt.amount
        upto = share(amount, reached, whole)
        parts[debt.id] = upto - given
        given = upto
    return parts
