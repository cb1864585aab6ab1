from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import RecouvrementCommon


@tagged("post_install", "-at_install")
class TestTours(RecouvrementCommon, HttpCase, MockEmail):
    """The paths of every day, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.levels["R1"].is_automatic = False
        cls.invoice = cls.make_invoice(1200, days=5)

    def test_day_from_the_list_to_the_confirmation(self):
        self.run_as_of()
        self.start_tour(
            "/odoo/recouvrement", "recouvrement_day", login="recouvrement_collector"
        )
        self.assertEqual(self.reminders(self.invoice).state, "confirmed")

    def test_write_now_and_think_again(self):
        """From the list: seen as a letter, sent as an e-mail, undone."""
        self.run_as_of()
        self.start_tour(
            "/odoo/recouvrement", "recouvrement_write", login="recouvrement_collector"
        )
        [written] = self.reminders(self.invoice).filtered("is_on_demand")
        self.assertRecordValues(
            written,
            [
                {
                    "state": "cancelled",
                    "channel": "email",
                    "withdraw_user_id": self.collector.id,
                    "own_subject": "Notre échange, facture "
                    "{{ overdue_items[0].invoice }}",
                }
            ],
        )
        self.assertIn("attend : {{ total|money }}", written.own_body)

    def test_simulate_a_run(self):
        self.start_tour(
            "/odoo/recouvrement-runs",
            "recouvrement_simulation",
            login="recouvrement_collector",
        )
        self.assertFalse(self.reminders(self.invoice), "a simulation writes to nobody")

    def test_send_a_test_to_oneself(self):
        self.run_as_of()
        with self.mock_mail_gateway():
            self.start_tour(
                "/odoo/recouvrement-messages",
                "recouvrement_send_test",
                login="recouvrement_collector",
            )
        [mail] = self._mails
        self.assertEqual(mail["email_to"], [self.collector.email])
        self.assertIn("[Test]", mail["subject"])
        self.assertEqual(self.reminders(self.invoice).state, "draft")

    def test_manager_runs_in_spite_of_the_bank(self):
        self.company.recouvrement_bank_max_age = 5
        today = fields.Date.context_today(self.company)
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self._bank_journal().id,
                "date": today - timedelta(days=30),
                "payment_ref": "Transfer",
                "amount": 10,
            }
        )
        run = self.env["recouvrement.run"].create(
            {"company_id": self.company.id, "as_of_date": today}
        )
        self.start_tour(
            f"/odoo/recouvrement-runs/{run.id}",
            "recouvrement_gate",
            login="recouvrement_manager",
        )
        self.assertRecordValues(
            run,
            [
                {
                    "state": "done",
                    "gate_reason": "Statements checked by hand",
                    "gate_user_id": self.manager.id,
                }
            ],
        )

    def test_manager_reads_the_score_hands_over_and_changes_his_mind(self):
        self.env["res.partner"].create({"name": "Me Lemaire"})
        self.run_as_of()
        case = self.env["recouvrement.case"].search(
            [("partner_id", "=", self.debtor.id)]
        )
        today = fields.Date.context_today(case)
        self.env["recouvrement.score"]._refresh(case, today)
        for _ in range(3):
            paid = self.make_invoice(100, today - timedelta(days=10))
            self.pay(paid, day=today - timedelta(days=20))
        self.start_tour(
            f"/odoo/recouvrement-files/{case.id}",
            "recouvrement_litigation",
            login="recouvrement_manager",
        )
        self.assertRecordValues(
            case.handover_ids,
            [{"state": "resumed", "close_reason": "Paid by instalments"}],
        )

    def test_registered_letter_is_posted_with_its_number(self):
        invoice = self.make_invoice(300, days=46)
        self.items(invoice).recouvrement_opening_level_id = self.levels["R3"]
        letter = self.remind(invoice)
        letter.action_confirm()
        self.dispatch()
        self.assertRecordValues(
            letter, [{"channel": "registered_letter", "state": "sent"}]
        )
        self.start_tour(
            "/odoo/recouvrement-letters",
            "recouvrement_posted",
            login="recouvrement_collector",
        )
        self.assertRecordValues(
            letter, [{"state": "proved", "proof_reference": "1A 234 567 8901 2"}]
        )
        self.assertEqual(self.items(invoice).recouvrement_level_id, self.levels["MED"])
