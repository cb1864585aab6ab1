from decimal import Decimal

from odoo.tests import tagged

from .common import AS_OF
from .notice import NoticeCase
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
