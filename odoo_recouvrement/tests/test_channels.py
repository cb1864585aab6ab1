from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from ..core.sms import measure
from .common import AS_OF, NOW, RecouvrementCommon

REFUSED = "odoo.addons.mail.models.mail_mail"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChannels(RecouvrementCommon, MockEmail):
    """Letters, registered letters, calls and SMS, and how each is proved."""

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
        with self.sms_answers("success"):
            self.dispatch()
        self.assertEqual(reminder.state, "sent")
        self.assertEqual(reminder.recipient_phone, "+33612345678")
        self.assertEqual(measure(reminder.text).encoding, "gsm7")
        tracker = self._tracker(reminder)
        tracker._action_update_from_sms_state("sent")
        self.assertEqual(reminder.state, "proved")

    def test_sms_not_delivered(self):
        reminder = self._sms()
        with self.sms_answers("success"):
            self.dispatch()
        tracker = self._tracker(reminder)
        tracker._action_update_from_provider_error("invalid_destination")
        self.assertEqual(reminder.state, "bounced")

    def test_sms_refused_or_no_credit(self):
        reminder = self._sms()
        with self.sms_answers("insufficient_credit"):
            self.dispatch()
        self.assertEqual(reminder.state, "confirmed")
        self.assertIn("Insufficient Credit", reminder.failure_reason)
        with self.sms_answers("wrong_number_format"):
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
