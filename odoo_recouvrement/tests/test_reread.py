from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import AS_OF, NOW, RecouvrementCommon

REFUSED = "odoo.addons.mail.models.mail_mail"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReread(RecouvrementCommon, MockEmail):
    """Rule 5: the ledger is read again at the second of sending."""

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
