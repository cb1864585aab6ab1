from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import AS_OF
from .plan import PlanCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-03-16 09:30:00")
class TestPlanMail(PlanCase):
    """What is written about a plan, and when."""

    def test_reminder_before_each_instalment_once(self):
        plan = self.signed()
        self.cron(date(2026, 3, 28))
        self.assertFalse(self.mails(plan))
        self.cron(date(2026, 3, 30), hour=3)  # before the hours
        self.assertFalse(self.mails(plan))
        for _twice in range(2):
            self.cron(date(2026, 3, 30))
        mail = self.mails(plan)
        self.assertEqual(len(mail), 1)
        self.assertIn("300,00", mail.body)
        self.assertIn("ECH/2026/0001", mail.subject)
        self.assertEqual(mail.partner_ids, self.debtor)
        self.assertEqual(
            plan.instalment_ids.mapped("reminded_date"),
            [date(2026, 3, 30), False, False],
        )

    def test_no_reminder_for_what_is_paid_or_not_wanted(self):
        paid = self.signed(self.invoice)
        unwanted = self.signed(self.other)
        unwanted.has_reminders = False
        self.receive_on(self.invoice, 200, AS_OF)
        self.cron(date(2026, 3, 30))
        self.assertFalse(self.mails(paid) + self.mails(unwanted))

    def test_opted_out_address_is_not_written_to(self):
        plan = self.signed()
        self.env["mail.blacklist"]._add(self.debtor.email)
        self.env.invalidate_all()
        self.cron(date(2026, 3, 30))
        self.assertFalse(self.mails(plan))
        self.assertTrue(plan.instalment_ids[0].reminded_date)

    def test_notice_of_a_missed_instalment_in_its_grace(self):
        plan = self.signed()
        self.cron(date(2026, 4, 2))
        self.cron(date(2026, 4, 3))
        self.assertEqual(
            [mail.subject for mail in self.mails(plan)],
            ["Échéance non reçue – ECH/2026/0001"],
        )
        self.assertRegex(self.mails(plan).body, r"6(\s|&nbsp;)avril 2026")

    def test_proposal_is_sent_with_its_document(self):
        plan = self.draft()
        plan.action_send()
        [mail] = self.mails(plan)
        self.assertEqual(mail.attachment_ids, plan.proposal_id)
        self.assertEqual(plan.state, "proposed")
        self.debtor.email = False
        with self.assertRaisesRegex(UserError, "print the proposal"):
            plan.action_send()
