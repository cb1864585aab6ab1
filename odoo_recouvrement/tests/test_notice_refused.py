"""What keeps a mise en demeure from leaving."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import AS_OF, NOW
from .notice import NoticeCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestNoticeRefused(NoticeCase):
    """What keeps it from leaving, told to the collector with its article."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(1000, days=50)
        cls.notice = cls.propose(cls.invoice)

    def assertRefused(self, words, notice=None):
        notice = notice or self.notice
        with self.assertRaisesRegex(UserError, words):
            notice.with_user(self.collector).action_confirm()
        self.assertEqual(notice.stage, "draft")
        self.env.invalidate_all()
        self.assertRegex(notice.refusal_text, words)

    def test_without_signatory(self):
        self.signatory.active = False
        self.notice.sudo().signatory_id = False
        self.assertRefused("Nobody signs")

    def test_signatory_without_proof_of_the_delegation(self):
        self.signatory.proof_ids = False
        self.assertRefused("not proved.*1984")

    def test_signatory_whose_power_has_ended(self):
        self.signatory.date_to = AS_OF - timedelta(days=1)
        self.assertRefused("not in force today")

    def test_without_siren(self):
        self.debtor.company_registry = False
        self.assertRefused("SIREN.*CPC 54")

    def test_without_valid_iban(self):
        self.company.recouvrement_bank_account_id = self.env["res.partner.bank"].create(
            {"acc_number": "30006 00001", "partner_id": self.company.partner_id.id}
        )
        self.assertRefused("IBAN.*not valid")

    def test_debtor_under_insolvency(self):
        """The judgment comes between the run and the confirmation."""
        self.case_of().insolvency_date = AS_OF
        with self.assertRaisesRegex(UserError, "[Ii]nsolv|judgment"):
            self.notice.with_user(self.collector).action_confirm()

    def test_over_indebted_consumer(self):
        self.case_of().over_indebtedness_date = AS_OF
        self.assertRefused("over-indebtedness.*L722-2")

    def test_dispute_opened_since(self):
        self.suspend("dispute", move_line_ids=[(6, 0, self.items(self.invoice).ids)])
        with self.assertRaisesRegex(UserError, "(?i)disput"):
            self.notice.with_user(self.collector).action_confirm()

    def test_disputed_in_part(self):
        self.suspend(
            "dispute",
            move_line_ids=[(6, 0, self.items(self.invoice).ids)],
            amount=200,
        )
        self.assertRefused("is disputed.*L121-6")

    def test_payment_that_nobody_has_matched(self):
        self.receive(300)
        self.assertRefused("300.*not matched.*1343-1")

    def test_unknown_rate(self):
        """A statement that cannot be worked out says which rate is missing."""
        with freeze_time(AS_OF):
            answer = self.env["recouvrement.statement"]._statements(
                self.items(self.invoice), AS_OF
            )
        faulty = {
            key: value._replace(statement=None, fault="Enter the ECB's rate of 2026-S1")
            for key, value in answer.items()
        }
        with patch.object(
            type(self.env["recouvrement.statement"]),
            "_statements",
            lambda self, lines, as_of: faulty,
        ):
            self.assertRefused("Enter the ECB's rate")

    def test_what_is_missing_is_only_advised_unless_the_company_wants_it(self):
        self.assertIn("invoice was sent", self.notice.advice_text)
        self.company.recouvrement_notice_strict = True
        self.assertRefused("invoice was sent.*CPC 9")
        for check in self.notice.check_ids:
            check.with_user(self.collector).write({"is_done": True, "note": "see file"})
        self.assertRecordValues(
            self.notice.check_ids[0],
            [{"user_id": self.collector.id, "is_prefilled": False}],
        )
        self.notice.with_user(self.collector).action_confirm()
        self.assertEqual(self.notice.stage, "ready")

    def test_refused_among_others_the_others_are_confirmed(self):
        good = self.make_debtor("Good", company_registry="404833048")
        invoice = self.make_invoice(1000, days=50, partner=good)
        other = self.propose(invoice)
        self.debtor.company_registry = False
        both = self.notice | other
        both.with_user(self.collector).action_confirm()
        self.assertEqual(other.stage, "ready")
        self.assertEqual(self.notice.stage, "draft")
        self.assertIn("SIREN", self.notice.reminder_id.failure_reason)

    def test_refused_when_it_leaves_it_is_put_off(self):
        """Something changed between the confirmation and the dispatch."""
        self.notice.with_user(self.collector).action_confirm()
        self.signatory.proof_ids = False
        self.dispatch()
        reminder = self.notice.reminder_id
        self.assertRecordValues(reminder, [{"state": "confirmed", "name": False}])
        self.assertIn("not proved", reminder.failure_reason)
        self.assertGreater(reminder.retry_date, NOW)

    def test_paid_before_it_leaves(self):
        self.notice.with_user(self.collector).action_confirm()
        self.pay(self.invoice)
        self.dispatch()
        self.assertEqual(self.notice.stage, "cancelled")
        self.assertFalse(self.notice.name, "a number is not wasted")
