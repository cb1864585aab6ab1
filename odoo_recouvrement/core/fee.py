"""The flat recovery fee: 40 € for each invoice paid late.

C. com. D441-5, CCP D2192-35. Due whole from the first day, whatever the delay and the
part that is late; once; without being invoiced; never by a consumer. Whether an
invoice was late is a fact of its statement: here is what, once late, it owes.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from .allocation import MovementKind
from .claim import Claim, Conventions
from .money import ZERO
from .regime import Regime


def recovery_fee(
    claim: Claim, regime: Regime, as_of: date, conventions: Conventions
) -> Decimal:
    """What a debt that was late owes, apart from principal and interest.

    >>> from .regime import BUSINESS, CONSUMER
    >>> claim, day = Claim(Decimal("80.00"), date(2026, 3, 2)), date(2026, 3, 3)
    >>> recovery_fee(claim, BUSINESS, day, Conventions())
    Decimal('40.00')
    >>> recovery_fee(claim, CONSUMER, day, Conventions())
    Decimal('0')
    """
    if not regime.has_recovery_fee or is_cancelled(claim, as_of):
        return ZERO
    return ZERO if is_fee_excluded(claim, conventions) else claim.recovery_fee


def bearers(late_items: Iterable[tuple[int, int]]) -> set[int]:
    """The items that bear the 40 €: the first late one of each invoice.

    ``late_items``: (invoice, item), the oldest first. D441-5: « par facture ».

    >>> sorted(bearers([(1, 10), (1, 11), (2, 20)]))
    [10, 20]
    """
    first: dict[int, int] = {}
    for invoice_id, item_id in late_items:
        first.setdefault(invoice_id, item_id)
    return set(first.values())


def is_cancelled(claim: Claim, as_of: date) -> bool:
    """Whether credit notes cover the whole price: none is left to be paid late."""
    credited = sum(
        (
            movement.amount
            for movement in claim.movements
            if movement.kind is MovementKind.CREDIT_NOTE and movement.date <= as_of
        ),
        ZERO,
    )
    return credited >= claim.amount - claim.retention


def is_fee_excluded(claim: Claim, conventions: Conventions) -> bool:
    """L441-10 II: not when insolvency forbids « le paiement à son échéance ».

    Read as: the due date is the day of the opening judgment or later.
    """
    return (
        claim.judgment_date is not None
        and claim.due_date >= claim.judgment_date
        and conventions.fee_needs_payable_date
    )
