from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from ..core.sms import measure
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

    # ------------------------------------------- the ledger is read again (rule 5)

    def test_paid_since_the_run(self):
        first, second = self.make_invoice(100), self.make_invoice(50)
        reminder = self.remind(first, second)
        self.pay(first)
        self.dispatch()
        self.assertRecordValues(reminder, [{"state": "sent", "total": 50}])
        self.assertEqual(reminder.line_ids.move_id, second)
        self.assertNotIn(first.name, reminder.text)

    def test_all_paid_since_the_run(self):
        invoice = self.make_invoice(100)
        reminder = self.remind(invoice)
        self.pay(invoice)
        self.assertEqual(self.dispatch(), 0)
        self.assertEqual(reminder.state, "cancelled")
        self.assertFalse(reminder.name, "What did not leave has no number.")

    def test_part_paid_since_the_run(self):
        invoice = self.make_invoice(100)
        reminder = self.remind(invoice)
        self.pay(invoice, 30)
        self.dispatch()
        self.assertRecordValues(reminder, [{"state": "sent", "total": 70}])

    def test_unmatched_credit_is_netted(self):
        invoice = self.make_invoice(100)
        reminder = self.remind(invoice)
        self.make_invoice(40, move_type="out_refund", due=AS_OF)
        self.dispatch()
        self.assertRecordValues(
            reminder,
            [
                {
                    "state": "sent",
                    "overdue_total": 100,
                    "credit_total": 40,
                    "total": 60,
                }
            ],
        )

    def test_covered_is_withheld_with_a_task(self):
        """Rule 5: covered by unmatched credits, nothing leaves, a task opens."""
        first, second = self.make_invoice(100), self.make_invoice(50)
        reminder = self.remind(first, second)
        self.make_invoice(150, move_type="out_refund", due=AS_OF)
        self.assertEqual(self.dispatch(), 0)
        self.assertEqual(reminder.state, "cancelled")
        self.assertIn("Covered by a credit note", reminder.failure_reason)
        kind = self.env.ref("odoo_recouvrement.mail_activity_type_match_payment")
        self.assertEqual(reminder.case_id.activity_ids.activity_type_id, kind)
        self.assertEqual(len(reminder.case_id.activity_ids), 1)

    def test_hold_since_the_run(self):
        reminder = self.remind(self.make_invoice())
        self.env["recouvrement.hold"].create(
            {
                "case_id": reminder.case_id.id,
                "reason": "Call first",
                "date_start": AS_OF,
                "date_end": AS_OF + timedelta(days=5),
            }
        )
        self.dispatch()
        self.assertEqual(reminder.state, "cancelled")
        self.assertIn("On hold", reminder.failure_reason)

    def test_part_set_aside_is_not_a_credit(self):
        invoice = self.make_invoice(100)
        reminder = self.remind(invoice)
        self.env["recouvrement.hold"].create(
            {
                "case_id": reminder.case_id.id,
                "kind": "dispute",
                "reason": "Two boxes missing",
                "date_start": AS_OF,
                "date_end": AS_OF + timedelta(days=30),
                "move_line_ids": [Command.set(self.items(invoice).ids)],
                "amount": 25,
            }
        )
        self.dispatch()
        self.assertRecordValues(
            reminder, [{"state": "sent", "total": 75, "credit_total": 0}]
        )

    def test_highest_level_paid_the_rest_speaks_lower(self):
        old, recent = self.make_invoice(100, days=20), self.make_invoice(50, days=5)
        self.items(old).recouvrement_opening_level_id = self.levels["R1"]
        mail, letter = self.remind(old, recent).sorted("channel")
        self.assertEqual(mail.level_id, self.levels["R2"])
        self.pay(old)
        self.dispatch()
        self.assertEqual((mail.state, mail.level_id), ("sent", self.levels["R1"]))
        self.assertEqual(letter.state, "cancelled", "R1 writes no letter.")

    def test_mail_and_letter_of_a_step_are_one_contact(self):
        """The letter of a step is not stopped by the mail of the same step."""
        self.company.recouvrement_contacts_per_week = 1
        invoice = self.make_invoice(100, days=20)
        self.items(invoice).recouvrement_opening_level_id = self.levels["R1"]
        mail, letter = self.remind(invoice).sorted("channel")
        letter.sudo().retry_date = NOW + timedelta(hours=1)
        self.assertEqual(self.dispatch(), 1)
        self.assertEqual(mail.state, "sent")
        self.env["recouvrement.reminder"].sudo()._prove_emails(
            self.company, AS_OF + timedelta(days=1)
        )
        self.assertEqual(mail.state, "proved")
        self.dispatch(NOW + timedelta(days=1))
        self.assertEqual(letter.state, "sent")

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

    # ----------------------------------------------------- faults of one debtor

    def test_one_fault_does_not_stop_the_others(self):
        names = ["No mail", "Archived", "Unusual", "Fine"]
        silent, archived, unusual, fine = map(self.make_debtor, names)
        moves = {
            p: self.make_invoice(partner=p) for p in (silent, archived, unusual, fine)
        }
        self.remind(*moves.values())
        by_partner = {p: self.reminders(move) for p, move in moves.items()}
        silent.email = False
        archived.active = False
        compose = type(self.env["recouvrement.message"])._context

        def surprise(model, reminder, *args):
            if reminder.partner_id == unusual:
                raise ZeroDivisionError("surprise")
            return compose(model, reminder, *args)

        with (
            patch.object(type(self.env["recouvrement.message"]), "_context", surprise),
            mute_logger("odoo.addons.odoo_recouvrement.models.recouvrement_dispatch"),
        ):
            self.assertEqual(self.dispatch(), 1)
        self.assertEqual(by_partner[fine].state, "sent")
        for partner, words in (
            (silent, "No contact of “No mail” has a usable e-mail address"),
            (unusual, "surprise"),
        ):
            self.assertEqual(by_partner[partner].state, "confirmed")
            self.assertIn(words, by_partner[partner].failure_reason)
            self.assertEqual(
                by_partner[partner].retry_date, datetime(2026, 3, 17, 7, 0)
            )
        self.assertIn(by_partner[archived].state, ("confirmed", "cancelled"))
        self.assertTrue(by_partner[archived].failure_reason)

    def test_level_without_text(self):
        reminder = self.remind(self.make_invoice())
        self.levels["R1"].template_ids = [Command.clear()]
        self.assertEqual(self.dispatch(), 0)
        self.assertIn("has no text for the channel", reminder.failure_reason)

    def test_text_that_fails_on_one_debtor(self):
        reminder = self.remind(self.make_invoice())
        text = self.text("r1_email_fr")
        # As history may hold: saving would refuse it.
        self.env.cr.execute(
            "UPDATE recouvrement_template_version SET body = %s WHERE id = %s",
            ["{{ items[7].invoice }}", text.version_id.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.dispatch(), 0)
        self.assertIn("cannot be written for this customer", reminder.failure_reason)
        self.assertIn(text.name, reminder.failure_reason)

    def test_currency_without_rate(self):
        currency = self.setup_other_currency("CHF", rates=[])
        invoice = self.make_invoice(80, currency_id=currency.id)
        reminder = self.remind(invoice)
        self.dispatch()
        self.assertRecordValues(
            reminder, [{"state": "sent", "currency_id": currency.id, "total": 80}]
        )

    # ---------------------------------------------------- faults of the mail server

    def test_mail_server_down(self):
        """SMTP down: queued, retried later and later, shown."""
        reminder = self.remind(self.make_invoice())
        with self.smtp_refuses(ConnectionRefusedError(111, "Connection refused")):
            self.assertEqual(self.dispatch(), 0)
        self.assertRecordValues(
            reminder,
            [
                {
                    "state": "confirmed",
                    "attempt_count": 1,
                    "retry_date": NOW + timedelta(minutes=5),
                }
            ],
        )
        self.assertIn("Connection refused", reminder.failure_reason)
        self.assertEqual(self.dispatch(), 0, "Not before the delay.")
        with self.smtp_refuses(ConnectionRefusedError(111, "Connection refused")):
            self.dispatch(NOW + timedelta(minutes=6))
        self.assertEqual(reminder.retry_date, NOW + timedelta(minutes=16))
        self.assertEqual(self.dispatch(NOW + timedelta(minutes=20)), 1)
        self.assertEqual(reminder.state, "sent")
        self.assertEqual(reminder.name, "REL/2026/00001", "It keeps its number.")

    def test_mail_server_down_is_asked_once(self):
        for index in range(3):
            self.make_invoice(partner=self.make_debtor(f"Client {index}"))
        self.run_as_of()
        asked = []

        def fail(*args, **kwargs):
            asked.append(1)
            raise ConnectionRefusedError

        with patch(
            "odoo.addons.base.models.ir_mail_server.IrMail_Server._connect__", fail
        ):
            self.dispatch()
        self.assertEqual(len(asked), 1)

    # ------------------------------------------------------------------- letters

    def test_letter_is_ready_then_posted(self):
        reminder = self._letter("R3")
        self.dispatch()
        self.assertEqual(reminder.state, "sent")
        self.assertIn("42000 SAINT ETIENNE", reminder.recipient_address)
        self.assertTrue(reminder.pdf_id.raw.startswith(b"%PDF"))
        item = reminder.line_ids.move_line_id
        self.assertNotEqual(item.recouvrement_level_id, self.levels["R3"])
        reminder.with_user(self.collector).action_posted(posted_on=AS_OF)
        self.assertEqual(reminder.state, "proved")
        self.assertEqual(item.recouvrement_level_id, self.levels["R3"])
        self.assertEqual(item.recouvrement_contact_date, AS_OF)

    def test_registered_letter_needs_its_number(self):
        reminder = self._letter("MED")
        self.dispatch()
        with self.assertRaisesRegex(UserError, "number on its receipt"):
            reminder.action_posted()
        reminder.action_posted("1A 234 567 8901 2")
        self.assertEqual(reminder.proof_reference, "1A 234 567 8901 2")

    def test_letters_of_the_day_in_postal_order(self):
        names = {"Zoé": "13001", "Abel": "75002", "Marc": "06000"}
        for name, code in names.items():
            partner = self.make_debtor(name, zip=code, city="Ville")
            self._letter("R3", partner)
        self.dispatch()
        letters = self.env["recouvrement.reminder"].search(
            [("channel", "=", "letter"), ("state", "=", "sent")]
        )
        action = letters.with_user(self.collector).action_print_letters()
        file = self.env["ir.attachment"].browse(
            int(action["url"].split("/")[-1].split("?")[0])
        )
        self.assertTrue(file.raw.startswith(b"%PDF"))
        self.assertEqual(
            letters.sorted("postal_key").mapped("partner_id.name"),
            ["Marc", "Zoé", "Abel"],
        )

    def _letter(self, code: str, partner=None):
        days = self.levels[code].days + 1
        invoice = self.make_invoice(200, days=days, partner=partner)
        before = {"R3": "R2", "MED": "R3"}[code]
        self.items(invoice).recouvrement_opening_level_id = self.levels[before]
        self.levels[code].attach_invoices = False
        reminder = self.remind(invoice)
        reminder.action_confirm()
        return reminder

    # -------------------------------------------------------------- calls and SMS

    def test_call_is_an_activity_then_proved(self):
        reminder = self._call()
        activity = reminder.activity_id
        self.assertEqual((reminder.state, activity.user_id), ("sent", self.collector))
        self.assertIn("100,00", activity.note)
        activity.with_user(self.collector).action_feedback("Will pay on Friday")
        self.assertEqual(reminder.state, "proved")

    def test_call_removed_is_cancelled(self):
        reminder = self._call()
        reminder.activity_id.action_cancel()
        self.assertEqual(reminder.state, "cancelled")

    def test_call_withdrawn_removes_the_activity(self):
        reminder = self._call()
        activity = reminder.activity_id
        reminder.action_withdraw("Paid by phone")
        self.assertFalse(activity.exists())
        self.assertEqual(reminder.state, "withdrawn")

    def _call(self):
        self.make_level(self.policy, 10, "TEL", ["call"])
        invoice = self.make_invoice(100, days=12)
        self.items(invoice).recouvrement_opening_level_id = self.levels["R1"]
        reminder = self.remind(invoice)
        self.dispatch()
        return reminder

    def test_sms(self):
        reminder = self._sms()
        with self._sms_answers("success"):
            self.dispatch()
        self.assertEqual(reminder.state, "sent")
        self.assertEqual(reminder.recipient_phone, "+33612345678")
        self.assertEqual(measure(reminder.text).encoding, "gsm7")
        tracker = self._tracker(reminder)
        tracker._action_update_from_sms_state("sent")
        self.assertEqual(reminder.state, "proved")

    def test_sms_not_delivered(self):
        reminder = self._sms()
        with self._sms_answers("success"):
            self.dispatch()
        tracker = self._tracker(reminder)
        tracker._action_update_from_provider_error("invalid_destination")
        self.assertEqual(reminder.state, "bounced")

    def test_sms_refused_or_no_credit(self):
        reminder = self._sms()
        with self._sms_answers("insufficient_credit"):
            self.dispatch()
        self.assertEqual(reminder.state, "confirmed")
        self.assertIn("Insufficient Credit", reminder.failure_reason)
        with self._sms_answers("wrong_number_format"):
            self.dispatch(NOW + timedelta(hours=1))
        self.assertEqual(reminder.state, "bounced")

    def test_sms_opted_out(self):
        reminder = self._sms()
        self.env["phone.blacklist"].sudo().add("+33612345678")
        self.dispatch()
        self.assertNotEqual(reminder.state, "sent")
        self.assertTrue(reminder.failure_reason)

    def _sms(self):
        self.make_level(
            self.policy,
            10,
            "SMS",
            ["sms"],
            fallback_letter=False,
            template_ids=[
                Command.set(
                    self.env.ref("odoo_recouvrement.template_consumer_r2_sms_fr").ids
                )
            ],
        )
        invoice = self.make_invoice(100, days=12)
        self.items(invoice).recouvrement_opening_level_id = self.levels["R1"]
        return self.remind(invoice)

    def _tracker(self, reminder):
        return (
            self.env["sms.tracker"]
            .sudo()
            .search([("sms_uuid", "=", reminder.sms_uuid)])
        )

    def _sms_answers(self, state: str):
        def answer(api, messages, delivery_reports_url=False):
            return [
                {"uuid": number["uuid"], "state": state, "credit": 1}
                for message in messages
                for number in message["numbers"]
            ]

        return patch("odoo.addons.sms.tools.sms_api.SmsApi._send_sms_batch", answer)

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
