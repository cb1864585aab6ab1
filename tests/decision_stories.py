"""What the stories of the decision engine share. Round numbers.

The business ladder of these stories: a courtesy 7 days before the due date, R1 at
day 3, R2 at day 17, R3 at day 30, formal notice at day 45, hand-over at day 60.
"""

from datetime import date, timedelta
from decimal import Decimal

from odoo_recouvrement.core.calendar import SendingCalendar
from odoo_recouvrement.core.decision import (
    Channel,
    Debtor,
    Item,
    Ladder,
    Limits,
    Step,
    decide,
)

MAIL = frozenset({Channel.EMAIL})
LADDER = Ladder(
    1,
    (
        Step(10, -7, 0, MAIL),
        Step(11, 3, 3, MAIL, minimum=Decimal(15)),
        Step(12, 17, 7, MAIL, minimum=Decimal(15)),
        Step(13, 30, 7, MAIL | {Channel.LETTER}, cap=2),
        Step(14, 45, 10, frozenset({Channel.REGISTERED_LETTER})),
        Step(15, 60, 10, is_final=True),
    ),
)
MONDAY = date(2026, 3, 2)
REACHABLE = frozenset({Channel.EMAIL, Channel.LETTER, Channel.REGISTERED_LETTER})
EUR, USD = 1, 2


def item(overdue: int, amount: int | str = 1000, **facts) -> Item:
    """An item due ``overdue`` days before that Monday."""
    amount = Decimal(amount)
    facts = {"id": 1, "move_id": 1, "currency_id": EUR, "balance": amount} | facts
    return Item(due_date=MONDAY - timedelta(days=overdue), residual=amount, **facts)


def debtor(**facts) -> Debtor:
    facts = {
        "ladder": LADDER,
        "calendar": SendingCalendar(),
        "channels": REACHABLE,
    } | facts
    return Debtor(id=7, **facts)


def decide_one(one: Item, of: Debtor | None = None, on: date = MONDAY, **limits):
    return decide(of or debtor(), [one], on, Limits(**limits))[0]
