from odoo.exceptions import UserError
from odoo.tests import tagged

from .story import StoryCase, in_days


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDeletion(StoryCase):
    """Items that go from the ledger: what spoke of them follows, or holds them."""

    def _all_decisions(self, item_ids):
        return self.env["recouvrement.decision"].search(
            [("move_line_id", "in", item_ids)]
        )

    def _delete_behind_our_back(self, invoice):
        """As another worker would have, while the run was reading it."""
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM account_move WHERE id = %s", [invoice.id])
        self.env.invalidate_all()

    def test_item_of_a_reminder_is_kept(self):
        invoice = self.make_invoice(120)
        reminder = self.remind(invoice)
        invoice.button_draft()
        message = rf"is in the reminder {reminder.display_name}"
        with self.assertRaisesRegex(UserError, message):
            invoice.unlink()
        self.assertTrue(invoice.exists())

    def test_decisions_go_with_their_item(self):
        invoice = self.make_invoice(120, days=-40)
        self.run_as_of()
        self.run_as_of(in_days(42))  # courtesy lapsed: another decision
        item_ids = self.items(invoice).ids
        self.reminders(invoice).sudo().line_ids.unlink()
        self.assertEqual(len(self._all_decisions(item_ids)), 2)
        invoice.button_draft()
        invoice.unlink()
        self.assertFalse(self._all_decisions(item_ids))

    def test_item_deleted_while_it_was_proposed(self):
        """It leaves its message by itself, and the next run closes its decision."""
        gone, kept = self.make_invoice(120), self.make_invoice(80)
        reminder = self.remind(gone)
        item_ids = self.items(gone).ids
        self._delete_behind_our_back(gone)
        self.dispatch()
        self.assertEqual(reminder.state, "sent")
        self.assertEqual(reminder.line_ids.move_id, kept)
        self.assertEqual(reminder.total, 80)
        self.run_as_of(in_days(1))
        former = self._all_decisions(item_ids)
        self.assertTrue(former)
        self.assertFalse(former.filtered("is_current"))

    def test_nothing_left_to_say(self):
        """All its items were deleted: the reminder is cancelled and says why."""
        gone = self.make_invoice(120)
        reminder = self.remind(gone)
        self._delete_behind_our_back(gone)
        self.dispatch()
        self.assertEqual(reminder.state, "cancelled")
        self.assertEqual(
            reminder.failure_reason, "Everything it asked for has been deleted."
        )
