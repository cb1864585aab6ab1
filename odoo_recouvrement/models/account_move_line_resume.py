"""After a dispute, the chase of an item resumes at a chosen level."""

from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _recouvrement_resume_at(self, level):
        """Make ``level`` the next step of these items, or leave them where they are.

        Only backwards: a level is never skipped. The reminders sent stay in the
        register, proved; they no longer count for the level, so that the same one
        may be sent again.
        """
        # No role writes the lines of reminders; who may close a dispute was checked.
        lines = self.env["recouvrement.reminder.line"].sudo()
        done = lines.search(
            [
                ("move_line_id", "in", self.ids),
                ("is_active", "=", True),
                ("level_id.days", ">=", level.days),
                ("reminder_id.state", "=", "proved"),
            ]
        )
        done._write_life(is_active=False)
        # A collector may not write items; the level is drawn from the register.
        for item in self.sudo():
            opening = item.recouvrement_opening_level_id
            if opening and opening.days >= level.days:
                item.recouvrement_opening_level_id = level._previous()
        self._recouvrement_refresh_levels()


class RecouvrementPolicyLevel(models.Model):
    _inherit = "recouvrement.policy.level"

    def _previous(self):
        """The level before this one on its ladder that counts; none at the foot."""
        self.ensure_one()
        return self.policy_id.level_ids.filtered(
            lambda level: level.counts_as_level and level.days < self.days
        ).sorted("days")[-1:]
