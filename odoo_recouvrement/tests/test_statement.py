from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..core.allocation import MovementKind
from ..core.interest import Statement
from .story import StoryCase

CREDIT_NOTE, PAYMENT = MovementKind.CREDIT_NOTE, MovementKind.PAYMENT


def d(text: str) -> date:
    return date.fromisoformat(text)


class StatementCase(StoryCase):
    """Statements as a collector asks for them, from invoices as accountants book."""

    def owe(self, amount=10000, due="2026-06-20", **values):
        return self.make_invoice(amount, due=d(due), **values)

    def ask_all(self, *moves, as_of="2026-07-10", user=None):
        """The statements of the items of these invoices, in due-date order."""
        lines = self.items(*moves).with_user(user or self.collector)
        service = lines.env["recouvrement.statement"]
        return list(service._statements(lines, d(as_of)).values())

    def ask(self, move, as_of="2026-07-10", **options) -> Statement:
        [found] = self.ask_all(move, as_of=as_of, **options)
        self.assertFalse(found.fault)
        return found.statement

    def why_not(self, move, as_of="2026-07-10") -> str:
        """The sentence said instead of a statement."""
        [found] = self.ask_all(move, as_of=as_of)
        self.assertIsNone(found.statement)
        return found.fault

    def segments(self, found: Statement):
        return [
            (str(s.first_day), s.days, str(s.base), str(s.interest))
            for s in found.segments
        ]

    def agree(self, points: float, **values):
        """The regime of a rate in the terms of sale."""
        return self.env["recouvrement.regime"].create(
            {"name": f"Terms: {points} %", "points": points, **values}
        )

    def credit(self, invoice, amount: float, day: str):
        """A credit note of that day, matched with the invoice."""
        note = self.make_invoice(
            amount,
            due=d(day),
            move_type="out_refund",
            invoice_date=d(day),
            partner=invoice.partner_id,
            currency_id=invoice.currency_id.id,
        )
        self.items(invoice, note).reconcile()
        return note


@tagged("post_install_l10n", "post_install", "-at_install")
class TestStatement(StatementCase):
    """What each item has come to, from the ledger's own matching history."""

    # ---------------------------------------------------------- worked examples

    def test_two_half_years(self):
        """EX07: 12.15 % then 12.40 %, from the day after the due date."""
        found = self.ask(self.owe())
        self.assertEqual(
            self.segments(found),
            [
                ("2026-06-21", 10, "10000.00", "33.29"),
                ("2026-07-01", 10, "10000.00", "33.97"),
            ],
        )
        self.assertEqual(found.interest_accrued, Decimal("67.26"))
        self.assertEqual(found.recovery_fee, 40)
        self.assertEqual(found.total_due, Decimal("10107.26"))

    def test_agreed_rate(self):
        """EX01: 15 % in the contract, chosen on the invoice."""
        invoice = self.owe(15000, "2018-04-15")
        invoice.recouvrement_regime_id = self.agree(15)
        found = self.ask(invoice, "2018-05-15")
        self.assertEqual(found.interest_accrued, Decimal("184.93"))

    def test_part_payment_principal_first(self):
        """EX12: 495.89 before the payment, 302.47 after it, 40 €."""
        self.company.recouvrement_allocation = "principal_first"
        invoice = self.owe(10000, "2025-01-01")
        invoice.recouvrement_regime_id = self.agree(10)
        self.pay(invoice, 4000, d("2025-07-01"))
        found = self.ask(invoice, "2026-01-01")
        self.assertEqual(
            [str(segment.interest) for segment in found.segments], ["495.89", "302.47"]
        )
        self.assertEqual(found.total_due, Decimal("6838.36"))

    def test_part_payment_pays_the_interest_first(self):
        """C. civ. 1343-1, the default: the principal goes down by 3,504.11 only."""
        invoice = self.owe(10000, "2025-01-01")
        invoice.recouvrement_regime_id = self.agree(10)
        self.pay(invoice, 4000, d("2025-07-01"))
        found = self.ask(invoice, "2026-01-01")
        [share] = found.shares
        self.assertEqual(share.interest, Decimal("495.89"))
        self.assertEqual(found.principal_due, Decimal("6495.89"))

    def test_credit_note_lowers_the_price(self):
        """EX12 again: a credit note is no payment, whatever the allocation."""
        invoice = self.owe(10000, "2025-01-01")
        invoice.recouvrement_regime_id = self.agree(10)
        self.credit(invoice, 4000, "2025-07-01")
        found = self.ask(invoice, "2026-01-01")
        self.assertEqual(found.claim.movements[0].kind, CREDIT_NOTE)
        self.assertEqual(found.total_due, Decimal("6838.36"))

    def test_leap_year(self):
        """EX14: 1,002.74 in years of 365 days, 1,000.00 in years of 366."""
        invoice = self.owe(10000, "2024-01-01")
        invoice.recouvrement_regime_id = self.agree(10)
        self.assertEqual(
            self.ask(invoice, "2025-01-01").interest_accrued, Decimal("1002.74")
        )
        self.company.recouvrement_day_count = "actual"
        self.assertEqual(
            self.ask(invoice, "2025-01-01").interest_accrued, Decimal("1000.00")
        )

    # ------------------------------------------------------------- paid invoices

    def test_paid_late_owes_its_interest_and_fee(self):
        invoice = self.owe()
        self.pay(invoice, day=d("2026-07-10"))
        self.assertTrue(self.items(invoice).reconciled)
        for as_of in ("2026-07-10", "2026-10-01"):
            found = self.ask(invoice, as_of)
            self.assertEqual(found.principal_due, 0)
            self.assertEqual(found.interest_due, Decimal("67.26"))
            self.assertEqual(found.total_due, Decimal("107.26"))

    def test_paid_in_time_owes_nothing(self):
        invoice = self.owe()
        self.pay(invoice, day=d("2026-06-20"))
        self.assertEqual(self.ask(invoice).total_due, 0)
