import inspect
from datetime import datetime
from decimal import Decimal

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core import calendar, decision, money
from .common import AS_OF, NOW
from .story import StoryCase, in_days


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRules(StoryCase):
    """The fifteen rules of the architecture, each in one short story."""

    def test_rule_01_the_item_is_the_unit(self):
        """An instalment is chased; the invoice it belongs to is not yet due."""
        term = self.instalments((40, 0), (60, 60))
        invoice = self.make_invoice(
            100,
            due=in_days(-5),
            invoice_payment_term_id=term.id,
            invoice_date=in_days(-5),
        )
        self.run_as_of()
        self.assertEqual(
            self.decisions(invoice).mapped("reason"), ["to_remind", "not_due"]
        )
        self.assertEqual(self.reminders(invoice).line_ids.claim, 40)

    def test_rule_02_item_level_is_not_message_level(self):
        old, recent = self.make_invoice(100, days=20), self.make_invoice(50, days=5)
        self.start_at("R1", old)
        self.prove(self.remind(old, recent))
        self.assertEqual(self.reminders(recent).level_id, self.levels["R2"])
        self.assertEqual(
            self.items(old, recent).mapped("recouvrement_level_id.code"), ["R2", "R1"]
        )

    def test_rule_03_levels_rise_by_proof(self):
        """Sent is not enough; what bounces leaves the level where it was."""
        invoice = self.make_invoice()
        item, reminder = self.items(invoice), self.remind(invoice)
        self.dispatch()
        self.assertEqual(reminder.state, "sent")
        self.assertFalse(item.recouvrement_level_id)
        reminder.sudo()._set_state("proved", proof_date=NOW)
        self.assertEqual(item.recouvrement_level_id, self.levels["R1"])
        reminder.with_user(self.collector).action_returned("Mailbox unknown")
        self.assertFalse(item.recouvrement_level_id)
        self.assertEqual(
            self.case_of().activity_ids.activity_type_id,
            self.env.ref("odoo_recouvrement.mail_activity_type_fix_contact"),
        )

    def test_rule_04_never_skip_a_level_and_both_clocks(self):
        """200 days late, never reminded: R1; then R2, three days after it."""
        invoice = self.make_invoice(days=200)
        self.prove(self.remind(invoice))
        self.assertEqual(self.items(invoice).recouvrement_level_id.code, "R1")
        self.run_as_of(in_days(2))
        self.assertDecided(invoice, "level_just_sent", next_date=in_days(3))
        self.run_as_of(in_days(3))
        self.assertDecided(invoice, "to_remind", level_id=self.levels["R2"].id)

    def test_rule_05_the_ledger_is_read_again_at_sending(self):
        invoice = self.make_invoice(100)
        reminder = self.remind(invoice)
        self.receive(100)
        self.assertEqual(self.dispatch(), 0)
        self.assertEqual(reminder.state, "cancelled")
        self.assertEqual(
            self.case_of().activity_ids.activity_type_id,
            self.env.ref("odoo_recouvrement.mail_activity_type_match_payment"),
        )

    def test_rule_06_suspensions_have_a_reason_an_author_and_an_end(self):
        """A dispute about 30 of an item of 100: 70 are chased, the rest too."""
        disputed, other = self.make_invoice(100), self.make_invoice(50)
        items = [Command.set(self.items(disputed).ids)]
        hold = self.suspend("dispute", amount=30, move_line_ids=items)
        self.assertTrue(hold.reason and hold.user_id and hold.date_end)
        for field in ("reason", "user_id", "date_end"):
            self.assertTrue(hold._fields[field].required)
        with self.assertRaises(ValidationError):
            self.suspend("dispute", amount=30)
        self.run_as_of()
        self.assertDecided(disputed, "to_remind", claim=70)
        self.assertDecided(other, "to_remind", claim=50)

    def test_rule_07_every_decision_says_why(self):
        moves = [self.make_invoice(days=days) for days in (-10, 1, 5, 20)]
        self.make_invoice(partner=self.make_debtor("Nobody", email=False, street=False))
        run = self.run_as_of()
        found = self.env["recouvrement.decision"].search(
            [("first_run_id", "=", run.id)]
        )
        self.assertEqual(len(found), len(moves) + 1)
        self.assertTrue(all(one.reason and one.text for one in found))
        self.run_as_of()  # the same day again: the same rows
        self.assertLessEqual(self.decisions(*moves[:2]), found)

    def test_rule_08_what_was_sent_is_numbered_and_frozen(self):
        reminder = self.remind(self.make_invoice())
        self.dispatch()
        self.assertEqual(reminder.name, "REL/2026/00001")
        self.assertEqual(len(reminder.pdf_sha256), 64)
        with self.assertRaises(UserError):
            reminder.sudo().text = "Nothing is due"
        with self.assertRaises(UserError):
            reminder.sudo().unlink()
        reminder.with_user(self.collector).action_withdraw("Sent by mistake")
        self.assertEqual(
            (reminder.state, reminder.name), ("withdrawn", "REL/2026/00001")
        )

    def test_rule_09_everything_about_a_debtor_is_per_company(self):
        other = self.setup_other_company(name="Atelier Loire")["company"]
        theirs = self.env["recouvrement.case"].create(
            {"partner_id": self.debtor.id, "company_id": other.id}
        )
        self.make_invoice()
        self.run_as_of()
        cases = self.env["recouvrement.case"].with_user(self.collector)
        self.assertEqual(cases.search([]), self.case_of())
        self.assertRecordValues(theirs, [{"overdue_total": 0, "policy_id": False}])

    def test_rule_10_money_is_decimal_and_never_mixed(self):
        dollar = self.setup_other_currency("USD", rates=[("2020-01-01", 2.0)])
        self.make_invoice(0.1), self.make_invoice(0.2)
        self.make_invoice(80, currency_id=dollar.id)
        run = self.run_as_of()
        self.assertEqual(len(run.reminder_ids), 2)
        self.assertEqual(len(run.reminder_ids.currency_id), 2)
        facts = self.env["recouvrement.facts"]._gather(
            self.company, AS_OF, partner_ids=self.debtor.ids
        )
        euros = [
            item.residual
            for item in facts[0].items
            if item.currency_id == self.company.currency_id.id
        ]
        self.assertEqual(sum(euros), Decimal("0.30"))
        self.assertEqual(money.round_money(Decimal("0.125")), Decimal("0.13"))

    def test_rule_11_law_is_in_core(self):
        """Insolvency stops earlier claims: decided by core, with its article."""
        invoice = self.make_invoice()
        self.case_of().insolvency_date = AS_OF
        self.run_as_of()
        self.assertDecided(invoice, "insolvent")
        self.assertIn("L622-21", self.decisions(invoice).text)
        source = inspect.getsource(decision) + inspect.getsource(calendar)
        for article in ("L622-21", "1342-10", "L3133-1", "CPC art. 642"):
            self.assertIn(article, source)

    def test_rule_12_starting_again_changes_nothing(self):
        invoice = self.make_invoice()
        for _again in range(2):
            self.run_as_of()
            self.dispatch()
        reminder = self.reminders(invoice)
        self.assertEqual((len(reminder), reminder.attempt_count), (1, 1))
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            reminder.line_ids.sudo().copy()

    def test_rule_13_queries_are_bounded(self):
        counts = []
        for partner in self.debtors(3):
            for _item in range(4):
                self.make_invoice(partner=partner)
            counts.append(self.run_as_of().query_count)
        self.assertLessEqual(counts[2], counts[1])
        self.assertLessEqual(counts[2], 60)

    def test_rule_14_time_is_an_argument(self):
        """The same ledger, read as of three days, without touching the clock."""
        invoice = self.make_invoice(due=datetime(2031, 1, 6).date())
        stories = {"2031-01-05": "not_due", "2031-01-07": "step_not_due",
                   "2031-01-09": "to_remind"}  # fmt: skip
        for day, reason in stories.items():
            self.run_as_of(datetime.fromisoformat(day).date())
            self.assertDecided(invoice, reason)
        self.dispatch(datetime(2031, 1, 9, 9, 30))
        self.assertEqual(self.reminders(invoice).sent_date.year, 2031)
        self.assertNotEqual(NOW.year, 2031)

    def test_rule_15_a_reminder_is_not_an_advertisement(self):
        text = self.text("r1_email_fr").with_user(self.manager)
        with self.assertRaisesRegex(ValidationError, "not an advertisement"):
            text.body = f"{text.body}<p>Profitez de notre offre spéciale !</p>"
        with self.assertRaisesRegex(ValidationError, "about a payment"):
            text.write({"subject": "Bonjour", "body": "<p>{{ company.name }}</p>"})
