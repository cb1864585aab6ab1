"""How a reminder leaves: one small class per channel.

A new channel is one more class named ``recouvrement.channel.<code>``, and its code in
the selection of the levels. The dispatch knows the methods of the base class only.
"""

import smtplib

import psycopg2

from odoo import models
from odoo.tools import email_normalize, formataddr

from ..core.sms import is_reachable, to_gsm7
from ..report.mail import render_mail
from .smtp_session import answer_of

# What a provider answers when the number itself is wrong: trying again is no use.
BAD_NUMBER = {
    "sms_number_missing",
    "sms_number_format",
    "sms_country_not_supported",
    "sms_blacklist",
    "sms_optout",
}


class Undelivered(Exception):
    """A reminder did not leave, or may not have; ``reason`` in words.

    ``outcome``: ``retry`` it did not leave; ``refused`` its address is wrong;
    ``doubt`` nobody knows.
    """

    def __init__(self, reason: str, outcome: str = "retry"):
        super().__init__(reason)
        self.reason = reason
        self.outcome = outcome


class RecouvrementChannel(models.AbstractModel):
    """What every channel answers; the values here are a letter's."""

    _name = "recouvrement.channel"
    _description = "Channel of reminders"

    _is_html = True  # its text is HTML
    _has_pdf = False  # its letter is printed and frozen
    _keeps_hours = False  # it only leaves within the sending hours
    _is_remote = False  # another server takes it over: nobody can take it back

    def _of(self, reminder):
        return self.env[f"recouvrement.channel.{reminder.channel}"]

    def _address(self, partner) -> str:
        """What the channel needs of a contact; empty when it cannot be used."""
        raise NotImplementedError

    def _no_address(self, reminder) -> str:
        """The sentence, with the remedy, when no contact has a usable address."""
        raise NotImplementedError

    def _recipient_values(self, reminder, message) -> dict:
        """The fields of the reminder that say to whom it goes."""
        return {
            "recipient_id": message.recipient.id,
            "recipient_name": message.recipient.name,
        }

    def _plain(self, text: str) -> str:
        """The rendered text as the channel carries it."""
        return text

    def _envelope(self, reminder, message):
        """The text with the page around it, as HTML."""
        return message.body

    def _is_served(self, session) -> bool:
        """Whether trying makes sense during this dispatch."""
        return True

    def _open(self, reminder, session) -> None:
        """Reach the server before the reminder is claimed, or raise Undelivered."""

    def _deliver(self, reminder, session, now) -> tuple[str, dict]:
        """Let it leave; the state it is in then, and what to note."""
        return "sent", {}


