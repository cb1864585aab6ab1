import base64
from datetime import date
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.mail.tests.common import MockEmail

from ..report.labels import Writer
from ..report.letter import penalty_rows
from .common import AS_OF
from .statement import StatementCase, d
from .story import in_days


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-03-16")
class TestPenaltiesShown(StatementCase, MockEmail):
    """What lateness costs: on screens, on paper, in messages; frozen once they left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.levels["R3"].shows_penalties = True

    def invoice_at_r3(self, amount=1000, days=40, **values):
        invoice = self.make_invoice(amount, days=days, **values)
        self.start_at("R2", invoice)
        return invoice

    def compose(self, reminder, day=AS_OF):
        return self.env["recouvrement.message"]._compose(reminder, day)

    # -------------------------------------------------------------------- screens

    def test_the_items_of_a_file_say_what_lateness_costs(self):
        """1,000 € for 40 days at 12.15 %, and 40 €."""
        late, upcoming = self.make_invoice(1000, days=40), self.make_invoice(days=-5)
        case = self.case_of().with_user(self.reader)
        self.assertEqual(case.open_line_ids, self.items(late, upcoming))
        self.assertRecordValues(
            self.items(late, upcoming).with_user(self.reader),
            [
                {
                    "recouvrement_interest": 13.32,
                    "recouvrement_fee": 40,
                    "recouvrement_total_due": 1053.32,
                    "recouvrement_statement_fault": False,
                },
                {
                    "recouvrement_interest": 0,
                    "recouvrement_fee": 0,
                    "recouvrement_total_due": 100,
                    "recouvrement_statement_fault": False,
                },
            ],
        )
        self.assertEqual(late.with_user(self.reader).recouvrement_penalty_total, 53.32)

    def test_beside_the_balance_of_the_ledger_all_interest_is_owed(self):
        """A part payment pays interest first: the sum owed is the same either way."""
        invoice = self.make_invoice(1000, days=40)
        self.pay(invoice, 400, in_days(-10))
        [item] = self.items(invoice)
        found = self.ask(invoice, AS_OF.isoformat())
        self.assertEqual(item.amount_residual, 600)
        self.assertEqual(
            Decimal(str(round(item.recouvrement_total_due, 2))), found.total_due
        )

    def test_the_statement_on_screen_on_paper_and_for_a_spreadsheet(self):
        invoice = self.make_invoice(1000, days=40)
        self.pay(invoice, 400, in_days(-10))
        action = invoice.with_user(self.reader).action_open_recouvrement_decompte()
        screen = self.env["recouvrement.decompte"].with_user(self.reader)
        screen = screen.with_context(lang="fr_FR").browse(action["res_id"])
        self.assertIn("L441-10 II", screen.html)
        self.assertIn("12,15", screen.html)
        self.assertIn("Paiement", screen.html)
        self.assertFalse(screen.warning)
        download = screen.action_pdf()
        self.assertIn(f"/web/content/recouvrement.decompte/{screen.id}/pdf_file/",
                      download["url"])  # fmt: skip
        self.assertTrue(self.content(screen.pdf_file).startswith(b"%PDF"))
        rows = self.content(screen.csv_file).decode("utf-8-sig").splitlines()
        self.assertTrue(rows[0].startswith("facture;échéance;nature;du;au;jours;base"))
        self.assertIn(
            ";Intérêts;2026-02-05;2026-03-06;30;1000,00;12,15;9,99;;", rows[1]
        )
        self.assertTrue(rows[-1].endswith(";649,44;") or "Total" in rows[-1])

    def content(self, field) -> bytes:
        return base64.b64decode(field)

    def test_another_day_is_typed(self):
        invoice = self.make_invoice(1000, days=40)
        action = invoice.action_open_recouvrement_decompte()
        screen = self.env["recouvrement.decompte"].with_user(self.env.user)
        with Form(screen.browse(action["res_id"])) as form:
            form.as_of = d("2026-02-14")
            self.assertIn("3,33", form.html)

    def test_several_items_and_currencies_on_one_screen(self):
        dollar = self.setup_other_currency("USD", rates=[("2020-01-01", 2.0)])
        for values in ({}, {}, {"currency_id": dollar.id}):
            self.make_invoice(1000, days=40, **values)
        action = self.case_of().with_user(self.reader)
        action = action.action_open_recouvrement_decompte()
        screen = self.env["recouvrement.decompte"].with_context(lang="fr_FR")
        screen = screen.browse(action["res_id"])
        self.assertEqual(screen.html.count("Ensemble des factures"), 1)
        self.assertIn(
            "1\N{NARROW NO-BREAK SPACE}093,32\N{NO-BREAK SPACE}$US", screen.html
        )
        self.assertTrue(self.content(screen.pdf_file).startswith(b"%PDF"))

    def test_the_screen_says_why_there_is_no_statement(self):
        invoice = self.make_invoice(1000, days=40)
        action = invoice.action_open_recouvrement_decompte()
        screen = self.env["recouvrement.decompte"].browse(action["res_id"])
        screen.as_of = d("2027-02-01")
        self.assertIn("unknown for the first half of 2027", screen.warning)
        self.assertFalse(screen.html)

    def test_a_rate_below_the_floor_is_said_never_corrected(self):
        invoice = self.make_invoice(1000, days=40)
        invoice.recouvrement_regime_id = terms = self.agree(5)
        self.assertIn("below three times the legal rate", terms.floor_warning)
        action = invoice.action_open_recouvrement_decompte()
        screen = self.env["recouvrement.decompte"].browse(action["res_id"])
        self.assertIn("below three times", screen.warning)
        self.assertEqual(self.ask(invoice, "2026-03-16").segments[0].rate, 5)

    def test_nothing_but_debts_has_a_statement(self):
        note = self.make_invoice(100, move_type="out_refund")
        with self.assertRaisesRegex(UserError, "no item that could be late"):
            note.action_open_recouvrement_decompte()

    # ------------------------------------------------------------------- messages

    def test_a_level_that_does_not_say_it_says_nothing(self):
        invoice = self.make_invoice(1000, days=40)
        message = self.compose(self.remind(invoice)[0])
        self.assertFalse(message.context.shows_penalties)
        self.assertEqual(message.context.grand_total, message.context.total)
        self.assertFalse(message.penalties.entries)

    def test_a_letter_asks_them_apart_from_the_principal(self):
        [reminder] = self.remind(self.invoice_at_r3())
        self.assertEqual(reminder.level_id, self.levels["R3"])
        message = self.compose(reminder)
        context = message.context
        self.assertEqual(context.total, 1000)
        self.assertEqual(context.interest_total, Decimal("13.32"))
        self.assertEqual(context.fee_total, 40)
        self.assertEqual(context.grand_total, Decimal("1053.32"))
        self.assertEqual(len(message.penalties.entries), 1)
        rows = penalty_rows(context, Writer("fr", "EUR"))
        self.assertEqual([amount for _label, amount in rows],
                         [1000, Decimal("13.32"), 40])  # fmt: skip
        pdf = self.env["recouvrement.message"]._print(reminder, message)
        self.assertTrue(pdf.startswith(b"%PDF"))

    def test_the_preview_shows_what_will_leave(self):
        [reminder] = self.remind(self.invoice_at_r3())
        reminder = reminder.with_user(self.collector)
        self.assertFalse(reminder.preview_error)
        preview = self.env["recouvrement.message"]._preview(reminder)
        self.assertIn("1\N{NARROW NO-BREAK SPACE}053,32", preview["body"])

    def test_a_credit_that_waits_to_be_matched_lowers_the_interest(self):
        invoice = self.invoice_at_r3()
        self.receive(400, day=in_days(-10))
        [reminder] = self.remind(invoice)
        context = self.compose(reminder).context
        self.assertEqual(context.total, 600)
        self.assertLess(context.interest_total, Decimal("13.32"))
        matched = self.make_invoice(1000, days=40)
        self.pay(matched, 400, in_days(-10))
        found = self.ask(matched, "2026-03-16")
        self.assertEqual(context.interest_total, found.interest_accrued)

    def test_a_consumer_is_never_asked_the_40_euros(self):
        person = self.make_debtor("Camille Martin", is_company=False)
        [reminder] = self.remind(self.invoice_at_r3(partner=person))
        context = self.compose(reminder).context
        self.assertTrue(context.shows_penalties)
        self.assertEqual(context.grand_total, context.total)

    def test_an_unknown_rate_keeps_the_message_from_leaving(self):
        [reminder] = self.remind(self.invoice_at_r3())
        with self.assertRaisesRegex(UserError, "first half of 2027"):
            self.compose(reminder, date(2027, 1, 4))

    def test_the_figures_are_frozen_when_it_leaves(self):
        self.levels["R1"].shows_penalties = True
        invoice = self.make_invoice(1000, days=40)
        [reminder] = self.remind(invoice)
        self.assertFalse(reminder.line_ids.interest)
        with self.mock_mail_gateway():
            self.dispatch()
        self.assertIn(reminder.state, ("sent", "proved"))
        self.assertIn("1\N{NARROW NO-BREAK SPACE}053,32", reminder.body)
        self.assertRecordValues(
            reminder.line_ids, [{"claim": 1000, "interest": 13.32, "recovery_fee": 40}]
        )
        self.assertRecordValues(
            reminder, [{"total": 1000, "interest_total": 13.32, "fee_total": 40}]
        )
        self.pay(invoice, day=AS_OF)
        self.assertEqual(reminder.line_ids.interest, 13.32)
        with self.assertRaisesRegex(UserError, "cannot be edited"):
            reminder.line_ids.sudo().interest = 0
