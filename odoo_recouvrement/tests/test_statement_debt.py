from decimal import Decimal

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..core.remarks import Remark
from ..report.decompte import decompte_html
from .statement import CREDIT_NOTE, PAYMENT, StatementCase, d


@tagged("post_install_l10n", "post_install", "-at_install")
class TestStatementDebt(StatementCase):
    """What lowers a debt, instalments and currencies: the base of the interest."""

    # ------------------------------------------------------- what lowers a debt

    def test_a_payment_counts_on_its_date_not_when_it_is_matched(self):
        invoice = self.owe()
        payment = self.receive(10000, day=d("2026-06-30"))
        lines = self.items(invoice) + payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        lines.reconcile()
        found = self.ask(invoice)
        self.assertEqual(self.segments(found)[0][:2], ("2026-06-21", 10))
        self.assertEqual(found.interest_due, Decimal("33.29"))

    def test_a_payment_before_the_invoice_lowers_the_base_from_the_start(self):
        invoice = self.owe()
        payment = self.receive(4000, day=d("2026-01-05"))
        lines = self.items(invoice) + payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.assertEqual(self.ask(invoice).segments[0].base, 6000)

    def test_a_payment_beyond_the_invoice_pays_it_and_no_more(self):
        """The ledger keeps the surplus: the statement knows what was matched."""
        invoice = self.owe()
        self.pay(invoice, 12000, d("2026-07-10"))
        found = self.ask(invoice)
        self.assertEqual([m.amount for m in found.claim.movements], [10000])
        self.assertEqual(found.surplus, 0)

    def test_a_payment_after_the_day_of_the_statement_is_left_aside(self):
        invoice = self.owe()
        self.pay(invoice, 10000, d("2026-08-01"))
        found = self.ask(invoice)
        self.assertEqual(found.total_due, Decimal("10107.26"))
        self.assertIn(Remark.LATER_MOVEMENT, found.remarks)

    def test_an_invoice_credited_whole_owes_nothing(self):
        invoice = self.owe()
        self.credit(invoice, 10000, "2026-07-05")
        found = self.ask(invoice)
        self.assertEqual(found.recovery_fee, 0)
        self.assertIn(Remark.CANCELLED, found.remarks)

    def test_an_unmatched_payment_is_not_yet_a_payment(self):
        """Whoever matches decides what it pays (C. civ. 1342-10)."""
        invoice = self.owe()
        self.receive(4000, day=d("2026-06-25"))
        self.assertFalse(self.ask(invoice).claim.movements)

    def test_what_is_written_off_lowers_the_price(self):
        """2 % kept by the customer, accepted as a discount when the payment came."""
        invoice = self.owe()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {
                "payment_date": d("2026-07-10"),
                "journal_id": self._bank_journal().id,
                "amount": 9800,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": self.company_data["default_account_expense"].id,
                "writeoff_label": "Discount",
            }
        )._create_payments()
        self.assertTrue(self.items(invoice).reconciled)
        found = self.ask(invoice)
        self.assertEqual(
            {(move.kind, move.amount) for move in found.claim.movements},
            {(CREDIT_NOTE, 200), (PAYMENT, 9800)},
        )
        self.assertEqual(found.principal_due, 0)

    def test_unmatching_brings_the_debt_back(self):
        invoice = self.owe()
        self.pay(invoice, 4000, d("2026-06-25"))
        self.items(invoice).remove_move_reconcile()
        self.assertEqual(self.ask(invoice).interest_accrued, Decimal("67.26"))

    # ---------------------------------------------------------------- instalments

    def test_each_instalment_runs_from_its_own_date_and_40_euros_come_once(self):
        term = self.instalments((50, 0), (50, 30))
        invoice = self.owe(
            due="2026-05-20",
            invoice_date=d("2026-05-20"),
            invoice_payment_term_id=term.id,
        )
        first, second = self.ask_all(invoice)
        self.assertEqual(str(first.statement.segments[0].first_day), "2026-05-21")
        self.assertEqual(str(second.statement.segments[0].first_day), "2026-06-20")
        self.assertEqual(first.statement.recovery_fee, 40)
        self.assertEqual(second.statement.recovery_fee, 0)

    def test_the_second_instalment_alone_knows_the_first_bears_the_40_euros(self):
        term = self.instalments((50, 0), (50, 30))
        invoice = self.owe(
            due="2026-05-20",
            invoice_date=d("2026-05-20"),
            invoice_payment_term_id=term.id,
        )
        _first, second = self.items(invoice)
        service = self.env["recouvrement.statement"]
        [found] = service._statements(second, d("2026-07-10")).values()
        self.assertEqual(found.statement.recovery_fee, 0)
        self.pay(invoice, 5000, d("2026-05-20"))  # the first instalment, in time
        [found] = service._statements(second, d("2026-07-10")).values()
        self.assertEqual(found.statement.recovery_fee, 40)

    def test_the_retention_is_taken_off_the_last_instalments(self):
        """CCP R2192-33: 5 % of guarantee bears no interest."""
        term = self.instalments((50, 0), (50, 30))
        invoice = self.owe(
            due="2026-05-20",
            invoice_date=d("2026-05-20"),
            invoice_payment_term_id=term.id,
            recouvrement_retention=500,
        )
        first, second = self.ask_all(invoice)
        self.assertEqual(first.statement.segments[0].base, 5000)
        self.assertEqual(second.statement.segments[0].base, 4500)
        with self.assertRaisesRegex(ValidationError, "between zero and"):
            invoice.recouvrement_retention = 10001

    def test_the_retention_bears_interest_after_its_own_date(self):
        """CCP R2191-35: thirty days after the guarantee, then 12.40 % on 500 €."""
        invoice = self.owe(due="2026-06-20", recouvrement_retention=500)
        self.pay(invoice, 9500, d("2026-06-20"))
        found = self.ask(invoice, "2026-08-30")
        self.assertEqual((found.segments, found.total_due), ((), 0))
        invoice.recouvrement_guarantee_end = d("2026-07-01")
        found = self.ask(invoice, "2026-08-30")
        self.assertEqual(self.segments(found), [("2026-08-01", 30, "500.00", "5.10")])
        self.assertEqual(found.total_due, Decimal("545.10"))
        sheet = decompte_html(
            self.env,
            [self.ask_all(invoice, as_of="2026-08-30")[0].entry(self.items(invoice))],
            lang="fr_FR",
            currency="EUR",
        )
        self.assertIn("remboursable au plus tard le 31/07/2026", sheet)

    # ------------------------------------------------------------------ currencies

    def test_foreign_currency(self):
        """In the item's own currency; the 40 € at the rate of the due date."""
        dollar = self.setup_other_currency(
            "USD", rates=[("2020-01-01", 2.0), ("2026-07-01", 1.5)]
        )
        invoice = self.owe(currency_id=dollar.id)
        self.pay(invoice, 4000, d("2026-06-30"))
        found = self.ask(invoice)
        self.assertEqual(found.claim.amount, 10000)
        self.assertEqual([m.amount for m in found.claim.movements], [4000])
        self.assertEqual(found.recovery_fee, 80)
        self.assertEqual(found.segments[0].interest, Decimal("33.29"))

    def test_exchange_differences_are_no_movement(self):
        dollar = self.setup_other_currency(
            "USD", rates=[("2020-01-01", 2.0), ("2026-07-01", 1.5)]
        )
        invoice = self.owe(currency_id=dollar.id)
        self.pay(invoice, 10000, d("2026-07-10"))
        self.assertTrue(self.items(invoice).matched_credit_ids.exchange_move_id)
        found = self.ask(invoice)
        self.assertEqual([m.amount for m in found.claim.movements], [10000])
        self.assertEqual(found.interest_due, Decimal("67.26"))
