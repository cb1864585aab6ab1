from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import RecouvrementCommon


@tagged("post_install", "-at_install")
class TestGolive(RecouvrementCommon):
    """The assistant: where old items start, seen and undone before anything leaves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recouvrement_is_live = False
        cls.today = fields.Date.context_today(cls.company)
        cls.old = cls.make_invoice(500, due=cls.today - timedelta(days=200))
        cls.late = cls.make_invoice(300, due=cls.today - timedelta(days=20))
        cls.fresh = cls.make_invoice(100, due=cls.today - timedelta(days=4))

    def _assistant(self):
        return Form(
            self.env["recouvrement.golive"]
            .with_user(self.manager)
            .with_company(self.company)
        )

    def _levels(self):
        return [
            self.items(move).recouvrement_opening_level_id.code
            for move in (self.old, self.late, self.fresh)
        ]

    def test_nobody_starts_beyond_the_cap(self):
        form = self._assistant()
        self.assertIn("R2", form.summary)
        self.assertNotIn("MED", form.summary)
        form.save().action_apply()
        self.assertEqual(self._levels(), ["R1", "R1", False])
        run = self.run_as_of(_working_day(self.today), is_simulation=True)
        self.assertEqual(run.proposal_ids.level_id, self.levels["R2"])

    def test_another_cap_is_shown_at_once(self):
        form = self._assistant()
        place = next(
            index
            for index, cap in enumerate(form.cap_ids._records)
            if cap["policy_id"] == self.policy.id
        )
        with form.cap_ids.edit(place) as cap:
            cap.first_level_id = self.levels["MED"]
        self.assertIn("MED", form.summary)
        form.save().action_apply()
        self.assertEqual(self._levels(), ["R3", "R1", False])

    def test_undo_forgets_what_no_reminder_mentioned(self):
        assistant = self._assistant().save()
        assistant.action_apply()
        self.assertEqual(assistant.applied_count, 2)
        assistant.action_undo()
        self.assertEqual(self._levels(), [False, False, False])
        self.assertFalse(self.items(self.old).recouvrement_level_id)

    def test_items_already_reminded_keep_their_level(self):
        self.items(self.old).recouvrement_contact_date = self.today
        self._assistant().save().action_apply()
        self.assertEqual(self._levels(), [False, "R1", False])

    def test_opening_balances_are_chased_when_ticked(self):
        entry = self._opening_balance()
        self.assertTrue(self.items(entry).no_followup)
        assistant = self._assistant().save()
        self.assertEqual(assistant.entry_ids.move_id, entry)
        self.assertEqual(assistant.entry_ids.amount, 800)
        assistant.action_apply()
        self.assertTrue(self.items(entry).no_followup, "left out unless ticked")
        assistant = self._assistant().save()
        assistant.entry_ids.is_included = True
        assistant.action_apply()
        self.assertFalse(self.items(entry).no_followup)
        self.assertEqual(self.items(entry).recouvrement_opening_level_id.code, "R1")

    def test_simulate_then_start(self):
        assistant = self._assistant().save()
        action = assistant.action_simulate()
        run = self.env["recouvrement.run"].browse(action["res_id"])
        self.assertEqual((run.state, run.is_simulation), ("done", True))
        assistant.action_start()
        self.assertTrue(self.company.recouvrement_is_live)
        assistant.action_stop()
        self.assertFalse(self.company.recouvrement_is_live)

    def test_a_collector_does_not_start_the_chase(self):
        with self.assertRaises(AccessError):
            self.env["recouvrement.golive"].with_user(self.collector).create({})

    def _opening_balance(self):
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": self.today - timedelta(days=100),
                "ref": "Opening balance",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.debtor.id,
                            "date_maturity": self.today - timedelta(days=90),
                            "debit": 800,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 800,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        return entry


def _working_day(day):
    """A Tuesday to Thursday close to the day, so that nothing depends on it."""
    while day.weekday() not in (1, 2, 3):
        day += timedelta(days=1)
    return day
