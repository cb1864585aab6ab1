from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .penalty import DUE, FEE, INTEREST, PAID, TODAY, PenaltyCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestPenaltyNote(PenaltyCase):
    """Debit notes through Odoo's own invoices, and what the ledger makes of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.turn_invoicing_on()

    def setUp(self):
        super().setUp()
        self.invoice = self.paid_late()
        self.assess()

    def credit(self, note, price=None):
        """A credit note by Odoo's own dialog, of the whole or at other prices."""
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.accountant)
            .with_context(active_model="account.move", active_ids=note.ids)
            .create({"journal_id": note.journal_id.id, "date": TODAY})
        )
        wizard.refund_moves()
        credit = wizard.new_move_ids
        if price is not None:
            credit.invoice_line_ids.filtered("price_unit")[0].price_unit = price
        credit.action_post()
        return credit

    def state(self):
        found = self.standing(self.invoice)
        return {
            name: float(getattr(found.interest, name) + getattr(found.fee, name))
            for name in ("invoiced", "collected", "open")
        }

    # ------------------------------------------------------------------ the document

    def test_note_is_an_invoice_outside_vat(self):
        note = self.invoice_penalties(self.invoice)
        self.assertRecordValues(
            note,
            [
                {
                    "move_type": "out_invoice",
                    "state": "posted",
                    "partner_id": self.debtor.id,
                    "currency_id": self.invoice.currency_id.id,
                    "invoice_origin": self.invoice.name,
                    "amount_total": 107.26,
                    "amount_tax": 0,
                    "invoice_date": TODAY,
                    "invoice_date_due": TODAY,
                    "recouvrement_is_penalty": True,
                }
            ],
        )
        lines = note.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        self.assertEqual(
            [(line.account_id.code, line.price_subtotal) for line in lines],
            [("763100", 67.26), ("758100", 40)],
        )
        self.assertFalse(lines.tax_ids)
        self.assertEqual(lines.recouvrement_penalty_item_id, self.items(self.invoice))
        self.assertIn("hors champ de la TVA", note.narration)

    def test_note_states_its_decompte(self):
        note = self.invoice_penalties(self.invoice, post=False)
        [text] = note.invoice_line_ids.filtered(
            lambda line: line.display_type == "line_note"
        ).mapped("name")
        first, second = text.splitlines()
        self.assertIn("10 jours × 10\xa0000,00\xa0€ × 12,15\xa0% = 33,29\xa0€", first)
        self.assertIn("33,97", second)

    def test_ledger_follows_the_note(self):
        note = self.invoice_penalties(self.invoice, post=False)
        self.assertEqual(self.state(), {"invoiced": 107.26, "collected": 0, "open": 0})
        self.assertEqual(self.row(self.invoice).state, "done")
        note.with_user(self.accountant).action_post()
        self.assertEqual(len(self.entries(self.invoice)), 2)
        self.assertRecordValues(
            self.entries(self.invoice, nature="fee"),
            [{"kind": "invoiced", "amount": 40, "note_id": note.id}],
        )

    def test_payment_of_the_note_is_collected(self):
        note = self.invoice_penalties(self.invoice)
        self.pay(note, 50, day=TODAY)
        self.assertEqual(self.state()["collected"], 50)
        # In proportion: 50 × 67.26 / 107.26.
        self.assertRecordValues(
            self.entries(self.invoice, kind="collected"),
            [
                {"nature": "interest", "amount": 31.35, "date": TODAY},
                {"nature": "fee", "amount": 18.65, "date": TODAY},
            ],
        )
        payment = self.pay(note, day=TODAY + timedelta(days=3))
        self.assertEqual(self.state()["collected"], 107.26)
        payment.action_cancel()
        self.assertEqual(self.state()["collected"], 50)
        entries = self.entries(self.invoice, kind="collected")
        self.assertAlmostEqual(sum(entries.mapped("balance")), 50, 2)

    # -------------------------------------------------------------- changes of mind

    def test_draft_deleted(self):
        note = self.invoice_penalties(self.invoice, post=False)
        note.with_user(self.accountant).unlink()
        self.assertEqual(self.state(), {"invoiced": 0, "collected": 0, "open": 107.26})
        self.assertEqual(len(self.entries(self.invoice)), 4)
        self.assertEqual(self.row(self.invoice).state, "open")

    def test_draft_cancelled_then_back(self):
        note = self.invoice_penalties(self.invoice, post=False)
        note.button_cancel()
        self.assertEqual(self.state()["open"], 107.26)
        note.button_draft()
        self.assertEqual(self.state()["invoiced"], 107.26)

    def test_draft_edited_by_the_accountant(self):
        """A line removed is open again; a price lowered too."""
        note = self.invoice_penalties(self.invoice, post=False)
        fee = note.invoice_line_ids.filtered(
            lambda line: line.recouvrement_penalty_nature == "fee"
        )
        note.with_user(self.accountant).write(
            {"invoice_line_ids": [Command.delete(fee.id)]}
        )
        self.assertEqual(self.state()["open"], 40)
        line = note.invoice_line_ids.filtered("recouvrement_penalty_item_id")
        note.write({"invoice_line_ids": [Command.update(line.id, {"price_unit": 60})]})
        self.assertEqual(self.state(), {"invoiced": 60, "collected": 0, "open": 47.26})

    def test_posted_note_reset_to_draft(self):
        note = self.invoice_penalties(self.invoice)
        self.pay(note, day=TODAY)
        note.with_user(self.accountant).button_draft()
        self.assertEqual(self.state(), {"invoiced": 107.26, "collected": 0, "open": 0})

    def test_credit_note_reopens_the_penalty(self):
        note = self.invoice_penalties(self.invoice)
        credit = self.credit(note)
        self.assertTrue(credit.recouvrement_is_penalty)
        self.assertEqual(self.state(), {"invoiced": 0, "collected": 0, "open": 107.26})
        self.assertTrue(self.items(note).matched_credit_ids, "Odoo matches them.")
        self.assertEqual(self.state()["collected"], 0, "A credit note is no payment.")

    def test_credit_note_in_part(self):
        note = self.invoice_penalties(self.invoice)
        credit = self.credit(note, price=17.26)
        self.assertEqual(self.state()["open"], 57.26)  # 17.26 and the 40 €
        self.assertTrue(credit.reversed_entry_id)
        self.pay(note, day=TODAY)
        self.assertEqual(self.state(), {"invoiced": 50, "collected": 50, "open": 57.26})

    def test_draft_credit_note_counts_once_posted(self):
        note = self.invoice_penalties(self.invoice)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=note.ids)
            .create({"journal_id": note.journal_id.id})
        )
        wizard.refund_moves()
        self.assertEqual(self.state()["invoiced"], 107.26)

    def test_cancel_and_replace(self):
        """Odoo's « credit and new invoice »: the new draft asks for the same."""
        note = self.invoice_penalties(self.invoice)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=note.ids)
            .create({"journal_id": note.journal_id.id, "date": TODAY})
        )
        wizard.modify_moves()
        new = wizard.new_move_ids.filtered(lambda move: move.move_type == "out_invoice")
        self.assertTrue(new.recouvrement_is_penalty)
        self.assertEqual(self.state()["invoiced"], 107.26)

    def test_note_cannot_be_duplicated(self):
        note = self.invoice_penalties(self.invoice)
        with self.assertRaisesRegex(UserError, "due once"):
            note.copy()

    # ------------------------------------------------------------------ once, and law

    def test_double_click_invoices_once(self):
        settle = self.dialog("invoice", self.invoice, user=self.accountant)
        settle.action_apply()
        with self.assertRaisesRegex(UserError, "nothing is open any more"):
            settle.action_apply()

    def test_invoiced_cannot_be_waived(self):
        self.invoice_penalties(self.invoice)
        with self.assertRaisesRegex(UserError, "nothing is open"):
            self.ledger._waive(
                [(self.items(self.invoice), FEE, self.d("1"))], self.reason, "", TODAY
            )

    def test_proposed_waiver_is_not_invoiced(self):
        """What a manager has still to answer is left out of the note."""
        self.waive(self.invoice)
        with self.assertRaisesRegex(UserError, "nothing is open"):
            self.invoice_penalties(self.invoice)

    def test_more_than_accrued_is_not_posted(self):
        note = self.invoice_penalties(self.invoice, post=False)
        line = note.invoice_line_ids.filtered("recouvrement_penalty_item_id")[0]
        line.price_unit = 100
        with self.assertRaisesRegex(UserError, "32.74\xa0€ too much"):
            note.with_user(self.accountant).action_post()

    def test_taxes_are_refused(self):
        note = self.invoice_penalties(self.invoice, post=False)
        line = note.invoice_line_ids.filtered("recouvrement_penalty_item_id")[0]
        line.tax_ids = self.company_data["default_tax_sale"]
        with self.assertRaisesRegex(UserError, "outside VAT"):
            note.action_post()

    def test_no_penalty_on_penalties(self):
        """C. civ. 1343-2: a note that is late bears no interest and no 40 €."""
        note = self.invoice_penalties(self.invoice)
        found = self.standing(note, TODAY + timedelta(days=90))
        self.assertEqual((found.interest.accrued, found.fee.accrued), (0, 0))
        self.assertEqual(found.accrued.kind.value, "none")
        self.pay(note, day=TODAY + timedelta(days=40))
        self.assess(TODAY + timedelta(days=41))
        self.assertFalse(self.row(note))
        self.assertFalse(note.recouvrement_penalty_text)

    def test_insolvent_debtor_is_not_invoiced(self):
        case = self.case_of()
        note = self.invoice_penalties(self.invoice, post=False)
        case.insolvency_date = PAID
        with self.assertRaisesRegex(UserError, "insolvent since"):
            note.action_post()
        other = self.paid_late()
        with self.assertRaisesRegex(UserError, "L622-24"):
            self.ledger._invoice([(self.items(other), INTEREST, self.d("1"))], TODAY)

    def test_consumer_is_invoiced_interest_only(self):
        martin = self.make_debtor("Mme Martin", is_company=False)
        self.case_of(martin).profile = "consumer"
        invoice = self.paid_late(partner=martin)
        self.items(invoice).recouvrement_notice_date = date(2026, 6, 25)
        note = self.invoice_penalties(invoice)
        lines = note.invoice_line_ids.filtered("recouvrement_penalty_item_id")
        self.assertEqual(lines.mapped("recouvrement_penalty_nature"), ["interest"])
        with self.assertRaisesRegex(UserError, "consumer never owes"):
            self.ledger._check_no_fee_of_consumer(
                self.items(invoice), FEE, self.standing(invoice)
            )

    # --------------------------------------------------------------- grouping, rights

    def test_one_note_per_debtor_and_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        second = self.paid_late(2000)
        foreign = self.paid_late(currency_id=dollar.id)
        other = self.paid_late(partner=self.make_debtor("Another"))
        settle = self.dialog(
            "invoice", self.invoice, second, foreign, other, user=self.accountant
        )
        action = settle.action_apply()
        notes = self.env["account.move"].search(action["domain"], order="id")
        self.assertRecordValues(
            notes,
            [
                {
                    "partner_id": self.debtor.id,
                    "currency_id": self.invoice.currency_id.id,
                    "invoice_origin": f"{self.invoice.name}, {second.name}",
                },
                {
                    "partner_id": self.debtor.id,
                    "currency_id": dollar.id,
                    "invoice_origin": foreign.name,
                },
                {
                    "partner_id": other.partner_id.id,
                    "currency_id": self.invoice.currency_id.id,
                    "invoice_origin": other.name,
                },
            ],
        )

    def test_settings_are_those_of_the_company_of_the_invoice(self):
        other = self.setup_other_company(name="Atelier Loire")["company"]
        invoice = self.init_invoice(
            "out_invoice",
            partner=self.debtor,
            invoice_date=DUE,
            amounts=[1000],
            post=True,
            company=other,
        )
        item = self.items(invoice)
        self.assertFalse(self.ledger._standings(item, TODAY)[item.id].accrued.fault)
        with self.assertRaisesRegex(UserError, "Atelier Loire does not invoice"):
            self.ledger._invoice(
                [(self.items(self.invoice), FEE, self.d("40")),
                 (item, INTEREST, self.d("1"))],
                TODAY,
            )  # fmt: skip

    def test_only_an_accountant_invoices(self):
        for user in (self.collector, self.manager):
            with self.assertRaisesRegex(AccessError, "accountant"):
                self.dialog("invoice", self.invoice, user=user).action_apply()

    def test_invoicing_is_off_by_default(self):
        self.company.recouvrement_penalty_invoicing = False
        with self.assertRaisesRegex(UserError, "turn it on"):
            self.invoice_penalties(self.invoice)

    def test_accounts_are_asked_for(self):
        self.company.recouvrement_fee_account_id = False
        with self.assertRaisesRegex(UserError, "Propose accounts"):
            self.invoice_penalties(self.invoice)

    # -------------------------------------------------------------------- accounts

    def test_accounts_of_the_french_chart_are_proposed(self):
        self.assertEqual(
            (
                self.company.recouvrement_interest_account_id.code,
                self.company.recouvrement_fee_account_id.code,
            ),
            ("763100", "758100"),
        )

    def test_missing_account_is_created_when_confirmed(self):
        missing = self.company.recouvrement_interest_account_id
        missing.code = "999900"
        wizard = self.env["recouvrement.penalty.accounts"].create(
            {"company_id": self.company.id}
        )
        self.assertTrue(wizard.is_creating)
        self.assertIn("763100", wizard.interest_text)
        self.assertIn("in your chart", wizard.fee_text)
        wizard.action_confirm()
        created = self.company.recouvrement_interest_account_id
        self.assertNotEqual(created, missing)
        self.assertRecordValues(
            created, [{"code": "763100", "account_type": "income_other"}]
        )

    def test_settings_open_the_proposal(self):
        settings = self.env["res.config.settings"].create({})
        action = settings.action_recouvrement_propose_accounts()
        self.assertEqual(action["res_model"], "recouvrement.penalty.accounts")

    def test_note_text_of_the_company(self):
        self.company.recouvrement_penalty_note = "À régler sous 15 jours."
        note = self.invoice_penalties(self.invoice, post=False)
        self.assertIn("À régler sous 15 jours.", note.narration)
