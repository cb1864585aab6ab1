from odoo import fields, models
from odoo.tools import email_normalize, html2plaintext


class MailThread(models.AbstractModel):
    """A reminder that comes back did not reach the debtor: its proof falls."""

    _inherit = "mail.thread"

    def _routing_handle_bounce(self, email_message, message_dict):
        result = super()._routing_handle_bounce(email_message, message_dict)
        message = message_dict["bounced_message"]
        if not message:
            return result
        # The gateway reads no reminder: mail is received in nobody's name.
        reminders = (
            self.env["recouvrement.reminder"]
            .sudo()
            .search(
                [
                    ("mail_message_id", "in", message.ids),
                    ("channel", "=", "email"),
                    ("state", "in", ("sent", "proved")),
                ]
            )
        )
        bounced = email_normalize(message_dict["bounced_email"] or "")
        for reminder in reminders:
            # The copy to the collector may bounce too: that proves nothing.
            if bounced and bounced != email_normalize(reminder.recipient_email):
                continue
            reminder._mark_bounced(
                _summary(message_dict.get("body")), fields.Date.context_today(reminder)
            )
        return result


def _summary(body: str | None) -> str:
    """The first lines of what the mail server says: enough to act upon."""
    lines = [line.strip() for line in html2plaintext(body or "").splitlines()]
    return " ".join(filter(None, lines))[:500]
