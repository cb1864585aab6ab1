from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.mail.tests.common import MockEmail

from .penalty import DUE, FEE, INTEREST, PAID, TODAY, PenaltyCase

SESSION = "odoo.addons.odoo_recouvrement.models.smtp_session.SmtpSession"


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestPenaltyReminder(PenaltyCase, MockEmail):
    """« Claim again »: penalties of paid invoices, by a reminder like the others."""

    def claim(self, *invoices, user=None):
        """Through the dialog; the reminders that wait to leave."""
        user = user or self.collector
        self.dialog("claim", *invoices, user=user).action_apply()
        return self.reminders(*invoices).filtered("is_penalty_claim")

    def claimed(self, invoice):
        found = self.standing(invoice)
        return float(found.interest.claimed), float(found.fee.claimed)

    # --------------------------------------------------------------------- leaving

    def test_by_email_with_its_statement(self):
        invoice = self.paid_late()
        self.assess()
        reminder = self.claim(invoice)
        self.assertRecordValues(
            reminder,
            [
                {
                    "state": "confirmed",
                    "channel": "email",
                    "confirm_user_id": self.collector.id,
                    "total": 107.26,
                    "name": False,
                }
            ],
        )
        self.assertEqual(self.claimed(invoice), (0, 0), "Nothing has left yet.")
        with self.mock_mail_gateway():
            self.assertEqual(self.dispatch(TODAY), 1)
        self.assertRecordValues(
            reminder,
            [
                {
                    "state": "sent",
                    "recipient_email": "boulangerie.martin@client.example",
                    "interest_total": 67.26,
                    "fee_total": 40,
                }
            ],
        )
        self.assertTrue(reminder.name.startswith("REL/2026/"))
        [mail] = self._mails
        for words in (
            invoice.name,
            "20 jours après son échéance du 20\N{NO-BREAK SPACE}juin 2026",
            "107,26",
            "L441-10",
        ):
            self.assertIn(words, mail["body"])
        self.assertNotIn("Principal", mail["body"], "Nothing of it is asked.")
        [(_name, content, _kind)] = mail["attachments"]
        self.assertTrue(content.startswith(b"%PDF"))
        self.assertEqual(reminder.pdf_id.raw, content, "Frozen as it left.")
        self.assertEqual(self.claimed(invoice), (67.26, 40))
        self.assertEqual(set(self.entries(invoice).reminder_id), {reminder})
        self.assertEqual(self.row(invoice).claimed, 107.26)
        self.assertEqual(self.row(invoice).state, "open", "Claiming is no way out.")

    def test_by_letter_to_who_has_no_address(self):
        invoice = self.paid_late()
        self.debtor.email = False
        reminder = self.claim(invoice)
        self.assertEqual(reminder.channel, "letter")
        with self.mock_mail_gateway():
            self.dispatch(TODAY)
        self.assertFalse(self._mails)
        self.assertEqual(reminder.state, "sent")
        self.assertTrue(reminder.pdf_id.raw.startswith(b"%PDF"))
        self.assertIn("42000 SAINT ETIENNE", reminder.recipient_address)
        self.assertIn("pénalités de retard", reminder.text)
        reminder.with_user(self.collector).action_posted(posted_on=TODAY)
        self.assertEqual(reminder.state, "proved")
        self.assertEqual(self.claimed(invoice), (67.26, 40))

    def test_one_message_for_all_the_invoices_of_a_debtor(self):
        first, second = self.paid_late(), self.paid_late(5000)
        other = self.paid_late(partner=self.make_debtor("Menuiserie Le Goff"))
        reminders = self.claim(first, second, other)
        self.assertEqual(len(reminders), 2)
        self.dispatch(TODAY)
        self.assertEqual(set(reminders.mapped("state")), {"sent"})
        whole = reminders.filtered(lambda one: one.partner_id == self.debtor)
        self.assertEqual((whole.interest_total, whole.fee_total), (100.89, 80))

    def test_the_ladder_of_an_invoice_that_opens_again_is_what_it_was(self):
        invoice = self.paid_late()
        reminder = self.claim(invoice)
        self.dispatch(TODAY)
        reminder.sudo()._set_state("proved", proof_date=reminder.sent_date)
        self.assertFalse(self.items(invoice).recouvrement_level_id)
        payment = self.items(invoice).matched_credit_ids.credit_move_id.payment_id
        payment.action_draft()
        payment.action_cancel()
        day = TODAY + timedelta(days=20)
        with freeze_time(day):
            [again] = self.remind(invoice, day=day)[:1]
        self.assertEqual(again.level_id.code, "R1")

    # -------------------------------------------------------- what changed meanwhile

    def test_what_was_waived_meanwhile_is_not_asked(self):
        invoice = self.paid_late()
        reminder = self.claim(invoice)
        self.ledger._waive(
            [(self.items(invoice), INTEREST, self.d("7.26"))], self.reason, "", TODAY
        )
        self.dispatch(TODAY)
        self.assertRecordValues(
            reminder,
            [{"state": "sent", "total": 100, "interest_total": 60, "fee_total": 40}],
        )

    def test_settled_meanwhile_it_does_not_leave(self):
        invoice = self.paid_late()
        reminder = self.claim(invoice)
        asks = [(INTEREST, self.d("67.26")), (FEE, self.d("40"))]
        self.ledger._waive(
            [(self.items(invoice), *ask) for ask in asks], self.reason, "", TODAY
        )
        with self.mock_mail_gateway():
            self.assertEqual(self.dispatch(TODAY), 0)
        self.assertFalse(self._mails)
        self.assertEqual(reminder.state, "cancelled")
        self.assertIn("not open any more", reminder.failure_reason)
        self.assertEqual(self.claimed(invoice), (0, 0))

    def test_the_principal_that_opens_again_withholds_it(self):
        """Its reminders say what its delay costs, with what it owes."""
        invoice = self.paid_late()
        reminder = self.claim(invoice)
        self.items(invoice).remove_move_reconcile()
        self.assertEqual(self.dispatch(TODAY), 0)
        self.assertEqual(reminder.state, "cancelled")

    def test_another_payment_of_the_debtor_does_not_cancel_it(self):
        invoice = self.paid_late()
        reminder = self.claim(invoice)
        self.pay(self.make_invoice(50, due=DUE), day=TODAY)
        self.case_of()._refresh(TODAY)
        self.assertEqual(self.dispatch(TODAY), 1)
        self.assertEqual(reminder.state, "sent")

    def test_withdrawn_it_claims_no_more(self):
        invoice = self.paid_late()
        reminder = self.claim(invoice)
        self.dispatch(TODAY)
        reminder.with_user(self.collector).action_withdraw("Sent by mistake")
        self.assertEqual(self.claimed(invoice), (0, 0))

    # ------------------------------------------------------------------------ once

    def test_the_same_claim_twice_is_one(self):
        invoice = self.paid_late()
        reminder = self.claim(invoice)
        with self.assertRaisesRegex(UserError, "being claimed already"):
            self.claim(invoice)
        with self.mock_mail_gateway():
            self.assertEqual(self.dispatch(TODAY), 1)
            self.assertEqual(self.dispatch(TODAY), 0)
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(self.reminders(invoice), reminder)
        with self.assertRaisesRegex(UserError, "cannot be claimed"):
            self.claim(invoice)

    def test_it_may_be_claimed_again_later(self):
        invoice = self.paid_late()
        first = self.claim(invoice)
        self.dispatch(TODAY)
        later = TODAY + timedelta(days=20)
        with freeze_time(later):
            [second] = self.claim(invoice) - first
            self.dispatch(later)
        self.assertEqual((first.state, second.state), ("sent", "sent"))
        self.assertEqual(self.claimed(invoice), (67.26, 40), "The whole, once.")
        first.with_user(self.collector).action_withdraw("Replaced")
        self.assertEqual(self.claimed(invoice), (67.26, 40), "The second stands.")

    def test_a_crash_while_it_leaves_is_a_doubt_not_a_second_message(self):
        """The server dies after the mail server took it: somebody looks."""
        invoice = self.paid_late()
        reminder = self.claim(invoice)

        def die(session, mail):
            raise KeyboardInterrupt

        with patch(f"{SESSION}.send", die), suppress(KeyboardInterrupt):
            self.dispatch(TODAY)
        self.assertEqual(reminder.state, "sending")
        with self.mock_mail_gateway():
            self.assertEqual(self.dispatch(TODAY), 0)
        self.assertFalse(self._mails)
        self.assertTrue(reminder.is_in_doubt)
        self.assertEqual(self.claimed(invoice), (0, 0))
        reminder.with_user(self.collector).action_resolve_sent()
        self.assertEqual(reminder.state, "sent")
        self.assertEqual(self.claimed(invoice), (67.26, 40))

    # ------------------------------------------------------------- whom, and when

    def test_it_waits_for_a_sending_day(self):
        invoice = self.paid_late()
        reminder = self.claim(invoice)
        self.close_days(TODAY)
        self.assertEqual(self.dispatch(TODAY), 0)
        self.assertEqual(reminder.state, "confirmed")
        self.assertEqual(self.dispatch(TODAY + timedelta(days=1)), 1)

    def test_it_counts_within_the_contacts_of_the_week(self):
        self.company.recouvrement_contacts_per_week = 1
        monday = TODAY - timedelta(days=2)
        self.remind(self.make_invoice(200, due=TODAY - timedelta(days=6)), day=monday)
        self.assertEqual(self.dispatch(monday), 1)
        reminder = self.claim(self.paid_late())
        self.assertEqual(self.dispatch(TODAY), 0)
        self.assertEqual(reminder.state, "confirmed")
        self.assertIn("contact", reminder.failure_reason)

    def test_whom_nothing_is_claimed_from(self):
        invoice = self.paid_late()
        with self.assertRaises(AccessError):
            self.claim(invoice, user=self.reader)
        owed = self.make_invoice(500, due=DUE)
        with self.assertRaisesRegex(UserError, "is not paid"):
            self.ledger._claim_again(self.items(owed), TODAY)
        on_time = self.paid_late(paid=DUE)
        with self.assertRaisesRegex(UserError, "nothing to claim"):
            self.ledger._claim_again(self.items(on_time), TODAY)
        case = self.case_of()
        case.insolvency_date = PAID
        with self.assertRaisesRegex(UserError, "L622-21"):
            self.ledger._claim_again(self.items(invoice), TODAY)
        case.insolvency_date = False
        case.overindebtedness_date = PAID
        with self.assertRaisesRegex(UserError, "L722-2"):
            self.ledger._claim_again(self.items(invoice), TODAY)

    def test_no_way_to_write_is_said_at_once(self):
        invoice = self.paid_late()
        self.debtor.write({"email": False, "street": False})
        with self.assertRaisesRegex(UserError, "cannot be claimed"):
            self.claim(invoice)

    def test_preview_is_what_leaves(self):
        invoice = self.paid_late()
        reminder = self.claim(invoice)
        seen = reminder.with_user(self.collector)
        self.assertIn("107,26", seen.preview_body)
        self.assertFalse(seen.preview_error)
        self.dispatch(TODAY)
        self.assertEqual(seen.preview_subject, reminder.subject)
