from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..core.remarks import Remark
from .common import AS_OF
from .statement import CREDIT_NOTE, StatementCase, d


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

    def test_one_half_year(self):
        """EX02: 1,000 € for 30 days of the first half of 2024, at 14.50 %."""
        found = self.ask(self.owe(1000, "2024-01-10"), "2024-02-09")
        self.assertEqual(found.interest_accrued, Decimal("11.92"))

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

    # -------------------------------------------------------------- circumstances

    def test_insolvency_stops_interest_on_the_eve(self):
        invoice = self.owe()
        self.case_of().insolvency_date = d("2026-07-01")
        self.assertEqual(self.ask(invoice).interest_accrued, Decimal("33.29"))
        self.company.recouvrement_stops_on_eve = False
        self.assertEqual(self.ask(invoice).segments[-1].days, 1)

    def test_no_40_euros_when_the_debtor_might_not_pay_on_the_due_date(self):
        invoice = self.owe()
        self.case_of().insolvency_date = d("2026-06-20")
        found = self.ask(invoice)
        self.assertEqual(found.total_due, 10000)
        self.assertIn(Remark.FEE_EXCLUDED, found.remarks)

    def test_a_claim_born_after_the_judgment_bears_interest(self):
        invoice = self.owe()
        self.case_of().insolvency_date = d("2026-05-01")
        self.assertEqual(self.ask(invoice).interest_accrued, Decimal("67.26"))

    def test_a_payment_put_off_by_a_year_bears_interest_after_the_judgment(self):
        """C. com. L622-28, and no 40 € all the same."""
        invoice = self.owe(invoice_date=d("2025-06-20"))
        self.case_of().insolvency_date = d("2026-06-20")
        found = self.ask(invoice)
        self.assertEqual(found.interest_accrued, Decimal("67.26"))
        self.assertEqual(found.recovery_fee, 0)

    def test_a_judges_delay_bears_no_interest(self):
        """C. civ. 1343-5, on one item or on all that is owed."""
        invoice, other = self.owe(), self.owe()
        grace = (
            self.env["recouvrement.grace"]
            .with_user(self.collector)
            .create(
                {
                    "case_id": self.case_of().id,
                    "move_line_ids": [Command.set(self.items(invoice).ids)],
                    "first_day": d("2026-07-01"),
                    "last_day": d("2026-12-31"),
                    "decision": "TJ Nantes, 25 June 2026",
                }
            )
        )
        self.assertEqual(self.ask(invoice).interest_accrued, Decimal("33.29"))
        self.assertEqual(self.ask(other).interest_accrued, Decimal("67.26"))
        grace.move_line_ids = [Command.clear()]
        self.assertEqual(self.ask(other).interest_accrued, Decimal("33.29"))
        stranger = self.owe(partner=self.make_debtor("Stranger"))
        with self.assertRaisesRegex(ValidationError, "not owed by"):
            grace.move_line_ids = [Command.set(self.items(stranger).ids)]

    def test_a_consumer_owes_nothing_before_the_notice_and_never_40_euros(self):
        """C. civ. 1231-6: the legal rate, 2.75 %, from the day after its reception."""
        person = self.make_debtor("Camille Martin", is_company=False)
        invoice = self.owe(partner=person)
        found = self.ask(invoice)
        self.assertEqual(found.total_due, 10000)
        self.assertIn(Remark.NO_NOTICE, found.remarks)
        self.items(invoice).recouvrement_notice_date = d("2026-06-30")
        found = self.ask(invoice)
        self.assertEqual(found.interest_accrued, Decimal("7.53"))
        self.assertEqual(found.recovery_fee, 0)

    def test_a_public_buyer_keeps_the_rate_of_its_first_half_year(self):
        """CCP R2192-31: 10.15 % for 20 days; its payments go to the principal."""
        town = self.make_debtor("Commune de Saint-Aubin")
        invoice = self.owe(partner=town)
        self.pay(invoice, 4000, d("2026-06-30"))
        found = self.ask(invoice)
        self.assertEqual({s.rate for s in found.segments}, {Decimal("10.15")})
        self.assertEqual(found.principal_due, 6000)
        self.assertEqual(found.recovery_fee, 40)

    # ------------------------------------------------------------------ bad input

    def test_nothing_is_late_before_its_due_date(self):
        found = self.ask(self.owe(), as_of="2026-06-20")
        self.assertEqual(found.total_due, 10000)
        self.assertIn(Remark.NOT_DUE, found.remarks)

    def test_an_unknown_half_year_says_which_rate_to_enter_and_where(self):
        invoice = self.owe()
        self.assertRegex(
            self.why_not(invoice, "2027-02-01"),
            "ECB.* unknown for the first half of 2027: .* › Interest rates",
        )
        self.pay(invoice, day=d("2026-07-10"))
        self.assertEqual(self.ask(invoice, "2027-02-01").interest_due, Decimal("67.26"))

    def test_a_credit_is_no_debt(self):
        note = self.owe(100, move_type="out_refund")
        self.assertRegex(self.why_not(note), "match this credit")

    def test_an_absurd_amount(self):
        self.assertRegex(self.why_not(self.owe(10**12)), "not the amount of an invoice")

    def test_an_absurd_date(self):
        invoice = self.owe()
        self.items(invoice).date_maturity = d("3206-06-20")
        self.assertRegex(self.why_not(invoice), "correct the due date")

    def test_one_bad_item_does_not_stop_the_others(self):
        good, bad = self.owe(), self.owe(10**12)
        found = self.ask_all(good, bad)
        self.assertEqual([bool(one.statement) for one in found], [True, False])

    def test_nothing_asked_nothing_found(self):
        self.assertEqual(self.ask_all(), [])

    def test_one_company_at_a_time(self):
        other = self.setup_other_company(name="Atelier Loire")
        foreign = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": other["company"].id,
                "journal_id": other["default_journal_sale"].id,
                "partner_id": self.debtor.id,
                "invoice_date": AS_OF,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "x",
                            "price_unit": 10,
                            "account_id": other["default_account_revenue"].id,
                        }
                    )
                ],
            }
        )
        foreign.action_post()
        lines = self.items(self.owe()) + self.items(foreign)
        with self.assertRaisesRegex(UserError, "one company at a time"):
            self.env["recouvrement.statement"]._statements(lines, AS_OF)

    # ----------------------------------------------------------------------- speed

    def test_queries_do_not_depend_on_the_number_of_items(self):
        few = [self.owe(100 + n) for n in range(2)]
        many = [
            self.owe(100 + n, partner=partner)
            for n, partner in enumerate(self.debtors(12))
        ]
        for invoice in (*few, *many):
            self.pay(invoice, 30, d("2026-06-25"))
        service = self.env["recouvrement.statement"]

        def count(lines):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = service._statements(lines, d("2026-07-10"))
            self.assertEqual(len(found), len(lines))
            return self.env.cr.sql_log_count - before

        few, many = self.items(*few), self.items(*many)
        count(few)  # the rates are read once
        self.assertEqual(count(few), count(many))
        self.assertLessEqual(count(many), 20)
