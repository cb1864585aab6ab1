from datetime import timedelta
from textwrap import dedent

from odoo.tests import tagged

from .common import AS_OF, NOW, RecouvrementCommon

# What a Postfix server sends back (RFC 3464), with the headers of the message.
BOUNCE = dedent(
    """\
    Return-Path: <>
    X-Original-To: bounce@atelier-rivage.example
    Date: Mon, 16 Mar 2026 10:31:00 +0100 (CET)
    From: MAILER-DAEMON@mail.client.example (Mail Delivery System)
    Subject: Undelivered Mail Returned to Sender
    To: bounce@atelier-rivage.example
    Auto-Submitted: auto-replied
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type=delivery-status;
    \tboundary="B12.1773653460/mail.client.example"
    Message-Id: <20260316093100.B13@mail.client.example>

    --B12.1773653460/mail.client.example
    Content-Description: Notification
    Content-Type: text/plain; charset=us-ascii

    This is the mail system at host mail.client.example.

    <{recipient}>: host mx.client.example[192.0.2.25] said: 550 5.1.1
        <{recipient}>: Recipient address rejected: User unknown

    --B12.1773653460/mail.client.example
    Content-Description: Delivery report
    Content-Type: message/delivery-status

    Reporting-MTA: dns; mail.client.example
    Arrival-Date: Mon, 16 Mar 2026 10:30:58 +0100 (CET)

    Final-Recipient: rfc822; {recipient}
    Original-Recipient: rfc822;{recipient}
    Action: failed
    Status: 5.1.1
    Diagnostic-Code: smtp; 550 5.1.1 Recipient address rejected: User unknown

    --B12.1773653460/mail.client.example
    Content-Description: Undelivered Message Headers
    Content-Type: text/rfc822-headers

    Return-Path: <bounce@atelier-rivage.example>
    Message-Id: {message_id}
    From: "Atelier Rivage SAS" <compta@atelier-rivage.example>
    To: <{recipient}>
    Subject: {subject}

    --B12.1773653460/mail.client.example--
    """
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBounce(RecouvrementCommon):
    """Rule 3: a message that comes back proves nothing, and opens a task."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(120)
        self.item = self.items(self.invoice)
        self.reminder = self.remind(self.invoice)
        self.dispatch()
        self.assertEqual(self.reminder.state, "sent")

    def bounce(self, reminder, recipient: str | None = None):
        """The mail server's answer comes in through Odoo's own gateway."""
        text = BOUNCE.format(
            recipient=recipient or reminder.recipient_email,
            message_id=reminder.message_uid,
            subject="Relance",
        )
        # Incoming mail is processed with administrative rights.
        self.env["mail.thread"].sudo().message_process(None, text)

    def test_bounce_leaves_the_level_and_opens_a_task(self):
        self.bounce(self.reminder)
        self.assertEqual(self.reminder.state, "bounced")
        self.assertIn("User unknown", self.reminder.failure_reason)
        self.assertFalse(self.item.recouvrement_level_id)
        kind = self.env.ref("odoo_recouvrement.mail_activity_type_fix_contact")
        activity = self.reminder.case_id.activity_ids
        self.assertEqual(activity.activity_type_id, kind)
        self.assertEqual(activity.user_id, self.collector)

    def test_late_bounce_takes_the_level_back(self):
        self.env["recouvrement.reminder"].sudo()._prove_emails(
            self.company, AS_OF + timedelta(days=2)
        )
        self.assertEqual(self.item.recouvrement_level_id, self.levels["R1"])
        self.bounce(self.reminder)
        self.assertEqual(self.reminder.state, "bounced")
        self.assertFalse(self.item.recouvrement_level_id)
        self.assertFalse(self.item.recouvrement_contact_date)

    def test_bounce_of_the_copy_proves_nothing(self):
        self.bounce(self.reminder, "collector@atelier-rivage.example")
        self.assertEqual(self.reminder.state, "sent")

    def test_bounced_address_is_not_used_again(self):
        """The next message takes another way until the address changes."""
        self.bounce(self.reminder)
        day = AS_OF + timedelta(days=1)
        again = self.remind(self.invoice, day=day)
        self.assertEqual(again.channel, "letter")
        self.dispatch(day)
        self.assertEqual(again.state, "sent")

    def test_corrected_address_is_used(self):
        self.bounce(self.reminder)
        self.debtor.email = "new@client.example"
        day = AS_OF + timedelta(days=1)
        again = self.remind(self.invoice, day=day)
        self.assertEqual(again.channel, "email")
        self.dispatch(day)
        self.assertEqual(again.recipient_email, "new@client.example")

    def test_task_done_makes_the_address_usable_again(self):
        """A full mailbox is no wrong address: somebody says so by closing the task."""
        self.bounce(self.reminder)
        self.assertTrue(self.reminder.is_address_bad)
        self.reminder.activity_id.with_user(self.collector).action_feedback("Full box")
        self.assertFalse(self.reminder.is_address_bad)
        day = AS_OF + timedelta(days=1)
        again = self.remind(self.invoice, day=day)
        self.assertEqual(again.channel, "email")
        self.dispatch(day)
        self.assertEqual(again.state, "sent")

    def test_one_task_for_several_bounces(self):
        second = self.make_invoice(50, days=4)
        day = AS_OF + timedelta(days=1)
        other = self.remind(second, day=day)
        self.dispatch(NOW + timedelta(days=1))
        self.bounce(self.reminder)
        self.bounce(other)
        self.assertEqual(other.state, "bounced")
        self.assertEqual(len(self.reminder.case_id.activity_ids), 1)

    def test_letter_returned_by_the_post(self):
        self.levels["R1"].write({"by_email": False, "by_letter": True})
        invoice = self.make_invoice(80, days=4)
        day = AS_OF + timedelta(days=1)
        letter = self.remind(invoice, day=day)
        self.dispatch(day)
        letter.action_posted(posted_on=day)
        letter.with_user(self.collector).action_returned("NPAI")
        self.assertEqual(letter.state, "bounced")
        self.assertFalse(self.items(invoice).recouvrement_level_id)
