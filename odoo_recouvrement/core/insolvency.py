"""What the opening judgment of insolvency proceedings does to the interest of a claim.

C. com. L622-28: it stops « le cours des intérêts légaux et conventionnels, ainsi que
de tous intérêts de retard et majorations », except those of contracts of loan for a
year or more, and of contracts « assortis d'un paiement différé d'un an ou plus ».
"""

from datetime import date

from .calendar import MonthEnd, add_months
from .claim import Claim, Conventions
from .fee import is_fee_excluded
from .money import ZERO

LONG_TERM_MONTHS = 12


def is_long_term(origin_date: date, due_date: date) -> bool:
    """Whether the payment was put off by a year or more, counted day for day.

    >>> is_long_term(date(2023, 3, 1), date(2024, 3, 1))
    True
    >>> is_long_term(date(2023, 3, 1), date(2024, 2, 29))
    False
    """
    return due_date >= add_months(origin_date, LONG_TERM_MONTHS, MonthEnd.LAST_DAY)


def under_judgment(
    claim: Claim,
    origin_date: date,
    judgment_date: date | None,
    conventions: Conventions,
) -> Claim:
    """The claim as its debtor's judgment leaves it; ``origin_date``: when it arose.

    A claim that arose after the judgment is paid on its due date and bears interest as
    any other (C. com. L622-17). One that was put off by a year or more goes on bearing
    interest, and owes no 40 € where the judgment forbade to pay it on its due date
    (L441-10 II), as any claim.

    >>> from decimal import Decimal
    >>> opened = date(2026, 3, 2)
    >>> claim = Claim(Decimal(100), date(2026, 4, 30))
    >>> earlier = under_judgment(claim, date(2026, 3, 1), opened, Conventions())
    >>> earlier.judgment_date == opened
    True
    >>> under_judgment(claim, date(2026, 3, 3), opened, Conventions()) == claim
    True
    """
    if judgment_date is None or origin_date > judgment_date:
        return claim
    concerned = claim._replace(judgment_date=judgment_date)
    if not is_long_term(origin_date, claim.due_date):
        return concerned
    if is_fee_excluded(concerned, conventions):
        return claim._replace(recovery_fee=ZERO)
    return claim
