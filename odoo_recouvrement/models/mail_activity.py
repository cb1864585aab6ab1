from odoo import fields, models


class MailActivity(models.Model):
    """A call that was made is proved; a corrected address is usable again."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        calls = self._recouvrement_calls()
        bounced = self._recouvrement_bounced()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        now = fields.Datetime.now()
        calls._set_state("proved", sent_date=now, proof_date=now)
        bounced.write({"is_address_bad": False})
        (calls + bounced).case_id._refresh()
        return result

    def unlink(self):
        calls = self._recouvrement_calls()
        bounced = self._recouvrement_bounced()
        result = super().unlink()
        calls._set_state(
            "cancelled",
            failure_reason=self.env._("The call was removed from the activities."),
        )
        bounced.write({"is_address_bad": False})
        return result

    def _recouvrement_calls(self):
        """The calls that wait for these activities."""
        return self._recouvrement_reminders(
            [("channel", "=", "call"), ("state", "=", "sent")]
        )

    def _recouvrement_bounced(self):
        return self._recouvrement_reminders(
            [("state", "=", "bounced"), ("is_address_bad", "=", True)]
        )

    def _recouvrement_reminders(self, domain):
        activities = self.filtered(
            lambda activity: activity.res_model == "recouvrement.case"
        )
        # No role writes reminders: who may close the activity decides.
        reminders = self.env["recouvrement.reminder"].sudo()
        if not activities:
            return reminders
        return reminders.search([("activity_id", "in", activities.ids), *domain])
