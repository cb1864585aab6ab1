"""How long a public buyer has to pay, and the day its delay begins.

CCP R2192-10 and R2192-11: thirty days, fifty for public health establishments,
sixty for public companies. The contract may say less, never more (L2192-10).
"""

from datetime import date, timedelta
from enum import Enum

from .calendar import Region, legal_deadline

# R2192-14: without proof of the reception, « la date de la demande de paiement
# augmentée de deux jours fait foi ».
UNPROVED_RECEPTION_DAYS = 2


class PublicBuyer(str, Enum):
    """The kinds of public buyers that the payment term depends on."""

    GENERAL = "general"
    HEALTH = "health"
    PUBLIC_COMPANY = "public_company"


TERM_DAYS = {
    PublicBuyer.GENERAL: 30,
    PublicBuyer.HEALTH: 50,
    PublicBuyer.PUBLIC_COMPANY: 60,
}


def term_start(
    requested_on: date,
    received_on: date | None = None,
    performed_on: date | None = None,
) -> date:
    """The day the term runs from: the request's reception, or the performance if later.

    R2192-12 and R2192-13.

    >>> term_start(date(2026, 3, 2))
    datetime.date(2026, 3, 4)
    >>> term_start(date(2026, 3, 2), date(2026, 3, 3), performed_on=date(2026, 3, 20))
    datetime.date(2026, 3, 20)
    """
    reception = received_on or requested_on + timedelta(days=UNPROVED_RECEPTION_DAYS)
    return max(reception, performed_on or reception)


def public_due_date(
    start: date,
    buyer: PublicBuyer,
    agreed_days: int | None = None,
    *,
    postponed: bool = True,
) -> date:
    """The last day on which a public buyer pays in time.

    ``postponed``: a term that ends on a Saturday, a Sunday or a holiday ends on the
    next working day. It is commonly held, no text of the code says it; the cautious
    answer is yes, since interest then begins later.

    >>> public_due_date(date(2026, 3, 5), PublicBuyer.GENERAL)
    datetime.date(2026, 4, 7)
    >>> public_due_date(date(2026, 3, 5), PublicBuyer.GENERAL, postponed=False)
    datetime.date(2026, 4, 4)
    >>> public_due_date(date(2026, 3, 5), PublicBuyer.HEALTH, agreed_days=90)
    datetime.date(2026, 4, 24)
    """
    longest = TERM_DAYS[buyer]
    days = longest if agreed_days is None else min(agreed_days, longest)
    if postponed:
        return legal_deadline(start, days=days, region=Region.METROPOLE)
    return start + timedelta(days=days)
