from datetime import date

from odoo.tests import tagged

from .common import AS_OF
from .story import StoryCase, in_days

REGISTERS = ("reminder", "reminder.line", "decision")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulation(StoryCase):
    """A simulation shows what would leave, and what changed since the last one."""

    def simulate(self, day=AS_OF):
        return self.run_as_of(day, is_simulation=True)

    def changes(self, run):
        """Customer → change, for the messages of a simulation."""
        return {one.partner_id: one.change for one in run.proposal_ids}

    def test_writes_nothing(self):
        invoice = self.make_invoice(100, days=20)
        before = [
            self.env[f"recouvrement.{name}"].search_count([]) for name in REGISTERS
        ]
        run = self.simulate()
        after = [
            self.env[f"recouvrement.{name}"].search_count([]) for name in REGISTERS
        ]
        self.assertEqual(before, after)
        self.assertRecordValues(
            self.items(invoice),
            [{"recouvrement_level_id": False, "recouvrement_contact_date": False}],
        )
        self.assertRecordValues(run, [{"state": "done", "proposal_count": 1}])

    def test_a_closed_day_says_why_it_is_empty_and_when_to_look(self):
        self.make_invoice(100, days=2)
        self.close_days(AS_OF, in_days(1))
        expected = {
            date(2026, 3, 21): ("the week-end", date(2026, 3, 23)),
            date(2026, 4, 6): ("a public holiday", date(2026, 4, 7)),
            AS_OF: ("a closed period", in_days(2)),
        }
        for day, (why, later) in expected.items():
            with self.subTest(why):
                run = self.simulate(day).with_context(lang="en_US")
                self.assertEqual(run.proposal_count, 0)
                self.assertIn(why, run.closed_text)
                self.assertEqual(run.next_sending_date, later)
                action = run.with_user(self.collector).action_simulate_next_day()
                again = run.browse(action["res_id"])
                self.assertEqual(again.as_of_date, later)
                self.assertEqual(again.proposal_count, 1)
                self.assertFalse(again.closed_text)

    def test_closed_for_ever_points_to_the_settings(self):
        self.close_days(date(2026, 1, 1), date(2026, 12, 31), is_yearly=True)
        run = self.simulate().with_context(lang="en_US")
        self.assertFalse(run.next_sending_date)
        self.assertIn("in the settings", run.closed_text)

    def test_says_what_would_leave(self):
        old = self.make_invoice(100, days=20)
        self.make_invoice(50, days=5)
        self.start_at("R1", old)
        run = self.simulate()
        self.assertRecordValues(
            run.proposal_ids,
            [
                {
                    "partner_id": self.debtor.id,
                    "level_id": self.levels["R2"].id,
                    "channels": "email,letter",
                    "currency_id": self.company.currency_id.id,
                    "total": 150,
                    "items": 2,
                    "change": "added",
                }
            ],
        )
        self.assertRecordValues(
            run.count_ids,
            [{"outcome": "remind", "reason": "to_remind", "items": 2, "amount": 150}],
        )

    def test_real_run_does_what_the_simulation_said(self):
        for partner in self.debtors(3):
            self.make_invoice(100, partner=partner)
        simulated = self.simulate()
        real = self.run_as_of()
        self.assertEqual(
            {
                (one.partner_id, one.level_id, one.total)
                for one in simulated.proposal_ids
            },
            {(one.partner_id, one.level_id, one.total) for one in real.reminder_ids},
        )

    def test_difference_with_the_previous_simulation(self):
        gone, moved, revalued, same, added = self.debtors(5)
        paid = self.make_invoice(100, partner=gone)
        older = self.make_invoice(100, partner=moved)
        part_paid = self.make_invoice(100, partner=revalued)
        self.make_invoice(100, partner=same)
        first = self.simulate()
        self.assertEqual(set(self.changes(first).values()), {"added"})
        self.assertFalse(first.previous_run_id)

        self.pay(paid)
        self.start_at("R1", older)
        self.pay(part_paid, 30)
        self.make_invoice(100, days=3, partner=added)
        self.items(older).date_maturity = in_days(-20)
        second = self.simulate()
        self.assertEqual(second.previous_run_id, first)
        self.assertEqual(
            self.changes(second),
            {
                gone: "removed",
                moved: "moved",
                revalued: "revalued",
                same: "same",
                added: "added",
            },
        )
        self.assertEqual(second.proposal_count, 4, "What is gone is not proposed.")
        self.assertEqual(len(second.change_ids), 4)

    def test_gone_is_told_once(self):
        invoice = self.make_invoice()
        self.simulate()
        self.pay(invoice)
        self.assertEqual(set(self.changes(self.simulate()).values()), {"removed"})
        self.assertFalse(self.simulate().proposal_ids)

    def test_courtesy_shows_the_amount_announced(self):
        self.make_level(self.policy, -7, "PREV", ["email"], tone="courtesy")
        self.make_invoice(80, days=-5)
        self.assertRecordValues(
            self.simulate().proposal_ids, [{"total": 80, "items": 1}]
        )

    def test_old_bank_statement_does_not_hold_a_simulation(self):
        self.company.recouvrement_bank_max_age = 5
        self.bank_statement(in_days(-30))
        self.assertEqual(self.simulate().state, "done")

    def test_simulate_again_opens_the_new_one(self):
        action = (
            self.env["recouvrement.run"]
            .with_user(self.collector)
            .action_simulate_again()
        )
        run = self.env["recouvrement.run"].browse(action["res_id"])
        self.assertRecordValues(run, [{"is_simulation": True, "state": "done"}])
