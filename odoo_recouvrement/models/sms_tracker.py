from odoo import fields, models


class SmsTracker(models.Model):
    """The delivery report of the SMS provider is the proof of the reminder."""

    _inherit = "sms.tracker"

    def _action_update_from_sms_state(
        self, sms_state, failure_type=False, failure_reason=False
    ):
        result = super()._action_update_from_sms_state(
            sms_state, failure_type=failure_type, failure_reason=failure_reason
        )
        if sms_state == "sent":  # Odoo's word for delivered
            now = fields.Datetime.now()
            self._recouvrement_reminders("sent")._set_state("proved", proof_date=now)
        elif sms_state == "error":
            self._recouvrement_failed(failure_type, failure_reason)
        return result

    def _action_update_from_provider_error(self, provider_error):
        result = super()._action_update_from_provider_error(provider_error)
        _status, failure_type, failure_reason = result
        self._recouvrement_failed(failure_type, failure_reason)
        return result

    def _recouvrement_failed(self, failure_type, failure_reason) -> None:
        reminders = self._recouvrement_reminders("sent", "proved")
        if reminders:
            words = dict(
                self.env["mail.notification"]
                ._fields["failure_type"]
                ._description_selection(self.env)
            )
            reason = failure_reason or words.get(failure_type) or failure_type or ""
            reminders._mark_bounced(reason, fields.Date.context_today(reminders))

    def _recouvrement_reminders(self, *states: str):
        uuids = [tracker.sms_uuid for tracker in self if tracker.sms_uuid]
        # Delivery reports come from the provider, in nobody's name.
        reminders = self.env["recouvrement.reminder"].sudo()
        if not uuids:
            return reminders
        return reminders.search([("sms_uuid", "in", uuids), ("state", "in", states)])
