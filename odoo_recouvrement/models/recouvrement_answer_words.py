"""A debtor's answer in words: its sentence, the collector's note, the receipt."""

from markupsafe import Markup, escape

from odoo import models
from odoo.tools import format_amount, format_date


class RecouvrementAnswer(models.Model):
    _inherit = "recouvrement.answer"

    def _sentence(self) -> str:
        """The answer on one line, as the collector reads it."""
        return getattr(self, f"_sentence_{self.kind}")()

    def _money(self) -> str:
        return format_amount(self.env, self.amount, self.currency_id)

    def _sentence_paid(self):
        return self.env._(
            "Payment to find: %(amount)s paid on %(date)s, says the debtor",
            amount=self._money(),
            date=format_date(self.env, self.day),
        )

    def _sentence_dispute(self):
        if self.amount:
            return self.env._(
                "Disputed by the debtor for %(amount)s: %(reason)s",
                amount=self._money(),
                reason=self.reason_id.name,
            )
        return self.env._(
            "Disputed by the debtor: %(reason)s", reason=self.reason_id.name
        )

    def _sentence_promise(self):
        return self.env._(
            "Promise of the debtor: %(amount)s on %(date)s",
            amount=self._money(),
            date=format_date(self.env, self.day),
        )

    def _sentence_plan(self):
        return self.env._(
            "Instalments proposed: %(count)s for %(amount)s, from %(date)s",
            count=self.instalments,
            amount=self._money(),
            date=format_date(self.env, self.day),
        )

    def _sentence_contact(self):
        return self.env._("Wrong contact, says who received the message")

    def _note(self, sentence: str) -> Markup:
        """The answer in full; every word of the debtor is escaped."""
        moves = ", ".join(self.move_line_ids.move_id.mapped("name"))
        lines = [
            (self.env._("Invoices:"), moves),
            (self.env._("Payment reference:"), self.reference),
            (self.env._("Right contact:"), self.contact_name),
            (self.env._("E-mail or phone:"), self.contact_address),
            (self.env._("Message:"), self.text),
            (self.env._("Attached:"), ", ".join(self.attachment_ids.mapped("name"))),
        ]
        if until := self._until():
            waits = self.env._("The chase waits until")
            lines.append((waits, format_date(self.env, until)))
        rows = Markup("").join(
            Markup("<br/>%s %s") % (label, _broken(value))
            for label, value in lines
            if value
        )
        return Markup("<p><strong>%s</strong>%s</p>") % (sentence, rows)

    # ------------------------------------------------------------ the acknowledgement

    def _acknowledge(self) -> None:
        """A word by e-mail to an address we knew; never to one that was just typed."""
        recipient, address = self._known_address()
        sender = self.env["recouvrement.channel.email"]._sender(self.company_id)
        if not address or not sender:
            return
        portal = self.env["recouvrement.portal"]
        lang = portal._language(self.case_id, recipient)
        subject, body = portal.with_context(lang=lang)._acknowledgement(self, lang)
        company = self.company_id
        self.env["mail.mail"].create(
            {
                "model": "recouvrement.case",
                "res_id": self.case_id.id,
                "message_type": "email_outgoing",
                "is_notification": False,
                "subject": subject,
                "body_html": body,
                "email_from": sender,
                "reply_to": company.recouvrement_reply_to or company.email,
                "email_to": address,
                "author_id": company.partner_id.id,
            }
        )

    def _known_address(self) -> tuple:
        """The portal user's, else where the last message went, else the customer's."""
        partner = self.user_id.partner_id
        if partner.email_normalized:
            return partner, partner.email_normalized
        last = self.env["recouvrement.reminder"].search(
            [
                ("case_id", "=", self.case_id.id),
                ("channel", "=", "email"),
                ("state", "in", ("sent", "proved")),
            ],
            order="sent_date desc, id desc",
            limit=1,
        )
        if last.recipient_email:
            return last.recipient_id, last.recipient_email
        return self.partner_id, self.partner_id.email_normalized or ""


def _broken(text: str) -> Markup:
    """Escaped, its lines kept."""
    return Markup("<br/>").join(escape(line) for line in str(text).splitlines())
