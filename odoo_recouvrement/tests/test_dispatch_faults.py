from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .common import NOW, RecouvrementCommon

REFUSED = "odoo.addons.mail.models.mail_mail"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDispatchFaults(RecouvrementCommon, MockEmail):
    """One debtor, or the mail server, is in trouble: the others go on."""

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
