"""One voice per debtor: how the steps of a day become messages."""

from datetime import timedelta
from decimal import Decimal

import pytest
from decision_stories import MONDAY, USD, debtor, item

from odoo_recouvrement.core.decision import Grouping, Limits, decide
from odoo_recouvrement.core.grouping import group, is_upcoming


def messages(items, grouping=Grouping.DEBTOR):
    return group(7, grouping, decide(debtor(), items, MONDAY, Limits()))


R1 = item(5, 100, id=1, move_id=1)
R2 = item(20, 200, id=2, move_id=2, position=3)
SOON = item(-5, 400, id=3, move_id=3)
WAITS = item(-30, 800, id=4, move_id=4)


def test_rule_2_one_message_per_debtor_at_the_highest_level():
    [message] = messages([R1, R2, WAITS])
    assert message.step.days == 17
    assert [(d.item.id, d.step.days) for d in message.decisions] == [(2, 17), (1, 3)]
    assert message.total == 300


def test_what_is_not_due_is_announced_not_claimed():
    [message] = messages([R1, SOON])
    assert (message.total, message.upcoming_total) == (100, 400)
    assert [is_upcoming(d) for d in message.decisions] == [False, True]
    assert message.step.days == 3


def test_grouping_by_level_gives_one_message_per_level():
    found = messages([R1, R2, SOON], Grouping.LEVEL)
    assert [message.step.days for message in found] == [17, 3, -7]


def test_grouping_by_invoice_keeps_the_instalments_together():
    second = R1._replace(id=9, due_date=R1.due_date + timedelta(days=1))
    found = messages([R1, R2, second], Grouping.INVOICE)
    assert [[d.item.id for d in m.decisions] for m in found] == [[2], [1, 9]]


def test_rule_10_one_message_never_mixes_currencies():
    dollars = item(20, 900, id=5, currency_id=USD)
    found = messages([R1, dollars])
    assert [(m.currency_id, m.total) for m in found] == [(USD, 900), (1, 100)]


@pytest.mark.parametrize("grouping", list(Grouping))
def test_the_oldest_debt_leaves_first_and_nothing_is_lost(grouping):
    found = messages([R1, R2, SOON], grouping)
    dues = [message.decisions[0].item.due_date for message in found]
    assert dues == sorted(dues)
    assert sum((m.total + m.upcoming_total for m in found), Decimal(0)) == 700


def test_nothing_to_say_makes_no_message():
    assert messages([WAITS]) == []
