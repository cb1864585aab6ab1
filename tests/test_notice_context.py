"""The décompte of a mise en demeure: one reading for the letter and its annex."""

from datetime import date
from decimal import Decimal

from odoo_recouvrement.core.allocation import Movement, MovementKind
from odoo_recouvrement.core.claim import Claim
from odoo_recouvrement.core.interest import statement
from odoo_recouvrement.core.notice_context import (
    COLUMNS,
    NoticeContext,
    Stated,
    rows,
    with_statement,
)
from odoo_recouvrement.core.rates import shipped_rates
from odoo_recouvrement.core.regime import BUSINESS, CONSUMER
from odoo_recouvrement.core.sample import sample

DAY = date(2026, 7, 10)
DUE = date(2026, 6, 20)


def notice(regime=BUSINESS, *movements):
    """A notice for one invoice of 10,000 €, three weeks late."""
    context = sample("fr")
    item = context.overdue_items[0]
    claim = Claim(Decimal("10000.00"), DUE, tuple(movements))
    found = statement(claim, regime, DAY, shipped_rates())
    item = with_statement(item, found)
    values = {
        name: getattr(context, name)
        for name in context.__dataclass_fields__
        if name != "items"
    }
    return NoticeContext(
        **{**values, "date": DAY, "credits": ()},
        items=(item,),
        stated=(Stated(7, item, found),),
    )


def table(context):
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows(context)]


def test_the_sums_are_those_of_the_statement():
    context = notice()
    assert context.total == Decimal("10000.00")
    assert context.interest_total == Decimal("67.26")
    assert context.fee_total == Decimal("40.00")
    assert context.grand_total == Decimal("10107.26")
    assert context.paid_total == 0
    assert context.fee_count == 1
    assert context.articles == ("C. com. L441-10 II", "C. com. D441-5")


def test_a_consumer_is_asked_the_principal_alone():
    context = notice(CONSUMER)
    assert context.grand_total == Decimal("10000.00")
    assert context.fee_count == 0
    assert context.articles == ("C. civ. 1231-6, 1344-1",)
    assert [row["line"] for row in table(context)] == ["item", "total"]


def test_the_file_says_each_fact_on_a_row_and_adds_up():
    found = table(notice())
    assert [row["line"] for row in found] == [
        "segment", "segment", "fee", "item", "total",
    ]  # fmt: skip
    segments = [row for row in found if row["line"] == "segment"]
    assert [(row["from"], row["to"], row["days"]) for row in segments] == [
        ("2026-06-21", "2026-06-30", "10"),
        ("2026-07-01", "2026-07-10", "10"),
    ]
    assert [row["rate_percent"] for row in segments] == ["12.15", "12.40"]
    interest = sum(Decimal(row["interest"]) for row in segments)
    assert str(interest) == found[-1]["interest"] == "67.26"
    assert found[2]["amount"] == "40.00"
    assert found[2]["note"] == "C. com. D441-5"
    assert found[-1]["amount"] == "10107.26"


def test_payments_and_credit_notes_are_rows_of_their_own():
    context = notice(
        BUSINESS,
        Movement(date(2026, 6, 25), Decimal("1000.00"), MovementKind.CREDIT_NOTE),
        Movement(date(2026, 7, 1), Decimal("4000.00")),
    )
    assert context.paid_total == Decimal("5000.00")
    found = {row["line"]: row for row in table(context)}
    assert found["credit_note"]["amount"] == found["credit_note"]["principal"]
    payment = found["payment"]
    # C. civ. 1343-1: interest first, then the principal.
    assert Decimal(payment["interest"]) > 0
    parts = Decimal(payment["interest"]) + Decimal(payment["principal"])
    assert parts == Decimal(payment["amount"]) == Decimal("4000.00")
    assert payment["note"] == ""


def test_a_surplus_is_said():
    paid = Movement(date(2026, 7, 1), Decimal("11000.00"))
    found = {row["line"]: row for row in table(notice(BUSINESS, paid))}
    assert found["payment"]["note"].startswith("surplus ")
