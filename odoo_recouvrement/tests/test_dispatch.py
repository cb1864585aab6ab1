from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import AS_OF, NOW, RecouvrementCommon

REFUSED = "odoo.addons.mail.models.mail_mail"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDispatch(RecouvrementCommon, MockEmail):
    """What is confirmed leaves, once, with the figures of the minute."""

    # ----------------------------------------------------------------- e-mails

    def test_email_leaves_with_its_letter(self):
        invoice = self.make_invoice(120, days=5)
        reminder = self.remind(invoice)
        with self.mock_mail_gateway():
            self.assertEqual(self.dispatch(), 1)
        self.assertRecordValues(
            reminder,
            [
                {
                    "state": "sent",
                    "name": "REL/2026/00001",
                    "recipient_email": "boulangerie.martin@client.example",
                    "cc_email": "collector@atelier-rivage.example",
                    "reply_to": "recouvrement@atelier-rivage.example",
                    "sent_date": NOW,
                    "total": 120,
                    "lang": "fr_FR",
                    "attempt_count": 1,
                    "failure_reason": False,
                }
            ],
        )
        [mail] = self._mails
        self.assertEqual(mail["message_id"], reminder.message_uid)
        self.assertEqual(mail["reply_to"], "recouvrement@atelier-rivage.example")
        self.assertIn("Boulangerie Martin", mail["email_to"][0])
        self.assertIn(invoice.name, mail["body"])
        [(name, content, kind)] = mail["attachments"]
        self.assertEqual((name, kind), ("REL-2026-00001.pdf", "application/pdf"))
        self.assertTrue(content.startswith(b"%PDF"))
        self.assertEqual(reminder.pdf_id.raw, content)

    def test_email_shows_in_the_chatter_of_the_file(self):
        reminder = self.remind(self.make_invoice())
        with self.mock_mail_gateway():
            self.dispatch()
        message = reminder.mail_message_id
        self.assertEqual(message, reminder.case_id.message_ids[0])
        self.assertEqual(message.notification_ids.notification_status, "sent")
        self.assertEqual(message.notification_ids.res_partner_id, self.debtor)
        self.assertFalse(
            self.env["mail.mail"]
            .search([("mail_message_id", "=", message.id)])
            .filtered(lambda mail: mail.state == "outgoing"),
            "Odoo's own queue must have nothing left to send.",
        )

    def test_nothing_leaves_twice(self):
        """Rule 12: starting again sends nothing more."""
        reminder = self.remind(self.make_invoice())
        with self.mock_mail_gateway():
            self.assertEqual(self.dispatch(), 1)
            self.assertEqual(self.dispatch(), 0)
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(reminder.state, "sent")

    def test_numbers_have_no_gap_by_company_and_year(self):
        partners = [self.make_debtor(f"Client {index}") for index in range(3)]
        moves = [self.make_invoice(partner=partner) for partner in partners]
        self.remind(*moves)
        self.dispatch()
        self.assertEqual(
            sorted(self.reminders(*moves).mapped("name")),
            ["REL/2026/00001", "REL/2026/00002", "REL/2026/00003"],
        )
        later = self.make_invoice(
            due=AS_OF.replace(year=2027), partner=self.make_debtor("New")
        )
        day = AS_OF.replace(year=2027) + timedelta(days=7)
        self.remind(later, day=day)
        self.dispatch(day)
        names = self.env["recouvrement.reminder"].search([("date", "=", day)])
        self.assertIn("REL/2027/00001", names.mapped("name"))
        self.assertTrue(self.reminders(later).name.startswith("REL/2027/"))

    def test_draft_waits_for_somebody(self):
        self.levels["R1"].is_automatic = False
        reminder = self.remind(self.make_invoice())
        self.assertEqual(reminder.state, "draft")
        self.assertEqual(self.dispatch(), 0)
        reminder.with_user(self.collector).action_confirm()
        self.assertEqual(reminder.confirm_user_id, self.collector)
        self.assertEqual(self.dispatch(), 1)

    def test_language_of_the_recipient(self):
        self.debtor.lang = "en_US"
        reminder = self.remind(self.make_invoice(1250))
        self.dispatch()
        self.assertEqual(reminder.lang, "en_US")
        self.assertIn("€1,250.00", reminder.text)

    # -------------------------------------------------------------- recipients

    def test_contact_of_the_file_first(self):
        reminder = self.remind(self.make_invoice())
        contact = self._child(self.debtor, "Léa Martin", type="contact")
        reminder.case_id.contact_ids = [
            Command.create({"partner_id": contact.id, "from_days": 0})
        ]
        self._child(self.debtor, "Billing", type="invoice")
        self.dispatch()
        self.assertEqual(reminder.recipient_id, contact)

    def test_invoice_contact_before_the_customer(self):
        billing = self._child(self.debtor, "Billing", type="invoice")
        reminder = self.remind(self.make_invoice())
        self.dispatch()
        self.assertEqual(reminder.recipient_email, billing.email_normalized)

    def test_first_contact_that_has_the_address(self):
        self._child(self.debtor, "Billing", type="invoice", email=False)
        reminder = self.remind(self.make_invoice())
        self.dispatch()
        self.assertEqual(reminder.recipient_id, self.debtor)

    def _child(self, parent, name, **values):
        values = {"email": f"{name.split()[0].lower()}@client.example", **values}
        return self.env["res.partner"].create(
            {"name": name, "parent_id": parent.id, **values}
        )

    # ------------------------------------------------------------ days and hours

    def test_hours_hold_mails_not_letters(self):
        invoice = self.make_invoice(100, days=20)
        self.items(invoice).recouvrement_opening_level_id = self.levels["R1"]
        mail, letter = self.remind(invoice).sorted("channel")
        night = datetime(2026, 3, 16, 20, 0)
        self.assertEqual(self.dispatch(night), 1)
        self.assertEqual((mail.state, letter.state), ("confirmed", "sent"))
        morning = datetime(2026, 3, 17, 7, 0)  # 8:00 in Paris
        self.assertEqual(self.dispatch(morning - timedelta(minutes=1)), 0)
        self.assertEqual(self.dispatch(morning), 1)

    def test_closed_day_of_the_debtor(self):
        reminder = self.remind(self.make_invoice())
        reminder.case_id.closure_ids = [
            Command.create(
                {
                    "name": "Inventory",
                    "company_id": self.company.id,
                    "date_from": AS_OF,
                    "date_to": AS_OF,
                }
            )
        ]
        self.assertEqual(self.dispatch(), 0)
        self.assertEqual(reminder.state, "confirmed")
        self.assertEqual(reminder.retry_date, datetime(2026, 3, 17, 7, 0))
        self.assertEqual(self.dispatch(AS_OF + timedelta(days=1)), 1)

    # ------------------------------------------------------------------- proofs

    def test_email_is_proved_after_a_day_without_bounce(self):
        """Rule 3: the level rises by proof, not by sending."""
        invoice = self.make_invoice()
        reminder = self.remind(invoice)
        self.dispatch()
        item = self.items(invoice)
        reminders = self.env["recouvrement.reminder"].sudo()
        self.assertEqual(reminders._prove_emails(self.company, AS_OF), 0)
        self.assertFalse(item.recouvrement_level_id)
        day = AS_OF + timedelta(days=1)
        self.assertEqual(reminders._prove_emails(self.company, day), 1)
        self.assertEqual(reminder.state, "proved")
        self.assertEqual(item.recouvrement_level_id, self.levels["R1"])
        self.assertEqual(item.recouvrement_contact_date, AS_OF)

    # ------------------------------------------------------------------- doubts

    def test_doubt_is_resolved_by_somebody(self):
        """Killed while leaving: never sent again by itself."""
        reminder = self.remind(self.make_invoice()).sudo()
        reminder._set_state("sending", attempt_date=NOW)
        self.assertEqual(self.dispatch(), 0)
        self.assertTrue(reminder.is_in_doubt)
        self.assertIn("it may have left", reminder.failure_reason)
        self.assertTrue(reminder.case_id.activity_ids)
        self.assertEqual(self.dispatch(), 0)
        mine = reminder.with_user(self.collector)
        mine.action_resolve_resend()
        self.assertEqual(self.dispatch(), 1)
        with self.assertRaises(UserError):
            mine.action_resolve_sent()

    def test_doubt_resolved_as_sent(self):
        reminder = self.remind(self.make_invoice()).sudo()
        reminder._set_state("sending", attempt_date=NOW)
        self.dispatch()
        reminder.with_user(self.collector).action_resolve_sent()
        self.assertRecordValues(reminder, [{"state": "sent", "sent_date": NOW}])
