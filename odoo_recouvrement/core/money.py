"""Money in the core: ``Decimal`` amounts and one rounding function.

Amounts are plain ``Decimal`` in the currency their owner names (an item carries
its ``currency_id``); nothing here converts between currencies.
"""

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


def round_money(amount: Decimal, digits: int = 2) -> Decimal:
    """Round to the currency's ``digits``, halves away from zero.

    >>> round_money(Decimal("33.285"))
    Decimal('33.29')
    >>> round_money(Decimal("1234.5"), 0)
    Decimal('1235')
    """
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """The part of ``amount`` that corresponds to ``part`` of ``whole``.

    >>> share(Decimal("90.00"), Decimal("50.00"), Decimal("100.00"))
    Decimal('45.00')
    >>> share(Decimal("90.00"), Decimal("100.00"), Decimal("100.00"))
    Decimal('90.00')
    """
    if part == whole:
        return amount
    return round_money(amount * part / whole)