class RecouvrementChannelEmail(models.AbstractModel):
    _name = "recouvrement.channel.email"
    _inherit = "recouvrement.channel"
    _description = "Reminders by e-mail"

    _has_pdf = True
    _keeps_hours = True
    _is_remote = True

    def _address(self, partner):
        return partner.email_normalized or ""

    def _no_address(self, reminder):
        return self.env._(
            "No contact of “%(customer)s” has a usable e-mail address: complete or "
            "correct it, or add a contact to the recovery file.",
            customer=reminder.partner_id.display_name,
        )

    def _recipient_values(self, reminder, message):
        company = reminder.company_id
        collector = message.context.collector.email
        return {
            **super()._recipient_values(reminder, message),
            "recipient_email": message.address,
            "cc_email": collector if company.recouvrement_cc_collector else False,
            "reply_to": company.recouvrement_reply_to or collector or company.email,
        }

    def _envelope(self, reminder, message):
        return render_mail(
            self.env,
            message.context,
            message.body,
            lang=message.lang,
            legal=reminder.company_id._recouvrement_notices(),
        )

    def _is_served(self, session):
        return not session.is_down

    def _sender(self, company) -> str:
        address = company.email or company.alias_domain_id.default_from_email
        return formataddr((company.name, address)) if address else ""

    def _open(self, reminder, session):
        sender = self._sender(reminder.company_id)
        if not sender:
            raise Undelivered(
                self.env._(
                    "The company “%(company)s” has no e-mail address to send from: "
                    "fill it in on the company.",
                    company=reminder.company_id.name,
                )
            )
        try:
            session.open(sender)
        except psycopg2.Error:
            raise
        except Exception as error:  # no route, bad password, no server at all…
            raise Undelivered(
                self.env._(
                    "The mail server cannot be reached (%(error)s): check the "
                    "outgoing mail server in the settings. It is tried again by "
                    "itself.",
                    error=answer_of(error),
                )
            ) from error

    def _deliver(self, reminder, session, now):
        mail = self._create_mail(reminder)
        # Whatever the database may refuse, it must refuse before the mail leaves.
        self.env.flush_all()
        message = mail.mail_message_id
        try:
            session.send(mail)
        except psycopg2.Error:
            raise
        except Exception as error:
            raise self._failure(error, session) from error
        refusal = session.refused.get(email_normalize(reminder.recipient_email))
        if refusal:  # the copy was accepted, the debtor's address was not
            raise self._refusal(*refusal)
        return "sent", {"mail_message_id": message.id}

    def _create_mail(self, reminder):
        """The message on the file, with its delivery state, and the mail itself."""
        company, recipient = reminder.company_id, reminder.recipient_id
        message = self.env["mail.message"].create(
            {
                "model": "recouvrement.case",
                "res_id": reminder.case_id.id,
                "record_name": reminder.partner_id.display_name,
                "record_company_id": company.id,
                "record_alias_domain_id": company.alias_domain_id.id,
                "message_type": "email_outgoing",
                "message_id": reminder.message_uid,
                "subject": reminder.subject,
                "body": reminder.body,
                "email_from": self._sender(company),
                "reply_to": reminder.reply_to,
                "author_id": company.partner_id.id,
                "partner_ids": [(4, recipient.id)],
                "attachment_ids": [(4, file.id) for file in reminder._files()],
            }
        )
        mail = self.env["mail.mail"].create(
            {
                "mail_message_id": message.id,
                "body_html": reminder.body,
                "email_to": formataddr(
                    (reminder.recipient_name or "", reminder.recipient_email)
                ),
                "email_cc": reminder.cc_email,
                "auto_delete": True,
            }
        )
        self.env["mail.notification"].create(
            {
                "mail_message_id": message.id,
                "mail_mail_id": mail.id,
                "res_partner_id": recipient.id,
                "mail_email_address": reminder.recipient_email,
                "notification_type": "email",
                "notification_status": "ready",
                "is_read": True,
            }
        )
        return mail

    def _failure(self, error: Exception, session) -> Undelivered:
        """What an error of the mail server means for the reminder."""
        cause = _smtp_cause(error)
        if isinstance(cause, smtplib.SMTPRecipientsRefused):
            code, answer = next(iter(session.refused.values()), (550, answer_of(cause)))
            return self._refusal(code, answer)
        if isinstance(cause, AssertionError) and "recipient" in str(cause).lower():
            return self._refusal(501, str(cause))
        answered = isinstance(cause, (smtplib.SMTPResponseException, AssertionError))
        if session.reached_data and not answered:
            return Undelivered(
                self.env._(
                    "The connection broke while the message was leaving "
                    "(%(error)s): it may have left.",
                    error=answer_of(error),
                ),
                "doubt",
            )
        return Undelivered(
            self.env._(
                "The mail server did not take the message (%(error)s). It is tried "
                "again by itself.",
                error=answer_of(cause),
            )
        )

    def _refusal(self, code: int, answer: str) -> Undelivered:
        """5xx: the address is wrong for good; 4xx: later, perhaps."""
        return Undelivered(
            self.env._(
                "The address was refused by the mail server: %(code)s %(answer)s",
                code=code,
                answer=answer,
            ),
            "refused" if code >= 500 else "retry",
        )


