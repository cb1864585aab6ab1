from datetime import date, timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import AS_OF
from .notice import NoticeCase
from .portal import PortalCase
from .story import in_days


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRetention(NoticeCase):
    """What a public buyer keeps as a guarantee is not chased before it is due."""

    def kept(self, days=20, paid=0.0, end=None, **values):
        """An invoice of 1,000 € of which 50 € are kept."""
        invoice = self.make_invoice(1000, days=days, **values)
        invoice.write({"recouvrement_retention": 50, "recouvrement_guarantee_end": end})
        if paid:
            self.pay(invoice, paid)
        return invoice

    def assertWhy(self, move, sentence):
        decision = self.decisions(move).with_user(self.reader)
        text = decision.with_context(lang="en_US").text
        self.assertEqual(text.replace("\N{NO-BREAK SPACE}", " "), sentence)

    # -------------------------------------------------------------------- the run

    def test_what_is_left_is_the_retention(self):
        """CCP R2191-35: no reminder, no place in the day, no overdue."""
        invoice = self.kept(paid=950)
        self.run_as_of()
        self.assertDecided(invoice, "retention", outcome="hold", next_date=False)
        self.assertWhy(
            invoice,
            "Guarantee retention: not due before the end of the guarantee (CCP, art. "
            "R2191-35), to be put down on the invoice.",
        )
        self.assertFalse(self.reminders(invoice))
        case = self.case_of()
        self.assertEqual((case.overdue_total, case.oldest_due_date), (0, False))
        self.assertEqual(case.open_total, 50)
        self.assertEqual(self.items(invoice).recouvrement_status, "retention")

    def test_the_rest_of_the_invoice_is_chased(self):
        invoice = self.kept()
        self.run_as_of()
        self.assertDecided(invoice, "to_remind", claim=950)
        reminder = self.reminders(invoice)
        self.assertEqual(reminder.total, 950)
        self.assertEqual(self.case_of().overdue_total, 950)
        reminder.with_user(self.collector).action_confirm()
        self.dispatch(AS_OF)
        self.assertIn(reminder.state, ("sent", "proved"))
        self.assertEqual((reminder.total, reminder.credit_total), (950, 0))

    def test_the_last_instalments_keep_it(self):
        """As in the statement of interest: 50 € are taken off the second."""
        term = self.instalments((50, 0), (50, 10))
        invoice = self.kept(days=20, invoice_payment_term_id=term.id)
        self.run_as_of()
        self.assertEqual(self.decisions(invoice).mapped("claim"), [500, 450])

    def test_it_is_due_thirty_days_after_the_guarantee(self):
        end = in_days(-30)  # to be paid back by today at the latest
        invoice = self.kept(days=400, paid=950, end=end)
        self.run_as_of()
        self.assertDecided(invoice, "retention", next_date=in_days(1))
        self.assertWhy(
            invoice,
            "Guarantee retention: to be paid back by 03/16/2026, thirty days after the "
            "end of the guarantee (CCP, art. R2191-35). It is not due before.",
        )
        self.run_as_of(in_days(1))
        self.assertDecided(invoice, "step_not_due", due_date=AS_OF)
        self.assertEqual(self.case_of().overdue_total, 50)
        self.run_as_of(in_days(3))
        self.assertDecided(invoice, "to_remind", claim=50)

    # ----------------------------------------------------------- a climb of its own

    def brought_to_the_last_level(self):
        """Its rest has been paid after a mise en demeure; 50 € are due from today."""
        invoice = self.kept(days=400)
        self.start_at("R3", invoice)
        notice = self.remind(invoice, day=in_days(-60))
        self.assertEqual(notice.level_id, self.levels["MED"])
        self.prove(notice)
        self.run_as_of(in_days(-50))
        self.assertDecided(invoice, "final_level")
        self.pay(invoice, 950, day=in_days(-40))
        invoice.recouvrement_guarantee_end = in_days(-30)
        return invoice, notice

    def test_its_reminders_start_anew(self):
        """It is a debt of its own: nobody gets a formal notice again for it."""
        invoice, notice = self.brought_to_the_last_level()
        item = self.items(invoice)
        self.run_as_of(in_days(3), is_simulation=True)
        self.assertEqual(item.recouvrement_level_id, self.levels["MED"])
        steps = {3: "R1", 17: "R2", 30: "R3", 45: "MED"}
        for days, code in steps.items():
            with self.subTest(code):
                reminders = self.remind(invoice, day=in_days(days))
                self.assertEqual(reminders.level_id, self.levels[code])
                self.assertEqual(set(reminders.line_ids.mapped("claim")), {50})
                self.prove(reminders)
                self.assertEqual(item.recouvrement_level_id, self.levels[code])
        self.run_as_of(in_days(60))
        self.assertDecided(invoice, "final_level", due_date=AS_OF)
        self.assertEqual(notice.state, "proved", "the register keeps what was sent")

    def test_as_long_as_it_is_not_due_its_file_is_at_no_level(self):
        invoice, _notice = self.brought_to_the_last_level()
        self.run_as_of(in_days(-20))
        self.assertDecided(invoice, "retention")
        self.assertFalse(self.case_of().level_id)
        self.run_as_of(in_days(1))
        self.assertFalse(self.items(invoice).recouvrement_level_id)
        self.assertDecided(invoice, "step_not_due", level_id=self.levels["R1"].id)

    def test_found_late_it_still_starts_with_the_first_reminder(self):
        """The end of the guarantee was entered half a year after it."""
        invoice, _notice = self.brought_to_the_last_level()
        invoice.recouvrement_guarantee_end = in_days(-210)
        self.run_as_of()
        self.assertDecided(invoice, "to_remind", level_id=self.levels["R1"].id)

    def test_what_waited_to_leave_about_the_rest_is_taken_back(self):
        invoice = self.kept(days=400, end=in_days(-31))
        self.start_at("R2", invoice)
        waiting = self.remind(invoice, day=in_days(-10))
        self.assertRecordValues(waiting, [{"state": "draft", "total": 950}])
        self.pay(invoice, 950, day=in_days(-5))
        self.run_as_of(in_days(3))
        self.assertEqual(waiting.state, "cancelled")
        self.assertIn("guarantee retention", waiting.failure_reason)
        following = self.reminders(invoice) - waiting
        self.assertEqual(following.level_id, self.levels["R1"])

    def test_due_with_the_rest_it_is_asked_with_it(self):
        """One item, one message: it joins what is still open of its invoice."""
        invoice = self.kept(days=400, end=in_days(-40))
        self.start_at("R2", invoice)
        reminder = self.remind(invoice)
        self.assertRecordValues(
            reminder, [{"level_id": self.levels["R3"].id, "total": 1000}]
        )
        self.prove(reminder)
        self.pay(invoice, 950)
        self.run_as_of(in_days(4))
        self.assertDecided(invoice, "to_remind", claim=50)
        first = self.reminders(invoice) - reminder
        self.assertEqual(first.level_id, self.levels["R1"])

    # ------------------------------------------------------------------ prescription

    def deadline(self, invoice):
        self.env.invalidate_all()
        return self.items(invoice).recouvrement_limitation_date

    def test_its_prescription_runs_from_its_own_date(self):
        """C. civ. 2233: no clock runs before it may be asked for."""
        self.case_of().profile = "public"
        invoice = self.kept(days=400)
        limitation = self.env["recouvrement.limitation"].with_context(lang="en_US")
        limitation._refresh(self.items(invoice), AS_OF)
        self.assertEqual(self.deadline(invoice), date(2029, 12, 31), "the invoice's")
        invoice.recouvrement_guarantee_end = in_days(-30)
        self.assertEqual(self.deadline(invoice), date(2029, 12, 31), "of the rest")
        self.pay(invoice, 950)
        limitation._refresh(self.items(invoice), AS_OF)
        self.assertEqual(self.deadline(invoice), date(2030, 12, 31))
        invoice.recouvrement_guarantee_end = in_days(400)
        self.assertEqual(self.deadline(invoice), date(2031, 12, 31))
        [clock] = limitation._clocks(self.items(invoice), AS_OF).values()
        shown = limitation._account(self.items(invoice), clock, AS_OF)
        self.assertIn("Guarantee retention due", shown["steps"][0]["text"])

    def test_without_a_known_end_the_invoice_dates_count(self):
        """Cautious: nothing says yet from when it may be asked for."""
        invoice = self.kept(days=400, paid=950)
        limitation = self.env["recouvrement.limitation"]
        limitation._refresh(self.items(invoice), AS_OF)
        self.assertEqual(
            self.deadline(invoice), invoice.invoice_date.replace(year=2030)
        )

    # -------------------------------------------------------- read again, in the letter

    def test_paid_but_for_the_retention_since_the_run(self):
        invoice = self.kept()
        self.run_as_of()
        reminder = self.reminders(invoice)
        self.pay(invoice, 950)
        reminder.with_user(self.collector).action_confirm()
        self.dispatch(AS_OF)
        self.assertEqual(reminder.state, "cancelled")
        self.assertIn("Guarantee retention", reminder.failure_reason)

    def test_a_mise_en_demeure_asks_for_the_rest_only(self):
        invoice = self.kept(days=50)
        notice = self.propose(invoice)
        self.assertFalse(notice.refusal_text)
        self.leave(notice)
        self.assertEqual(notice.principal_total, 950)

    def test_no_mise_en_demeure_by_hand_for_a_retention(self):
        invoice = self.kept(days=50)
        notice = self.propose(invoice)
        self.pay(invoice, 950)
        self.env.invalidate_all()
        self.assertIn("Guarantee retention", notice.refusal_text)

    @freeze_time("2026-03-16 09:30:00")
    def test_the_window_of_a_mise_en_demeure_lists_what_is_due(self):
        paid = self.kept(days=50, paid=950)
        rest = self.kept(days=50)
        late = self.kept(days=400, paid=950, end=in_days(-40))
        self.run_as_of()
        case = self.case_of().with_user(self.collector)
        windows = self.env["recouvrement.notice.prepare"].with_user(self.collector)
        window = windows.with_context(default_case_id=case.id).create({})
        self.assertEqual(window.allowed_line_ids, self.items(rest, late))
        self.assertEqual(window.line_ids, self.items(rest, late))
        self.assertEqual(window.total, 1000)
        action = window.action_apply()
        notice = self.env["recouvrement.mise_en_demeure"].browse(action["res_id"])
        self.assertEqual(notice.reminder_id.total, 1000)
        self.assertEqual(
            notice.reminder_id.line_ids.sorted("claim").mapped("claim"), [50, 950]
        )
        with self.assertRaisesRegex(UserError, "not due yet"):
            case._make_notice(self.items(paid), self.levels["MED"], "registered_letter")

    @freeze_time("2026-03-16 09:30:00")
    def test_no_judge_is_asked_for_it(self):
        paid = self.kept(days=50, paid=950)
        rest = self.kept(days=50)
        case = self.case_of().with_user(self.manager)
        self.assertEqual(case._lines_to_hand_over(), self.items(rest))
        with self.assertRaisesRegex(ValidationError, "guarantee retention"):
            self.env["recouvrement.handover"].with_user(self.manager).create(
                {
                    "case_id": case.id,
                    "contact_id": self.debtor.id,
                    "move_line_ids": self.items(paid).ids,
                    "note": "Nothing came of two calls",
                }
            )

    # ------------------------------------------------------------ what the debtor sees

    def test_the_debtor_is_asked_for_the_rest_only(self):
        invoice = self.kept()
        portal = self.env["recouvrement.portal"].with_context(lang="en_US")
        case = self.case_of()
        with self.subTest("all of it"):
            [account] = portal._account(case)
            [row] = account["rows"]
            self.assertEqual((row["status"], row["kept"]), ("overdue", Decimal(50)))
            self.assertIn("950.00", account["due"].replace(",", ""))
        self.pay(invoice, 950)
        [account] = portal._account(case)
        [row] = account["rows"]
        self.assertEqual((row["status"], row["is_due"]), ("retention", False))
        self.assertFalse(account["has_due"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRetentionPaid(PortalCase):
    """Paid online: what is due; the retention apart, of the debtor's own accord."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = fields.Date.today()
        (cls.invoice + cls.upcoming).button_draft()
        cls.invoice = cls.make_invoice(1000, today - timedelta(days=20))
        cls.invoice.recouvrement_retention = 50
        cls.provider = cls.demo_provider()

    def setUp(self):
        super().setUp()
        self.path = self.link(self.case, fields.Date.today())

    def ask_to_pay(self, amount: float):
        """The transaction the payment form asks for; its answer or its error."""
        answer = self.url_open(
            f"{self.path}/transaction/{self.item.id}",
            json={
                "params": {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.provider.payment_method_ids[:1].id,
                    "token_id": None,
                    "amount": amount,
                    "flow": "direct",
                    "tokenization_requested": False,
                    "landing_route": "",
                }
            },
        ).json()
        return answer.get("result") or answer["error"]["data"]["message"]

    def pay_online(self, amount: float):
        self.assertIn("reference", self.ask_to_pay(amount))
        transaction = self.env["payment.transaction"].sudo().search([], limit=1)
        transaction._set_done()
        transaction._post_process()
        self.env.invalidate_all()

    def test_what_is_due_is_asked_and_the_retention_stays(self):
        page = self.get("pay").text.replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("950.00", page)
        self.assertIn("without the guarantee retention of €50.00, not due yet", page)
        self.assertIn("amount due has changed", self.ask_to_pay(1000))
        self.pay_online(950)
        self.assertEqual(self.item.amount_residual, 50)

    def test_left_alone_it_is_not_ticked_and_may_be_paid(self):
        self.pay(self.invoice, 950, day=fields.Date.today())
        account = self.get()
        self.assertIn("Guarantee retention", account.text)
        self.assertNotIn("checked", account.text)
        self.assertIn("Your account", self.get("pay").text, "nothing is due")
        self.assertIn("50.00", self.get(f"pay?item={self.item.id}").text)
        self.pay_online(50)
        self.assertTrue(self.item.reconciled)
