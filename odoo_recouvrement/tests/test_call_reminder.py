from odoo.tests import freeze_time, tagged

from .call import CallCase
from .common import AS_OF, NOW
from .story import in_days


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestCallReminder(CallCase):
    """A call that counts as the reminder of its level."""

    def test_call_that_counts_proves_the_call_of_its_level(self):
        self.run_as_of()
        reminder = self.reminders(self.invoice)
        self.assertEqual((reminder.channel, reminder.state), ("call", "draft"))
        call = self.call("refusal")
        self.assertEqual(call.reminder_id, reminder)
        self.assertEqual(reminder.state, "proved")
        self.assertTrue(reminder.name, "numbered and frozen, as any reminder")
        self.assertIn(self.invoice.name, reminder.text)
        self.assertEqual(self.item.recouvrement_level_id.code, "TEL")
        self.assertEqual(self.item.recouvrement_contact_date, AS_OF)

    def test_call_that_waits_in_the_activities_is_done_by_the_screen(self):
        self.run_as_of()
        reminder = self.reminders(self.invoice)
        reminder.action_confirm()
        self.dispatch()
        task = reminder.activity_id
        self.assertTrue(task)
        self.call("promise", promise_date=in_days(3))
        self.assertEqual(reminder.state, "proved")
        self.assertFalse(task.active)

    def test_unticked_no_level_rises(self):
        self.run_as_of()
        form = self.screen()
        form.outcome_id = self.outcome("refusal")
        self.assertTrue(form.counts_as_reminder)
        form.counts_as_reminder = False
        call = form.save()
        self.assertFalse(call.reminder_id)
        self.assertEqual(self.item.recouvrement_level_id.code, "R1")

    def test_call_replaces_the_message_that_waits(self):
        """R2 waits to leave by e-mail and letter: the call says it instead."""
        later = self.make_invoice(500, days=20, partner=self.make_debtor("Autre"))
        case = self.case_of(later.partner_id)
        tel = self.policy.level_ids.filtered(lambda level: level.code == "TEL")
        self.items(later).recouvrement_opening_level_id = tel
        self.items(later)._recouvrement_refresh_levels()
        self.run_as_of()
        messages = self.reminders(later)
        self.assertEqual(set(messages.mapped("level_id.code")), {"R2"})
        form = self.screen(case=case)
        form.outcome_id = self.outcome("refusal")
        call = form.save()
        self.assertEqual(call.reminder_id.channel, "call")
        self.assertEqual(call.reminder_id.state, "proved")
        self.assertEqual(set(messages.mapped("state")), {"cancelled"})
        self.assertEqual(self.items(later).recouvrement_level_id.code, "R2")

    def test_without_a_step_due_a_call_is_noted_and_counts_for_nothing(self):
        form = self.screen()
        form.outcome_id = self.outcome("refusal")
        self.assertFalse(form.counts_as_reminder)
        self.assertIn("No step is due", form.counts_text)
        self.assertFalse(form.save().reminder_id)

    def test_paid_since_the_screen_was_opened_the_call_counts_for_nothing(self):
        self.run_as_of()
        form = self.screen()
        form.outcome_id = self.outcome("refusal")
        self.pay(self.invoice)
        self.env.cr.precommit.run()
        call = form.save()
        self.assertFalse(call.counts_as_reminder)
        self.assertFalse(self.reminders(self.invoice), "nothing is left to say")
