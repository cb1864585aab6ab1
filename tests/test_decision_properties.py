"""What holds whatever the items, the amounts and the day."""

from datetime import date
from decimal import Decimal

from decision_stories import EUR, LADDER, MONDAY, debtor, decide_one, item
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.decision import OUTCOME_OF, Outcome, Reason, decide

items_of = st.lists(
    st.tuples(st.integers(-40, 400), st.integers(1, 100_000)), min_size=1, max_size=8
)


@given(items_of, st.integers(0, 400_000))
def test_no_amount_appears_or_disappears_whatever_the_credits(rows, credit):
    """What is claimed plus what credits paid is what was open and due."""
    items = [
        item(overdue, Decimal(cents) / 100, id=n, move_id=n)
        for n, (overdue, cents) in enumerate(rows, 1)
    ]
    credits = Decimal(credit) / 100
    decisions = decide(debtor(credits={EUR: credits}), items, MONDAY)
    due = [d for d in decisions if d.item.due_date <= MONDAY]
    opened = sum((d.item.residual for d in due), Decimal(0))
    claimed = sum((d.claim for d in due), Decimal(0))
    assert claimed == max(opened - credits, Decimal(0))


@given(items_of, st.integers(0, 200))
def test_a_covered_debtor_is_never_reminded(rows, extra):
    items = [
        item(abs(overdue), Decimal(cents) / 100, id=n)
        for n, (overdue, cents) in enumerate(rows, 1)
    ]
    total = sum((one.residual for one in items), Decimal(extra))
    decisions = decide(debtor(credits={EUR: total}), items, MONDAY)
    assert {d.outcome for d in decisions} == {Outcome.COVERED}


@given(st.integers(-40, 400), st.sampled_from([None, -7, 3, 17, 30, 45, 60]))
def test_an_item_never_goes_back_nor_jumps(overdue, position):
    decision = decide_one(item(overdue, position=position))
    if decision.outcome is Outcome.REMIND:
        days = [step.days for step in LADDER.steps]
        expected = days.index(position) + 1 if position is not None else 0
        if expected == 0 and overdue >= 0:
            expected = 1  # the courtesy lapsed
        assert decision.step.days == days[expected]


@given(items_of, st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_rule_7_every_item_gets_one_decision_with_a_reason(rows, day):
    items = [item(overdue, cents, id=n) for n, (overdue, cents) in enumerate(rows, 1)]
    decisions = decide(debtor(), items, day)
    assert [d.item for d in decisions] == items
    assert all(d.outcome is OUTCOME_OF[d.reason] for d in decisions)


def test_every_reason_belongs_to_an_outcome():
    assert set(OUTCOME_OF) == set(Reason)
