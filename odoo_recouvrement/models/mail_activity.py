from odoo import fields, models

# What a person is asked to do: the kinds of activities of the addon.
TASK = "mail.mail_activity_data_todo"
CALL = "odoo_recouvrement.mail_activity_type_call"
CALLBACK = "odoo_recouvrement.mail_activity_type_callback"
FIX_CONTACT = "odoo_recouvrement.mail_activity_type_fix_contact"
MATCH_PAYMENT = "odoo_recouvrement.mail_activity_type_match_payment"
READ_ANSWER = "odoo_recouvrement.mail_activity_type_answer"
DISPUTE_LATE = "odoo_recouvrement.mail_activity_type_dispute_late"
PLAN_BROKEN = "odoo_recouvrement.mail_activity_type_broken_plan"
LIMITATION_NEAR = "odoo_recouvrement.mail_activity_type_limitation"
RATE_MISSING = "odoo_recouvrement.mail_activity_type_rate"


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