class RecouvrementChannelSms(models.AbstractModel):
    _name = "recouvrement.channel.sms"
    _inherit = "recouvrement.channel"
    _description = "Reminders by SMS"

    _is_html = False
    _keeps_hours = True
    _is_remote = True

    def _address(self, partner):
        number = partner.phone_sanitized or ""
        if partner.phone_sanitized_blacklisted or not is_reachable(number):
            return ""
        return number

    def _no_address(self, reminder):
        return self.env._(
            "No contact of “%(customer)s” has a phone number that accepts SMS: "
            "complete it, or add a contact to the recovery file.",
            customer=reminder.partner_id.display_name,
        )

    def _recipient_values(self, reminder, message):
        values = super()._recipient_values(reminder, message)
        return {**values, "recipient_phone": message.address}

    def _plain(self, text):
        return to_gsm7(text)

    def _deliver(self, reminder, session, now):
        message = reminder.case_id._message_sms(
            reminder.text,
            partner_ids=reminder.recipient_id.ids,
            sms_pid_to_number={reminder.recipient_id.id: reminder.recipient_phone},
            put_in_queue=True,
        )
        sms = self.env["sms.sms"].search([("mail_message_id", "=", message.id)])
        self.env.flush_all()
        sms.send(unlink_failed=False, unlink_sent=False)
        if sms.state == "error":
            label = dict(sms._fields["failure_type"]._description_selection(self.env))
            raise Undelivered(
                self.env._(
                    "The SMS provider did not take the message: %(error)s",
                    error=label.get(sms.failure_type) or self.env._("unknown error"),
                ),
                "refused" if sms.failure_type in BAD_NUMBER else "retry",
            )
        state = "proved" if sms.state == "sent" else "sent"
        proof = {"proof_date": now} if state == "proved" else {}
        return state, {"sms_uuid": sms.uuid, "mail_message_id": message.id, **proof}


class RecouvrementChannelLetter(models.AbstractModel):
    """Printed and frozen here; it leaves when somebody posts it."""

    _name = "recouvrement.channel.letter"
    _inherit = "recouvrement.channel"
    _description = "Reminders by letter"

    _has_pdf = True

    def _address(self, partner):
        address = self.env["recouvrement.message"]._postal(partner)
        return "\n".join(address.lines()) if address.is_usable else ""

    def _no_address(self, reminder):
        return self.env._(
            "No contact of “%(customer)s” has a complete postal address (street, "
            "postcode, city): complete it, or add a contact to the recovery file.",
            customer=reminder.partner_id.display_name,
        )

    def _recipient_values(self, reminder, message):
        postal = self.env["recouvrement.message"]._postal(message.recipient)
        return {
            **super()._recipient_values(reminder, message),
            "recipient_address": message.address,
            "postal_key": "|".join(str(part) for part in postal.sorting_key),
        }


class RecouvrementChannelRegisteredLetter(models.AbstractModel):
    """A letter like another; its number at the post office is asked for."""

    _name = "recouvrement.channel.registered_letter"
    _inherit = "recouvrement.channel.letter"
    _description = "Reminders by registered letter"


class RecouvrementChannelCall(models.AbstractModel):
    """An activity for the collector, with the words and the figures."""

    _name = "recouvrement.channel.call"
    _inherit = "recouvrement.channel"
    _description = "Reminders by telephone"

    _is_html = False
    _keeps_hours = True

    def _address(self, partner):
        return partner.phone or ""

    def _no_address(self, reminder):
        return self.env._(
            "No contact of “%(customer)s” has a phone number: complete it, or add a "
            "contact to the recovery file.",
            customer=reminder.partner_id.display_name,
        )

    def _recipient_values(self, reminder, message):
        values = super()._recipient_values(reminder, message)
        return {**values, "recipient_phone": message.address}

    def _deliver(self, reminder, session, now):
        return "sent", {"activity_id": reminder._schedule_call(now).id}


def _smtp_cause(error: BaseException) -> BaseException:
    """The error of the mail server inside Odoo's own."""
    while not isinstance(error, smtplib.SMTPException):
        inner = error.__cause__ or error.__context__
        if inner is None:
            break
        error = inner
    return error
